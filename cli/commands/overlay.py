"""The command ``pilotzones overlay``: conflicts between two layers of polygons, or inside one."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pilotzones.cli.options import FINE, NEEDS_REVIEW, add_json_option, add_language_option, add_output_option
from pilotzones.cli.output import (
    add_cells,
    format_figure,
    make_progress,
    make_records,
    make_table,
    print_json,
    print_table,
)
from pilotzones.geo.errors import OverlayError
from pilotzones.geo.messages import format_count

if TYPE_CHECKING:
    from pilotzones.geo.errors import Problem
    from pilotzones.geo.overlay.models import OverlayResult, PolygonLayer, Thresholds

__all__ = ["add_options", "run"]

_MAX_CONFLICTS_SHOWN = 20


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command.

    Parameters
    ----------
    parser : argparse.ArgumentParser
    """
    formats = "a file of polygons (GeoPackage, shapefile, GeoJSON, FileGDB …)"
    parser.add_argument("a", type=Path, metavar="A", help=formats)
    parser.add_argument(
        "b", nargs="?", metavar="B", help="the other file, or zones:PROGRAMME; without it A is compared with itself"
    )
    for side in "ab":
        parser.add_argument(f"--{side}-name", default="", metavar="NAME", help=f"what {side.upper()} is called")
        parser.add_argument(f"--{side}-layer", metavar="LAYER", help=f"the layer of {side.upper()} to read")
        parser.add_argument(
            f"--{side}-crs",
            metavar="EPSG:N|GCJ-02|BD-09",
            help=f"reference system of {side.upper()}, if the file states none or a wrong one",
        )
        parser.add_argument(
            f"--{side}-id", metavar="COLUMN", help=f"the column that names the features of {side.upper()}"
        )
        parser.add_argument(
            f"--{side}-scale",
            type=float,
            metavar="N",
            help=f"{side.upper()} was drawn at 1:N: differences within the accuracy of the scales are said to be that",
        )
    parser.add_argument("--repair", action="store_true", help="repair polygons where that is needed; each is reported")
    parser.add_argument(
        "--width-m", type=float, default=5.0, metavar="W", help="conflicts up to this inner width are slivers [m]"
    )
    parser.add_argument(
        "--min-area-m2", type=float, default=0.0, metavar="M", help="smaller conflicts are slivers, too [m²]"
    )
    parser.add_argument(
        "--by",
        default="",
        metavar="county,zone,COLUMN",
        help="also count by county, by zone of the national pilot zones, or by columns of the layers: column:zone is a column "
        "of that name, and a name with a comma stands in quotes",
    )
    parser.add_argument(
        "--scheduler",
        metavar="tcp://HOST:PORT",
        help="check partitioned layers on a Dask cluster: A and B are folders of GeoParquet that all workers see",
    )
    add_json_option(parser)
    add_output_option(parser, "FOLDER|FILE.gpkg", required=False)
    add_language_option(parser, "language of the map and of the issue log (default: %(default)s)")


def run(arguments: argparse.Namespace) -> int:
    """Compare the layers and print or write the result.

    Parameters
    ----------
    arguments : argparse.Namespace

    Returns
    -------
    int
        0 without a conflict, 2 when there is a real overlap or a disagreement about an edge.

    Raises
    ------
    PilotzonesError
        When a layer cannot be read or the result cannot be written.
    """
    from pilotzones.geo.overlay.models import ConflictClass, Thresholds
    from pilotzones.geo.overlay.partitioned.partitions import is_partitioned
    from pilotzones.geo.overlay.runner import check_overlay
    from pilotzones.geo.overlay.upload.reader import list_groupings, make_grouping

    thresholds = Thresholds(width_m=arguments.width_m, min_area_m2=arguments.min_area_m2)
    if arguments.scheduler is not None or is_partitioned(arguments.a):
        return _run_partitioned(arguments, thresholds)
    if arguments.output is not None:
        _check_output(arguments.output)
    a = _read_side(arguments, "a", str(arguments.a))
    b = None if arguments.b is None else _read_side(arguments, "b", arguments.b)
    result = check_overlay(
        a,
        b,
        thresholds=thresholds,
        groupings={name: make_grouping(name) for name in list_groupings(arguments.by)},
        scales=(arguments.a_scale, arguments.b_scale),
        progress=make_progress("pairs"),
    )
    for problem in result.problems[len(a.problems) + (len(b.problems) if b else 0) :]:
        print(f"{problem.severity}: {problem}", file=sys.stderr)
    if arguments.output is not None:
        _write(result, arguments)
    if arguments.json:
        print_json(_make_record(result))
    elif arguments.output is None:
        _print_result(result)
    counted = result.conflicts["class"] != ConflictClass.DRAFTING_SLIVER.value
    return NEEDS_REVIEW if counted.any() else FINE


