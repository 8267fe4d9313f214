"""Boundary sources: built-in ones and users' files."""
