"""What the audit's report says, as plain text in one language: the page and the print are two settings of it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pilotzones.geo.audit import Audit, DifferenceReason, Finding, Hypothesis, MemberAudit, Term, Variant, ZoneAudit
from pilotzones.geo.audit.serialization import MAX_READINGS
from pilotzones.geo.catalogue.models import Zone
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.messages import Language, format_difference_percent, format_number, join_texts, translate
from pilotzones.layers.labels import (
    cite_finding,
    describe_comparison,
    describe_finding,
    describe_meaning,
    format_citation,
    format_interval,
    format_term,
    get_source_name,
    label,
    name_members,
    name_variant,
)
from pilotzones.layers.place_labels import format_place_title
from pilotzones.layers.report.notes import build_provenance_rows, list_method_notes
from pilotzones.layers.style.palette import VERDICT_SIGNS, format_verdict

__all__ = ["ReportInput", "build_report_content"]

ReportData = dict[str, Any]
_LABELS: Final = (
    *("contents", "summary", "overview", "waterfall", "figures", "reasons", "reasons_none", "total", "readings"),
    *("readings_none", "members", "variants", "findings", "findings_none", "sources", "method", "provenance"),
    "finding_counts",
)
# Less than this prints as 0.0 [km²].
_SHOWN_KM2: Final = 0.05
# Shown elsewhere in a zone's chapter: its figures, and the table of its members.
_IN_TABLES: Final = ("zone_area", "member_area", "source_difference")


@dataclass(frozen=True)
class ReportInput:
    """What a report of an audit is made of.

    Parameters
    ----------
    audit : Audit
    joined : Joined
        What was audited.
    provenance : mapping
        Of `pilotzones.geo.export.build_provenance`.
    variants : sequence of Variant, optional
        Adds to each zone how far one change at a time moves its area.
    """

    audit: Audit
    joined: JoinedProgramme
    provenance: Mapping[str, object]
    variants: Sequence[Variant] = ()


def build_report_content(dossier: ReportInput, lang: Language) -> ReportData:
    """Return the report without its figures.

    Parameters
    ----------
    dossier : ReportInput
    lang : {"zh", "en"}

    Returns
    -------
    dict
        Strings, lists and dicts only. Every string is text: whoever sets it escapes it for the format.
    """
    audit, joined = dossier.audit, dossier.joined
    programme = joined.programme
    title = programme.title(lang)
    return {
        "lang": lang,
        "title": translate("report_title", lang),
        "running": translate("report_running", lang, programme=title),
        "subtitle": translate("report_subtitle", lang, programme=title, document=programme.document_title),
        "labels": {name: translate(f"report_label_{name}", lang) for name in _LABELS},
        "columns": {name: translate(f"column_{name}", lang) for name in _COLUMNS},
        "summary": _compose_summary(audit, joined, lang),
        "summary_rows": [_make_summary_row(zone, joined.programme.get_zone(zone.zone), lang) for zone in audit.zones],
        "finding_counts": _count_findings(audit.findings, lang),
        "zones": [_build_chapter(zone, dossier, lang) for zone in audit.zones],
        "notes": list_method_notes(lang),
        "provenance": build_provenance_rows(dossier.provenance, lang),
    }


_COLUMNS: Final = (
    *("order", "zone", "stated_area_km2", "computed_area_km2", "difference_km2", "difference_pct", "tolerance_km2"),
    *("verdict", "reason", "km2", "basis", "kind", "terms", "contribution_km2", "rest_km2", "determined"),
    *("listed_name", "geometry_quality", "compared_with", "published", "changed", "value", "moved_km2", "member"),
    *("detail", "count", "needed_km2"),
)


def _name_outcome(zone: ZoneAudit) -> str:
    return zone.verdict if zone.stated_area_km2 is not None else "not_stated"


def _compose_summary(audit: Audit, joined: JoinedProgramme, lang: Language) -> str:
    basis = {"source": _name_boundaries(joined, lang), "method": translate(f"method_{joined.method}", lang)}
    if audit.zones and all(_name_outcome(zone) == "not_stated" for zone in audit.zones):
        return translate("report_summary_not_stated", lang, reason=translate("no_stated_area", lang), **basis)
    counts = Counter(zone.verdict for zone in audit.zones)
    named = (f"{translate(f'verdict_{name}', lang)} {counts[name]}" for name in VERDICT_SIGNS if counts[name])
    return translate(
        "report_summary",
        lang,
        count=len(audit.zones),
        verdicts=join_texts(named, lang, zh="，"),
        **basis,
    )


def _name_boundaries(joined: JoinedProgramme, lang: Language) -> str:
    info = joined.boundaries.info
    name = info.name(lang)
    return translate("noted", lang, text=name, note=info.review_number) if info.review_number else name


def _make_summary_row(zone: ZoneAudit, about: Zone, lang: Language) -> list[str]:
    return [
        str(zone.zone),
        about.name(lang),
        format_number(zone.stated_area_km2),
        format_number(zone.computed_area_km2, 1),
        format_number(zone.difference_km2, 1, signed=True),
        format_number(zone.difference_pct, 2, signed=True),
        format_number(zone.tolerance_km2, 1),
        format_verdict(zone.verdict, lang),
    ]


def _count_findings(findings: Iterable[Finding], lang: Language) -> list[list[str]]:
    """Count each kind of finding: its name, how many, and how many of each verdict."""
    counts = Counter((finding.kind, finding.verdict) for finding in findings)
    kinds = dict.fromkeys(kind for kind, _ in counts)
    rows = []
    for kind in kinds:
        by_verdict = [counts[kind, verdict] for verdict in VERDICT_SIGNS]
        rows.append([label("finding", kind, lang), str(sum(by_verdict)), *(str(count or "–") for count in by_verdict)])
    return rows


def _build_chapter(zone: ZoneAudit, dossier: ReportInput, lang: Language) -> ReportData:
    about = dossier.joined.programme.get_zone(zone.zone)
    sources = _Sources(lang)
    return {
        "order": zone.zone,
        "name": about.name(lang),
        "verdict": format_verdict(zone.verdict, lang),
        "verdict_code": zone.verdict,
        "glance": translate(f"report_glance_{_name_outcome(zone)}", lang),
        "figures": _list_figures(zone, about, dossier.joined, lang),
        "reasons": [_describe_reason(reason, sources, lang) for reason in zone.reasons],
        "reasons_total": format_number(math.fsum(reason.km2 or 0.0 for reason in zone.reasons), 1, signed=True),
        "readings_note": _compose_readings_note(zone, lang),
        "readings": [_make_reading_row(reading, lang) for reading in zone.readings[:MAX_READINGS]],
        "other_sources": [get_source_name(source, lang) for source in _list_other_sources(zone)],
        "members": [_make_member_row(member, _list_other_sources(zone), sources, lang) for member in zone.members],
        "variants": [_make_variant_row(variant, lang) for variant in dossier.variants if variant.zone == zone.zone],
        "findings": [
            _make_finding_row(finding, sources, lang)
            for finding in dossier.audit.findings
            if finding.zone == zone.zone and finding.kind not in _IN_TABLES
        ],
        "sources": sources.texts,
    }


class _Sources:
    """The sources one chapter cites, each once, numbered in order of first use."""

    def __init__(self, lang: Language) -> None:
        self._lang = lang
        self.texts: list[str] = []

    def cite(self, text: str) -> str:
        """Mark of a source in square brackets; empty for an empty text."""
        if not text:
            return ""
        if text not in self.texts:
            self.texts.append(text)
        return f"[{self.texts.index(text) + 1}]"

    def cite_term(self, term: Term) -> str:
        """Mark of the source of a figure."""
        return self.cite(format_citation(term, self._lang))


def _list_figures(zone: ZoneAudit, about: Zone, joined: JoinedProgramme, lang: Language) -> list[list[str]]:
    rows = [
        (
            translate("stated", lang),
            "–"
            if zone.stated_area_km2 is None
            else translate(
                "report_stated_verbatim",
                lang,
                km2=f"{format_number(zone.stated_area_km2)} km²",
                text=about.stated_area_text,
            ),
        ),
        (
            translate("computed", lang),
            " · ".join(
                (
                    _format_km2(zone.computed_area_km2),
                    _name_boundaries(joined, lang),
                    translate(f"method_{joined.method}", lang),
                )
            ),
        ),
        (
            translate("difference", lang),
            "–"
            if zone.difference_km2 is None
            else f"{_format_km2(zone.difference_km2, signed=True)} · {format_difference_percent(zone.difference_pct)}",
        ),
        (
            translate("report_tolerance", lang),
            "–" if zone.tolerance_km2 is None else f"± {_format_km2(zone.tolerance_km2)}",
        ),
        (translate("interval", lang), format_interval(zone, lang, unit_twice=True)),
        (translate("members_counted", lang), _format_count(zone, lang)),
    ]
    if zone.needed_from_special_km2 is not None:
        rows.insert(5, (translate("report_needed", lang), f"{format_number(zone.needed_from_special_km2, 1)} km²"))
    return [list(row) for row in rows]


def _format_km2(value: float | None, *, signed: bool = False) -> str:
    """Return a figure with its unit; nothing known has none."""
    return "–" if value is None else f"{format_number(value, 1, signed=signed)} km²"


def _format_count(zone: ZoneAudit, lang: Language) -> str:
    counted = translate("counted_of", lang, counted=zone.members_counted, total=zone.members_total)
    if not zone.uncounted:
        return counted
    return translate("report_without_polygon", lang, counted=counted, names=name_members(zone.uncounted, lang))


def _describe_reason(reason: DifferenceReason, sources: _Sources, lang: Language) -> ReportData:
    return {
        "title": translate(f"reason_{reason.code}", lang),
        "member": format_place_title(reason.member, lang),
        "km2": _format_signed(reason.km2),
        "basis": translate(f"basis_{reason.basis}", lang),
        "evidence": [_describe_evidence(term, sources, lang) for term in reason.evidence],
    }


def _format_signed(km2: float | None) -> str:
    """Format a reason's figure; what one decimal would show as +0.0 or −0.0 is about nothing."""
    if km2 is None:
        return "?"
    return "≈ 0" if 0 < abs(km2) < _SHOWN_KM2 else format_number(km2 + 0.0, 1, signed=km2 != 0)


