"""Zones found in fields, lists and tables of a document."""
