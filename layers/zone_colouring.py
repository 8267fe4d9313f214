"""What a zone's colour says: its region, its tasks, its verdict, its size or its special areas; and the legend of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from geo.audit.records import Verdict
from geo.join import Joined
from geo.programme import Programme, Zone
from geo.selection import Selection
from layers import palette
from layers.payload import LegendItem, Style
from layers.shades import classed, ramp
from layers.wording import Language, number, say

__all__ = ["NO_COLOUR", "ColourBy", "Colouring", "colouring"]

ColourBy = Literal["region", "tasks", "task", "verdict", "area", "stated", "special"]
# A zone of which there is nothing to say is an outline without a fill; the legend says what that means.
NO_COLOUR: Final = Style(fill=None, stroke="#6b7280", weight=0.9, dash="3 3")
_HAS_TASK: Final = "#0072b2"


@dataclass(frozen=True)
class Colouring:
    """Styles, the style of each zone by its number, and title and items of the legend."""

    styles: list[Style]
    class_of: dict[int, int]
    title: str
    items: list[LegendItem]


def colouring(
    joined: Joined,
    chosen: Sequence[Zone],
    selection: Selection,
    lang: Language,
    *,
    colour_by: ColourBy = "region",
    verdicts: Mapping[int, Verdict] | None = None,
    task: int | None = None,
) -> Colouring:
    """How the zones chosen are coloured.

    Parameters
    ----------
    joined : Joined
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

    Returns
    -------
    Colouring
        A zone that nothing is known of, or that has nothing of what is coloured, has the style `NO_COLOUR`.
    """
    programme = joined.programme
    if colour_by == "region":
        return _by_region(programme, chosen, lang)
    if colour_by == "verdict":
        return _by_verdict(chosen, verdicts or {}, lang)
    if colour_by == "task":
        return _by_task(programme, chosen, task, lang)
    if colour_by == "tasks":
        return _by_tasks(programme, chosen, selection, lang)
    return _by_figure(joined, chosen, colour_by, lang)


def _by_region(programme: Programme, chosen: Sequence[Zone], lang: Language) -> Colouring:
    styles = palette.region_styles(tuple(region.name_zh for region in programme.regions))
    names = list(styles)
    shown = [region for region in programme.regions if any(zone.region == region.name_zh for zone in chosen)]
    items = [LegendItem(label=region.name(lang), style=styles[region.name_zh]) for region in shown]
    class_of = {zone.order: names.index(zone.region) for zone in chosen}
    return Colouring(list(styles.values()), class_of, say("legend_region", lang), items)


def _by_verdict(chosen: Sequence[Zone], verdicts: Mapping[int, Verdict], lang: Language) -> Colouring:
    styles = palette.verdict_styles()
    names = list(styles)
    shown = {verdicts[zone.order] for zone in chosen}
    items = [
        LegendItem(label=f"{palette.VERDICT_SIGNS[name]} {say(f'verdict_{name}', lang)}", style=style)
        for name, style in styles.items()
        if name in shown
    ]
    class_of = {zone.order: names.index(verdicts[zone.order]) for zone in chosen}
    return Colouring(list(styles.values()), class_of, say("legend_verdict", lang), items)


def _by_task(programme: Programme, chosen: Sequence[Zone], task: int | None, lang: Language) -> Colouring:
    wanted = next((one for one in programme.tasks if task in (one.number, None)), None)
    has = {zone.order: wanted is not None and wanted.number in zone.tasks for zone in chosen}
    name = "" if wanted is None else f"{wanted.number} {wanted.short(lang)}"
    styles = [palette.member_style(_HAS_TASK), NO_COLOUR]
    items = [LegendItem(label=say("legend_task_has", lang), style=styles[0])] if any(has.values()) else []
    class_of = {order: 0 if yes else 1 for order, yes in has.items()}
    return Colouring(
        styles, class_of, say("legend_task", lang, task=name), _with_none(items, class_of, 1, "task", lang)
    )


def _by_tasks(programme: Programme, chosen: Sequence[Zone], selection: Selection, lang: Language) -> Colouring:
    wanted = set(selection.tasks) or {task.number for task in programme.tasks}
    counts = {zone.order: len(wanted & set(zone.tasks)) for zone in chosen}
    most = max(counts.values(), default=0)
    styles = [*palette.count_styles(most), NO_COLOUR]
    items = [
        LegendItem(label=say("legend_tasks_item", lang, count=count), style=styles[count - 1])
        for count in sorted(set(counts.values()) - {0})
    ]
    class_of = {order: count - 1 if count else most for order, count in counts.items()}
    return Colouring(styles, class_of, say("legend_tasks", lang), _with_none(items, class_of, most, "tasks", lang))


def _by_figure(
    joined: Joined, chosen: Sequence[Zone], figure: Literal["area", "stated", "special"], lang: Language
) -> Colouring:
    values = _figures(joined, chosen, figure)
    classes = classed(values)
    count = len(classes.ranges)
    styles = [*(palette.member_style(fill) for fill in ramp(count)), NO_COLOUR]
    items = [
        LegendItem(label=_range(low, high, figure), style=style)
        for (low, high), style in zip(classes.ranges, styles, strict=False)
    ]
    class_of = {zone.order: classes.class_of.get(zone.order, count) for zone in chosen}
    title = say(f"legend_{figure}", lang)
    return Colouring(styles, class_of, title, _with_none(items, class_of, count, figure, lang))


def _figures(joined: Joined, chosen: Sequence[Zone], figure: str) -> dict[int, float | None]:
    if figure == "stated":
        return {zone.order: zone.stated_area_km2 for zone in chosen}
    if figure == "special":
        shares = {
            zone.order: sum(member.kind == "special" for member in zone.members) / max(len(zone.members), 1)
            for zone in chosen
        }
        return {order: 100 * share or None for order, share in shares.items()}
    areas = dict(zip(joined.zones["zone"], joined.zones["computed_area_km2"], strict=True))
    return {zone.order: None if math.isnan(areas[zone.order]) else areas[zone.order] for zone in chosen}


def _range(low: float, high: float, figure: str) -> str:
    unit, digits = ("%", 0) if figure == "special" else ("km²", 0)
    ends = dict.fromkeys((number(low, digits), number(high, digits)))
    return f"{'–'.join(ends)} {unit}"


def _with_none(
    items: list[LegendItem], class_of: Mapping[int, int], none: int, what: str, lang: Language
) -> list[LegendItem]:
    """The items, and what no colour means if there is a zone without one."""
    if none not in class_of.values():
        return items
    return [*items, LegendItem(label=say(f"no_colour_{what}", lang), style=NO_COLOUR)]
