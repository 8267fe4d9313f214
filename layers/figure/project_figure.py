"""A map of projects for a report: counties by their number of projects, points by stage."""

from __future__ import annotations

from pilotzones.geo.boundaries.models import Boundaries
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.errors import ExportError, make_problem
from pilotzones.geo.export import get_version
from pilotzones.geo.messages import Language, format_number, translate
from pilotzones.geo.projects.location import LocatedRegister
from pilotzones.geo.projects.models import STAGES
from pilotzones.geo.projects.summary import count_stages
from pilotzones.geo.query.applicability import ApplicabilityIndex
from pilotzones.layers.figure.content import FigureContent, ListRow
from pilotzones.layers.figure.county_figure import CountyPanel, list_ground_lines, render_county_figure
from pilotzones.layers.figure.font_subset import clean
from pilotzones.layers.figure.render import FORMATS, FileFormat
from pilotzones.layers.style.indicator_classes import classify_indicator
from pilotzones.layers.style.project_styles import make_point_style
from pilotzones.layers.style.spec import LegendItem, Style

__all__ = ["FORMATS", "render_project_figure"]


def render_project_figure(
    located: LocatedRegister,
    boundaries: Boundaries,
    programme: Programme,
    applies: ApplicabilityIndex,
    *,
    file_format: FileFormat,
    lang: Language,
) -> bytes:
    """Draw the projects of a register on A4.

    Parameters
    ----------
    located : LocatedRegister
    boundaries : Boundaries
    programme : Programme
        Whose zones are outlined.
    applies : ApplicabilityIndex
    file_format : {"pdf", "svg", "png"}
    lang : {"zh", "en"}

    Returns
    -------
    bytes

    Raises
    ------
    ExportError
        When no project belongs to a county.
    """
    frame = located.frame
    counts = frame[frame["adcode"] != ""].groupby("adcode").size()
    if counts.empty:
        raise ExportError(make_problem("", "figure_no_project"))
    classes = classify_indicator(map(float, counts))
    styles = [Style(fill=color, fill_opacity=1.0, stroke="#ffffff", weight=0.3) for color in classes.colors]
    fills = [
        (style, frozenset(str(code) for code, count in counts.items() if classes.find_class(count) == number))
        for number, style in enumerate(styles)
    ]
    known = frame[frame["location"] == "point"]
    points = [
        (make_point_style(str(stage)), list(zip(own["lon"], own["lat"], strict=True)))
        for stage, own in known.groupby("stage", sort=False)
    ]
    legend = [LegendItem(label=name, style=style) for name, style in zip(classes.name_ranges(), styles, strict=True)]
    legend += [
        LegendItem(label=translate(f"stage_{stage}", lang), style=make_point_style(stage), shape="point")
        for stage in STAGES
        if (known["stage"] == stage).any()
    ]
    content = FigureContent(
        title=clean(translate("projects_figure_title", lang, count=format_number(len(frame)))),
        subtitle=clean(_describe_locations(located, lang)),
        legend_title=translate("projects_figure_legend", lang),
        legend=tuple(legend),
        list_title=translate("projects_funnel", lang),
        rows=tuple(
            ListRow("", translate(f"stage_{row['stage']}", lang), format_number(row["reached"]))
            for row in count_stages(located).to_dict("records")
        ),
        source=tuple(map(clean, _list_sources(boundaries, programme, lang))),
    )
    outlines = _list_outlines(applies, programme)
    panel = CountyPanel("", fills, points)
    return render_county_figure([panel], content, boundaries, outlines, file_format=file_format, lang=lang)


def _describe_locations(located: LocatedRegister, lang: Language) -> str:
    frame = located.frame
    points, open_places = (int((frame["location"] == quality).sum()) for quality in ("point", "open"))
    return translate(
        "projects_figure_subtitle", lang, points=points, counties=len(frame) - points - open_places, open=open_places
    )


def _list_sources(boundaries: Boundaries, programme: Programme, lang: Language) -> list[str]:
    source = translate("projects_figure_source", lang, programme=programme.title(lang))
    return [source, *list_ground_lines(boundaries, 1, lang), f"pilotzones {get_version()}"]


def _list_outlines(applies: ApplicabilityIndex, programme: Programme) -> list[frozenset[str]]:
    found = (
        frozenset(one.adcode for one in applies.list_counties(programme.id, zone.order)) for zone in programme.zones
    )
    # A zone that is all of a province would be outlined county by county.
    return [codes for codes in found if 0 < len(codes) < 200]
