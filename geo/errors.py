"""The errors of the project, and the record of one problem in an input.

Validation collects every problem of an input and raises once, so that a person who edits a file sees all there is to
mend in one go.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from pilotzones.geo.messages import LANGUAGES, Language, translate

Severity = Literal["error", "warning", "info"]
IntakeCode = Literal[
    "archive", "binary", "busy", "damaged", "decisions", "empty", "large", "locked", "other", "scan", "slow"
]

_MAX_SHOWN_CHARACTERS: Final = 200
# Facts that set words around the sentence of a problem, innermost first: the message problem_with_NAME.
_FACTS_AROUND: Final = ("sequence_line", "more_rows", "consent")

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
    "has_error",
    "make_list_fact",
    "make_problem",
    "raise_problems",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input: where it is, and as a code and facts what it is and what to do.

    Parameters
    ----------
    file : str
        Name of the file, as the user knows it.
    code : str
        Of the sentence that says what is wrong and what to do about it: the message ``problem_CODE``. Of a user's
        boundary file it begins with the name of an issue of `pilotzones.geo.boundaries.upload.issue_log`; what follows
        a hyphen tells the sentences of one issue apart.
    row : int or None
        Line of the file, counted from 1, the header being line 1.
    field : str or None
        Column or key.
    value : str or None
        The offending value, verbatim.
    severity : {"error", "warning", "info"}
        Errors stop the load; warnings are repairs that were made and recorded.
    facts : tuple of (str, str)
        What the sentence names. The value of a fact whose name ends in ``_message`` is the name of a message; one
        that ends in ``_zh`` or ``_en`` is ``{name}`` of that language.
    """

    file: str
    code: str
    row: int | None = None
    field: str | None = None
    value: str | None = None
    severity: Severity = "error"
    facts: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Problem:
        """Make a problem of what JSON has left of ``dataclasses.asdict``: lists for tuples."""
        return cls(**{**record, "facts": tuple((name, value) for name, value in record["facts"])})

    @property
    def kind(self) -> str:
        """Name of the issue: the code up to the hyphen."""
        return self.code.partition("-")[0]

    @property
    def message(self) -> str:
        """What is wrong, in English, for the terminal and for files."""
        return self.describe("en")

    def describe(self, lang: Language) -> str:
        """Say in a language what is wrong.

        Parameters
        ----------
        lang : {"zh", "en"}

        Returns
        -------
        str
            One sentence without a full stop.
        """
        facts: dict[str, str] = dict(self.facts)
        facts |= {name.removesuffix(f"_{lang}"): value for name, value in self.facts if name.endswith(f"_{lang}")}
        facts |= {name: translate(key, lang, **facts) for name, key in self.facts if name.endswith("_message")}
        text = translate(f"problem_{self.code}", lang, **facts)
        for name in _FACTS_AROUND:
            if name in facts:
                text = translate(f"problem_with_{name}", lang, **(facts | {"text": text}))
        return text

    def describe_in_place(self, lang: Language) -> str:
        """Say in a language what is wrong, after the file, row and field where it is, and with the value that is there.

        Parameters
        ----------
        lang : {"zh", "en"}

        Returns
        -------
        str
        """
        where, text = self.file, self.describe(lang)
        if self.row is not None:
            where += translate("found_in_row", lang, row=self.row)
        if self.field is not None:
            where += translate("found_in_field", lang, field=_shorten(self.field))
        if self.value is not None:
            text += translate("found_value", lang, value=_shorten(self.value))
        return translate("found_in_place", lang, place=where, text=text) if where else text

    def __str__(self) -> str:
        return self.describe_in_place("en")


def has_error(problems: Iterable[Problem]) -> bool:
    """Return whether any of the problems stops the load."""
    return any(problem.severity == "error" for problem in problems)


def make_problem(
    file: str,
    code: str,
    *,
    row: int | None = None,
    field: str | None = None,
    value: str | None = None,
    severity: Severity = "error",
    facts: Mapping[str, object] | None = None,
) -> Problem:
    """Make a problem from facts of any type.

    Parameters
    ----------
    file, code, row, field, value, severity
        As of `Problem`.
    facts : mapping of str to object, optional
        What the sentence names.

    Returns
    -------
    Problem
    """
    named = tuple((name, str(fact)) for name, fact in (facts or {}).items())
    return Problem(file, code, row, field, value, severity, named)


def make_list_fact(name: str, item: str, entries: Iterable[Mapping[str, object]]) -> dict[str, str]:
    """Make a fact that lists entries in the words of each language.

    Parameters
    ----------
    name : str
        Of the fact.
    item : str
        The message ``item_ITEM`` says one entry.
    entries : iterable of mapping
        What the message names, for each entry; messages as in the facts of `Problem`.

    Returns
    -------
    dict of str to str
    """
    listed = list(entries)
    return {
        f"{name}_{lang}": {"zh": "、", "en": ", "}[lang].join(
            translate(f"item_{item}", lang, **_translate_facts(one, lang)) for one in listed
        )
        for lang in LANGUAGES
    }


def _translate_facts(facts: Mapping[str, object], lang: Language) -> dict[str, object]:
    """Put the sentence of a message in the place of its name."""
    named = {name: translate(str(key), lang) for name, key in facts.items() if name.endswith("_message")}
    return {**facts, **named}


def _shorten(text: str) -> str:
    """Shorten a heading or a cell, which may be as long as the file, to what a line of a message shows."""
    return text if len(text) <= _MAX_SHOWN_CHARACTERS else f"{text[:_MAX_SHOWN_CHARACTERS]}…"


class PilotzonesError(Exception):
    """Base of every error the project raises on purpose; its text is fit to show to a user.

    Parameters
    ----------
    reason : str or Problem
        What has gone wrong, as a problem that says it in either language; a sentence in English beside `problems`, or where
        no page shows it.
    problems : iterable of Problem, optional
        All of them, where there are several.
    """

    def __init__(self, reason: str | Problem, problems: Iterable[Problem] = ()) -> None:
        super().__init__(str(reason))
        self.problems: tuple[Problem, ...] = (reason,) if isinstance(reason, Problem) else tuple(problems)

    def describe(self, lang: Language) -> str:
        """Say in a language what has gone wrong.

        Parameters
        ----------
        lang : {"zh", "en"}

        Returns
        -------
        str
            A line for each problem; the English text for an error of another kind.
        """
        grave = [problem for problem in self.problems if problem.severity == "error"]
        if lang == "en" or not grave:
            return str(self)
        return "\n".join(problem.describe_in_place(lang) for problem in grave)

    def describe_in_languages(self) -> dict[Language, str]:
        """Say in each language what has gone wrong, for a page that may be shown in either."""
        return {lang: self.describe(lang) for lang in LANGUAGES}


class CatalogueError(PilotzonesError):
    """A programme in the catalogue is missing, unreadable or contradicts itself."""


class BoundaryError(PilotzonesError):
    """A boundary source is missing, altered or not what it says it is."""


class IntakeError(PilotzonesError):
    """A user's file was refused, with the reason.

    Parameters
    ----------
    reason : str or Problem
    problems : iterable of Problem, optional
    code : IntakeCode, optional
        What kind of reason it is, for a page that says it in its own words: the message ``list_trouble_CODE``.
    """

    def __init__(self, reason: str | Problem, problems: Iterable[Problem] = (), *, code: IntakeCode = "other") -> None:
        super().__init__(reason, problems)
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
