"""Read the index of names and codes through time from `data/places`.

The units of today (`divisions.csv`), what ended before or is newer (`name_history.csv`), units made out of others that went on
(`unit_foundings.csv`), ground that moved between units that went on (`boundary_moves.csv`), and codes of the statistics
(`statistical_codes.csv`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, cast

from pilotzones.geo.files.checksums import read_checked_records
from pilotzones.geo.places.history.models import ChangeKind, StatisticalCode, UnitChange, UnitSpell
from pilotzones.geo.places.history.unit_index import BOUNDARY_MONTH, FIRST_MONTH, UnitIndex, group_pairs

__all__ = ["load_unit_index"]

_ALWAYS: Final = ""


def _parse_units(cell: str) -> tuple[tuple[str, str], ...]:
    return tuple((one[:6], one[7:]) for one in cell.split(";") if one)


def _read_spells() -> Iterator[UnitSpell]:
    """Read what ended or is newer than the boundary table, and what stands in it."""
    drawn = {(row["code"], row["name"]): row["since"] for row in read_checked_records("places/divisions.csv")}
    for row in read_checked_records("places/name_history.csv"):
        pair = row["code"], row["name"]
        is_last = row["valid_to"] > BOUNDARY_MONTH or not row["valid_to"]
        if pair in drawn and is_last:
            drawn.pop(pair)
        counties = tuple(row["successors"].split(";"))
        yield UnitSpell(
            *pair, _parse_start(row["valid_from"]), row["valid_to"], row["date"], cast("ChangeKind", row["change"]),
            _parse_units(row["next"]), counties, row["source"],
        )  # fmt: skip
    for (code, name), since in drawn.items():
        yield UnitSpell(code, name, _parse_start(since), counties=(code,))


def _parse_start(month: str) -> str:
    return _ALWAYS if month == FIRST_MONTH else month


@lru_cache(maxsize=1)
def load_unit_index() -> UnitIndex:
    """Load the index; it stays loaded for the process.

    Returns
    -------
    UnitIndex
    """
    spells = sorted(_read_spells(), key=lambda one: (one.code, one.since, one.until or "9"))
    foundings = tuple(
        (row["date"], row["code"], row["name"], _parse_units(row["origins"]), row["source"])
        for row in read_checked_records("places/unit_foundings.csv")
    )
    statistical = group_pairs(
        (row["code"], StatisticalCode(**row)) for row in read_checked_records("places/statistical_codes.csv")
    )
    moves = tuple(
        UnitChange(
            row["date"],
            "boundary moved",
            _parse_units(row["from"]),
            _parse_units(row["to"]),
            row["source"],
            row["what"],
        )
        for row in read_checked_records("places/boundary_moves.csv")
    )
    return UnitIndex(tuple(spells), foundings, statistical, moves)
