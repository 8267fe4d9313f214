"""What else applies where a zone lies: zones, towns and provisions of every other programme of the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd
import streamlit as st

from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.messages import Language, get_place_words, join_texts, translate
from pilotzones.geo.query.applicability import Hit, OtherProgrammeMatch
from pilotzones.geo.query.filters import Selection
from pilotzones.layers.place_labels import name_place
from pilotzones.views.components.frame.page_links import link_to
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.tables.data_table import show_table
from pilotzones.views.state import cache
from pilotzones.views.state.choices import Choices

__all__ = ["build_hit_row", "show_applies"]

_MAX_TABLE_HEIGHT_PX: Final = 420
_FEW: Final = 12


def show_applies(programme: Programme, zone: int, choices: Choices) -> None:
    """Draw the section.

    Parameters
    ----------
    programme : Programme
        Of the catalogue.
    zone : int
    choices : Choices
        Language and boundary source; links keep them.
    """
    lang = choices.lang
    words = get_place_words(programme.kind, lang)
    st.header(translate("zone_applies", lang), anchor=False)
    applies = cache.get_applicability(choices.source)
    found = applies.find_elsewhere(programme.id, zone)
    if not found:
        st.markdown(escape(translate("zone_applies_none", lang, **words)))
        return
    counties = len(applies.list_counties(programme.id, zone))
    st.caption(translate("zone_applies_note", lang, count=counties, **words))
    for name in dict.fromkeys(one.hit.programme for one in found):
        other = load_programme(name)
        own = [one for one in found if one.hit.programme == name]
        st.markdown(f"**{escape(other.title(lang))}**")
        _show_links(other, own, choices)
        _show_table(own, counties, lang, key=f"zone_applies_{zone}_{name}")


def _show_links(other: Programme, found: Sequence[OtherProgrammeMatch], choices: Choices) -> None:
    """Link to the page of each zone or town; what has provisions has them on its map page."""
    page = "map" if other.kind.is_for_scopes else "zone"
    zones = sorted({one.hit.zone for one in found if one.hit.zone is not None})
    with st.container(horizontal=True, gap="small"):
        for zone in zones:
            target = Choices(
                selection=Selection(focus=zone), lang=choices.lang, source=choices.source, programme=other.id
            )
            label = f"{zone}. {other.get_zone(zone).name(choices.lang)}"
            link_to(page, label, other, target, icon=":material/arrow_forward:")


def _show_table(found: Sequence[OtherProgrammeMatch], counties: int, lang: Language, *, key: str) -> None:
    rows = [
        build_hit_row(one.hit, lang) | {translate("zone_applies_in", lang): _describe_where(one, counties, lang)}
        for one in found
    ]
    table = pd.DataFrame(rows)
    show_table(
        # Most programmes attach no condition.
        table.loc[:, (table != "").any()],
        key=key,
        height="content" if len(rows) <= _FEW else _MAX_TABLE_HEIGHT_PX,
        column_config={translate("here_name", lang): st.column_config.TextColumn(width="medium")},
    )


def _describe_where(one: OtherProgrammeMatch, counties: int, lang: Language) -> str:
    if len(one.counties) == counties > 1:
        return translate("zone_applies_all", lang, count=counties)
    return join_texts((name_place(county.name, lang) for county in one.counties), lang)


def build_hit_row(hit: Hit, lang: Language) -> dict[str, str]:
    """Build the row of one hit, headings in the language of the page."""
    return {
        translate("here_what", lang): translate(f"subject_{hit.subject}", lang),
        translate("order", lang): str(hit.zone) if hit.subject == "town" else hit.id,
        translate("here_name", lang): hit.name(lang),
        translate("here_kind", lang): translate(f"hit_{hit.kind}", lang),
        translate("clause", lang): hit.clause,
        translate("here_condition", lang): hit.condition(lang),
    }
