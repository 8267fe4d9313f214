"""The pages of the static site in one language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.catalogue.models import Task, Zone
from pilotzones.geo.export import get_version
from pilotzones.geo.member_record import MemberRecord
from pilotzones.geo.messages import Language, format_number, translate
from pilotzones.layers.place_labels import place_title
from pilotzones.layers.report.content import ReportData, ReportInput, report_content
from pilotzones.layers.report.notes import build_provenance_rows, list_method_notes
from pilotzones.layers.site.content import SiteContent, format_zone_title
from pilotzones.layers.site.inline import encode_script_json, render
from pilotzones.layers.style.palette import VERDICT_SIGNS

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
    made = _Pages(site, lang)
    return {name: text.encode() for name, text in made.all().items()}


class _Pages:
    """The pages of one language; every method makes one kind of page."""

    def __init__(self, site: SiteContent, lang: Language) -> None:
        self.site, self.lang = site, lang
        self.programme = site.joined.programme
        self.report: ReportData = report_content(ReportInput(site.audited, site.joined, site.provenance), lang)
        self.tasks = [task for task in self.programme.tasks if self.zones_of(task)]
        self.results = {result.zone: result for result in site.audited.zones}
        self.words = {name: translate(f"site_{name}", lang) for name in _WORDS} | {
            name: translate(name, lang) for name in _SHARED
        }
        if not self.programme.kind.states_areas:
            # What stands in the list is called by its own name.
            kind = self.programme.kind
            self.words |= {"zone": translate(f"unit_{kind}", lang), "zones": translate(f"figure_{kind}", lang)}

    def zones_of(self, task: Task) -> list[Zone]:
        return [zone for zone in self.programme.zones if task.number in zone.tasks]

    def all(self) -> dict[str, str]:
        made = {
            "index.html": self.overview(),
            "tasks/index.html": self.all_tasks(),
            "layers.html": self.layers(),
            "search.html": self.page("site_search.html", "search.html", translate("site_menu_search", self.lang)),
            "about.html": self.about(),
        }
        zones = self.programme.zones
        made |= {f"zones/{zone.order}.html": self.zone(place) for place, zone in enumerate(zones)}
        made |= {f"tasks/{task.number}.html": self.task(place) for place, task in enumerate(self.tasks)}
        return made | {"sitemap.html": self.sitemap()}

    def page(self, template: str, here: str, title: str, **values: Any) -> str:
        """Render a page at the address `here` of this language's folder."""
        lang = self.lang
        other: Language = "en" if lang == "zh" else "zh"
        up = "../" * here.count("/")
        info = self.site.joined.boundaries.info
        review = f" {info.review_number}" if info.review_number else ""
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
            "credit": translate("credit", lang, name=info.name(lang), review=review),
            "made": translate("site_made", lang, version=get_version(), time=self.site.provenance["generated"]),
        }
        return render(template, shared | values)

    def map_page(self, here: str, *, only: Sequence[Zone] | None = None) -> str:
        """Return what the page tells its map: language, zones, and where the page of a zone is."""
        told: dict[str, Any] = {"lang": self.lang, "zone": f"{'../' * here.count('/')}zones/{{order}}.html"}
        return encode_script_json(told if only is None else told | {"only": [zone.order for zone in only]})

    def link(self, here: str, to: str, text: str) -> Link:
        return {"to": "../" * here.count("/") + to, "text": text}

    def zone_link(self, here: str, zone: Zone) -> Link:
        return self.link(here, f"zones/{zone.order}.html", zone.name(self.lang))

    def task_link(self, here: str, task: Task, *, short: bool = False) -> Link:
        name = task.short(self.lang) if short else task.name(self.lang)
        return self.link(here, f"tasks/{task.number}.html", f"{task.number} {name}")

    def beside(self, links: Sequence[Link], place: int) -> dict[str, Link | None]:
        """Return links to what stands before and after."""
        after = links[place + 1] if place + 1 < len(links) else None
        return {"before": links[place - 1] if place else None, "after": after}

    def zone_table(self, here: str, zones: Sequence[Zone]) -> dict[str, Any]:
        lang = self.lang
        heads = [
            translate("order", lang),
            self.words["zone"],
            translate("region", lang),
            translate("province", lang),
            translate("task", lang),
        ]
        heads += [f"{translate(name, lang)} km²" for name in ("stated", "computed", "difference")]
        heads += [translate("members_counted", lang), translate("verdict", lang)]
        rows = []
        for zone in zones:
            result = self.results[zone.order]
            rows.append(
                [
                    str(zone.order),
                    self.zone_link(here, zone),
                    self.programme.region(zone.region).name(lang),
                    place_title(zone.province, lang),
                    " ".join(map(str, zone.tasks)),
                    format_number(result.stated_area_km2),
                    format_number(result.computed_area_km2, 1),
                    format_number(result.difference_km2, 1, signed=True),
                    translate("counted_of", lang, counted=result.members_counted, total=result.members_total),
                    f"{VERDICT_SIGNS[result.verdict]} {translate(f'verdict_{result.verdict}', lang)}",
                ]
            )
        return {"heads": heads, "rows": rows, "kinds": _ZONE_KINDS}

    def overview(self) -> str:
        lang, programme = self.lang, self.programme
        counts = Counter(result.verdict for result in self.site.audited.zones)
        between = "，" if lang == "zh" else ", "
        kind = programme.kind
        summary = translate(
            "site_summary" if kind.states_areas else f"site_summary_{kind}",
            lang,
            zones=len(programme.zones),
            tasks=len(self.tasks),
            members=len(programme.members),
            matched=self.site.joined.matched,
            verdicts=between.join(
                f"{translate(f'verdict_{code}', lang)} {counts[code]}" for code in VERDICT_SIGNS if counts[code]
            ),
            points=len(self.site.joined.points),
            measures=len(programme.measures),
        )
        document = (programme.document_title, programme.document_number, programme.document_date)
        return self.page(
            "site_overview.html",
            "index.html",
            programme.title(lang),
            summary=summary,
            document=" · ".join(filter(None, document)),
            page=self.map_page("index.html"),
            **self.zone_table("index.html", programme.zones),
        )

    def zone(self, place: int) -> str:
        lang, zone = self.lang, self.programme.zones[place]
        here = f"zones/{zone.order}.html"
        chapter = self.report["zones"][place]
        columns = self.report["columns"]
        region = self.programme.region(zone.region).name(lang)
        return self.page(
            "site_zone.html",
            here,
            format_zone_title(zone, lang),
            **self.beside([self.zone_link(here, other) for other in self.programme.zones], place),
            zone=chapter,
            where=" · ".join(filter(None, (region, place_title(zone.province, lang), zone.where_in_document))),
            tasks=[self.task_link(here, self.programme.task(order)) for order in zone.tasks],
            scope="。".join(filter(None, (zone.scope_text, zone.stated_area_text))),
            members=[self.member_cells(record) for record in self.site.joined.list_records([zone.order])],
            member_heads=[
                translate(name, lang)
                for name in ("listed_name", "kind", "prefecture", "adcode", "quality", "area", "hosts")
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
            page=self.map_page(here, only=[zone]),
        )

    def member_cells(self, record: MemberRecord) -> list[str]:
        lang, member = self.lang, record.member
        return [
            place_title(member.listed_name, lang),
            translate(f"kind_{member.kind}", lang),
            place_title(member.prefecture, lang),
            record.adcode or "–",
            translate(f"quality_{record.quality}", lang),
            format_number(record.area_km2, 1),
            ("、" if lang == "zh" else ", ").join(place_title(name, lang) for name in record.host_names),
        ]

    def all_tasks(self) -> str:
        here = "tasks/index.html"
        themes = []
        for theme in self.programme.themes:
            own = [
                self.task_link(here, task)
                | {"note": translate("site_task_zones", self.lang, count=len(self.zones_of(task)))}
                for task in self.tasks
                if task.theme == theme.id
            ]
            if own:
                themes.append({"name": theme.name(self.lang), "tasks": own})
        matrix = [
            (self.zone_link(here, zone), ["●" if task.number in zone.tasks else "" for task in self.tasks])
            for zone in self.programme.zones
        ]
        return self.page(
            "site_tasks.html",
            here,
            translate("site_menu_tasks", self.lang),
            themes=themes,
            numbers=[self.task_link(here, task, short=True) for task in self.tasks],
            matrix=matrix if self.tasks else [],
        )

    def task(self, place: int) -> str:
        task = self.tasks[place]
        here = f"tasks/{task.number}.html"
        taken = self.zones_of(task)
        return self.page(
            "site_task.html",
            here,
            f"{task.number} {task.name(self.lang)}",
            **self.beside([self.task_link(here, other, short=True) for other in self.tasks], place),
            where=task.where_in_document,
            taken=translate("site_task_taken", self.lang, total=len(self.programme.zones), count=len(taken)),
            page=self.map_page(here, only=taken),
            **self.zone_table(here, taken),
        )

    def layers(self) -> str:
        lang = self.lang
        described = [
            {
                "title": one.title[lang],
                "row": one.row[lang],
                "count": translate("site_count", lang, count=one.rows),
                "files": [{"to": path, "text": self.file_text(kind, size)} for path, kind, size in one.files],
                "fields": [[f.name, f.label[lang], f.unit or "–", f.description[lang]] for f in one.fields],
            }
            for one in self.site.downloads
        ]
        path, size = self.site.one_file
        return self.page(
            "site_layers.html",
            "layers.html",
            translate("site_menu_layers", lang),
            layers=described,
            field_heads=[translate(f"site_field_{name}", lang) for name in ("name", "label", "unit", "about")],
            page={"to": path, "text": self.file_text("HTML", size)},
        )

    def file_text(self, kind: str, size: int) -> str:
        told = f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.0f} kB"
        return translate("site_file", self.lang, format=kind, size=told)

    def about(self) -> str:
        lang = self.lang
        own = self.site.joined.boundaries
        sources = [
            {"title": translate("site_boundaries", lang, name=own.info.name(lang)), "rows": self.source_rows(own)}
        ]
        sources += [
            {
                "title": translate("site_boundaries_beside", lang, name=one.info.name(lang)),
                "rows": self.source_rows(one),
            }
            for one in self.site.others
        ]
        cited = dict.fromkeys(text for chapter in self.report["zones"] for text in chapter["sources"])
        return self.page(
            "site_about.html",
            "about.html",
            translate("site_menu_about", lang),
            lines=self.site.about[lang],
            provenance=build_provenance_rows(self.site.provenance, lang),
            sources=sources,
            notes=list_method_notes(lang),
            cited=list(cited),
        )

    def source_rows(self, source: Boundaries) -> list[list[str]]:
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

    def sitemap(self) -> str:
        here, lang = "sitemap.html", self.lang
        zones = [self.link(here, f"zones/{z.order}.html", format_zone_title(z, lang)) for z in self.programme.zones]
        tasks = [self.task_link(here, task) for task in self.tasks]
        menu = [self.link(here, address, translate(f"site_menu_{name}", lang)) for name, address in _MENU]
        groups = [(self.programme.title(lang), menu), (self.words["zones"], zones)]
        groups += [(translate("site_tasks", lang), tasks)] if tasks else []
        return self.page("site_sitemap.html", here, translate("site_sitemap", lang), groups=groups)
