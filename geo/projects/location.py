"""Find county, zone and the quality of the location of every project of a register."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from pilotzones.geo.errors import make_problem
from pilotzones.geo.projects.models import MONEY_SOURCES, STAGES
from pilotzones.geo.query.place_query import ask_all
from pilotzones.geo.query.question_reader import PlaceQuery

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from pilotzones.geo.boundaries.county_table import County
    from pilotzones.geo.catalogue.models import Programme
    from pilotzones.geo.errors import Problem
    from pilotzones.geo.projects.models import LocationQuality, Project
    from pilotzones.geo.projects.reader import Register
    from pilotzones.geo.query.applicability import ApplicabilityIndex
    from pilotzones.geo.query.place_query import PlaceAnswer

__all__ = ["REGISTER_FRAME_COLUMNS", "LocatedRegister", "locate_projects"]

REGISTER_FRAME_COLUMNS = (
    "id", "name", "adcode", "county", "town", "address", "lon", "lat", "location", "zone", "programme", "kind", "type", "stage",
    "year", *(f"{stage}_on" for stage in STAGES), "due_on", "is_overdue", *(f"money_{source}" for source in MONEY_SOURCES),
    "money", "responsible",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LocatedRegister:
    """The register as a table with `REGISTER_FRAME_COLUMNS`, a row a project; `problems` has the places that were not settled."""

    frame: pd.DataFrame
    problems: list[Problem]


def locate_projects(
    register: Register, applies: ApplicabilityIndex, programme: Programme, today: date
) -> LocatedRegister:
    """Find county and zone of every project.

    Parameters
    ----------
    register : Register
    applies : ApplicabilityIndex
        With the programme.
    programme : Programme
        Whose zones count.
    today : datetime.date
        For what is overdue.

    Returns
    -------
    LocatedRegister
        ``location`` says how well the place is known (`pilotzones.geo.projects.models.LOCATION_QUALITIES`). A coordinate that
        lies in another county than the one that is named settles nothing: it is a problem.
    """
    named = _answer([project.place for project in register.projects], applies)
    pointed = _answer([_make_point_query(project) for project in register.projects], applies)
    zone_of = _list_zones(applies, programme)
    rows, problems = [], list(register.problems)
    for project, by_name, by_point in zip(register.projects, named, pointed, strict=True):
        county, quality, (kind, facts) = _settle(project, by_name, by_point)
        if kind:
            text = project.place.text if project.place is not None else f"{project.point}"
            problems.append(
                make_problem(
                    register.file, kind, row=project.row, field="county", value=text, severity="warning", facts=facts
                )
            )
        rows.append(_describe(project, county, quality, zone_of, today))
    frame = pd.DataFrame(rows, columns=list(REGISTER_FRAME_COLUMNS))
    return LocatedRegister(frame.astype({"zone": "Int64", "year": "Int64", "is_overdue": bool}), problems)


def _answer(questions: Sequence[PlaceQuery | None], applies: ApplicabilityIndex) -> list[PlaceAnswer | None]:
    found = iter(ask_all(applies, [one for one in questions if one is not None]))
    return [None if one is None else next(found) for one in questions]


def _make_point_query(project: Project) -> PlaceQuery | None:
    if project.point is None:
        return None
    lon, lat = project.point
    return PlaceQuery(f"{lon}, {lat}", lon=lon, lat=lat)


def _list_zones(applies: ApplicabilityIndex, programme: Programme) -> dict[str, int]:
    """List the zone of each county that is a member, itself or with its prefecture."""
    zone_of = {member.id: member.zone for member in programme.members}
    return {
        county.adcode: zone_of[member]
        for county, member, kind in applies.list_matches(programme.id)
        if kind in ("member", "municipality")
    }


# A county, how well the place is known, and the message about it with what it names.
_Settled = tuple["County | None", "LocationQuality", "tuple[str, dict[str, str]]"]
_FINE: Final[tuple[str, dict[str, str]]] = ("", {})


def _find_county(answer: PlaceAnswer | None) -> County | None:
    if answer is None or answer.status != "found" or len(answer.parts) != 1:
        return None
    return answer.parts[0][0]


def _settle(project: Project, by_name: PlaceAnswer | None, by_point: PlaceAnswer | None) -> _Settled:
    """Find the county of a project, how well its place is known, and what is wrong."""
    named, pointed = _find_county(by_name), _find_county(by_point)
    if by_point is not None:
        return _settle_point(pointed, by_name)
    if named is not None:
        return named, "address" if project.address else "town" if project.town else "county", _FINE
    if by_name is None:
        return None, "open", ("project_place", {})
    if by_name.candidates:
        return None, "open", ("county_open", {"candidates": "; ".join(by_name.candidates)})
    return None, "open", ("several_counties" if by_name.parts else "county_unknown", {})


def _settle_point(pointed: County | None, by_name: PlaceAnswer | None) -> _Settled:
    """Find the county of a coordinate; none where another place is named."""
    if pointed is None:
        return None, "open", ("point_outside", {})
    inside = [] if by_name is None else [county.adcode for county, _ in by_name.parts]
    if inside and pointed.adcode not in inside:
        return None, "open", ("point_elsewhere", {"county": f"{pointed.name} {pointed.adcode}"})
    return pointed, "point", _FINE


def _describe(
    project: Project, county: County | None, quality: LocationQuality, zone_of: dict[str, int], today: date
) -> dict[str, object]:
    began = project.dates.get("started") or project.dates.get("approved") or project.dates.get("proposed")
    lon, lat = project.point if project.point is not None and quality == "point" else (None, None)
    return {
        "id": project.id,
        "name": project.name,
        "adcode": county.adcode if county else "",
        "county": county.name if county else "",
        "town": project.town,
        "address": project.address,
        "lon": lon,
        "lat": lat,
        "location": quality,
        "zone": zone_of.get(county.adcode) if county else None,
        "programme": project.programme,
        "kind": project.kind,
        "type": project.type,
        "stage": project.stage,
        "year": began.year if began else None,
        **{f"{stage}_on": project.dates.get(stage) for stage in STAGES},
        "due_on": project.due,
        "is_overdue": project.is_overdue(today),
        **{f"money_{source}": project.money.get(source) for source in MONEY_SOURCES},
        "money": project.total if project.money else None,
        "responsible": project.responsible,
    }
