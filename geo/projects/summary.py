"""Sums over a register: by county, zone, kind, stage and year; the funnel of stages; what is overdue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from pilotzones.geo.errors import Problem
from pilotzones.geo.projects.models import MONEY_SOURCES, STAGES
from pilotzones.geo.query.place_query import ask_all

if TYPE_CHECKING:
    from datetime import date

    from pilotzones.geo.catalogue.models import Programme
    from pilotzones.geo.projects.reader import Register
    from pilotzones.geo.query.applicability import ApplicabilityIndex

__all__ = ["GROUPINGS", "Grouping", "LocatedRegister", "count_stages", "locate_projects", "sum_projects"]

Grouping = Literal["county", "zone", "kind", "type", "stage", "year", "responsible"]
GROUPINGS: tuple[Grouping, ...] = ("county", "zone", "kind", "type", "stage", "year", "responsible")


@dataclass(frozen=True, slots=True)
class LocatedRegister:
    """The register as a table, a row a project, with county and zone; `problems` has the places that were not settled."""

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
    programme : Programme
        Whose zones count.
    today : datetime.date
        For what is overdue.

    Returns
    -------
    LocatedRegister
    """
    answers = ask_all(applies, [project.place for project in register.projects])
    zone_of = {member.adcode: zone.order for zone in programme.zones for member in zone.members if member.adcode}
    rows, problems = [], list(register.problems)
    for project, answer in zip(register.projects, answers, strict=True):
        county = answer.parts[0][0] if answer.status == "found" and len(answer.parts) == 1 else None
        if county is None:
            told = "; ".join(answer.candidates) or ("it covers several counties" if answer.parts else "no such place")
            message = f"the county was not settled: {told}"
            problems.append(Problem("register", message, project.row, "county", project.place.text, "warning"))
        began = project.dates.get("started") or project.dates.get("approved") or project.dates.get("proposed")
        rows.append(
            {
                "id": project.id,
                "name": project.name,
                "adcode": county.adcode if county else "",
                "county": county.name if county else "",
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
        )
    columns = list(rows[0]) if rows else []
    frame = pd.DataFrame(rows, columns=columns).astype({"zone": "Int64", "year": "Int64"}) if rows else pd.DataFrame()
    return LocatedRegister(frame, problems)


def sum_projects(located: LocatedRegister, by: Grouping) -> pd.DataFrame:
    """Count projects and sum their money by one column.

    Parameters
    ----------
    located : LocatedRegister
    by : str

    Returns
    -------
    DataFrame
        ``projects``, ``overdue``, ``money`` [10,000 yuan] and ``without_money`` (projects whose money is not known) by
        group; a row without a name has the projects that belong to none, so that the sums are those of the register.
    """
    frame = located.frame
    groups = frame.groupby(frame[by].replace("", pd.NA), dropna=False, sort=True)
    return groups.agg(
        projects=("id", "size"),
        overdue=("is_overdue", "sum"),
        money=("money", lambda column: column.sum(min_count=1)),
        without_money=("money", lambda column: int(column.isna().sum())),
    ).reset_index()


def count_stages(located: LocatedRegister) -> pd.DataFrame:
    """Count the projects that have reached each stage.

    Parameters
    ----------
    located : LocatedRegister

    Returns
    -------
    DataFrame
        ``stage``, ``reached`` (in it or past it) and ``now`` (in it), in the order of the stages.
    """
    now = located.frame["stage"].value_counts()
    counts = [int(now.get(stage, 0)) for stage in STAGES]
    reached = [sum(counts[at:]) for at in range(len(STAGES))]
    return pd.DataFrame({"stage": STAGES, "reached": reached, "now": counts})
