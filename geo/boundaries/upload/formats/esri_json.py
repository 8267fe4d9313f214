"""The JSON that services of ArcGIS answer with by default: polygons as rings, of which clockwise ones are outlines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import shapely

__all__ = ["convert_esri_features", "is_esri_json", "read_esri_crs"]

_POLYGONS: Final = "esriGeometryPolygon"
# Codes from here on are Esri's own.
_FIRST_ESRI_CODE: Final = 37_000


def is_esri_json(document: Mapping[str, Any]) -> bool:
    """Return whether a document holds polygons as a service of ArcGIS writes them.

    Parameters
    ----------
    document : mapping of str to object

    Returns
    -------
    bool
    """
    return document.get("geometryType") == _POLYGONS and isinstance(document.get("features"), list)


def read_esri_crs(document: Mapping[str, Any]) -> str | None:
    """Read the reference system of a document.

    Parameters
    ----------
    document : mapping of str to object

    Returns
    -------
    str or None
        An authority code or well-known text; None when it states none.
    """
    stated = document.get("spatialReference")
    if not isinstance(stated, dict):
        return None
    for key in ("latestWkid", "wkid"):
        code = stated.get(key)
        if type(code) is int and code > 0:
            return f"{'EPSG' if code < _FIRST_ESRI_CODE else 'ESRI'}:{code}"
    text = stated.get("wkt")
    return text if isinstance(text, str) and text else None


def convert_esri_features(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Write the features of a document as those of GeoJSON.

    Parameters
    ----------
    document : mapping of str to object

    Returns
    -------
    list of dict
        What is no ring stays as it is, for the reader of GeoJSON to name.
    """
    return [_convert(one) for one in document["features"]]


def _convert(feature: Any) -> Any:
    if not isinstance(feature, dict):
        return feature
    geometry = feature.get("geometry")
    rings = geometry.get("rings") if isinstance(geometry, dict) else None
    if rings is not None:
        geometry = {"type": "MultiPolygon", "coordinates": _group_rings(rings)}
    elif geometry is not None:
        # Rings with arcs have another name.
        geometry = {"type": "curveRings"}
    return {"type": "Feature", "properties": feature.get("attributes"), "geometry": geometry}


def _group_rings(rings: Any) -> Any:
    """Group rings to polygons: every hole with the smallest outline around it; one without any is an outline."""
    try:
        shapes = [shapely.Polygon([position[:2] for position in ring]) for ring in rings]
        outlines = [place for place, shape in enumerate(shapes) if not shape.exterior.is_ccw]
    except (TypeError, ValueError, IndexError, shapely.errors.GEOSException):
        return [rings]
    groups = {place: [rings[place]] for place in outlines or range(len(rings))}
    tree = shapely.STRtree([shapes[place] for place in outlines])
    for place in (place for place in range(len(rings)) if place not in groups):
        around = tree.query(shapes[place].representative_point(), predicate="within")
        home = min((outlines[one] for one in around), key=lambda one: shapes[one].area, default=place)
        groups.setdefault(home, []).append(rings[place])
    return list(groups.values())
