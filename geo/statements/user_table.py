"""Statements that a user writes or loads as one table: the columns of ``statements.csv``, and the themes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from pilotzones.geo.errors import IntakeError, Problem, make_problem
from pilotzones.geo.files.csv_reader import CsvError, CsvRow, decode, read_records
from pilotzones.geo.files.csv_writer import format_rows, strip_guard, with_byte_order_mark
from pilotzones.geo.statements.loader import STATEMENT_COLUMNS
from pilotzones.geo.statements.models import CitedDocument, OutlinePlace, Statement, StatementBase, Theme
from pilotzones.geo.statements.validation import check_statements, check_tag_cells, find_repeated

__all__ = [
    "MAX_USER_STATEMENTS",
    "USER_COLUMNS",
    "USER_DOCUMENT",
    "check_user_statements",
    "format_user_statements",
    "join_user_statements",
    "read_user_statements",
]

USER_COLUMNS: Final = [*STATEMENT_COLUMNS, "themes"]
USER_DOCUMENT: Final = "own"
MAX_USER_STATEMENTS: Final = 2_000
# More than a page of text for each.
MAX_USER_BYTES: Final = 5_000_000
_FILE: Final = "statements.csv"


def read_user_statements(raw: bytes) -> list[dict[str, str]]:
    """Read a table of statements.

    Parameters
    ----------
    raw : bytes
        CSV, UTF-8.

    Returns
    -------
    list of dict
        A row a statement with `USER_COLUMNS`; columns that the file lacks are empty, others are left out.

    Raises
    ------
    IntakeError
        When it is no such table, or has more than `MAX_USER_BYTES` or `MAX_USER_STATEMENTS` rows.
    """
    if len(raw) > MAX_USER_BYTES:
        sizes = {"bytes": f"{len(raw):,}", "most": f"{MAX_USER_BYTES:,}"}
        raise IntakeError(make_problem(_FILE, "many_bytes", facts=sizes))
    text, problems = decode(raw, file=_FILE)
    if problems:
        raise IntakeError(problems[0])
    try:
        header, lines = read_records(text, is_strict=True)
    except CsvError as error:
        raise IntakeError(make_problem(_FILE, "table_unreadable", facts={"reason": error})) from None
    if not lines or "statement" not in header:
        facts = {"columns": ", ".join(USER_COLUMNS)}
        raise IntakeError(make_problem(_FILE, "columns_expected", facts=facts))
    if len(lines) > MAX_USER_STATEMENTS:
        counts = {"rows": f"{len(lines):,}", "most": f"{MAX_USER_STATEMENTS:,}"}
        raise IntakeError(make_problem(_FILE, "many_rows", facts=counts))
    return [{column: strip_guard(line.get(column, "")).strip() for column in USER_COLUMNS} for line in lines]


def check_user_statements(rows: Iterable[Mapping[str, str]], themes: Iterable[Theme]) -> list[Problem]:
    """Check statements as those of the catalogue are checked; the sections of the document are not known.

    Parameters
    ----------
    rows : iterable of mapping
        With `USER_COLUMNS`.
    themes : iterable of Theme

    Returns
    -------
    list of Problem
        With the row as a spreadsheet counts it, the heading being row 1.
    """
    known = {theme.id for theme in themes}
    listed = [CsvRow(_FILE, number, dict(row)) for number, row in enumerate(rows, start=2)]
    problems = [*check_statements(listed, [], None, claims_need_evidence=False), *find_repeated(listed, "statement")]
    for row in listed:
        problems += check_tag_cells(row, known)
    return sorted(problems, key=lambda one: (one.row or 0, one.field or ""))


def join_user_statements(base: StatementBase, rows: Iterable[Mapping[str, str]], title: str) -> StatementBase:
    """Add the statements of a user's table to the base as one more document.

    Parameters
    ----------
    base : StatementBase
    rows : iterable of mapping
        In which `check_user_statements` finds nothing.
    title : str
        Of the document.

    Returns
    -------
    StatementBase
    """
    listed = list(rows)
    outline = tuple(OutlinePlace(place, "", "") for place in dict.fromkeys(row["where_in_document"] for row in listed))
    document = CitedDocument(USER_DOCUMENT, title, title, "paper", "", "", "", "", "", outline)
    statements = tuple(
        Statement(
            id=f"{USER_DOCUMENT}:{row['statement']}",
            document=USER_DOCUMENT,
            themes=tuple(row["themes"].split()),
            **{column: row[column] for column in STATEMENT_COLUMNS if column != "statement"},  # type: ignore[arg-type]
        )
        for row in listed
    )
    return replace(base, documents=(*base.documents, document), statements=(*base.statements, *statements))


def format_user_statements(rows: Iterable[Mapping[str, str]]) -> bytes:
    """Format statements as CSV that `read_user_statements` reads.

    Parameters
    ----------
    rows : iterable of mapping

    Returns
    -------
    bytes
        UTF-8 with a byte order mark; no cell is a formula to a spreadsheet.
    """
    cells = ([row.get(column, "") for column in USER_COLUMNS] for row in rows)
    return with_byte_order_mark(format_rows([USER_COLUMNS, *cells]))
