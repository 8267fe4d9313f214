"""The printed figure: its parts are there, its text is text, the same input gives the same bytes."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from lxml import etree
from pypdf import PdfReader

from pilotzones.cli.main import run
from pilotzones.geo.errors import ExportError
from pilotzones.geo.join import JoinedProgramme, join
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.figure import font_subset as figure_font
from pilotzones.layers.figure.font_subset import FontError, clean, make_font
from pilotzones.layers.figure.page_layout import Sheet
from pilotzones.layers.figure.render import open_sheet, render_figure

EAST = Selection(regions=("东部地区",))
ZONE = Selection(zones=(11,))


def _texts(sheet: Sheet, gid: str | None = None) -> list[str]:
    from matplotlib.text import Text

    return [text.get_text() for text in sheet.figure.findobj(Text) if gid is None or text.get_gid() == gid]


def _gids(sheet: Sheet) -> set[str]:
    return {artist.get_gid() for artist in sheet.figure.findobj(lambda one: one.get_gid() is not None)}


def _assert_no_overlap(sheet: Sheet) -> None:
    """Measured on the finished sheet, by matplotlib itself, not by whoever placed them."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text

    canvas = FigureCanvasAgg(sheet.figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    boxes = [text.get_window_extent(renderer) for text in sheet.figure.findobj(Text) if text.get_gid() == "label"]
    assert boxes
    for index, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:index])


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "paper"), [("zh", "A4"), ("en", "A3")])
def test_the_whole_country_has_its_inset_and_its_source(joined: JoinedProgramme, lang: str, paper: str) -> None:
    with open_sheet(joined, lang=lang, paper=paper) as sheet:
        assert {
            "South China Sea inset",
            "scale bar",
            "north arrow",
            "national lines",
            "points",
            "hosts hatched",
        } <= _gids(sheet)
        inset = next(axes for axes in sheet.figure.axes if axes.get_gid() == "South China Sea inset")
        assert any(artist.get_gid() == "national lines" for artist in inset.collections)
        source = " ".join(_texts(sheet, "source"))
        assert "GS(2024)0650号" in source
        assert "Albers" in source
        assert re.search(r"20\d\d-\d\d-\d\d", source)
        assert len(_texts(sheet, "label")) == 11
        _assert_no_overlap(sheet)
        (bar,) = sheet.figure.findobj(lambda one: one.get_gid() == "scale bar")
        width = bar.get_position().width * sheet.layout.width
        scale = int(re.search(r"1:([\d,]+)", source)[1].replace(",", ""))
        # The bar is true in the middle of the map, the scale along the standard parallels: 2 % apart for the whole country.
        assert width == pytest.approx(bar.get_xlim()[1] * 1e6 / scale, rel=0.03)


@pytest.mark.slow
@pytest.mark.parametrize("selection", [EAST, ZONE])
def test_a_part_has_its_place_in_the_country(joined: JoinedProgramme, selection: Selection) -> None:
    with open_sheet(joined, selection=selection, projection="lambert", colour_by="verdict") as sheet:
        assert "locator" in _gids(sheet)
        assert "South China Sea inset" not in _gids(sheet)
        assert "Lambert" in " ".join(_texts(sheet, "source"))
        assert "审图号 GS(2024)0650号" in " ".join(_texts(sheet, "source"))
        _assert_no_overlap(sheet)
        members = joined.members[joined.members["zone"] == 11]["listed_name"]
        if selection is ZONE:
            # Every member is in the list, also those without a polygon.
            assert set(members) <= set(_texts(sheet))


@pytest.mark.slow
def test_what_is_not_chosen_is_not_drawn(joined: JoinedProgramme) -> None:
    with open_sheet(joined, selection=EAST) as sheet:
        assert {len(one.geometries) for one in sheet.figure.findobj(lambda one: one.get_gid() == "members")} == {41}
        assert {text.split()[0] for text in _texts(sheet, "label") if text[0].isdigit()} == set("12345")


@pytest.mark.slow
def test_a_long_list_is_counted_to_its_end(joined: JoinedProgramme) -> None:
    # Every member a zone of its own: more than a sheet can name.
    programme = joined.programme
    zones = tuple(
        replace(
            programme.get_zone(member.zone),
            order=order,
            name_zh=member.listed_name,
            members=(replace(member, zone=order, position=1),),
        )
        for order, member in enumerate(programme.members, start=1)
    )
    many = join(replace(programme, zones=zones), joined.boundaries)
    with open_sheet(many) as sheet:
        texts = _texts(sheet)
        listed = sum(
            text.isdigit() for text, at in zip(texts, _lefts(sheet), strict=True) if at > sheet.layout.panel[0]
        )
        (more,) = [int(re.search(r"另有 (\d+) 项", text)[1]) for text in texts if text.startswith("另有")]
        assert listed + more == len(zones)
        assert any("名称放不下" in text for text in texts)
        _assert_no_overlap(sheet)


def _lefts(sheet: Sheet) -> list[float]:
    """Where each text stands [mm]; those of a map's own axes stand nowhere in the panel."""
    from matplotlib.text import Text

    return [text.get_position()[0] if text.axes is sheet.surface else -1.0 for text in sheet.figure.findobj(Text)]


