"""The commands about places and documents: ``pilotzones resolve`` and ``pilotzones import``."""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli_flags import FINE, NEEDS_REVIEW, add_command
from geo.csv_text import csv_text
from geo.documents import (
    DOCUMENT,
    DocumentText,
    Draft,
    draft_list,
    name_column,
    read_document,
    read_pasted,
    write_programme,
)
from geo.errors import PilotzonesError
from geo.places import Decisions, Resolution, resolve_names, resolve_text
from geo.places.gazetteer import load_gazetteer

__all__ = ["register"]

_DATE: Final = re.compile(r"(?:19|20)\d{2}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")


def register(commands: Any) -> None:
    """Add the two commands to the parser.

    Parameters
    ----------
    commands : object
        The subparsers of `argparse`.
    """
    resolve = add_command(commands, "resolve", _resolve, "recognise the places in a list, a table or a text")
    resolve.add_argument(
        "file", nargs="?", default="-", metavar="FILE|-", help="text, CSV, XLSX, DOCX, PDF or HTML; - is standard input"
    )
    _reading(resolve)
    form = resolve.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="JSON for machines")
    form.add_argument("--csv", action="store_true", help="CSV, one row a place")
    draft = add_command(commands, "import", _import, "draft a programme from a policy document")
    draft.add_argument("file", metavar="FILE|-", help="text, CSV, XLSX, DOCX, PDF or HTML; - is standard input")
    draft.add_argument(
        "-o", "--output", type=Path, metavar="FOLDER", help="write the programme, for --programme of the other commands"
    )
    draft.add_argument("--replace", action="store_true", help="replace the programme in FOLDER")
    draft.add_argument("--json", action="store_true", help="JSON for machines")
    _reading(draft)


def _reading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as-of", type=_date, metavar="DATE", help="date of the document: 2013, 2013-08 or 2013-08-28")
    parser.add_argument("--province", metavar="NAME", help="province or prefecture the list is about")
    parser.add_argument(
        "--decisions", type=Path, metavar="FILE", help="table of what a person decided, applied where it fits"
    )
    parser.add_argument("--fail-on", choices=("review",), help="leave with 2 when a place waits for a decision")


def _date(text: str) -> str:
    if not _DATE.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no date such as 2013, 2013-08 or 2013-08-28")
    return text


def _document(arguments: argparse.Namespace) -> DocumentText:
    if arguments.file == "-":
        # One byte more than is allowed is enough to know that it is too much.
        return read_pasted(sys.stdin.buffer.read(DOCUMENT.file_bytes + 1), name="standard input")
    return read_document(Path(arguments.file))


def _province(name: str | None) -> str | None:
    """Code of a province or prefecture; a name that is none is an error, not a filter that lets everything pass."""
    if not name:
        return None
    gazetteer = load_gazetteer()
    named = [meaning.unit for meaning in gazetteer.forms.get(name, ())]
    larger = [unit for unit in (*named, gazetteer.units.get(name)) if unit is not None and unit.level != "county"]
    larger.sort(key=lambda unit: unit.code[2:])
    if not larger:
        raise PilotzonesError(f"no province or prefecture {name!r}")
    return larger[0].code


def _decisions(arguments: argparse.Namespace) -> Decisions | None:
    return None if arguments.decisions is None else Decisions.load(arguments.decisions)


def _resolve(arguments: argparse.Namespace) -> int:
    document = _document(arguments)
    options = {"as_of": arguments.as_of, "decisions": _decisions(arguments)}
    province = _province(arguments.province)
    column = name_column(document)
    if column is None:
        found = resolve_text(document.text, province=province, **options)
    else:
        provinces = [own or province for own in column.provinces]
        found = resolve_names(
            column.names, provinces=provinces, prefectures=[own or None for own in column.prefectures], **options
        )
    for note in (*document.notes, *found.notes):
        print(f"note: {note}", file=sys.stderr)
    if arguments.json:
        _print_json(found.to_dict())
    elif arguments.csv:
        sys.stdout.write(csv_text(found.to_frame()).replace("\r\n", "\n"))
    else:
        _show_places(found)
    return NEEDS_REVIEW if arguments.fail_on and found.review else FINE


def _show_places(found: Resolution) -> None:
    table = _table("no.", "listed", "op", "level", "status", "code", "place", "why")
    for row in found.rows:
        code = ";".join(row.adcode) or (f"in {';'.join(row.container_adcode)}" if row.container_adcode else "–")
        parts = (row.province, row.prefecture if row.prefecture != row.province else "", row.name)
        place = "".join(dict.fromkeys(part for part in parts if part))
        open_ones = "、".join(one.name for one in row.candidates[:3]) if row.status == "review" else ""
        why = "; ".join(row.reasons) + (f" ({open_ones}?)" if open_ones else "")
        table.add_row(*map(_text, (row.order, row.listed_text, row.op, row.level, row.status, code, place or "–", why)))
    _show(table)
    _show(Text(f"{found.matched} of {found.total} recognised as divisions; {len(found.review)} to settle"))


def _import(arguments: argparse.Namespace) -> int:
    draft = draft_list(
        _document(arguments),
        as_of=arguments.as_of,
        province=_province(arguments.province),
        decisions=_decisions(arguments),
    )
    if not draft.zones:
        raise PilotzonesError(f"{draft.file}: {'; '.join(draft.notes)}")
    if arguments.output is not None:
        folder = write_programme(draft, arguments.output, replace=arguments.replace)
        print(f"{folder}: {len(draft.zones)} zones, {draft.total} members", file=sys.stderr)
    if arguments.json:
        _print_json(draft.to_dict())
    else:
        _show_draft(draft)
    return NEEDS_REVIEW if draft.needs_review else FINE


def _show_draft(draft: Draft) -> None:
    table = _table("no.", "zone", "region", "province", "km² stated", "members", "tasks", "to settle")
    for zone in draft.zones:
        stated = "–" if zone.stated_area_km2 is None else f"{zone.stated_area_km2:,.10g}"
        tasks = " ".join(str(pair.task) for pair in draft.pairs if pair.zone == zone.number)
        waiting = "、".join(member.listed_text for member in zone.members if member.is_open)
        cells = (zone.number, zone.name, zone.region, zone.province, stated, len(zone.members), tasks, waiting)
        table.add_row(*map(_text, cells))
    _show(table)
    for note in draft.notes:
        _show(Text(f"note: {note}"))
    for one in draft.unread:
        if one.where == "list":
            _show(
                Text(f"not understood, characters {one.place.start}-{one.place.end}: {' '.join(one.text.split())[:80]}")
            )
    around = sum(one.where == "background" for one in draft.unread)
    summary = (
        f"{draft.matched} of {draft.total} members recognised; {len(draft.review)} to settle; {len(draft.tasks)} tasks"
    )
    _show(Text(f"{summary}; {around} passages outside the list (--json lists them)"))


def _table(*headings: str) -> Table:
    table = Table(header_style="bold", box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _text(value: object) -> Text:
    # A Text is never read as markup, and no control character of a document reaches the terminal.
    return Text("".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in str(value)))


def _show(thing: Table | Text) -> None:
    console = Console(width=None if sys.stdout.isatty() else 200, highlight=False)
    console.print(_text(thing.plain) if isinstance(thing, Text) else thing)


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))
