"""The command ``pilotzones indicators``: check, map, follow and evaluate indicators by place and year."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pilotzones.cli.options import (
    FINE,
    add_boundary_option,
    add_json_option,
    add_language_option,
    choose_exit_code,
    choose_figure_format,
    parse_date,
)
from pilotzones.cli.output import (
    add_cells,
    make_table,
    print_csv,
    print_frame,
    print_json,
    print_line,
    print_problems,
    print_table,
)
from pilotzones.geo.messages import format_count

if TYPE_CHECKING:
    from pilotzones.geo.catalogue.models import Programme
    from pilotzones.geo.indicators.dictionary import IndicatorEntry
    from pilotzones.geo.indicators.evaluation import EvaluationRules
    from pilotzones.geo.indicators.joined import JoinedIndicators
    from pilotzones.geo.query.applicability import ApplicabilityIndex

__all__ = ["add_options", "run"]

_TASKS: Final = ("check", "map", "trend", "change", "evaluate", "dictionary", "template", "example")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    """
    from pilotzones.geo.catalogue import DEFAULT_PROGRAMME

    parser.add_argument(
        "task",
        choices=_TASKS,
        metavar="|".join(_TASKS),
        help="what to do; template writes an empty table, example one to try the command with, of computed figures",
    )
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="table of indicators (CSV, XLSX, DTA, Parquet, HTML, PDF, DOCX)"
    )
    parser.add_argument("--programme", default=DEFAULT_PROGRAMME, metavar="ID|FOLDER", help="programme to compare with")
    parser.add_argument("--indicator", action="append", default=[], metavar="NAME", help="indicator, may be repeated")
    parser.add_argument(
        "--per",
        action="append",
        default=[],
        metavar="NAME=BASE",
        help="add NAME divided by BASE, another indicator such as the population, or area (computed); may be repeated",
    )
    parser.add_argument(
        "--dictionary", type=Path, metavar="FILE", help="names, units, directions and sources of indicators"
    )
    parser.add_argument(
        "--year",
        type=parse_date,
        action="append",
        default=[],
        help="year of the map or the evaluation; map: may be repeated; in a table without years, the year of its figures",
    )
    parser.add_argument(
        "--since",
        type=parse_date,
        metavar="YEAR",
        help="map, change: the change since this year instead of the figures",
    )
    parser.add_argument("--less", action="append", default=[], metavar="NAME", help="evaluate: less of it is better")
    parser.add_argument(
        "--weight", action="append", default=[], metavar="NAME=W", help="evaluate: weight of an indicator"
    )
    parser.add_argument("--normalise", default="min_max", choices=("min_max", "z_score", "rank"), help="evaluate")
    parser.add_argument("--aggregate", default="arithmetic", choices=("arithmetic", "geometric"), help="evaluate")
    parser.add_argument(
        "--entropy", action="store_true", help="evaluate: weights by entropy; rewards what differs most"
    )
    parser.add_argument("--gaps", default="leave_out", choices=("leave_out", "mean", "reweight"), help="evaluate")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="map: FILE.png, .svg or .pdf; evaluate: FILE.xlsx or .html; dictionary: FILE.csv",
    )
    parser.add_argument("--csv", action="store_true", help="CSV instead of a table")
    add_language_option(parser, "language of maps, workbooks and reports (default: %(default)s)")
    add_boundary_option(parser)
    add_json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Check, map, follow or evaluate a table of indicators, or write a template or an example.

    Parameters
    ----------
    arguments : argparse.Namespace

    Returns
    -------
    int
        0 without problems, 1 with an error, 2 with a warning.

    Raises
    ------
    PilotzonesError
        When the file cannot be read or a rule makes no sense.
    """
    if arguments.task in ("example", "template"):
        return _write_start(arguments)
    from pilotzones.geo.catalogue.loader import load_programme
    from pilotzones.geo.query.applicability_loader import load_applicability

    programme = load_programme(arguments.programme)
    applies = load_applicability([programme], arguments.source)
    joined, entries = _read(arguments, applies)
    tasks: dict[str, Any] = {
        "check": lambda: _print_check(joined, arguments),
        "map": lambda: _draw_map(joined, programme, applies, entries, arguments),
        "trend": lambda: _print_trend(joined, programme, applies, arguments),
        "change": lambda: _print_change(joined, arguments),
        "evaluate": lambda: _print_evaluation(joined, programme, applies, entries, arguments),
        "dictionary": lambda: _write_dictionary(joined, arguments),
    }
    tasks[arguments.task]()
    return choose_exit_code(joined.problems) or FINE


def _read(
    arguments: argparse.Namespace, applies: ApplicabilityIndex
) -> tuple[JoinedIndicators, dict[str, IndicatorEntry]]:
    """Read the table and its dictionary, find the places, and add the ratios that are asked for."""
    from pilotzones.geo.documents.reader import TABLE, read_document
    from pilotzones.geo.indicators.dictionary import apply_dictionary, read_dictionary
    from pilotzones.geo.indicators.joined import join_places
    from pilotzones.geo.indicators.ratios import AREA, add_area_ratio, add_ratio, parse_ratio
    from pilotzones.geo.indicators.tables.typed_tables import read_indicator_file
    from pilotzones.geo.places.history import read_period

    year = arguments.year[-1] if arguments.year else None
    table = read_indicator_file(arguments.file, period=read_period(year))
    entries: dict[str, IndicatorEntry] = {}
    if arguments.dictionary is not None:
        entries, problems = read_dictionary(read_document(arguments.dictionary, limits=TABLE))
        table.problems += [*problems, *apply_dictionary(table, entries, file=arguments.dictionary.name)]
    joined = join_places(table, applies)
    for given in arguments.per:
        above, below = parse_ratio(given)
        if below == AREA and AREA not in joined.indicators:
            from pilotzones.geo.boundaries.loader import load

            joined = add_area_ratio(joined, above, load(arguments.source))
        else:
            joined = add_ratio(joined, above, below)
    return joined, entries


def _write_start(arguments: argparse.Namespace) -> int:
    """Write the template or the example."""
    from pilotzones.geo.files.atomic_file import write_atomically

    if arguments.task == "template":
        from pilotzones.geo.indicators.tables.reader import write_observation_template

        write_atomically(arguments.file, write_observation_template())
        return FINE
    from pilotzones.geo.boundaries.loader import load
    from pilotzones.geo.catalogue.loader import list_programmes, load_programme
    from pilotzones.geo.files.csv_writer import format_csv, with_byte_order_mark
    from pilotzones.geo.indicators.example import make_example
    from pilotzones.geo.join import join
    from pilotzones.geo.query.applicability_loader import load_applicability

    programmes = [load_programme(name) for name in list_programmes()]
    applies = load_applicability(programmes, arguments.source)
    frame = make_example(join(load_programme(arguments.programme), load(arguments.source)), applies)
    write_atomically(arguments.file, with_byte_order_mark(format_csv(frame)))
    print_line(f"{arguments.file}: {format_count(len(frame), 'observation')}, all computed by pilotzones itself")
    return FINE


def _print_check(joined: JoinedIndicators, arguments: argparse.Namespace) -> None:
    from pilotzones.geo.indicators.dictionary import make_dictionary

    columns = (
        "indicator", "level", "figures", "gaps", "first_year", "last_year", "unit_measure", "unit_mult", "source", "vintage",
    )  # fmt: skip
    counts = make_dictionary(joined)[list(columns)]
    problems = [str(problem) for problem in joined.problems]
    if arguments.json:
        print_json({"indicators": counts.to_dict("records"), "problems": problems})
        return
    if arguments.csv:
        print_csv(joined.frame.drop(columns="ref_area"))
        return
    output = make_table("indicator", "level", "figures no.", "gaps no.", "from", "to", "unit", "vintage")
    for row in counts.to_dict("records"):
        unit = f"10^{row['unit_mult']} {row['unit_measure']}" if row["unit_mult"] != "0" else row["unit_measure"]
        ends = (row["first_year"], row["last_year"], unit, row["vintage"])
        add_cells(output, (row["indicator"], row["level"], row["figures"], row["gaps"], *ends))
    print_table(
        output,
        f"{joined.settled} of {len(joined.places)} places and years settled; {format_count(len(problems), 'problem')}",
    )
    print_problems(joined.problems, rest=" (--json lists all)")


def _print_trend(
    joined: JoinedIndicators, programme: Programme, applies: ApplicabilityIndex, arguments: argparse.Namespace
) -> None:
    import pandas as pd

    from pilotzones.geo.indicators.groups import compare_groups, summarise_programme

    names = arguments.indicator or joined.indicators
    tables = [
        summarise(joined, applies, programme, indicator).assign(
            indicator=indicator, unit=joined.describe_unit(indicator)
        )
        for indicator in names
        for summarise in (summarise_programme, compare_groups)
    ]
    merged = pd.concat(tables, ignore_index=True)
    columns = ["indicator", "unit", "group", "name", "time_period", "event_time", "mean", "count", "breaks"]
    print_frame(merged[columns], arguments, digits=3)
    if not (arguments.json or arguments.csv):
        print_line(
            "unweighted means of units with a figure; members and others are described, no effect is estimated; event_time "
            "counts years since each member joined"
        )


def _choose_indicator(joined: JoinedIndicators, arguments: argparse.Namespace) -> str:
    """Choose the indicator that is named; else the ratio that is given, else the first of the table."""
    names: list[str] = arguments.indicator
    return names[0] if names else joined.indicators[-1 if arguments.per else 0]


def _choose_years(joined: JoinedIndicators, indicator: str, arguments: argparse.Namespace) -> list[str]:
    from pilotzones.geo.errors import IndicatorError

    there = joined.list_years(indicator)
    if not there:
        raise IndicatorError(f"{indicator} has no figure")
    return list(dict.fromkeys(arguments.year)) or there[-1:]


def _print_change(joined: JoinedIndicators, arguments: argparse.Namespace) -> None:
    from pilotzones.geo.indicators.year_map import compare_years

    indicator = _choose_indicator(joined, arguments)
    last = _choose_years(joined, indicator, arguments)[-1]
    first = arguments.since or joined.list_years(indicator)[0]
    table = compare_years(joined, indicator, first, last).drop(columns="today")
    print_frame(table, arguments, digits=3)
    if not (arguments.json or arguments.csv):
        moved = int((~table["is_comparable"]).sum())
        print_line(
            f"{indicator} [{joined.describe_unit(indicator)}], {first} to {last}: "
            f"{format_count(len(table), 'unit')} with both figures, {moved} of which changed their ground between "
            "and have no difference"
        )


def _draw_map(
    joined: JoinedIndicators,
    programme: Programme,
    applies: ApplicabilityIndex,
    entries: dict[str, IndicatorEntry],
    arguments: argparse.Namespace,
) -> None:
    from pilotzones.geo.boundaries.loader import load
    from pilotzones.geo.files.atomic_file import write_atomically
    from pilotzones.layers.figure.indicator_figure import IndicatorFigure, render_indicator_figure

    output = arguments.output
    file_format = choose_figure_format(output)
    indicator = _choose_indicator(joined, arguments)
    years = _choose_years(joined, indicator, arguments)
    figure = IndicatorFigure(joined, indicator, tuple(years), since=arguments.since or "", entries=entries)
    content = render_indicator_figure(
        figure, load(arguments.source), programme, applies, file_format=file_format, lang=arguments.lang
    )
    write_atomically(output, content)
    print_line(f"{output}: {indicator}, {', '.join(years)}")


def _print_evaluation(
    joined: JoinedIndicators,
    programme: Programme,
    applies: ApplicabilityIndex,
    entries: dict[str, IndicatorEntry],
    arguments: argparse.Namespace,
) -> None:
    from pilotzones.geo.errors import IndicatorError
    from pilotzones.geo.indicators.evaluation import evaluate
    from pilotzones.geo.indicators.groups import tabulate_zones
    from pilotzones.geo.indicators.sensitivity import analyse_sensitivity

    year = arguments.year[-1] if arguments.year else joined.find_fullest_year(arguments.indicator or joined.indicators)
    values = tabulate_zones(joined, applies, programme, arguments.indicator or joined.indicators, year)
    if values.dropna(how="all").empty:
        raise IndicatorError(f"no zone has a figure for {year}: the table has {', '.join(joined.years)}")
    if not arguments.indicator:
        same = [str(name) for name in values.columns if values[name].nunique() < 2]
        values = values.drop(columns=same)
        if same:
            print(f"left out, as no two zones differ in {year}: {', '.join(same)}", file=sys.stderr)
    found = evaluate(values, _read_rules(arguments, list(values.columns), entries))
    sensitivity = analyse_sensitivity(found)
    if arguments.output is not None:
        from pilotzones.layers.report.evaluation import EvaluationReport, write_evaluation

        report = EvaluationReport(found, sensitivity, values, joined, programme, year, entries)
        write_evaluation(report, arguments.output, arguments.lang)
        print_line(
            f"{arguments.output}: {format_count(len(values), 'zone')}, {format_count(len(found.weights), 'indicator')}"
        )
        return
    table = sensitivity.ranks.assign(score=found.scores, moved_most_by=sensitivity.name_strongest())
    table.insert(0, "zone", [f"{order} {programme.get_zone(order).name_zh}" for order in table.index])
    print_frame(table.sort_values("rank"), arguments, digits=3)
    if not (arguments.json or arguments.csv):
        weights = ", ".join(f"{name} {weight:.2f}" for name, weight in found.weights.items())
        print_line(
            f"{year}; weights {weights}; {found.rules.normalisation}, {found.rules.aggregation}, gaps {found.rules.gaps}"
        )
        print_line(
            f"rank_p05 to rank_p95: {format_count(sensitivity.draws, 'draw')} of weights ±{sensitivity.spread:.0%}"
        )


def _read_rules(arguments: argparse.Namespace, names: list[str], entries: dict[str, IndicatorEntry]) -> EvaluationRules:
    from pilotzones.geo.errors import IndicatorError
    from pilotzones.geo.indicators.evaluation import EvaluationRules, IndicatorRule

    weights = {}
    for given in arguments.weight:
        name, _, text = given.rpartition("=")
        try:
            weights[name] = float(text)
        except ValueError:
            raise IndicatorError(f"--weight takes NAME=NUMBER, not {given!r}") from None
    if unknown := [name for name in (*weights, *arguments.less) if name not in names]:
        raise IndicatorError(f"no indicator {', '.join(unknown)}: the table has {', '.join(names)}")
    less = {*arguments.less, *(name for name, entry in entries.items() if entry.direction == "less")}
    indicators = tuple(IndicatorRule(name, -1 if name in less else 1, weights.get(name, 1.0)) for name in names)
    weighting: Any = "entropy" if arguments.entropy else "given" if weights else "equal"
    return EvaluationRules(indicators, arguments.normalise, arguments.aggregate, weighting, arguments.gaps)


def _write_dictionary(joined: JoinedIndicators, arguments: argparse.Namespace) -> None:
    from pilotzones.geo.files.atomic_file import write_atomically
    from pilotzones.geo.files.csv_writer import format_csv, with_byte_order_mark
    from pilotzones.geo.indicators.dictionary import make_dictionary

    frame = make_dictionary(joined)
    if arguments.output is None:
        print_frame(frame, arguments, digits=3)
        return
    write_atomically(arguments.output, with_byte_order_mark(format_csv(frame)))
    print_line(
        f"{arguments.output}: {format_count(len(frame), 'indicator')}; fill in names, direction, definition and what is empty"
    )
