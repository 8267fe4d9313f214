"""The errors of the house, and the record of one problem in an input.

Validation collects every problem of an input and raises once, so that a person who edits a file sees all there is to
mend in one go.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Severity = Literal["error", "warning", "info"]
IntakeCode = Literal[
    "archive", "binary", "busy", "damaged", "decisions", "empty", "large", "locked", "other", "scan", "slow"
]

_MAX_SHOWN_CHARACTERS: Final = 200

__all__ = [
    "BoundaryError",
    "CancelledError",
    "CatalogueError",
    "ExportError",
    "IndicatorError",
    "IntakeCode",
    "IntakeError",
    "OverlayError",
    "PanelError",
    "PilotzonesError",
    "Problem",
    "ProjectError",
    "SelectionError",
    "raise_problems",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input: where it is, what it is, what to do.

    Parameters
    ----------
    file : str
        Name of the file, as the user knows it.
    message : str
        What is wrong and what to do about it, one sentence.
    row : int or None
        Line of the file, counted from 1, the header being line 1.
    field : str or None
        Column or key.
    value : str or None
        The offending value, verbatim.
    severity : {"error", "warning", "info"}
        Errors stop the load; warnings are repairs that were made and recorded.
    kind : str
        Name of the issue in `pilotzones.geo.boundaries.upload.issue_log`, for problems of a user's boundary file; of its message,
        for one of `pilotzones.geo.messages.make_problem`; else empty.
    facts : tuple of (str, str)
        What the message names, so that it can be written in another language.
    """

    file: str
    message: str
    row: int | None = None
    field: str | None = None
    value: str | None = None
    severity: Severity = "error"
    kind: str = ""
    facts: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Problem:
        """Make a problem of what JSON has left of ``dataclasses.asdict``: lists for tuples."""
        return cls(**{**record, "facts": tuple((name, value) for name, value in record["facts"])})

    def __str__(self) -> str:
        where = self.file
        if self.row is not None:
            where += f", row {self.row}"
        if self.field is not None:
            where += f", field {_shorten(self.field)}"
        shown = "" if self.value is None else f" (found {_shorten(self.value)!r})"
        return f"{where}: {self.message}{shown}"


def _shorten(text: str) -> str:
    """Shorten a heading or a cell, which may be as long as the file, to what a line of a message shows."""
    return text if len(text) <= _MAX_SHOWN_CHARACTERS else f"{text[:_MAX_SHOWN_CHARACTERS]}…"


class PilotzonesError(Exception):
    """Base of every error the project raises on purpose; its text is fit to show to a user."""

    def __init__(self, message: str, problems: Iterable[Problem] = ()) -> None:
        super().__init__(message)
        self.problems: tuple[Problem, ...] = tuple(problems)


class CatalogueError(PilotzonesError):
    """A programme in the catalogue is missing, unreadable or contradicts itself."""


class BoundaryError(PilotzonesError):
    """A boundary source is missing, altered or not what it says it is."""


class IntakeError(PilotzonesError):
    """A user's file was refused, with the reason.

    Parameters
    ----------
    message : str
    problems : iterable of Problem, optional
    code : IntakeCode, optional
        What kind of reason it is, for a page that says it in its own words: the message ``list_trouble_CODE``.
    """

    def __init__(self, message: str, problems: Iterable[Problem] = (), *, code: IntakeCode = "other") -> None:
        super().__init__(message, problems)
        self.code: IntakeCode = code


class SelectionError(PilotzonesError):
    """A filter names something that does not exist."""


class ExportError(PilotzonesError):
    """A layer could not be written; the old file, if any, is untouched."""


class OverlayError(PilotzonesError):
    """Two layers cannot be compared, or a threshold makes no sense."""


class PanelError(PilotzonesError):
    """A rule of a research panel makes no sense."""


class IndicatorError(PilotzonesError):
    """A table of figures cannot be read, or a rule of an evaluation makes no sense."""


class ProjectError(PilotzonesError):
    """A register of projects or of reserve banks cannot be read."""


class CancelledError(PilotzonesError):
    """The user ended a long computation."""


def raise_problems(kind: type[PilotzonesError], what: str, problems: Iterable[Problem]) -> None:
    """Raise `kind` with every error among `problems`, or return when there is none.

    Parameters
    ----------
    kind : type of PilotzonesError
        The error to raise.
    what : str
        What was being read; begins the message.
    problems : iterable of Problem
        Warnings among them are ignored here: they are for the report.

    Raises
    ------
    PilotzonesError
        Of the class `kind`, when at least one problem is an error.
    """
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        count = f"{len(errors)} problem" + ("s" if len(errors) > 1 else "")
        listing = "\n".join(f"  - {problem}" for problem in errors)
        raise kind(f"{what}: {count}\n{listing}", errors)
