"""Codes and names of another year: recognised by the history of units, and taken for today's where the ground is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pilotzones.geo.boundaries.upload.code_search import is_same_name, is_same_polygon
from pilotzones.geo.boundaries.upload.raw_features import summarize_row_problems
from pilotzones.geo.places.name_variants import get_stem

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from pilotzones.geo.errors import Problem

__all__ = ["find_contradicting_names", "replace_former_codes"]


def replace_former_codes(
    counties: gpd.GeoDataFrame, reference: gpd.GeoDataFrame, numbers: NDArray[np.int64], *, file: str
) -> list[Problem]:
    """Replace codes that are no more by today's, in place, where the polygon is that of today's county.

    Parameters
    ----------
    counties : GeoDataFrame
        With the columns of a boundary frame.
    reference : GeoDataFrame
        The built-in counties.
    numbers : ndarray of int, shape (n,)
        Numbers of the rows in the file.
    file : str
        Name to report.

    Returns
    -------
    list of Problem
        A note for each row that has another code now.
    """
    codes, polygons = counties["adcode"], counties.geometry.to_numpy()
    known = reference.set_index("adcode").geometry
    places = np.flatnonzero((codes.notna() & ~codes.isin(known.index)).to_numpy())
    if not len(places):
        return []
    # Imported here: a file with today's codes does without the history.
    from pilotzones.geo.places.history import load_unit_index

    index, taken = load_unit_index(), set(codes)
    replaced: dict[int, str] = {}
    for place in places:
        # The statistics have other codes for some counties (139001 定州市).
        code = codes.iloc[place]
        aliases = [one.unit for one in index.statistical.get(code, ()) if one.kind == "alias"]
        today = {spell.counties for one in (code, *aliases) for spell in index.by_code.get(one, ())}
        # A code that was given twice is the one whose ground the polygon is.
        open_units = {units[0] for units in today if len(units) == 1} - taken
        same = [one for one in open_units if one in known.index and is_same_polygon(polygons[place], known[one])]
        if len(same) == 1:
            replaced[int(place)] = same[0]
            taken.add(same[0])
    values = [f"{codes.iloc[place]} → {code}" for place, code in replaced.items()]
    counties.loc[counties.index[list(replaced)], "adcode"] = np.array(list(replaced.values()), dtype=object)
    rows = [int(numbers[place]) for place in replaced]
    return summarize_row_problems(file, "code_of_other_year", rows, field="adcode", values=values, severity="info")


def find_contradicting_names(
    counties: gpd.GeoDataFrame, reference: gpd.GeoDataFrame, numbers: NDArray[np.int64], *, file: str
) -> list[Problem]:
    """Find names that the unit of the code never had.

    Parameters
    ----------
    counties, reference, numbers, file
        As for `replace_former_codes`.

    Returns
    -------
    list of Problem
        A warning for each row.
    """
    known = reference.drop(columns="geometry").set_index("adcode")
    official = counties["adcode"].map(known["name"])
    differs = (counties["name"].notna() & official.notna() & (counties["name"] != official)).to_numpy()
    places = [place for place in np.flatnonzero(differs) if not _is_known_name(counties.iloc[place], known)]
    if not places:
        return []
    values = [f"{counties['name'].iloc[place]} ({official.iloc[place]})" for place in places]
    rows = [int(numbers[place]) for place in places]
    return summarize_row_problems(file, "name_differs", rows, field="name", values=values, severity="warning")


def _is_known_name(county: gpd.GeoSeries, known: gpd.GeoDataFrame) -> bool:
    code, name = county["adcode"], county["name"]
    if is_same_name(name, *known.loc[code, ["name", "province", "prefecture"]]):
        return True
    from pilotzones.geo.places.history import load_unit_index

    index = load_unit_index()
    names = {spell.name for spell in index.by_code.get(code, ())}
    # A county that got its code later had another before.
    names |= {spell.name for own in index.by_code.get(code, ()) for spell in index.list_life(own)}
    return bool({name, get_stem(name)} & (names | {get_stem(former) for former in names}) - {""})
