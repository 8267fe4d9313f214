"""The codes of audits and overlay checks in words of both languages: what was compared and found, and where a figure is from."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from typing import Final
from urllib.parse import unquote

from pilotzones.geo.audit import Finding, Term, Variant, ZoneAudit, finding_text
from pilotzones.geo.boundaries.sources import BUILT_IN, get_source_info
from pilotzones.geo.catalogue.chinese_texts import translate_text
from pilotzones.geo.messages import (
    Language,
    format_difference_percent,
    format_number,
    join_texts,
    load_messages,
    translate,
)
from pilotzones.layers.place_labels import format_place_title

__all__ = [
    "cite_finding",
    "describe_comparison",
    "describe_confidence",
    "describe_finding",
    "describe_meaning",
    "format_address",
    "format_citation",
    "format_difference",
    "format_interval",
    "format_term",
    "get_source_name",
    "label",
    "name_members",
    "name_overlay_class",
    "name_overlay_reason",
    "name_term",
    "name_variant",
]


def label(family: str, code: str, lang: Language) -> str:
    """Return what a code of one family is called.

    Parameters
    ----------
    family : str
        First part of the message's key: ``verdict``, ``reason``, ``basis`` …
    code : str
    lang : {"zh", "en"}

    Returns
    -------
    str
        The code itself where no message names it: a figure's meaning may be in words of the catalogue's own.
    """
    known = load_messages().get(f"{family}_{code}")
    return code if known is None else known[lang]


def describe_meaning(term: Term, lang: Language) -> str:
    """Describe what a published figure includes, in words."""
    if term.inside:
        return translate("report_inside", lang, member=format_place_title(term.inside, lang))
    return label("meaning", term.meaning, lang)


def name_members(names: Iterable[str], lang: Language) -> str:
    """Name members that are named together, in English each with its English name before the document's own."""
    return join_texts((format_place_title(name, lang) for name in names), lang)


def name_term(term: Term, lang: Language) -> str:
    """Return what a figure is about: a member, or two of which it is what they share."""
    return " ∩ ".join(format_place_title(name, lang) for name in (term.name, term.overlap_with) if name)


def get_source_name(source: str, lang: Language) -> str:
    """Name of a boundary source; the id itself for a file of the user's."""
    return get_source_info(source).name(lang) if source in BUILT_IN else source


def describe_comparison(finding: Finding, lang: Language) -> str:
    """Describe what a finding compares."""
    named = format_place_title if finding.kind == "special_overlap" else get_source_name
    return finding_text.describe_comparison(finding, lang, against=named(finding.against, lang))


def describe_finding(finding: Finding, lang: Language) -> str:
    """Describe a finding: sentences of ours in the language `lang`, quotations as they are."""
    if finding.kind == "member_area":
        return " ".join(filter(None, (label("meaning", finding.values["meaning"], lang), finding.values["as_of"])))
    return finding_text.describe_finding(replace(finding, quoted=translate_text(finding.quoted, lang)), lang)


def format_interval(zone: ZoneAudit, lang: Language, *, unit_twice: bool = False) -> str:
    """Format what the area of a zone lies between, the unit at its end or at both ends; a dash where nothing is known."""
    if zone.computed_low_km2 is None:
        return "–"
    number = format_number(zone.computed_low_km2, 1)
    if zone.computed_high_km2 is None:
        return translate("report_interval_open", lang, low=f"{number} km²")
    if zone.computed_high_km2 == zone.computed_low_km2:
        return f"{number} km²"
    low = f"{number} km²" if unit_twice else number
    return translate("report_interval", lang, low=low, high=f"{format_number(zone.computed_high_km2, 1)} km²")


def format_difference(zone: ZoneAudit) -> str:
    """Format the difference between computed and stated area, in km² and in percent."""
    percent = format_difference_percent(zone.difference_pct)
    return f"{format_number(zone.difference_km2, 1, signed=True)} km² ({percent})"


def name_variant(variant: Variant, lang: Language) -> str:
    """Name what a figure was computed with instead: another method, or another source."""
    value = variant.value
    return label("method", value, lang) if variant.changed == "method" else get_source_name(value, lang)


def format_term(term: Term, lang: Language, *, unit: str = "", signed: bool = True) -> str:
    """Format a summand of a reading: name, figure, and how sure it is.

    Parameters
    ----------
    term : Term
    lang : {"zh", "en"}
    unit : str, optional
        Written after each figure.
    signed : bool, optional
        Whether what is taken out keeps its minus sign; without it the sign stands before the name.

    Returns
    -------
    str
    """
    name = name_term(term, lang)
    figure = format_number(term.km2 if signed else abs(term.km2), 1) + unit
    if term.basis == "bounded":
        return translate(
            "report_term_bounded", lang, name=name, km2=figure, most=format_number(term.most_km2, 1) + unit
        )
    if term.basis == "computed":
        return translate("report_term_computed", lang, name=name, km2=figure)
    return f"{name} {figure}"


def format_citation(term: Term, lang: Language) -> str:
    """Return where a figure comes from: source, date, confidence, address; empty when the catalogue does not say."""
    as_of = f"{translate('column_as_of', lang)} {term.as_of}" if term.as_of else ""
    return " · ".join(
        filter(
            None,
            (translate_text(term.source, lang), as_of, describe_confidence(term, lang), format_address(term.address)),
        )
    )


def cite_finding(finding: Finding, lang: Language) -> str:
    """Return where a finding's figure or quotation stands: source and address; empty when the catalogue does not say."""
    return format_address(" ".join(filter(None, (translate_text(finding.source, lang), finding.address))))


def describe_confidence(term: Term, lang: Language) -> str:
    """Describe how far the source of a figure can be relied on, in words; empty where the catalogue does not grade it."""
    return translate(f"confidence_{term.confidence}", lang) if term.confidence else ""


def format_address(address: str) -> str:
    """Format an address with its percent escapes read, unless that would bring in characters that cannot be seen."""
    plain = unquote(address, errors="replace")
    hidden = "�" in plain or any(unicodedata.category(letter)[0] in "CZ" for letter in plain)
    return address if hidden else plain


_REASON_KEYS: Final = {"GCJ-02": "gcj02", "BD-09": "bd09"}


def name_overlay_class(value: str, lang: Language) -> str:
    """Name a class of conflicts.

    Parameters
    ----------
    value : str
        Of `pilotzones.geo.overlay.models.ConflictClass`.
    lang : {"zh", "en"}

    Returns
    -------
    str
    """
    return translate(f"overlay_class_{value}", lang)


def name_overlay_reason(value: str, lang: Language) -> str:
    """Name the reason of a conflict.

    Parameters
    ----------
    value : str
        Of `pilotzones.geo.overlay.reasons.REASONS`.
    lang : {"zh", "en"}

    Returns
    -------
    str
        Empty where the reason is unknown.
    """
    return translate(f"overlay_reason_{_REASON_KEYS.get(value, value)}", lang) if value else ""
