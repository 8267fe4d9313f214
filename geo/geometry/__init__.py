"""Geometry on the ellipsoid: areas, coordinate systems, repair, simplification."""
