"""What the commands of the terminal share: flags, exit codes, and how flags become a programme on a boundary source."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from geo.areas import DEFAULT_METHOD, METHODS
from geo.boundaries import BUILT_IN, DEFAULT_SOURCE, load
from geo.catalogue import DEFAULT_PROGRAMME, load_programme
from geo.join import Joined, join
from geo.selection import Selection

if TYPE_CHECKING:
    from geo.programme import Programme

__all__ = ["ERROR", "FINE", "NEEDS_REVIEW", "add_command", "asked", "filters", "json_flag", "read_joined", "source"]

FINE, ERROR, NEEDS_REVIEW = 0, 1, 2


def add_command(
    commands: Any, name: str, action: Any, text: str, *parents: argparse.ArgumentParser
) -> argparse.ArgumentParser:
    """Make one command.

    Parameters
    ----------
    commands : object
        The subparsers of `argparse`.
    name : str
    action : callable
        Takes the arguments, returns the exit code.
    text : str
        What it does, in half a sentence.
    *parents : argparse.ArgumentParser
        Flags it shares with others.

    Returns
    -------
    argparse.ArgumentParser
    """
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=text, description=text[0].upper() + text[1:] + ".", parents=list(parents)
    )
    parser.set_defaults(run=action)
    return parser


def filters() -> argparse.ArgumentParser:
    """Flags that choose zones."""
    group = argparse.ArgumentParser(add_help=False)
    several: dict[str, Any] = {"action": "append", "default": [], "metavar": "X"}
    group.add_argument("--region", **several, help="region, e.g. 东部地区 or east; may be repeated")
    group.add_argument("--task", **several, help="reform task by number or name; may be repeated")
    group.add_argument("--match", default="any", metavar="any|all", help="any of the tasks, or all (default: any)")
    group.add_argument("--province", **several, help="province, e.g. 浙江; may be repeated")
    group.add_argument("--zone", **several, help="zone by number or name; may be repeated")
    group.add_argument(
        "--query", default="", metavar="TEXT", help="part of a zone's or member's name, or a county code"
    )
    return group


def source() -> argparse.ArgumentParser:
    """Flags for the boundary source, the programme and the area method."""
    group = argparse.ArgumentParser(add_help=False)
    group.add_argument("--source", default=DEFAULT_SOURCE, metavar="tianditu|amap|FILE", help="boundary source")
    repair = "repair the polygons of FILE where that is needed; every repair is told"
    group.add_argument("--repair", action="store_true", help=repair)
    group.add_argument("--programme", default=DEFAULT_PROGRAMME, metavar="ID|FOLDER", help="programme")
    group.add_argument("--method", default=DEFAULT_METHOD, choices=sorted(METHODS), help="area method")
    return group


def json_flag() -> argparse.ArgumentParser:
    """The flag --json."""
    group = argparse.ArgumentParser(add_help=False)
    group.add_argument("--json", action="store_true", help="JSON for machines")
    return group


def _selection(arguments: argparse.Namespace, programme: Programme) -> Selection:
    return Selection.read(
        programme,
        regions=arguments.region,
        tasks=arguments.task,
        match=arguments.match,
        provinces=arguments.province,
        zones=arguments.zone,
        query=arguments.query,
    )


def read_joined(arguments: argparse.Namespace) -> Joined:
    """Join the programme to the boundary source the flags name; what a user's own file needed is told on standard error.

    Raises
    ------
    PilotzonesError
        When there is no such source or programme, or it cannot be read.
    """
    boundaries = load(arguments.source, repair=arguments.repair)
    if boundaries.info.id not in BUILT_IN:
        # What was repaired or left out of a user's own file is news to them; the built-in sources' repairs are not.
        for problem in boundaries.repairs:
            if problem.severity == "warning":
                print(f"warning: {problem}", file=sys.stderr)
    return join(load_programme(arguments.programme), boundaries, method=arguments.method)


def asked(arguments: argparse.Namespace) -> tuple[Joined, Selection]:
    """Join what the flags name, and read their filter.

    Raises
    ------
    PilotzonesError
        When a word of the filter names nothing, or as for `read_joined`.
    """
    # The filter first: a wrong word is answered before any polygon is read.
    selection = _selection(arguments, load_programme(arguments.programme))
    return read_joined(arguments), selection