@pytest.mark.slow
def test_zones_all_over_the_country_are_a_map_of_the_country(joined: JoinedProgramme) -> None:
    with open_sheet(joined, selection=Selection(zones=(3, 8, 11))) as sheet:
        assert "South China Sea inset" in _gids(sheet)


@pytest.mark.slow
def test_a_source_without_review_number_says_so(joined: JoinedProgramme, monkeypatch: pytest.MonkeyPatch) -> None:
    info = replace(joined.boundaries.info, review_number="", id="other")
    other = replace(joined, boundaries=replace(joined.boundaries, info=info, provinces=None, lines=None))
    # What is read from the disk is what the session has.
    monkeypatch.setattr("pilotzones.layers.figure.map_axes.load", lambda: joined.boundaries)
    with open_sheet(other, selection=ZONE, lang="zh") as sheet:
        source = " ".join(_texts(sheet, "source"))
        assert "来源未给出审图号" in source
        # Provinces and lines then come from a source that is named too.
        assert "省界与国界线" in source
        assert "GS(2024)0650号" in source


@pytest.mark.slow
def test_a_pdf_embeds_its_font_has_text_and_is_the_same_every_time(
    joined: JoinedProgramme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    path = tmp_path / "zone.pdf"
    assert (
        run(["figure", "--zone", "11", "--paper", "A4", "--colour", "task", "--colour-task", "2", "-o", str(path)]) == 0
    )
    assert path.read_bytes() == render_figure(joined, selection=ZONE, colour_by="task", colour_task=2)
    page = PdfReader(path).pages[0]
    assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == [297, 210]
    assert "吉林长吉接合片区" in page.extract_text().replace(" ", "")
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        below = font.get("/DescendantFonts", [font])[0].get_object()
        assert below["/Subtype"] in ("/CIDFontType2", "/TrueType")
        assert "/FontFile2" in below["/FontDescriptor"].get_object()


@pytest.mark.slow
def test_an_svg_asks_nobody_for_anything_and_is_the_same_every_time(
    joined: JoinedProgramme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    content, again = (render_figure(joined, selection=ZONE, file_format="svg", lang="en") for _ in range(2))
    assert content == again
    tree = etree.fromstring(content)
    for element in tree.iter():
        for name, value in element.attrib.items():
            assert not (name.endswith("href") and not value.startswith("#"))
    assert not list(tree.iter("{*}script", "{*}image", "{*}text"))


def test_the_terminal_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["figure", "-o", str(tmp_path / "x.jpg")]) == 1
    assert "FILE.pdf|svg|png" in capsys.readouterr().err
    assert run(["figure", "--colour", "task", "--colour-task", "99", "-o", str(tmp_path / "x.png")]) == 1
    assert "no task 99" in capsys.readouterr().err
    assert run(["figure", "--dpi", "5000", "-o", str(tmp_path / "x.png")]) == 1
    assert "72 to 600" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_nothing_chosen_is_no_figure(joined: JoinedProgramme) -> None:
    with pytest.raises(ExportError, match="no zone passes"):
        render_figure(joined, selection=Selection(query="nothing is called this"))


@pytest.mark.slow
def test_an_english_sheet_has_latin_names(joined: JoinedProgramme) -> None:
    with open_sheet(joined, selection=ZONE, lang="en") as sheet:
        labels = _texts(sheet, "label")
        assert any("District" in text for text in labels)
        assert not any(re.search(r"[\u4e00-\u9fff]", text) for text in labels)
        # In the list the document's own name stands beside it.
        assert any(re.search(r"[a-z] .*[\u4e00-\u9fff]", text) for text in _texts(sheet))


@pytest.mark.slow
def test_names_that_are_no_markup(joined: JoinedProgramme) -> None:
    zone = joined.programme.zones[10]
    hostile = "$x$ {{7*191}} <b>\\frac{1}{2}</b>\x00\u202e"
    zones = (*joined.programme.zones[:10], replace(zone, name_zh=hostile))
    with open_sheet(replace(joined, programme=replace(joined.programme, zones=zones)), selection=ZONE) as sheet:
        assert clean(hostile) in _texts(sheet, "title")[0]
        assert "\x00" not in _texts(sheet, "title")[0]


def test_no_boxes_instead_of_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figure_font, "_list_installed", lambda: iter(()))
    with pytest.raises(FontError, match=r"U\+10FFFD.*fonts-noto-cjk"):
        make_font(["县\U0010fffd"])


def test_the_font_has_what_it_was_asked_for(tmp_path: Path) -> None:
    texts = ["浙江嘉湖片区", "Jiaxing–Huzhou", "²·…"]
    font = make_font(texts)
    path = tmp_path / "font.ttf"
    path.write_bytes(font.content)
    with TTFont(path) as read:
        assert set("".join(texts)) <= set(map(chr, read.getBestCmap()))
        assert "glyf" in read
        assert all(read["glyf"][read.getBestCmap()[ord(letter)]].numberOfContours > 0 for letter in "浙江嘉湖片区")
    assert make_font(texts).content == font.content


def test_wrapping_loses_no_letter() -> None:
    generator = np.random.default_rng(7)
    alphabet = list("浙江，。（）ab c-1")
    font = make_font(["".join(alphabet)])
    for _ in range(200):
        text = "".join(generator.choice(alphabet, 30)).strip()
        lines = font.wrap(text, 3.0, 14.0)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert all(font.measure_width(line, 3.0) <= 14.0 for line in lines)
