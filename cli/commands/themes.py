"""The command ``pilotzones themes``: what documents say on a theme, who, where, and what supports it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pilotzones.cli.options import FINE, add_json_option, choose_exit_code
from pilotzones.cli.output import add_cells, make_table, print_json, print_line, print_table
from pilotzones.geo.messages import format_count

if TYPE_CHECKING:
    from pilotzones.geo.errors import Problem
    from pilotzones.geo.statements.models import Statement, StatementBase

__all__ = ["add_options", "run"]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    """
    parser.add_argument(
        "theme", nargs="?", default="", help="id or name of a theme; without it the table of all themes"
    )
    parser.add_argument("--document", default="", metavar="ID", help="statements of this document only")
    parser.add_argument("--kind", default="", help="statements of this kind only, such as task, limit or claim")
    parser.add_argument(
        "--search", default="", metavar="WORDS", help="statements with these words (Chinese, Pinyin, English)"
    )
    parser.add_argument("--pairs", action="store_true", help="pairs of statements that were settled, and candidates")
    parser.add_argument(
        "--add", type=Path, metavar="FOLDER", help="add the statements of a folder (statements.csv, outline.csv)"
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE.csv|xlsx|jsonld", help="write the statements to a file"
    )
    add_json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print or write statements.

    Parameters
    ----------
    arguments : argparse.Namespace

    Returns
    -------
    int
        0; 1 or 2 when a folder that was added has errors or warnings.

    Raises
    ------
    PilotzonesError
        When the statements cannot be loaded, or there is no such theme, document or kind.
    """
    from pilotzones.geo.statements.loader import add_statements, load_statements
    from pilotzones.geo.statements.search import search_statements

    base = load_statements()
    problems: list[Problem] = []
    if arguments.add is not None:
        base, problems = add_statements(base, arguments.add)
        for problem in problems:
            print_line(f"{problem.severity}: {problem}")
    code = choose_exit_code(problems)
    if arguments.pairs:
        _print_pairs(base, as_json=arguments.json)
        return code
    theme = _find_theme(base, arguments.theme)
    _check_choices(base, arguments.document, arguments.kind)
    found = base.select(theme=theme, document=arguments.document, kind=arguments.kind)
    found = search_statements(found, arguments.search)
    if arguments.output is not None:
        from pilotzones.geo.statements.writer import write_statements

        write_statements(base, found, arguments.output)
        print_line(f"{arguments.output}: {format_count(len(found), 'statement')}")
    elif arguments.json:
        from pilotzones.geo.statements.tables import make_records

        print_json(make_records(found))
    elif theme or arguments.search or arguments.document or arguments.kind:
        _print_statements(found)
    else:
        _print_matrix(base)
    return code or FINE


def _find_theme(base: StatementBase, name: str) -> str:
    from pilotzones.geo.errors import SelectionError

    for theme in base.themes:
        if name in ("", theme.id, theme.name_zh, theme.name_en):
            return theme.id if name else ""
    raise SelectionError(f"no theme {name!r}: {', '.join(f'{one.id} ({one.name_zh})' for one in base.themes)}")


def _check_choices(base: StatementBase, document: str, kind: str) -> None:
    from pilotzones.geo.errors import SelectionError
    from pilotzones.geo.statements.models import KINDS

    documents = [one.id for one in base.documents]
    if document and document not in documents:
        raise SelectionError(f"no document {document!r}: {', '.join(documents)}")
    if kind and kind not in KINDS:
        raise SelectionError(f"no kind {kind!r}: {', '.join(KINDS)}")


def _print_statements(statements: list[Statement]) -> None:
    table = make_table("statement", "kind", "where", "says", "support", wrap=True)
    for one in statements:
        support = one.claim.support if one.claim else ""
        add_cells(table, (one.id, one.kind, one.where_in_document, f"{one.text_zh} {one.text_en}", support))
    print_table(table, format_count(len(statements), "statement"))


def _print_matrix(base: StatementBase) -> None:
    from pilotzones.geo.statements.tables import count_by_document

    counts = count_by_document(base, base.statements)
    table = make_table("theme", "name", *(f"no. {one.name_zh}" for one in base.documents), wrap=True)
    for theme in base.themes:
        add_cells(table, (theme.id, theme.name_zh, *(counts[theme.id][one.id] or "" for one in base.documents)))
    print_table(
        table, f"{format_count(len(base.statements), 'statement')} of {format_count(len(base.documents), 'document')}"
    )


def _print_pairs(base: StatementBase, *, as_json: bool) -> None:
    from pilotzones.geo.statements.pair_candidates import find_pair_candidates

    candidates = find_pair_candidates(base)
    if as_json:
        settled = [{name: getattr(pair, name) for name in pair.__dataclass_fields__} for pair in base.pairs]
        proposed = [
            {"first": one.first.id, "second": one.second.id, "similarity": round(one.similarity, 3)}
            for one in candidates
        ]
        print_json({"settled": settled, "candidates": proposed})
        return
    table = make_table("first", "relation", "second", "why", wrap=True)
    for pair in base.pairs:
        add_cells(table, (pair.first, pair.relation, pair.second, pair.reason_zh))
    for one in candidates:
        add_cells(table, (one.first.id, "?", one.second.id, f"{', '.join(one.shared_themes)}; {one.similarity:.2f}"))
    print_table(table, f"{format_count(len(base.pairs), 'pair')} settled; {format_count(len(candidates), 'candidate')}")
