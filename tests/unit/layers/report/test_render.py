"""The audit's report: all of it there, in both languages, nothing from elsewhere, no text taken for code, no box."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pypdf
import pytest

from pilotzones.geo.audit import Audit, audit, compute_variants
from pilotzones.geo.audit.serialization import MAX_READINGS
from pilotzones.geo.export import build_provenance
from pilotzones.geo.join import JoinedProgramme, join
from pilotzones.geo.messages import LANGUAGES, Language, format_number, translate
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.labels import format_address
from pilotzones.layers.report.content import ReportInput, build_report_content
from pilotzones.layers.report.render import collect_characters, is_printable, render_html, render_pdf
from tests.helpers.hostile_programme import EVALUATED, PIECES, hostile

if TYPE_CHECKING:
    from pilotzones.geo.boundaries.models import Boundaries
    from pilotzones.geo.catalogue.models import Programme

FEW = (3, 10)


@pytest.fixture(scope="module")
def few(joined: JoinedProgramme, amap: Boundaries) -> Audit:
    """Two zones: one that cannot be told, one explained."""
    return audit(joined, others=[amap], zones=FEW)


@pytest.fixture(scope="module")
def told(joined: JoinedProgramme) -> dict[str, Any]:
    return build_provenance(joined, Selection())


@pytest.fixture(scope="module")
def poisoned(programme: Programme, tianditu: Boundaries) -> JoinedProgramme:
    return join(hostile(programme, FEW), tianditu)


class Page(HTMLParser):
    """Tags with their attributes, and all text."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_content_has_everything(lang: Language, joined: JoinedProgramme, audited: Audit) -> None:
    moved = compute_variants(joined, audited.comparison)
    content = build_report_content(ReportInput(audited, joined, build_provenance(joined, Selection()), moved), lang)
    assert [row[0] for row in content["summary_rows"]] == [str(order) for order in range(1, 12)]
    for chapter, zone in zip(content["zones"], audited.zones, strict=True):
        assert len(chapter["reasons"]) == len(zone.reasons)
        assert len(chapter["readings"]) == min(len(zone.readings), MAX_READINGS)
        assert len(chapter["members"]) == zone.members_total
        assert chapter["reasons_total"] == format_number(zone.difference_km2, 1, signed=True)
        assert len(chapter["variants"]) == 4
        assert len(set(chapter["sources"])) == len(chapter["sources"])
        marks = set(
            map(int, re.findall(r"\[(\d+)\]", str([chapter["reasons"], chapter["members"], chapter["findings"]])))
        )
        assert marks == set(range(1, len(chapter["sources"]) + 1))


@pytest.mark.parametrize("source", ["tianditu", "amap"])
def test_the_chinese_report_has_no_english_sentence_of_ours(
    source: str, joined: JoinedProgramme, audited: Audit, amap: Boundaries
) -> None:
    on = joined if source == "tianditu" else join(joined.programme, amap)
    result = audited if source == "tianditu" else audit(on)
    content = build_report_content(ReportInput(result, on, build_provenance(on, Selection())), "zh")
    ours = (
        "km from the rest",
        "is not in the source",
        "special area and",
        "members overlap",
        "has the code",
        "is called",
    )
    assert not [sentence for sentence in ours if sentence in str(content)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_font_has_every_character_of_the_report(lang: Language, joined: JoinedProgramme, audited: Audit) -> None:
    content = build_report_content(ReportInput(audited, joined, build_provenance(joined, Selection())), lang)
    assert [letter for letter in sorted(collect_characters(content)) if not is_printable({letter})] == []


def test_a_character_that_the_font_lacks_is_noticed() -> None:
    assert is_printable({"镇", "²", "−"})
    assert not is_printable({"\U0002f800", "a"})


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_stands_alone(lang: Language, few: Audit, joined: JoinedProgramme, told: dict[str, Any]) -> None:
    content = render_html(ReportInput(few, joined, told), lang)
    page = Page(content)
    assert {tag for tag, _ in page.tags} & {"script", "link", "iframe", "object", "form", "base"} == set()
    sources = [attributes["src"] for tag, attributes in page.tags if tag == "img"]
    assert len(sources) == 3
    assert all(source is not None and source.startswith("data:image/svg+xml;base64,") for source in sources)
    assert all(attributes["alt"] for tag, attributes in page.tags if tag == "img")
    policy = next(attributes["content"] for _, attributes in page.tags if "http-equiv" in attributes)
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    targets = {attributes["href"] for tag, attributes in page.tags if tag == "a"}
    assert targets == {"#zone-3", "#zone-10", "#method", "#provenance"}
    assert dict(page.tags)["html"] == {"lang": "zh-CN" if lang == "zh" else "en"}
    for needed in ("882.0", "−827.0", translate("reason_special_area_without_polygon", lang), told["boundary_sha256"]):
        assert needed in page.text


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_pdf_says_the_same_with_its_font_inside(
    lang: Language, few: Audit, joined: JoinedProgramme, told: dict[str, Any]
) -> None:
    content = render_pdf(ReportInput(few, joined, told), lang)
    reader = pypdf.PdfReader(io.BytesIO(content))
    text = squeezed(text_of(content))
    chapters = build_report_content(ReportInput(few, joined, told), lang)["zones"]
    for chapter in chapters:
        assert squeezed(chapter["glance"]) in text
        for reason in chapter["reasons"]:
            assert squeezed(reason["title"]) in text
            assert reason["km2"] in text
    assert "西咸新区" in text
    fonts = [
        font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        for page in reader.pages
        for font in (entry.get_object() for entry in page["/Resources"].get_object()["/Font"].values())
    ]
    assert fonts
    assert all("NotoSansSC" in font["/FontName"] and "/FontFile3" in font for font in fonts)
    assert reader.metadata is not None
    assert translate("report_title", lang) in str(reader.metadata.title)
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages} == {(595, 842)}


