"""The life of a unit as a line of names and codes with dates, and what became of a programme's members between two years."""

from __future__ import annotations

from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.messages import Language, join_texts, translate
from pilotzones.geo.places.history import FIRST_YEAR, Period, UnitSpell, get_last_year, load_unit_index, name_parents
from pilotzones.geo.query.place_query import PlaceAnswer
from pilotzones.geo.query.question_reader import read_place
from pilotzones.geo.query.unit_comparison import compare_members
from pilotzones.layers.history_labels import describe_change, describe_source
from pilotzones.layers.place_labels import name_place
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.tables.data_table import show_table
from pilotzones.views.components.user_list.messages import translate_reason

__all__ = ["show_history", "show_member_history"]

# A name that dozens of cities have (郊区) fills no page.
_MAX_LIVES: Final = 8


def show_history(answer: PlaceAnswer, lang: Language) -> None:
    """Show what to know of an answer, and the life of the unit it is about.

    Parameters
    ----------
    answer : PlaceAnswer
    lang : {"zh", "en"}
    """
    for note in answer.notes:
        st.info(escape(translate_reason(note, lang)), icon=":material/history:")
    unit = answer.match.unit if answer.match is not None else None
    if unit is not None and answer.period is not None:
        then = translate("life_then", lang, year=answer.period.text, unit=_describe_unit(unit, lang, answer.period))
        st.markdown(f"**{escape(then)}**")
    lives = _find_lives(answer)
    if not lives:
        return
    st.subheader(translate("life", lang), anchor=False)
    if len(lives) > 1:
        asked = escape(answer.text)
        st.caption(translate("life_several", lang, text=asked, count=len(lives), shown=min(len(lives), _MAX_LIVES)))
    for one in lives[:_MAX_LIVES]:
        _show_life(one, lang, with_heading=len(lives) > 1)


def _find_lives(answer: PlaceAnswer) -> list[UnitSpell]:
    """Find the unit of an answer, and all others that ever had its code or name: it may mean them, too."""
    index, asked = load_unit_index(), read_place(answer.text)
    unit = answer.match.unit if answer.match is not None else None
    units = {} if unit is None else {index.lineage[unit]: unit}
    for one in index.list_bearers(asked.name, asked.code):
        units.setdefault(index.lineage[one], one)
    return list(units.values())


def _show_life(unit: UnitSpell, lang: Language, *, with_heading: bool) -> None:
    index = load_unit_index()
    if with_heading:
        st.markdown(f"**{escape(_describe_unit(unit, lang))}**")
    lines = [_describe_spell(spell, lang) for spell in index.list_life(unit)]
    st.markdown("\n".join(f"- {escape(line)}" for line in lines))
    changes = index.list_changes(unit)
    if changes:
        change_lines = [
            f"- {escape(describe_change(one, lang))} — {escape(describe_source(one.source, lang))}" for one in changes
        ]
        with st.expander(translate("life_changes", lang, count=len(changes)), expanded=not with_heading):
            st.markdown("\n".join(change_lines))


def _describe_spell(spell: UnitSpell, lang: Language) -> str:
    """Describe a code under one name in a line: from when to when, and what it lay in."""
    return translate(
        "life_line",
        lang,
        since=spell.since or translate("life_before", lang),
        until=spell.until or translate("life_today", lang),
        unit=_describe_unit(spell, lang),
    )


def _describe_unit(spell: UnitSpell, lang: Language, period: Period | None = None) -> str:
    """Say code, name and what it lay in: at a time, or while it stood last."""
    between = "" if lang == "zh" else ", "
    homes = [name for name in name_parents(spell, period) if name and name != spell.name]
    within = between.join(name_place(name, lang) for name in dict.fromkeys(homes))
    label = f"{spell.code} {name_place(spell.name, lang)}"
    return translate("life_unit", lang, unit=label, within=within) if within else label


def show_member_history(programme: Programme, lang: Language) -> None:
    """Let people choose two years, and list the members whose name, code or extent changed between them.

    Parameters
    ----------
    programme : Programme
    lang : {"zh", "en"}
    """
    st.header(translate("about_members_in_years", lang), anchor=False)
    years = FIRST_YEAR, get_last_year()
    left, right = st.columns(2, gap="large")
    with left:
        one = st.number_input(translate("about_from_year", lang), *years, 2010, step=1, key="about_first")
    with right:
        other = st.number_input(translate("about_to_year", lang), *years, 2024, step=1, key="about_second")
    first, second = sorted((int(one), int(other)))
    rows = compare_members(programme, _make_year_period(first), _make_year_period(second))
    changed = [row for row in rows if row.changes or not row.is_same]
    sentence = translate(
        "about_members_changed", lang, first=first, second=second, changed=len(changed), total=len(rows)
    )
    st.markdown(sentence)
    if not changed:
        return
    join = partial(join_texts, lang=lang, zh="；", en="; ")
    frame = pd.DataFrame(
        {
            translate("about_member", lang): [row.listed_name for row in changed],
            str(first): [join(one.label for one in row.before) for row in changed],
            str(second): [join(one.label for one in row.after) for row in changed],
            translate("about_happened", lang): [
                join(describe_change(change, lang) for change in row.changes) for row in changed
            ],
        }
    )
    show_table(frame, key="about_member_history")


def _make_year_period(year: int) -> Period:
    return Period(f"{year}-01", f"{year}-12")
