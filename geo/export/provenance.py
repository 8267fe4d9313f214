"""Where an exported file comes from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from typing import Any

from pilotzones.geo.errors import ExportError, make_problem
from pilotzones.geo.export.models import ExportLayer
from pilotzones.geo.export.target_crs import get_coordinate_system
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.query.filters import Selection

__all__ = ["build_provenance", "describe_file", "describe_run", "get_version"]


@cache
def get_version() -> str:
    """Return the version of the installed project, or ``"source"`` in a bare checkout; the installation is read once."""
    try:
        return metadata.version("pilotzones")
    except metadata.PackageNotFoundError:
        return "source"


def build_provenance(joined: JoinedProgramme, selection: Selection, *, permalink: str = "") -> dict[str, Any]:
    """Say where a layer comes from: programme, document, boundary source, method, time, version, filter.

    Parameters
    ----------
    joined : JoinedProgramme
    selection : Selection
    permalink : str, optional

    Returns
    -------
    dict
        JSON values only; what is unknown is None. The time is taken from ``SOURCE_DATE_EPOCH`` when it is set, so that
        the same input can give the same bytes.

    Raises
    ------
    ExportError
        When ``SOURCE_DATE_EPOCH`` is set to something else.
    """
    programme, info = joined.programme, joined.boundaries.info
    return {
        "title": programme.title_zh,
        "title_en": programme.title_en,
        "programme": programme.id,
        "document": programme.document_title,
        "document_number": programme.document_number or None,
        "document_date": programme.document_date or None,
        "boundary_source": info.id,
        "boundary_publisher": info.publisher,
        "boundary_review_number": info.review_number or None,
        "boundary_date": info.as_of or None,
        "boundary_licence": info.licence or None,
        "boundary_version": info.version or None,
        "boundary_sha256": info.sha256,
        "area_method": joined.method,
        "filter": selection.to_query(programme),
        "permalink": permalink or None,
        **describe_run(),
    }


def describe_run() -> dict[str, str]:
    """Describe the program and the time of a file.

    Returns
    -------
    dict of str to str
        ``software`` and ``generated``; the time is taken from ``SOURCE_DATE_EPOCH`` when it is set.

    Raises
    ------
    ExportError
        When ``SOURCE_DATE_EPOCH`` is set to something that is no time.
    """
    return {
        "software": f"pilotzones {get_version()}",
        "generated": _get_generation_time().isoformat(timespec="seconds").replace("+00:00", "Z"),
    }


def _get_generation_time() -> datetime:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ExportError(make_problem("", "epoch_seconds", facts={"value": epoch})) from error


def describe_file(layer: ExportLayer) -> dict[str, Any]:
    """Describe all that a file says of itself: the layer, its coordinates and detail, its provenance.

    Parameters
    ----------
    layer : ExportLayer

    Returns
    -------
    dict
        JSON values; the same keys in every format.
    """
    provenance: Mapping[str, Any] = layer.provenance
    place: dict[str, Any] = {}
    if layer.has_geometry:
        coordinates = get_coordinate_system(layer.crs)
        place = {
            "coordinates": coordinates.text,
            "coordinates_note": coordinates.warning.get("en"),
            "coordinates_note_zh": coordinates.warning.get("zh"),
            "geometry_detail": layer.detail,
        }
    return {
        "layer": layer.name,
        "layer_title": layer.title("zh"),
        "layer_title_en": layer.title("en"),
        **place,
        **provenance,
    }
