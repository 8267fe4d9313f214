"""The formats a layer can be written in, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import shapely

from geo.errors import ExportError
from geo.export.coordinates import CrsId, system, transformed
from geo.export.detail import Detail
from geo.export.geojson import count_features, count_sequence, geojson, geojson_sequence
from geo.export.layers import with_detail
from geo.export.records import Layer
from geo.writing import write_whole

__all__ = ["FORMATS", "Format", "encode", "format_of", "prepared", "write"]


@dataclass(frozen=True)
class Format:
    """A file format.

    Parameters
    ----------
    id : str
    title : str
        As its users call it.
    suffix : str
        Of its files, with the dot.
    media_type : str
    make : callable
        A layer, in the coordinates and detail wanted, as bytes.
    count : callable
        Rows that a reader finds in the bytes.
    needs_geometry : bool
        Whether a layer without geometry cannot be written in it.
    needs_every_geometry : bool
        Whether a row without geometry would be lost.
    only_wgs84 : bool
        Whether the format allows no other coordinates.
    """

    id: str
    title: str
    suffix: str
    media_type: str
    make: Callable[[Layer], bytes]
    count: Callable[[bytes], int]
    needs_geometry: bool = False
    needs_every_geometry: bool = False
    only_wgs84: bool = False


FORMATS: Final[Mapping[str, Format]] = {
    entry.id: entry
    for entry in (
        Format("geojson", "GeoJSON", ".geojson", "application/geo+json", geojson, count_features),
        Format("geojsonseq", "GeoJSONSeq", ".geojsons", "application/geo+json-seq", geojson_sequence, count_sequence),
    )
}


def format_of(name: str) -> Format:
    """The format of this name.

    Raises
    ------
    ExportError
        When there is none; the text lists what there is.
    """
    if name not in FORMATS:
        raise ExportError(f"no format {name!r}: there is {', '.join(FORMATS)}")
    return FORMATS[name]


def prepared(layer: Layer, *, kind: Format, crs: CrsId = "wgs84", detail: Detail = "exact") -> Layer:
    """A layer in the coordinates and detail wanted, fit for a format.

    Raises
    ------
    ExportError
        When the format cannot hold it, or there are no such coordinates or detail.
    """
    coordinates = system(crs)
    simple = with_detail(layer, detail)
    if not simple.has_geometry:
        if kind.needs_geometry:
            raise ExportError(
                f"{kind.title} holds geometries, and the layer {layer.name} has none: choose a table format"
            )
        return simple
    if kind.only_wgs84 and crs != "wgs84":
        raise ExportError(f"{kind.title} is WGS 84 by its definition: choose another format for {crs}")
    missing = int(shapely.is_missing(simple.shapes).sum())
    if kind.needs_every_geometry and missing:
        raise ExportError(f"{kind.title} would lose the {missing} rows of {layer.name} that have no geometry")
    return (
        simple
        if crs == simple.crs
        else simple.with_shapes(transformed(simple.shapes, coordinates), crs=crs, detail=simple.detail)
    )


def encode(layer: Layer, *, format: str, crs: CrsId = "wgs84", detail: Detail = "exact") -> bytes:  # noqa: A002
    """A layer as the bytes of a file.

    Parameters
    ----------
    layer : Layer
        In WGS 84.
    format : str
        One of `FORMATS`.
    crs : str, optional
        One of `geo.export.coordinates.CRS`.
    detail : {"exact", "fine", "coarse"}, optional

    Returns
    -------
    bytes
        The same for the same layer; of a GeoPackage only its content is.

    Raises
    ------
    ExportError
        When the format cannot hold the layer, or does not read back as it was written.
    """
    kind = format_of(format)
    return kind.make(prepared(layer, kind=kind, crs=crs, detail=detail))


def write(layer: Layer, path: Path, *, format: str, crs: CrsId = "wgs84", detail: Detail = "exact") -> int:  # noqa: A002
    """Write a layer, whole or not at all.

    Parameters
    ----------
    layer : Layer
    path : Path
        Where to; an existing file is replaced once the new one has been read back.
    format, crs, detail : str
        As for `encode`.

    Returns
    -------
    int
        Number of rows.

    Raises
    ------
    ExportError
        When it cannot be written, or does not read back as it was.
    """
    kind, expected = format_of(format), len(layer.frame)

    def check(written: Path) -> None:
        found = kind.count(written.read_bytes())
        if found != expected:
            raise ExportError(f"{path.name} was not written: {found} of {expected} rows could be read back")

    write_whole(path, encode(layer, format=format, crs=crs, detail=detail), check=check)
    return expected
