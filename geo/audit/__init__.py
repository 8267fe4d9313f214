"""The area audit: stated, published and computed figures compared, and every difference explained or left open."""

from pilotzones.geo.audit.models import Audit, Finding, Hypothesis, MemberAudit, Reason, Term, Verdict, ZoneAudit
from pilotzones.geo.audit.runner import audit
from pilotzones.geo.audit.sensitivity import Variant, variants

__all__ = [
    "Audit",
    "Finding",
    "Hypothesis",
    "MemberAudit",
    "Reason",
    "Term",
    "Variant",
    "Verdict",
    "ZoneAudit",
    "audit",
    "variants",
]