def _run_partitioned(arguments: argparse.Namespace, thresholds: Thresholds) -> int:
    from pilotzones.geo.overlay.partitioned.check import check_partitioned
    from pilotzones.geo.overlay.partitioned.partitions import list_partitions
    from pilotzones.geo.overlay.upload.reader import list_groupings

    if arguments.b is None or arguments.b.startswith("zones:") or arguments.output is None:
        raise OverlayError("partitioned layers are compared two at a time: give A, B and -o FOLDER")
    a, b = (
        list_partitions(
            source,
            name=getattr(arguments, f"{side}_name"),
            crs=getattr(arguments, f"{side}_crs"),
            id_column=getattr(arguments, f"{side}_id"),
            repair=arguments.repair,
        )
        for side, source in (("a", arguments.a), ("b", Path(arguments.b)))
    )
    result = check_partitioned(
        a,
        b,
        arguments.output,
        thresholds=thresholds,
        groupings=list_groupings(arguments.by),
        scales=(arguments.a_scale, arguments.b_scale),
        scheduler=arguments.scheduler,
        lang=arguments.lang,
        progress=make_progress("tasks"),
    )
    for problem in result.problems:
        print(f"{problem.severity}: {problem}", file=sys.stderr)
    if arguments.json:
        counts = {name: getattr(result, name) for name in ("conflicts", "slivers", "touches")}
        print_json(counts | {"rates": make_records(result.rates), "sensitivity": make_records(result.sensitivity)})
    else:
        _print_rates(
            result.rates,
            f"{format_count(result.conflicts, 'conflict')}, {format_count(result.slivers, 'sliver')}; slivers enter no rate",
        )
    return NEEDS_REVIEW if result.conflicts else FINE


def _read_side(arguments: argparse.Namespace, side: str, source: str) -> PolygonLayer:
    from pilotzones.geo.overlay.upload.reader import make_zone_layer, read_polygon_layer

    options = {name: getattr(arguments, f"{side}_{name}") for name in ("name", "layer", "crs", "id")}
    if source.startswith("zones:"):
        from pilotzones.geo.boundaries.loader import load
        from pilotzones.geo.catalogue.loader import load_programme
        from pilotzones.geo.join import join

        return make_zone_layer(join(load_programme(source.removeprefix("zones:")), load()), name=options["name"])
    layer = read_polygon_layer(
        Path(source),
        name=options["name"],
        layer=options["layer"],
        crs=options["crs"],
        id_column=options["id"],
        repair=arguments.repair,
    )
    for problem in layer.problems:
        print(f"{problem.severity}: {problem}", file=sys.stderr)
    return layer


def _check_output(output: Path) -> None:
    """Refuse what cannot be written before a check of hours is made."""
    from pilotzones.geo.files.atomic_file import check_file
    from pilotzones.geo.files.atomic_folder import check_folder

    if output.suffix.lower() not in ("", ".gpkg"):
        raise OverlayError(f"{output.name} was not written: name a folder or a file that ends in .gpkg")
    if output.suffix:
        check_file(output)
    else:
        check_folder(output)


