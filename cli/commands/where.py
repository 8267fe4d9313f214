"""The command ``pilotzones where``: what applies at a place, or at every place of a table."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pilotzones.cli.inputs import load_programmes
from pilotzones.cli.options import (
    ERROR,
    FINE,
    NEEDS_REVIEW,
    add_boundary_option,
    add_date_option,
    add_json_option,
    add_language_option,
    add_output_option,
    add_programmes_option,
)
from pilotzones.cli.output import add_cells, make_progress, make_table, print_json, print_json_rows, print_table
from pilotzones.geo.messages import format_count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pilotzones.geo.query.applicability import ApplicabilityIndex
    from pilotzones.geo.query.place_query import PlaceAnswer

__all__ = ["add_options", "run"]

_SUBJECTS: Final = {
    "zone": "试验区 zone",
    "town": "示范镇 town",
    "special": "功能区 special area",
    "task": "任务 task",
    "measure": "措施 measure",
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    """
    parser.add_argument("place", nargs="?", metavar="NAME|CODE|LON,LAT", help="a place; WGS 84 for a coordinate")
    add_date_option(parser, "year or date the name or code is of; in a table, of rows without a year of their own")
    parser.add_argument(
        "--input",
        type=Path,
        metavar="FILE",
        help="a table (CSV, XLSX …; columns year, code, name, …) or lines of places; one answer for each row",
    )
    add_output_option(parser, "FILE.csv", "where to write the answers to a table", required=False)
    add_boundary_option(parser)
    add_programmes_option(parser)
    add_language_option(parser, "language of the names in a table")
    add_json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print or write what applies at one place, or at every place of a table.

    Parameters
    ----------
    arguments : argparse.Namespace

    Returns
    -------
    int
        0 when every place is found; 1 when the one place does not exist; 2 when a place is ambiguous, or one in a table
        does not exist.

    Raises
    ------
    PilotzonesError
        When the inputs cannot be loaded, or the answers cannot be written.
    """
    from pilotzones.geo.errors import PilotzonesError
    from pilotzones.geo.places.history import read_period
    from pilotzones.geo.query.place_query import answer_in_parts, ask
    from pilotzones.geo.query.question_reader import read_questions

    period = read_period(arguments.as_of)
    if (arguments.place is None) == (arguments.input is None):
        raise PilotzonesError("ask about one place, or give --input FILE")
    if arguments.input is None:
        answer = ask(_load_programmes(arguments), arguments.place, period=period)
        _print_answer(answer, as_json=arguments.json)
        return FINE if answer.status == "found" else NEEDS_REVIEW if answer.status == "review" else ERROR
    # Imported here: only a table is a document.
    from pilotzones.geo.documents.reader import TABLE, read_document

    questions = read_questions(read_document(arguments.input, limits=TABLE), period=period)
    total, found = len(questions), 0

    def count(parts: Iterable[list[PlaceAnswer]]) -> Iterator[list[PlaceAnswer]]:
        nonlocal found
        for part in parts:
            found += sum(answer.status == "found" for answer in part)
            yield part

    report = make_progress("rows")
    progress = None if report is None else lambda done: report(done, total)
    parts = answer_in_parts(_load_programmes(arguments), questions, progress=progress)
    _deliver_answers(count(parts), arguments)
    if arguments.output is not None and not arguments.json:
        print(f"{arguments.output}: {found} of {format_count(total, 'row')} answered", file=sys.stderr)
    return FINE if found == total else NEEDS_REVIEW


def _load_programmes(arguments: argparse.Namespace) -> ApplicabilityIndex:
    from pilotzones.geo.query.applicability_loader import load_applicability

    return load_applicability(load_programmes(arguments.programme), arguments.source)


def _deliver_answers(parts: Iterable[list[PlaceAnswer]], arguments: argparse.Namespace) -> None:
    from pilotzones.geo.files.atomic_file import write_atomically
    from pilotzones.geo.files.csv_writer import format_csv, with_byte_order_mark
    from pilotzones.geo.query.place_query import to_frame

    if arguments.json:
        print_json_rows(_make_record(answer) for part in parts for answer in part)
        return
    tables = (
        format_csv(to_frame(part, lang=arguments.lang), with_header=place == 0) for place, part in enumerate(parts)
    )
    if arguments.output is None:
        for table in tables:
            sys.stdout.write(table.replace("\r\n", "\n"))
        return
    write_atomically(
        arguments.output,
        (with_byte_order_mark(table) if place == 0 else table.encode() for place, table in enumerate(tables)),
    )


def _print_answer(answer: PlaceAnswer, *, as_json: bool) -> None:
    if as_json:
        print_json(_make_record(answer))
        return
    if answer.status == "review":
        print(f"{answer.text}: which one? {'; '.join(answer.candidates)}")
    elif answer.status != "found":
        why = "in no county of the country" if answer.status == "outside" else "no such place"
        print(f"pilotzones: {answer.text}: {why}", file=sys.stderr)
    _print_history(answer)
    for county, hits in answer.parts:
        place = "".join(dict.fromkeys((county.province, county.prefecture, county.name)))
        if not hits:
            print(f"{place} {county.adcode}: none: nothing in the catalogue applies")
            continue
        table = make_table("什么 what", "序号 no.", "名称 name", "方式 how", "出处 clause", "条件 condition")
        for hit in hits:
            cells = (_SUBJECTS[hit.subject], hit.id, hit.name_zh, hit.kind, hit.clause, hit.condition_zh)
            add_cells(table, cells)
        programmes = len({hit.programme for hit in hits})
        print_table(
            table,
            f"{place} {county.adcode}: {format_count(len(hits), 'entry', 'entries')} of {format_count(programmes, 'programme')}",
        )


def _print_history(answer: PlaceAnswer) -> None:
    """Print what to know of the unit as it stood, and its changes since."""
    for note in answer.notes:
        print(f"{answer.text}: {note}")
    if answer.match is not None and answer.match.fate is not None:
        for change in answer.match.fate.changes:
            print(f"  {change} ({change.source})")


def _make_record(answer: PlaceAnswer) -> dict[str, Any]:
    return {
        "asked": answer.text,
        "status": answer.status,
        "how": answer.how,
        "candidates": list(answer.candidates),
        "counties": [
            {
                "adcode": county.adcode or None,
                "name": county.name,
                "prefecture": county.prefecture,
                "province": county.province,
                "kind": None if hits else "none",
                "applies": [{name: getattr(hit, name) for name in hit.__dataclass_fields__} for hit in hits],
            }
            for county, hits in answer.parts
        ],
        **_make_unit_record(answer),
    }


def _make_unit_record(answer: PlaceAnswer) -> dict[str, Any]:
    """Return the unit as it stood, today's units, the changes between, and what to know of them."""
    from pilotzones.geo.places.history import name_parents

    match, notes = answer.match, [{"code": note.code, "values": dict(note.values)} for note in answer.notes]
    record: dict[str, Any] = {
        "year": answer.period.text if answer.period is not None else None,
        "unit": None,
        "today": [],
        "changes": [],
        "notes": notes,
    }
    if match is None or match.unit is None or match.fate is None:
        return record
    unit = match.unit
    province, prefecture = name_parents(unit, answer.period)
    record["unit"] = {"code": unit.code, "name": unit.name, "level": unit.level, "province": province}
    record["unit"] |= {"prefecture": prefecture or None, "since": unit.since or None, "until": unit.until or None}
    record["today"] = [{"code": one.code, "name": one.name} for one in match.fate.today]
    record["changes"] = [change.to_dict() for change in match.fate.changes]
    return record
