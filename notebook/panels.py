"""Research panels and overlaps of programmes as frames."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from pilotzones.geo.catalogue.loader import list_programmes
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.errors import PilotzonesError
from pilotzones.notebook.frames import MapFrame, get_programme

__all__ = ["overlap", "panel"]


def _load(programmes: str | Iterable[str] | None) -> list[Programme]:
    if isinstance(programmes, pd.DataFrame):
        raise PilotzonesError("programmes are ids, not a DataFrame: give your own panel as onto=")
    names = [programmes] if isinstance(programmes, str) else list(programmes or list_programmes())
    return [get_programme(name) for name in dict.fromkeys(names)]


def panel(
    programmes: str | Iterable[str] | None = None, *, onto: pd.DataFrame | None = None, **rules: Any
) -> pd.DataFrame:
    """Build a panel of units and years with who was treated when, or add its columns to a panel.

    Parameters
    ----------
    programmes : str or iterable of str, optional
        Ids or folders; every programme of the catalogue by default.
    onto : DataFrame, optional
        A panel with columns of code or name, and year; its rows stay in their order.
    **rules
        level ("county", "prefecture"), years ((2008, 2024)), base_year, counted_hits, start_month, mergers ("flag",
        "keep", "aggregate"), details ("programme", "batch", "task"): as of `pilotzones.geo.panel.rules.PanelRules`.

    Returns
    -------
    DataFrame
        The columns are those of docs/panel.md; ``frame.attrs["codebook"]`` is the codebook in Markdown.

    Raises
    ------
    PilotzonesError
        When a programme or rule is not there, or no column of codes or names is found.
    """
    from pilotzones.geo.panel.builder import build_panel
    from pilotzones.geo.panel.codebook import describe_panel
    from pilotzones.geo.panel.onto import attach_treatments
    from pilotzones.geo.panel.rules import PanelRules
    from pilotzones.geo.panel.table_reader import UserTable
    from pilotzones.geo.query.applicability_loader import load_applicability

    unknown = sorted(set(rules) - set(PanelRules.__dataclass_fields__))
    if unknown:
        raise PilotzonesError(f"no rule {', '.join(unknown)}: there are {', '.join(PanelRules.__dataclass_fields__)}")
    how, index = PanelRules(**rules), load_applicability(_load(programmes))
    if onto is not None:
        attached = attach_treatments(UserTable(onto, {}, "the panel"), index, how)
        attached.frame.attrs["codebook"] = attached.describe()
        return attached.frame
    made = build_panel(index, how)
    made.frame.attrs["codebook"] = describe_panel(made)
    return made.frame


def overlap(
    programmes: str | Iterable[str] | None = None,
    *,
    table: str = "pairs",
    zones_of: str | None = None,
    year: int | None = None,
) -> pd.DataFrame:
    """Measure where programmes meet.

    Parameters
    ----------
    programmes : str or iterable of str, optional
        Ids or folders; every programme of the catalogue by default.
    table : str, optional
        pairs, zones, areas or counties (with polygons).
    zones_of : str, optional
        Programme whose zones are compared with the others; by default the first.
    year : int, optional
        Only members on their list at the end of this year.

    Returns
    -------
    DataFrame
        The columns are those of `pilotzones.geo.panel.overlap.ProgrammeOverlap`.

    Raises
    ------
    PilotzonesError
        When a programme, table or year is not there.
    """
    from pilotzones.geo.panel.overlap import OVERLAP_TABLES
    from pilotzones.geo.panel.overlap_writer import load_overlap, make_county_layer

    if table not in OVERLAP_TABLES:
        raise PilotzonesError(f"no table {table!r:.80}: there are {', '.join(OVERLAP_TABLES)}")
    made = load_overlap(_load(programmes), zones_of=zones_of, year=year)
    if table == "counties":
        return MapFrame(make_county_layer(made))
    frame: pd.DataFrame = getattr(made, table)
    return frame
