"""The formats GDAL opens for us, in a process whose GDAL knows these drivers and no other.

A driver list is settled when GDAL is loaded: `gdal_environment` is for the environment of a process that has not yet
imported pyogrio. The configuration options are described at gdal.org/user/configoptions.html.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from pilotzones.geo.boundaries.upload.attribute_mapping import select_columns
from pilotzones.geo.boundaries.upload.format_checks import check_geopackage, check_kml, check_projection
from pilotzones.geo.boundaries.upload.raw_features import RawFeatures, row_problems, sanitize_for_display
from pilotzones.geo.boundaries.upload.shapefile_reader import decode_table, find_truncated_parts
from pilotzones.geo.errors import IntakeError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from pilotzones.geo.boundaries.upload.file_type import Kind
    from pilotzones.geo.files.limits import Limits

__all__ = ["DRIVERS", "check_drivers", "gdal_environment", "read_with_gdal"]

DRIVERS: Final[dict[Kind, frozenset[str]]] = {
    "gpkg": frozenset({"GPKG"}),
    "flatgeobuf": frozenset({"FlatGeobuf"}),
    "shapefile": frozenset({"ESRI Shapefile"}),
    "zip": frozenset({"ESRI Shapefile"}),
    "kml": frozenset({"KML", "LIBKML"}),
    "geojson": frozenset(),
}
# Bytes come through this one unchanged, and are decoded by us.
_BYTES: Final = "ISO-8859-1"
_NO_AREA: Final = ("Point", "MultiPoint", "LineString", "MultiLineString", "Point Z", "LineString Z")


def gdal_environment(kind: Kind, *, installed: Iterable[str]) -> dict[str, str]:
    """Environment variables that leave GDAL one format, no network and no plug-ins.

    Parameters
    ----------
    kind : str
        Kind of the file to be opened.
    installed : iterable of str
        Drivers this GDAL has.

    Returns
    -------
    dict of str to str
    """
    # A trailing comma makes GDAL split at commas even where only one name is left; names have blanks in them.
    skipped = ",".join(sorted(set(installed) - DRIVERS[kind])) + ","
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
        "OGR_SQLITE_LOAD_EXTENSIONS": "",
        "OGR_SQLITE_PRAGMA": "trusted_schema=0,query_only=1",
        "LIBKML_RESOLVE_STYLE": "NO",
        "SHAPE_RESTORE_SHX": "NO",
        "PROJ_NETWORK": "OFF",
    }


def check_drivers(kind: Kind) -> None:
    """Make sure that this process can open nothing but one kind.

    Raises
    ------
    IntakeError
        When GDAL knows a driver it should not.
    """
    import pyogrio

    surplus = set(pyogrio.list_drivers()) - DRIVERS[kind]
    if surplus:
        raise IntakeError(f"no file is opened: GDAL has drivers it should not have ({', '.join(sorted(surplus))})")


def read_with_gdal(path: Path, kind: Kind, *, file: str, limits: Limits) -> RawFeatures:
    """Rows of a GeoPackage, FlatGeobuf, shapefile or KML.

    Parameters
    ----------
    path : Path
        A copy of the file, under a name of ours.
    kind : {"gpkg", "flatgeobuf", "shapefile", "kml"}
    file : str
        Name to report.
    limits : Limits

    Returns
    -------
    Incoming

    Raises
    ------
    IntakeError
        When the file cannot be read or asks for too much.
    """
    problems = _check_first(path, kind, file)
    if problems:
        return RawFeatures(problems=problems)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            layer = _layer(path, file, problems)
            meta, raw, cells = _read(path, layer, kind, file, limits)
        except (RuntimeError, ValueError) as error:
            # pyogrio's own errors are of the first kind; text that is no UTF-8 is of the second.
            raise _refused(file, f"the file is damaged or no {kind}: {sanitize_for_display(error)}") from None
    problems += [
        Problem(file, f"GDAL says: {sanitize_for_display(text)}", severity="warning", kind="reader_note")
        for text in dict.fromkeys(str(warning.message) for warning in told[:20])
    ]
    incoming = RawFeatures(_geometry(raw, file, problems), crs=meta["crs"] or None, problems=problems)
    names = [str(name) for name in meta["fields"]]
    if kind == "shapefile":
        texts = [[None if cell is None else cell.encode("latin-1") for cell in _texts(column)] for column in cells]
        encoded = [name.encode("latin-1") for name in names]
        incoming.found, incoming.columns, told_too = decode_table(path, encoded, texts, file=file)
        problems += told_too
    else:
        incoming.found = tuple(names)
        wanted = set(select_columns(names))
        incoming.columns = {name: _texts(column) for name, column in zip(names, cells, strict=True) if name in wanted}
    return incoming


def _check_first(path: Path, kind: Kind, file: str) -> list[Problem]:
    if kind == "shapefile":
        return find_truncated_parts(path, file=file) or check_projection(path.with_suffix(".prj"), file)
    if kind == "gpkg":
        return check_geopackage(path, file)
    return check_kml(path, file) if kind == "kml" else []


def _layer(path: Path, file: str, problems: list[Problem]) -> str:
    import pyogrio

    layers = [(str(name), kind) for name, kind in pyogrio.list_layers(path)]
    if not layers:
        raise _refused(file, "no layer can be read: the file is empty or damaged")
    polygonal = [name for name, kind in layers if kind is not None and kind not in _NO_AREA]
    if len(polygonal) > 1 and path.suffix == ".kml":
        # An empty folder of a KML is a layer as well, and no layer of a KML knows its type.
        infos = {name: pyogrio.read_info(path, layer=name, force_feature_count=True) for name in polygonal}
        polygonal = [name for name, info in infos.items() if info["features"]]
    if len(polygonal) != 1:
        listing = ", ".join(sanitize_for_display(name) for name, _ in layers[:20]) or "none"
        raise _refused(file, f"{len(polygonal)} layers can hold polygons, one is needed; layers: {listing}")
    if len(layers) > 1:
        others = ", ".join(sanitize_for_display(name) for name, _ in layers[:20] if name != polygonal[0])
        text = f"layer {sanitize_for_display(polygonal[0])} is read; left out: {others}"
        problems.append(Problem(file, text, severity="info", kind="layer_chosen"))
    return polygonal[0]


def _read(
    path: Path, layer: str, kind: Kind, file: str, limits: Limits
) -> tuple[dict[str, Any], NDArray[Any], list[NDArray[Any]]]:
    import pyogrio
    from pyogrio.raw import read

    encoding = _BYTES if kind == "shapefile" else None
    info = pyogrio.read_info(path, layer=layer, encoding=encoding, force_feature_count=True)
    if info["features"] > limits.features:
        raise _refused(file, f"{info['features']:,} features; at most {limits.features:,} are read", "too_large")
    if len(info["fields"]) > limits.columns:
        raise _refused(file, f"{len(info['fields'])} columns; at most {limits.columns} are read", "too_large")
    meta, _, raw, cells = read(path, layer=layer, encoding=encoding, max_features=limits.features + 1)
    if len(raw) != info["features"]:
        raise _refused(file, f"{len(raw)} of {info['features']} rows can be read: the file was cut off; fetch it again")
    return meta, raw, list(cells)


def _geometry(raw: NDArray[Any], file: str, problems: list[Problem]) -> NDArray[Any]:
    geometry = shapely.from_wkb(raw, on_invalid="ignore")
    stated = np.array([wkb is not None for wkb in raw], dtype=bool)
    lost = np.flatnonzero(stated & shapely.is_missing(geometry))
    geometry[lost] = shapely.from_wkb(raw[lost], on_invalid="fix")
    fixed = lost[~shapely.is_missing(geometry[lost])]
    broken = lost[shapely.is_missing(geometry[lost])]
    text = "a ring did not end where it began; it was closed"
    problems += row_problems(
        file, text, [int(row) + 1 for row in fixed], field="geometry", severity="warning", kind="ring_open"
    )
    text = "the geometry cannot be read: a ring needs at least four positions, and surfaces are not supported"
    problems += row_problems(file, text, [int(row) + 1 for row in broken], field="geometry", kind="damaged")
    return np.asarray(geometry, dtype=object)


def _texts(column: NDArray[Any]) -> list[str | None]:
    """Cells as text; NaN, NaT and null as None."""
    if column.dtype.kind == "f":
        return [None if np.isnan(cell) else str(cell) for cell in column.tolist()]
    if column.dtype.kind == "M":
        return [None if np.isnat(cell) else str(cell) for cell in column]
    return [cell if isinstance(cell, str) else None if cell is None else str(cell) for cell in column.tolist()]


def _refused(file: str, message: str, kind: str = "damaged") -> IntakeError:
    problem = Problem(file, message, kind=kind)
    return IntakeError(str(problem), [problem])
