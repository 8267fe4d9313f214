"""A QGIS project beside a GeoPackage: its layers in order, styled and labelled, and a page with legend and credit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import shapely
from lxml import etree

from pilotzones.geo.export.drivers.geopackage import encode_geopackage
from pilotzones.geo.export.drivers.qml_sld import build_renderer
from pilotzones.geo.export.metadata_files import README, PackagedFile, build_readme
from pilotzones.geo.export.models import ExportLayer
from pilotzones.geo.export.provenance import describe_file
from pilotzones.geo.export.style_model import Styling
from pilotzones.geo.export.target_crs import CoordinateSystem, get_coordinate_system
from pilotzones.geo.export.zip_archive import make_zip
from pilotzones.geo.files.xlsx_writer import strip_controls

__all__ = ["encode_qgis_package"]

# From the top of the map to the bottom; points lie over all polygons.
_ORDER: Final = ("towns", "special_areas", "members", "source_difference", "zones", "context")
_LABELS: Final[Mapping[str, str]] = {
    "zones": "name",
    "members": "listed_name",
    "special_areas": "listed_name",
    "towns": "listed_name",
    "context": "name",
    "source_difference": "zone_name",
}
_POINTS: Final = (0, 4)  # type numbers of shapely: Point, MultiPoint
_POLYGONS: Final = (3, 6)
_WKB_TYPES: Final = {"Point": "Point", "Polygon": "MultiPolygon"}
# A page of A4 across [mm]: x, y, width, height.
_TITLE: Final = (10, 6, 277, 12)
_MAP: Final = (10, 20, 190, 162)
_LEGEND: Final = (204, 20, 83, 150)
_CREDIT: Final = (10, 185, 277, 20)
_LAYOUT: Final = "A4"
_FONT: Final = "Noto Sans CJK SC"
# Numbers of QGIS for the items of a layout.
_PAGE_TYPE, _MAP_TYPE, _LABEL_TYPE, _LEGEND_TYPE = "65638", "65639", "65641", "65642"
_MAP_ID: Final = "{70696c6f-7a6f-4e65-9a73-6d6170000001}"


def encode_qgis_package(layers: Sequence[ExportLayer]) -> bytes:
    """Pack layers as a GeoPackage with the QGIS project that opens it, in one zip.

    Parameters
    ----------
    layers : sequence of ExportLayer
        With names that differ.

    Returns
    -------
    bytes
    """
    provenance = layers[0].provenance
    stem = (
        "_".join(str(provenance[key]) for key in ("programme", "boundary_source") if provenance.get(key))
        or "pilotzones"
    )
    geopackage = encode_geopackage(layers)
    parts = [PackagedFile(f"{stem}.gpkg", geopackage, "application/geopackage+sqlite3", layer) for layer in layers]
    when = str(provenance.get("generated") or "")
    files = {
        f"{stem}.gpkg": geopackage,
        f"{stem}.qgz": _encode_qgis_project(layers, f"{stem}.gpkg"),
        README: build_readme(parts, notes=("qgis",), is_described=False),
    }
    return make_zip(files, when=when)


def _encode_qgis_project(layers: Sequence[ExportLayer], geopackage: str) -> bytes:
    """Encode a project for the layers of a GeoPackage in the same folder, all in the same coordinates.

    It is a ``.qgz``, which QGIS 3.22 and later read: every table once, one of points and polygons as a layer of each.
    """
    drawn = [part for layer in layers for part in _split_kinds(layer)]
    drawn.sort(key=lambda part: (part[1] != "Point", _find_rank(part[0].name)))
    tables = [(layer, "") for layer in layers if not any(layer is part[0] for part in drawn)]
    coordinates = get_coordinate_system(drawn[0][0].crs if drawn else "wgs84")
    root = etree.Element("qgis", version="3.22.0-Białowieża", projectname=_escape(layers[0].title("zh")))
    etree.SubElement(root, "title").text = _escape(layers[0].title("zh"))
    _add_system(etree.SubElement(root, "projectCrs"), coordinates)
    tree = etree.SubElement(root, "layer-tree-group")
    for layer, kind in [*drawn, *tables]:
        etree.SubElement(
            tree,
            "layer-tree-layer",
            id=_make_id(layer, kind),
            name=_make_title(layer),
            source=_make_source(layer, kind, geopackage),
            providerKey="ogr",
            checked="Qt::Checked",
            expanded="0" if layer.name == "context" else "1",
        )
    extent = _find_extent([layer for layer, _ in drawn])
    _add_canvas(root, coordinates, extent)
    projected = etree.SubElement(root, "projectlayers")
    for layer, kind in [*drawn, *tables]:
        _add_layer(projected, layer, kind, geopackage, coordinates)
    _add_layout(etree.SubElement(root, "Layouts"), layers[0], extent)
    # Without it QGIS draws a project in no system at all.
    switch = etree.SubElement(etree.SubElement(root, "properties"), "SpatialRefSys")
    etree.SubElement(switch, "ProjectionsEnabled", type="int").text = "1"
    text = etree.tostring(root, encoding="UTF-8", doctype="<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>")
    when = str(layers[0].provenance.get("generated") or "")
    return make_zip({geopackage.removesuffix(".gpkg") + ".qgs": text}, when=when)


def _split_kinds(layer: ExportLayer) -> list[tuple[ExportLayer, str]]:
    kinds = shapely.get_type_id(layer.shapes)
    found = [(layer, "Point")] if np.isin(kinds, _POINTS).any() else []
    return found + ([(layer, "Polygon")] if np.isin(kinds, _POLYGONS).any() else [])


def _find_rank(name: str) -> int:
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)


def _make_id(layer: ExportLayer, kind: str) -> str:
    return f"pilotzones_{layer.name}_{kind.lower() or 'table'}"


def _make_title(layer: ExportLayer) -> str:
    return _escape(f"{layer.title('zh')} {layer.title('en')}")


def _make_source(layer: ExportLayer, kind: str, geopackage: str) -> str:
    source = f"./{geopackage}|layername={layer.name}"
    return f"{source}|geometrytype={kind}" if kind and len(_split_kinds(layer)) > 1 else source


def _escape(text: str) -> str:
    """Keep a text from being an expression: QGIS evaluates what stands between [% and %] in names and labels."""
    return re.sub(r"\[(?=\s*%)", "(", strip_controls(text))


def _add_system(parent: etree._Element, coordinates: CoordinateSystem) -> None:
    block = etree.SubElement(parent, "spatialrefsys", nativeFormat="Wkt")
    etree.SubElement(block, "wkt").text = coordinates.crs.to_wkt()
    if coordinates.epsg:
        etree.SubElement(block, "srid").text = str(coordinates.epsg)
        etree.SubElement(block, "authid").text = f"EPSG:{coordinates.epsg}"
    etree.SubElement(block, "description").text = coordinates.title["en"]
    etree.SubElement(block, "geographicflag").text = "true" if coordinates.crs.is_geographic else "false"


def _find_extent(layers: Sequence[ExportLayer]) -> tuple[float, float, float, float]:
    """Find the extent of all layers, widened to the sides of the map on the page."""
    shapes = [layer.shapes for layer in layers if not shapely.is_missing(layer.shapes).all()]
    west, south, east, north = shapely.total_bounds(np.concatenate(shapes)) if shapes else (73.0, 3.0, 136.0, 54.0)
    margin = 1.05
    width, height = max(east - west, 1e-3) * margin, max(north - south, 1e-3) * margin
    ratio = _MAP[2] / _MAP[3]
    width, height = max(width, height * ratio), max(height, width / ratio)
    x, y = (west + east) / 2, (south + north) / 2
    return (x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _add_extent(parent: etree._Element, extent: tuple[float, float, float, float]) -> None:
    for name, value in zip(("xmin", "ymin", "xmax", "ymax"), extent, strict=True):
        etree.SubElement(parent, name).text = repr(float(value))


def _add_canvas(root: etree._Element, coordinates: CoordinateSystem, extent: tuple[float, float, float, float]) -> None:
    canvas = etree.SubElement(root, "mapcanvas", name="theMapCanvas", annotationsVisible="1")
    etree.SubElement(canvas, "units").text = "degrees" if coordinates.crs.is_geographic else "meters"
    _add_extent(etree.SubElement(canvas, "extent"), extent)
    etree.SubElement(canvas, "rotation").text = "0"
    _add_system(etree.SubElement(canvas, "destinationsrs"), coordinates)


def _add_layer(
    parent: etree._Element, layer: ExportLayer, kind: str, geopackage: str, coordinates: CoordinateSystem
) -> None:
    element = etree.SubElement(parent, "maplayer", type="vector", geometry=kind or "No geometry")
    if kind:
        element.set("wkbType", _WKB_TYPES[kind])
    etree.SubElement(element, "id").text = _make_id(layer, kind)
    etree.SubElement(element, "datasource").text = _make_source(layer, kind, geopackage)
    etree.SubElement(element, "layername").text = _make_title(layer)
    if kind:
        _add_system(etree.SubElement(element, "srs"), coordinates)
    etree.SubElement(element, "provider", encoding="UTF-8").text = "ogr"
    aliases = etree.SubElement(element, "aliases")
    for index, field in enumerate(layer.fields):
        heading = _escape(f"{field.label['zh']} {field.label['en']}")
        etree.SubElement(aliases, "alias", index=str(index), field=field.name, name=heading)
    if not kind:
        return
    if layer.styling:
        element.append(build_renderer(_keep_used_rules(layer, layer.styling, kind), points=kind == "Point"))
    label = _LABELS.get(layer.name)
    element.set("labelsEnabled", "1" if label else "0")
    if label:
        _add_labels(element, label, points=kind == "Point")


def _keep_used_rules(layer: ExportLayer, styling: Styling, kind: str) -> Styling:
    """Leave out the rules that no row of a kind of geometry has, so that the legend shows what the map has."""
    wanted = np.isin(shapely.get_type_id(layer.shapes), _POINTS if kind == "Point" else _POLYGONS)
    used = {styling.rule_of(value) for value in layer.frame[styling.column][wanted]}
    return Styling(styling.column, tuple(rule for rule in styling.rules if rule in used))


def _add_labels(element: etree._Element, column: str, *, points: bool) -> None:
    settings = etree.SubElement(etree.SubElement(element, "labeling", type="simple"), "settings")
    style = _make_text_style(8)
    style.attrib.update({"fieldName": column, "isExpression": "0"})
    settings.append(style)
    etree.SubElement(
        style,
        "text-buffer",
        bufferDraw="1",
        bufferSize="0.7",
        bufferSizeUnits="MM",
        bufferColor="255,255,255,255",
        bufferOpacity="0.8",
    )
    # Around a point; horizontally within a polygon.
    etree.SubElement(settings, "placement", placement="6" if points else "1", dist="1", distUnits="MM")
    etree.SubElement(settings, "rendering", obstacle="1", drawLabels="1")


def _make_text_style(points: int) -> etree._Element:
    return etree.Element(
        "text-style",
        fontFamily=_FONT,
        fontSize=str(points),
        fontSizeUnit="Point",
        textColor="31,41,55,255",
        textOpacity="1",
    )


def _add_layout(parent: etree._Element, layer: ExportLayer, extent: tuple[float, float, float, float]) -> None:
    layout = etree.SubElement(parent, "Layout", name=_LAYOUT, units="mm", printResolution="300")
    pages = etree.SubElement(layout, "PageCollection")
    _add_item(pages, _PAGE_TYPE, (0, 0, 297, 210), background=True)
    description = describe_file(layer)
    title = description.get("title") or layer.title("zh")
    _add_label(layout, "title", _escape(f"{title} {description.get('title_en') or ''}".strip()), _TITLE, points=14)
    shown = _add_item(layout, _MAP_TYPE, _MAP, name="map", background=True, frame=True)
    shown.attrib.update({"uuid": _MAP_ID, "drawCanvasItems": "true", "keepLayerSet": "false", "followPreset": "false"})
    box = etree.SubElement(shown, "Extent")
    for name, value in zip(("xmin", "ymin", "xmax", "ymax"), extent, strict=True):
        box.set(name, repr(float(value)))
    legend = _add_item(layout, _LEGEND_TYPE, _LEGEND, name="legend")
    legend.attrib.update({"map_uuid": _MAP_ID, "resizeToContents": "1", "symbolWidth": "5", "symbolHeight": "3"})
    legend.attrib.update({"boxSpace": "0", "wrapChar": "", "title": ""})
    styles = etree.SubElement(legend, "styles")
    for name, points, above in (("subgroup", 9, 2), ("symbolLabel", 8, 1), ("symbol", 8, 1)):
        style = etree.SubElement(styles, "style", name=name, marginTop=str(above), marginLeft="1", alignment="1")
        style.append(_make_text_style(points))
    _add_label(layout, "credit", _escape(_write_credit(description)), _CREDIT, points=8)


def _add_item(
    parent: etree._Element,
    kind: str,
    place: tuple[int, int, int, int],
    *,
    name: str = "",
    background: bool = False,
    frame: bool = False,
) -> etree._Element:
    x, y, width, height = place
    flags = {True: "true", False: "false"}
    return etree.SubElement(
        parent,
        "LayoutItem",
        type=kind,
        id=name,
        position=f"{x},{y},mm",
        positionOnPage=f"{x},{y},mm",
        size=f"{width},{height},mm",
        referencePoint="0",
        visibility="1",
        opacity="1",
        background=flags[background],
        frame=flags[frame],
    )


def _add_label(layout: etree._Element, name: str, text: str, place: tuple[int, int, int, int], *, points: int) -> None:
    item = _add_item(layout, _LABEL_TYPE, place, name=name)
    item.attrib.update({"labelText": text, "htmlState": "0", "halign": "1", "valign": "32"})
    etree.SubElement(item, "LabelFont", description=f"{_FONT},{points},-1,5,50,0,0,0,0,0", style="")
    etree.SubElement(item, "FontColor", red="31", green="41", blue="55", alpha="255")


def _write_credit(description: Mapping[str, object]) -> str:
    """Write who the document and the boundaries are by, as a map has to say it."""
    document = " ".join(
        str(description[key]) for key in ("document", "document_number", "document_date") if description.get(key)
    )
    boundaries = "，".join(
        str(description[key])
        for key in ("boundary_publisher", "boundary_review_number", "boundary_date", "boundary_licence")
        if description.get(key)
    )
    origin = " · ".join(str(description.get(key, "")) for key in ("coordinates", "software", "generated"))
    lines = [
        f"文件 Document: {document}" if document else "",
        f"边界 Boundaries: {boundaries}" if boundaries else "",
        f"坐标 Coordinates: {origin}",
    ]
    return "\n".join(line for line in lines if line)
