"""An audit as plain data: nested for JSON, flat for tables; figures rounded, nothing that is not a number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from typing import Any, Final

import pandas as pd

from pilotzones.geo.audit import finding_text
from pilotzones.geo.audit.models import Audit, DifferenceReason, Finding, Hypothesis, MemberAudit, Term, ZoneAudit
from pilotzones.geo.audit.sensitivity import Variant
from pilotzones.geo.catalogue.area_units import round_for_file
from pilotzones.geo.catalogue.membership import count_changes
from pilotzones.geo.join import JoinedProgramme

__all__ = ["MAX_READINGS", "TABLES", "build_audit_tables", "serialize_audit", "split_findings"]

# A reader wants the closest hypotheses; how many were tried stands beside them.
MAX_READINGS: Final = 10
TABLES: Final = ("zones", "members", "reasons", "readings", "findings", "variants", "changes")


def serialize_audit(audit: Audit, joined: JoinedProgramme) -> dict[str, Any]:
    """Return an audit as JSON values.

    Parameters
    ----------
    audit : Audit
    joined : JoinedProgramme
        What was audited.

    Returns
    -------
    dict
        Areas [km²] with three decimals and None for what is unknown; a ``computed_high_km2`` of None is an open
        interval. Zones, reasons and members stand in the order of the audit.
    """
    programme, info = joined.programme, joined.boundaries.info
    changes, undated = count_changes(programme, [zone.zone for zone in audit.zones])
    return {
        "programme": {
            "id": programme.id,
            "title": programme.title_zh,
            "title_en": programme.title_en,
            "document": programme.document_title,
            "document_number": programme.document_number or None,
            "document_date": programme.document_date or None,
        },
        "boundary_source": info.id,
        "boundary_date": info.as_of or None,
        "area_method": audit.area_method,
        "zones": [_serialize_zone(zone, joined) for zone in audit.zones],
        "findings": [_serialize_finding(finding) | {"values": dict(finding.values)} for finding in audit.findings],
        "membership": {"changes": [asdict(change) for change in changes], "members_without_date": undated},
    }


def _serialize_zone(zone: ZoneAudit, joined: JoinedProgramme) -> dict[str, Any]:
    return {
        **_serialize_zone_figures(zone, joined),
        "members_without_polygon": list(zone.uncounted),
        "reasons": [
            _serialize_reason(reason) | {"evidence": [_serialize_term(term) for term in reason.evidence]}
            for reason in zone.reasons
        ],
        "readings": [
            _serialize_reading(reading) | {"terms": [_serialize_term(term) for term in reading.terms]}
            for reading in zone.readings[:MAX_READINGS]
        ],
        "members": [
            _serialize_member(member)
            | {
                "other_sources_km2": {
                    source: round_for_file(area) for source, area in member.other_sources_km2.items()
                },
                "published": [_serialize_term(term) for term in member.published],
            }
            for member in zone.members
        ],
    }


def _serialize_zone_figures(zone: ZoneAudit, joined: JoinedProgramme) -> dict[str, Any]:
    about = joined.programme.get_zone(zone.zone)
    return {
        "order": zone.zone,
        "name": about.name_zh,
        "name_en": about.name_en,
        "stated_area_text": about.stated_area_text,
        "stated_area_km2": round_for_file(zone.stated_area_km2),
        "computed_area_km2": round_for_file(zone.computed_area_km2),
        "difference_km2": round_for_file(zone.difference_km2),
        "difference_pct": round_for_file(zone.difference_pct),
        "tolerance_km2": round_for_file(zone.tolerance_km2),
        "computed_low_km2": round_for_file(zone.computed_low_km2),
        "computed_high_km2": round_for_file(zone.computed_high_km2),
        "needed_from_special_areas_km2": round_for_file(zone.needed_from_special_km2),
        "verdict": zone.verdict,
        "members_counted": zone.members_counted,
        "members_total": zone.members_total,
        "readings_tried": len(zone.readings),
    }


def _serialize_member(member: MemberAudit) -> dict[str, Any]:
    return {
        "listed_name": member.record.member.listed_name,
        "status": member.record.status,
        "geometry_quality": member.record.quality.value,
        "coastal": member.coastal,
        "computed_area_km2": round_for_file(member.computed_km2),
    }


def _serialize_reason(reason: DifferenceReason) -> dict[str, Any]:
    return {"code": reason.code, "km2": round_for_file(reason.km2), "member": reason.member, "basis": reason.basis}


def _serialize_reading(reading: Hypothesis) -> dict[str, Any]:
    return {
        "kind": reading.kind,
        "needed_km2": round_for_file(reading.needed_km2),
        "contribution_km2": round_for_file(reading.contribution_km2),
        "rest_km2": round_for_file(reading.rest_km2),
        "determined": reading.determined,
    }


def _serialize_term(term: Term) -> dict[str, Any]:
    return {
        "name": term.title,
        "km2": round_for_file(term.km2),
        "most_km2": round_for_file(term.most_km2),
        "basis": term.basis,
        "meaning": f"inside {term.inside}" if term.inside else term.meaning,
        "as_of": term.as_of,
        "source": term.source,
        "address": term.address,
        "confidence": term.confidence,
    }


def _serialize_finding(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "zone": finding.zone,
        "member": finding.member,
        "compared": finding_text.describe_comparison(finding),
        "expected_km2": round_for_file(finding.expected_km2),
        "found_km2": round_for_file(finding.found_km2),
        "difference_km2": round_for_file(finding.difference_km2),
        "tolerance_km2": round_for_file(finding.tolerance_km2),
        "verdict": finding.verdict,
        "severity": finding.severity,
        "owner": finding.owner,
        "reason": finding.reason,
        "detail": finding_text.describe_finding(finding),
        "source": finding.citation,
    }


def build_audit_tables(
    audit: Audit, joined: JoinedProgramme, *, variants: Sequence[Variant] = ()
) -> dict[str, pd.DataFrame]:
    """Return an audit as flat tables, one row a record.

    Parameters
    ----------
    audit : Audit
    joined : JoinedProgramme
        What was audited.
    variants : sequence of Variant, optional
        The same zones with one thing changed; those of zones that are not in the audit are left out.

    Returns
    -------
    dict of str to DataFrame
        By the names in `TABLES`, each with all its columns even when it has no row. ``reasons`` and ``readings`` have
        one row for each term, or one for a reason without evidence; their ``number`` tells which terms belong together.
    """
    shown = {zone.zone for zone in audit.zones}
    rows: dict[str, list[dict[str, Any]]] = {
        "zones": [_serialize_zone_figures(zone, joined) for zone in audit.zones],
        "members": [row for zone in audit.zones for row in _build_member_rows(zone)],
        "reasons": [row for zone in audit.zones for row in _build_term_rows(zone, zone.reasons, _serialize_reason)],
        "readings": [
            row
            for zone in audit.zones
            for row in _build_term_rows(zone, zone.readings[:MAX_READINGS], _serialize_reading)
        ],
        "findings": [_serialize_finding(finding) for finding in audit.findings],
        "variants": [_serialize_variant(variant) for variant in variants if variant.zone in shown],
        "changes": [asdict(change) for change in count_changes(joined.programme, shown)[0]],
    }
    return {name: _make_frame(rows[name], _COLUMNS[name]) for name in TABLES}


def split_findings(findings: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Split the findings table by kind, in the order in which the kinds first occur."""
    return {str(kind): part.reset_index(drop=True) for kind, part in findings.groupby("kind", sort=False)}


