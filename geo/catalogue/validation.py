"""The rules a programme's tables keep, beyond having the right columns.

Every rule runs, whatever the others found, so that a person who edits the tables sees everything at once. What only
echoes another problem is left out: rows are not called strangers to a table that could not be read whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pilotzones.geo.boundaries.columns import ADCODE
from pilotzones.geo.catalogue.area_parser import parse_area_km2
from pilotzones.geo.catalogue.models import MEMBER_KINDS
from pilotzones.geo.errors import Problem
from pilotzones.geo.files.csv_reader import CsvRow
from pilotzones.geo.geometry import crs

__all__ = ["Tables", "check_content"]

_MEANINGS: Final = ("land", "incl_water", "incl_sea", "total", "planned", "administered", "unspecified")
_INTEGERS: Final = ("zone", "task", "position", "measure")
_DECIMALS: Final = ("stated_area_km2", "area_km2", "overlap_km2", "lon", "lat")
_MAY_BE_EMPTY: Final = ("stated_area_km2", "overlap_km2", "lon", "lat")
# Kinds that special_areas.csv describes.
_DESCRIBED: Final = ("special", "town")
_ENDINGS: Final = {"county": "", "prefecture": "00", "province": "0000"}
_REQUIRED: Final = {
    "tasks": ("name_zh", "short_zh", "name_en", "short_en", "where_in_document"),
    "zones": ("name_zh", "name_en", "where_in_document"),
    "members": ("listed_name", "where_in_document"),
    "zone_tasks": ("where_in_document",),
    "published_areas": ("source",),
    "published_prefectures": ("source",),
}
# All of China is 9.6 million km².
_MAX_AREA_KM2: Final = 1e7


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a programme as they could be read.

    Parameters
    ----------
    rows : mapping of str to list of Row
        Rows by table; none where a table could not be read.
    whole : frozenset of str
        Tables of which every row was read: only these can tell what does not exist.
    """

    rows: Mapping[str, list[CsvRow]]
    whole: frozenset[str]

    def __getitem__(self, name: str) -> list[CsvRow]:
        return self.rows[name]

    def get_values(self, name: str, column: str) -> set[str] | None:
        """Get what a column holds, or None when rows of its table are missing."""
        return {row[column] for row in self[name]} if name in self.whole else None


def check_content(head: Mapping[str, Any], tables: Tables) -> list[Problem]:
    """Check that nothing breaks a rule.

    Parameters
    ----------
    head : mapping
        Of ``programme.toml``; empty when it could not be read.
    tables : Tables
        The CSV tables.

    Returns
    -------
    list of Problem
    """
    problems = [problem for rows in tables.rows.values() for row in rows for problem in _check_numbers(row)]
    bad_numbers = {(problem.file, problem.row) for problem in problems}
    sound = Tables(
        {
            name: [row for row in rows if (row.file, row.number) not in bad_numbers]
            for name, rows in tables.rows.items()
        },
        tables.whole,
    )
    for name, columns in _REQUIRED.items():
        problems += [row.make_problem(c, "empty") for row in tables[name] for c in columns if not row[c]]
    problems += _check_references(head, tables, sound)
    for row in sound["zones"]:
        problems += _check_zone(row)
    for row in sound["special_areas"]:
        problems += _check_special(row)
    for row in tables["published_areas"] + tables["published_prefectures"]:
        if row["meaning"] not in _MEANINGS:
            problems.append(row.make_problem("meaning", "choose_one", choices=", ".join(_MEANINGS)))
    for row in tables["overlaps"]:
        if row["whole"] not in ("yes", "no"):
            problems.append(row.make_problem("whole", "yes_or_no"))
    problems += _check_members(tables)
    problems += _check_mentions(tables, sound)
    return problems


