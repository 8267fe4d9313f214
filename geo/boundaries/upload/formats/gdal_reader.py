"""The formats GDAL opens for us, in a process whose GDAL knows the drivers of one data set and no other.

A driver list is settled when GDAL is loaded: `build_gdal_environment` is for the environment of a process that has not yet
imported pyogrio. The configuration options are described at gdal.org/user/configoptions.html.
"""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from pilotzones.geo.boundaries.upload.formats.file_type import KINDS, Kind
from pilotzones.geo.boundaries.upload.formats.format_checks import check_before_opening
from pilotzones.geo.boundaries.upload.formats.shapefile_reader import decode_table
from pilotzones.geo.boundaries.upload.raw_features import (
    RawFeatures,
    check_size,
    make_refusal,
    pair_columns,
    sanitize_for_display,
    summarize_row_problems,
)
from pilotzones.geo.errors import IntakeError, Problem, make_problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from pilotzones.geo.boundaries.upload.formats.archive import Dataset
    from pilotzones.geo.sandbox.limits import Limits

__all__ = ["DRIVERS", "GdalLayer", "build_gdal_environment", "check_drivers", "list_gdal_layers", "read_gdal_layer"]

# Of each kind of file the drivers that may open it; the kinds without one are read by us.
DRIVERS: Final[dict[Kind, frozenset[str]]] = dict.fromkeys(KINDS, frozenset[str]()) | {
    "filegdb": frozenset({"OpenFileGDB"}),
    "flatgeobuf": frozenset({"FlatGeobuf"}),
    "gml": frozenset({"GML"}),
    "gpkg": frozenset({"GPKG"}),
    "mapinfo": frozenset({"MapInfo File"}),
    "shapefile": frozenset({"ESRI Shapefile"}),
    "sqlite": frozenset({"SQLite"}),
    "workbook": frozenset({"XLSX", "ODS"}),
}
# Bytes come through this one unchanged, and are decoded by us.
_BYTES: Final = "ISO-8859-1"
_DECODED_HERE: Final = ("shapefile", "mapinfo")
# Formats whose polygons may have circular arcs.
_WITH_CURVES: Final = ("filegdb", "gml", "gpkg", "sqlite")
# What the elements of GML for circular arcs have in their names: Arc, ArcString, Circle, CircleByCenterPoint.
_ARCS_OF_GML: Final = (b"Arc", b"Circ")
_NO_AREA: Final = ("Point", "MultiPoint", "LineString", "MultiLineString")
# Tables of QGIS beside the layers.
_NO_LAYERS: Final = ("layer_styles", "qgis_projects")
# What GDAL notes of its own work, and not of the file: a multipolygon of many parts takes longer to put together.
_ABOUT_SPEED: Final = "organizePolygons()"


@dataclass(frozen=True)
class GdalLayer:
    """A layer that may hold polygons.

    Parameters
    ----------
    name : str
    rows : int
    is_table : bool
        Whether it has no geometry of its own.
    """

    name: str
    rows: int
    is_table: bool


def build_gdal_environment(drivers: Iterable[str], *, installed: Iterable[str]) -> dict[str, str]:
    """Build environment variables that leave GDAL a few drivers, no network and no plug-ins.

    Parameters
    ----------
    drivers : iterable of str
        Those that stay.
    installed : iterable of str
        Drivers this GDAL has.

    Returns
    -------
    dict of str to str
    """
    # A trailing comma makes GDAL split at commas even where only one name is left; names have blanks in them.
    skipped = ",".join(sorted(set(installed) - set(drivers))) + ","
    return {
        "OGR_SKIP": skipped,
        "GDAL_SKIP": skipped,
        "GDAL_DRIVER_PATH": "disable",
        "GDAL_DISABLE_READDIR_ON_OPEN": "TRUE",
        "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",
        # Discard port: whatever still asks for an address gets no further than this machine.
        "GDAL_HTTP_PROXY": "127.0.0.1:9",
        "GDAL_HTTP_MAX_RETRY": "0",
        "GDAL_HTTP_CONNECTTIMEOUT": "1",
        "GDAL_CACHEMAX": "64",
        "GDAL_NUM_THREADS": "1",
        "GML_DOWNLOAD_SCHEMA": "NO",
        "GML_SKIP_RESOLVE_ELEMS": "ALL",
        "OGR_ODS_HEADERS": "FORCE",
        "OGR_ODS_FIELD_TYPES": "STRING",
        "OGR_XLSX_HEADERS": "FORCE",
        "OGR_XLSX_FIELD_TYPES": "STRING",
        "OGR_SQLITE_LOAD_EXTENSIONS": "",
        "OGR_SQLITE_PRAGMA": "trusted_schema=0,query_only=1",
        "SHAPE_RESTORE_SHX": "NO",
        "PROJ_NETWORK": "OFF",
    }


