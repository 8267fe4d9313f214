"""Text of any kind through every export format: it comes back, and nothing in it runs or leads out of a folder."""

from __future__ import annotations

import io
import zipfile

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from pilotzones.geo.errors import ExportError
from pilotzones.geo.export import ExportField, ExportLayer, encode, encode_all
from pilotzones.geo.files.csv_writer import escape_formula
from pilotzones.geo.files.xlsx_writer import strip_controls
from tests.helpers.examples import examples
from tests.helpers.export_readers import READERS, read_csv, read_shapefile

# GDAL says of bytes that they have no file's ending.
pytestmark = pytest.mark.filterwarnings("ignore:.*non conformant file extension:RuntimeWarning")

NASTY = [
    "{{7*191}}",
    "</script>",
    "=1+1",
    "＝1",
    "\u2028",
    "`${x}`",
    "$[name]",
    "NaN",
    "null",
    "<b>&amp;",
    "'\"",
    "长" * 120,
    "😀\n",
    " a ",
]


def small(text: str) -> ExportLayer:
    kinds = {"id": "string", "note": "string", "words": "strings"}
    fields = tuple(
        ExportField(name, {"zh": name, "en": name}, "", kind, {"zh": "", "en": ""})  # type: ignore[arg-type]
        for name, kind in kinds.items()
    )
    frame = gpd.GeoDataFrame(
        {"id": ["1"], "note": [text], "words": [[]]}, geometry=[shapely.box(120, 30, 121, 31)], crs=4326
    )
    return ExportLayer("nasty", frame, fields, {"title": text, "filter": {"q": text}})


@pytest.mark.parametrize("kind", READERS)
@examples(12)
@given(text=st.sampled_from(NASTY) | st.text(st.characters(codec="utf-8"), min_size=1, max_size=300))
def test_any_text_comes_back_or_only_what_the_format_cannot_hold_is_gone(kind: str, text: str) -> None:
    content = encode(small(text), format=kind)
    rows, _, _ = READERS[kind](content)
    found = rows[0].get("note")
    if kind in ("geojson", "geojsonseq", "geoparquet", "topojson"):
        assert found == text
    elif kind == "csv":
        assert found == escape_formula(text)
    elif kind in ("gpkg", "flatgeobuf"):
        assert found == without_nul(text)
    else:
        # XML and DBF hold no control characters; DBF no blanks at the ends, XML parsers turn \r into \n.
        assert (found or "").strip() == strip_controls(text).strip()


def without_nul(text: str) -> str | None:
    return text.replace("\x00", "")


def test_no_cell_is_a_formula_and_no_name_leads_out_of_the_folder() -> None:
    made = small("=cmd|' /C calc'!A0")
    evil = ExportLayer("../../escaped", made.frame, made.fields, {"programme": "../..", "boundary_source": "/../x"})
    for kind in ("csv", "geojson", "shapefile"):
        with zipfile.ZipFile(io.BytesIO(encode_all([evil], format=kind))) as archive:
            for entry in archive.infolist():
                assert "/" not in entry.filename
                assert "\\" not in entry.filename
                assert ".." not in entry.filename
    (row,), _, _ = read_csv(encode(made, format="csv"))
    assert row["note"].startswith("'=")


def test_a_balloon_shows_text_and_nothing_else() -> None:
    content = encode(small("<script>$[name]</script>"), format="kml").decode()
    assert "<script>" not in content
    place = etree.fromstring(content.encode()).find(".//{*}Placemark")
    assert place is not None
    shown = place.findtext("{*}description") or ""
    # Google Earth puts values in place of $[…] before it reads the HTML.
    assert "$[" not in shown
    table = html.fragment_fromstring(shown)
    assert "<script>$[name]</script>" in table.text_content()
    assert {element.tag for element in table.iter()} == {"table", "tr", "th", "td"}


def test_a_long_text_is_never_cut() -> None:
    text = "功能区" * 400
    (row,), _, _ = read_shapefile(encode(small(text), format="shapefile"))
    assert row["note"] == text
    with pytest.raises(ExportError, match="does not fit a cell"):
        encode(small("长" * 40_000), format="xlsx")
