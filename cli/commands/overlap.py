"""The command ``pilotzones overlap``: where programmes meet, since when, and how much ground is under how many of them."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from pilotzones.cli.inputs import load_programmes
from pilotzones.cli.options import FINE, add_output_option, add_programmes_option
from pilotzones.cli.output import add_cells, format_figure, make_table, print_csv, print_table
from pilotzones.geo.errors import ExportError
from pilotzones.geo.messages import format_count

if TYPE_CHECKING:
    from pilotzones.geo.panel.overlap import ProgrammeOverlap

__all__ = ["add_options", "run"]

_TABLES = ("pairs", "zones", "areas", "counties")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    """
    add_programmes_option(parser)
    parser.add_argument(
        "--zones-of", metavar="ID", help="programme whose zones are compared with the others; it counts among them"
    )
    parser.add_argument("--year", type=int, metavar="YEAR", help="only members on their list at the end of this year")
    parser.add_argument("--table", choices=_TABLES, default="pairs", help="what is printed (default: %(default)s)")
    parser.add_argument("--csv", action="store_true", help="print the table as CSV")
    text = "write every table (xlsx), one table (csv), or the counties with the number of programmes (geojson)"
    add_output_option(parser, "FILE.xlsx|csv|geojson", text, required=False)


def run(arguments: argparse.Namespace) -> int:
    """Print or write where programmes meet.

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
        When a programme or year is not there, or the file cannot be written.
    """
    from pilotzones.geo.catalogue.loader import load_programme
    from pilotzones.geo.panel.overlap_writer import load_overlap, write_overlap

    if arguments.output is not None and arguments.output.suffix.lower() not in (".xlsx", ".csv", ".geojson"):
        raise ExportError(f"{arguments.output.name}: name a file that ends in .xlsx, .csv or .geojson")
    programmes, zones_of = load_programmes(arguments.programme), arguments.zones_of
    if zones_of is not None and zones_of not in {one.id for one in programmes}:
        # Its zones are compared with the programmes named, so it is one of those that meet.
        own = load_programme(zones_of)
        zones_of = own.id
        programmes = [*(one for one in programmes if one.id != own.id), own]
    overlap = load_overlap(programmes, zones_of=zones_of, year=arguments.year)
    if arguments.output is not None:
        write_overlap(overlap, arguments.output, table=arguments.table)
        print(
            f"{arguments.output}: {format_count(len(overlap.pairs), 'pair')}, "
            f"{format_count(len(overlap.counties), 'county', 'counties')}",
            file=sys.stderr,
        )
    elif arguments.csv:
        print_csv(getattr(overlap, arguments.table))
    else:
        _print_overlap(overlap, arguments.table)
    return FINE


def _print_overlap(overlap: ProgrammeOverlap, name: str) -> None:
    frame = getattr(overlap, name).drop(columns="county_codes", errors="ignore")
    if name in ("pairs", "zones"):
        frame = frame[(frame["counties"] > 0) | (frame["touched"] > 0)]
    table = make_table(*frame.columns)
    for row in frame.itertuples(index=False):
        add_cells(table, tuple(_write_cell(cell) for cell in row))
    undated = ", ".join(f"{name} {count}" for name, count in overlap.undated.items())
    print_table(table, f"counties without a first year: {undated}" if undated else format_count(len(frame), "row"))


def _write_cell(cell: Any) -> str:
    if cell is None or str(cell) == "<NA>":
        return "–"
    return format_figure(cell, 1) if isinstance(cell, float) else str(cell)