def _check_numbers(row: CsvRow) -> Iterator[Problem]:
    for column, text in row.cells.items():
        if column in _INTEGERS:
            # A leading zero would make two numbers of one.
            if not (text.isascii() and text.isdigit()) or text.startswith("0"):
                yield row.make_problem(column, "whole_number")
        elif column in _DECIMALS and not (text == "" and column in _MAY_BE_EMPTY):
            yield from _check_decimal(row, column, text)


def _check_decimal(row: CsvRow, column: str, text: str) -> Iterator[Problem]:
    try:
        # Python would read 1_000 as a thousand; nobody else does.
        number = float(text if "_" not in text else "not a number")
    except ValueError:
        yield row.make_problem(column, "number_expected")
        return
    if column.endswith("km2") and not 0 < number < _MAX_AREA_KM2:
        yield row.make_problem(column, "area_range")


def _check_references(head: Mapping[str, Any], tables: Tables, sound: Tables) -> Iterator[Problem]:
    zones, tasks = tables.get_values("zones", "zone"), tables.get_values("tasks", "task")
    for name in ("members", "zone_tasks", "special_areas", "overlaps", "published_areas", "published_prefectures"):
        yield from _check_known(sound[name], "zone", zones)
    yield from _check_known(sound["zone_tasks"], "task", tasks)
    regions = {entry.get("name_zh") for entry in head["regions"]} if "regions" in head else None
    themes = {entry.get("id") for entry in head["themes"]} if "themes" in head else None
    yield from _check_known(tables["zones"], "region", regions)
    yield from _check_known(tables["tasks"], "theme", themes)
    yield from _check_unique(tables["zones"], "name_zh")
    yield from _check_unique(tables["tasks"], "name_zh")


def _check_known(rows: list[CsvRow], column: str, known: set[str] | None) -> Iterator[Problem]:
    if known is None:
        return
    # Codes and numbers sort by length first, so that 2 stands before 10.
    listing = ", ".join(sorted(filter(None, known), key=lambda text: (len(text), text)))
    for row in rows:
        if row[column] not in known:
            yield row.make_problem(column, "unknown_value", known=listing)


def _check_unique(rows: Iterable[CsvRow], *columns: str) -> Iterator[Problem]:
    """Check that no row repeats what another has in the last of `columns`; the others say within what."""
    first: dict[tuple[str, ...], CsvRow] = {}
    for row in rows:
        identity = tuple(row[column] for column in columns)
        if identity[-1] and identity in first:
            yield row.make_problem(columns[-1], "listed_before", first=first[identity].number)
        first.setdefault(identity, row)


def _check_zone(row: CsvRow) -> Iterator[Problem]:
    stated = parse_area_km2(row["stated_area_text"])
    given = float(row["stated_area_km2"]) if row["stated_area_km2"] else None
    if (stated is None) != (given is None) or (stated is not None and abs(stated - (given or 0.0)) > 1e-6 * stated):
        yield row.make_problem("stated_area_km2", "area_wording", wording=row["stated_area_text"])


def _check_members(tables: Tables) -> Iterator[Problem]:
    special = {(row["zone"], row["listed_name"]): row for row in tables["special_areas"]}
    yield from _check_unique(tables["members"], "zone", "listed_name")
    yield from _check_unique(tables["members"], "zone", "adcode_2019")
    for row in tables["members"]:
        code = row["adcode_2019"]
        if code and not ADCODE.fullmatch(code):
            yield row.make_problem("adcode_2019", "bad_code")
        described = special.get((row["zone"], row["listed_name"]))
        if row["kind"] not in MEMBER_KINDS:
            yield row.make_problem("kind", "choose_one", choices=", ".join(MEMBER_KINDS))
        elif row["kind"] not in _DESCRIBED:
            yield from _check_division(row, is_described=described is not None)
        elif described is not None:
            yield from _check_special_member(row, described)
        elif "special_areas" in tables.whole:
            yield row.make_problem("listed_name", "special_row")


