"""Bring the figures of each indicator to one unit of measure and one power of ten."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pilotzones.geo.errors import Problem, make_problem

__all__ = ["count_codes", "unify_units"]

_CHUNK_ROWS: Final = 2_000_000


def unify_units(frame: pd.DataFrame, file: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Bring figures of an indicator to one power of ten; figures in different units become indicators of their own."""
    combos = _count_units(frame)
    problems: list[Problem] = []
    for (indicator,), own in combos.groupby(["indicator"], sort=False, observed=True):
        if len(own) < 2:
            continue
        measures = list(dict.fromkeys(own.sort_values("count", ascending=False)["measure"]))
        frame = _scale_powers(frame, str(indicator), own, problems, file)
        for measure in measures[1:]:
            frame = _split_off(frame, str(indicator), measure)
        if len(measures) > 1:
            listing = ", ".join(measure or "–" for measure in measures)
            problem = make_problem(
                file, "several_units", field=str(indicator), severity="warning", facts={"units": listing}
            )
            problems.append(problem)
    return frame, problems


def _count_units(frame: pd.DataFrame) -> pd.DataFrame:
    """Count the figures of each indicator, unit and power of ten."""
    names, measures = frame["indicator"].cat, frame["unit_measure"].cat
    multipliers = frame["unit_mult"].to_numpy()
    lowest, highest = int(multipliers.min(initial=0)), int(multipliers.max(initial=0))
    powers = np.arange(lowest, highest + 1)
    codes, units, values = names.codes.to_numpy(), measures.codes.to_numpy(), frame["obs_value"].to_numpy()
    size = len(names.categories) * len(measures.categories) * len(powers)
    counts = np.zeros(size, np.int64)
    for start in range(0, len(frame), _CHUNK_ROWS):
        part = slice(start, start + _CHUNK_ROWS)
        key = codes[part].astype(np.int64) * len(measures.categories) + units[part]
        key = key * len(powers) + (multipliers[part] - lowest)
        counts += np.bincount(key[~np.isnan(values[part])], minlength=size)
    found = np.flatnonzero(counts)
    rest, power = np.divmod(found, len(powers))
    name, measure = np.divmod(rest, len(measures.categories))
    return pd.DataFrame(
        {
            "indicator": names.categories.to_numpy(dtype=object)[name],
            "measure": measures.categories.to_numpy(dtype=object)[measure],
            "power": powers[power],
            "count": counts[found],
        }
    )


def count_codes(codes: NDArray[Any], size: int) -> NDArray[np.int64]:
    """Count codes a part at a time, as counting makes them eight bytes wide."""
    counts = np.zeros(size, np.int64)
    for start in range(0, len(codes), _CHUNK_ROWS):
        counts += np.bincount(codes[start : start + _CHUNK_ROWS], minlength=size)
    return counts


def _scale_powers(
    frame: pd.DataFrame, indicator: str, combos: pd.DataFrame, problems: list[Problem], file: str
) -> pd.DataFrame:
    """Bring the figures of one indicator in one unit to the power of ten that most of them have."""
    is_own = (frame["indicator"] == indicator).to_numpy()
    for measure, own in combos.groupby("measure", sort=False):
        if len(own) < 2:
            continue
        target = int(own.sort_values("count", ascending=False)["power"].iloc[0])
        rows = np.flatnonzero(is_own & (frame["unit_measure"] == measure).to_numpy())
        powers = frame["unit_mult"].to_numpy()[rows].astype(float)
        values, multipliers = frame["obs_value"].to_numpy().copy(), frame["unit_mult"].to_numpy().copy()
        # Steps of ten by division keep short decimals short.
        shift = powers - target
        values[rows] = np.where(shift >= 0, values[rows] * 10.0 ** np.abs(shift), values[rows] / 10.0 ** np.abs(shift))
        multipliers[rows] = target
        frame = frame.assign(obs_value=values, unit_mult=multipliers)
        listing = ", ".join(f"10^{power}" for power in sorted(own["power"]))
        facts = {"powers": listing, "unit": measure, "power": target}
        problems.append(make_problem(file, "powers_unified", field=indicator, severity="info", facts=facts))
    return frame


def _split_off(frame: pd.DataFrame, indicator: str, measure: str) -> pd.DataFrame:
    """Give the figures of one unit an indicator of their own."""
    rows = ((frame["indicator"] == indicator) & (frame["unit_measure"] == measure)).to_numpy()
    name = f"{indicator} ({measure or '?'})"
    column = frame["indicator"]
    if name not in column.cat.categories:
        column = column.cat.add_categories([name])
    names = column.copy()
    names[rows] = name
    return frame.assign(indicator=names)
