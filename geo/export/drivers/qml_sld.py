"""The styles of a layer in the languages of desktop programs: QML of QGIS, and Styled Layer Descriptor."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from pilotzones.geo.export.style_model import StyleRule, Styling

__all__ = ["build_renderer", "encode_qml", "encode_sld"]


def _format_rgba(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},{round(255 * opacity)}"


def _add_options(parent: etree._Element, pairs: Mapping[str, str]) -> None:
    # QGIS reads "Option" since 3.26 and "prop" before that.
    block = etree.SubElement(parent, "Option", type="Map")
    for name, value in pairs.items():
        etree.SubElement(block, "Option", type="QString", name=name, value=value)
    for name, value in pairs.items():
        etree.SubElement(parent, "prop", k=name, v=value)


def _add_symbol(parent: etree._Element, name: str, rule: StyleRule, *, points: bool) -> None:
    kind, drawer = ("marker", "SimpleMarker") if points else ("fill", "SimpleFill")
    symbol = etree.SubElement(parent, "symbol", type=kind, name=name, alpha="1", clip_to_extent="1", force_rhr="0")
    drawn = etree.SubElement(symbol, "layer", {"class": drawer}, enabled="1", locked="0")
    drawn.set("pass", "0")
    fill = {"color": _format_rgba(rule.fill or "#ffffff", rule.fill_opacity if rule.fill else 0.0)}
    outline = {
        "outline_color": _format_rgba(rule.stroke, 1.0),
        "outline_style": "solid",
        "outline_width": f"{rule.width:g}",
        "outline_width_unit": "Pixel",
    }
    if points:
        _add_options(drawn, {"name": "circle", **fill, **outline, "size": "2.5", "size_unit": "MM"})
    else:
        _add_options(drawn, {**fill, "style": "solid" if rule.fill else "no", **outline, "joinstyle": "round"})


def encode_qml(styling: Styling, *, points: bool = False) -> str:
    """Encode a style as QGIS stores it (QML).

    Parameters
    ----------
    styling : Styling
    points : bool, optional
        Whether the layer has points in place of polygons.

    Returns
    -------
    str
        A document that QGIS 3 reads: categories by value.
    """
    root = etree.Element("qgis", version="3.28.0", styleCategories="Symbology")
    root.append(build_renderer(styling, points=points))
    # QGIS's numbers for points and polygons; with another geometry it does not take the style.
    etree.SubElement(root, "layerGeometryType").text = "0" if points else "2"
    text: str = etree.tostring(
        root, encoding="unicode", doctype="<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
    )
    return text


def build_renderer(styling: Styling, *, points: bool = False) -> etree._Element:
    """Build the element of QGIS that draws a layer: categories by value.

    Parameters
    ----------
    styling : Styling
    points : bool, optional
        Whether the layer has points in place of polygons.

    Returns
    -------
    element
    """
    renderer = etree.Element(
        "renderer-v2",
        type="categorizedSymbol",
        attr=styling.column,
        symbollevels="0",
        enableorderby="0",
        forceraster="0",
    )
    categories = etree.SubElement(renderer, "categories")
    symbols = etree.SubElement(renderer, "symbols")
    for index, rule in enumerate(styling.rules):
        etree.SubElement(
            categories, "category", type="string", render="true", value=rule.value, symbol=str(index), label=rule.label
        )
        _add_symbol(symbols, str(index), rule, points=points)
    return renderer


_SLD = "http://www.opengis.net/sld"
_SE = "http://www.opengis.net/se"
_OGC = "http://www.opengis.net/ogc"


def _add_parameters(parent: etree._Element, tag: str, pairs: Mapping[str, str]) -> None:
    block = etree.SubElement(parent, f"{{{_SE}}}{tag}")
    for name, value in pairs.items():
        etree.SubElement(block, f"{{{_SE}}}SvgParameter", name=name).text = value


def encode_sld(styling: Styling, *, layer: str, points: bool = False) -> str:
    """Encode a style as Styled Layer Descriptor 1.1 (OGC 05-078r4, 05-077r4).

    Parameters
    ----------
    styling : Styling
    layer : str
        Name of the layer it is for.
    points : bool, optional
        Whether the layer has points in place of polygons.

    Returns
    -------
    str
    """
    root = etree.Element(
        f"{{{_SLD}}}StyledLayerDescriptor", nsmap={"sld": _SLD, "se": _SE, "ogc": _OGC}, version="1.1.0"
    )
    named = etree.SubElement(root, f"{{{_SLD}}}NamedLayer")
    etree.SubElement(named, f"{{{_SE}}}Name").text = layer
    style = etree.SubElement(named, f"{{{_SLD}}}UserStyle")
    kind = etree.SubElement(style, f"{{{_SE}}}FeatureTypeStyle")
    for rule in styling.rules:
        drawn = etree.SubElement(kind, f"{{{_SE}}}Rule")
        etree.SubElement(drawn, f"{{{_SE}}}Name").text = rule.label
        if rule.value:
            test = etree.SubElement(etree.SubElement(drawn, f"{{{_OGC}}}Filter"), f"{{{_OGC}}}PropertyIsEqualTo")
            etree.SubElement(test, f"{{{_OGC}}}PropertyName").text = styling.column
            etree.SubElement(test, f"{{{_OGC}}}Literal").text = rule.value
        else:
            etree.SubElement(drawn, f"{{{_SE}}}ElseFilter")
        symbol = etree.SubElement(drawn, f"{{{_SE}}}{'PointSymbolizer' if points else 'PolygonSymbolizer'}")
        if points:
            symbol = etree.SubElement(etree.SubElement(symbol, f"{{{_SE}}}Graphic"), f"{{{_SE}}}Mark")
            etree.SubElement(symbol, f"{{{_SE}}}WellKnownName").text = "circle"
        if rule.fill:
            _add_parameters(symbol, "Fill", {"fill": rule.fill, "fill-opacity": f"{rule.fill_opacity:g}"})
        _add_parameters(symbol, "Stroke", {"stroke": rule.stroke, "stroke-width": f"{rule.width:g}"})
    text: str = etree.tostring(root, encoding="unicode")
    return text
