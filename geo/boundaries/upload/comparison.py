"""A user's counties beside the built-in table: codes found by name, names filled, simplified and shifted borders."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from pilotzones.geo.boundaries.loader import load_counties
from pilotzones.geo.boundaries.sources import DEFAULT_SOURCE
from pilotzones.geo.boundaries.upload.code_search import find_codes, is_same_name
from pilotzones.geo.boundaries.upload.former_codes import find_contradicting_names, replace_former_codes
from pilotzones.geo.boundaries.upload.raw_features import sanitize_for_display
from pilotzones.geo.errors import Problem, make_list_fact, make_problem
from pilotzones.geo.geometry.datum_shift import find_offset, remove_shift
from pilotzones.geo.places.name_variants import get_stem

__all__ = ["compare_with_reference", "list_keys"]

_SHOWN_CODES: Final = 10
_FILLED: Final = ("name", "prefecture", "prefecture_adcode", "province", "province_adcode")
_KILOMETRES_A_DEGREE: Final = 111.0
# The built-in table is generalised itself: with less than half its vertices a border was simplified once more.
_MIN_DENSITY_SHARE: Final = 0.5
_MAX_AREA_DIFFERENCE: Final = 0.2


def list_keys(counties: gpd.GeoDataFrame) -> pd.Series:
    """List what each county is known by: its code, or its name where it has none.

    Parameters
    ----------
    counties : GeoDataFrame

    Returns
    -------
    Series
    """
    keys: pd.Series = counties["adcode"].where(counties["adcode"].notna(), counties["name"])
    return keys


def compare_with_reference(
    counties: gpd.GeoDataFrame,
    unrepaired: dict[str, shapely.Geometry],
    rows: NDArray[np.int64],
    file: str,
    *,
    repair: bool,
) -> list[Problem]:
    """Complete codes and names from the built-in table, and report where the file differs from it.

    Parameters
    ----------
    counties : GeoDataFrame
        Changed in place.
    unrepaired : dict of str to geometry
        The polygons as they came are added where the shift of GCJ-02 or BD-09 is undone.
    rows : ndarray of int, shape (n,)
        Numbers of the counties in the file.
    file : str
        Name to report.
    repair : bool
        Whether that shift is undone.

    Returns
    -------
    list of Problem
    """
    table = load_counties(DEFAULT_SOURCE)
    publisher = {"publisher_zh": table.info.name_zh, "publisher_en": table.info.name_en}
    problems = replace_former_codes(counties, table.counties, rows, file=file)
    problems += find_codes(counties, table.counties, publisher, rows, file=file)
    problems += _warn_same_names(counties, rows, file)
    contradicting = find_contradicting_names(counties, table.counties, rows, file=file)
    filled = _fill(counties, table.counties, publisher, file)
    # Where most contradict, one line says so for all.
    problems += filled if any(one.kind == "names_contradict" for one in filled) else contradicting + filled
    known = table.counties.set_index("adcode").geometry
    coded = counties["adcode"].isin(known.index).to_numpy()
    reference = known[counties["adcode"][coded]].to_numpy()
    problems += _find_simplification(counties.geometry.to_numpy()[coded], reference, publisher, file)
    found = find_offset(counties.geometry.to_numpy()[coded], reference)
    if found is not None:
        problems.append(_settle_offset(counties, unrepaired, *found, publisher=publisher, file=file, repair=repair))
    return problems


def _warn_same_names(counties: gpd.GeoDataFrame, rows: NDArray[np.int64], file: str) -> list[Problem]:
    """Warn of rows that nothing tells apart: taking one of them would be a guess."""
    alike: dict[tuple[str, str], list[int]] = {}
    open_rows = counties["adcode"].isna().to_numpy()
    above = counties["prefecture"].fillna("")
    for name, prefecture, row in zip(counties["name"][open_rows], above[open_rows], rows[open_rows], strict=True):
        alike.setdefault((name, prefecture), []).append(int(row))
    return [
        make_problem(
            file,
            "same_name",
            row=numbers[0],
            field="name",
            value=name,
            severity="warning",
            facts={"count": len(numbers)},
        )
        for (name, _), numbers in alike.items()
        if len(numbers) > 1
    ]


def _fill(
    counties: gpd.GeoDataFrame, reference: gpd.GeoDataFrame, publisher: Mapping[str, str], file: str
) -> list[Problem]:
    """Complete names from the built-in table by code, in place, and say what the table thinks of the codes."""
    known = reference.drop(columns="geometry").set_index("adcode")
    codes = counties["adcode"]
    coded = codes.isin(known.index)
    problems = []
    strange = codes.notna() & ~coded
    if strange.any():
        listing = ", ".join(codes[strange].head(_SHOWN_CODES)) + (" …" if strange.sum() > _SHOWN_CODES else "")
        facts = {"count": int(strange.sum()), **publisher, "codes": listing}
        problems.append(make_problem(file, "unknown_codes", field="adcode", severity="info", facts=facts))
    problems += _compare_names(counties.loc[coded], known, publisher, file)
    problems += _look_up_names(counties.loc[codes.isna(), "name"].dropna(), known, publisher, file)
    for column in ("prefecture", "province"):
        # 嘉兴 is 嘉兴市: names that differ in the level alone are written as the table has them.
        official = codes.map(known[column])
        short = coded & counties[column].notna() & (counties[column].map(_get_stem) == official.map(_get_stem))
        counties.loc[short, column] = official[short].astype(object)
    filled = {}
    for column in _FILLED:
        empty = coded & counties[column].isna()
        counties.loc[empty, column] = codes[empty].map(known[column]).astype(object)
        filled[column] = int(empty.sum())
    listed = [{"column": column, "rows": rows} for column, rows in filled.items() if rows]
    if listed:
        facts = {**publisher, **make_list_fact("columns", "filled", listed)}
        problems.append(make_problem(file, "cells_filled", severity="info", facts=facts))
    counties["name"] = counties["name"].where(counties["name"].notna(), codes)
    for column in _FILLED:
        counties[column] = counties[column].where(counties[column].notna(), "")
    return problems


def _get_stem(name: object) -> str:
    return get_stem(name) if isinstance(name, str) else ""


def _find_simplification(
    polygons: NDArray[Any], reference: NDArray[Any], publisher: Mapping[str, str], file: str
) -> list[Problem]:
    """Say that borders were simplified, and what that did to areas."""
    share = shapely.area(polygons) / shapely.area(reference)
    # A polygon of another extent than the county has another border.
    same = np.abs(share - 1.0) < _MAX_AREA_DIFFERENCE
    if not same.any():
        return []
    here, there = _measure_density(polygons[same]), _measure_density(reference[same])
    if here >= _MIN_DENSITY_SHARE * there:
        return []
    off = 100.0 * np.abs(share - 1.0)
    facts = {
        "here": f"{here:.2g}",
        "there": f"{there:.2g}",
        **publisher,
        "median": f"{np.median(off):.2g}",
        "most": f"{off.max():.2g}",
    }
    return [make_problem(file, "simplified", field="geometry", severity="warning", facts=facts)]


def _measure_density(polygons: NDArray[Any]) -> float:
    """Count the vertices a kilometre of border."""
    kilometres = shapely.length(polygons).sum() * _KILOMETRES_A_DEGREE
    return float(shapely.get_num_coordinates(polygons).sum() / kilometres)


def _look_up_names(names: pd.Series, known: pd.DataFrame, publisher: Mapping[str, str], file: str) -> list[Problem]:
    """Report names without codes that hardly any county has: most likely text read in an encoding it is not in."""
    strange = names[~names.isin(known["name"])]
    if 2 * len(strange) <= len(names):
        return []
    facts = {"count": len(strange), "total": len(names), **publisher}
    first = sanitize_for_display(strange.iloc[0])
    return [make_problem(file, "unknown_names", field="name", value=first, severity="warning", facts=facts)]


def _settle_offset(
    counties: gpd.GeoDataFrame,
    unrepaired: dict[str, shapely.Geometry],
    system: str,
    metres: float,
    *,
    publisher: Mapping[str, str],
    file: str,
    repair: bool,
) -> Problem:
    """Warn of coordinates in a shifted system; with consent bring them to WGS 84, in place."""
    facts = {"metres": f"{metres:.0f}", **publisher, "system": system}
    found = partial(make_problem, file, field="geometry", value=system, severity="warning", facts=facts)
    if not repair:
        return found("offset-as_it_is")
    for key, polygon in zip(list_keys(counties), counties.geometry, strict=True):
        unrepaired.setdefault(key, polygon)
    counties["geometry"] = remove_shift(counties.geometry.to_numpy(), system)
    return found("offset_undone")


def _compare_names(
    rows: gpd.GeoDataFrame, known: pd.DataFrame, publisher: Mapping[str, str], file: str
) -> list[Problem]:
    """Report names that contradict the codes: another encoding than was guessed, or codes of another year."""
    named = rows[rows["name"].notna()]
    differ = named[named["name"] != named["adcode"].map(known["name"])]
    official = known.loc[differ["adcode"], ["name", "province", "prefecture"]].itertuples(index=False)
    differ = differ[[not is_same_name(text, *names) for text, names in zip(differ["name"], official, strict=True)]]
    if 2 * len(differ) > len(named):
        facts = {"count": len(differ), "total": len(named), **publisher}
        first = sanitize_for_display(differ["name"].iloc[0])
        return [make_problem(file, "names_contradict", field="name", value=first, severity="warning", facts=facts)]
    return []
