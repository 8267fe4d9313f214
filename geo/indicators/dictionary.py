"""The data dictionary of a table of indicators: what each one means, its unit, direction, source and vintage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Literal, cast

import pandas as pd

from pilotzones.geo.documents.reader import DocumentText
from pilotzones.geo.errors import IndicatorError, Problem, make_problem
from pilotzones.geo.files.figures import MeasureUnit, fold_heading, read_unit
from pilotzones.geo.indicators.joined import JoinedIndicators
from pilotzones.geo.indicators.ratios import AREA, RATIO_SIGN, name_ratio
from pilotzones.geo.indicators.tables.observations import read_power
from pilotzones.geo.indicators.tables.reader import IndicatorTable

__all__ = [
    "DICTIONARY_COLUMNS",
    "IndicatorEntry",
    "apply_dictionary",
    "make_dictionary",
    "name_indicator",
    "read_dictionary",
]

_SPELLINGS: Final = {
    "indicator": ("indicator", "指标", "指标名称", "变量", "variable"),
    "name_zh": ("name_zh", "中文名称", "中文名"),
    "name_en": ("name_en", "英文名称", "英文名"),
    "unit_measure": ("unit_measure", "unit", "单位", "计量单位"),
    "unit_mult": ("unit_mult", "量级"),
    "direction": ("direction", "方向", "指标方向"),
    "definition": ("definition", "定义", "口径", "指标解释", "含义"),
    "source": ("source", "来源", "数据来源"),
    "vintage": ("vintage", "版本", "发布日期"),
}
_DIRECTIONS: Final = {
    "more": "more", "less": "less", "+": "more", "-": "less", "1": "more", "-1": "less", "正向": "more", "负向": "less",
    "正": "more", "负": "less", "逆向": "less", "positive": "more", "negative": "less",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class IndicatorEntry:
    """What a dictionary says of one indicator; what it does not say is empty.

    `direction` is ``more`` where more is better, ``less`` where less is.
    """

    indicator: str
    name_zh: str = ""
    name_en: str = ""
    unit_measure: str = ""
    unit_mult: str = ""
    direction: Literal["", "more", "less"] = ""
    definition: str = ""
    source: str = ""
    vintage: str = ""

    def name(self, lang: str) -> str:
        """Return its name in the language `lang`; as in the table where the dictionary has none."""
        return (self.name_zh if lang == "zh" else self.name_en) or self.indicator


DICTIONARY_COLUMNS: Final = tuple(one.name for one in fields(IndicatorEntry))
_COMPUTED_AREA: Final = IndicatorEntry(AREA, name_zh="面积", name_en="area")


def name_indicator(indicator: str, entries: Mapping[str, IndicatorEntry], lang: str) -> str:
    """Name an indicator in a language, as far as its dictionary does; a ratio by the names of its two sides.

    Parameters
    ----------
    indicator : str
    entries : mapping of str to IndicatorEntry
        By indicator.
    lang : {"zh", "en"}

    Returns
    -------
    str
    """
    if indicator in entries:
        return entries[indicator].name(lang)
    numerator, sign, denominator = indicator.rpartition(RATIO_SIGN)
    if not sign:
        return indicator
    sides = {AREA: _COMPUTED_AREA, **entries}
    return name_ratio(*(sides[one].name(lang) if one in sides else one for one in (numerator, denominator)))


def read_dictionary(document: DocumentText) -> tuple[dict[str, IndicatorEntry], list[Problem]]:
    """Read a dictionary.

    Parameters
    ----------
    document : DocumentText
        A table with `DICTIONARY_COLUMNS`, of which ``indicator`` is needed.

    Returns
    -------
    entries : dict of str to IndicatorEntry
        By indicator.
    problems : list of Problem
        Cells that were not read, and indicators that are listed twice (the first counts).

    Raises
    ------
    IndicatorError
        When it is no such table.
    """
    rows = document.split_rows()
    heads = [fold_heading(cell) for cell in rows[0][1]] if rows else []
    place = {name: heads.index(one) for name, words in _SPELLINGS.items() for one in words[::-1] if one in heads}
    if "indicator" not in place:
        facts = {"columns": ", ".join(DICTIONARY_COLUMNS)}
        raise IndicatorError(make_problem(document.file, "columns_expected", facts=facts))
    entries: dict[str, IndicatorEntry] = {}
    problems: list[Problem] = []
    for number, cells in rows[1:]:
        row = {name: cells[at].strip() if at < len(cells) else "" for name, at in place.items()}
        direction = _DIRECTIONS.get(row.get("direction", "").casefold(), "")
        if row.get("direction") and not direction:
            problems.append(
                make_problem(document.file, "direction", row=number, field="direction", value=row["direction"])
            )
        power = row.get("unit_mult", "")
        if power and read_power(power) is None:
            problems.append(make_problem(document.file, "power_expected", row=number, field="unit_mult", value=power))
            row["unit_mult"] = ""
        if not row["indicator"] or row["indicator"] in entries:
            kind = "listed_twice" if row["indicator"] else "empty"
            problems.append(make_problem(document.file, kind, row=number, field="indicator", value=row["indicator"]))
            continue
        row["direction"] = direction
        entries[row["indicator"]] = IndicatorEntry(**cast("dict[str, Any]", row))
    return _tell_names_apart(entries), problems


def _tell_names_apart(entries: dict[str, IndicatorEntry]) -> dict[str, IndicatorEntry]:
    """Write the indicator behind a name that another one has as well: boxes and tables tell indicators apart by their names."""
    for lang in ("zh", "en"):
        taken = Counter(entry.name(lang) for entry in entries.values())
        for indicator, entry in entries.items():
            if taken[name := entry.name(lang)] > 1 and name != indicator:
                text = f"{name} ({indicator})"
                entries[indicator] = replace(entry, name_zh=text) if lang == "zh" else replace(entry, name_en=text)
    return entries


def apply_dictionary(
    table: IndicatorTable, entries: Mapping[str, IndicatorEntry], *, file: str = "dictionary"
) -> list[Problem]:
    """Fill in unit, source and vintage of a table from its dictionary, where the table has none.

    Parameters
    ----------
    table : IndicatorTable
        Changed in place.
    entries : mapping of str to IndicatorEntry
    file : str, optional
        Of the dictionary, for messages.

    Returns
    -------
    list of Problem
        Indicators that the dictionary lacks or the table does, and units that contradict each other: that of the table counts.
    """
    frame = table.observations
    problems = [
        make_problem(file, "not_in_dictionary", field=name, severity="info")
        for name in table.indicators
        if name not in entries
    ]
    for name, entry in entries.items():
        if name not in table.indicators:
            problems.append(make_problem(file, "not_in_table", field=name, severity="info"))
            continue
        is_own = (frame["indicator"] == name).to_numpy()
        unit = _read_entry_unit(entry)
        if unit is not None:
            is_open = is_own & (frame["unit_measure"] == "").to_numpy()
            known = frame[is_own & ~is_open].loc[:, ["unit_measure", "unit_mult"]].drop_duplicates()
            for measure, power in known.itertuples(index=False):
                if (measure, power) != unit:
                    facts = {"table": f"10^{power} {measure}", "dictionary": f"10^{unit.multiplier} {unit.measure}"}
                    problems.append(make_problem(file, "units_differ", field=name, severity="warning", facts=facts))
            frame = frame.assign(unit_mult=frame["unit_mult"].mask(is_open, unit.multiplier))
            frame["unit_measure"] = _fill(frame["unit_measure"], is_open, unit.measure)
        for column in ("source", "vintage"):
            if text := getattr(entry, column):
                frame[column] = _fill(frame[column], is_own & (frame[column] == "").to_numpy(), text)
    table.observations = frame
    return problems


def _read_entry_unit(entry: IndicatorEntry) -> MeasureUnit | None:
    if not entry.unit_measure:
        return None
    if entry.unit_mult:
        return MeasureUnit(entry.unit_measure, int(entry.unit_mult))
    return read_unit(entry.unit_measure) or MeasureUnit(entry.unit_measure, 0)


def _fill(column: pd.Series, rows: Any, text: str) -> pd.Series:
    filled = column if text in column.cat.categories else column.cat.add_categories([text])
    return filled.mask(rows, text)


def make_dictionary(joined: JoinedIndicators) -> pd.DataFrame:
    """Begin the dictionary of a table: what the table says of each indicator, and empty columns for what it does not.

    Parameters
    ----------
    joined : JoinedIndicators

    Returns
    -------
    DataFrame
        `DICTIONARY_COLUMNS`, then ``level``, ``first_year``, ``last_year``, ``figures``, ``gaps``, ``lowest`` and ``highest``.
    """
    rows = []
    for name in joined.indicators:
        own = joined.select(name)
        known = own[own["obs_value"].notna()]
        unit = known.iloc[0] if len(known) else own.iloc[0]
        years = sorted(known["time_period"]) or [""]
        rows.append(
            {
                **dict.fromkeys(DICTIONARY_COLUMNS, ""),
                "indicator": name,
                "unit_measure": unit["unit_measure"],
                "unit_mult": str(int(unit["unit_mult"])),
                "source": "; ".join(dict.fromkeys(filter(None, own["source"]))),
                "vintage": "; ".join(dict.fromkeys(filter(None, own["vintage"]))),
                "level": joined.find_level(name),
                "first_year": years[0],
                "last_year": years[-1],
                "figures": len(known),
                "gaps": len(own) - len(known),
                "lowest": known["obs_value"].min(),
                "highest": known["obs_value"].max(),
            }
        )
    return pd.DataFrame(rows)