def _describe_evidence(term: Term, sources: _Sources, lang: Language) -> str:
    known = " · ".join(filter(None, (describe_meaning(term, lang), term.as_of)))
    figure = format_term(term, lang, unit=" km²")
    noted = translate("noted", lang, text=figure, note=known) if known else figure
    return " ".join(filter(None, (noted, sources.cite_term(term))))


def _compose_readings_note(zone: ZoneAudit, lang: Language) -> str:
    if not zone.readings:
        return translate("report_label_readings_none", lang)
    shown = min(len(zone.readings), MAX_READINGS)
    return translate("report_readings_note", lang, tried=len(zone.readings), shown=shown)


def _make_reading_row(reading: Hypothesis, lang: Language) -> list[str]:
    signed = "".join(
        f" {'−' if term.km2 < 0 else '+'} {format_term(term, lang, signed=False)}" for term in reading.terms
    )
    terms = signed.removeprefix(" + ").strip()
    certain = (
        translate("report_reading_determined", lang)
        if reading.determined
        else translate("report_reading_bounded", lang)
    )
    return [
        translate(f"report_reading_kind_{reading.kind}", lang),
        terms,
        format_number(reading.contribution_km2, 1),
        format_number(reading.needed_km2, 1),
        _format_signed(reading.rest_km2),
        certain,
    ]


