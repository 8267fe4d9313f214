"""The rules that tables of statements, claims, tags and pairs keep."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from pilotzones.geo.errors import Problem, make_problem
from pilotzones.geo.files.csv_reader import CsvRow
from pilotzones.geo.statements.models import KINDS, LEVELS, RELATIONS, SUPPORTS, Statement, Theme

__all__ = ["MAX_THEMES", "check_statements", "check_tag_cells", "check_tags", "find_repeated"]

MAX_THEMES: Final = 3
_TEXTS: Final = ("statement", "text_zh", "text_en")


def check_statements(
    rows: Sequence[CsvRow],
    claims: Sequence[CsvRow],
    places: Collection[str] | None,
    *,
    claims_need_evidence: bool = True,
) -> list[Problem]:
    """Check the statements of one document and the evidence of its claims.

    Parameters
    ----------
    rows : sequence of CsvRow
        Of ``statements.csv``.
    claims : sequence of CsvRow
        Of ``claims.csv``.
    places : collection of str or None
        Sections of the document; None where they are not known.
    claims_need_evidence : bool, optional
        Whether a claim without a row in ``claims.csv`` is an error.

    Returns
    -------
    list of Problem
    """
    problems = [problem for row in rows for problem in _check_statement(row, places)]
    kinds = {row["statement"]: row["kind"] for row in rows}
    for row in claims:
        if kinds.get(row["statement"]) != "claim":
            problems.append(row.make_problem("statement", "claim_unknown"))
        if row["support"] not in SUPPORTS:
            problems.append(row.make_problem("support", "choose_one", choices=", ".join(SUPPORTS)))
        elif row["support"] != "unsupported" and not row["source"]:
            problems.append(row.make_problem("source", "claim_source"))
        problems += _check_texts(row, ("claimed_source_zh", "claimed_source_en", "looked_at_zh", "looked_at_en"))
    evidenced = {row["statement"] for row in claims}
    problems += [
        row.make_problem("statement", "claim_open")
        for row in rows
        if claims_need_evidence and row["kind"] == "claim" and row["statement"] not in evidenced
    ]
    return problems


def _check_statement(row: CsvRow, places: Collection[str] | None) -> Iterator[Problem]:
    yield from _check_texts(row, _TEXTS)
    if not row["kind"]:
        yield row.make_problem("kind", "statement_kind", choices=", ".join(KINDS))
    elif row["kind"] not in KINDS:
        yield row.make_problem("kind", "choose_one", choices=", ".join(KINDS))
    if row["level"] not in LEVELS:
        yield row.make_problem("level", "choose_one", choices=", ".join(LEVELS))
    if not row["where_in_document"]:
        yield row.make_problem("where_in_document", "empty")
    elif places is not None and row["where_in_document"] not in places:
        yield row.make_problem("where_in_document", "outline_place")
    for name in ("actor", "object", "condition"):
        if bool(row[f"{name}_zh"]) != bool(row[f"{name}_en"]):
            missing = f"{name}_en" if row[f"{name}_zh"] else f"{name}_zh"
            yield row.make_problem(missing, "one_language")


def _check_texts(row: CsvRow, columns: Iterable[str]) -> Iterator[Problem]:
    return (row.make_problem(column, "empty") for column in columns if not row[column])


def check_tags(
    tags: Sequence[CsvRow],
    pairs: Sequence[CsvRow],
    statements: Sequence[Statement],
    themes: Sequence[Theme],
    *,
    whole: bool = True,
) -> list[Problem]:
    """Check the themes of statements and the pairs of statements.

    Parameters
    ----------
    tags : sequence of CsvRow
        Of ``tags.csv``.
    pairs : sequence of CsvRow
        Of ``pairs.csv``.
    statements : sequence of Statement
        Every statement that may be tagged.
    themes : sequence of Theme
    whole : bool, optional
        Whether the tags are those of a whole catalogue, in which every theme should be carried by something.

    Returns
    -------
    list of Problem
        Errors; warnings for untagged statements, themes that nothing carries, and taggers who disagree.
    """
    known, ids = {theme.id for theme in themes}, {statement.id for statement in statements}
    problems: list[Problem] = []
    for row in tags:
        problems += _check_tag(row, known, ids)
    tagged = {row["statement"] for row in tags}
    problems += [
        make_problem("tags.csv", "statement_untagged", field="statement", value=identity, severity="warning")
        for identity in sorted(ids - tagged)
    ]
    carried = {theme for row in tags for theme in row["themes"].split()}
    if whole:
        problems += [
            make_problem("themes.csv", "theme_unused", field="theme", value=identity, severity="warning")
            for identity in sorted(known - carried)
        ]
    for row in pairs:
        problems += [
            row.make_problem(column, "statement_unknown") for column in ("first", "second") if row[column] not in ids
        ]
        if row["relation"] not in RELATIONS:
            problems.append(row.make_problem("relation", "choose_one", choices=", ".join(RELATIONS)))
        if row["first"] == row["second"]:
            problems.append(row.make_problem("second", "pair_with_itself"))
        problems += _check_texts(row, ("reason_zh", "reason_en"))
    return problems


def _check_tag(row: CsvRow, known: set[str], ids: set[str]) -> Iterator[Problem]:
    if row["statement"] not in ids:
        yield row.make_problem("statement", "statement_unknown")
    yield from check_tag_cells(row, known)
    themes, second = row["themes"].split(), row["themes_second"].split()
    for name in second:
        if name not in known:
            yield row.make_problem("themes_second", "theme_unknown", theme=name, themes=", ".join(sorted(known)))
    yield from _check_texts(row, ("reason_zh", "reason_en"))
    if second and set(second) != set(themes):
        differs = row.make_problem("themes_second", "themes_differ", themes=" ".join(themes))
        yield replace(differs, severity="warning")


def check_tag_cells(row: CsvRow, known: Collection[str]) -> Iterator[Problem]:
    """Check the cell ``themes`` of a row: one to three known themes, none twice.

    Parameters
    ----------
    row : CsvRow
    known : collection of str
        Ids of themes.

    Yields
    ------
    Problem
    """
    themes = row["themes"].split()
    if not 1 <= len(themes) <= MAX_THEMES:
        # A cell may have millions of words; each is looked up only where there are few.
        yield row.make_problem("themes", "theme_count", most=MAX_THEMES)
        return
    if len(set(themes)) != len(themes):
        yield row.make_problem("themes", "theme_twice")
    for name in themes:
        if name not in known:
            yield row.make_problem("themes", "theme_unknown", theme=name, themes=", ".join(sorted(known)))


def find_repeated(rows: Sequence[CsvRow], column: str) -> Iterator[Problem]:
    """Find rows whose cell another row before has too.

    Parameters
    ----------
    rows : sequence of CsvRow
    column : str

    Yields
    ------
    Problem
    """
    seen: dict[str, int] = {}
    for row in rows:
        if row[column] in seen and row[column]:
            yield row.make_problem(column, "listed_before", first=seen[row[column]])
        seen.setdefault(row[column], row.number)
