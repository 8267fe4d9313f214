"""A draft as a folder in the catalogue's own format, which audit, export and map read at once."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from pilotzones.geo.catalogue.loader import check_programme
from pilotzones.geo.documents.models import DocumentPlace, Draft, DraftMember, DraftZone
from pilotzones.geo.errors import CatalogueError, ExportError, make_problem, raise_problems
from pilotzones.geo.files.atomic_folder import replace_folder
from pilotzones.geo.files.csv_writer import format_csv
from pilotzones.geo.messages import LANGUAGES
from pilotzones.geo.places.gazetteer import load_gazetteer

__all__ = ["write_programme"]

_REGION_IDS: Final = {"东部地区": ("east", "East"), "中部地区": ("central", "Central"), "西部地区": ("west", "West"),
                      "东北地区": ("northeast", "Northeast")}  # fmt: skip
_NO_REGION: Final = "未分地区"
_THEME: Final = "all"
_SHORT: Final = 12
_TABLES: Final[dict[str, str]] = {
    "tasks": "task name_zh short_zh name_en short_en theme where_in_document",
    "zones": "zone name_zh name_en region province stated_area_text stated_area_km2 scope_text where_in_document",
    "members": "zone position listed_name kind division_type province prefecture adcode_2019 where_in_document",
    "zone_tasks": "zone task where_in_document",
    "special_areas": "zone listed_name nature extent host_adcodes lon lat point_meaning point_source note",
    "overlaps": "zone listed_name overlaps_member overlap_km2 whole evidence source",
    "published_areas": "zone listed_name area_km2 meaning as_of source address confidence note",
    "published_prefectures": "zone prefecture area_km2 meaning as_of source address confidence note",
    "resolutions": "zone position listed_text official_name excluded_adcodes status method reasons candidates start end",
    "member_dates": "zone position listed_name batch listed_on left_on clause source",
    "member_grounds": "zone position listed_name ground_as_of",
    "review": "zone position listed_text status reasons candidates where_in_document start end context",
    "sources": "table key start end text",
    "unread": "where reason where_in_document start end text",
}
TableRow = tuple[object, ...]


def write_programme(draft: Draft, folder: Path, *, replace: bool = False) -> Path:
    """Write a draft as a programme's folder.

    Parameters
    ----------
    draft : Draft
        With at least one zone.
    folder : Path
        Created; its name becomes the programme's id.
    replace : bool, optional
        Whether a programme that is there already is replaced.

    Returns
    -------
    Path
        The folder, with the catalogue's files and ``resolutions.csv``, ``member_dates.csv``, ``member_grounds.csv``,
        ``review.csv`` (what to settle), ``unread.csv`` (what gave nothing), ``sources.csv`` (where each value stands) and
        ``document.txt``, whose characters the offsets count.

    Raises
    ------
    CatalogueError
        When the draft has no zone, or does not make a sound programme.
    ExportError
        When the folder is there already or cannot be written.
    """
    if not draft.zones:
        facts = {
            f"notes_{lang}": {"zh": "；", "en": "; "}[lang].join(note.translate_to(lang) for note in draft.notes)
            for lang in LANGUAGES
        }
        raise CatalogueError(make_problem(draft.file, "no_zone_read", facts=facts))
    target = Path(os.path.realpath(folder))
    _check_target(target, replace=replace)

    def write(fresh: Path) -> None:
        _write_files(draft, fresh)
        raise_problems(CatalogueError, f"programme {target.name}", check_programme(fresh)[1])

    replace_folder(target, write)
    return target


def _check_target(target: Path, *, replace: bool) -> None:
    if not target.exists():
        return
    programme = target.is_dir() and (target / "programme.toml").is_file()
    if target.is_dir() and not any(target.iterdir()):
        return
    if not programme:
        raise ExportError(make_problem(str(target), "folder_foreign"))
    if not replace:
        raise ExportError(make_problem(str(target), "folder_has_programme"))
    known = {f"{name}.csv" for name in _TABLES} | {"programme.toml", "document.txt"}
    strangers = sorted(path.name for path in target.iterdir() if path.name not in known)
    if strangers:
        # Replacing must not take away what somebody put beside the tables.
        raise ExportError(make_problem(str(target), "folder_strangers", facts={"names": ", ".join(strangers[:3])}))


def _write_files(draft: Draft, folder: Path) -> None:
    names = _assign_zone_names(draft.zones)
    tables: dict[str, Iterable[TableRow]] = {
        "tasks": _list_tasks(draft),
        "zones": [_make_zone_row(zone, names[zone.number]) for zone in draft.zones],
        "members": [row for zone in draft.zones for row in _list_members(zone)],
        "zone_tasks": [(pair.zone, pair.task, _describe_place(pair.place)) for pair in draft.pairs],
        "special_areas": [row for zone in draft.zones for row in _list_special_areas(zone)],
        "resolutions": [_make_resolution_row(zone, member) for zone in draft.zones for member in _select_members(zone)],
        "member_dates": [row for zone in draft.zones for row in _list_dates(zone, draft.file)],
        "member_grounds": [
            (zone.number, member.position, member.listed_name, member.ground_as_of)
            for zone in draft.zones
            for member in _select_members(zone)
            if member.ground_as_of and member.status == "accepted"
        ],
        "review": [
            _make_review_row(zone, member)
            for zone, member in draft.members
            if member.is_open or member.status == "duplicate"
        ],
        "sources": _list_sources(draft),
        "unread": [
            (one.where, one.reason, _describe_place(one.place), one.place.start, one.place.end, one.text)
            for one in draft.unread
        ],
    }
    for name, columns in _TABLES.items():
        frame = pd.DataFrame(list(tables.get(name, ())), columns=columns.split(), dtype=object)
        (folder / f"{name}.csv").write_bytes(format_csv(frame).encode())
    (folder / "programme.toml").write_text(_format_head(draft, folder.name), encoding="utf-8")
    (folder / "document.txt").write_bytes(draft.text.encode())


def _assign_zone_names(zones: Sequence[DraftZone]) -> dict[int, str]:
    """Assign a name to each number; a name that comes twice gets its number, as the catalogue tells zones by name."""
    count = Counter(zone.name for zone in zones)
    return {zone.number: zone.name if count[zone.name] == 1 else f"{zone.name}（{zone.number}）" for zone in zones}


def _describe_place(place: DocumentPlace) -> str:
    return str(place) or "全文"


def _list_tasks(draft: Draft) -> Iterable[TableRow]:
    for task in draft.tasks:
        short = task.name if len(task.name) <= _SHORT else task.name[:_SHORT] + "…"
        yield task.number, task.name, short, task.name, short, _THEME, _describe_place(task.place)


def _make_zone_row(zone: DraftZone, name: str) -> TableRow:
    stated = "" if zone.stated_area_km2 is None else f"{zone.stated_area_km2:.12g}"
    region = zone.region or _NO_REGION
    return (
        zone.number,
        name,
        name,
        region,
        zone.province,
        zone.stated_area_text,
        stated,
        zone.scope_text,
        _describe_place(zone.place),
    )


def _select_members(zone: DraftZone) -> list[DraftMember]:
    """Select the members that the catalogue takes: a place listed twice in a zone counts once, and review.csv tells of it."""
    return [member for member in zone.members if member.status != "duplicate"]


def _list_members(zone: DraftZone) -> Iterable[TableRow]:
    for member in _select_members(zone):
        code = _find_code(zone, member)
        yield (
            zone.number, member.position, member.listed_name, member.kind, member.division_type, member.province,
            member.prefecture, code, _describe_place(member.place),
        )  # fmt: skip


def _find_code(zone: DraftZone, member: DraftMember) -> str:
    """Find the code of a division; of a special area only when it is its one host exactly, and that host is no member itself."""
    if member.kind in {"special", "town"}:
        return member.hosts[0] if _classify_extent(zone, member) == "coextensive" else ""
    return "" if member.kind == "review" else member.adcode


def _classify_extent(zone: DraftZone, member: DraftMember) -> str:
    listed = {other.adcode for other in zone.members if other.kind == "county"}
    if member.whole_host and not listed & set(member.hosts):
        return "coextensive"
    return {0: "unknown", 1: "inside_host"}.get(len(member.hosts), "inside_hosts")


def _list_special_areas(zone: DraftZone) -> Iterable[TableRow]:
    for member in _select_members(zone):
        if member.kind in {"special", "town"}:
            note = "；".join(map(str, member.reasons))
            hosts = ";".join(member.hosts)
            extent = _classify_extent(zone, member)
            yield zone.number, member.listed_name, member.nature, extent, hosts, "", "", "", "", note


def _make_resolution_row(zone: DraftZone, member: DraftMember) -> TableRow:
    official = (
        member.name if member.name != member.listed_name and member.kind in {"county", "prefecture", "province"} else ""
    )
    return (
        zone.number, member.position, member.listed_text, official, ";".join(member.excluded), member.status, member.method,
        "；".join(map(str, member.reasons)), _format_candidates(member), member.place.start, member.place.end,
    )  # fmt: skip


def _list_dates(zone: DraftZone, source: str) -> Iterable[TableRow]:
    """List batch and dates of the members that the document gives them for."""
    for member in _select_members(zone):
        given = (member.batch, member.listed_on, member.left_on)
        if any(given):
            yield zone.number, member.position, member.listed_name, *given, _describe_place(member.place), source


def _make_review_row(zone: DraftZone, member: DraftMember) -> TableRow:
    return (
        zone.number, member.position, member.listed_text, member.status, "；".join(map(str, member.reasons)),
        _format_candidates(member), _describe_place(member.place), member.place.start, member.place.end, member.context,
    )  # fmt: skip


def _format_candidates(member: DraftMember) -> str:
    return "；".join(f"{one.adcode} {one.name}" for one in member.candidates)


def _list_sources(draft: Draft) -> Iterable[TableRow]:
    """List where in document.txt each value stands."""
    places = [("zones", str(zone.number), zone.place) for zone in draft.zones]
    places += [("members", f"{zone.number}-{member.position}", member.place) for zone, member in draft.members]
    places += [("tasks", str(task.number), task.place) for task in draft.tasks]
    places += [("zone_tasks", f"{pair.zone}-{pair.task}", pair.place) for pair in draft.pairs]
    for table, key, place in places:
        yield table, key, place.start, place.end, " ".join(draft.text[place.start : place.end].split())


def _format_head(draft: Draft, folder_name: str) -> str:
    title = draft.title or draft.file
    texts = {
        "id": re.sub(r"[^\w-]", "_", folder_name),
        "title_zh": title,
        "title_en": title,
        "document_title": draft.title,
        "document_number": draft.document_number,
        "document_date": draft.document_date,
        "document_source": f"read from {draft.file}",
        "effective_from": "",
        "effective_to": "",
        "issuer_zh": "",
        "issuer_en": "",
        # The year of the table of divisions whose codes the resolver gives.
        "codes_as_of": max(load_gazetteer().since.values(), default="")[:4],
    }
    lines = ["# A draft, read from a document; English names are the Chinese ones until somebody translates them."]
    # A basic string of TOML is written like one of JSON.
    lines += [f"{key} = {_quote(value)}" for key, value in texts.items()]
    for number, region in enumerate(dict.fromkeys(zone.region or _NO_REGION for zone in draft.zones), start=1):
        identity, english = _REGION_IDS.get(region, (f"region{number}", region))
        if region == _NO_REGION:
            identity, english = "none", "No region"
        lines += [
            "",
            "[[regions]]",
            f"id = {_quote(identity)}",
            f"name_zh = {_quote(region)}",
            f"name_en = {_quote(english)}",
        ]
    lines += ["", "[[themes]]", f"id = {_quote(_THEME)}", 'name_zh = "全部任务"', 'name_en = "All tasks"', ""]
    return "\n".join(lines)


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
