"""A place name, a column or a text -> a county, a special area, a town, or a question for review."""

from pilotzones.geo.places.decisions import Decision, Decisions
from pilotzones.geo.places.models import Candidate, Resolution, ResolvedRow
from pilotzones.geo.places.resolve import resolve_names, resolve_text

__all__ = ["Candidate", "Decision", "Decisions", "Resolution", "ResolvedRow", "resolve_names", "resolve_text"]
