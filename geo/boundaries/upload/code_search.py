"""Codes of rows that have none: by name within province and prefecture, checked by place, or by place alone.

A name alone is no proof, since counties of one name are many; a polygon in the right place is. Rows whose name and place
do not agree get no code, and stand in the issue log for review.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from pilotzones.geo.boundaries.upload.raw_features import sanitize_for_display, summarize_row_problems
from pilotzones.geo.errors import Problem, make_problem
from pilotzones.geo.places.name_variants import get_stem
from pilotzones.geo.places.romanization import romanize, split_syllables
from pilotzones.geo.places.text.normalization import fold_variants

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

__all__ = ["DOUBTS", "find_codes", "is_same_name", "is_same_polygon"]

_HAN: Final = re.compile("[\u3400-\u9fff]")
# Two polygons are the same county when their areas and the places of their centres agree to this share.
_MAX_AREA_DIFFERENCE: Final = 0.05
_MAX_CENTRE_DISTANCE: Final = 0.05
_GENERIC_WORDS: Final = re.compile(r"(?:shi|xian|qu|qi|district|county|city|banner)$")

# Issues of rows that need a look.
DOUBTS: Final = ("code_by_place", "name_elsewhere", "no_match")


@dataclass(frozen=True)
class _CodeMatch:
    """How a row was matched: the reference row, and how sure that is."""

    row: int | None
    kind: str = ""
    found: str = ""


def find_codes(
    counties: gpd.GeoDataFrame,
    reference: gpd.GeoDataFrame,
    publisher: Mapping[str, str],
    numbers: NDArray[np.int64],
    *,
    file: str,
) -> list[Problem]:
    """Fill the codes of rows that have none, in place.

    Parameters
    ----------
    counties : GeoDataFrame
        With the columns of a boundary frame; None where a cell is empty.
    reference : GeoDataFrame
        The built-in counties.
    publisher : mapping of str to str
        Names of who publishes the reference, as facts of a problem.
    numbers : ndarray of int, shape (n,)
        Numbers of the rows in the file.
    file : str
        Name to report.

    Returns
    -------
    list of Problem
        What was filled, and every row that is doubtful.
    """
    rows = np.flatnonzero(counties["adcode"].isna().to_numpy())
    if not len(rows):
        return []
    search = _Search(reference)
    polygons = counties.geometry.to_numpy()
    matches = [search.match(counties.iloc[row], polygons[row]) for row in rows]
    codes = [None if match.row is None else search.codes[match.row] for match in matches]
    # Two rows of one county would be a guess, and so would be a county that has a row of its own.
    taken = set(counties["adcode"].dropna())
    unique = [code if code and codes.count(code) == 1 and code not in taken else None for code in codes]
    counties.loc[counties.index[rows], "adcode"] = np.array(unique, dtype=object)
    filled = sum(code is not None for code in unique)
    problems = []
    if filled:
        facts = {"count": filled, **publisher}
        problems.append(make_problem(file, "codes_filled", field="adcode", severity="info", facts=facts))
    return problems + _report_doubts(counties["name"].to_numpy()[rows], numbers[rows], matches, file)


def _report_doubts(
    names: NDArray[Any], numbers: NDArray[np.int64], matches: Sequence[_CodeMatch], file: str
) -> list[Problem]:
    problems: list[Problem] = []
    for kind in DOUBTS:
        doubtful = [place for place, match in enumerate(matches) if match.kind == kind]
        values = [
            f"{sanitize_for_display(names[place])} → {matches[place].found}" if matches[place].found else names[place]
            for place in doubtful
        ]
        rows = [int(numbers[place]) for place in doubtful]
        problems += summarize_row_problems(file, kind, rows, field="name", values=values, severity="warning")
    return problems


class _Search:
    """The reference by name, by stem and by place."""

    def __init__(self, reference: gpd.GeoDataFrame) -> None:
        self.codes: list[str] = reference["adcode"].tolist()
        self._names: list[str] = reference["name"].tolist()
        self._parents = list(zip(reference["province"], reference["prefecture"], strict=True))
        self._above = {
            level: [get_stem(name) or name for name in reference[level]] for level in ("prefecture", "province")
        }
        self._polygons: NDArray[Any] = reference.geometry.to_numpy()
        self._tree = shapely.STRtree(self._polygons)
        self._by_name: dict[str, list[int]] = {}
        for row, name in enumerate(self._names):
            for form in {name, get_stem(name) or name}:
                self._by_name.setdefault(form, []).append(row)

    def match(self, county: Any, polygon: shapely.Geometry) -> _CodeMatch:
        """Match one row that has no code."""
        name = fold_variants(county["name"] or "")
        here = set(self._tree.query(shapely.point_on_surface(polygon), predicate="intersects").tolist())
        named = self._by_name.get(name) or self._by_name.get(get_stem(name)) or self._find_by_full_name(name)
        candidates = self._filter_by_parents(named, county)
        placed = [row for row in candidates if row in here]
        if len(placed) == 1:
            return _CodeMatch(placed[0])
        same = [row for row in here if is_same_polygon(polygon, self._polygons[row])]
        if len(same) == 1 and not candidates:
            row = same[0]
            sure = _is_romanized(name, self._names[row])
            return _CodeMatch(row, "" if sure else "code_by_place", f"{self._names[row]} ({self.codes[row]})")
        return _CodeMatch(None, "name_elsewhere" if candidates else "no_match")

    def _find_by_full_name(self, name: str) -> list[int]:
        """Find the counties whose name stands behind that of their province, prefecture or both."""
        for start in range(1, len(name) - 1):
            rows = [
                row for row in self._by_name.get(name[start:], ()) if name[:start] in _join_parents(*self._parents[row])
            ]
            if rows:
                return rows
        return []

    def _filter_by_parents(self, rows: list[int], county: Any) -> list[int]:
        for level, stems in self._above.items():
            stated = fold_variants(county[level] or "")
            # A parent in Latin letters or of another year says nothing about which county is meant.
            if stated and (get_stem(stated) or stated) in stems:
                rows = [row for row in rows if stems[row] == (get_stem(stated) or stated)]
        return rows


def is_same_polygon(polygon: shapely.Geometry, known: shapely.Geometry) -> bool:
    """Return whether two polygons are drawings of one county: of the same size in the same place.

    Parameters
    ----------
    polygon, known : shapely geometry

    Returns
    -------
    bool
    """
    area, expected = shapely.area(polygon), shapely.area(known)
    distance = shapely.distance(shapely.centroid(polygon), shapely.centroid(known))
    is_near = distance < _MAX_CENTRE_DISTANCE * np.sqrt(expected)
    return bool(abs(area / expected - 1.0) < _MAX_AREA_DIFFERENCE and is_near)


def is_same_name(text: str, name: str, province: str, prefecture: str) -> bool:
    """Return whether a cell is the name of a county, perhaps without its last word, behind its parents, or in Latin letters.

    Parameters
    ----------
    text : str
        The cell.
    name, province, prefecture : str
        Of the county.

    Returns
    -------
    bool
    """
    text = fold_variants(text)
    for form in (name, get_stem(name) or name):
        if text.endswith(form) and text.removesuffix(form) in ("", *_join_parents(province, prefecture)):
            return True
    return _is_romanized(text, name)


@lru_cache(maxsize=1_000)
def _join_parents(province: str, prefecture: str) -> frozenset[str]:
    """Join names of a province and a prefecture, whole or short, as they stand before that of a county."""
    provinces, prefectures = (
        {province, get_stem(province) or province},
        {prefecture, get_stem(prefecture) or prefecture},
    )
    return frozenset(provinces | prefectures | {first + second for first in provinces for second in prefectures})


def _is_romanized(text: str, name: str) -> bool:
    """Return whether Latin letters are the Pinyin or the English of a Chinese name."""
    if _HAN.search(text):
        return False
    plain = _GENERIC_WORDS.sub("", "".join(mark for mark in text.casefold() if mark.isalpha()))
    spelled = "".join(split_syllables(get_stem(name) or name)).casefold()
    english = "".join(mark for mark in romanize(name).casefold() if mark.isalpha())
    return plain in (spelled, english, _GENERIC_WORDS.sub("", english))
