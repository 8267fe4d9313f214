"""Resolve mentions of places: roles, disambiguation and review."""
