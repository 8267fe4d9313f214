"""Statements, themes, tags and pairs from the catalogue, validated: every problem of every file at once.

A document's statements lie beside its outline, in the folder of its programme or, for a paper, in ``documents/ID``. The
tasks and measures of a programme are statements too; they are taken from its own tables.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

from pilotzones.data import DATA, PROGRAMMES
from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.errors import CatalogueError, Problem, make_problem, raise_problems
from pilotzones.geo.files.checksums import check_manifest
from pilotzones.geo.files.csv_reader import CsvRow, decode, read_table
from pilotzones.geo.files.input_file import read_input_file
from pilotzones.geo.statements.models import (
    CitedDocument,
    ClaimEvidence,
    OutlinePlace,
    Statement,
    StatementBase,
    StatementPair,
    Theme,
)
from pilotzones.geo.statements.validation import check_statements, check_tags

__all__ = [
    "STATEMENT_COLUMNS",
    "add_statements",
    "check_statement_base",
    "has_statements",
    "load_statements",
]

STATEMENT_COLUMNS: Final = [
    "statement",
    "kind",
    "where_in_document",
    "text_zh",
    "text_en",
    "actor_zh",
    "actor_en",
    "object_zh",
    "object_en",
    "condition_zh",
    "condition_en",
    "level",
    "value",
    "unit",
]
_COLUMNS: Final = {
    "outline": ["place", "heading_zh", "heading_en"],
    "statements": STATEMENT_COLUMNS,
    "claims": (
        [
            "statement",
            "claimed_source_zh",
            "claimed_source_en",
            "claimed_year",
            "support",
            "looked_at_zh",
            "looked_at_en",
            "source",
        ]
    ),
    "themes": ["theme", "name_zh", "name_en", "definition_zh", "definition_en", "left_out_zh", "left_out_en"],
    "tags": ["statement", "themes", "reason_zh", "reason_en", "themes_second"],
    "pairs": ["first", "second", "relation", "reason_zh", "reason_en"],
}
# What no two rows of a table share.
_KEYS: Final = {name: columns[:1] for name, columns in _COLUMNS.items()} | {"pairs": ["first", "second"]}
# Who carries out the tasks and measures of a document, by its level.
_ACTORS: Final = {
    "zone": ("试验区", "zones"),
    "town": ("示范城镇", "demonstration towns"),
    "municipality": ("市和区县", "city and districts"),
}
_DOCUMENT_TEXTS: Final = ("title_zh", "title_en", "author", "year", "note_zh", "note_en")


def _list_statement_folders(root: Path = DATA) -> list[Path]:
    """List folders of documents that have statements: programmes first, then papers."""
    return [
        path.parent for kind in ("programmes", "documents") for path in sorted(root.glob(f"{kind}/*/statements.csv"))
    ]


def has_statements(programme: str) -> bool:
    """Whether the catalogue has statements of a programme's document beside its tasks and measures."""
    return (PROGRAMMES / programme / "statements.csv").is_file()


@cache
def load_statements() -> StatementBase:
    """Load the statements of the catalogue.

    Returns
    -------
    StatementBase

    Raises
    ------
    CatalogueError
        With every problem found, each with file, row and field.
    """
    problems = [*check_manifest("themes"), *check_manifest("documents")]
    raise_problems(CatalogueError, "statements", problems)
    base, problems = check_statement_base(DATA)
    raise_problems(CatalogueError, "statements", problems)
    return base


