"""KML 2.2 (OGC 12-007r2): folders, styles, balloons; text is only ever text."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import shapely
from lxml import etree
from numpy.typing import NDArray

from pilotzones.geo.export.drivers.arrow import join_list, join_pairs, orient_polygons
from pilotzones.geo.export.drivers.geojson import iterate_rows
from pilotzones.geo.export.models import ExportLayer
from pilotzones.geo.export.provenance import describe_file
from pilotzones.geo.export.style_model import StyleRule
from pilotzones.geo.export.target_crs import get_coordinate_system
from pilotzones.geo.files.xlsx_writer import strip_controls

__all__ = ["count_placemarks", "encode_kml"]

_KML: Final = "http://www.opengis.net/kml/2.2"
_TYPES: Final = {"string": "string", "integer": "int", "number": "double", "boolean": "bool"}
# The column whose values are the folders, and the one a place is called by: the first the layer has.
_FOLDERS: Final[Mapping[str, str]] = {"zones": "region", "context": "province"}
_NAMES: Final = ("name", "host_name", "listed_name", "zone_name", "id")


def encode_kml(layer: ExportLayer) -> bytes:
    """Encode a layer as KML.

    Parameters
    ----------
    layer : ExportLayer
        In WGS 84.

    Returns
    -------
    bytes
        UTF-8. Values are in ``ExtendedData`` by a ``Schema``; balloons show them as a table; a value that is not known is
        left out. Control characters, which XML cannot carry, are dropped.
    """
    root = etree.Element(_qualify_tag("kml"), nsmap={None: _KML})  # type: ignore[dict-item]  # the default namespace has no prefix
    document = _add(root, "Document")
    _add(document, "name", f"{layer.title('zh')} {layer.title('en')}")
    description = describe_file(layer)
    _add(document, "description", _build_balloon_table((_escape(key), value) for key, value in description.items()))
    rules = layer.styling.rules if layer.styling else ()
    for number, rule in enumerate(rules):
        _add_style(document, f"rule-{number}", rule)
    # The order is that of OGC's schema: what a feature has, then the schema of its data, then what is in it.
    data = _add(document, "ExtendedData")
    for key, value in description.items():
        if value not in (None, {}, ""):
            entry = _add(data, "Data")
            entry.set("name", key)
            _add(entry, "value", _format_text(value))
    _add_schema(document, layer)
    folders: dict[str, etree._Element] = {}
    shapes = orient_polygons(layer)
    headings = {field.name: _escape(field.heading) for field in layer.fields}
    for row, shape in zip(iterate_rows(layer), shapes, strict=True):
        parent = _get_folder(document, folders, row.get(_FOLDERS.get(layer.name, "zone_name")))
        _add_placemark(parent, layer, row, shape, headings)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _qualify_tag(name: str) -> str:
    return f"{{{_KML}}}{name}"


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, _qualify_tag(name))
    if text is not None:
        element.text = strip_controls(text)
    return element


def _format_text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, dict):
        return join_pairs(value)
    return join_list(value) or "" if isinstance(value, list | tuple) else str(value)


def _build_balloon_table(pairs: Iterable[tuple[str, Any]]) -> str:
    """Build a table for a balloon, of escaped labels and any values: HTML without markup or KML's $[entities] in its texts."""
    lines = [
        f"<tr><th align='left'>{label}</th><td>{_escape(_format_text(value))}</td></tr>"
        for label, value in pairs
        if value not in (None, [], {}, "")
    ]
    return f"<table>{''.join(lines)}</table>"


def _escape(text: str) -> str:
    return html.escape(text).replace("$", "&#36;")


def _encode_colour(colour: str, opacity: float) -> str:
    """Encode a colour in KML's order of the bytes: opacity, blue, green, red."""
    return f"{round(255 * opacity):02x}{colour[5:7]}{colour[3:5]}{colour[1:3]}".lower()


def _add_style(document: etree._Element, name: str, rule: StyleRule) -> None:
    style = _add(document, "Style")
    style.set("id", name)
    line = _add(style, "LineStyle")
    _add(line, "color", _encode_colour(rule.stroke, 1.0))
    _add(line, "width", f"{rule.width:g}")
    area = _add(style, "PolyStyle")
    _add(area, "color", _encode_colour(rule.fill or "#ffffff", rule.fill_opacity if rule.fill else 0.0))
    _add(area, "fill", "1" if rule.fill else "0")
    # Only the escaped table: the name of a place would be inserted as HTML.
    _add(_add(style, "BalloonStyle"), "text", "$[description]")


def _add_schema(document: etree._Element, layer: ExportLayer) -> None:
    schema = _add(document, "Schema")
    schema.set("name", layer.name)
    schema.set("id", "fields")
    for field in layer.fields:
        simple = _add(schema, "SimpleField")
        simple.set("type", _TYPES.get(field.type, "string"))
        simple.set("name", strip_controls(field.name))
        _add(simple, "displayName", field.heading)


def _get_folder(document: etree._Element, folders: dict[str, etree._Element], value: Any) -> etree._Element:
    if value is None:
        return document
    name = str(value)
    if name not in folders:
        folders[name] = _add(document, "Folder")
        _add(folders[name], "name", name)
    return folders[name]


def _add_placemark(
    parent: etree._Element, layer: ExportLayer, row: Mapping[str, Any], shape: Any, headings: Mapping[str, str]
) -> None:
    place = _add(parent, "Placemark")
    name = next((row[key] for key in _NAMES if row.get(key)), "")
    _add(place, "name", str(name))
    _add(place, "description", _build_balloon_table((label, row[name]) for name, label in headings.items()))
    if layer.styling:
        rule = layer.styling.rule_of(row.get(layer.styling.column))
        _add(place, "styleUrl", f"#rule-{layer.styling.rules.index(rule)}")
    data = _add(_add(place, "ExtendedData"), "SchemaData")
    data.set("schemaUrl", "#fields")
    for field in layer.fields:
        value = row[field.name]
        if value is not None:
            _add(data, "SimpleData", _format_text(value)).set("name", strip_controls(field.name))
    if shape is not None:
        _add_geometry(place, shape, get_coordinate_system(layer.crs).decimals)


def _add_geometry(place: etree._Element, shape: Any, decimals: int) -> None:
    parts = shapely.get_parts(shape)
    parent = _add(place, "MultiGeometry") if len(parts) > 1 else place
    for part in parts:
        if part.geom_type == "Point":
            _add(_add(parent, "Point"), "coordinates", _format_coordinates(shapely.get_coordinates(part), decimals))
            continue
        polygon = _add(parent, "Polygon")
        for index, ring in enumerate(shapely.get_rings(part)):
            edge = _add(polygon, "outerBoundaryIs" if index == 0 else "innerBoundaryIs")
            _add(_add(edge, "LinearRing"), "coordinates", _format_coordinates(shapely.get_coordinates(ring), decimals))


def _format_coordinates(points: NDArray[np.float64], decimals: int) -> str:
    return " ".join(f"{x},{y}" for x, y in np.round(points, decimals).tolist())


def count_placemarks(content: bytes) -> int:
    """Count the placemarks of a KML text."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    return sum(1 for _ in etree.fromstring(content, parser).iter(_qualify_tag("Placemark")))
