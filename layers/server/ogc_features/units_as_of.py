"""The date parameter of the feed: codes of a year lead to today's polygons on its ground, features say what stood there."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, Final

import pandas as pd

from pilotzones.geo.export import ExportField, ExportLayer
from pilotzones.geo.messages import translate
from pilotzones.geo.places.history import (
    Period,
    UnitQuery,
    find_units_on_ground,
    load_unit_index,
    match_unit,
    read_period,
    restrict_to_ground,
)
from pilotzones.layers.server.ogc_features.feature_collections import Collection

__all__ = ["CODE_FIELDS", "UNITS_FIELD", "add_units", "find_codes", "has_codes", "make_units_field"]

# Fields with codes of counties, the one of the feature itself first.
CODE_FIELDS: Final = ("adcode", "host_adcode", "host_adcodes", "scope_adcodes")
UNITS_FIELD: Final = "units_as_of"


def has_codes(one: Collection) -> bool:
    """Return whether the features of a collection have codes of counties."""
    return any(field.name in CODE_FIELDS for field in one.fields)


def find_codes(code: str, period: Period) -> tuple[frozenset[str], str]:
    """Find the codes of today's polygons that a code of a year means.

    Parameters
    ----------
    code : str
    period : Period

    Returns
    -------
    frozenset of str, str
        The codes; empty with a sentence that says why, where no unit had the code then or its ground is not known.
    """
    match = restrict_to_ground(match_unit(UnitQuery(code=code, period=period)), period)
    if match.fate is None or match.is_dissolved:
        return frozenset(), "; ".join(map(str, match.notes)) or f"no code table has {code}"
    return frozenset(match.fate.counties), ""


def add_units(layer: ExportLayer, period: Period) -> ExportLayer:
    """Add to the features of a layer the units that stood on their ground.

    Parameters
    ----------
    layer : ExportLayer
        With one of `CODE_FIELDS`.
    period : Period

    Returns
    -------
    ExportLayer
        With a last column of code and name of each unit; empty where no table tells.
    """
    column = next(name for name in CODE_FIELDS if name in layer.frame)
    cells = [_list_units(value, period) for value in layer.frame[column].tolist()]
    frame = layer.frame.assign(**{UNITS_FIELD: pd.Series(cells, index=layer.frame.index, dtype=object)})
    return ExportLayer(layer.name, frame, (*layer.fields, make_units_field()), layer.provenance)


def _list_units(value: Any, period: Period) -> list[str]:
    codes: Iterable[Any] = value if isinstance(value, list | tuple) else (value,)
    units = [label for code in codes if isinstance(code, str) for label in _find_standing(code, period)]
    return list(dict.fromkeys(units))


@cache
def _find_standing(code: str, period: Period) -> tuple[str, ...]:
    index = load_unit_index()
    if period.last < index.boundary_month:
        return tuple(unit.label for unit in find_units_on_ground(code, period.last))
    drawn = read_period(index.boundary_month)
    held = index.find_by_code(code, drawn) if drawn is not None else ()
    return tuple(unit.label for unit in index.find_standing(held[-1], period)) if held else ()


@cache
def make_units_field() -> ExportField:
    """Describe the column as the dictionary of exports describes its columns."""
    label = {"zh": translate("feed_units", "zh"), "en": translate("feed_units", "en")}
    about = {"zh": translate("feed_units_about", "zh"), "en": translate("feed_units_about", "en")}
    return ExportField(UNITS_FIELD, label, "", "strings", about)
