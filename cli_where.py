"""The command ``pilotzones where``: what applies at a place, or at every place of a table."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, Final

from cli_flags import ERROR, FINE, NEEDS_REVIEW, add_command
from cli_output import new_table, print_json, show, text
from geo.applies import Applies
from geo.boundaries import DEFAULT_SOURCE, load
from geo.catalogue import list_programmes, load_programme
from geo.csv_text import csv_text, with_byte_order_mark
from geo.documents import read_document
from geo.errors import PilotzonesError
from geo.join import join
from geo.where import Answer, ask, ask_all, questions_of, to_frame
from geo.writing import write_whole

__all__ = ["register"]

_SUBJECTS: Final = {
    "zone": "试验区 zone",
    "town": "示范镇 town",
    "special": "功能区 special area",
    "task": "任务 task",
    "measure": "措施 measure",
}


def register(commands: Any) -> None:
    """Add the command to the parser.

    Parameters
    ----------
    commands : object
        The subparsers of `argparse`.
    """
    where = add_command(commands, "where", _where, "say what applies at a county, a point, a name, or a table of them")
    where.add_argument("place", nargs="?", metavar="NAME|CODE|LON,LAT", help="a place; WGS 84 for a coordinate")
    where.add_argument(
        "--input", type=Path, metavar="FILE", help="a table (CSV, XLSX …) or lines of places; one answer for each row"
    )
    where.add_argument("-o", "--output", type=Path, metavar="FILE.csv", help="where to write the answers to a table")
    where.add_argument("--source", default=DEFAULT_SOURCE, metavar="tianditu|amap|FILE", help="boundary source")
    where.add_argument(
        "--programme",
        action="append",
        default=[],
        metavar="ID|FOLDER",
        help="programme, may be repeated (default: every one of the catalogue)",
    )
    where.add_argument("--lang", choices=("zh", "en"), default="zh", help="language of the names in a table")
    where.add_argument("--json", action="store_true", help="JSON for machines")


def _where(arguments: argparse.Namespace) -> int:
    if (arguments.place is None) == (arguments.input is None):
        raise PilotzonesError("ask about one place, or give --input FILE")
    questions = None if arguments.input is None else questions_of(read_document(arguments.input))
    boundaries = load(arguments.source)
    names = arguments.programme or list_programmes()
    applies = Applies([join(load_programme(name), boundaries) for name in names])
    if questions is None:
        answers = [ask(applies, arguments.place)]
        _tell(answers[0], arguments)
    else:
        answers = ask_all(applies, questions)
        _deliver(answers, arguments)
    return _code(answers, is_table=questions is not None)


def _code(answers: list[Answer], *, is_table: bool) -> int:
    if all(answer.status == "found" for answer in answers):
        return FINE
    # One place that does not exist is an error; in a table it waits for somebody to look.
    return NEEDS_REVIEW if is_table or answers[0].status == "review" else ERROR


def _deliver(answers: list[Answer], arguments: argparse.Namespace) -> None:
    if arguments.json:
        print_json([_record(answer) for answer in answers])
        return
    table = csv_text(to_frame(answers, lang=arguments.lang))
    if arguments.output is None:
        print(table.replace("\r\n", "\n"), end="")
        return
    write_whole(arguments.output, with_byte_order_mark(table))
    found = sum(answer.status == "found" for answer in answers)
    print(f"{arguments.output}: {found} of {len(answers)} rows answered", file=sys.stderr)


def _tell(answer: Answer, arguments: argparse.Namespace) -> None:
    if arguments.json:
        print_json(_record(answer))
        return
    if answer.status == "review":
        print(f"{answer.text}: which one? {'; '.join(answer.candidates)}")
    elif answer.status != "found":
        why = "in no county of the country" if answer.status == "outside" else "no such place"
        print(f"pilotzones: {answer.text}: {why}", file=sys.stderr)
    for county, hits in answer.parts:
        table = new_table("什么 what", "序号 no.", "名称 name", "方式 how", "出处 clause", "条件 condition")
        for hit in hits:
            cells = (_SUBJECTS[hit.subject], hit.id, hit.name_zh, hit.kind, hit.clause, hit.condition_zh)
            table.add_row(*map(text, cells))
        place = "".join(dict.fromkeys((county.province, county.prefecture, county.name)))
        programmes = len({hit.programme for hit in hits})
        told = f"{len(hits)} entries of {programmes} programmes" if hits else "none: nothing in the catalogue applies"
        if hits:
            show(table, f"{place} {county.adcode}: {told}")
        else:
            print(f"{place} {county.adcode}: {told}")


def _record(answer: Answer) -> dict[str, Any]:
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
