"""Rows of the layers that are exported."""