def check_statement_base(root: Path = DATA) -> tuple[StatementBase, list[Problem]]:
    """Read the statements of a catalogue and say everything that is wrong with them.

    Parameters
    ----------
    root : Path, optional
        Holds ``themes/``, ``documents/`` and ``programmes/``.

    Returns
    -------
    base : StatementBase
        Without the rows that have an error.
    problems : list of Problem
        Errors, and warnings about statements without a tag and themes without a statement.
    """
    problems: list[Problem] = []
    documents, statements = [], []
    for folder in _list_statement_folders(root):
        document, found, wrong = _read_document(folder)
        problems += wrong
        if document is not None:
            documents.append(document)
            statements += found
    themes = [
        Theme(*(row[column] for column in _COLUMNS["themes"])) for row in _read(root / "themes", "themes", problems)
    ]
    tags = _read(root / "themes", "tags", problems)
    pairs = _read(root / "themes", "pairs", problems)
    problems += check_tags(tags, pairs, statements, themes)
    base = StatementBase(
        themes=tuple(themes),
        documents=tuple(documents),
        statements=tuple(_add_tags(statements, tags, {theme.id for theme in themes})),
        pairs=_build_pairs(pairs, {statement.id for statement in statements}),
    )
    return base, problems


def add_statements(base: StatementBase, folder: Path) -> tuple[StatementBase, list[Problem]]:
    """Add the statements of a folder of the user's: ``statements.csv``, ``outline.csv``, and ``tags.csv`` if there is one.

    Parameters
    ----------
    base : StatementBase
    folder : Path
        A programme folder, or a folder with ``document.toml``.

    Returns
    -------
    base : StatementBase
        With the document added; one of the same id is replaced.
    problems : list of Problem
    """
    document, added, problems = _read_document(folder)
    if document is None:
        return base, problems
    tags = _read(folder, "tags", problems) if (folder / "tags.csv").is_file() else []
    # A user may tag statements by their short names.
    tags = [
        row
        if ":" in row["statement"]
        else CsvRow(row.file, row.number, {**row.cells, "statement": f"{document.id}:{row['statement']}"})
        for row in tags
    ]
    problems += check_tags(tags, [], added, base.themes, whole=False)
    others = [one for one in base.statements if one.document != document.id]
    ids = {theme.id for theme in base.themes}
    return (
        replace(
            base,
            documents=(*(one for one in base.documents if one.id != document.id), document),
            statements=(*others, *_add_tags(added, tags, ids)),
        ),
        problems,
    )


def _read(folder: Path, name: str, problems: list[Problem]) -> list[CsvRow]:
    rows, found = read_table(folder / f"{name}.csv", _COLUMNS[name], key=_KEYS[name])
    file = f"{folder.name}/{name}.csv"
    problems += [replace(problem, file=file) for problem in found]
    return [replace(row, file=file) for row in rows]


def _read_document(folder: Path) -> tuple[CitedDocument | None, list[Statement], list[Problem]]:
    problems: list[Problem] = []
    outline = tuple(
        OutlinePlace(row["place"], row["heading_zh"], row["heading_en"]) for row in _read(folder, "outline", problems)
    )
    rows = _read(folder, "statements", problems)
    evidence = _read(folder, "claims", problems) if (folder / "claims.csv").is_file() else []
    problems += check_statements(rows, evidence, {one.place for one in outline})
    try:
        document, statements = _describe_document(folder, outline)
    except CatalogueError as error:
        return (
            None,
            [],
            [*problems, *error.problems]
            if error.problems
            else [*problems, make_problem(folder.name, "file_unreadable", facts={"reason": error})],
        )
    claims = {row["statement"]: _build_evidence(row) for row in evidence}
    bad = {(problem.file, problem.row) for problem in problems if problem.severity == "error"}
    zones = _list_zones(folder)
    for row in rows:
        if (row.file, row.number) not in bad:
            built = _build_statement(row, document, claims.get(row["statement"]))
            statements.append(replace(built, zones=zones))
    return document, statements, problems


def _describe_document(folder: Path, outline: tuple[OutlinePlace, ...]) -> tuple[CitedDocument, list[Statement]]:
    """Describe the document of a folder, and list the statements that its programme's tasks and measures are."""
    if (folder / "programme.toml").is_file():
        programme = load_programme(folder.name if folder.parent.parent == DATA else folder)
        document = CitedDocument(
            programme.id, programme.title_zh, programme.title_en, "policy", programme.document_date,
            "", "", "", programme.id, outline,
        )  # fmt: skip
        return document, _build_provisions(programme, document)
    head = _read_document_head(folder / "document.toml")
    document = CitedDocument(
        folder.name, head["title_zh"], head["title_en"], "paper", head["year"], head["author"], head["note_zh"],
        head["note_en"], "", outline,
    )  # fmt: skip
    return document, []