@pytest.mark.slow
def test_the_same_input_gives_the_same_bytes(
    few: Audit, joined: JoinedProgramme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1735689600")
    told = build_provenance(joined, Selection())
    assert told["generated"] == "2025-01-01T00:00:00Z"
    assert render_pdf(ReportInput(few, joined, told), "zh") == render_pdf(ReportInput(few, joined, told), "zh")


@pytest.mark.slow
def test_hostile_text_is_text_in_the_page(poisoned: JoinedProgramme) -> None:
    content = render_html(ReportInput(audit(poisoned), poisoned, build_provenance(poisoned, Selection())), "zh")
    page = Page(content)
    assert EVALUATED.encode() not in content
    assert not any("onerror" in attributes for _, attributes in page.tags)
    assert {tag for tag, _ in page.tags} & {"script", "svg"} == set()
    assert not any(str(attributes.get("href", "#")).startswith("javascript") for _, attributes in page.tags)
    assert all(piece in page.text for piece in PIECES)


@pytest.mark.slow
def test_hostile_text_is_text_in_the_pdf(poisoned: JoinedProgramme) -> None:
    content = render_pdf(ReportInput(audit(poisoned), poisoned, build_provenance(poisoned, Selection())), "en")
    text = squeezed(text_of(content))
    assert EVALUATED not in text
    assert all(squeezed(piece) in text for piece in PIECES)
    reader = pypdf.PdfReader(io.BytesIO(content))
    assert not any("/URI" in str(page.get("/Annots", "")) for page in reader.pages)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "没有可核对的数字。边界来源"), ("en", "so there is nothing to audit. Boundaries")]
)
def test_zones_without_a_stated_area_are_not_said_to_be_in_doubt(
    lang: Language, said: str, joined: JoinedProgramme, audited: Audit, told: dict[str, Any]
) -> None:
    zones = tuple(replace(zone, stated_area_km2=None, verdict="cannot_tell") for zone in audited.zones)
    content = build_report_content(ReportInput(replace(audited, zones=zones), joined, told), lang)
    assert said in content["summary"]
    assert {zone["glance"] for zone in content["zones"]} == {translate("report_glance_not_stated", lang)}


def test_an_audit_without_zones_is_a_report_too(joined: JoinedProgramme, told: dict[str, Any]) -> None:
    nothing = audit(joined, zones=[])
    assert Page(render_html(ReportInput(nothing, joined, told), "en")).text
    assert render_pdf(ReportInput(nothing, joined, told), "en").startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("newton.com.tw/wiki/%E9%95%B7", "newton.com.tw/wiki/長"),
        ("x.cn/a%20b", "x.cn/a%20b"),
        ("x.cn/%E2%80%AEfdp", "x.cn/%E2%80%AEfdp"),
        ("x.cn/%FF", "x.cn/%FF"),
        ("", ""),
    ],
)
def test_addresses_are_read_unless_that_would_hide_something(address: str, shown: str) -> None:
    assert format_address(address) == shown
