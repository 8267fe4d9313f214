"""What a person decided about open members: applied to a draft, and to members that the resolver has no row for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pilotzones.geo.documents.members.builder import EXCLUDED, build_member
from pilotzones.geo.documents.models import Draft, DraftMember, DraftZone
from pilotzones.geo.places import Decisions, ResolvedRow
from pilotzones.geo.places.column_resolver import parse_month
from pilotzones.geo.places.former_ground import apply_ground
from pilotzones.geo.places.reason_codes import make_reason

__all__ = ["apply_decisions", "make_pending_row"]


def make_pending_row(member: DraftMember) -> ResolvedRow:
    """Turn the question that an open member puts into a row to decide on.

    Parameters
    ----------
    member : DraftMember
        Of a draft, in review or unresolved.

    Returns
    -------
    ResolvedRow
        Its context is the resolver's, or where the member stands in the document when the resolver found no place in it.
    """
    return ResolvedRow(
        member.position, member.listed_text, "include", "county", "unresolved" if member.status == "unresolved" else "review",
        name=member.name, province=member.province, prefecture=member.prefecture, method=member.method,
        reasons=member.reasons, candidates=member.candidates, context=member.context or str(member.place),
    )  # fmt: skip


def apply_decisions(draft: Draft, decisions: Decisions, *, as_of: str | None = None) -> Draft:
    """Apply decisions to the members of a draft that are still open.

    Parameters
    ----------
    draft : Draft
        Made with the same decisions, so that the resolver's rows are settled already.
    decisions : Decisions
    as_of : str, optional
        Date of the document; by default the one that it gives itself.

    Returns
    -------
    Draft
        With as many members. A decision for a place that the zone has already makes a duplicate.
    """
    month = parse_month(as_of or draft.document_date or None)
    return replace(draft, zones=tuple(_settle_zone(zone, decisions, month) for zone in draft.zones))


def _settle_zone(zone: DraftZone, decisions: Decisions, month: str | None) -> DraftZone:
    members = list(zone.members)
    for index, member in enumerate(members):
        if not member.is_open:
            continue
        pending = make_pending_row(member)
        row = decisions.apply(pending)
        # What the document takes out of something is no member, whichever place it is.
        if row is not pending and len(row.adcode) <= 1 and not (row.adcode and EXCLUDED in member.reasons):
            decided = build_member(apply_ground([row], month)[0], member.place)
            members[index] = _mark_duplicate(
                replace(decided, position=member.position, context=member.context), members
            )
    return replace(zone, members=tuple(members))


def _mark_duplicate(decided: DraftMember, members: Sequence[DraftMember]) -> DraftMember:
    """Mark a place that the zone lists already, and give a name that the zone has for another place its prefecture."""
    others = [member for member in members if member.position != decided.position]
    same = next(
        (other for other in others if decided.adcode and other.adcode == decided.adcode and not other.is_open), None
    )
    if same is not None:
        why = make_reason("listed_before", position=same.position)
        return replace(decided, status="duplicate", reasons=(*decided.reasons, why))
    names = Counter(other.listed_name for other in others)
    if names[decided.listed_name] and decided.prefecture:
        return replace(decided, listed_name=f"{decided.prefecture}{decided.listed_name}")
    return decided
