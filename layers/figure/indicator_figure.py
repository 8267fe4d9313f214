"""A map of one indicator and year for a report, small multiples of several years, or the change between two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.errors import ExportError, IndicatorError, make_problem
from pilotzones.geo.export import get_version
from pilotzones.geo.indicators.dictionary import IndicatorEntry, name_indicator
from pilotzones.geo.indicators.groups import list_zone_counties, summarise_programme
from pilotzones.geo.indicators.joined import JoinedIndicators
from pilotzones.geo.indicators.year_map import compare_years, list_values, select_year
from pilotzones.geo.messages import Language, format_number, translate
from pilotzones.geo.query.applicability import ApplicabilityIndex
from pilotzones.layers.figure.content import FigureContent, ListRow
from pilotzones.layers.figure.county_figure import MAX_PANELS, CountyPanel, list_ground_lines, render_county_figure
from pilotzones.layers.figure.font_subset import clean
from pilotzones.layers.figure.render import FORMATS, FileFormat
from pilotzones.layers.style.indicator_classes import IndicatorClasses, classify_change, classify_indicator
from pilotzones.layers.style.spec import LegendItem, Style

__all__ = ["FORMATS", "IndicatorFigure", "render_indicator_figure"]

_GAP: Final = Style(fill=None, stroke="#9ca3af", weight=0.4)
_OUTLINE: Final = Style(fill=None, stroke="#111827", weight=1.2)
_MAX_SOURCES: Final = 3


@dataclass(frozen=True)
class IndicatorFigure:
    """What is drawn: an indicator, its years, and with `since` the change from that year to the last of them."""

    joined: JoinedIndicators
    indicator: str
    years: tuple[str, ...]
    since: str = ""
    entries: Mapping[str, IndicatorEntry] = field(default_factory=dict)

    def name(self, lang: Language) -> str:
        """Name of the indicator in a language."""
        return name_indicator(self.indicator, self.entries, lang)


def render_indicator_figure(
    figure: IndicatorFigure,
    boundaries: Boundaries,
    programme: Programme,
    applies: ApplicabilityIndex,
    *,
    file_format: FileFormat,
    lang: Language,
    dpi: int = 200,
) -> bytes:
    """Draw the figure on A4: one map, or one for each year in classes that stay the same.

    Parameters
    ----------
    figure : IndicatorFigure
    boundaries : Boundaries
    programme : Programme
        Whose zones are outlined and listed.
    applies : ApplicabilityIndex
    file_format : {"pdf", "svg", "png"}
    lang : {"zh", "en"}
    dpi : int, optional
        Of a PNG [dot/inch].

    Returns
    -------
    bytes

    Raises
    ------
    IndicatorError
        When there is no such indicator, or no figure for the map.
    ExportError
        When there are too many years for one sheet.
    """
    if len(figure.years) > MAX_PANELS:
        facts: dict[str, object] = {"most": MAX_PANELS, "count": len(figure.years)}
        raise ExportError(make_problem("", "figure_maps", facts=facts))
    years = figure.years[-1:] if figure.since else figure.years
    maps = {year: _select(figure, year) for year in years}
    values = [value for own in maps.values() for value in own["value"].dropna()]
    if not values:
        facts = {"indicator": figure.indicator, "years": ", ".join(years)}
        raise IndicatorError(make_problem("", "figure_no_county", facts=facts))
    every = values if figure.since else list_values(figure.joined, figure.indicator)
    classes = classify_change(every) if figure.since else classify_indicator(every)
    styles = [Style(fill=color, fill_opacity=1.0, stroke="#ffffff", weight=0.3) for color in classes.colors]
    panels = [CountyPanel(_name_years(figure, year), _fill(own, classes, styles)) for year, own in maps.items()]
    zones = list_zone_counties(applies, programme)
    content = _build_content(figure, maps, classes, styles, boundaries, programme, applies, lang)
    outlines = [own for own in zones.values() if own]
    return render_county_figure(panels, content, boundaries, outlines, file_format=file_format, lang=lang, dpi=dpi)


def _select(figure: IndicatorFigure, year: str) -> pd.DataFrame:
    """Return the county of today, ``value``, ``unit_measure``, ``source`` and ``vintage`` of what one map draws."""
    if not figure.since:
        return select_year(figure.joined, figure.indicator, year).rename(columns={"obs_value": "value"})
    change = compare_years(figure.joined, figure.indicator, figure.since, year)
    rows = change.assign(adcode=change["today"].str.split(" "), vintage="").explode("adcode")
    return rows.rename(columns={"difference": "value"})


def _name_years(figure: IndicatorFigure, year: str) -> str:
    return f"{figure.since} → {year}" if figure.since else year


def _fill(own: pd.DataFrame, classes: IndicatorClasses, styles: list[Style]) -> list[tuple[Style, frozenset[str]]]:
    known = own.dropna(subset=["value"])
    placed = [classes.find_class(value) for value in known["value"]]
    codes = known["adcode"].to_numpy()
    return [
        (style, frozenset(code for code, place in zip(codes, placed, strict=True) if place == number))
        for number, style in enumerate(styles)
    ]


def _build_content(  # noqa: PLR0917  # they are the parts of a sheet
    figure: IndicatorFigure, maps: Mapping[str, pd.DataFrame], classes: IndicatorClasses, styles: list[Style],
    boundaries: Boundaries, programme: Programme, applies: ApplicabilityIndex, lang: Language,
) -> FigureContent:  # fmt: skip
    unit = figure.joined.describe_unit(figure.indicator, lang) or translate("indicators_unit_unknown", lang)
    counts = sum(int(own["value"].notna().sum()) for own in maps.values())
    named = zip(classes.name_ranges(signed=bool(figure.since)), styles, strict=True)
    legend = [LegendItem(label=clean(name), style=style) for name, style in named]
    legend.append(LegendItem(label=translate("indicators_gap", lang), style=_GAP))
    legend.append(LegendItem(label=translate("indicators_outline", lang), style=_OUTLINE))
    years = ", ".join(_name_years(figure, year) for year in maps)
    return FigureContent(
        title=clean(f"{figure.name(lang)} · {years}"),
        subtitle=clean(translate("indicators_figure_subtitle", lang, unit=unit, counties=format_number(counts))),
        legend_title=clean(unit),
        legend=tuple(legend),
        list_title=clean(translate(_choose_list_title(figure, len(maps)), lang)),
        rows=tuple(_list_rows(figure, maps, programme, applies, lang)),
        source=tuple(map(clean, _list_sources(figure, maps, boundaries, lang))),
    )


def _choose_list_title(figure: IndicatorFigure, maps: int) -> str:
    if maps > 1:
        return "indicators_figure_counts"
    return "indicators_figure_mean_changes" if figure.since else "indicators_figure_means"


def _list_rows(
    figure: IndicatorFigure,
    maps: Mapping[str, pd.DataFrame],
    programme: Programme,
    applies: ApplicabilityIndex,
    lang: Language,
) -> list[ListRow]:
    if len(maps) > 1:
        return [ListRow("", year, format_number(int(own["value"].notna().sum()))) for year, own in maps.items()]
    (year,) = maps
    summary = summarise_programme(figure.joined, applies, programme, figure.indicator)
    own = summary[summary["group"] == "zone"]
    means: dict[tuple[str, str], float] = dict(
        zip(zip(own["name"], own["time_period"], strict=True), own["mean"], strict=True)
    )
    rows = []
    for zone in programme.zones:
        value = means.get((str(zone.order), year))
        if figure.since:
            before = means.get((str(zone.order), figure.since))
            value = None if value is None or before is None else value - before
        rows.append(ListRow(str(zone.order), clean(zone.name(lang)), format_number(value, 2)))
    return rows


def _list_sources(
    figure: IndicatorFigure, maps: Mapping[str, pd.DataFrame], boundaries: Boundaries, lang: Language
) -> list[str]:
    drawn = pd.concat([own.dropna(subset=["value"])[["source", "vintage"]] for own in maps.values()])
    named = list(dict.fromkeys(filter(None, drawn["source"])))
    sources = "; ".join(named[:_MAX_SOURCES]) + (" …" if len(named) > _MAX_SOURCES else "")
    vintages = ", ".join(sorted(set(filter(None, drawn["vintage"]))))
    note = translate("indicators_figure_change" if figure.since else "indicators_map_note", lang)
    line = translate(
        "indicators_figure_source",
        lang,
        source=sources or translate("indicators_not_said", lang),
        vintage=vintages or translate("indicators_not_said", lang),
    )
    return [line, *list_ground_lines(boundaries, len(maps), lang), note, f"pilotzones {get_version()}"]