def _check_division(row: CsvRow, *, is_described: bool) -> Iterator[Problem]:
    code, kind = row["adcode_2019"], row["kind"]
    if is_described:
        yield row.make_problem("kind", "special_kind")
    if kind == "review":
        if code:
            yield row.make_problem("adcode_2019", "unsettled_code")
    elif not code:
        yield row.make_problem("adcode_2019", "code_needed", kind=kind)
    elif ADCODE.fullmatch(code) and not code.endswith(_ENDINGS[kind]):
        yield row.make_problem("adcode_2019", "code_ending", kind=kind, ending=_ENDINGS[kind])


def _check_special_member(row: CsvRow, described: CsvRow) -> Iterator[Problem]:
    code, hosts = row["adcode_2019"], described["host_adcodes"]
    single = hosts if ADCODE.fullmatch(hosts) and not hosts.endswith("00") else ""
    if described["extent"] == "coextensive" and code != single:
        yield row.make_problem("adcode_2019", "coextensive", hosts=hosts)
    if described["extent"] in ("inside_host", "inside_hosts", "unknown") and code:
        yield row.make_problem("adcode_2019", "special_code")


def _check_mentions(tables: Tables, sound: Tables) -> Iterator[Problem]:
    """Check that other tables speak of members and prefectures that are listed, and that every zone has a member."""
    if "members" not in tables.whole:
        return
    zones = tables.get_values("zones", "zone")
    listed = {(row["zone"], row["listed_name"]) for row in tables["members"]}
    prefectures = {(row["zone"], row["prefecture"]) for row in tables["members"]}
    for name, column, known, code in (
        ("special_areas", "listed_name", listed, "member_unknown"),
        ("overlaps", "listed_name", listed, "member_unknown"),
        ("overlaps", "overlaps_member", listed, "member_unknown"),
        ("published_areas", "listed_name", listed, "member_unknown"),
        ("published_prefectures", "prefecture", prefectures, "prefecture_unlisted"),
    ):
        for row in sound[name]:
            # An unknown zone has been reported already.
            if (zones is None or row["zone"] in zones) and (row["zone"], row[column]) not in known:
                yield row.make_problem(column, code, zone=row["zone"])
    places = {(row["zone"], row["position"]) for row in tables["members"]}
    for row in sound["resolutions"]:
        if (row["zone"], row["position"]) not in places:
            yield row.make_problem("position", "member_unknown", zone=row["zone"])
        if row["excluded_adcodes"] and not all(map(ADCODE.fullmatch, row["excluded_adcodes"].split(";"))):
            yield row.make_problem("excluded_adcodes", "several_codes")
    numbers = {row["zone"] for row in tables["members"]}
    yield from (row.make_problem("zone", "zone_without_member") for row in sound["zones"] if row["zone"] not in numbers)


def _check_special(row: CsvRow) -> Iterator[Problem]:
    if row["extent"] not in ("coextensive", "inside_host", "inside_hosts", "unknown"):
        yield row.make_problem("extent", "extent")
    hosts = row["host_adcodes"].split(";")
    nowhere = row["extent"] == "unknown" and not row["host_adcodes"]
    if not nowhere and not all(ADCODE.fullmatch(code) for code in hosts):
        yield row.make_problem("host_adcodes", "several_codes")
    if row["extent"] == "inside_host" and len(hosts) != 1:
        yield row.make_problem("host_adcodes", "one_host", extent=row["extent"])
    if bool(row["lon"]) != bool(row["lat"]):
        yield row.make_problem("lon" if not row["lon"] else "lat", "half_point")
    elif row["lon"]:
        yield from _check_point(row)


def _check_point(row: CsvRow) -> Iterator[Problem]:
    west, south, east, north = crs.CHINA_BOX
    lon, lat = float(row["lon"]), float(row["lat"])
    if not (west <= lon <= east and south <= lat <= north):
        swapped = west <= lat <= east and south <= lon <= north
        yield row.make_problem("lon", "point_swapped" if swapped else "point_abroad")
    if not row["point_source"]:
        yield row.make_problem("point_source", "point_source")
