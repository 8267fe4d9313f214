"""Rows of the layer of projects, of a programme's folder or of a user's register."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import shapely

from pilotzones.geo.errors import ExportError, make_problem
from pilotzones.geo.export.models import ExportLayer, load_dictionary, make_layer
from pilotzones.geo.export.provenance import build_provenance
from pilotzones.geo.query.filters import Selection

if TYPE_CHECKING:
    from pilotzones.geo.join import JoinedProgramme
    from pilotzones.geo.projects.location import LocatedRegister

__all__ = ["build_project_layer", "build_project_rows", "label_register"]

# Columns of the register under the names of the dictionary.
_RENAMED: Final = {
    "name": "project_name", "county": "county_name", "programme": "project_programme", "kind": "project_kind",
    "type": "project_type", "location": "location_quality", "money": "money_total",
}  # fmt: skip


def build_project_rows(joined: JoinedProgramme, orders: Sequence[int]) -> list[dict[str, Any]]:
    """Build one row a project of the zones shown, or of none when all are shown, at its own coordinate if it has one."""
    from pilotzones.geo.projects.catalogue import load_projects

    located = load_projects(joined.programme, joined.boundaries)
    rows = _make_rows(located)
    if set(orders) == {zone.order for zone in joined.programme.zones}:
        return rows
    return [row for row in rows if row["zone"] in orders]


def build_project_layer(located: LocatedRegister, joined: JoinedProgramme) -> ExportLayer:
    """Build the layer of a user's register.

    Parameters
    ----------
    located : LocatedRegister
    joined : JoinedProgramme
        Whose zones and boundaries the projects were located with.

    Returns
    -------
    ExportLayer

    Raises
    ------
    ExportError
        When the register is empty.
    """
    rows = _make_rows(located)
    if not rows:
        raise ExportError(make_problem("", "export_no_projects"))
    return make_layer("projects", rows, build_provenance(joined, Selection()))


def label_register(frame: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Give the columns of a register their headings from the dictionary of fields.

    Parameters
    ----------
    frame : DataFrame
        Of a `pilotzones.geo.projects.location.LocatedRegister`.
    lang : {"zh", "en"}

    Returns
    -------
    DataFrame
    """
    known = load_dictionary()
    names = {name: _RENAMED.get(name, name) for name in map(str, frame.columns)} | {"id": "project_id"}
    return frame.rename(columns={name: known[field].label[lang] for name, field in names.items() if field in known})


def _make_rows(located: LocatedRegister) -> list[dict[str, Any]]:
    frame = located.frame
    plain = frame.astype(object).where(frame.notna(), None).rename(columns=_RENAMED)
    seen: dict[str, int] = {}
    rows = []
    for row in plain.to_dict("records"):
        values = {str(name): _write(value) for name, value in row.items()}
        # Ids of features are unique, also where the register repeats one.
        number = seen[str(values["id"])] = seen.get(str(values["id"]), 0) + 1
        has_point = values["lon"] is not None
        values["project_id"] = values["id"]
        values["id"] = f"p{values['id']}" + (f"-{number}" if number > 1 else "")
        values["geometry"] = shapely.Point(values["lon"], values["lat"]) if has_point else None
        rows.append(values)
    return rows


def _write(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return None if value == "" else value
