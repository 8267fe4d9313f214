"""The tables of measures, towns, city classes and rules: their columns, the rules they keep, and records from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pilotzones.geo.boundaries.columns import ADCODE
from pilotzones.geo.catalogue.kinds import PROGRAMME_KINDS
from pilotzones.geo.catalogue.provisions import (
    ROLES,
    SCOPES,
    CityClass,
    Group,
    Measure,
    ProgrammeRule,
    StructurePart,
    Town,
)
from pilotzones.geo.catalogue.validation import Tables
from pilotzones.geo.errors import Problem, make_problem
from pilotzones.geo.files.csv_reader import CsvRow

__all__ = [
    "PROVISION_TABLES",
    "RULE_KINDS",
    "SIZE_CLASSES",
    "build_cities",
    "build_groups",
    "build_measures",
    "build_rules",
    "build_structure",
    "build_towns",
    "check_provisions",
]

_MEASURE_COLUMNS: Final = (
    "measure number group name_zh name_en summary_zh summary_en scope scope_text_zh scope_text_en scope_adcodes "
    "scope_source where_in_document"
)
_TOWN_COLUMNS: Final = (
    "zone listed_name note_in_list county_then prefecture_then county_now prefecture_now present_name present_status "
    "town_code aliases point_datum point_accuracy searched source note "
    "point_zh point_datum_zh point_accuracy_zh searched_zh source_zh note_zh"
)
PROVISION_TABLES: Final[dict[str, tuple[str, str]]] = {
    # file: (columns, key)
    "measures": (_MEASURE_COLUMNS, "measure"),
    "towns": (_TOWN_COLUMNS, "zone listed_name"),
    "cities": ("prefecture size_class as_of source address confidence note", "prefecture"),
    "rules": ("rule kind parameter name_zh name_en where_in_document note", "rule"),
}
# What geo.rules knows how to test.
RULE_KINDS: Final = (
    "tasks_per_zone",
    "every_task_taken",
    "scope_by_city_class",
    "zone_in_each_prefecture",
    "measures_in_groups",
    "structure_counts",
    "earlier_pilots",
)
# 国发〔2014〕51号: by resident population of the city proper; "smaller" is type II and below.
SIZE_CLASSES: Final = ("super_large", "very_large", "large_1", "smaller")
_REQUIRED: Final = {
    "measures": ("number", "name_zh", "name_en", "summary_zh", "summary_en", "where_in_document"),
    "towns": ("county_then", "county_now", "present_name", "present_status", "source"),
    "cities": ("source", "as_of"),
    "rules": ("name_zh", "name_en", "where_in_document"),
}
_PART_TEXTS: Final = ("name_zh", "name_en", "where_in_document")


def check_provisions(head: Mapping[str, Any], tables: Tables) -> Iterator[Problem]:
    """Check that nothing breaks a rule of these tables and of their keys in ``programme.toml``.

    Parameters
    ----------
    head : mapping
        Of ``programme.toml``; empty when it could not be read.
    tables : Tables

    Yields
    ------
    Problem
    """
    if head:
        yield from _check_head(head)
    for name, columns in _REQUIRED.items():
        for row in tables[name]:
            yield from (row.make_problem(column, "empty") for column in columns if not row[column])
    yield from _check_measures(head, tables)
    yield from _check_towns(tables)
    for row in tables["cities"]:
        if row["size_class"] not in SIZE_CLASSES:
            yield row.make_problem("size_class", "choose_one", choices=", ".join(SIZE_CLASSES))
    for row in tables["rules"]:
        if row["kind"] not in RULE_KINDS:
            yield row.make_problem("kind", "choose_one", choices=", ".join(RULE_KINDS))


def _check_head(head: Mapping[str, Any]) -> Iterator[Problem]:
    file = "programme.toml"
    if head.get("kind", "zones") not in PROGRAMME_KINDS:
        facts = {"choices": ", ".join(PROGRAMME_KINDS)}
        yield make_problem(file, "choose_one", field="kind", value=str(head["kind"]), facts=facts)
    for group in head.get("groups", []):
        if group.get("role") not in ROLES:
            facts = {"choices": ", ".join(ROLES)}
            yield make_problem(file, "group_role", field="role", value=str(group.get("role")), facts=facts)
    for number, part in enumerate(head.get("structure", []), start=1):
        yield from _check_part(file, number, part)


def _check_part(file: str, number: int, part: Mapping[str, Any]) -> Iterator[Problem]:
    where = {"group": "structure", "number": number}
    for key in _PART_TEXTS:
        if not (isinstance(part.get(key), str) and part[key]):
            yield make_problem(file, "entry_lacks", field=key, facts=where)
    count = part.get("count")
    for key in ("items_zh", "items_en"):
        items = part.get(key)
        if not (isinstance(items, list) and all(isinstance(item, str) for item in items)):
            yield make_problem(file, "texts_expected", field=key, facts=where)
        elif len(items) != count:
            facts = where | {"count": len(items)}
            yield make_problem(file, "entry_count", field="count", value=str(count), facts=facts)


def _check_measures(head: Mapping[str, Any], tables: Tables) -> Iterator[Problem]:
    groups = {entry.get("id") for entry in head.get("groups", [])} if head else None
    for row in tables["measures"]:
        if groups is not None and row["group"] not in groups:
            known = ", ".join(sorted(filter(None, groups)))
            yield row.make_problem("group", "group_unknown" if known else "groups_missing", known=known)
        if row["scope"] not in SCOPES:
            yield row.make_problem("scope", "choose_one", choices=", ".join(SCOPES))
            continue
        yield from _check_scope(row)


def _check_scope(row: CsvRow) -> Iterator[Problem]:
    codes = row["scope_adcodes"].split(";") if row["scope_adcodes"] else []
    if row["scope"] == "places":
        if not codes or not all(map(ADCODE.fullmatch, codes)):
            yield row.make_problem("scope_adcodes", "scope_codes")
        if not row["scope_source"]:
            yield row.make_problem("scope_source", "scope_source")
    elif codes:
        yield row.make_problem("scope_adcodes", "scope_without_codes", scope=row["scope"])
    if row["scope"] != "whole":
        for column in ("scope_text_zh", "scope_text_en"):
            if not row[column]:
                yield row.make_problem(column, "scope_text")


def _check_towns(tables: Tables) -> Iterator[Problem]:
    if "members" not in tables.whole:
        return
    listed = {(row["zone"], row["listed_name"]): row["kind"] for row in tables["members"]}
    points = {(row["zone"], row["listed_name"]): bool(row["lon"]) for row in tables["special_areas"]}
    for row in tables["towns"]:
        identity = (row["zone"], row["listed_name"])
        if identity not in listed:
            yield row.make_problem("listed_name", "town_unlisted", zone=row["zone"])
        elif listed[identity] != "town":
            yield row.make_problem("listed_name", "town_kind", kind=listed[identity])
        elif points.get(identity) and not row["point_datum"]:
            yield row.make_problem("point_datum", "point_datum")
        elif not points.get(identity) and not row["searched"]:
            yield row.make_problem("searched", "town_searched")


def build_groups(head: Mapping[str, Any]) -> tuple[Group, ...]:
    """Build the groups of measures, in the order of ``programme.toml``."""
    return tuple(Group(one["id"], one["role"], one["name_zh"], one["name_en"]) for one in head.get("groups", []))


def build_structure(head: Mapping[str, Any]) -> tuple[StructurePart, ...]:
    """Build the structure the document names, in the order of ``programme.toml``."""
    return tuple(
        StructurePart(
            one["count"],
            one["name_zh"],
            one["name_en"],
            tuple(one["items_zh"]),
            tuple(one["items_en"]),
            one["where_in_document"],
        )
        for one in head.get("structure", [])
    )


def build_measures(rows: Sequence[CsvRow]) -> tuple[Measure, ...]:
    """Build the measures by number."""
    texts = _MEASURE_COLUMNS.split()[1:-3]
    return tuple(
        Measure(
            id=int(row["measure"]),
            **{name: row[name] for name in texts},  # type: ignore[arg-type]  # the scope is checked
            scope_adcodes=tuple(filter(None, row["scope_adcodes"].split(";"))),
            scope_source=row["scope_source"],
            where_in_document=row["where_in_document"],
        )
        for row in sorted(rows, key=lambda row: int(row["measure"]))
    )


def build_towns(rows: Sequence[CsvRow]) -> dict[tuple[str, str], Town]:
    """Build the towns by zone and listed name."""
    texts = [name for name in PROVISION_TABLES["towns"][0].split()[2:] if name != "aliases"]
    return {
        (row["zone"], row["listed_name"]): Town(
            **{name: row[name] for name in texts},
            aliases=tuple(filter(None, row["aliases"].split(";"))),
        )
        for row in rows
    }


def build_cities(rows: Sequence[CsvRow]) -> tuple[CityClass, ...]:
    """Build the city classes in the order of their table."""
    return tuple(CityClass(**row.cells) for row in rows)


def build_rules(rows: Sequence[CsvRow]) -> tuple[ProgrammeRule, ...]:
    """Build the rules in the order of their table."""
    names = PROVISION_TABLES["rules"][0].split()
    return tuple(ProgrammeRule(*(row[name] for name in names)) for row in rows)
