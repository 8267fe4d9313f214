"""Members that another passage of the document takes back (注：嘉善县已退出试点) are for review."""

from __future__ import annotations

from dataclasses import replace

from pilotzones.geo.documents.models import Draft, DraftMember
from pilotzones.geo.places import resolve_text
from pilotzones.geo.places.reason_codes import ReviewReason, make_reason
from pilotzones.geo.places.text.normalization import fold_variants
from pilotzones.geo.places.text.retractions import has_retraction_cue

__all__ = ["review_taken_back"]


def review_taken_back(draft: Draft, *, as_of: str | None = None, province: str | None = None) -> Draft:
    """Put members up for review that the text outside of its tables takes back in another place.

    Parameters
    ----------
    draft : Draft
    as_of : str, optional
        Date of the document (ISO).
    province : str, optional
        Province it is about, name or code.

    Returns
    -------
    Draft
        The same object when nothing is taken back.
    """
    if not has_retraction_cue(fold_variants("".join(draft.text.split()))):
        return draft
    found = resolve_text(draft.text, as_of=as_of, province=province)
    removed: dict[str, ReviewReason] = {}
    for row in found.rows:
        taken = next((reason for reason in row.reasons if reason.code == "taken_back"), None)
        if row.op == "exclude" and taken is not None and not _stands_in_table(draft.text, row.start):
            words = dict(taken.values)["words"]
            why = make_reason("taken_back_elsewhere", name=row.listed_text, words=words)
            removed.update(dict.fromkeys(row.adcode, why))
    if not removed:
        return draft
    zones = (replace(zone, members=tuple(_review(member, removed) for member in zone.members)) for zone in draft.zones)
    return replace(draft, zones=tuple(zones))


def _stands_in_table(text: str, start: int) -> bool:
    line = text[text.rfind("\n", 0, start) + 1 :].split("\n", 1)[0]
    return "\t" in line


def _review(member: DraftMember, removed: dict[str, ReviewReason]) -> DraftMember:
    """A member as it is, or for review; what a person decided stays decided."""
    why = removed.get(member.adcode) if member.status == "accepted" and member.method != "decision" else None
    if why is None:
        return member
    return replace(member, kind="review", status="review", adcode="", division_type="", reasons=(*member.reasons, why))
