"""The parameter `datetime` of the feed, and the time of features that have one."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pilotzones.geo.projects.models import STAGES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pilotzones.geo.export import ExportLayer

__all__ = ["TIMED_LAYERS", "Interval", "find_features_at", "read_interval"]

# First and last day as YYYY-MM-DD, None where it is open.
Interval = tuple[str | None, str | None]

TIMED_LAYERS: Final = frozenset({"projects"})
_OPEN: Final = ("", "..")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
# Dates of the catalogue and of registers are days in China.
_CHINA: Final = timezone(timedelta(hours=8))
_ENDS: Final = ("completed", "accepted")


def read_interval(text: str) -> Interval | None:
    """Read an instant or an interval of RFC 3339.

    Parameters
    ----------
    text : str
        ``2024-05-31``, ``2024-05-31T08:00:00Z``, or two of them with a slash, one of which may be ``..`` or empty.

    Returns
    -------
    Interval or None
        None where it is none, or ends before it begins.
    """
    parts = text.split("/")
    if len(parts) > 2 or all(part in _OPEN for part in parts):
        return None
    days: list[str | None] = []
    for part in parts:
        if len(parts) == 2 and part in _OPEN:
            days.append(None)
            continue
        day = _read_day(part)
        if day is None:
            return None
        days.append(day)
    first, last = days[0], days[-1]
    return None if first is not None and last is not None and last < first else (first, last)


def _read_day(text: str) -> str | None:
    """Read the day in China of a date or an instant."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text).isoformat()
        instant = datetime.fromisoformat(text)
        return None if instant.tzinfo is None else instant.astimezone(_CHINA).date().isoformat()
    except (ValueError, OverflowError):
        return None


def find_features_at(layer: ExportLayer, wanted: Interval) -> NDArray[np.bool_]:
    """Find the features whose time meets an interval.

    Parameters
    ----------
    layer : ExportLayer
    wanted : Interval

    Returns
    -------
    ndarray of bool
        A project lasts from the first date it has to its completion or acceptance, and goes on where it has neither. A feature
        without a time is at any time, as the standard has it.
    """
    first, last = wanted
    return np.array(
        [
            not (
                (end is not None and first is not None and end < first) or (start and last is not None and start > last)
            )
            for start, end in _list_times(layer)
        ],
        dtype=bool,
    )


def _list_times(layer: ExportLayer) -> list[Interval]:
    if layer.name not in TIMED_LAYERS:
        return [(None, None)] * len(layer.frame)
    return [_read_project(row) for row in layer.frame.to_dict("records")]


def _read_project(row: dict[Any, Any]) -> Interval:
    dates = {stage: row[f"{stage}_on"] for stage in STAGES if row[f"{stage}_on"]}
    if not dates:
        return None, None
    ends = [dates[stage] for stage in _ENDS if stage in dates]
    return min(dates.values()), max(ends) if ends else None
