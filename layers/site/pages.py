"""The pages of the static site in one language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.catalogue.models import Task, Zone
from pilotzones.geo.export import count_rows, get_version
from pilotzones.geo.member_record import MemberRecord
from pilotzones.geo.messages import Language, format_number, join_texts, translate
from pilotzones.layers.html_templates import render_template
from pilotzones.layers.labels import name_members
from pilotzones.layers.place_labels import compose_credit, format_place_title
from pilotzones.layers.report.content import ReportData, ReportInput, build_report_content
from pilotzones.layers.report.notes import build_provenance_rows, list_method_notes
from pilotzones.layers.site.content import SiteContent, format_zone_title
from pilotzones.layers.site.inline import encode_script_json
from pilotzones.layers.style.palette import VERDICT_SIGNS, format_verdict

__all__ = ["render_pages"]

_MENU: Final = (
    ("overview", "index.html"),
    ("tasks", "tasks/index.html"),
    ("layers", "layers.html"),
    ("search", "search.html"),
    ("about", "about.html"),
)
_WORDS: Final = (
    *("skip_main", "nav", "sitemap", "zones", "no_map", "tasks", "no_tasks", "matrix", "no_place", "layers_note"),
    *("one_file", "one_file_note", "fields", "more_layers", "more_layers_note", "search_label", "found", "found_more"),
    *("no_search", "provenance", "method", "cited", "cited_none"),
)
# Sentences that the app has too.
_SHARED: Final = ("zone", "members", "scope", "list_no_stated_area")
_CODES: Final[dict[Language, str]] = {"zh": "zh-CN", "en": "en"}
_ZONE_KINDS: Final = ("n", "", "", "", "w", "n", "n", "n", "n", "w")
_MEMBER_KINDS: Final = ("", "", "", "n", "", "n", "")
Link = dict[str, str]


def render_pages(site: SiteContent, lang: Language) -> dict[str, bytes]:
    """Render every page in one language.

    Parameters
    ----------
    site : SiteContent
    lang : {"zh", "en"}

    Returns
    -------
    dict of str to bytes
        By path inside the language's folder; all links are relative.
    """
    return _Pages(site, lang).build_all()


class _Pages:
    """The pages of one language; every method makes one kind of page."""

    def __init__(self, site: SiteContent, lang: Language) -> None:
        self.site, self.lang = site, lang
        self.programme = site.joined.programme
        self.report: ReportData = build_report_content(ReportInput(site.audited, site.joined, site.provenance), lang)
        self.tasks = [task for task in self.programme.tasks if self.find_zones_with(task)]
        self.results = {result.zone: result for result in site.audited.zones}
        self.words = {name: translate(f"site_{name}", lang) for name in _WORDS} | {
            name: translate(name, lang) for name in _SHARED
        }
        if not self.programme.kind.states_areas:
            # What stands in the list is called by its own name.
            kind = self.programme.kind
            self.words |= {"zone": translate(f"unit_{kind}", lang), "zones": translate(f"figure_{kind}", lang)}

    def find_zones_with(self, task: Task) -> list[Zone]:
        return [zone for zone in self.programme.zones if task.number in zone.tasks]

    def build_all(self) -> dict[str, bytes]:
        made = {
            "index.html": self.build_overview(),
            "tasks/index.html": self.build_task_list(),
            "layers.html": self.build_layers(),
            "search.html": self.render_page(
                "site_search.html", "search.html", translate("site_menu_search", self.lang)
            ),
            "about.html": self.build_about(),
        }
        zones = self.programme.zones
        made |= {f"zones/{zone.order}.html": self.build_zone(place) for place, zone in enumerate(zones)}
        made |= {f"tasks/{task.number}.html": self.build_task(place) for place, task in enumerate(self.tasks)}
        return made | {"sitemap.html": self.build_sitemap()}

    def render_page(self, template: str, here: str, title: str, **values: Any) -> bytes:
        """Render a page at the address `here` of this language's folder."""
        lang = self.lang
        other: Language = "en" if lang == "zh" else "zh"
        up = "../" * here.count("/")
        info = self.site.joined.boundaries.info
        shared = {
            "lang": lang,
            "code": _CODES[lang],
            "other_code": _CODES[other],
            "other": f"{up}../{other}/{here}",
            "other_name": translate("onepage_own_name", other),
            "root": f"{up}../",
            "up": up,
            "here": here,
            "site": self.programme.title(lang),
            "title": title,
            "software": f"pilotzones {get_version()}",
            "menu": [(translate(f"site_menu_{name}", lang), address) for name, address in _MENU],
            "t": self.words,
            "l": self.report["labels"],
            "c": self.report["columns"],
            "credit": compose_credit(info, lang),
            "made": translate("site_made", lang, version=get_version(), time=self.site.provenance["generated"]),
        }
        return render_template(template, shared | values)

    def encode_map_settings(self, here: str, *, only: Sequence[Zone] | None = None) -> str:
        """Return what the page passes to its map: language, zones, and where the page of a zone is."""
        settings: dict[str, Any] = {"lang": self.lang, "zone": f"{'../' * here.count('/')}zones/{{order}}.html"}
        return encode_script_json(settings if only is None else settings | {"only": [zone.order for zone in only]})

    def link(self, here: str, to: str, text: str) -> Link:
        return {"to": "../" * here.count("/") + to, "text": text}

    def link_zone(self, here: str, zone: Zone) -> Link:
        return self.link(here, f"zones/{zone.order}.html", zone.name(self.lang))

    def link_task(self, here: str, task: Task, *, short: bool = False) -> Link:
        name = task.short(self.lang) if short else task.name(self.lang)
        return self.link(here, f"tasks/{task.number}.html", f"{task.number} {name}")

    def find_neighbours(self, links: Sequence[Link], place: int) -> dict[str, Link | None]:
        """Return links to what stands before and after."""
        after = links[place + 1] if place + 1 < len(links) else None
        return {"before": links[place - 1] if place else None, "after": after}

    def build_zone_table(self, here: str, zones: Sequence[Zone]) -> dict[str, Any]:
        lang = self.lang
        heads = [
            translate("order", lang),
            self.words["zone"],
            translate("region", lang),
            translate("province", lang),
            translate("task", lang),
        ]
        heads += [translate(f"column_{name}_km2", lang) for name in ("stated_area", "computed_area", "difference")]
        heads += [translate("members_counted", lang), translate("verdict", lang)]
        rows = []
        for zone in zones:
            result = self.results[zone.order]
            rows.append(
                [
                    str(zone.order),
                    self.link_zone(here, zone),
                    self.programme.get_region(zone.region).name(lang),
                    format_place_title(zone.province, lang),
                    " ".join(map(str, zone.tasks)),
                    format_number(result.stated_area_km2),
                    format_number(result.computed_area_km2, 1),
                    format_number(result.difference_km2, 1, signed=True),
                    translate("counted_of", lang, counted=result.members_counted, total=result.members_total),
                    format_verdict(result.verdict, lang),
                ]
            )
        return {"heads": heads, "rows": rows, "kinds": _ZONE_KINDS}

    def build_overview(self) -> bytes:
        lang, programme = self.lang, self.programme
        counts = Counter(result.verdict for result in self.site.audited.zones)
        kind = programme.kind
        named = (f"{translate(f'verdict_{code}', lang)} {counts[code]}" for code in VERDICT_SIGNS if counts[code])
        summary = translate(
            "site_summary" if kind.states_areas else f"site_summary_{kind}",
            lang,
            zones=len(programme.zones),
            tasks=len(self.tasks),
            members=len(programme.members),
            matched=self.site.joined.matched,
            verdicts=join_texts(named, lang, zh="，"),
            points=len(self.site.joined.points),
            measures=len(programme.measures),
        )
        document = (programme.document_title, programme.document_number, programme.document_date)
        return self.render_page(
            "site_overview.html",
            "index.html",
            programme.title(lang),
            summary=summary,
            document=" · ".join(filter(None, document)),
            page=self.encode_map_settings("index.html"),
            **self.build_zone_table("index.html", programme.zones),
        )

    def build_zone(self, place: int) -> bytes:
        lang, zone = self.lang, self.programme.zones[place]
        here = f"zones/{zone.order}.html"
        chapter = self.report["zones"][place]
        columns = self.report["columns"]
        region = self.programme.get_region(zone.region).name(lang)
        return self.render_page(
            "site_zone.html",
            here,
            format_zone_title(zone, lang),
            **self.find_neighbours([self.link_zone(here, other) for other in self.programme.zones], place),
            zone=chapter,
            where=" · ".join(filter(None, (region, format_place_title(zone.province, lang), zone.where_in_document))),
            tasks=[self.link_task(here, self.programme.get_task(order)) for order in zone.tasks],
            scope="。".join(filter(None, (zone.scope_text, zone.stated_area_text))),
            members=[self.list_member_cells(record) for record in self.site.joined.list_records([zone.order])],
            member_heads=[
                translate(name, lang)
                for name in ("listed_name", "kind", "prefecture", "adcode", "quality", "column_km2", "hosts")
            ],
            member_kinds=_MEMBER_KINDS,
            audit_heads=[
                *(columns["listed_name"], columns["geometry_quality"], translate("column_computed_area_km2", lang)),
                *(*chapter["other_sources"], columns["published"]),
            ],
            audit_kinds=["", "", "n", *("n" for _ in chapter["other_sources"]), ""],
            finding_heads=[columns[name] for name in ("kind", "member", "detail", "km2", "verdict")],
            states_area=self.results[zone.order].stated_area_km2 is not None,
            placed=zone.order in self.site.placed,
            page=self.encode_map_settings(here, only=[zone]),
        )

    def list_member_cells(self, record: MemberRecord) -> list[str]:
        lang, member = self.lang, record.member
        return [
            format_place_title(member.listed_name, lang),
            translate(f"kind_{member.kind}", lang),
            format_place_title(member.prefecture, lang),
            record.adcode or "–",
            translate(f"quality_{record.quality_code}", lang),
            format_number(record.area_km2, 1),
            name_members(record.host_names, lang),
        ]

    def build_task_list(self) -> bytes:
        here = "tasks/index.html"
        themes = []
        for theme in self.programme.themes:
            own = [
                self.link_task(here, task)
                | {"note": translate("site_task_zones", self.lang, count=len(self.find_zones_with(task)))}
                for task in self.tasks
                if task.theme == theme.id
            ]
            if own:
                themes.append({"name": theme.name(self.lang), "tasks": own})
        matrix = [
            (self.link_zone(here, zone), ["●" if task.number in zone.tasks else "" for task in self.tasks])
            for zone in self.programme.zones
        ]
        return self.render_page(
            "site_tasks.html",
            here,
            translate("site_menu_tasks", self.lang),
            themes=themes,
            numbers=[self.link_task(here, task, short=True) for task in self.tasks],
            matrix=matrix if self.tasks else [],
        )

    def build_task(self, place: int) -> bytes:
        task = self.tasks[place]
        here = f"tasks/{task.number}.html"
        taken = self.find_zones_with(task)
        return self.render_page(
            "site_task.html",
            here,
            f"{task.number} {task.name(self.lang)}",
            **self.find_neighbours([self.link_task(here, other, short=True) for other in self.tasks], place),
            where=task.where_in_document,
            taken=translate("site_task_taken", self.lang, total=len(self.programme.zones), count=len(taken)),
            page=self.encode_map_settings(here, only=taken),
            **self.build_zone_table(here, taken),
        )

    def build_layers(self) -> bytes:
        lang = self.lang
        described = [
            {
                "title": layer.title(lang),
                "row": count_rows(layer.name, lang),
                "count": translate("site_count", lang, count=len(layer.frame)),
                "files": [{"to": path, "text": self.describe_file(kind, size)} for path, kind, size in files],
                "fields": [[f.name, f.label[lang], f.unit or "–", f.description[lang]] for f in layer.fields],
            }
            for layer, files in self.site.downloads
        ]
        path, size = self.site.one_file
        return self.render_page(
            "site_layers.html",
            "layers.html",
            translate("site_menu_layers", lang),
            layers=described,
            field_heads=[translate(f"site_field_{name}", lang) for name in ("name", "label", "unit", "about")],
            page={"to": path, "text": self.describe_file("HTML", size)},
        )

    def describe_file(self, kind: str, size: int) -> str:
        size_text = f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.0f} kB"
        return translate("site_file", self.lang, format=kind, size=size_text)

    def build_about(self) -> bytes:
        lang = self.lang
        own = self.site.joined.boundaries
        sources = [
            {"title": translate("site_boundaries", lang, name=own.info.name(lang)), "rows": self.list_source_rows(own)}
        ]
        sources += [
            {
                "title": translate("site_boundaries_beside", lang, name=one.info.name(lang)),
                "rows": self.list_source_rows(one),
            }
            for one in self.site.others
        ]
        cited = dict.fromkeys(text for chapter in self.report["zones"] for text in chapter["sources"])
        return self.render_page(
            "site_about.html",
            "about.html",
            translate("site_menu_about", lang),
            lines=self.site.about[lang],
            provenance=build_provenance_rows(self.site.provenance, lang),
            sources=sources,
            notes=list_method_notes(lang),
            cited=list(cited),
        )

    def list_source_rows(self, source: Boundaries) -> list[list[str]]:
        info, lang = source.info, self.lang
        rows = {
            "publisher": info.publisher,
            "address": info.address,
            "review": info.review_number,
            "licence": info.get_text("licence", lang),
            "as_of": info.as_of,
            "as_of_basis": info.get_text("as_of_basis", lang),
            "coast": translate(f"site_coast_{info.coast}", lang),
        }
        return [[translate(f"site_{name}", lang), value] for name, value in rows.items() if value]

    def build_sitemap(self) -> bytes:
        here, lang = "sitemap.html", self.lang
        zones = [self.link(here, f"zones/{z.order}.html", format_zone_title(z, lang)) for z in self.programme.zones]
        tasks = [self.link_task(here, task) for task in self.tasks]
        menu = [self.link(here, address, translate(f"site_menu_{name}", lang)) for name, address in _MENU]
        groups = [(self.programme.title(lang), menu), (self.words["zones"], zones)]
        groups += [(translate("site_tasks", lang), tasks)] if tasks else []
        return self.render_page("site_sitemap.html", here, translate("site_sitemap", lang), groups=groups)
