"""The command ``pilotzones import``: a programme drafted from a policy document."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from pilotzones.cli.inputs import find_province_code, load_decisions, load_document
from pilotzones.cli.options import FINE, NEEDS_REVIEW, add_document_options, add_json_option, add_output_option
from pilotzones.cli.output import add_cells, make_table, print_json, print_line, print_table
from pilotzones.geo.messages import format_count

if TYPE_CHECKING:
    from pilotzones.geo.documents.models import Draft

__all__ = ["add_options", "run"]

_MAX_SHOWN_TEXT = 80  # characters of a passage that was not understood


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    """
    parser.add_argument("file", metavar="FILE|-", help="text, CSV, XLSX, DOCX, PDF or HTML; - is standard input")
    text = "write the programme, for --programme of the other commands"
    add_output_option(parser, "FOLDER", text, required=False)
    parser.add_argument("--replace", action="store_true", help="replace the programme in FOLDER")
    add_json_option(parser)
    add_document_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Draft a programme from a document, print it, and write it when a folder is given.

    Parameters
    ----------
    arguments : argparse.Namespace

    Returns
    -------
    int
        0, or 2 when something in the draft needs a decision.

    Raises
    ------
    PilotzonesError
        When the document has no list of places, or something cannot be read or written.
    """
    from pilotzones.geo.documents.drafts.plain_list import draft_list
    from pilotzones.geo.documents.drafts.programme_writer import write_programme
    from pilotzones.geo.errors import PilotzonesError

    draft = draft_list(
        load_document(arguments),
        as_of=arguments.as_of,
        province=find_province_code(arguments.province),
        decisions=load_decisions(arguments),
    )
    if not draft.zones:
        raise PilotzonesError(f"{draft.file}: {'; '.join(map(str, draft.notes))}")
    if arguments.output is not None:
        folder = write_programme(draft, arguments.output, replace=arguments.replace)
        print(
            f"{folder}: {format_count(len(draft.zones), 'zone')}, {format_count(draft.total, 'member')}",
            file=sys.stderr,
        )
    if arguments.json:
        print_json(draft.to_dict())
    else:
        _print_draft(draft)
    return NEEDS_REVIEW if draft.needs_review else FINE


def _print_draft(draft: Draft) -> None:
    table = make_table("no.", "zone", "region", "province", "km² stated", "members", "tasks", "to settle", wrap=True)
    for zone in draft.zones:
        stated = "–" if zone.stated_area_km2 is None else f"{zone.stated_area_km2:,.10g}"
        tasks = " ".join(str(pair.task) for pair in draft.pairs if pair.zone == zone.number)
        waiting = "、".join(member.listed_text for member in zone.members if member.is_open)
        cells = (zone.number, zone.name, zone.region, zone.province, stated, len(zone.members), tasks, waiting)
        add_cells(table, cells)
    print_table(table)
    for note in draft.notes:
        print_line(f"note: {note}")
    for passage in draft.unread:
        if passage.where == "list":
            text = " ".join(passage.text.split())[:_MAX_SHOWN_TEXT]
            print_line(f"not understood, characters {passage.place.start}-{passage.place.end}: {text}")
    around = sum(passage.where == "background" for passage in draft.unread)
    summary = (
        f"{draft.matched} of {format_count(draft.total, 'member')} recognised; {len(draft.review)} to settle; "
        f"{format_count(len(draft.tasks), 'task')}"
    )
    print_line(f"{summary}; {format_count(around, 'passage')} outside the list (--json lists them)")
