"""The page "About the data": sources, dates, licences, methods, limits, and how to cite; read from the data itself."""

from __future__ import annotations

from collections import Counter
from functools import partial

import streamlit as st

from geo.areas import DEFAULT_METHOD
from geo.boundaries import BUILT_IN, SourceInfo, source_info
from geo.citation import bibtex, csl_json
from geo.export import version
from geo.join import Joined
from geo.programme import Programme
from layers import palette
from layers.place_names import place_name
from layers.wording import Language, place_words, say
from views import resources
from views.audit_tables import verdict_word
from views.citations import web_link
from views.filters import show_display_choices
from views.page_head import opened, show_head
from views.state import Choices, publish
from views.zone_panel import escaped

__all__ = ["show"]


def show() -> None:
    """Draw the page."""
    programme, choices, dropped = opened("about")
    lang = choices.lang
    show_display_choices(lang)
    show_head("about", say("about_lead", lang), dropped, lang)
    with st.spinner(say("loading", lang)):
        joined = resources.joined(choices.programme, choices.source, choices.method)
    _show_document(programme, lang)
    _show_boundaries(lang)
    _show_methods(joined, lang)
    _show_limits(joined, choices)
    _show_citation(programme, choices)
    publish(programme, choices)


def _facts(pairs: list[tuple[str, str]]) -> None:
    """Names and values as a list; what is unknown is left out."""
    st.markdown("\n".join(f"- **{escaped(name)}**: {value}" for name, value in pairs if value))


def _show_document(programme: Programme, lang: Language) -> None:
    st.header(say("about_document", lang), anchor=False)
    contents = say(
        "about_contents_value",
        lang,
        zones=len(programme.zones),
        members=len(programme.members),
        tasks=len(programme.tasks),
        regions=len(programme.regions),
        **place_words(programme.kind, lang),
    )
    period = "–".join(filter(None, (programme.effective_from, programme.effective_to)))
    _facts(
        [
            (say("about_title", lang), escaped(f"{programme.document_title} ({programme.title(lang)})")),
            (say("about_issuer", lang), escaped(programme.issuer(lang))),
            (say("about_number", lang), escaped(programme.document_number)),
            (say("about_date", lang), escaped(programme.document_date)),
            (say("about_document_source", lang), escaped(programme.document_basis(lang))),
            (say("about_period", lang), escaped(period)),
            (say("about_codes", lang), escaped(programme.codes_as_of)),
            (say("about_contents", lang), escaped(contents)),
            (say("about_published", lang), escaped(_published(programme, lang))),
        ]
    )


def _published(programme: Programme, lang: Language) -> str:
    figures = [figure for member in programme.members for figure in member.published]
    trust = Counter(figure.confidence for figure in figures)
    return say(
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
    st.header(say("about_boundaries", lang), anchor=False)
    for column, source in zip(st.columns(len(BUILT_IN), gap="large"), BUILT_IN, strict=True):
        info = source_info(source)
        with column:
            st.markdown(f"**{escaped(info.name(lang))}**")
            _facts(_source_facts(info, lang))


def _source_facts(info: SourceInfo, lang: Language) -> list[tuple[str, str]]:
    link = web_link(f"https://{info.address}")
    address = f"[{escaped(info.address)}]({link})" if link else escaped(info.address)
    counties = len(resources.county_index(info.id).counties)
    return [
        (say("about_publisher", lang), escaped(info.publisher)),
        (say("about_address", lang), address),
        (say("about_review", lang), escaped(info.review_number)),
        (say("about_as_of", lang), escaped(info.as_of)),
        (say("about_basis", lang), escaped(info.told("as_of_basis", lang))),
        (say("about_licence", lang), escaped(info.told("licence", lang))),
        (say("about_coast", lang), escaped(say(f"about_coast_{info.coast}", lang))),
        (say("about_counties", lang), f"{counties:,}"),
        (say("about_version", lang), f"{escaped(info.version)} · `{info.sha256[:16]}`"),
    ]


def _show_methods(joined: Joined, lang: Language) -> None:
    st.header(say("about_methods", lang), anchor=False)
    source = joined.boundaries.info.name(lang)
    lines = [
        say("about_method_line", lang, method=say(f"method_{DEFAULT_METHOD}", lang)),
        say("about_method_join", lang, total=len(joined.members), matched=joined.matched, source=source),
        say("about_method_display", lang),
        say("about_method_names", lang),
    ]
    st.markdown("\n".join(f"- {escaped(line)}" for line in lines))


def _show_limits(joined: Joined, choices: Choices) -> None:
    lang = choices.lang
    st.header(say("about_limits", lang), anchor=False)
    between = "、" if lang == "zh" else "; "
    coasts = between.join(
        say("about_coast_of", lang, source=info.name(lang), coast=say(f"about_coast_{info.coast}", lang))
        for info in map(source_info, BUILT_IN)
    )
    lines = _limits_of(joined, choices, between)
    lines += [say("about_limit_coast", lang, sources=coasts), say("about_limit_document", lang)]
    st.markdown("\n".join(f"- {escaped(line)}" for line in lines))


def _limits_of(joined: Joined, choices: Choices, between: str) -> list[str]:
    """What cannot be had of this programme in particular."""
    lang, programme = choices.lang, joined.programme
    lines = []
    missing = joined.members[joined.members["status"] == "no_polygon"]["listed_name"]
    if programme.kind == "towns":
        points = sum(member.special is not None and member.special.point is not None for member in programme.members)
        lines.append(say("about_limit_towns", lang, total=len(programme.members), points=points))
    elif len(missing):
        names = between.join(place_name(name, lang) for name in missing)
        lines.append(say("about_limit_special", lang, names=names))
    if programme.states_areas:
        audit = resources.audited(choices.programme, choices.source, choices.method)
        counts = Counter(zone.verdict for zone in audit.zones)
        told = between.join(f"{verdict_word(verdict, lang)} {counts[verdict]}" for verdict in palette.VERDICT_SIGNS)
        lines.append(say("about_limit_verdicts", lang, source=joined.boundaries.info.name(lang), verdicts=told))
    return lines


def _show_citation(programme: Programme, choices: Choices) -> None:
    lang, source = choices.lang, source_info(choices.source)
    st.header(say("about_cite", lang), anchor=False)
    boundary = " ".join(filter(None, (source.name(lang), source.review_number, source.as_of)))
    text = say(
        "about_cite_text",
        lang,
        title=programme.title(lang),
        version=version(),
        document=programme.document_title,
        number=programme.document_number or "–",
        date=programme.document_date or "–",
        boundary=boundary,
    )
    st.code(text, language=None, wrap_lines=True)
    st.caption(say("about_cite_note", lang))
    forms = {"bib": (bibtex, "application/x-bibtex", "bib"), "csl": (csl_json, "application/json", "json")}
    for column, (name, (make, mime, suffix)) in zip(st.columns(len(forms)), forms.items(), strict=True):
        column.download_button(
            say(f"about_download_{name}", lang),
            data=partial(_encoded, make(programme, source)),
            file_name=f"pilotzones_{programme.id}_{source.id}.{suffix}",
            mime=mime,
            icon=":material/format_quote:",
            width="stretch",
            key=f"cite_{name}",
            on_click="ignore",
        )


def _encoded(text: str) -> bytes:
    return text.encode()
