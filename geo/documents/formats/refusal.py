"""The error of a document that cannot be read."""

from __future__ import annotations

from pilotzones.geo.errors import IntakeCode, make_problem

__all__ = ["DocumentRefusedError"]


class DocumentRefusedError(Exception):
    """Say to the user why the document is not read.

    Parameters
    ----------
    name : str
        The message ``problem_document_NAME`` says it.
    code : IntakeCode, optional
        As for `pilotzones.geo.errors.IntakeError`.
    **facts
        What the message names.
    """

    def __init__(self, name: str, code: IntakeCode = "damaged", **facts: object) -> None:
        self.problem = make_problem("", f"document_{name}", facts=facts)
        super().__init__(str(self.problem))
        self.code: IntakeCode = code