def check_drivers(drivers: Iterable[str], file: str) -> None:
    """Make sure that GDAL has no other drivers in this process.

    Parameters
    ----------
    drivers : iterable of str
    file : str
        Name to report.

    Raises
    ------
    IntakeError
        When GDAL knows a driver it should not.
    """
    import pyogrio

    surplus = set(pyogrio.list_drivers()) - set(drivers)
    if surplus:
        raise make_refusal(file, "damaged-drivers", drivers=", ".join(sorted(surplus)))


def list_gdal_layers(dataset: Dataset, *, file: str) -> list[GdalLayer]:
    """List the layers of a data set that may hold polygons.

    Parameters
    ----------
    dataset : Dataset
        A copy of the file, under a name of ours.
    file : str
        Name to report.

    Returns
    -------
    list of GdalLayer
        Without layers of points and lines, and without tables except those of workbooks.

    Raises
    ------
    IntakeError
        When the data set is damaged or holds a program.
    """
    import pyogrio

    problems = check_before_opening(dataset.path, dataset.kind, file)
    if problems:
        raise IntakeError(str(problems[0]), problems)
    found = []
    with _refuse_gdal_errors(dataset.kind, file), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        layers = pyogrio.list_layers(dataset.path)
        if not len(layers):
            raise make_refusal(file, "damaged-no_layer")
        for name, kind in layers:
            if str(name) in _NO_LAYERS or (kind is None) != (dataset.kind == "workbook"):
                continue
            if kind is not None and str(kind).removesuffix(" ZM").removesuffix(" Z").removesuffix(" M") in _NO_AREA:
                continue
            info = _read_info(dataset.path, str(name), dataset.kind)
            found.append(GdalLayer(str(name), int(info["features"]), is_table=kind is None))
    return found


def read_gdal_layer(
    dataset: Dataset, layer: GdalLayer, *, file: str, limits: Limits, with_geometry: bool = True
) -> RawFeatures:
    """Read a layer.

    Parameters
    ----------
    dataset : Dataset
    layer : GdalLayer
    file : str
        Name to report.
    limits : Limits
    with_geometry : bool, optional
        Whether the polygons are read, too.

    Returns
    -------
    RawFeatures

    Raises
    ------
    IntakeError
        When it cannot be read or asks for too much.
    """
    problems: list[Problem] = []
    with warnings.catch_warnings(record=True) as warned, _refuse_gdal_errors(dataset.kind, file):
        warnings.simplefilter("always")
        meta, raw, cells = _read(dataset, layer.name, file, limits, with_geometry=with_geometry)
        curves = _count_curves(dataset, layer.name) if with_geometry and _may_have_curves(dataset) else 0
    if curves:
        facts = {"rows": f"{curves:,}"}
        problems.append(make_problem(file, "curves", field="geometry", severity="warning", facts=facts))
    problems += [
        make_problem(file, "reader_note", severity="warning", facts={"note": sanitize_for_display(text)})
        for text in dict.fromkeys(str(warning.message) for warning in warned[:20])
        if not text.startswith(_ABOUT_SPEED)
    ]
    geometry = np.full(len(cells[0]) if cells else 0, None, dtype=object)
    if raw is not None:
        geometry = _read_geometry(raw, file, problems)
    incoming = RawFeatures(geometry, crs=meta["crs"] or None, problems=problems)
    names = [str(name) for name in meta["fields"]]
    if dataset.kind in _DECODED_HERE:
        texts = [[None if cell is None else cell.encode("latin-1") for cell in _read_texts(column)] for column in cells]
        encoded = [name.encode("latin-1") for name in names]
        incoming.found, incoming.columns, found_too = decode_table(dataset.path, encoded, texts, file=file)
        problems += found_too
    else:
        incoming.found = tuple(names)
        incoming.columns = pair_columns(names, map(_read_texts, cells), problems, file=file)
    return incoming


