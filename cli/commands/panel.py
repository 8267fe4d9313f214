"""The command ``pilotzones panel``: units and years with the treatment by each programme."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pilotzones.cli.inputs import load_programmes
from pilotzones.cli.options import FINE, NEEDS_REVIEW, add_output_option, add_programmes_option
from pilotzones.cli.output import make_progress
from pilotzones.geo.errors import PanelError
from pilotzones.geo.messages import format_count, translate

if TYPE_CHECKING:
    from pilotzones.geo.panel.builder import Panel
    from pilotzones.geo.panel.rules import PanelRules
    from pilotzones.geo.query.applicability import ApplicabilityIndex

__all__ = ["add_options", "run"]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    """
    add_programmes_option(parser)
    parser.add_argument("--units", choices=("county", "prefecture"), default="county", help="what a row is")
    parser.add_argument("--years", default="2010:2024", metavar="FIRST:LAST", help="years (default: %(default)s)")
    parser.add_argument(
        "--as-of-units", default="year", metavar="year|YEAR", help="units of each year, or of one year in all"
    )
    parser.add_argument(
        "--count",
        default="whole,whole_prefecture",
        metavar="HIT,…",
        help="which hits count as treatment: whole, whole_prefecture, town, host, part (default: %(default)s)",
    )
    parser.add_argument(
        "--start-month",
        type=int,
        default=12,
        metavar="M",
        help="what begins after this month counts from the next year (default: %(default)s)",
    )
    parser.add_argument(
        "--mergers",
        default="flag",
        metavar="RULE",
        help="units of which a part is hit: flag, keep (they count) or aggregate (units that share ground are joined)",
    )
    parser.add_argument(
        "--details",
        default="programme",
        metavar="WHAT,…",
        help="columns for each programme, batch, task (default: %(default)s)",
    )
    parser.add_argument(
        "--onto", type=Path, metavar="FILE", help="add the columns to this panel (dta, csv, xlsx, parquet), row by row"
    )
    parser.add_argument(
        "--indicators",
        type=Path,
        metavar="FILE",
        help="carry the figures of this table of indicators, joined by code and year; not with --onto",
    )
    parser.add_argument(
        "--indicator", action="append", default=[], metavar="NAME", help="with --indicators: which (default: all)"
    )
    for role in ("code", "name", "province", "prefecture", "year"):
        parser.add_argument(
            f"--{role}-column", metavar="NAME", help=f"with --onto: the column of the {role}, otherwise found"
        )
    add_output_option(parser, "FILE.dta|csv|xlsx|parquet")


def run(arguments: argparse.Namespace) -> int:
    """Write the panel and its codebook.

    Parameters
    ----------
    arguments : argparse.Namespace

    Returns
    -------
    int
        0, or 2 when rows of the panel given with ``--onto`` are open.

    Raises
    ------
    PilotzonesError
        When a rule makes no sense, a programme cannot be loaded, or the file cannot be written.
    """
    rules = _read_rules(arguments)
    from pilotzones.geo.panel.writer import PANEL_SUFFIXES, write_panel

    if arguments.output.suffix.lower() not in PANEL_SUFFIXES:
        raise PanelError(f"{arguments.output.name}: name a file that ends in {', '.join(PANEL_SUFFIXES)}")
    from pilotzones.geo.boundaries.sources import DEFAULT_SOURCE
    from pilotzones.geo.panel.builder import build_panel
    from pilotzones.geo.query.applicability_loader import load_applicability

    programmes = load_programmes(arguments.programme)
    applicability = load_applicability(programmes, DEFAULT_SOURCE)
    if arguments.onto is not None:
        if arguments.indicators is not None:
            raise PanelError("--onto has figures of its own: leave out --indicators")
        return _attach(arguments, applicability, rules)
    panel = build_panel(applicability, rules, progress=make_progress("years"))
    if arguments.indicators is not None:
        panel = _carry_indicators(arguments, panel, applicability)
    beside = write_panel(panel, arguments.output)
    _print_counts(panel)
    listing = ", ".join(str(path) for path in beside)
    print(f"{arguments.output}: {format_count(len(panel.frame), 'row')}; how it was coded: {listing}", file=sys.stderr)
    return FINE


