"""The audit's report for reading and printing: one HTML file, or a PDF, of the same content."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final

import altair as alt
import typst
import vl_convert
from fontTools.ttLib import TTFont
from pylopdf_fonts_zh_cn import sans_path

from pilotzones.geo.errors import ExportError, make_problem
from pilotzones.geo.messages import Language, translate
from pilotzones.layers.charts.audit import build_overview_chart, build_waterfall_chart
from pilotzones.layers.html_templates import load_template, render_template
from pilotzones.layers.report.content import ReportData, ReportInput, build_report_content
from pilotzones.layers.style.palette import VERDICT_SIGNS

__all__ = [
    "collect_characters",
    "embed_font",
    "is_printable",
    "make_picture",
    "render_html",
    "render_pdf",
]

_FONT: Final = "Noto Sans SC"
_FALLBACKS: Final = "Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif"


def render_html(dossier: ReportInput, lang: Language) -> bytes:
    """Render the report as one HTML file that needs nothing from elsewhere.

    Parameters
    ----------
    dossier : ReportInput
    lang : {"zh", "en"}

    Returns
    -------
    bytes
        UTF-8. Every text is escaped, the figures are pictures inside the file, and the page forbids itself any script
        and any request.
    """
    content = _add_charts(dossier, lang)
    waterfalls = {zone["order"]: embed_font(zone["waterfall"]) for zone in content["zones"] if "waterfall" in zone}
    values = {"verdicts": content["verdicts"], "overview": embed_font(content["overview"]), "waterfalls": waterfalls}
    return render_template("audit_report.html", {"report": content} | values)


def render_pdf(dossier: ReportInput, lang: Language) -> bytes:
    """Render the report as a PDF on A4, tagged for screen readers, with its Chinese font embedded.

    Parameters
    ----------
    dossier : ReportInput
    lang : {"zh", "en"}

    Returns
    -------
    bytes
        The same input gives the same bytes, the time of the provenance included.

    Raises
    ------
    ExportError
        When the pages cannot be set.
    """
    content = _add_charts(dossier, lang)
    written = datetime.fromisoformat(str(dossier.provenance["generated"]))
    try:
        pages = typst.Compiler(
            font_paths=_load_fonts(with_system=not is_printable(collect_characters(content)))
        ).compile(
            input=load_template("audit_report.typ").encode(),
            sys_inputs={"report": json.dumps(content, ensure_ascii=False)},
            timestamp=int(written.timestamp()),
        )
    except typst.TypstError as error:
        raise ExportError(make_problem("", "pdf_not_made", facts={"reason": error.message})) from error
    if not isinstance(pages, bytes):
        raise ExportError(make_problem("", "pdf_no_page"))
    return pages


@cache
def _load_fonts(*, with_system: bool) -> typst.Fonts:
    """Return the report's font; for rare characters that it does not have, also those of the computer."""
    return typst.Fonts(include_system_fonts=with_system, font_paths=[str(sans_path().parent)])


def collect_characters(content: object) -> set[str]:
    """Collect every character the report sets.

    Parameters
    ----------
    content : dict, list or str
        Of `pilotzones.layers.report.content.build_report_content`.

    Returns
    -------
    set of str
    """
    if isinstance(content, str):
        return set(content)
    parts = content.values() if isinstance(content, dict) else content if isinstance(content, list) else ()
    return set().union(*map(collect_characters, parts))


def is_printable(wanted: set[str]) -> bool:
    """Return whether the report's own font has all these characters."""
    return {ord(letter) for letter in wanted if letter not in "\n\t\r"} <= _is_in_font()


@cache
def _is_in_font() -> frozenset[int]:
    with TTFont(sans_path(), lazy=True) as font:
        return frozenset(font.getBestCmap())


def _add_charts(dossier: ReportInput, lang: Language) -> ReportData:
    """Add the content with its figures."""
    content, audit = build_report_content(dossier, lang), dossier.audit
    names = {zone.zone: dossier.joined.programme.get_zone(zone.zone).name(lang) for zone in audit.zones}
    content["verdicts"] = [translate(f"verdict_{verdict}", lang) for verdict in VERDICT_SIGNS]
    content["columns"]["compared_with_own"] = translate("column_computed_area_km2", lang)
    content["overview"] = make_picture(build_overview_chart(audit.zones, names, lang))
    for chapter, zone in zip(content["zones"], audit.zones, strict=True):
        if zone.stated_area_km2 is not None and zone.computed_area_km2 is not None:
            chapter["waterfall"] = make_picture(build_waterfall_chart(zone, lang))
    return content


def make_picture(chart: alt.LayerChart) -> dict[str, str]:
    """Make a chart as SVG, drawn here: nothing is fetched."""
    spec: dict[str, Any] = chart.to_dict()
    spec.setdefault("config", {})["font"] = f"{_FONT}, {_FALLBACKS}"
    _register_font()
    return {
        "svg": vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]),
        "described": str(spec.get("description", "")),
    }


@cache
def _register_font() -> None:
    # Only to measure text with the font it will be set in.
    vl_convert.register_font_directory(str(sans_path().parent))


def embed_font(picture: Mapping[str, str]) -> dict[str, str]:
    """Embed a picture as an address that holds it; inside an <img> an SVG can neither run nor fetch anything."""
    data = base64.b64encode(picture["svg"].encode()).decode()
    return {"address": f"data:image/svg+xml;base64,{data}", "described": picture["described"]}
