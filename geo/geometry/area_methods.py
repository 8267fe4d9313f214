"""The names of the area methods; apart from their code, so that a command lists them without NumPy and pyproj."""

from __future__ import annotations

from typing import Final

__all__ = ["DEFAULT_METHOD", "METHODS"]

METHODS: Final = ("geodesic", "equal_area", "ellipsoid")
DEFAULT_METHOD: Final = "geodesic"
