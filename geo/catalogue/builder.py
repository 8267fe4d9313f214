"""Build a programme from the checked rows of its tables."""

from __future__ import annotations

from typing import Any, Final

from pilotzones.geo.catalogue.kinds import PROGRAMME_KINDS
from pilotzones.geo.catalogue.membership import build_batches, build_memberships
from pilotzones.geo.catalogue.models import (
    Member,
    NamedEntry,
    Overlap,
    Programme,
    PublishedArea,
    SpecialArea,
    Task,
    Zone,
)
from pilotzones.geo.catalogue.provision_tables import (
    build_cities,
    build_groups,
    build_measures,
    build_rules,
    build_structure,
    build_towns,
)
from pilotzones.geo.files.csv_reader import CsvRow

__all__ = ["PROGRAMME_TEXTS", "build_programme"]

PROGRAMME_TEXTS: Final = (
    "id",
    "title_zh",
    "title_en",
    "document_title",
    "document_number",
    "document_date",
    "document_source",
    "document_source_zh",
    "effective_from",
    "effective_to",
    "issuer_zh",
    "issuer_en",
    "codes_as_of",
    "announced",
    "dates_source",
    "dates_source_zh",
)


def build_programme(head: dict[str, Any], tables: dict[str, list[CsvRow]]) -> Programme:
    """Build a programme.

    Parameters
    ----------
    head : dict
        Of ``programme.toml``.
    tables : dict of str to list of CsvRow
        Rows of each table, checked.

    Returns
    -------
    Programme
    """
    prefectures: dict[str, list[tuple[str, PublishedArea]]] = {}
    for row in tables["published_prefectures"]:
        prefectures.setdefault(row["zone"], []).append((row["prefecture"], _build_published(row)))
    tasks: dict[str, list[int]] = {}
    for row in tables["zone_tasks"]:
        tasks.setdefault(row["zone"], []).append(int(row["task"]))
    members = _build_members(tables)
    return Programme(
        **{key: head[key] for key in PROGRAMME_TEXTS},
        regions=tuple(NamedEntry(entry["id"], entry["name_zh"], entry["name_en"]) for entry in head.get("regions", [])),
        themes=tuple(NamedEntry(entry["id"], entry["name_zh"], entry["name_en"]) for entry in head.get("themes", [])),
        tasks=tuple(_build_task(row) for row in sorted(tables["tasks"], key=lambda row: int(row["task"]))),
        zones=tuple(
            _build_zone(
                row,
                tasks=tuple(tasks.get(row["zone"], ())),
                members=tuple(members[row["zone"]]),
                published_prefectures=tuple(prefectures.get(row["zone"], ())),
            )
            for row in sorted(tables["zones"], key=lambda row: int(row["zone"]))
        ),
        kind=PROGRAMME_KINDS[head.get("kind", "zones")],
        groups=build_groups(head),
        measures=build_measures(tables["measures"]),
        structure=build_structure(head),
        rules=build_rules(tables["rules"]),
        cities=build_cities(tables["cities"]),
        batches=build_batches(tables["batches"]),
    )


def _build_members(tables: dict[str, list[CsvRow]]) -> dict[str, list[Member]]:
    """Build the members by the number of their zone, in the order of the list."""
    special, towns = _build_special(tables), build_towns(tables["towns"])
    memberships = build_memberships(tables["member_dates"])
    grounds = {(row["zone"], row["position"]): row["ground_as_of"] for row in tables["member_grounds"]}
    published: dict[tuple[str, str], list[PublishedArea]] = {}
    for row in tables["published_areas"]:
        published.setdefault((row["zone"], row["listed_name"]), []).append(_build_published(row))
    resolved = {(row["zone"], row["position"]): row for row in tables["resolutions"]}
    members: dict[str, list[Member]] = {}
    for row in sorted(tables["members"], key=lambda row: (int(row["zone"]), int(row["position"]))):
        identity = (row["zone"], row["listed_name"])
        resolution = resolved.get((row["zone"], row["position"]))
        members.setdefault(row["zone"], []).append(
            Member(
                zone=int(row["zone"]),
                position=int(row["position"]),
                listed_name=row["listed_name"],
                kind=row["kind"],  # type: ignore[arg-type]  # checked by geo.programme_checks
                division_type=row["division_type"],
                province=row["province"],
                prefecture=row["prefecture"],
                adcode=row["adcode_2019"] or None,
                where_in_document=row["where_in_document"],
                special=special.get(identity),
                published=tuple(published.get(identity, ())),
                official_name=resolution["official_name"] if resolution is not None else "",
                excluded=_split_codes(resolution["excluded_adcodes"]) if resolution is not None else (),
                town=towns.get(identity),
                membership=memberships.get((row["zone"], row["position"])),
                ground_as_of=grounds.get((row["zone"], row["position"]), ""),
            )
        )
    return members


def _build_special(tables: dict[str, list[CsvRow]]) -> dict[tuple[str, str], SpecialArea]:
    overlaps: dict[tuple[str, str], list[Overlap]] = {}
    for row in tables["overlaps"]:
        known = float(row["overlap_km2"]) if row["overlap_km2"] else None
        overlaps.setdefault((row["zone"], row["listed_name"]), []).append(
            Overlap(row["overlaps_member"], known, row["whole"] == "yes", row["evidence"], row["source"])
        )
    return {
        (row["zone"], row["listed_name"]): SpecialArea(
            nature=row["nature"],
            extent=row["extent"],  # type: ignore[arg-type]  # checked by geo.programme_checks
            host_adcodes=_split_codes(row["host_adcodes"]),
            point=(float(row["lon"]), float(row["lat"])) if row["lon"] else None,
            point_meaning=row["point_meaning"],
            point_source=row["point_source"],
            note=row["note"],
            overlaps=tuple(overlaps.get((row["zone"], row["listed_name"]), ())),
        )
        for row in tables["special_areas"]
    }


def _split_codes(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(";")) if cell else ()


def _build_task(row: CsvRow) -> Task:
    texts = ("name_zh", "short_zh", "name_en", "short_en", "theme", "where_in_document")
    return Task(int(row["task"]), *(row[column] for column in texts))


def _build_published(row: CsvRow) -> PublishedArea:
    texts = ("meaning", "as_of", "source", "address", "confidence", "note")
    return PublishedArea(float(row["area_km2"]), *(row[column] for column in texts))


def _build_zone(row: CsvRow, **parts: Any) -> Zone:
    texts = ("name_zh", "name_en", "region", "province", "stated_area_text", "scope_text", "where_in_document")
    parts |= {column: row[column] for column in texts}
    stated = float(row["stated_area_km2"]) if row["stated_area_km2"] else None
    return Zone(order=int(row["zone"]), stated_area_km2=stated, **parts)