def _list_other_sources(zone: ZoneAudit) -> list[str]:
    return list(dict.fromkeys(source for member in zone.members for source in member.other_sources_km2))


def _make_member_row(member: MemberAudit, others: Sequence[str], sources: _Sources, lang: Language) -> list[str]:
    def describe_published(term: Term) -> str:
        noted = translate("noted", lang, text=format_number(term.km2, 1), note=describe_meaning(term, lang))
        return " ".join(filter(None, (noted, sources.cite_term(term))))

    return [
        format_place_title(member.record.member.listed_name, lang),
        translate(f"quality_{member.record.quality_code}", lang),
        format_number(member.computed_km2, 1),
        *(format_number(member.other_sources_km2.get(source), 1) for source in others),
        join_texts(map(describe_published, member.published), lang, zh="；", en="; ") or "–",
    ]


def _make_variant_row(variant: Variant, lang: Language) -> list[str]:
    moved = variant.moved_km2
    # A method moves thousandths of a km²; one decimal would say nothing moved.
    digits = 1 if abs(moved) >= 1 or moved == 0 else 3
    return [
        translate(f"changed_{variant.changed}", lang),
        name_variant(variant, lang),
        format_number(variant.computed_area_km2, 1),
        format_number(moved + 0.0, digits, signed=moved != 0),
    ]


def _make_finding_row(finding: Finding, sources: _Sources, lang: Language) -> list[str]:
    sentence = " ".join(filter(None, (describe_finding(finding, lang), sources.cite(cite_finding(finding, lang)))))
    about = sentence
    if finding.kind == "special_overlap":
        about = translate("pair", lang, name=describe_comparison(finding, lang), value=sentence)
    return [
        label("finding", finding.kind, lang),
        name_members(finding.members, lang) or "–",
        about or "–",
        format_number(finding.found_km2, 1),
        format_verdict(finding.verdict, lang),
    ]
