"""The audit's workbook, read back by another library: every figure a number, every text a text, nothing calculated."""

from __future__ import annotations

import dataclasses
import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from pilotzones.geo.audit import Audit, audit, compute_variants
from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.errors import ExportError
from pilotzones.geo.export import build_provenance
from pilotzones.geo.join import JoinedProgramme, join
from pilotzones.geo.messages import LANGUAGES, Language, translate
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.report.content import ReportInput
from pilotzones.layers.report.workbook import render_xlsx
from tests.helpers.hostile_programme import PIECES, hostile

if TYPE_CHECKING:
    from pilotzones.geo.boundaries.models import Boundaries
    from pilotzones.geo.catalogue.models import Programme


def read(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture(scope="module")
def books(audited: Audit, joined: JoinedProgramme) -> dict[str, Any]:
    told, moved = build_provenance(joined, Selection()), compute_variants(joined, audited.comparison)
    return {lang: read(render_xlsx(ReportInput(audited, joined, told, moved), lang)) for lang in LANGUAGES}


def cells(book: Any) -> list[Any]:
    return [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_summary_then_a_sheet_for_each_kind_of_finding(lang: Language, books: dict[str, Any], audited: Audit) -> None:
    names = books[lang].sheetnames
    kinds = list(dict.fromkeys(finding.kind for finding in audited.findings))
    assert names[0] == translate("sheet_summary", lang)
    assert names[1 : 1 + len(kinds)] == [translate(f"finding_{kind}", lang)[:31] for kind in kinds]
    assert names[1 + len(kinds) :] == [
        translate(f"sheet_{name}", lang) for name in ("reasons", "readings", "members", "variants", "method")
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_headings_are_in_the_language_frozen_and_filtered(lang: Language, books: dict[str, Any]) -> None:
    for sheet in books[lang].worksheets[:-1]:
        assert sheet.freeze_panes.endswith("2"), sheet.title
        assert sheet.auto_filter.ref.startswith("A1:"), sheet.title
        assert sheet.column_dimensions["A"].width >= 8
    summary = books[lang].worksheets[0]
    assert [cell.value for cell in summary[1]][:2] == [translate("column_order", lang), translate("column_name", lang)]
    assert summary.max_row == 12


def test_figures_are_numbers_with_a_format(books: dict[str, Any], audited: Audit) -> None:
    summary = books["en"].worksheets[0]
    heads = [cell.value for cell in summary[1]]
    for zone, row in zip(audited.zones, summary.iter_rows(min_row=2), strict=True):
        by_head = dict(zip(heads, row, strict=True))
        cell = by_head["Difference (km²)"]
        assert (cell.data_type, cell.number_format) == ("n", "+#,##0.0;-#,##0.0;0.0")
        assert cell.value == pytest.approx(zone.difference_km2, abs=0.001)
        assert by_head["Verdict"].value == translate(f"verdict_{zone.verdict}", "en")
    assert dict(zip(heads, summary[4], strict=True))["High (km²)"].value is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_finding_is_there(lang: Language, books: dict[str, Any], audited: Audit) -> None:
    kinds = {finding.kind for finding in audited.findings}
    rows = sum(sheet.max_row - 1 for sheet in books[lang].worksheets[1 : 1 + len(kinds)])
    assert rows == len(audited.findings)


def test_hostile_text_is_text(programme: Programme, tianditu: Boundaries) -> None:
    poisoned = join(hostile(programme, (3, 10)), tianditu)
    book = read(render_xlsx(ReportInput(audit(poisoned), poisoned, build_provenance(poisoned, Selection())), "zh"))
    everything = cells(book)
    assert {cell.data_type for cell in everything} <= {"s", "n"}
    assert not any(cell.hyperlink for cell in everything)
    texts = [str(cell.value) for cell in everything]
    assert any(text.startswith("=1+1 ") for text in texts)
    assert all(any(piece in text for text in texts) for piece in PIECES)


def test_a_text_too_long_for_a_cell_is_an_error_and_never_cut(joined: JoinedProgramme, audited: Audit) -> None:
    long = dataclasses.replace(audited.findings[0], quoted="长" * 32_768)
    result = dataclasses.replace(audited, findings=(long,))
    with pytest.raises(ExportError, match="32,768 characters"):
        render_xlsx(ReportInput(result, joined, build_provenance(joined, Selection())), "zh")


def test_places_have_their_english_names_before_their_own(books: dict[str, Any]) -> None:
    found = {cell.value for cell in cells(books["en"])}
    assert {"Xixian New Area 西咸新区", "Xixian New Area 西咸新区 ∩ Xingping City 兴平市"} <= found
    assert "西咸新区" in {cell.value for cell in cells(books["zh"])}


def test_control_characters_do_not_break_the_file(joined: JoinedProgramme, audited: Audit) -> None:
    odd = dataclasses.replace(audited.findings[0], quoted="a\x01b\x0b[c]")
    result = dataclasses.replace(audited, findings=(odd, dataclasses.replace(odd, kind="a/b:c[d]*?" * 9)))
    book = read(render_xlsx(ReportInput(result, joined, build_provenance(joined, Selection())), "en"))
    assert "ab[c]" in {cell.value for cell in cells(book)}
    assert len(set(book.sheetnames)) == len(book.sheetnames)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_polygon_of_a_prefecture_is_not_called_that_of_a_county(lang: Language, tianditu: Boundaries) -> None:
    whole = join(load_programme("big_data_zones_2016"), tianditu)
    dossier = ReportInput(audit(whole), whole, build_provenance(whole, Selection()), ())
    sheet = read(render_xlsx(dossier, lang))[translate("sheet_members", lang)]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    names, qualities = (
        rows[0].index(translate(f"column_{name}", lang)) for name in ("listed_name", "geometry_quality")
    )
    said = {row[names]: row[qualities] for row in rows[1:]}
    found = next(words for name, words in said.items() if "沈阳市" in name)
    assert found == translate("quality_exact_prefecture", lang)
