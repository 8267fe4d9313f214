"""The page "About the data": sources, dates, licences, methods, limits, and how to cite; read from the data itself."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from pilotzones.geo.boundaries.models import SourceInfo
from pilotzones.geo.boundaries.sources import BUILT_IN, get_source_info
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.export import get_version
from pilotzones.geo.export.citation import format_bibtex, format_csl_json
from pilotzones.geo.geometry.area import DEFAULT_METHOD
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.messages import Language, get_place_words, join_texts, translate
from pilotzones.layers.place_labels import name_place
from pilotzones.layers.style import palette
from pilotzones.views.components.downloads import offer_file
from pilotzones.views.components.frame.page_header import init_page, show_head
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.programme.dates import show_changes, show_dates
from pilotzones.views.components.programme.panel import show_rules
from pilotzones.views.components.source_links import make_web_link
from pilotzones.views.components.unit_history import show_member_history
from pilotzones.views.state import cache
from pilotzones.views.state.choices import Choices, publish

__all__ = ["show"]


def show() -> None:
    """Draw the page."""
    programme, choices, dropped = init_page("about")
    lang = choices.lang
    show_head("about", translate("about_lead", lang), dropped, lang)
    with st.spinner(translate("loading", lang)):
        joined = cache.get_joined(*choices.join_key)
    _show_document(programme, lang)
    show_dates(programme, lang)
    show_changes(programme, lang)
    show_rules(joined, lang)
    _show_boundaries(lang)
    _show_methods(joined, lang)
    show_member_history(programme, lang)
    _show_limits(joined, choices)
    _show_citation(programme, choices)
    publish(programme, choices)


def _show_facts(pairs: list[tuple[str, str]], lang: Language) -> None:
    """Show names and values as a list; what is unknown is left out."""
    st.markdown(
        "\n".join(translate("pair", lang, name=f"- **{escape(name)}**", value=value) for name, value in pairs if value)
    )


def _show_document(programme: Programme, lang: Language) -> None:
    st.header(translate("about_document", lang), anchor=False)
    contents = translate(
        "about_contents_value",
        lang,
        zones=len(programme.zones),
        members=len(programme.members),
        tasks=len(programme.tasks),
        regions=len(programme.regions),
        **get_place_words(programme.kind, lang),
    )
    title = translate("noted", lang, text=programme.document_title, note=programme.title(lang))
    period = "–".join(filter(None, (programme.effective_from, programme.effective_to)))
    _show_facts(
        [
            (
                translate("about_title", lang),
                escape(title),
            ),
            (translate("about_issuer", lang), escape(programme.issuer(lang))),
            (translate("about_number", lang), escape(programme.document_number)),
            (translate("about_date", lang), escape(programme.document_date)),
            (translate("about_document_source", lang), escape(programme.document_basis(lang))),
            (translate("about_period", lang), escape(period)),
            (translate("about_codes", lang), escape(programme.codes_as_of)),
            (translate("about_contents", lang), escape(contents)),
            (translate("about_published", lang), escape(_describe_published(programme, lang))),
        ],
        lang,
    )


def _describe_published(programme: Programme, lang: Language) -> str:
    figures = [figure for member in programme.members for figure in member.published]
    trust = Counter(figure.confidence for figure in figures)
    return translate(
        "about_published_value",
        lang,
        figures=len(figures),
        members=sum(1 for member in programme.members if member.published),
        sources=len({figure.source for figure in figures}),
        high=trust["high"],
        medium=trust["medium"],
        low=trust["low"],
    )


def _show_boundaries(lang: Language) -> None:
    st.header(translate("about_boundaries", lang), anchor=False)
    for column, source in zip(st.columns(len(BUILT_IN), gap="large"), BUILT_IN, strict=True):
        info = get_source_info(source)
        with column:
            st.markdown(f"**{escape(info.name(lang))}**")
            _show_facts(_list_source_facts(info, lang), lang)


def _list_source_facts(info: SourceInfo, lang: Language) -> list[tuple[str, str]]:
    link = make_web_link(f"https://{info.address}")
    address = f"[{escape(info.address)}]({link})" if link else escape(info.address)
    counties = len(cache.get_county_index(info.id).counties)
    return [
        (translate("about_publisher", lang), escape(info.publisher)),
        (translate("about_address", lang), address),
        (translate("about_review", lang), escape(info.review_number)),
        (translate("about_as_of", lang), escape(info.as_of)),
        (translate("about_basis", lang), escape(info.get_text("as_of_basis", lang))),
        (translate("about_licence", lang), escape(info.get_text("licence", lang))),
        (translate("about_coast", lang), escape(translate(f"about_coast_{info.coast}", lang))),
        (translate("about_counties", lang), f"{counties:,}"),
        (translate("about_version", lang), f"{escape(info.version)} · `{info.sha256[:16]}`"),
    ]


def _show_methods(joined: JoinedProgramme, lang: Language) -> None:
    st.header(translate("about_methods", lang), anchor=False)
    source = joined.boundaries.info.name(lang)
    lines = [
        translate("about_method_line", lang, method=translate(f"method_{DEFAULT_METHOD}", lang)),
        translate("about_method_join", lang, total=len(joined.members), matched=joined.matched, source=source),
        translate("about_method_display", lang),
        translate("about_method_cities", lang),
        translate("about_method_names", lang),
    ]
    st.markdown("\n".join(f"- {escape(line)}" for line in lines))


def _show_limits(joined: JoinedProgramme, choices: Choices) -> None:
    lang = choices.lang
    st.header(translate("about_limits", lang), anchor=False)
    coasts = (
        translate("about_coast_of", lang, source=info.name(lang), coast=translate(f"about_coast_{info.coast}", lang))
        for info in map(get_source_info, BUILT_IN)
    )
    sources = join_texts(coasts, lang, en="; ")
    lines = _list_limits(joined, choices)
    lines += [translate("about_limit_coast", lang, sources=sources), translate("about_limit_document", lang)]
    st.markdown("\n".join(f"- {escape(line)}" for line in lines))


def _list_limits(joined: JoinedProgramme, choices: Choices) -> list[str]:
    """List what cannot be had of this programme in particular."""
    lang, programme = choices.lang, joined.programme
    lines = []
    missing = joined.members[joined.members["status"] == "no_polygon"]["listed_name"]
    if programme.kind.lists_towns:
        points = sum(member.has_point for member in programme.members)
        lines.append(translate("about_limit_towns", lang, total=len(programme.members), points=points))
    elif len(missing):
        names = join_texts((name_place(name, lang) for name in missing), lang, en="; ")
        lines.append(translate("about_limit_special", lang, names=names))
    if programme.states_areas:
        audit = cache.get_audit(*choices.join_key)
        counts = Counter(zone.verdict for zone in audit.zones)
        counted = (f"{palette.format_verdict(verdict, lang)} {counts[verdict]}" for verdict in palette.VERDICT_SIGNS)
        verdicts, source = join_texts(counted, lang, en="; "), joined.boundaries.info.name(lang)
        lines.append(translate("about_limit_verdicts", lang, source=source, verdicts=verdicts))
    return lines


def _show_citation(programme: Programme, choices: Choices) -> None:
    lang, source = choices.lang, get_source_info(choices.source)
    st.header(translate("about_cite", lang), anchor=False)
    boundary = " ".join(filter(None, (source.name(lang), source.review_number, source.as_of)))
    text = translate(
        "about_cite_text",
        lang,
        title=programme.title(lang),
        version=get_version(),
        document=programme.document_title,
        number=programme.document_number or "–",
        date=programme.document_date or "–",
        boundary=boundary,
    )
    st.code(text, language=None, wrap_lines=True)
    st.caption(translate("about_cite_note", lang))
    forms = (("bib", "bib", format_bibtex), ("csl", "json", format_csl_json))
    for column, (name, suffix, make) in zip(st.columns(len(forms)), forms, strict=True):
        offer_file(
            translate(f"about_download_{name}", lang),
            make(programme, source).encode(),
            f"pilotzones_{programme.id}_{source.id}.{suffix}",
            key=f"cite_{name}",
            place=column,
            icon=":material/format_quote:",
            width="stretch",
        )
