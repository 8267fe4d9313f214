"""The command ``pilotzones indicators``: check, follow and evaluate indicators by place and year."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pilotzones.cli.options import FINE, add_boundary_option, add_json_option, choose_exit_code, parse_date
from pilotzones.cli.output import add_cells, make_table, print_csv, print_frame, print_json, print_line, print_table

if TYPE_CHECKING:
    from pilotzones.geo.indicators.evaluation import EvaluationRules
    from pilotzones.geo.indicators.series import JoinedIndicators

__all__ = ["add_options", "run"]

_MAX_PRINTED_PROBLEMS = 50


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    """
    from pilotzones.geo.catalogue.loader import DEFAULT_PROGRAMME

    parser.add_argument(
        "task",
        choices=("check", "trend", "evaluate", "example"),
        help="what to do; example writes a table to try it with",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="table of indicators (CSV, XLSX, DTA, HTML, PDF, DOCX)")
    parser.add_argument("--programme", default=DEFAULT_PROGRAMME, metavar="ID|FOLDER", help="programme to compare with")
    parser.add_argument("--indicator", action="append", default=[], metavar="NAME", help="indicator, may be repeated")
    parser.add_argument(
        "--year", type=parse_date, help="year to evaluate; in a table without years, the year of its figures"
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
    parser.add_argument("--csv", action="store_true", help="CSV instead of a table")
    add_boundary_option(parser)
    add_json_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Check a table of indicators, print the series of a programme's zones, or evaluate the zones.

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
    from pilotzones.geo.catalogue.loader import load_programme

    if arguments.task == "example":
        return _write_example(arguments)
    from pilotzones.geo.documents.reader import TABLE, read_document
    from pilotzones.geo.indicators.reader import read_indicators
    from pilotzones.geo.indicators.series import join_places
    from pilotzones.geo.places.history import read_period
    from pilotzones.geo.query.applicability_loader import load_applicability

    programme = load_programme(arguments.programme)
    table = read_indicators(read_document(arguments.file, limits=TABLE), period=read_period(arguments.year))
    joined = join_places(table, load_applicability([programme], arguments.source))
    if arguments.task == "check":
        _print_check(joined, arguments)
    elif arguments.task == "trend":
        _print_trend(joined, programme, arguments)
    else:
        _print_evaluation(joined, programme, arguments)
    return choose_exit_code(joined.problems) or FINE


def _write_example(arguments: argparse.Namespace) -> int:
    from pilotzones.geo.boundaries.loader import load
    from pilotzones.geo.catalogue.loader import list_programmes, load_programme
    from pilotzones.geo.files.atomic_file import write_atomically
    from pilotzones.geo.files.csv_writer import format_csv, with_byte_order_mark
    from pilotzones.geo.indicators.example import make_example
    from pilotzones.geo.join import join
    from pilotzones.geo.query.applicability_loader import load_applicability

    programmes = [load_programme(name) for name in list_programmes()]
    applies = load_applicability(programmes, arguments.source)
    joined = join(load_programme(arguments.programme), load(arguments.source))
    frame = make_example(joined, applies)
    write_atomically(arguments.file, with_byte_order_mark(format_csv(frame)))
    print_line(f"{arguments.file}: {len(frame)} observations")
    return FINE


def _print_check(joined: JoinedIndicators, arguments: argparse.Namespace) -> None:
    frame = joined.frame
    counts = frame.groupby("indicator", sort=False).agg(
        figures=("obs_value", "count"), gaps=("obs_value", lambda column: int(column.isna().sum())),
        first=("time_period", "min"), last=("time_period", "max"), unit=("unit_measure", "first"),
        power=("unit_mult", "first"),
    ).reset_index()  # fmt: skip
    problems = [str(problem) for problem in joined.problems]
    if arguments.json:
        print_json({"indicators": counts.to_dict("records"), "problems": problems})
        return
    if arguments.csv:
        print_csv(frame.drop(columns="ref_area"))
        return
    output = make_table("indicator", "figures no.", "gaps no.", "from", "to", "unit")
    for row in counts.to_dict("records"):
        unit = f"10^{row['power']} {row['unit']}" if row["power"] else row["unit"]
        add_cells(output, (row["indicator"], row["figures"], row["gaps"], row["first"], row["last"], unit))
    settled = sum(answer.status == "found" for answer in joined.answers)
    print_table(output, f"{settled} of {len(joined.answers)} places and years settled; {len(problems)} problems")
    for problem in joined.problems[:_MAX_PRINTED_PROBLEMS]:
        print_line(f"{problem.severity}: {problem}")
    if len(problems) > _MAX_PRINTED_PROBLEMS:
        print_line(f"… and {len(problems) - _MAX_PRINTED_PROBLEMS} more (--json lists all)")


def _print_trend(joined: JoinedIndicators, programme: Any, arguments: argparse.Namespace) -> None:
    import pandas as pd

    from pilotzones.geo.indicators.series import compare_groups, summarise_programme

    tables = [
        summarise(joined, programme, indicator).assign(indicator=indicator)
        for indicator in arguments.indicator or joined.indicators
        for summarise in (summarise_programme, compare_groups)
    ]
    merged = pd.concat(tables, ignore_index=True)
    columns = ["indicator", "group", "name", "time_period", "event_time", "mean", "count", "breaks"]
    print_frame(merged[columns], arguments, digits=3)
    if not (arguments.json or arguments.csv):
        print_line(
            "unweighted means of counties with a figure; members and others are described, no effect is estimated"
        )


def _print_evaluation(joined: JoinedIndicators, programme: Any, arguments: argparse.Namespace) -> None:
    from pilotzones.geo.errors import IndicatorError
    from pilotzones.geo.indicators.evaluation import evaluate
    from pilotzones.geo.indicators.sensitivity import analyse_sensitivity
    from pilotzones.geo.indicators.zone_values import tabulate_zones

    year = arguments.year or joined.years[-1]
    values = tabulate_zones(joined, programme, arguments.indicator or joined.indicators, year)
    if values.empty:
        raise IndicatorError(f"no zone has a figure for {year}: the table has {', '.join(joined.years)}")
    found = evaluate(values, _read_rules(arguments, list(values.columns)))
    sensitivity = analyse_sensitivity(found)
    table = sensitivity.ranks.assign(score=found.scores, moved_most_by=sensitivity.effects.idxmax(axis=1, skipna=True))
    table.insert(0, "zone", [f"{order} {programme.zone(order).name_zh}" for order in table.index])
    print_frame(table.sort_values("rank"), arguments, digits=3)
    if not (arguments.json or arguments.csv):
        weights = ", ".join(f"{name} {weight:.2f}" for name, weight in found.weights.items())
        print_line(
            f"{year}; weights {weights}; {found.rules.normalisation}, {found.rules.aggregation}, gaps {found.rules.gaps}"
        )
        print_line(f"rank_p05 to rank_p95: {sensitivity.draws} draws of weights ±{sensitivity.spread:.0%}")


def _read_rules(arguments: argparse.Namespace, names: list[str]) -> EvaluationRules:
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
    indicators = tuple(
        IndicatorRule(name, -1 if name in arguments.less else 1, weights.get(name, 1.0)) for name in names
    )
    weighting: Any = "entropy" if arguments.entropy else "given" if weights else "equal"
    return EvaluationRules(indicators, arguments.normalise, arguments.aggregate, weighting, arguments.gaps)
