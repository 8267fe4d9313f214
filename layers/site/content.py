"""What the pages of the static site are made of, and what their search finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pilotzones.geo.audit import Audit
from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.catalogue.models import Zone
from pilotzones.geo.export import ExportLayer
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.messages import Language, translate
from pilotzones.geo.query.filters import list_search_words, normalize_query
from pilotzones.layers.place_labels import format_place_title, name_place

__all__ = ["SiteContent", "format_zone_title", "list_search_entries"]


@dataclass(frozen=True)
class SiteContent:
    """What the pages are made of.

    Parameters
    ----------
    joined : Joined
        With the zones of the site only.
    audited : Audit
        Of these zones, with the other sources as evidence.
    others : sequence of Boundaries
        These other sources.
    provenance : mapping
        Of `pilotzones.geo.export.build_provenance`.
    about : dict of str to list of str
        By language: what is simplified, whose the borders and the map are.
    placed : frozenset of int
        Numbers of the zones that have a place on the map.
    downloads : sequence of tuple of (ExportLayer, sequence)
        Each layer with its files: path, format and size [byte].
    one_file : tuple of (str, int)
        Path and size [byte] of the one-file map.
    """

    joined: JoinedProgramme
    audited: Audit
    others: Sequence[Boundaries]
    provenance: Mapping[str, object]
    about: Mapping[str, Sequence[str]]
    placed: frozenset[int]
    downloads: Sequence[tuple[ExportLayer, Sequence[tuple[str, str, int]]]]
    one_file: tuple[str, int]


def list_search_entries(site: SiteContent, lang: Language) -> list[dict[str, str]]:
    """Return what the search finds: zones, members and tasks, each with the page it leads to.

    Parameters
    ----------
    site : SiteContent
    lang : {"zh", "en"}

    Returns
    -------
    list of dict
        title, note, to, words (folded).
    """
    programme = site.joined.programme
    entries = [
        {
            "title": format_zone_title(zone, lang),
            "note": translate("site_search_zone", lang, place=name_place(zone.province, lang)),
            "to": f"zones/{zone.order}.html",
            "words": "\n".join(list_search_words(zone)),
        }
        for zone in programme.zones
    ]
    for task in programme.tasks:
        taken = sum(task.number in zone.tasks for zone in programme.zones)
        if taken:
            names = (str(task.number), task.name_zh, task.name_en, task.short_zh, task.short_en)
            entries.append(
                {
                    "title": f"{task.number} {task.name(lang)}",
                    "note": translate("site_search_task", lang, count=taken),
                    "to": f"tasks/{task.number}.html",
                    "words": normalize_query("\n".join(names)),
                }
            )
    for record in site.joined.records:
        member, zone = record.member, programme.get_zone(record.member.zone)
        units = dict.fromkeys(filter(None, (member.province, member.prefecture)))
        place = " ".join(filter(None, (*(name_place(unit, lang) for unit in units), record.adcode)))
        words = (
            format_place_title(member.listed_name, "en"),
            member.name,
            member.province,
            member.prefecture,
            record.adcode,
            member.adcode,
            "、".join(record.host_names),
        )
        entries.append(
            {
                "title": format_place_title(member.listed_name, lang),
                "note": translate("site_search_member", lang, zone=zone.name(lang), place=place),
                "to": f"zones/{zone.order}.html",
                "words": normalize_query("\n".join(filter(None, (*words, zone.name_zh, zone.name_en)))),
            }
        )
    return entries


def format_zone_title(zone: Zone, lang: Language) -> str:
    """Format the number and name of a zone, as its page is called."""
    return f"{zone.order}. {zone.name(lang)}"
