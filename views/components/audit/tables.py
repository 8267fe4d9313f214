"""The audit as tables for reading: headings and words in the language of the page, figures as figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pilotzones.geo.audit import Finding, Hypothesis, MemberAudit, Variant, ZoneAudit
from pilotzones.geo.catalogue.chinese_texts import translate_text
from pilotzones.geo.messages import Language, translate
from pilotzones.layers.labels import (
    cite_finding,
    describe_comparison,
    describe_confidence,
    describe_finding,
    describe_meaning,
    format_address,
    format_term,
    get_source_name,
    label,
    name_members,
    name_variant,
)
from pilotzones.layers.place_labels import format_place_title
from pilotzones.layers.style.palette import format_verdict
from pilotzones.views.components.tables.data_table import make_number_column

__all__ = [
    "build_finding_table",
    "build_member_figures",
    "build_reading_table",
    "build_variant_table",
    "build_zone_figures",
    "get_number_columns",
    "round_figures",
]


def build_zone_figures(zones: Iterable[ZoneAudit], names: Mapping[int, str], lang: Language) -> pd.DataFrame:
    """Build one row a zone: stated, computed, interval, difference, verdict.

    Parameters
    ----------
    zones : iterable of ZoneAudit
    names : mapping of int to str
        Name of each zone by its number.
    lang : {"zh", "en"}

    Returns
    -------
    DataFrame
        Areas in km²; what is unknown is missing.
    """
    rows = [
        {
            "order": zone.zone,
            "zone": names[zone.zone],
            "verdict": format_verdict(zone.verdict, lang),
            "stated_area_km2": zone.stated_area_km2,
            "computed_area_km2": zone.computed_area_km2,
            "difference_km2": zone.difference_km2,
            "difference_pct": zone.difference_pct,
            "computed_low_km2": zone.computed_low_km2,
            "computed_high_km2": zone.computed_high_km2,
            "tolerance_km2": zone.tolerance_km2,
            "members_counted": translate("counted_of", lang, counted=zone.members_counted, total=zone.members_total),
        }
        for zone in zones
    ]
    return _build_table(rows, lang)


def build_reading_table(readings: Sequence[Hypothesis], lang: Language) -> pd.DataFrame:
    """Build one row a reading, closest first, with its terms in words."""
    rows = [
        {
            "terms": " + ".join(format_term(term, lang) for term in reading.terms),
            "contribution_km2": reading.contribution_km2,
            "needed_km2": reading.needed_km2,
            "rest_km2": reading.rest_km2,
            "basis": translate("report_reading_determined" if reading.determined else "report_reading_bounded", lang),
            "kind": translate(f"report_reading_kind_{reading.kind}", lang),
        }
        for reading in readings
    ]
    return _build_table(rows, lang)


def build_member_figures(members: Iterable[MemberAudit], source: str, lang: Language) -> pd.DataFrame:
    """Build one row for each published figure of a member, and one for a member without any.

    Parameters
    ----------
    members : iterable of MemberAudit
    source : str
        The boundary source that was audited.
    lang : {"zh", "en"}

    Returns
    -------
    DataFrame
        Areas in km²: computed on each source, published, and computed less published.
    """
    rows = []
    for member in members:
        own = {
            "listed_name": format_place_title(member.record.member.listed_name, lang),
            "geometry_quality": label("quality", member.record.quality_code, lang),
            "coastal": translate("report_yes" if member.coastal else "report_no", lang),
            translate("audit_computed_on", lang, source=get_source_name(source, lang)): member.computed_km2,
        }
        own |= {
            translate("audit_computed_on", lang, source=get_source_name(other, lang)): area
            for other, area in member.other_sources_km2.items()
        }
        for figure in member.published or (None,):
            published = None if figure is None else figure.km2
            known = published is not None and member.computed_km2 is not None
            row = own | {
                "published": published,
                "difference_km2": (member.computed_km2 or 0.0) - (published or 0.0) if known else None,
                "meaning": "" if figure is None else describe_meaning(figure, lang),
                "as_of": "" if figure is None else figure.as_of,
                "source": "" if figure is None else translate_text(figure.source, lang),
                "confidence": "" if figure is None else describe_confidence(figure, lang),
                "address": "" if figure is None else format_address(figure.address),
            }
            rows.append(row)
    return _build_table(rows, lang)


def build_variant_table(variants: Iterable[Variant], lang: Language) -> pd.DataFrame:
    """Build one row for each thing changed: to what, and how far that moves the computed area."""
    rows = [
        {
            "changed": translate(f"changed_{variant.changed}", lang),
            "value": name_variant(variant, lang),
            "computed_area_km2": variant.computed_area_km2,
            "moved_km2": variant.moved_km2,
        }
        for variant in variants
    ]
    return _build_table(rows, lang)


def build_finding_table(findings: Iterable[Finding], names: Mapping[int, str], lang: Language) -> pd.DataFrame:
    """Build one row a finding."""
    rows = [
        {
            "zone": f"{finding.zone} {names[finding.zone]}",
            "member": name_members(finding.members, lang),
            "kind": translate(f"finding_{finding.kind}", lang),
            "verdict": format_verdict(finding.verdict, lang),
            "severity": translate(f"severity_{finding.severity}", lang),
            "owner": translate(f"owner_{finding.owner}", lang),
            "expected_km2": finding.expected_km2,
            "found_km2": finding.found_km2,
            "difference_km2": finding.difference_km2,
            "tolerance_km2": finding.tolerance_km2,
            "reason": "" if finding.reason is None else translate(f"reason_{finding.reason}", lang),
            "compared": describe_comparison(finding, lang),
            "detail": describe_finding(finding, lang),
            "source": cite_finding(finding, lang),
        }
        for finding in findings
    ]
    return _build_table(rows, lang)


def round_figures(table: pd.DataFrame, lang: Language) -> pd.DataFrame:
    """Round the figures of a table of this module to what is shown: one decimal, a share in percent to two."""
    percent = label("column", "difference_pct", lang)
    floats = [heading for heading in table.columns if table[heading].dtype == float]
    return table.round({heading: 2 if heading == percent else 1 for heading in floats})


def get_number_columns(table: pd.DataFrame, lang: Language) -> dict[str, Any]:
    """Return how each figure of a table is written, by the heading it stands under.

    Parameters
    ----------
    table : DataFrame
        Of this module.
    lang : {"zh", "en"}

    Returns
    -------
    dict of str to column configuration
        Thousands apart; differences with their sign instead.
    """
    signed = {label("column", key, lang) for key in ("difference_km2", "difference_pct", "moved_km2", "rest_km2")}
    columns: dict[str, Any] = {}
    for heading in table.columns:
        if table[heading].dtype != float:
            continue
        if heading == label("column", "difference_pct", lang):
            columns[heading] = st.column_config.NumberColumn(format="%+.2f")
        elif heading in signed:
            columns[heading] = st.column_config.NumberColumn(format="%+.1f")
        else:
            columns[heading] = make_number_column()
    return columns


def _build_table(rows: Sequence[Mapping[str, object]], lang: Language) -> pd.DataFrame:
    """Put rows under headings in words; a key that is no column's name is a heading already."""
    frame = pd.DataFrame(rows)
    figures = [key for key in frame.columns if key.endswith(("km2", "km²", "pct")) or key == "published"]
    # A column of nothing but missing figures is one of figures all the same.
    return frame.astype(dict.fromkeys(figures, float)).rename(columns=lambda key: label("column", key, lang))
