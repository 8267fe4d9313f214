"""Extracts: one scale for all, true areas, and text that is only text."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import shapely

from pilotzones.geo.boundaries.sources import get_source_info
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.export.citation import format_bibtex, format_csl_json
from pilotzones.geo.join import JoinedProgramme
from pilotzones.layers.charts.zone_thumbnails import ZoneShapes, draw_extracts, simplify_zone_shapes

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def shapes(joined: JoinedProgramme) -> ZoneShapes:
    return simplify_zone_shapes(joined)


def _drawn_px2(svg: str) -> float:
    """Area of the paths of the members, rings as they are filled (even-odd) [px²]."""
    total = 0.0
    for path in ET.fromstring(svg).findall(f"{SVG}g[1]/{SVG}path"):
        shape = shapely.Polygon()
        for ring in re.findall(r"M([^Z]+)Z", path.attrib["d"]):
            xy = np.array([pair.split() for pair in ring.split("L")], dtype=float)
            shape = shape.symmetric_difference(shapely.make_valid(shapely.Polygon(xy)))
        total += shape.area
    return total


def test_a_square_kilometre_is_as_large_in_every_picture(shapes: ZoneShapes, joined: JoinedProgramme) -> None:
    fills = {zone.order: "#0072b2" for zone in joined.programme.zones}
    pictures = draw_extracts(shapes, [1, 6, 11], names={}, fills=fills)
    assert len({picture.bar_km for picture in pictures}) == 1
    areas = joined.zones.set_index("zone")["computed_area_km2"]
    scales = [_drawn_px2(picture.svg) / areas[picture.zone] for picture in pictures]
    assert scales == pytest.approx([scales[0]] * 3, rel=0.01)
    assert all(picture.width <= 340 for picture in pictures)


def test_the_scale_bar_is_as_long_as_it_says(shapes: ZoneShapes, joined: JoinedProgramme) -> None:
    (picture,) = draw_extracts(shapes, [8], names={}, fills={8: "#009e73"})
    px2_per_km2 = _drawn_px2(picture.svg) / joined.zones.set_index("zone")["computed_area_km2"][8]
    bar = re.search(r"M14 [\d.]+V[\d.]+H([\d.]+)V", picture.svg)
    assert bar is not None
    assert float(bar[1]) - 14 == pytest.approx(picture.bar_km * px2_per_km2**0.5, rel=0.01)


def test_names_do_not_lie_on_one_another(shapes: ZoneShapes, joined: JoinedProgramme) -> None:
    names = {row.member_id: row.listed_name for row in joined.members.itertuples()}
    fills = {zone.order: "#0072b2" for zone in joined.programme.zones}
    for picture in draw_extracts(shapes, list(fills), names=names, fills=fills):
        texts = ET.fromstring(picture.svg).findall(f"{SVG}g[2]/{SVG}text")
        spots = [(float(text.attrib["x"]), float(text.attrib["y"]), 11 * len(text.text or "") / 2) for text in texts]
        for place, (x, y, half) in enumerate(spots):
            for at, line, other in spots[:place]:
                assert abs(x - at) >= half + other or abs(y - line) >= 11.9, (picture.zone, spots)


def test_names_are_text_and_nothing_else(shapes: ZoneShapes) -> None:
    nasty = "<script>alert(1)</script>&\"'{{7*191}}"
    names = dict.fromkeys(shapes.frame["member_id"], nasty)
    (picture,) = draw_extracts(shapes, [8], names=names, fills={8: "#009e73"}, theme="dark")
    root = ET.fromstring(picture.svg)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {"svg", "g", "path", "text", "polygon"}
    assert nasty in {element.text for element in root.iter(f"{SVG}text")}


def test_a_zone_without_polygons_has_no_picture(shapes: ZoneShapes) -> None:
    assert draw_extracts(shapes, [99], names={}, fills={}) == []


def test_citations_carry_document_boundary_and_version(programme: Programme) -> None:
    info = get_source_info("tianditu")
    text = format_bibtex(programme, info)
    assert text.count("{") == text.count("}")
    for part in (programme.document_title, programme.document_number, info.review_number):
        assert part in text
        assert part in format_csl_json(programme, info)
    assert "urban\\_rural" not in text.splitlines()[0]
