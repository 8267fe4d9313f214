"""Which column of a table names the units of its rows, where its heading does not say whether it is theirs or what they lie in."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from pilotzones.geo.boundaries.upload.code_cell import read_lowest_code
from pilotzones.geo.places.history import load_unit_index
from pilotzones.geo.places.history.name_comparison import is_name_or_alias, is_one_of, read_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pilotzones.geo.places.history import UnitIndex

__all__ = ["find_name_role", "read_level"]

_MAX_SAMPLE_CELLS: Final = 500
# Columns of counties, and none of cities and counties (市县); columns of prefectures.
_OF_COUNTIES: Final = re.compile(r"[^市地州]*县.*|.*(?:county|xian).*", re.IGNORECASE)
_OF_PREFECTURES: Final = re.compile(
    r"(?:所属|所在)?(?:地级市?|地市|地州市?|州市|城市|市级?)(?:名称?)?|(?:city|prefecture)[ _]?(?:name)?", re.IGNORECASE
)


def find_name_role(chosen: Mapping[str, str | None], columns: Mapping[str, Sequence[str | None]]) -> str | None:
    """Find the role of the column that names the units of the rows.

    Parameters
    ----------
    chosen : mapping of str to str or None
        The column of each role, as `choose_columns` gives them.
    columns : mapping of str to sequence of str or None
        The cells of each column.

    Returns
    -------
    str or None
        "name", "prefecture" or "province"; None where the codes alone say which units they are. Beside codes, a column of
        cities names the units (420600, 襄阳市) or says what they lie in (330110, 杭州市), which its cells tell.
    """
    if chosen["name"] is not None:
        return "name"
    lowest = next((role for role in ("prefecture", "province") if chosen[role] is not None), None)
    codes, names = chosen["adcode"], chosen[lowest] if lowest is not None else None
    if codes is None or names is None:
        return lowest
    pairs = zip(columns[codes], columns[names], strict=True)
    filled = [(code, name) for code, name in pairs if code and name]
    index = load_unit_index()
    votes = Counter(
        _compare(index, read_lowest_code(code) or "", read_name(name))
        for code, name in filled[:: len(filled) // _MAX_SAMPLE_CELLS or 1]
    )
    return lowest if votes["own"] >= votes["parent"] else None


def _compare(index: UnitIndex, code: str, name: str) -> str:
    """Say whether a name is that of the unit of a code, at any time, or of what the unit lies in; else by the levels of both."""
    spells = index.by_code.get(code, ())
    if any(is_name_or_alias(index, name, spell) for spell in spells):
        return "own"
    if is_one_of(name, {home for spell in spells for home in index.find_parents(spell)}):
        return "parent"
    levels = {spell.level for spell in (*index.by_name.get(name, ()), *index.by_stem.get(name, ()))}
    if not spells or not levels:
        return "neither"
    return "own" if levels & {spell.level for spell in spells} else "parent"


def read_level(heading: str | None) -> str:
    """Say of which level the units of a column are, as its heading has it.

    Parameters
    ----------
    heading : str or None

    Returns
    -------
    {"county", "prefecture", ""}
    """
    words = (heading or "").strip()
    return "county" if _OF_COUNTIES.fullmatch(words) else "prefecture" if _OF_PREFECTURES.fullmatch(words) else ""
