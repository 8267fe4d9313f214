"""Layers as files: encoded, bundled, and written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

from pyogrio.errors import DataLayerError, DataSourceError

from pilotzones.geo.errors import ExportError, make_problem
from pilotzones.geo.export.formats import find_format, prepare_layer
from pilotzones.geo.export.metadata_files import (
    DATAPACKAGE,
    DCAT,
    README,
    PackagedFile,
    build_datapackage,
    build_dcat,
    build_readme,
)
from pilotzones.geo.export.models import ExportLayer
from pilotzones.geo.export.simplification import Detail
from pilotzones.geo.export.target_crs import CrsId
from pilotzones.geo.export.zip_archive import count_entries, make_safe_name, make_zip
from pilotzones.geo.files.atomic_file import write_atomically

__all__ = ["encode", "encode_all", "make_file_name", "write", "write_all"]

# Remarks of the README, by format.
_NOTES: Final[Mapping[str, tuple[str, ...]]] = {"csv": ("csv",), "shapefile": ("shapefile",)}


def make_file_name(layer: ExportLayer, *, format: str) -> str:  # noqa: A002
    """Suggest a name for a file of a layer: it says which coordinates and detail are not the usual ones.

    Parameters
    ----------
    layer : ExportLayer
        As `prepare_layer` gives it.
    format : str
        One of `FORMATS`.

    Returns
    -------
    str
        Safe in any folder.
    """
    provenance = layer.provenance
    words = ["pilotzones", provenance.get("programme"), provenance.get("boundary_source"), layer.name]
    if layer.has_geometry and not find_format(format).drops_geometry:
        words += [layer.crs if layer.crs != "wgs84" else "", layer.detail if layer.detail != "exact" else ""]
    return make_safe_name("_".join(str(word) for word in words if word)) + find_format(format).suffix


def encode(layer: ExportLayer, *, format: str, crs: CrsId = "wgs84", detail: Detail = "exact") -> bytes:  # noqa: A002
    """Encode a layer as the bytes of a file.

    Parameters
    ----------
    layer : ExportLayer
        In WGS 84.
    format : str
        One of `FORMATS`.
    crs : str, optional
        One of `pilotzones.geo.export.target_crs.CRS`.
    detail : {"exact", "fine", "coarse"}, optional

    Returns
    -------
    bytes
        The same for the same layer; of a GeoPackage only its content is.

    Raises
    ------
    ExportError
        When the format cannot hold the layer.
    """
    kind = find_format(format)
    return kind.make(prepare_layer(layer, kind=kind, crs=crs, detail=detail))


def write(layer: ExportLayer, path: Path, *, format: str, crs: CrsId = "wgs84", detail: Detail = "exact") -> int:  # noqa: A002
    """Write a layer, whole or not at all; beside a CSV file its descriptor.

    Parameters
    ----------
    layer : ExportLayer
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
    kind, expected = find_format(format), len(layer.frame)
    ready = prepare_layer(layer, kind=kind, crs=crs, detail=detail)
    content = kind.make(ready)
    reads_back = _make_read_check(kind.count, expected if kind.countable else 1, path)

    def check(written: Path) -> None:
        reads_back(written)
        if kind.id == "csv":
            # CSV has no place of its own for what a file must say of itself. What says it stands before the table
            # takes its place: where there is no room for both, the old table stays.
            beside = build_datapackage([PackagedFile(path.name, content, kind.media_type, ready)])
            write_atomically(path.with_name(f"{path.stem}.{DATAPACKAGE}"), beside)

    write_atomically(path, content, check=check)
    return expected


# What readers raise at something that is not their format.
_UNREADABLE: Final = (OSError, ValueError, KeyError, SyntaxError, BadZipFile, DataSourceError, DataLayerError)


def _make_read_check(count: Callable[[bytes], int], expected: int, path: Path) -> Callable[[Path], None]:
    """Make a check that a written file has as many rows (or files) as it should."""

    def check(written: Path) -> None:
        try:
            found = count(written.read_bytes())
        except _UNREADABLE as error:
            facts: dict[str, object] = {"name": path.name, "reason": error}
            raise ExportError(make_problem("", "not_written_unreadable", facts=facts)) from error
        if found != expected:
            facts = {"name": path.name, "found": found, "expected": expected}
            raise ExportError(make_problem("", "not_written_rows", facts=facts))

    return check


def write_all(
    layers: Sequence[ExportLayer],
    path: Path,
    *,
    format: str,  # noqa: A002
    crs: CrsId = "wgs84",
    detail: Detail = "exact",
) -> int:
    """Write several layers as one file: a GeoPackage or an archive of Shapefiles, or a zip archive of files of other formats.

    Parameters
    ----------
    layers : sequence of Layer
    path : Path
    format, crs, detail : str
        As for `encode`.

    Returns
    -------
    int
        Number of rows in all.

    Raises
    ------
    ExportError
        When it cannot be written, or does not read back as it was.
    """
    expected = sum(len(layer.frame) for layer in layers)
    content = encode_all(layers, format=format, crs=crs, detail=detail)
    # README and both descriptions lie beside the layers in an archive.
    kind = find_format(format)
    found, wanted = (kind.count, expected) if kind.make_all else (count_entries, len(layers) + 3)
    write_atomically(path, content, check=_make_read_check(found, wanted, path))
    return expected


def encode_all(
    layers: Sequence[ExportLayer],
    *,
    format: str,  # noqa: A002
    crs: CrsId = "wgs84",
    detail: Detail = "exact",
    tell: Callable[[str], None] | None = None,
) -> bytes:
    """Encode several layers as the bytes of one file: one of the format with all of them, or a zip archive that describes them.

    Parameters
    ----------
    layers : sequence of Layer
    format, crs, detail : str
        As for `encode`.
    tell : callable, optional
        Called with the name of each layer before it is worked on.

    Returns
    -------
    bytes

    Raises
    ------
    ExportError
        When there is no layer, or the format cannot hold one of them.
    """
    if not layers:
        raise ExportError(make_problem("", "export_no_layer"))
    kind = find_format(format)
    if kind.make_all is not None:
        if tell is not None:
            tell(layers[0].name)
        return kind.make_all([prepare_layer(layer, kind=kind, crs=crs, detail=detail) for layer in layers])
    parts = []
    for layer in layers:
        if tell is not None:
            tell(layer.name)
        ready = prepare_layer(layer, kind=kind, crs=crs, detail=detail)
        parts.append(PackagedFile(make_file_name(ready, format=format), kind.make(ready), kind.media_type, ready))
    return _zip_parts(parts, kind.id)


def _zip_parts(parts: Sequence[PackagedFile], format: str) -> bytes:  # noqa: A002
    """Pack files of layers in one zip archive, with a README, a Frictionless descriptor and DCAT metadata."""
    files = {part.name: part.content for part in parts}
    beside = {
        README: build_readme(parts, notes=_NOTES.get(format, ())),
        DATAPACKAGE: build_datapackage(parts),
        DCAT: build_dcat(parts),
    }
    return make_zip(files | beside, when=str(parts[0].layer.provenance.get("generated") or ""))
