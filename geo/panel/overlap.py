"""Where programmes meet: counties that two of them share and since when, and ground under one, two, three programmes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import pandas as pd

from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.errors import PanelError, make_problem
from pilotzones.geo.panel.rules import FIRST_YEAR, LAST_YEAR, PanelRules
from pilotzones.geo.panel.treatment import CountyHit, find_treatments
from pilotzones.geo.query.applicability import ApplicabilityIndex

__all__ = ["OVERLAP_TABLES", "ProgrammeOverlap", "measure_overlap"]

OVERLAP_TABLES: Final = ("pairs", "zones", "areas", "counties")
_COVERED: Final = ("whole", "whole_prefecture")
_MAX_COUNTED: Final = 3
_COUNTRY: Final = "全国"


@dataclass(frozen=True)
class ProgrammeOverlap:
    """Where programmes meet, as tables.

    Parameters
    ----------
    pairs : DataFrame
        A row for each two programmes: counties and area [km²] that both cover as a whole, counties that one of them only
        touches (a host or a town), the first year in which both applied in one of the counties, counties in which one
        had ended before the other began (`apart`), and counties of which that is not known.
    zones : DataFrame
        The same for each zone of one programme and each other programme.
    areas : DataFrame
        For each province and the country: area [km²] under no, one, two, and three or more programmes, each piece of
        ground once, and the share under any [%].
    counties : DataFrame
        Every county with its area, the number of programmes that cover it, and their ids with first years.
    undated : mapping of str to int
        Counties of each programme whose first year is not known; with a year they are left out.
    """

    pairs: pd.DataFrame
    zones: pd.DataFrame
    areas: pd.DataFrame
    counties: pd.DataFrame
    undated: Mapping[str, int]


def measure_overlap(
    applicability: ApplicabilityIndex,
    areas_km2: Sequence[float],
    *,
    zones_of: str | None = None,
    year: int | None = None,
) -> ProgrammeOverlap:
    """Measure where the programmes of an index meet.

    Parameters
    ----------
    applicability : ApplicabilityIndex
    areas_km2 : sequence of float
        Area of each county of the index [km²].
    zones_of : str, optional
        Programme whose zones are compared with the others; by default the first.
    year : int, optional
        Only members on the list at the end of this year; by default all that are or were.

    Returns
    -------
    ProgrammeOverlap

    Raises
    ------
    PanelError
        When the programme or the year is not there.
    """
    ids = [programme.id for programme in applicability.programmes]
    own = ids[0] if zones_of is None else zones_of
    if own not in ids:
        raise PanelError(make_problem("", "overlap_programme", facts={"programme": own, "known": ", ".join(ids)}))
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        facts = {"first": FIRST_YEAR, "last": LAST_YEAR, "given": year}
        raise PanelError(make_problem("", "overlap_year", facts=facts))
    every = {one.programme.id: one.counties for one in find_treatments(applicability, PanelRules())}
    hits = {name: {code: hit for code, hit in own.items() if _is_in_force(hit, year)} for name, own in every.items()}
    areas = {county.adcode: area for county, area in zip(applicability.counties, areas_km2, strict=True)}
    pairs = [_compare(a, b, hits[a], hits[b], areas) for a, b in combinations(ids, 2)]
    programme = applicability.programmes[ids.index(own)]
    counties = _list_counties(applicability, areas_km2, hits)
    undated = {name: sum(hit.first_year is None for hit in own.values()) for name, own in every.items()}
    return ProgrammeOverlap(
        pd.DataFrame(pairs, columns=_PAIR_COLUMNS).astype({"since": "Int16"}),
        pd.DataFrame(_compare_zones(applicability, programme, hits, areas), columns=_ZONE_COLUMNS).astype(
            {"since": "Int16"}
        ),
        _measure_areas(counties),
        counties,
        {name: count for name, count in undated.items() if count},
    )


_PAIR_COLUMNS: Final = (
    "programme", "other", "counties", "area_km2", "touched", "since", "apart", "undated", "county_codes",
)  # fmt: skip
_ZONE_COLUMNS: Final = ("zone", "zone_name", *_PAIR_COLUMNS)


def _is_in_force(hit: CountyHit, year: int | None) -> bool:
    if year is None:
        return True
    is_gone = hit.left_year is not None and hit.left_year <= year
    return hit.first_year is not None and hit.first_year <= year and not is_gone


def _compare(
    one: str,
    other: str,
    hits: Mapping[str, CountyHit],
    others: Mapping[str, CountyHit],
    areas: Mapping[str, float],
) -> dict[str, Any]:
    shared = sorted(set(hits) & set(others))
    whole = [code for code in shared if hits[code].hit in _COVERED and others[code].hit in _COVERED]
    starts = [_find_start(hits[code], others[code]) for code in whole]
    known = [year for year in starts if year is not None and year > 0]
    return {
        "programme": one,
        "other": other,
        "counties": len(whole),
        "area_km2": round(sum(areas[code] for code in whole), 3),
        "touched": len(shared) - len(whole),
        "since": min(known, default=None),
        "apart": starts.count(0),
        "undated": starts.count(None),
        "county_codes": ";".join(whole),
    }


def _find_start(one: CountyHit, other: CountyHit) -> int | None:
    """Find the first year in which both apply; 0 when one had ended before the other began, None when it is not known."""
    if one.first_year is None or other.first_year is None:
        return None
    start = max(one.first_year, other.first_year)
    ends = [hit.left_year for hit in (one, other) if hit.left_year is not None]
    return 0 if ends and start >= min(ends) else start


def _compare_zones(
    applicability: ApplicabilityIndex,
    programme: Programme,
    hits: Mapping[str, Mapping[str, CountyHit]],
    areas: Mapping[str, float],
) -> Iterable[dict[str, Any]]:
    for zone in programme.zones:
        codes = {county.adcode for county in applicability.list_counties(programme.id, zone.order)}
        own = {code: hit for code, hit in hits[programme.id].items() if code in codes}
        for other, theirs in hits.items():
            if other != programme.id:
                made = _compare(programme.id, other, own, theirs, areas)
                if made["counties"] or made["touched"]:
                    yield {"zone": zone.order, "zone_name": zone.name_zh, **made}


def _list_counties(
    applicability: ApplicabilityIndex, areas_km2: Sequence[float], hits: Mapping[str, Mapping[str, CountyHit]]
) -> pd.DataFrame:
    rows = []
    for county, area in zip(applicability.counties, areas_km2, strict=True):
        there = {name: own[county.adcode] for name, own in hits.items() if county.adcode in own}
        covering = {name: hit for name, hit in there.items() if hit.hit in _COVERED}
        rows.append(
            {
                "adcode": county.adcode,
                "name": county.name,
                "prefecture": county.prefecture,
                "province": county.province,
                "area_km2": round(area, 3),
                "programmes": len(covering),
                "touching": len(there) - len(covering),
                "programme_ids": ";".join(f"{name} {hit.first_year or '?'}" for name, hit in covering.items()),
            }
        )
    return pd.DataFrame(rows)


def _measure_areas(counties: pd.DataFrame) -> pd.DataFrame:
    """Sum areas of counties by how many programmes cover each, so that no ground counts twice."""
    counted = counties.assign(under=counties["programmes"].clip(upper=_MAX_COUNTED))
    table = counted.pivot_table(index="province", columns="under", values="area_km2", aggfunc="sum", sort=False)
    table = table.reindex(columns=range(_MAX_COUNTED + 1)).fillna(0.0)
    table = pd.concat([table, table.sum().to_frame(_COUNTRY).T])
    table.columns = pd.Index(["under_none_km2", "under_one_km2", "under_two_km2", "under_three_or_more_km2"])
    table.insert(0, "area_km2", table.sum(axis=1))
    table["share_pct"] = 100 * (1 - table["under_none_km2"] / table["area_km2"])
    return table.round(3).rename_axis("province").reset_index()
