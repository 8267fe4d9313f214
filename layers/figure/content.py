"""What a printed figure says: title, legend, list of zones or members, and the source line no figure goes without."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pilotzones.geo.audit import Verdict, audit
from pilotzones.geo.boundaries.models import SourceInfo
from pilotzones.geo.catalogue.models import Member, Zone
from pilotzones.geo.export import build_provenance, get_version
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.member_record import GeometryQuality
from pilotzones.geo.messages import Language, format_number, join_texts, translate
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.figure.font_subset import clean
from pilotzones.layers.figure.projection import Paper, SheetView
from pilotzones.layers.labels import label
from pilotzones.layers.place_labels import format_place_title, get_review_number, name_place
from pilotzones.layers.style import palette
from pilotzones.layers.style.choropleth import ColourBy, Colouring, choose_colouring
from pilotzones.layers.style.spec import Legend, LegendItem, Style
from pilotzones.layers.webmap.legend import build_town_legend

__all__ = ["FigureContent", "ListRow", "build_content", "describe_publisher"]


@dataclass(frozen=True, slots=True)
class ListRow:
    """A line of the list: number, name, and a figure or a remark at its right end."""

    number: str
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class FigureContent:
    """Every text of a sheet but the names on the map, and the style of each zone."""

    title: str
    subtitle: str
    legend_title: str
    legend: tuple[LegendItem, ...]
    list_title: str
    rows: tuple[ListRow, ...]
    source: tuple[str, ...]
    list_column: str = ""
    tasks: tuple[ListRow, ...] = ()
    styles: dict[int, Style] = field(default_factory=dict)

    def list_texts(self) -> Iterator[str]:
        """Return each of them."""
        yield from (self.title, self.subtitle, self.legend_title, self.list_title, self.list_column, *self.source)
        yield from (item.label for item in self.legend)
        for row in (*self.rows, *self.tasks):
            yield from (row.number, row.name, row.detail)


def _find_zone_verdicts(joined: JoinedProgramme, chosen: Sequence[Zone], colour_by: ColourBy) -> dict[int, Verdict]:
    """Find the verdict of each zone, where the colours need it."""
    if colour_by != "verdict":
        return {}
    return {result.zone: result.verdict for result in audit(joined, zones=[zone.order for zone in chosen]).zones}


def build_content(
    joined: JoinedProgramme,
    selection: Selection,
    view: SheetView,
    *,
    lang: Language,
    colour_by: ColourBy,
    colour_task: int | None = None,
    paper: Paper,
    context: SourceInfo,
    permalink: str,
) -> FigureContent:
    """Build all texts of a sheet.

    Parameters
    ----------
    joined : JoinedProgramme
    selection : Selection
        That leaves at least one zone.
    view : SheetView
        Whose projection and scale are named.
    lang : {"zh", "en"}
    colour_by, colour_task : str, int or None
        As for `pilotzones.layers.style.choropleth.choose_colouring`.
    paper : {"A4", "A3"}
        What the scale is true on.
    context : SourceInfo
        Who published the provinces and national lines.
    permalink : str
        Address of the same selection; may be empty.

    Returns
    -------
    FigureContent
    """
    programme = joined.programme
    chosen = selection.apply(programme)
    verdicts = _find_zone_verdicts(joined, chosen, colour_by)
    coloured = choose_colouring(
        joined, chosen, selection, lang, colour_by=colour_by, verdicts=verdicts, task=colour_task
    )
    single = chosen[0] if len(chosen) == 1 else None
    legend = _build_legend(joined, chosen, coloured, lang)
    return FigureContent(
        title=clean(_compose_title(joined, chosen, selection, lang)),
        subtitle=clean(_compose_subtitle(joined, chosen, selection, lang, single=single)),
        legend_title=clean(legend.title),
        legend=tuple(_clean_texts(legend.items)),
        list_title=translate("figure_members" if single else f"figure_{programme.kind}", lang),
        list_column="" if programme.kind.lists_towns else translate("figure_area_column", lang),
        rows=tuple(_list_member_rows(joined, single, lang) if single else _list_zone_rows(joined, chosen, lang)),
        tasks=tuple(
            ListRow(str(task.number), clean(task.short(lang)), "")
            for task in programme.tasks
            if single and task.number in single.tasks
        ),
        source=tuple(
            map(clean, _compose_source_lines(joined, view, lang, paper=paper, context=context, permalink=permalink))
        ),
        styles={zone.order: coloured.styles[coloured.class_of[zone.order]] for zone in chosen},
    )


def _compose_title(joined: JoinedProgramme, chosen: Sequence[Zone], selection: Selection, lang: Language) -> str:
    title = joined.programme.title(lang)
    if len(chosen) == 1:
        return translate("figure_title", lang, title=title, part=chosen[0].name(lang))
    named = [region.name(lang) for region in joined.programme.regions if region.name_zh in selection.regions]
    part = join_texts(named, lang)
    return translate("figure_title", lang, title=title, part=part) if named else title


def _compose_subtitle(
    joined: JoinedProgramme, chosen: Sequence[Zone], selection: Selection, lang: Language, *, single: Zone | None
) -> str:
    own = joined.list_records(zone.order for zone in chosen)
    matched = {"matched": sum(record.is_counted for record in own), "members": len(own)}
    if joined.programme.kind.lists_towns:
        points = sum(record.quality is GeometryQuality.POINT for record in own)
        counts = translate(
            "figure_subtitle_towns", lang, shown=len(chosen), total=len(joined.programme.zones), points=points
        )
    elif single is None:
        counts = translate("figure_subtitle", lang, shown=len(chosen), total=len(joined.programme.zones), **matched)
    else:
        region = joined.programme.get_region(single.region).name(lang)
        place = name_place(single.province, lang) if single.province else region
        counts = translate("figure_subtitle_one", lang, place=place, **matched)
    words = [task.short(lang) for task in joined.programme.tasks if task.number in selection.tasks]
    words = [translate(f"match_{selection.match}", lang), *words] if words else []
    words += [
        *(name_place(name, lang) for name in selection.provinces),
        *([selection.query] if selection.query else []),
    ]
    parts = [counts, translate("figure_filter", lang, what=" · ".join(words))] if words else [counts]
    return translate("figure_between", lang).join(parts)


def _build_legend(joined: JoinedProgramme, chosen: Sequence[Zone], coloured: Colouring, lang: Language) -> Legend:
    if joined.programme.kind.lists_towns:
        return build_town_legend(lang)
    title = translate("legend_scope", lang) if joined.programme.kind.is_for_scopes else coloured.title
    return Legend(title=title, items=[*coloured.items, *_list_signs(joined, chosen, lang)])


def _list_signs(joined: JoinedProgramme, chosen: Sequence[Zone], lang: Language) -> list[LegendItem]:
    """Return the signs of special areas that are on the map, and the national lines."""
    own = joined.list_records(zone.order for zone in chosen)
    signs = []
    if any(record.host_names for record in own):
        signs.append(LegendItem(label=translate("legend_host", lang), style=palette.HOST))
    if any(record.quality is GeometryQuality.POINT for record in own):
        signs.append(LegendItem(label=translate("legend_point", lang), style=palette.POINT, shape="point"))
    signs.append(LegendItem(label=translate("legend_national", lang), style=palette.NATIONAL_LINE, shape="line"))
    return signs


def _clean_texts(items: Iterable[LegendItem]) -> Iterator[LegendItem]:
    return (LegendItem(label=clean(item.label), style=item.style, shape=item.shape) for item in items)


def _list_zone_rows(joined: JoinedProgramme, chosen: Sequence[Zone], lang: Language) -> list[ListRow]:
    if joined.programme.kind.lists_towns:
        return [
            ListRow(str(zone.order), clean(zone.name(lang)), _name_town_place(member, lang))
            for zone in chosen
            for member in zone.members
        ]
    areas = dict(zip(joined.zones["zone"], joined.zones["computed_area_km2"], strict=True))
    return [ListRow(str(zone.order), clean(zone.name(lang)), _format_area(areas[zone.order])) for zone in chosen]


def _name_town_place(member: Member, lang: Language) -> str:
    """Return whether a town has a point of its own or stands at its county."""
    return translate("figure_quality_point" if member.has_point else "figure_town_at_county", lang)


def _list_member_rows(joined: JoinedProgramme, zone: Zone, lang: Language) -> list[ListRow]:
    return [
        ListRow(
            str(record.member.position),
            clean(format_place_title(record.member.listed_name, lang)),
            _format_area(record.area_km2) if record.is_counted else translate(f"figure_quality_{record.quality}", lang),
        )
        for record in joined.list_records([zone.order])
    ]


def _format_area(value: Any) -> str:
    # NaN is the frame's word for unknown.
    return format_number(None if value != value else float(value), 0)  # noqa: PLR0124


def _compose_source_lines(
    joined: JoinedProgramme, view: SheetView, lang: Language, *, paper: Paper, context: SourceInfo, permalink: str
) -> list[str]:
    info, programme = joined.boundaries.info, joined.programme
    provenance = build_provenance(joined, Selection(), permalink=permalink)
    publishers = [describe_publisher(info, "boundaries", lang)]
    if context.id != info.id:
        publishers.append(describe_publisher(context, "context", lang))
    document = " ".join(
        part for part in (programme.document_title, programme.document_number, programme.document_date) if part
    )
    scale = translate("figure_scale", lang, scale=f"{view.scale:,}", paper=paper)
    made = translate("figure_made", lang, version=get_version(), date=str(provenance["generated"])[:10])
    return [
        " ".join(publishers),
        *([translate("figure_document", lang, document=document)] if document else []),
        translate("figure_between", lang).join([view.projection.describe(lang), scale]),
        translate("figure_areas", lang, method=label("method", joined.method, lang)),
        f"{made} {permalink}".strip(),
    ]


def describe_publisher(info: SourceInfo, kind: str, lang: Language) -> str:
    """Name who published boundaries or what lies behind them, with the review number."""
    as_of = translate("figure_as_of", lang, date=info.as_of) if info.as_of else ""
    return translate(
        f"figure_{kind}",
        lang,
        publisher=info.publisher or info.name(lang),
        review=get_review_number(info, lang),
        as_of=as_of,
    )
