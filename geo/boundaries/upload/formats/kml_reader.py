"""KML read in one pass: placemarks of all folders as features, the folder as a column.

GDAL opens the file anew for every folder, which takes minutes for a map of one folder a province.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from xml.parsers import expat

from pilotzones.geo.boundaries.upload.formats.format_checks import check_before_opening
from pilotzones.geo.boundaries.upload.raw_features import FOLDER, make_refusal, summarize_row_problems
from pilotzones.geo.errors import IntakeError

if TYPE_CHECKING:
    from pathlib import Path

    from pilotzones.geo.sandbox.limits import Limits

__all__ = ["read_placemarks"]

_CONTAINERS: Final = ("Document", "Folder")
_NO_AREA: Final = ("Point", "LineString")


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
    problems = check_before_opening(path, "kml", file)
    if problems:
        raise IntakeError(str(problems[0]), problems)
    found = _Placemarks()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = found.start, found.end
    parser.CharacterDataHandler = found.add_text
    with path.open("rb") as stream:
        parser.ParseFile(stream)
    features = found.features
    if found.twice:
        rows, names = list(found.twice), list(found.twice.values())
        problems = summarize_row_problems(file, "damaged-value_twice", rows, values=names)
        raise IntakeError(str(problems[0]), problems)
    if len(features) > limits.features:
        raise make_refusal(file, "too_large-features", features=f"{len(features):,}", most=f"{limits.features:,}")
    if len({feature["properties"][FOLDER] for feature in features}) < 2:
        for feature in features:
            del feature["properties"][FOLDER]
    return features


class _Placemarks:
    """Handlers for a parser that read a KML.

    Attributes
    ----------
    features : list of dict
    twice : dict of int to str
        By number of the placemark, the name of a property that has two values.
    """

    def __init__(self) -> None:
        self.features: list[dict[str, Any]] = []
        self.twice: dict[int, str] = {}
        self._path: list[str] = []
        self._folders: list[str | None] = []
        self._row: dict[str, Any] | None = None
        self._polygons: list[list[Any]] = []
        self._other: str | None = None
        self._key = ""
        self._text: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Note where an element begins."""
        local = name.rpartition(":")[2]
        self._path.append(local)
        self._text = []
        if local in _CONTAINERS:
            self._folders.append(None)
        elif local == "Placemark":
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
        if local in _CONTAINERS:
            self._folders.pop()
        elif local == "name" and parent in _CONTAINERS:
            self._folders[-1] = "".join(self._text).strip() if parent == "Folder" else None
        elif self._row is not None:
            self._end_in_placemark(local, parent)
        self._text = []

    def _end_in_placemark(self, local: str, parent: str) -> None:
        assert self._row is not None
        text = "".join(self._text)
        if parent == "Placemark" and local in ("name", "description"):
            self._set("Name" if local == "name" else local, text)
        elif local == "SimpleData" or (local == "value" and parent == "Data"):
            self._set(self._key, text)
        elif local == "coordinates" and parent == "LinearRing" and self._polygons:
            self._polygons[-1].append(_read_positions(text))
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


def _read_positions(text: str) -> list[list[float]]:
    """Read longitude, latitude and height of each vertex of a ring."""
    stated = text.split()
    axes = stated[0].count(",") + 1 if stated else 0
    if axes > 1 and all(one.count(",") == axes - 1 for one in stated):
        numbers = map(float, ",".join(stated).split(","))
        return [list(position) for position in zip(*[numbers] * axes, strict=True)]
    return [[float(number) for number in one.split(",") if number] for one in stated]
