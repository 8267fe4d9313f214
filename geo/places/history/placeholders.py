"""Rows of code tables that stand for a group of divisions and for no division: 市辖区, 县, 110100, 419000."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pilotzones.geo.places.history.loader import load_unit_index

if TYPE_CHECKING:
    from pilotzones.geo.places.history.models import Period, UnitSpell
    from pilotzones.geo.places.history.unit_index import UnitIndex

__all__ = ["find_city", "find_city_name", "is_placeholder", "is_placeholder_code"]

_PLACEHOLDER_NAME: Final = (
    r"(?:晋城市)?市辖区|县|市|市辖县|省直辖县级行政(区划|单位)|省直辖行政单位|自治区直辖县级行政(区划|单位)"
)
# The groups of a municipality's districts and counties, and of the counties that a province runs itself.
_PLACEHOLDER_CODE: Final = r"(?:11|12|31|50)0[123]00|\d\d9000|\d\d[0-57]\d01|\d\d6[0-57-9]01"
# 石家庄市区 and 石家庄市辖区 are rows of city statistics.
_CITY_DISTRICTS: Final = r"(?P<city>.{2,}?市)(?:市辖区|市区|辖区|区)"


def is_placeholder(name: str, code: str) -> bool:
    """Return whether a row stands for a group of divisions and for no division.

    Parameters
    ----------
    name, code : str
        Either may be empty.

    Returns
    -------
    bool
        True for 市辖区, 县, 省直辖县级行政区划 and, without another name, codes such as 110100, 130101 and 419000.
    """
    if name and re.fullmatch(_PLACEHOLDER_NAME, name) is not None:
        return True
    if name:
        return bool(find_city_name(name)) and (not code or code.endswith("00") or is_placeholder_code(code))
    return is_placeholder_code(code)


def is_placeholder_code(code: str) -> bool:
    """Return whether a code stands for a group of divisions, and never was a division's own."""
    return re.fullmatch(_PLACEHOLDER_CODE, code) is not None and code not in load_unit_index().by_code


def find_city_name(name: str) -> str:
    """Name the city of a row such as 石家庄市辖区; empty for other rows."""
    match = re.fullmatch(_CITY_DISTRICTS, name)
    return match["city"] if match is not None else ""


def find_city(index: UnitIndex, code: str, period: Period) -> tuple[UnitSpell, ...]:
    """Find the city or municipality whose divisions a placeholder's code stands for.

    Parameters
    ----------
    index : UnitIndex
    code : str
    period : Period

    Returns
    -------
    tuple of UnitSpell
        Empty for the counties that a province runs itself.
    """
    if code[2] == "9":
        return ()
    return index.find_by_code(f"{code[:4]}00", period) or index.find_by_code(f"{code[:2]}0000", period)
