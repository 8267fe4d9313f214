"""The error of a document that cannot be read."""

from __future__ import annotations

from pilotzones.geo.errors import IntakeCode

__all__ = ["DocumentRefusedError"]


class DocumentRefusedError(Exception):
    """Say to the user why the document is not read; the text is a whole clause.

    Parameters
    ----------
    message : str
    code : IntakeCode, optional
        As for `pilotzones.geo.errors.IntakeError`.
    """

    def __init__(self, message: str, code: IntakeCode = "damaged") -> None:
        super().__init__(message)
        self.code: IntakeCode = code