def _carry_indicators(arguments: argparse.Namespace, panel: Panel, applicability: ApplicabilityIndex) -> Panel:
    """Add the indicators of a table."""
    from pilotzones.geo.indicators.joined import join_places
    from pilotzones.geo.indicators.panel_columns import carry_indicators
    from pilotzones.geo.indicators.tables.typed_tables import read_indicator_file

    joined = join_places(read_indicator_file(arguments.indicators), applicability)
    panel, carried = carry_indicators(panel, joined, arguments.indicator or joined.indicators)
    for one in carried:
        print(
            f"{one.column} {one.indicator}: {format_count(one.rows, 'row')}, {format_count(one.left_over, 'figure')} without a row",
            file=sys.stderr,
        )
    if joined.problems:
        print(
            f"{format_count(len(joined.problems), 'problem')}; pilotzones indicators check lists them", file=sys.stderr
        )
    return panel


def _read_rules(arguments: argparse.Namespace) -> PanelRules:
    from pilotzones.geo.panel.rules import PanelRules

    first, _, last = arguments.years.partition(":")
    base = arguments.as_of_units
    words = (first, last or first, *([] if base == "year" else [base]))
    if not all(word.isascii() and word.isdigit() and len(word) == 4 for word in words):  # digits
        raise PanelError(f"years are written 2008:2024, and --as-of-units year or 2010, not {', '.join(words)}")
    return PanelRules(
        level=arguments.units,
        years=(int(first), int(last or first)),
        base_year=None if base == "year" else int(base),
        counted_hits=_split_words(arguments.count),
        start_month=arguments.start_month,
        mergers=arguments.mergers,
        details=_split_words(arguments.details),
    )


def _split_words(text: str) -> Any:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _print_counts(panel: Panel) -> None:
    for row in panel.moved.to_dict("records"):
        counted = "treated" if row["counts_as_treated"] else "not counted"
        print(f"{row['programme']}: {format_count(row['units'], 'unit')} {row['hit']}, {counted}", file=sys.stderr)
    for row in panel.rule_counts.to_dict("records"):
        rule = translate(f"panel_rule_{row['rule']}", "en")
        print(f"{row['programme']}: {rule} ({row['setting']}): {format_count(row['units'], 'unit')}", file=sys.stderr)


def _attach(arguments: argparse.Namespace, applicability: ApplicabilityIndex, rules: PanelRules) -> int:
    from pilotzones.geo.panel.onto import attach_treatments
    from pilotzones.geo.panel.table_reader import read_table_file
    from pilotzones.geo.panel.writer import write_attached

    table = read_table_file(arguments.onto)
    given = {role: getattr(arguments, f"{role}_column") for role in ("code", "name", "province", "prefecture", "year")}
    attached = attach_treatments(table, applicability, rules, given=given, progress=make_progress("rows"))
    beside = write_attached(attached, arguments.output)
    for way, rows in attached.ways.items():
        print(f"{format_count(rows, 'row')} {'open' if way == 'open' else f'matched by {way}'}", file=sys.stderr)
    balance = "balanced" if attached.is_balanced else "not balanced"
    undated = f", {format_count(attached.undated, 'row')} without a year" if attached.undated else ""
    print(f"{format_count(attached.duplicates, 'duplicate')}, {balance}{undated}", file=sys.stderr)
    for row in attached.treated.to_dict("records"):
        always = f"{format_count(row['always'], 'unit')} always treated"
        counts = f"{always}, {row['some_years']} in some years, {row['never']} never"
        print(f"{row['programme']}: {counts}, {row['cannot_tell']} cannot be determined", file=sys.stderr)
    listing = ", ".join(str(path) for path in beside)
    print(
        f"{arguments.output}: {format_count(len(attached.frame), 'row')} as in {table.file}; beside it {listing}",
        file=sys.stderr,
    )
    return NEEDS_REVIEW if len(attached.open_rows) else FINE
