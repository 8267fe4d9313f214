"""The layers of a programme on a boundary source, filtered, each with its fields and provenance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.boundaries.sources import BUILT_IN
from pilotzones.geo.errors import ExportError, make_problem
from pilotzones.geo.export.models import LAYERS, ExportLayer, LayerName, make_layer
from pilotzones.geo.export.provenance import build_provenance
from pilotzones.geo.export.rows.counties import build_context_rows, build_difference_rows
from pilotzones.geo.export.rows.programme import (
    build_finding_rows,
    build_member_rows,
    build_special_rows,
    build_task_rows,
    build_zone_rows,
)
from pilotzones.geo.export.rows.projects import build_project_rows
from pilotzones.geo.export.rows.provisions import build_measure_rows, build_statement_rows, build_town_rows, list_layers
from pilotzones.geo.export.simplification import Detail, get_tolerance, simplify_layer
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.query.filters import Selection

__all__ = ["GEOMETRY_LAYERS", "build_layer", "with_detail"]

# Differences between sources are finer than any simplification, and no coverage.
_ALWAYS_EXACT: Final = ("source_difference",)


def build_layer(
    joined: JoinedProgramme,
    name: LayerName,
    *,
    selection: Selection | None = None,
    permalink: str = "",
    detail: Detail = "exact",
    others: Sequence[Boundaries] | None = None,
) -> ExportLayer:
    """Build a layer of the zones that pass a selection.

    Parameters
    ----------
    joined : JoinedProgramme
    name : str
        One of `LAYERS`.
    selection : Selection, optional
        Everything by default.
    permalink : str, optional
        Address that shows the same selection.
    detail : {"exact", "fine", "coarse"}, optional
        See `pilotzones.geo.export.simplification.DETAILS`.
    others : sequence of Boundaries, optional
        Sources to compare with, for ``findings`` and ``source_difference``; by default the built-in sources that are not
        the layer's own.

    Returns
    -------
    ExportLayer
        In WGS 84. Members keep every row of the zones shown; those without geometry have a null one. ``context`` has
        every county, whatever the selection; it names the zones that pass.

    Raises
    ------
    ExportError
        When there is no such layer or detail, the programme does not have the layer, or nothing passes.
    """
    if name not in LAYERS:
        raise ExportError(make_problem("", "layer_unknown", facts={"name": name, "known": ", ".join(LAYERS)}))
    there = list_layers(joined.programme)
    if name not in there:
        facts = {"programme": joined.programme.id, "name": name, "known": ", ".join(there)}
        raise ExportError(make_problem("", "layer_of_other_kind", facts=facts))
    get_tolerance(detail)
    chosen = selection or Selection()
    orders = tuple(zone.order for zone in chosen.apply(joined.programme))
    rows = _build_rows(joined, name, orders, others) if orders else []
    if not rows:
        raise ExportError(make_problem("", "export_no_row" if orders else "export_no_zone", facts={"layer": name}))
    return with_detail(make_layer(name, rows, build_provenance(joined, chosen, permalink=permalink)), detail)


def with_detail(exact: ExportLayer, detail: Detail) -> ExportLayer:
    """Return the layer with as much of its geometry as wanted.

    Parameters
    ----------
    exact : ExportLayer
        In WGS 84.
    detail : {"exact", "fine", "coarse"}

    Returns
    -------
    ExportLayer
        ``source_difference`` stays exact, and says so: what it shows is finer than any simplification.

    Raises
    ------
    ExportError
        When there is no such detail, or the layer has lost it.
    """
    get_tolerance(detail)
    if detail == exact.detail or not exact.has_geometry or exact.name in _ALWAYS_EXACT:
        return exact
    if exact.detail != "exact":
        facts = {"name": exact.name, "detail": exact.detail}
        raise ExportError(make_problem("", "layer_simplified", facts=facts))
    return exact.with_shapes(simplify_layer(exact.shapes, detail), detail=detail)


def _load_compared_sources(joined: JoinedProgramme, others: Sequence[Boundaries] | None) -> Sequence[Boundaries]:
    """Return the sources to compare with."""
    return [load(source) for source in BUILT_IN if source != joined.boundaries.info.id] if others is None else others


def _build_rows(
    joined: JoinedProgramme, name: LayerName, orders: Sequence[int], others: Sequence[Boundaries] | None
) -> list[dict[str, Any]]:
    if name == "findings":
        return build_finding_rows(joined, _load_compared_sources(joined, others), orders)
    if name == "source_difference":
        return build_difference_rows(joined, _load_compared_sources(joined, others), orders)
    return _ROWS[name](joined, orders)


_ROWS: Final[Mapping[LayerName, Callable[[JoinedProgramme, Sequence[int]], list[dict[str, Any]]]]] = {
    "zones": build_zone_rows,
    "members": build_member_rows,
    "special_areas": build_special_rows,
    "tasks": build_task_rows,
    "towns": build_town_rows,
    "measures": build_measure_rows,
    "statements": build_statement_rows,
    "projects": build_project_rows,
    "context": build_context_rows,
}
GEOMETRY_LAYERS: Final[tuple[LayerName, ...]] = (
    "zones",
    "members",
    "special_areas",
    "towns",
    "projects",
    "context",
    "source_difference",
)