def _write(result: OverlayResult, arguments: argparse.Namespace) -> None:
    output: Path = arguments.output
    if output.suffix.lower() == ".gpkg":
        from pilotzones.geo.export import write_all
        from pilotzones.geo.overlay.export_layers import make_layers

        write_all(make_layers(result, lang=arguments.lang), output, format="gpkg")
    else:
        from pilotzones.geo.boundaries.loader import load
        from pilotzones.geo.files.atomic_folder import write_folder
        from pilotzones.layers.site.overlay_page import make_overlay_files

        files = make_overlay_files(result, load(), lang=arguments.lang)
        write_folder(output, files, about={"overlay": f"{result.a.name} × {result.b.name}"})
    print(f"{output}: {_count_pieces(result)}, {format_count(result.touches, 'touch', 'touches')}", file=sys.stderr)


def _count_pieces(result: OverlayResult) -> str:
    """Count conflicts and slivers apart, as the rates and the page do."""
    slivers = int((result.conflicts["class"] == "drafting_sliver").sum())
    conflicts = len(result.conflicts) - slivers
    return f"{format_count(conflicts, 'conflict')} and {format_count(slivers, 'sliver')}"


def _make_record(result: OverlayResult) -> dict[str, Any]:
    rules = result.thresholds
    return {
        "a": result.a.name,
        "b": result.b.name,
        "thresholds": {name: getattr(rules, name) for name in ("width_m", "min_area_m2", "resolution_m", "elongation")},
        "touches": result.touches,
        "rates": make_records(result.rates),
        "sensitivity": make_records(result.sensitivity),
        "conflicts": make_records(result.conflicts.drop(columns="geometry")),
        "faults": make_records(result.faults.drop(columns="geometry")),
        "issues": [_make_problem_record(problem) for problem in result.problems],
    }


def _make_problem_record(problem: Problem) -> dict[str, Any]:
    names = ("file", "message", "row", "field", "value", "severity", "kind", "facts")
    return {name: getattr(problem, name) for name in names}


def _print_result(result: OverlayResult) -> None:
    table = make_table("no.", "A", "B", "class", "reason", "area m²", "width m", "% of A", "% of B")
    for row in result.conflicts.head(_MAX_CONFLICTS_SHOWN).to_dict("records"):
        figures = (format_figure(row["area_m2"], 1), format_figure(row["inner_width_m"], 2))
        shares = (format_figure(100 * row["share_of_a"], 2), format_figure(100 * row["share_of_b"], 2))
        names = (row["conflict_id"], row["a_id"], row["b_id"], row["class"], row["reason"])
        add_cells(table, (*names, *figures, *shares))
    shown = min(_MAX_CONFLICTS_SHOWN, len(result.conflicts))
    rules = result.thresholds
    head = f"the {shown} largest of" if shown else "none:"
    touches = format_count(result.touches, "pair only touches", "pairs only touch")
    area = f" or area below {rules.min_area_m2:g} m²" if rules.min_area_m2 else ""
    rule = f"slivers: inner width at most {rules.width_m:g} m{area}"
    print_table(table, f"{head} {_count_pieces(result)}; {touches}; {rule}")
    _print_rates(result.rates, f"{format_count(len(result.faults), 'fault')} inside the layers; slivers enter no rate")


def _print_rates(table: Any, caption: str) -> None:
    from pilotzones.geo.overlay.grouping import WHOLE

    rates = make_table(
        "layer", "by", "group", "features", "in conflict", "%", "area km²", "in conflict km²", "% of area"
    )
    for row in table.to_dict("records"):
        features = (row["features"], row["features_in_conflict"], _to_percent(row["feature_rate"]))
        areas = (
            format_figure(row["area_m2"] / 1e6, 3),
            format_figure(row["conflict_area_m2"] / 1e6, 3),
            _to_percent(row["area_rate"]),
        )
        group = "(none)" if row["by"] != WHOLE and not row["group"] else row["group"]
        add_cells(rates, (row["layer"], row["by"], group, *features, *areas))
    print_table(rates, caption)


def _to_percent(rate: float | None) -> str:
    return "–" if rate is None else f"{100 * rate:.2f}"