def _read_document_head(path: Path) -> dict[str, str]:
    file = f"{path.parent.name}/{path.name}"
    try:
        text, problems = decode(read_input_file(path), file=file)
        head = tomllib.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise CatalogueError(
            f"{file}: {error}", [make_problem(file, "file_unreadable", facts={"reason": error})]
        ) from None
    problems += [
        make_problem(file, "text_missing", field=key) for key in _DOCUMENT_TEXTS if not isinstance(head.get(key), str)
    ]
    if problems:
        raise CatalogueError(f"{file}: {problems[0].message}", problems)
    return head


def _list_zones(folder: Path) -> tuple[int, ...]:
    if not (folder / "programme.toml").is_file():
        return ()
    programme = load_programme(folder.name if folder.parent.parent == DATA else folder)
    return tuple(zone.order for zone in programme.zones)


def _build_provisions(programme: Programme, document: CitedDocument) -> list[Statement]:
    """Build statements of the tasks and measures of a programme; a task holds for the zones that take it on."""
    every = tuple(zone.order for zone in programme.zones)
    level = programme.kind.level
    actor = _ACTORS[level]
    tasks = [
        Statement(
            id=f"{document.id}:task-{task.number}", document=document.id, kind="task",
            where_in_document=task.where_in_document, text_zh=task.name_zh, text_en=task.name_en, level="zone",
            actor_zh=actor[0], actor_en=actor[1], object_zh=task.short_zh, object_en=task.short_en,
            date=document.date, zones=tuple(zone.order for zone in programme.zones if task.number in zone.tasks),
        )
        for task in programme.tasks
    ]  # fmt: skip
    measures = [
        Statement(
            id=f"{document.id}:measure-{measure.id}", document=document.id, kind="measure",
            where_in_document=measure.where_in_document, text_zh=measure.summary_zh, text_en=measure.summary_en,
            level=level,  # type: ignore[arg-type]  # one of the levels above
            actor_zh=actor[0], actor_en=actor[1], object_zh=measure.name_zh, object_en=measure.name_en,
            condition_zh=measure.scope_text_zh, condition_en=measure.scope_text_en, date=document.date, zones=every,
        )
        for measure in programme.measures
        if programme.get_group(measure.group).role == "measure"
    ]  # fmt: skip
    return tasks + measures


def _build_statement(row: CsvRow, document: CitedDocument, claim: ClaimEvidence | None) -> Statement:
    texts = {column: row[column] for column in STATEMENT_COLUMNS if column != "statement"}
    return Statement(
        id=f"{document.id}:{row['statement']}",
        document=document.id,
        date=document.date,
        claim=claim,
        **texts,  # type: ignore[arg-type]  # kind and level are checked by check_statements
    )


def _build_evidence(row: CsvRow) -> ClaimEvidence:
    texts = {column: row[column] for column in _COLUMNS["claims"] if column != "statement"}
    return ClaimEvidence(**texts)  # type: ignore[arg-type]  # support is checked by check_statements


def _build_pairs(rows: list[CsvRow], known: set[str]) -> tuple[StatementPair, ...]:
    return tuple(
        StatementPair(*(row[column] for column in _COLUMNS["pairs"]))  # type: ignore[arg-type]  # checked by check_tags
        for row in rows
        if row["first"] in known and row["second"] in known
    )


def _add_tags(statements: list[Statement], tags: list[CsvRow], known: set[str]) -> list[Statement]:
    by_statement = {row["statement"]: row for row in tags}
    tagged = []
    for statement in statements:
        row = by_statement.get(statement.id)
        if row is None:
            tagged.append(statement)
            continue
        tagged.append(
            replace(
                statement,
                themes=tuple(theme for theme in row["themes"].split() if theme in known),
                reason_zh=row["reason_zh"],
                reason_en=row["reason_en"],
                themes_second=tuple(row["themes_second"].split()),
            )
        )
    return tagged
