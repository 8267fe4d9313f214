"""KML read in one pass: placemarks of all folders as features, the folder as a column.

GDAL opens the file anew for every folder, which takes minutes for a map of one folder a province.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from pilotzones.geo.boundaries.upload.formats.format_checks import parse_xml
from pilotzones.geo.boundaries.upload.raw_features import (
    FOLDER,
    check_size,
    sanitize_for_display,
    summarize_row_problems,
)
from pilotzones.geo.errors import IntakeError, Problem, make_problem
from pilotzones.geo.sandbox.limits import Limits

__all__ = ["read_placemarks"]

_CONTAINERS: Final = ("Document", "Folder")
_NO_AREA: Final = ("Point", "LineString")
_NUMBER: Final = r"[+-]?(?:\d{1,20}\.?\d{0,30}|\.\d{1,30})(?:[eE][+-]?\d{1,3})?"
# Longitude, latitude and perhaps a height; KML has no blanks within a position.
_POSITION: Final = re.compile(rf"{_NUMBER},{_NUMBER}(?:,(?:{_NUMBER})?)?")
# The text of a whole ring in one go.
_POSITIONS: Final = re.compile(rf"\s*+(?:{_POSITION.pattern}(?:\s++|\Z))*+")


def read_placemarks(path: Path, *, file: str, limits: Limits) -> list[dict[str, Any]]:
    """Read the placemarks of a KML.

    Parameters
    ----------
    path : Path
    file : str
        Name to report.
    limits : Limits

    Returns
    -------
    list of dict
        Features of GeoJSON: ``Name``, ``description`` and the extended data as properties, and `FOLDER` where there are
        several folders.

    Raises
    ------
    IntakeError
        When the file is damaged, holds a program, or has more placemarks than are read.
    """
    found = _Placemarks()
    problems = parse_xml(path, file=file, start=found.start, end=found.end, text=found.add_text)
    problems = problems or found.list_problems(file)
    if problems:
        raise IntakeError(str(problems[0]), problems)
    features = found.features
    check_size(file, limits, features=len(features))
    if len({feature["properties"][FOLDER] for feature in features}) < 2:
        for feature in features:
            del feature["properties"][FOLDER]
    return features


class _Placemarks:
    """Handlers for a parser that read a KML.

    Attributes
    ----------
    root : str
        Local name of the outermost element.
    features : list of dict
    damaged : dict of int to str
        By number of the placemark, the first position of it that is damaged.
    twice : dict of int to str
        By number of the placemark, the name of a property that has two values.
    """

    def __init__(self) -> None:
        self.root = ""
        self.features: list[dict[str, Any]] = []
        self.damaged: dict[int, str] = {}
        self.twice: dict[int, str] = {}
        self._path: list[str] = []
        self._folders: list[str | None] = []
        self._row: dict[str, Any] | None = None
        self._polygons: list[list[Any]] = []
        self._other: str | None = None
        self._key = ""
        self._text: list[str] = []
        self._number = 0

    def list_problems(self, file: str) -> list[Problem]:
        """List what keeps the file from being read: another root than `kml`, damaged positions, ambiguous values."""
        if self.root != "kml":
            return [make_problem(file, "wrong_kind-xml", value=sanitize_for_display(self.root))]
        rows, positions = list(self.damaged), list(self.damaged.values())
        return summarize_row_problems(
            file, "damaged-kml_position", rows, field="coordinates", values=positions
        ) or summarize_row_problems(file, "damaged-value_twice", list(self.twice), values=list(self.twice.values()))

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Note where an element begins."""
        local = name.rpartition(":")[2]
        self.root = self.root or local
        if self._path[-1:] == ["coordinates"]:
            # Text alone is allowed there; what stands around an element would be taken for whole numbers.
            self.damaged.setdefault(self._number, f"<{local}>")
        self._path.append(local)
        self._text = []
        if local in _CONTAINERS:
            self._folders.append(None)
        elif local == "Placemark":
            self._number += 1
            self._row, self._polygons, self._other = {}, [], None
        elif local in ("SimpleData", "Data"):
            self._key = attributes.get("name", "")
        elif local == "Polygon":
            self._polygons.append([])
        elif local in _NO_AREA and self._other is None:
            self._other = local

    def add_text(self, text: str) -> None:
        """Collect the text of an element."""
        self._text.append(text)

    def end(self, name: str) -> None:
        """Take what an element says once it is complete."""
        local = name.rpartition(":")[2]
        self._path.pop()
        parent = self._path[-1] if self._path else ""
        text = "".join(self._text)
        if local in _CONTAINERS:
            self._folders.pop()
        elif local == "name" and parent in _CONTAINERS:
            self._folders[-1] = text.strip() if parent == "Folder" else None
        elif local == "coordinates":
            self._end_coordinates(parent, text)
        elif self._row is not None:
            self._end_in_placemark(local, parent, text)
        self._text = []

    def _end_coordinates(self, parent: str, text: str) -> None:
        damaged = _find_damaged_position(text)
        if damaged is not None:
            self.damaged.setdefault(self._number, damaged)
        elif parent == "LinearRing" and self._row is not None and self._polygons:
            self._polygons[-1].append(_read_positions(text))

    def _end_in_placemark(self, local: str, parent: str, text: str) -> None:
        assert self._row is not None
        if parent == "Placemark" and local in ("name", "description"):
            self._set("Name" if local == "name" else local, text)
        elif local == "SimpleData" or (local == "value" and parent == "Data"):
            self._set(self._key, text)
        elif local == "Placemark":
            self._finish()

    def _set(self, key: str, text: str) -> None:
        assert self._row is not None
        if self._row.setdefault(key, text) != text:
            self.twice.setdefault(len(self.features) + 1, key)

    def _finish(self) -> None:
        folder = "/".join(name for name in self._folders if name) or None
        geometry: dict[str, Any] | None = None
        if self._polygons:
            geometry = {"type": "MultiPolygon", "coordinates": self._polygons}
            if len(self._polygons) == 1:
                geometry = {"type": "Polygon", "coordinates": self._polygons[0]}
        elif self._other is not None:
            geometry = {"type": self._other, "coordinates": []}
        properties = {**(self._row or {}), FOLDER: folder}
        self.features.append({"type": "Feature", "properties": properties, "geometry": geometry})
        self._row = None


def _find_damaged_position(text: str) -> str | None:
    """Find the first position that is none; GDAL would skip it."""
    if _POSITIONS.fullmatch(text) is not None:
        return None
    return next((position for position in text.split() if _POSITION.fullmatch(position) is None), None)


def _read_positions(text: str) -> list[Sequence[float]]:
    """Read longitude, latitude and height of each vertex of a ring whose positions are undamaged."""
    stated = text.split()
    axes = stated[0].count(",") + 1 if stated else 0
    joined = ",".join(stated)
    # Two or three numbers each, and none of them left out.
    if joined.count(",") == axes * len(stated) - 1 and ",," not in joined and not joined.endswith(","):
        return list(zip(*[map(float, joined.split(","))] * axes, strict=True))
    return [[float(number) for number in one.split(",") if number] for one in stated]