@contextmanager
def _refuse_gdal_errors(kind: Kind, file: str) -> Iterator[None]:
    """Turn errors of GDAL into a refusal."""
    try:
        yield
    except (RuntimeError, ValueError) as error:
        # pyogrio's own errors are of the first kind; text that is no UTF-8 is of the second.
        raise make_refusal(file, "damaged-gdal", format=kind, reason=sanitize_for_display(error)) from None


@cache
def _read_info(path: Path, layer: str, kind: Kind) -> dict[str, Any]:
    """Read what a layer says of itself, once: to count the features of a GML is to read all of it."""
    import pyogrio

    encoding = _BYTES if kind in _DECODED_HERE else None
    info: dict[str, Any] = pyogrio.read_info(path, layer=layer, encoding=encoding, force_feature_count=True)
    return info


def _read(
    dataset: Dataset, layer: str, file: str, limits: Limits, *, with_geometry: bool
) -> tuple[dict[str, Any], NDArray[Any] | None, list[NDArray[Any]]]:
    from pyogrio.raw import read

    encoding = _BYTES if dataset.kind in _DECODED_HERE else None
    info = _read_info(dataset.path, layer, dataset.kind)
    check_size(file, limits, features=info["features"], columns=len(info["fields"]))
    meta, _, raw, cells = read(
        dataset.path,
        layer=layer,
        encoding=encoding,
        read_geometry=with_geometry,
        max_features=limits.features + 1,
    )
    rows = len(raw) if raw is not None else len(cells[0]) if len(cells) else 0
    if rows != info["features"] and (with_geometry or len(cells)):
        raise make_refusal(file, "damaged-rows_missing", count=rows, total=info["features"])
    return meta, raw, list(cells)


def _may_have_curves(dataset: Dataset) -> bool:
    if dataset.kind != "gml":
        return dataset.kind in _WITH_CURVES
    # Another pass of GDAL over a GML takes as long as the reading.
    content = dataset.path.read_bytes()
    return any(word in content for word in _ARCS_OF_GML)


def _count_curves(dataset: Dataset, layer: str) -> int:
    """Count the rows whose polygons have circular arcs, which GDAL hands over as straight edges."""
    from pyogrio.raw import read

    name = layer.replace('"', '""')
    where = "OGR_GEOMETRY IN ('CURVEPOLYGON', 'MULTISURFACE')"
    # COUNT(*) would count all rows, whatever their geometry is.
    sql = f'SELECT OGR_GEOMETRY FROM "{name}" WHERE {where}'  # noqa: S608  # the name is quoted
    *_, cells = read(dataset.path, sql=sql, sql_dialect="OGRSQL", read_geometry=False)
    return len(cells[0])


def _read_geometry(raw: NDArray[Any], file: str, problems: list[Problem]) -> NDArray[Any]:
    geometry = shapely.from_wkb(raw, on_invalid="ignore")
    stated = np.array([wkb is not None for wkb in raw], dtype=bool)
    lost = np.flatnonzero(stated & shapely.is_missing(geometry))
    geometry[lost] = shapely.from_wkb(raw[lost], on_invalid="fix")
    fixed = lost[~shapely.is_missing(geometry[lost])]
    broken = lost[shapely.is_missing(geometry[lost])]
    problems += summarize_row_problems(
        file, "ring_open", [int(row) + 1 for row in fixed], field="geometry", severity="warning"
    )
    problems += summarize_row_problems(file, "damaged-wkb", [int(row) + 1 for row in broken], field="geometry")
    return np.asarray(geometry, dtype=object)


def _read_texts(column: NDArray[Any]) -> list[str | None]:
    """Read cells as text; NaN, NaT and null as None."""
    if column.dtype.kind == "f":
        return [None if np.isnan(cell) else str(cell) for cell in column.tolist()]
    if column.dtype.kind == "M":
        return [None if np.isnat(cell) else str(cell) for cell in column]
    return [cell if isinstance(cell, str) else None if cell is None else str(cell) for cell in column.tolist()]
