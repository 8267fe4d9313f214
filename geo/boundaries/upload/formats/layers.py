"""The layers of a file: listed with their rows, the one with counties chosen, or the user asked which one is meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pilotzones.geo.boundaries.upload.attribute_mapping import count_counties
from pilotzones.geo.boundaries.upload.formats.gdal_reader import list_gdal_layers, read_gdal_layer
from pilotzones.geo.boundaries.upload.formats.geojson_reader import read_features, read_geojson
from pilotzones.geo.boundaries.upload.formats.json_document import FeatureLayer
from pilotzones.geo.boundaries.upload.formats.kml_reader import read_placemarks
from pilotzones.geo.boundaries.upload.formats.parquet_reader import read_parquet
from pilotzones.geo.boundaries.upload.formats.wkt_table import find_geometry_column, read_csv, skip_title, take_geometry
from pilotzones.geo.boundaries.upload.raw_features import (
    FOLDER,
    RawFeatures,
    make_refusal,
    sanitize_for_display,
)
from pilotzones.geo.errors import IntakeError, has_error, make_list_fact, make_problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotzones.geo.boundaries.upload.formats.archive import Dataset
    from pilotzones.geo.boundaries.upload.formats.gdal_reader import GdalLayer
    from pilotzones.geo.sandbox.limits import Limits

__all__ = ["FileLayer", "list_layers", "read_chosen_layer"]

_MAX_LISTED: Final = 30
_MAX_LISTING: Final = 1_000
_MIN_SHARE_COUNTIES: Final = 0.5


@dataclass(frozen=True)
class FileLayer:
    """A layer that may hold polygons.

    Parameters
    ----------
    name : str
        What a user calls it.
    rows : int
    read : callable
        Reads it whole.
    read_columns : callable
        Reads its columns alone.
    """

    name: str
    rows: int
    read: Callable[[], RawFeatures]
    read_columns: Callable[[], RawFeatures]


def list_layers(datasets: Sequence[Dataset], *, file: str, limits: Limits) -> list[FileLayer]:
    """List the layers that may hold polygons.

    Parameters
    ----------
    datasets : sequence of Dataset
    file : str
        Name to report.
    limits : Limits

    Returns
    -------
    list of Layer

    Raises
    ------
    IntakeError
        When a data set cannot be opened.
    """
    found = []
    for dataset in datasets:
        layers = _list_of_dataset(dataset, file, limits)
        if len(datasets) > 1:
            layers = [_rename(layer, dataset.name, alone=len(layers) == 1) for layer in layers]
        found += layers
    return found


def read_chosen_layer(layers: Sequence[FileLayer], wanted: str | None, *, file: str) -> RawFeatures:
    """Read the layer that is wanted, or the only one that can be meant.

    Parameters
    ----------
    layers : sequence of Layer
    wanted : str or None
        Name of a layer; None to choose the only one with polygons, then the only one with county codes or names.
    file : str
        Name to report.

    Returns
    -------
    RawFeatures
        With a note among its problems when other layers were left out.

    Raises
    ------
    IntakeError
        When there is no such layer, or several can be meant; each of them is a problem that names it.
    """
    if not layers:
        raise make_refusal(file, "no_layer-polygons")
    chosen = [layer for layer in layers if layer.name == wanted] if wanted else list(layers)
    if not chosen:
        _refuse_with_choice(layers, "layer_choice-unknown", file, wanted=sanitize_for_display(wanted))
    if len(chosen) > 1:
        with_counties = [layer for layer in chosen if _holds_counties(layer)]
        if len(with_counties) != 1:
            _refuse_with_choice(with_counties or chosen, "layer_choice-several", file, count=len(chosen))
        chosen = with_counties
    layer = chosen[0]
    incoming = layer.read()
    if len(layers) > 1:
        others = [_describe(other) for other in layers[:_MAX_LISTED] if other is not layer]
        facts = make_list_fact("layer", "layer", [_describe(layer)]) | make_list_fact("others", "layer", others)
        incoming.problems.insert(0, make_problem(file, "layer_chosen", severity="info", facts=facts))
    return incoming


def _list_of_dataset(dataset: Dataset, file: str, limits: Limits) -> list[FileLayer]:
    if dataset.kind == "geojson":
        read = read_geojson(dataset.path.read_bytes(), file=file, limits=limits)
        return [_hold(name or dataset.name, features) for name, features in read.items()]
    if dataset.kind == "parquet":
        return [_hold(dataset.name, read_parquet(dataset.path, file=file, limits=limits))]
    if dataset.kind == "csv":
        table = read_csv(dataset.path, file=file, limits=limits)
        take_geometry(table, file=file)
        return [_hold(dataset.name, table)]
    if dataset.kind == "kml":
        return _read_kml(dataset, file, limits)
    layers = [_prepare(dataset, layer, file, limits) for layer in list_gdal_layers(dataset, file=file)]
    return _keep_sheets_with_polygons(layers, file) if dataset.kind == "workbook" else layers


def _keep_sheets_with_polygons(sheets: list[FileLayer], file: str) -> list[FileLayer]:
    """Leave out sheets of notes: only one with WKT is a layer.

    Raises
    ------
    IntakeError
        When no sheet has a column of polygons.
    """
    polygon_sheets = [sheet for sheet in sheets if find_geometry_column(sheet.read_columns()) is not None]
    if not polygon_sheets:
        raise make_refusal(file, "no_polygon-column")
    return polygon_sheets


def _hold(name: str, features: RawFeatures) -> FileLayer:
    return FileLayer(name, len(features.geometry), lambda: features, lambda: features)


def _prepare(dataset: Dataset, layer: GdalLayer, file: str, limits: Limits) -> FileLayer:
    def read(*, with_geometry: bool) -> RawFeatures:
        features = read_gdal_layer(dataset, layer, file=file, limits=limits, with_geometry=with_geometry)
        if layer.is_table and with_geometry:
            take_geometry(features, file=file)
        elif layer.is_table:
            skip_title(features, file=file)
        return features

    name = dataset.name if layer.name == "input" and dataset.name else layer.name
    return FileLayer(name, layer.rows, lambda: read(with_geometry=True), lambda: read(with_geometry=False))


def _read_kml(dataset: Dataset, file: str, limits: Limits) -> list[FileLayer]:
    features = read_placemarks(dataset.path, file=file, limits=limits)
    if not features:
        # A KMZ may begin with a list of its other documents.
        return []
    read = read_features(FeatureLayer("", features, "EPSG:4326", crs_is_stated=True), file=file, limits=limits)
    rows = Counter(read.columns.get(FOLDER, ()))
    if rows:
        # A map in a KML is often one folder a prefecture or province: together they are one layer.
        listed = [{"name": sanitize_for_display(name), "rows": count} for name, count in rows.items()]
        folders = {lang: text[:_MAX_LISTING] for lang, text in make_list_fact("folders", "layer", listed).items()}
        facts = {"count": len(rows), **folders}
        read.problems.append(make_problem(file, "folders_merged", severity="info", facts=facts))
    return [_hold(dataset.name, read)]


def _rename(layer: FileLayer, dataset: str, *, alone: bool) -> FileLayer:
    return FileLayer(dataset if alone else f"{dataset}/{layer.name}", layer.rows, layer.read, layer.read_columns)


def _holds_counties(layer: FileLayer) -> bool:
    try:
        features = layer.read_columns()
    except IntakeError:
        return False
    return not has_error(features.problems) and count_counties(features.columns) >= _MIN_SHARE_COUNTIES * max(
        layer.rows, 1
    )


def _refuse_with_choice(layers: Sequence[FileLayer], code: str, file: str, **facts: object) -> None:
    """Refuse a file with a problem for each layer that can be chosen.

    Raises
    ------
    IntakeError
    """
    problems = [
        make_problem(
            file,
            code,
            field="layer",
            value=layer.name,
            facts=facts | make_list_fact("layer", "layer", [_describe(layer)]),
        )
        for layer in layers[:_MAX_LISTED]
    ]
    raise IntakeError("\n".join(map(str, problems)), problems)


def _describe(layer: FileLayer) -> dict[str, object]:
    return {"name": sanitize_for_display(layer.name), "rows": layer.rows}
