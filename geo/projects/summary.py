"""Sums over a register: by county, zone, kind, stage and year; the funnel of stages; what is overdue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pandas as pd

from pilotzones.geo.projects.models import MONEY_SOURCES, STAGES

if TYPE_CHECKING:
    from pilotzones.geo.projects.location import LocatedRegister

__all__ = ["GROUPINGS", "Grouping", "count_stages", "sum_projects"]

Grouping = Literal["county", "zone", "kind", "type", "stage", "year", "responsible"]
GROUPINGS: tuple[Grouping, ...] = ("county", "zone", "kind", "type", "stage", "year", "responsible")


def sum_projects(located: LocatedRegister, by: Grouping) -> pd.DataFrame:
    """Count projects and sum their money by one column.

    Parameters
    ----------
    located : LocatedRegister
    by : str

    Returns
    -------
    DataFrame
        ``projects``, ``overdue``, ``money`` and the money of each source [10,000 yuan], and ``without_money`` (projects
        whose money is not known) by group; a row without a name has the projects that belong to none, so that the
        sums are those of the register.
    """
    frame = located.frame
    groups = frame.groupby(frame[by].replace("", pd.NA), dropna=False, sort=True)
    return groups.agg(
        projects=("id", "size"),
        overdue=("is_overdue", "sum"),
        money=("money", lambda column: column.sum(min_count=1)),
        **{name: (name, lambda column: column.sum(min_count=1)) for name in (f"money_{one}" for one in MONEY_SOURCES)},
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
