"""The command ``pilotzones compare``: what became of each member of a programme between two years."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from pilotzones.cli.options import FINE, add_json_option, parse_date_of_names
from pilotzones.cli.output import add_cells, make_table, print_json, print_line, print_table
from pilotzones.geo.messages import format_count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotzones.geo.places.history import UnitSpell

__all__ = ["add_options", "run"]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    """
    from pilotzones.geo.catalogue import DEFAULT_PROGRAMME

    parser.add_argument("--programme", default=DEFAULT_PROGRAMME, metavar="ID|FOLDER", help="programme")
    parser.add_argument(
        "--from", dest="first", type=parse_date_of_names, required=True, metavar="DATE", help="the earlier year"
    )
    parser.add_argument(
        "--to", dest="second", type=parse_date_of_names, required=True, metavar="DATE", help="the later year"
    )
    parser.add_argument("--all", action="store_true", help="list the members that nothing happened to, too")
    add_json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """List what became of each member between two years.

    Parameters
    ----------
    arguments : argparse.Namespace

    Returns
    -------
    int
        0.

    Raises
    ------
    PilotzonesError
        When the programme cannot be loaded, or the first year is not the earlier one.
    """
    from pilotzones.geo.catalogue.loader import load_programme
    from pilotzones.geo.places.history import read_period
    from pilotzones.geo.query.unit_comparison import compare_members

    first, second = read_period(arguments.first), read_period(arguments.second)
    if first is None or second is None:
        raise ValueError(f"{arguments.first} or {arguments.second} is no date")
    rows = compare_members(load_programme(arguments.programme), first, second)
    if arguments.json:
        print_json([row.to_dict() for row in rows])
        return FINE
    table = make_table("member", "listed as", first.text, second.text, "what happened", wrap=True)
    changed = [row for row in rows if row.changes or not row.is_same]
    for row in rows if arguments.all else changed:
        happened = "; ".join(f"{change} [{change.source}]" for change in row.changes)
        add_cells(table, (row.member_id, row.listed_name, _name_units(row.before), _name_units(row.after), happened))
    print_table(table)
    print_line(f"{len(changed)} of {format_count(len(rows), 'member')} changed between {first.text} and {second.text}")
    return FINE


def _name_units(units: Sequence[UnitSpell]) -> str:
    return "; ".join(one.label for one in units) or "–"
