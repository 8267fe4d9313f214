"""The command ``pilotzones resolve``: the places in a list, a table or a text."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from pilotzones.cli.inputs import find_province_code, load_decisions, load_document
from pilotzones.cli.options import FINE, NEEDS_REVIEW, add_document_options, add_json_option
from pilotzones.cli.output import add_cells, clean_text, make_table, print_csv, print_json, print_line, print_table

if TYPE_CHECKING:
    from pilotzones.geo.documents.reader import DocumentText
    from pilotzones.geo.places import Resolution, ResolvedRow

__all__ = ["add_options", "run"]

_MAX_CANDIDATES = 3


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    """
    parser.add_argument(
        "file", nargs="?", default="-", metavar="FILE|-", help="text, CSV, XLSX, DOCX, PDF or HTML; - is standard input"
    )
    add_document_options(parser)
    formats = parser.add_mutually_exclusive_group()
    add_json_option(formats)
    formats.add_argument("--csv", action="store_true", help="CSV, one row a place")


def run(arguments: argparse.Namespace) -> int:
    """Resolve the places in a document and print them.

    Parameters
    ----------
    arguments : argparse.Namespace

    Returns
    -------
    int
        0, or 2 when a place needs a decision and ``--fail-on review`` is given.

    Raises
    ------
    PilotzonesError
        When the document or the decisions cannot be read, or the province does not exist.
    """
    document = load_document(arguments)
    resolution = _resolve_document(document, arguments)
    for note in (*document.notes, *resolution.notes):
        print(f"note: {clean_text(note)}", file=sys.stderr)
    if arguments.json:
        print_json(resolution.to_dict())
    elif arguments.csv:
        print_csv(resolution.to_frame())
    else:
        _print_places(resolution)
    return NEEDS_REVIEW if arguments.fail_on and resolution.review else FINE


def _resolve_document(document: DocumentText, arguments: argparse.Namespace) -> Resolution:
    from pilotzones.geo.documents.document_resolution import resolve_document

    return resolve_document(
        document,
        province=find_province_code(arguments.province),
        as_of=arguments.as_of,
        decisions=load_decisions(arguments),
    )


def _print_places(resolution: Resolution) -> None:
    table = make_table("no.", "listed", "op", "level", "status", "code", "place", "why", wrap=True)
    for row in resolution.rows:
        place = _name_place(row) or "–"
        cells = (row.order, row.listed_text, row.op, row.level, row.status, _format_code(row), place, _explain_row(row))
        add_cells(table, cells)
    print_table(table)
    total, waiting = resolution.total, len(resolution.review)
    print_line(f"{resolution.matched} of {total} recognised as divisions; {waiting} to settle")
    if resolution.passing:
        names = dict.fromkeys(row.listed_text for row in resolution.passing)
        print_line(f"named in passing, not taken for items of the list: {'、'.join(names)}")


def _format_code(row: ResolvedRow) -> str:
    if row.adcode:
        return ";".join(row.adcode)
    return f"in {';'.join(row.container_adcode)}" if row.container_adcode else "–"


def _name_place(row: ResolvedRow) -> str:
    """Join the names of a place and its superiors; a municipality is its own prefecture and named once."""
    prefecture = row.prefecture if row.prefecture != row.province else ""
    return "".join(dict.fromkeys(part for part in (row.province, prefecture, row.name) if part))


def _explain_row(row: ResolvedRow) -> str:
    candidates = row.candidates[:_MAX_CANDIDATES] if row.status == "review" else ()
    names = "、".join(candidate.name for candidate in candidates)
    return "; ".join(map(str, row.reasons)) + (f" ({names}?)" if names else "")
