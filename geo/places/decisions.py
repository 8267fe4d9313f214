"""Saved decisions: a reviewable table of what a person chose for a doubtful name, applied on the next run.

The key is the listed text and its context: the same name in another list is another question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from pilotzones.geo.errors import IntakeError, Problem, make_problem, raise_problems
from pilotzones.geo.files.atomic_file import write_atomically
from pilotzones.geo.files.csv_reader import CsvError, read_records
from pilotzones.geo.files.csv_writer import format_rows, strip_guard
from pilotzones.geo.files.input_file import read_input_file
from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.models import ResolvedRow
from pilotzones.geo.places.reason_codes import make_reason
from pilotzones.geo.places.text.normalization import fold_variants

__all__ = ["Decision", "Decisions"]

_COLUMNS = ("listed_text", "context", "adcode", "who", "when", "why")
_CODE = r"[0-9]{6}"
_MAX_FILE_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Decision:
    """One choice: which divisions a listed text stands for in its context, who chose, when and why.

    Parameters
    ----------
    listed_text, context : str
        As in the row decided on.
    adcode : tuple of str
        Codes chosen; empty says that the text is no county.
    who, when, why : str
        The person, the ISO date and the reason.
    """

    listed_text: str
    context: str
    adcode: tuple[str, ...]
    who: str
    when: str
    why: str


def _make_key(text: str, context: str) -> tuple[str, str]:
    return re.sub(r"\s+", "", fold_variants(text)), re.sub(r"\s+", "", fold_variants(context))


@dataclass(slots=True)
class Decisions:
    """A table of decisions.

    Parameters
    ----------
    table : mapping, optional
        Decisions by folded text and context.
    """

    table: dict[tuple[str, str], Decision] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.table)

    def decide(
        self, row: ResolvedRow, adcode: Iterable[str], *, who: str, why: str, when: date | None = None
    ) -> Decision:
        """Save a choice for a row.

        Parameters
        ----------
        row : ResolvedRow
            The row in review.
        adcode : iterable of str
            Codes chosen; none of them says that the text is no county.
        who, why : str
            The person and the reason.
        when : datetime.date, optional
            Day of the decision; today when left out.

        Returns
        -------
        Decision
            As saved.

        Raises
        ------
        IntakeError
            When a code is not in today's table.
        """
        codes = tuple(adcode)
        unknown = [code for code in codes if code not in load_gazetteer().units]
        if unknown:
            raise IntakeError(make_problem("", "not_today", facts={"codes": ", ".join(unknown)}))
        made = Decision(
            row.listed_text, row.context, codes, who, (when or datetime.now(tz=UTC).date()).isoformat(), why
        )
        self.table[_make_key(row.listed_text, row.context)] = made
        return made

    def undo(self, row: ResolvedRow) -> bool:
        """Take back the choice for a row.

        Parameters
        ----------
        row : ResolvedRow
            The row.

        Returns
        -------
        bool
            Whether there was one.
        """
        return self.table.pop(_make_key(row.listed_text, row.context), None) is not None

    def apply(self, row: ResolvedRow) -> ResolvedRow:
        """Apply the saved choice to a row, if there is one for its text and context.

        Parameters
        ----------
        row : ResolvedRow
            As resolved by rule.

        Returns
        -------
        ResolvedRow
            Decided, or unchanged.
        """
        made = self.table.get(_make_key(row.listed_text, row.context))
        if made is None:
            return row
        reasons = (*row.reasons, make_reason("decided", who=made.who, when=made.when, why=made.why))
        if not made.adcode:
            return replace(row, status="not_a_county", adcode=(), method="decision", reasons=reasons, level="special")
        unit = load_gazetteer().units[made.adcode[0]]
        return replace(
            row, status="accepted", adcode=made.adcode, name=unit.name, province=unit.province, prefecture=unit.prefecture,
            level=unit.level, method="decision", reasons=reasons, former_unit="", ground_as_of="",
        )  # fmt: skip

    def to_csv(self) -> str:
        """Write the table as CSV with a header, sorted, so that two versions can be compared.

        Returns
        -------
        str
            Text for UTF-8 without a byte order mark; no cell is a formula to a spreadsheet, see the module
            `csv_writer`.
        """
        records = [{**asdict(made), "adcode": ";".join(made.adcode)} for _, made in sorted(self.table.items())]
        return format_rows([_COLUMNS, *([record[name] for name in _COLUMNS] for record in records)], line_end="\n")

    def save(self, path: Path) -> None:
        """Write the table to a file.

        Parameters
        ----------
        path : Path
            Where to; replaced as a whole.

        Raises
        ------
        ExportError
            When it cannot be written; the old file is untouched.
        """
        write_atomically(path, self.to_csv().encode())

    @classmethod
    def from_csv(cls, text: str, *, file: str = "decisions") -> Decisions:
        """Read a table.

        Parameters
        ----------
        text : str
            CSV with the columns listed_text, context, adcode, who, when, why.
        file : str
            Name of the file, for the message.

        Returns
        -------
        Decisions
            All of them.

        Raises
        ------
        IntakeError
            With every row that is not in order.
        """
        # Lines as a spreadsheet of any system ends them.
        plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        try:
            header, rows = read_records(plain)
        except CsvError as error:
            facts = {"line": error.line - 1, "reason": error}
            raise IntakeError(make_problem(file, "decisions_broken", facts=facts)) from error
        missing = [name for name in _COLUMNS if name not in header]
        if missing:
            facts = {"columns": ", ".join(missing)}
            raise IntakeError(make_problem(file, "decisions_columns", facts=facts), code="decisions")
        table: dict[tuple[str, str], Decision] = {}
        problems: list[Problem] = []
        for line, row in enumerate(rows, start=2):
            made = _read_row(row, file, line, problems)
            table[_make_key(made.listed_text, made.context)] = made
        raise_problems(IntakeError, file, problems)
        return cls(table)

    @classmethod
    def load(cls, path: Path) -> Decisions:
        """Read a table from a file.

        Parameters
        ----------
        path : Path
            A CSV file in UTF-8.

        Returns
        -------
        Decisions
            All of them.

        Raises
        ------
        IntakeError
            When the file is missing, too large, or not in order.
        """
        try:
            text = read_input_file(path, max_bytes=_MAX_FILE_BYTES).decode("utf-8-sig")
        except FileNotFoundError as error:
            raise IntakeError(make_problem(path.name, "no_file-missing")) from error
        except OSError as error:
            facts = {"reason": error.strerror}
            raise IntakeError(make_problem(path.name[:80], "decisions_unreadable", facts=facts)) from error
        except UnicodeDecodeError as error:
            raise IntakeError(make_problem(path.name, "decisions_utf8")) from error
        return cls.from_csv(text.replace("\r\n", "\n"), file=path.name)


def _read_row(row: Mapping[str, str], file: str, line: int, problems: list[Problem]) -> Decision:
    """Read one row as a decision; what is wrong with it is added to the problems."""
    cells = {name: strip_guard(row.get(name, "")).strip() for name in _COLUMNS}
    codes = tuple(code.strip() for code in cells["adcode"].split(";") if code.strip())
    if not cells["listed_text"]:
        problems.append(make_problem(file, "decided_text", row=line, field="listed_text"))
    units = load_gazetteer().units
    unknown = [code for code in codes if not re.fullmatch(_CODE, code) or code not in units]
    problems += [make_problem(file, "code_of_today", row=line, field="adcode", value=code) for code in unknown]
    try:
        date.fromisoformat(cells["when"])
    except ValueError:
        problems.append(make_problem(file, "iso_date", row=line, field="when", value=cells["when"]))
    return Decision(cells["listed_text"], cells["context"], codes, cells["who"], cells["when"], cells["why"])
