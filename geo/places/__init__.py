"""A place name, a column or a text -> a county, a special area, a town, or a question for review."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pilotzones.geo.places.column_resolver import resolve_names
    from pilotzones.geo.places.decisions import Decision, Decisions
    from pilotzones.geo.places.models import Candidate, Resolution, ResolvedRow
    from pilotzones.geo.places.resolve import resolve_text

__all__ = ["Candidate", "Decision", "Decisions", "Resolution", "ResolvedRow", "resolve_names", "resolve_text"]

# The resolver takes a third of a second to import; who needs a single module of this folder does without it.
_LATE: Final = {
    **dict.fromkeys(("Decision", "Decisions"), "pilotzones.geo.places.decisions"),
    **dict.fromkeys(("Candidate", "Resolution", "ResolvedRow"), "pilotzones.geo.places.models"),
    "resolve_names": "pilotzones.geo.places.column_resolver",
    "resolve_text": "pilotzones.geo.places.resolve",
}


def __getattr__(name: str) -> Any:
    """Import the resolver when it is first needed (PEP 562)."""
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATE[name]), name)
