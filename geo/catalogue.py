"""Programmes from the catalogue's folders, validated: every problem of every file at once."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from data import PROGRAMMES
from geo import crs
from geo.errors import CatalogueError, Problem, raise_problems
from geo.programme import Member, Named, Overlap, Programme, PublishedArea, SpecialArea, Task, Zone
from geo.schema import ADCODE
from geo.tables import Row, decode, read_table
from geo.units import parse_area_km2

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["DEFAULT_PROGRAMME", "check_programme", "list_programmes", "load_programme", "programme_folder"]

DEFAULT_PROGRAMME: Final = "urban_rural_integration_2019"
_TABLES: Final[dict[str, tuple[str, str]]] = {
    # file: (columns, key)
    "tasks": ("task name_zh short_zh name_en short_en theme where_in_document", "task"),
    "zones": (
        "zone name_zh name_en region province stated_area_text stated_area_km2 scope_text where_in_document",
        "zone",
    ),
    "members": (
        "zone position listed_name kind division_type province prefecture adcode_2019 where_in_document",
        "zone position",
    ),
    "zone_tasks": ("zone task where_in_document", "zone task"),
    "special_areas": (
        "zone listed_name nature extent host_adcodes lon lat point_meaning point_source note",
        "zone listed_name",
    ),
    "overlaps": (
        "zone listed_name overlaps_member overlap_km2 whole evidence source",
        "zone listed_name overlaps_member",
    ),
    "published_areas": ("zone listed_name area_km2 meaning as_of source address confidence note", ""),
}
_TEXTS: Final = (
    "id",
    "title_zh",
    "title_en",
    "document_title",
    "document_number",
    "document_date",
    "effective_from",
    "effective_to",
    "issuer_zh",
    "issuer_en",
    "codes_as_of",
)
_MEANINGS: Final = ("land", "incl_water", "incl_sea", "total", "planned", "administered", "unspecified")


def list_programmes() -> list[str]:
    """Ids of the programmes in the catalogue, sorted."""
    return sorted(path.parent.name for path in PROGRAMMES.glob("*/programme.toml"))


@cache
def load_programme(programme: str | Path = DEFAULT_PROGRAMME) -> Programme:
    """A programme of the catalogue, or one in a folder of the user's.

    Parameters
    ----------
    programme : str or Path
        Id in the catalogue, or the path of a folder with ``programme.toml`` and the tables.

    Returns
    -------
    Programme

    Raises
    ------
    CatalogueError
        With every problem found, each with file, row and field.
    """
    folder = programme_folder(programme)
    loaded, problems = check_programme(folder)
    raise_problems(CatalogueError, f"programme {folder.name}", problems)
    assert loaded is not None
    return loaded


def programme_folder(programme: str | Path) -> Path:
    """Folder of a programme: of the catalogue when it is an id, otherwise the folder itself.

    Raises
    ------
    CatalogueError
        When there is none.
    """
    for folder in (PROGRAMMES / str(programme), Path(programme)):
        if (folder / "programme.toml").is_file():
            return folder
    raise CatalogueError(
        f"no programme {str(programme)!r}: the catalogue has {', '.join(list_programmes())}, "
        "or give a folder that holds programme.toml"
    )


def check_programme(folder: Path) -> tuple[Programme | None, list[Problem]]:
    """Read a programme's folder and say everything that is wrong with it.

    Parameters
    ----------
    folder : Path
        Holds ``programme.toml`` and the CSV tables.

    Returns
    -------
    programme : Programme or None
        None when a problem is an error.
    problems : list of Problem
        Errors and warnings.
    """
    head, problems = _read_head(folder / "programme.toml")
    tables: dict[str, list[Row]] = {}
    for name, (columns, key) in _TABLES.items():
        tables[name], found = read_table(folder / f"{name}.csv", columns.split(), key=key.split())
        problems += found
    # Content is checked only where the tables could be read: one broken header must not breed a hundred echoes.
    if not any(problem.severity == "error" and problem.row in (None, 1) for problem in problems):
        problems += _check_content(head, tables)
    if any(problem.severity == "error" for problem in problems):
        return None, problems
    return _build(head, tables), problems


def _read_head(path: Path) -> tuple[dict[str, Any], list[Problem]]:
    try:
        text, problems = decode(path.read_bytes(), file=path.name)
        head = tomllib.loads(text)
    except FileNotFoundError:
        return {}, [Problem(path.name, "the file is missing")]
    except tomllib.TOMLDecodeError as error:
        return {}, [Problem(path.name, f"not valid TOML: {error}")]
    for key in _TEXTS:
        if not isinstance(head.get(key), str):
            problems.append(Problem(path.name, "a text is missing (it may be empty)", field=key))
    for group in ("regions", "themes"):
        for number, entry in enumerate(head.get(group, []), start=1):
            missing = [key for key in ("id", "name_zh", "name_en") if not entry.get(key)]
            problems += [Problem(path.name, f"[[{group}]] number {number} lacks it", field=key) for key in missing]
    return head, problems


def _check_content(head: dict[str, Any], tables: dict[str, list[Row]]) -> list[Problem]:
    problems = [problem for name in tables for row in tables[name] for problem in _check_numbers(row)]
    if problems:
        return problems
    zones = {row["zone"] for row in tables["zones"]}
    tasks = {row["task"] for row in tables["tasks"]}
    regions = {entry["name_zh"] for entry in head.get("regions", [])}
    themes = {entry["id"] for entry in head.get("themes", [])}
    for name in ("members", "zone_tasks", "special_areas", "overlaps", "published_areas"):
        problems += _unknown(tables[name], "zone", zones)
    problems += _unknown(tables["zone_tasks"], "task", tasks)
    problems += _unknown(tables["zones"], "region", regions)
    problems += _unknown(tables["tasks"], "theme", themes)
    for row in tables["zones"]:
        problems += _check_zone(row)
    problems += _check_members(tables)
    for row in tables["special_areas"]:
        problems += _check_special(row)
    for row in tables["published_areas"]:
        if row["meaning"] not in _MEANINGS:
            problems.append(row.problem("meaning", f"choose one of {', '.join(_MEANINGS)}"))
        if not row["source"]:
            problems.append(row.problem("source", "a published figure needs its source"))
    return problems


_INTEGERS: Final = ("zone", "task", "position")
_DECIMALS: Final = ("stated_area_km2", "area_km2", "overlap_km2", "lon", "lat")
_MAY_BE_EMPTY: Final = ("stated_area_km2", "overlap_km2", "lon", "lat")
# All of China is 9.6 million km².
_LARGEST_AREA_KM2: Final = 1e7


def _check_numbers(row: Row) -> Iterable[Problem]:
    for column, text in row.cells.items():
        if column in _INTEGERS and not (text.isascii() and text.isdigit() and int(text) > 0):
            yield row.problem(column, "a whole number from 1 is expected")
        elif column in _DECIMALS and not (text == "" and column in _MAY_BE_EMPTY):
            try:
                number = float(text)
            except ValueError:
                yield row.problem(column, "a number is expected")
                continue
            if column.endswith("km2") and not 0 < number < _LARGEST_AREA_KM2:
                yield row.problem(column, "an area lies between 0 and 10 million km²")


def _unknown(rows: list[Row], column: str, known: set[str]) -> list[Problem]:
    # Codes and numbers sort by length first, so that 2 stands before 10.
    listing = ", ".join(sorted(known, key=lambda text: (len(text), text)))
    return [row.problem(column, f"unknown; there is {listing}") for row in rows if row[column] not in known]


def _check_zone(row: Row) -> Iterable[Problem]:
    stated = parse_area_km2(row["stated_area_text"])
    given = float(row["stated_area_km2"]) if row["stated_area_km2"] else None
    if (stated is None) != (given is None) or (stated is not None and abs(stated - (given or 0.0)) > 1e-6 * stated):
        yield row.problem("stated_area_km2", f"does not follow from the wording {row['stated_area_text']!r}")
    if not row["name_zh"]:
        yield row.problem("name_zh", "a zone needs a name")


def _check_members(tables: dict[str, list[Row]]) -> Iterable[Problem]:
    special = {(row["zone"], row["listed_name"]) for row in tables["special_areas"]}
    listed: dict[tuple[str, str], Row] = {}
    codes: dict[tuple[str, str], Row] = {}
    for row in tables["members"]:
        identity = (row["zone"], row["listed_name"])
        if not row["listed_name"]:
            yield row.problem("listed_name", "a member needs its name as the document writes it")
        if identity in listed:
            yield row.problem("listed_name", f"listed twice, first in row {listed[identity].number}")
        listed.setdefault(identity, row)
        yield from _check_member(row, described=identity in special)
        code = row["adcode_2019"]
        if code and (row["zone"], code) in codes:
            yield row.problem("adcode_2019", f"listed twice, first in row {codes[row['zone'], code].number}")
        codes.setdefault((row["zone"], code), row)
    yield from _check_mentions(tables, set(listed))


def _check_mentions(tables: dict[str, list[Row]], listed: set[tuple[str, str]]) -> Iterable[Problem]:
    """Check that the other tables speak of members that are listed, and that every zone has one."""
    for name in ("special_areas", "overlaps", "published_areas"):
        for row in tables[name]:
            if (row["zone"], row["listed_name"]) not in listed:
                yield row.problem("listed_name", f"no such member in zone {row['zone']}")
    for row in tables["overlaps"]:
        if (row["zone"], row["overlaps_member"]) not in listed:
            yield row.problem("overlaps_member", f"no such member in zone {row['zone']}")
        if row["whole"] not in ("yes", "no"):
            yield row.problem("whole", "yes or no is expected")
    numbers = {row["zone"] for row in tables["members"]}
    for row in tables["zones"]:
        if row["zone"] not in numbers:
            yield row.problem("zone", "the zone has no member")


def _check_member(row: Row, *, described: bool) -> Iterable[Problem]:
    code = row["adcode_2019"]
    if code and not ADCODE.fullmatch(code):
        yield row.problem("adcode_2019", "a county code is a string of six digits")
    if row["kind"] == "county":
        if not code:
            yield row.problem("adcode_2019", "a county needs its six-digit code")
        if described:
            yield row.problem("kind", "special_areas.csv describes it, so its kind is special")
    elif row["kind"] == "special":
        if not described:
            yield row.problem("listed_name", "a special area needs a row in special_areas.csv")
    else:
        yield row.problem("kind", "choose county or special")


def _check_special(row: Row) -> Iterable[Problem]:
    if row["extent"] not in ("coextensive", "inside_host", "inside_hosts"):
        yield row.problem("extent", "choose coextensive, inside_host or inside_hosts")
    hosts = row["host_adcodes"].split(";")
    if not all(ADCODE.fullmatch(code) for code in hosts):
        yield row.problem("host_adcodes", "six-digit codes separated by ';' are expected")
    if row["extent"] in ("coextensive", "inside_host") and len(hosts) != 1:
        yield row.problem("host_adcodes", f"{row['extent']} takes exactly one host")
    if bool(row["lon"]) != bool(row["lat"]):
        yield row.problem("lon" if not row["lon"] else "lat", "a point needs both coordinates")
    elif row["lon"]:
        west, south, east, north = crs.CHINA_BOX
        if not (west <= float(row["lon"]) <= east and south <= float(row["lat"]) <= north):
            swapped = west <= float(row["lat"]) <= east and south <= float(row["lon"]) <= north
            yield row.problem("lon", "outside China" + ("; lon and lat look swapped" if swapped else ""))
        if not row["point_source"]:
            yield row.problem("point_source", "a point needs its source")


def _build(head: dict[str, Any], tables: dict[str, list[Row]]) -> Programme:
    special = _build_special(tables)
    published: dict[tuple[str, str], list[PublishedArea]] = {}
    for row in tables["published_areas"]:
        figure = PublishedArea(
            float(row["area_km2"]),
            *(row[column] for column in ("meaning", "as_of", "source", "address", "confidence", "note")),
        )
        published.setdefault((row["zone"], row["listed_name"]), []).append(figure)
    members: dict[str, list[Member]] = {}
    for row in sorted(tables["members"], key=lambda row: (int(row["zone"]), int(row["position"]))):
        identity = (row["zone"], row["listed_name"])
        members.setdefault(row["zone"], []).append(
            Member(
                zone=int(row["zone"]),
                position=int(row["position"]),
                listed_name=row["listed_name"],
                kind=row["kind"],  # type: ignore[arg-type]  # checked by _check_member
                division_type=row["division_type"],
                province=row["province"],
                prefecture=row["prefecture"],
                adcode=row["adcode_2019"] or None,
                where_in_document=row["where_in_document"],
                special=special.get(identity),
                published=tuple(published.get(identity, ())),
            )
        )
    tasks: dict[str, list[int]] = {}
    for row in tables["zone_tasks"]:
        tasks.setdefault(row["zone"], []).append(int(row["task"]))
    return Programme(
        **{key: head[key] for key in _TEXTS},
        regions=tuple(Named(entry["id"], entry["name_zh"], entry["name_en"]) for entry in head.get("regions", [])),
        themes=tuple(Named(entry["id"], entry["name_zh"], entry["name_en"]) for entry in head.get("themes", [])),
        tasks=tuple(_build_task(row) for row in sorted(tables["tasks"], key=lambda row: int(row["task"]))),
        zones=tuple(
            _build_zone(row, tuple(tasks.get(row["zone"], ())), tuple(members[row["zone"]]))
            for row in sorted(tables["zones"], key=lambda row: int(row["zone"]))
        ),
    )


def _build_special(tables: dict[str, list[Row]]) -> dict[tuple[str, str], SpecialArea]:
    overlaps: dict[tuple[str, str], list[Overlap]] = {}
    for row in tables["overlaps"]:
        known = float(row["overlap_km2"]) if row["overlap_km2"] else None
        overlaps.setdefault((row["zone"], row["listed_name"]), []).append(
            Overlap(row["overlaps_member"], known, row["whole"] == "yes", row["evidence"], row["source"])
        )
    return {
        (row["zone"], row["listed_name"]): SpecialArea(
            nature=row["nature"],
            extent=row["extent"],  # type: ignore[arg-type]  # checked by _check_special
            host_adcodes=tuple(row["host_adcodes"].split(";")),
            point=(float(row["lon"]), float(row["lat"])) if row["lon"] else None,
            point_meaning=row["point_meaning"],
            point_source=row["point_source"],
            note=row["note"],
            overlaps=tuple(overlaps.get((row["zone"], row["listed_name"]), ())),
        )
        for row in tables["special_areas"]
    }


def _build_task(row: Row) -> Task:
    texts = ("name_zh", "short_zh", "name_en", "short_en", "theme", "where_in_document")
    return Task(int(row["task"]), *(row[column] for column in texts))


def _build_zone(row: Row, tasks: tuple[int, ...], members: tuple[Member, ...]) -> Zone:
    return Zone(
        order=int(row["zone"]),
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        region=row["region"],
        province=row["province"],
        stated_area_text=row["stated_area_text"],
        stated_area_km2=float(row["stated_area_km2"]) if row["stated_area_km2"] else None,
        scope_text=row["scope_text"],
        where_in_document=row["where_in_document"],
        tasks=tasks,
        members=members,
    )
