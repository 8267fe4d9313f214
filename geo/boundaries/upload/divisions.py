"""Codes and names of divisions, today's and former ones: what a column of a user's file is recognised by.

Read from the catalogue without pandas and without polygons, so that the process that opens files can afford it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pilotzones.geo.files.checksums import read_checked_records

__all__ = ["Divisions", "load_divisions"]

_SUFFIXES = ("特别行政区", "自治区", "自治州", "地区", "省", "市", "盟")


@dataclass(frozen=True)
class Divisions:
    """What the cells of a column are compared with.

    Parameters
    ----------
    known : mapping of str to frozenset of str
        By role of a column, as `pilotzones.geo.boundaries.upload.attribute_mapping.read_columns` names the roles: the
        codes or names that a cell may have. Counties include former ones and units that have no counties below them.
    above : frozenset of str
        Codes of provinces and prefectures that have counties below them.
    names_above : frozenset of str
        Names of those that are no county's today, though many a former county had one (嘉兴市).
    """

    known: Mapping[str, frozenset[str]]
    above: frozenset[str]
    names_above: frozenset[str]


@cache
def load_divisions() -> Divisions:
    """Load the divisions of the catalogue.

    Returns
    -------
    Divisions

    Raises
    ------
    CatalogueError
        When a table is missing or altered.
    """
    today, former = read_checked_records("places/divisions.csv"), read_checked_records("places/name_history.csv")
    counties = [row for row in today if row["level"] == "county"]
    # A county that a province runs directly is its own prefecture.
    above = {row["prefecture_code"] for row in counties if row["prefecture_code"] != row["code"]}
    above |= {row["code"][:2] + "0000" for row in counties}
    lowest = [row for row in today if row["code"] not in above]
    former_counties = [row for row in former if not row["code"].endswith("00")]
    prefectures = {row["prefecture"] for row in today if row["prefecture"]}
    provinces = {row["province"] for row in today}
    known = {
        "adcode": {row["code"] for row in (*lowest, *former_counties)},
        "name": {row["name"] for row in (*lowest, *former_counties)},
        "prefecture": prefectures | {_cut_suffix(name) for name in prefectures},
        "prefecture_adcode": {row["prefecture_code"] for row in today if row["level"] != "province"},
        "province": provinces | {_cut_suffix(name) for name in provinces},
        "province_adcode": {row["code"] for row in today if row["level"] == "province"},
    }
    names_above = (prefectures | provinces) - {row["name"] for row in lowest}
    return Divisions(
        {role: frozenset(values) for role, values in known.items()}, frozenset(above), frozenset(names_above)
    )


def _cut_suffix(name: str) -> str:
    return next((name.removesuffix(suffix) for suffix in _SUFFIXES if name.endswith(suffix)), name)
