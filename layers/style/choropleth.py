"""What a zone's colour says: its region, its tasks, its verdict, its size or its special areas; and the legend of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pilotzones.geo.audit.models import Verdict
from pilotzones.geo.catalogue.models import Programme, Zone
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.messages import Language, format_number, translate
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.style import palette
from pilotzones.layers.style.class_breaks import classify
from pilotzones.layers.style.spec import LegendItem, Style, Theme

__all__ = ["NO_COLOUR", "ColourBy", "Colouring", "choose_colouring"]

ColourBy = Literal["region", "tasks", "task", "verdict", "area", "stated", "special"]
# A zone of which there is nothing to say is an outline without a fill; the legend says what that means.
NO_COLOUR: Final = Style(fill=None, stroke="#6b7280", weight=0.9, dash="3 3")


@dataclass(frozen=True)
class Colouring:
    """Styles, the style of each zone by its number, and title and items of the legend."""

    styles: list[Style]
    class_of: dict[int, int]
    title: str
    items: list[LegendItem]


def choose_colouring(
    joined: JoinedProgramme,
    chosen: Sequence[Zone],
    selection: Selection,
    lang: Language,
    *,
    colour_by: ColourBy = "region",
    verdicts: Mapping[int, Verdict] | None = None,
    task: int | None = None,
    theme: Theme = "light",
) -> Colouring:
    """Return how the zones chosen are coloured.

    Parameters
    ----------
    joined : JoinedProgramme
    chosen : sequence of Zone
    selection : Selection
    lang : {"zh", "en"}
    colour_by : str
        ``tasks`` counts the selected tasks a zone has (with none selected every task counts), ``task`` tells who takes on
        the one in `task`, ``area`` and ``stated`` put the computed and the stated area into classes, ``special`` the share
        of a zone's members that are special areas.
    verdicts : mapping of int to str, optional
        Of the audit, by number of the zone; ``verdict`` needs them.
    task : int, optional
        Number of a task; the first one by default.
    theme : {"light", "dark"}
        Of the ground that shades have to stand out from.

    Returns
    -------
    Colouring
        A zone that nothing is known of, or that has nothing of what is coloured, has the style `NO_COLOUR`.
    """
    programme = joined.programme
    if colour_by == "region":
        return _color_by_region(programme, chosen, lang)
    if colour_by == "verdict":
        return _color_by_verdict(chosen, verdicts or {}, lang)
    if colour_by == "task":
        return _color_by_task(programme, chosen, task, lang, theme)
    if colour_by == "tasks":
        return _color_by_tasks(programme, chosen, selection, lang, theme)
    return _color_by_figure(joined, chosen, colour_by, lang, theme)


def _color_by_region(programme: Programme, chosen: Sequence[Zone], lang: Language) -> Colouring:
    styles = palette.get_region_styles(tuple(region.name_zh for region in programme.regions))
    names = list(styles)
    shown = [region for region in programme.regions if any(zone.region == region.name_zh for zone in chosen)]
    items = [
        LegendItem(id=f"region:{region.name_zh}", label=region.name(lang), style=styles[region.name_zh])
        for region in shown
    ]
    class_of = {zone.order: names.index(zone.region) for zone in programme.zones}
    return Colouring(list(styles.values()), class_of, translate("legend_region", lang), items)


def _color_by_verdict(chosen: Sequence[Zone], verdicts: Mapping[int, Verdict], lang: Language) -> Colouring:
    styles = palette.get_verdict_styles()
    names = list(styles)
    shown = {verdicts[zone.order] for zone in chosen}
    items = [
        LegendItem(label=palette.format_verdict(name, lang), style=style)
        for name, style in styles.items()
        if name in shown
    ]
    class_of = {zone: names.index(verdict) for zone, verdict in verdicts.items()}
    return Colouring(list(styles.values()), class_of, translate("legend_verdict", lang), items)


def _color_by_task(
    programme: Programme, chosen: Sequence[Zone], task: int | None, lang: Language, theme: Theme
) -> Colouring:
    wanted = next((one for one in programme.tasks if task in (one.number, None)), None)
    name = "" if wanted is None else f"{wanted.number} {wanted.short(lang)}"
    lacks = {zone.order: int(wanted is None or wanted.number not in zone.tasks) for zone in programme.zones}
    named = [LegendItem(label=translate("legend_task_has", lang), style=palette.has_task_style(theme))]
    return _add_empty_class(
        named, lacks, chosen, title=translate("legend_task", lang, task=name), what="task", lang=lang
    )


def _color_by_tasks(
    programme: Programme, chosen: Sequence[Zone], selection: Selection, lang: Language, theme: Theme
) -> Colouring:
    wanted = set(selection.tasks) or {task.number for task in programme.tasks}
    counts = {zone.order: len(wanted & set(zone.tasks)) for zone in chosen}
    most = max(counts.values(), default=0)
    named = [
        LegendItem(label=translate("legend_tasks_item", lang, count=number + 1), style=style)
        for number, style in enumerate(palette.get_shade_styles(most, theme))
    ]
    class_of = {order: count - 1 if count else most for order, count in counts.items()}
    return _add_empty_class(named, class_of, chosen, title=translate("legend_tasks", lang), what="tasks", lang=lang)


def _color_by_figure(
    joined: JoinedProgramme,
    chosen: Sequence[Zone],
    figure: Literal["area", "stated", "special"],
    lang: Language,
    theme: Theme,
) -> Colouring:
    # Classes are those of the whole programme, so a colour keeps its meaning when the filter changes.
    classes = classify(_collect_figures(joined, figure))
    count = len(classes.ranges)
    named = [
        LegendItem(label=_format_range(low, high, figure), style=style)
        for (low, high), style in zip(classes.ranges, palette.get_shade_styles(count, theme), strict=True)
    ]
    class_of = {zone.order: classes.class_of.get(zone.order, count) for zone in joined.programme.zones}
    return _add_empty_class(named, class_of, chosen, title=translate(f"legend_{figure}", lang), what=figure, lang=lang)


def _collect_figures(joined: JoinedProgramme, figure: str) -> dict[int, float | None]:
    zones = joined.programme.zones
    if figure == "stated":
        return {zone.order: zone.stated_area_km2 for zone in zones}
    if figure == "special":
        shares = {
            zone.order: sum(member.kind == "special" for member in zone.members) / max(len(zone.members), 1)
            for zone in zones
        }
        return {order: 100 * share or None for order, share in shares.items()}
    areas = dict(zip(joined.zones["zone"], joined.zones["computed_area_km2"], strict=True))
    return {zone.order: None if math.isnan(areas[zone.order]) else areas[zone.order] for zone in zones}


def _format_range(low: float, high: float, figure: str) -> str:
    unit, digits = ("%", 0) if figure == "special" else ("km²", 0)
    ends = dict.fromkeys((format_number(low, digits), format_number(high, digits)))
    return f"{'–'.join(ends)} {unit}"


def _add_empty_class(
    named: list[LegendItem],
    class_of: dict[int, int],
    chosen: Sequence[Zone],
    *,
    title: str,
    what: str,
    lang: Language,
) -> Colouring:
    """Add a colouring whose last class is that of zones without a colour; the legend has what is on the map."""
    none = LegendItem(label=translate(f"no_colour_{what}", lang), style=NO_COLOUR)
    used = {class_of[zone.order] for zone in chosen}
    items = [item for number, item in enumerate([*named, none]) if number in used]
    return Colouring([*(item.style for item in named), NO_COLOUR], class_of, title, items)
