"""The command ``pilotzones where``: what applies at a place, or at every place of a table."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pilotzones.cli.options import (
    ERROR,
    FINE,
    NEEDS_REVIEW,
    add_boundary_option,
    add_json_option,
    add_language_option,
    add_output_option,
)
from pilotzones.cli.output import add_cells, make_table, print_csv, print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotzones.geo.query.applicability import ApplicabilityIndex
    from pilotzones.geo.query.place_query import Answer

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
    parser.add_argument(
        "--input", type=Path, metavar="FILE", help="a table (CSV, XLSX …) or lines of places; one answer for each row"
    )
    add_output_option(parser, "FILE.csv", "where to write the answers to a table", required=False)
    add_boundary_option(parser)
    parser.add_argument(
        "--programme",
        action="append",
        default=[],
        metavar="ID|FOLDER",
        help="programme, may be repeated (default: every one of the catalogue)",
    )
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
    from pilotzones.geo.query.place_query import ask, ask_all, read_questions

    if (arguments.place is None) == (arguments.input is None):
        raise PilotzonesError("ask about one place, or give --input FILE")
    if arguments.input is None:
        answer = ask(_load_programmes(arguments), arguments.place)
        _print_answer(answer, as_json=arguments.json)
        return FINE if answer.status == "found" else NEEDS_REVIEW if answer.status == "review" else ERROR
    # Imported here: only a table is a document.
    from pilotzones.geo.documents.reader import read_document

    questions = read_questions(read_document(arguments.input))
    answers = ask_all(_load_programmes(arguments), questions)
    _deliver_answers(answers, arguments)
    return FINE if all(answer.status == "found" for answer in answers) else NEEDS_REVIEW


def _load_programmes(arguments: argparse.Namespace) -> ApplicabilityIndex:
    from pilotzones.geo.catalogue.loader import list_programmes, load_programme
    from pilotzones.geo.query.applicability_loader import load_applicability

    names = arguments.programme or list_programmes()
    return load_applicability([load_programme(name) for name in names], arguments.source)


def _deliver_answers(answers: Sequence[Answer], arguments: argparse.Namespace) -> None:
    from pilotzones.geo.files.atomic_file import write_atomically
    from pilotzones.geo.files.csv_writer import csv_text, with_byte_order_mark
    from pilotzones.geo.query.place_query import to_frame

    if arguments.json:
        print_json([_make_record(answer) for answer in answers])
        return
    table = to_frame(answers, lang=arguments.lang)
    if arguments.output is None:
        print_csv(table)
        return
    write_atomically(arguments.output, with_byte_order_mark(csv_text(table)))
    found = sum(answer.status == "found" for answer in answers)
    print(f"{arguments.output}: {found} of {len(answers)} rows answered", file=sys.stderr)


def _print_answer(answer: Answer, *, as_json: bool) -> None:
    if as_json:
        print_json(_make_record(answer))
        return
    if answer.status == "review":
        print(f"{answer.text}: which one? {'; '.join(answer.candidates)}")
    elif answer.status != "found":
        why = "in no county of the country" if answer.status == "outside" else "no such place"
        print(f"pilotzones: {answer.text}: {why}", file=sys.stderr)
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
        print_table(table, f"{place} {county.adcode}: {len(hits)} entries of {programmes} programmes")


def _make_record(answer: Answer) -> dict[str, Any]:
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
    }
