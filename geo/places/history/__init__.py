"""Names and codes through time: a unit as it stood in a year, what became of it, and where it came from."""

from pilotzones.geo.places.history.governed_cities import find_homes, name_parents
from pilotzones.geo.places.history.ground import (
    Ground,
    choose_month,
    explain_ground,
    find_ground,
    find_unit_of_code,
    find_units_on_ground,
    list_lowest,
    restrict_to_ground,
)
from pilotzones.geo.places.history.loader import load_unit_index
from pilotzones.geo.places.history.models import (
    SAME_GROUND,
    Fate,
    Period,
    StatisticalCode,
    UnitChange,
    UnitSpell,
    read_period,
)
from pilotzones.geo.places.history.unit_index import UnitIndex
from pilotzones.geo.places.history.unit_matching import (
    FIRST_YEAR,
    get_last_year,
    is_outside_tables,
    match_present_unit,
    match_unit,
)
from pilotzones.geo.places.history.unit_row import UnitMatch, UnitQuery

__all__ = [
    "FIRST_YEAR",
    "SAME_GROUND",
    "Fate",
    "Ground",
    "Period",
    "StatisticalCode",
    "UnitChange",
    "UnitIndex",
    "UnitMatch",
    "UnitQuery",
    "UnitSpell",
    "choose_month",
    "explain_ground",
    "find_ground",
    "find_homes",
    "find_unit_of_code",
    "find_units_on_ground",
    "get_last_year",
    "is_outside_tables",
    "list_lowest",
    "load_unit_index",
    "match_present_unit",
    "match_unit",
    "name_parents",
    "read_period",
    "restrict_to_ground",
]
