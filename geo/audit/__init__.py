"""The area audit: stated, published and computed figures compared, and every difference explained or left open."""

from pilotzones.geo.audit.models import (
    Audit,
    DifferenceReason,
    Finding,
    Hypothesis,
    MemberAudit,
    Term,
    Verdict,
    ZoneAudit,
)
from pilotzones.geo.audit.runner import audit
from pilotzones.geo.audit.sensitivity import Variant, compute_variants

__all__ = [
    "Audit",
    "DifferenceReason",
    "Finding",
    "Hypothesis",
    "MemberAudit",
    "Term",
    "Variant",
    "Verdict",
    "ZoneAudit",
    "audit",
    "compute_variants",
]
