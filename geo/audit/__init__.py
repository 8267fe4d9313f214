"""The area audit: stated, published and computed figures compared, and every difference explained or left open."""

from pilotzones.geo.audit.models import Audit, Finding, MemberAudit, Reading, Reason, Term, Verdict, ZoneAudit
from pilotzones.geo.audit.runner import audit
from pilotzones.geo.audit.sensitivity import Variant, variants

__all__ = [
    "Audit",
    "Finding",
    "MemberAudit",
    "Reading",
    "Reason",
    "Term",
    "Variant",
    "Verdict",
    "ZoneAudit",
    "audit",
    "variants",
]