def _build_member_rows(zone: ZoneAudit) -> Iterable[dict[str, Any]]:
    """Build one row for each published figure and each other source of a member, or one when there is neither."""
    for member in zone.members:
        own = {"zone": zone.zone, **_serialize_member(member)}
        compared = [
            {
                "compared_with": "published",
                "compared_km2": round_for_file(term.km2),
                "meaning": term.meaning,
                "as_of": term.as_of,
                "source": term.source,
                "address": term.address,
            }
            for term in member.published
        ]
        compared += [
            {"compared_with": source, "compared_km2": round_for_file(area)}
            for source, area in member.other_sources_km2.items()
        ]
        yield from ({**own, **other} for other in compared or [{}])


def _build_term_rows(
    zone: ZoneAudit, records: Sequence[Any], describe: Callable[[Any], dict[str, Any]]
) -> Iterable[dict[str, Any]]:
    for number, record in enumerate(records, start=1):
        terms = record.evidence if isinstance(record, DifferenceReason) else record.terms
        own = {"zone": zone.zone, "number": number, **describe(record)}
        if not terms:
            yield own
        for term in terms:
            yield own | {f"term_{field}": value for field, value in _serialize_term(term).items()}


def _serialize_variant(variant: Variant) -> dict[str, Any]:
    return {
        "zone": variant.zone,
        "changed": variant.changed,
        "value": variant.value,
        "computed_area_km2": round_for_file(variant.computed_area_km2),
        "moved_km2": round_for_file(variant.moved_km2),
    }


_TERM_COLUMNS: Final = tuple(
    f"term_{field}"
    for field in ("name", "km2", "most_km2", "basis", "meaning", "as_of", "source", "address", "confidence")
)
_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "zones": (
        *("order", "name", "name_en", "stated_area_text", "stated_area_km2", "computed_area_km2", "difference_km2"),
        *("difference_pct", "tolerance_km2", "computed_low_km2", "computed_high_km2", "needed_from_special_areas_km2"),
        *("verdict", "members_counted", "members_total", "readings_tried"),
    ),
    "members": (
        *("zone", "listed_name", "status", "geometry_quality", "coastal", "computed_area_km2", "compared_with"),
        *("compared_km2", "meaning", "as_of", "source", "address"),
    ),
    "reasons": ("zone", "number", "code", "km2", "member", "basis", *_TERM_COLUMNS),
    "readings": (
        *("zone", "number", "kind", "needed_km2", "contribution_km2", "rest_km2", "determined"),
        *_TERM_COLUMNS,
    ),
    "findings": (
        *("kind", "zone", "member", "compared", "expected_km2", "found_km2", "difference_km2", "tolerance_km2"),
        *("verdict", "severity", "owner", "reason", "detail", "source"),
    ),
    "variants": ("zone", "changed", "value", "computed_area_km2", "moved_km2"),
    "changes": ("year", "entries", "exits", "members"),
}


def _make_frame(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    # Objects keep whole numbers whole where some are unknown; what a row does not have is None like any other gap.
    cells = [[row.get(column) for column in columns] for row in rows]
    return pd.DataFrame(cells, columns=list(columns), dtype=object)
