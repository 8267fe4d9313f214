"""Geometry of the interactive map: encoding, levels of detail, the store."""
