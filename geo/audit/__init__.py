"""The area audit: stated, published and computed figures compared, and every difference explained or left open."""

from geo.audit.records import Audit, Finding, MemberAudit, Reading, Reason, Term, Verdict, ZoneAudit
from geo.audit.run import audit
from geo.audit.sources import Variant, variants

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
