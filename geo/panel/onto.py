"""Add the treatment columns to a user's panel: rows in are rows out, in their order, each with how it was matched."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from pilotzones.geo.errors import PanelError, make_problem
from pilotzones.geo.messages import format_count
from pilotzones.geo.panel.builder import code_treatments
from pilotzones.geo.panel.codebook import describe_rule, label_treatments
from pilotzones.geo.panel.row_matching import count_ways, find_unit_columns, match_rows
from pilotzones.geo.panel.treatment import find_treatments

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pilotzones.geo.panel.row_matching import UnitColumns
    from pilotzones.geo.panel.rules import PanelRules
    from pilotzones.geo.panel.table_reader import UserTable
    from pilotzones.geo.panel.treatment import Treatment
    from pilotzones.geo.query.applicability import ApplicabilityIndex

__all__ = ["AttachedPanel", "attach_treatments"]

_MATCH_LABELS: Final = {
    "unit_code": "当年代码 Code of the unit in the year",
    "unit_name": "当年名称 Name of the unit in the year",
    "today_code": "今日区县代码 Counties of today",
    "match": "匹配方式 How the row was matched",
    "match_note": "待定原因或说明 What is open, or other readings of a bare name",
}


@dataclass(frozen=True)
class AttachedPanel:
    """A user's panel with the treatments, and a report of it.

    Parameters
    ----------
    frame : DataFrame
        The user's rows and columns, unit_code, unit_name, today_code, match and match_note, and the columns of the treatments.
    labels : mapping of str to str
        Labels of variables, the user's among them.
    columns : UnitColumns
        The columns that were found.
    rules : PanelRules
    ways : mapping of str to int
        Rows by how they were matched.
    open_rows : DataFrame
        What a person has to settle: the cells and the note, with the number of rows of each.
    treated : DataFrame
        For each treatment, units that are treated in every year, in some, never, and for which that cannot be determined.
    duplicates : int
        Rows whose unit and year another row has already.
    is_balanced : bool
        Whether every unit has a row in every year.
    undated : int
        Rows without a year: whether they are treated cannot be determined.
    """

    frame: pd.DataFrame
    labels: Mapping[str, str]
    columns: UnitColumns
    rules: PanelRules
    ways: Mapping[str, int]
    open_rows: pd.DataFrame
    treated: pd.DataFrame
    duplicates: int
    is_balanced: bool
    undated: int = 0

    def describe(self) -> str:
        """Write the report and the codebook in Markdown."""
        found = {role: getattr(self.columns, role) for role in self.columns.__dataclass_fields__}
        lines = ["# Codebook of the columns that were added", "", describe_rule(self.rules, has_own_units=True), ""]
        lines.append("Columns found: " + ", ".join(f"{role} {name}" for role, name in found.items() if name) + ".")
        lines += ["", "| matched by | rows |", "|---|---|"]
        lines += [f"| {way} | {rows} |" for way, rows in self.ways.items()]
        balance = "balanced" if self.is_balanced else "not balanced"
        lines += [
            "",
            f"{format_count(self.duplicates, 'duplicate')}; {balance}; {format_count(self.undated, 'row')} without a year.",
            "",
        ]
        lines += ["| programme | always treated | in some years | never | cannot tell |", "|---|---|---|---|---|"]
        lines += ["| " + " | ".join(map(str, row)) + " |" for row in self.treated.itertuples(index=False)]
        lines += ["", "| variable | label |", "|---|---|"]
        names = (name for name in self.frame.columns if name in self.labels)
        lines += [f"| {name} | {self.labels[name]} |" for name in names]
        return "\n".join([*lines, ""])


def attach_treatments(
    table: UserTable,
    applicability: ApplicabilityIndex,
    rules: PanelRules,
    *,
    given: Mapping[str, str | None] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> AttachedPanel:
    """Add the treatments of an index to a table.

    Parameters
    ----------
    table : UserTable
    applicability : ApplicabilityIndex
    rules : PanelRules
        Of which units and years do not count: the table has its own.
    given : mapping of str to str, optional
        Columns that the user names, see `find_unit_columns`.
    progress : callable, optional
        As of `match_rows`.

    Returns
    -------
    AttachedPanel

    Raises
    ------
    PanelError
        When no column of codes or names is found, or the table has a column that would be added.
    """
    columns = find_unit_columns(table.frame, **(given or {}))
    matches, years = match_rows(table.frame, columns, progress=progress)
    codes = [match.code for match in matches if match.code]
    above = sum(code.endswith("00") for code in codes)
    # A table of prefectures is coded as one, whatever the rules say.
    rules = replace(rules, level="prefecture" if 2 * above > len(codes) else "county")
    treatments = tuple(find_treatments(applicability, rules))
    coded = code_treatments(treatments, [match.today for match in matches], np.array(years, dtype=np.int16), rules)
    added = pd.DataFrame(
        {
            "unit_code": np.array([match.code for match in matches], dtype=object),
            "unit_name": np.array([match.name for match in matches], dtype=object),
            "today_code": np.array([";".join(match.today) for match in matches], dtype=object),
            "match": pd.Categorical(np.array([match.way for match in matches], dtype=object)),
            "match_note": np.array([match.note for match in matches], dtype=object),
        }
    )
    taken = [name for name in (*added.columns, *coded.columns) if name in table.frame.columns]
    if taken:
        raise PanelError(make_problem(table.file, "panel_taken", facts={"columns": ", ".join(taken[:5])}))
    frame = pd.concat([table.frame.reset_index(drop=True), added, coded], axis=1)
    keys = pd.DataFrame({"unit": added["unit_code"], "year": years})
    matched = keys[(added["match"] != "open").to_numpy()]
    return AttachedPanel(
        frame,
        {**table.labels, **_MATCH_LABELS, **label_treatments(treatments)},
        columns,
        rules,
        count_ways(matches),
        _list_open_rows(frame, columns),
        _count_treated(coded, added["unit_code"].to_numpy(), treatments),
        int(matched.duplicated().sum()),
        len(matched.drop_duplicates()) == matched["unit"].nunique() * matched["year"].nunique(),
        sum(year == 0 for year in years),
    )


def _list_open_rows(frame: pd.DataFrame, columns: UnitColumns) -> pd.DataFrame:
    cells = [name for role in columns.__dataclass_fields__ if (name := getattr(columns, role)) is not None]
    rows = frame.loc[frame["match"] == "open", [*cells, "match_note"]]
    return rows.groupby([*cells, "match_note"], dropna=False, sort=False).size().rename("rows").reset_index()


def _count_treated(coded: pd.DataFrame, units: Any, treatments: tuple[Treatment, ...]) -> pd.DataFrame:
    rows = []
    for treatment in treatments:
        post, ever = (coded[f"{name}_{treatment.suffix}"] for name in ("post", "ever"))
        by_unit = pd.DataFrame({"unit": units, "post": post, "ever": ever}).query("unit != ''").groupby("unit")
        least, most, hit = by_unit["post"].min(), by_unit["post"].max(), by_unit["ever"].max()
        always, never = (least == 1).fillna(value=False), (hit == 0).fillna(value=False)
        unknown = (~never) & most.isna()
        some = len(hit) - int(always.sum()) - int(never.sum()) - int(unknown.sum())
        counts = (int(always.sum()), some, int(never.sum()), int(unknown.sum()))
        rows.append((f"{treatment.programme.id} {treatment.suffix}", *counts))
    return pd.DataFrame(rows, columns=["programme", "always", "some_years", "never", "cannot_tell"])
