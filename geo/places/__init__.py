"""A place name, a column or a text -> a county, a special area, a town, or a question for review."""

from pilotzones.geo.places.decisions import Decision, Decisions
from pilotzones.geo.places.models import Candidate, Resolution, Row
from pilotzones.geo.places.resolve import resolve_names, resolve_text

__all__ = ["Candidate", "Decision", "Decisions", "Resolution", "Row", "resolve_names", "resolve_text"]
