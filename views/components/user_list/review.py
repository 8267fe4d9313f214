"""The review queue of a visitor's list: one open place at a time, its candidates, the decision, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

import pandas as pd
import streamlit as st

from pilotzones.geo.documents.models import DraftMember, DraftZone
from pilotzones.geo.errors import IntakeError, PilotzonesError, raise_problems
from pilotzones.geo.files.csv_reader import decode
from pilotzones.geo.files.csv_writer import with_byte_order_mark
from pilotzones.geo.messages import Language, append_detail, translate
from pilotzones.geo.places import Decisions
from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.layers.place_labels import format_place_title
from pilotzones.views.components.downloads import offer_file
from pilotzones.views.components.markdown import escape
from pilotzones.views.components.tables.data_table import show_table
from pilotzones.views.components.user_list.messages import translate_reason
from pilotzones.views.state.user_list import ListWork, decide, make_member_key, request_decisions, undo_decision

__all__ = ["get_pending", "list_candidates", "make_choice_key", "show_decisions", "show_review"]

_OTHER, _NONE = "other", "none"
_AROUND: Final = 40
_MAX_NOTE_CHARS: Final = 200
Open = tuple[DraftZone, DraftMember]


def get_pending(work: ListWork) -> Open | None:
    """Return the open place in question: the one the visitor chose, or the first."""
    waiting = {make_member_key(zone.number, member): (zone, member) for zone, member in work.draft.review}
    if not waiting:
        return None
    return waiting.get(st.session_state.get("list_question", ""), next(iter(waiting.values())))


def list_candidates(member: DraftMember) -> list[tuple[str, str]]:
    """List code and full name of every candidate, best first.

    Parameters
    ----------
    member : DraftMember

    Returns
    -------
    list of (str, str)
    """
    units = load_gazetteer().units
    codes = [candidate.adcode for candidate in member.candidates]
    codes += [member.adcode] if member.adcode else []
    return [(code, _compose_full_name(code)) for code in dict.fromkeys(codes) if code in units]


def _compose_full_name(code: str) -> str:
    unit = load_gazetteer().units[code]
    return "".join(dict.fromkeys(part for part in (unit.province, unit.prefecture, unit.name) if part))


def make_choice_key(zone: DraftZone, member: DraftMember) -> str:
    """Make the key of the widget with the choice for an open place."""
    return f"list_choice_{make_member_key(zone.number, member)}_{member.listed_text}"


def show_review(work: ListWork, lang: Language) -> None:
    """Draw the place in question with its candidates.

    Parameters
    ----------
    work : ListWork
    lang : {"zh", "en"}
    """
    st.header(translate("list_review", lang), anchor=False)
    pending = get_pending(work)
    if pending is None:
        st.success(translate("list_review_done", lang), icon=":material/check:")
        return
    zone, member = pending
    waiting = {make_member_key(z.number, m): f"{m.listed_text} · {z.name}" for z, m in work.draft.review}
    st.session_state["list_question"] = make_member_key(zone.number, member)
    st.selectbox(
        translate("list_question", lang, count=len(waiting)),
        list(waiting),
        format_func=lambda key: waiting.get(key, key),
        key="list_question",
    )
    st.text(_quote_excerpt(work, member))
    why = [translate_reason(reason, lang) for reason in member.reasons] or [translate("list_reason_none", lang)]
    # As plain text: a reason may quote the document.
    st.text("\n".join(why))
    st.session_state.setdefault("list_follow", True)
    st.toggle(translate("list_follow", lang), key="list_follow")
    _show_choice(work, zone, member, lang)


def _quote_excerpt(work: ListWork, member: DraftMember) -> str:
    """Quote the place with the words around it, as the document has them."""
    text, start, end = work.draft.text, member.place.start, member.place.end
    before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    parts = [
        "…" if start > _AROUND else "",
        before,
        "【",
        text[start:end],
        "】",
        after,
        "…" if end + _AROUND < len(text) else "",
    ]
    return " ".join("".join(parts).split())


def _show_choice(work: ListWork, zone: DraftZone, member: DraftMember, lang: Language) -> None:
    names = dict(list_candidates(member))
    numbers = {code: number for number, code in enumerate(names, start=1)}
    key = make_choice_key(zone, member)
    # Labels of a radio are Markdown.
    chosen = st.radio(
        translate("list_choice", lang),
        [*names, _OTHER, _NONE],
        format_func=lambda one: (
            escape(f"{numbers[one]}. {append_detail(format_place_title(names[one], lang), one, lang)}")
            if one in names
            else translate(f"list_choice_{one}", lang)
        ),
        index=None,
        key=key,
    )
    code: str | None = chosen
    if chosen == _OTHER:
        code = st.selectbox(
            translate("list_other", lang),
            list(load_gazetteer().units),
            index=None,
            format_func=partial(_format_other_name, lang=lang),
            key="list_other",
            placeholder=translate("list_other_placeholder", lang),
        )
    left, right = st.columns(2)
    left.text_input(translate("list_who", lang), key="list_who", max_chars=_MAX_NOTE_CHARS)
    right.text_input(translate("list_why", lang), key="list_why", max_chars=_MAX_NOTE_CHARS)
    save, leave = st.columns(2)
    save.button(
        translate("list_save", lang),
        icon=":material/check:",
        # A primary button that cannot be pressed cannot be read.
        type="secondary" if code is None else "primary",
        width="stretch",
        key="list_save",
        disabled=code is None,
        on_click=partial(_save, work, zone, member, code, lang),
    )
    leave.button(
        translate("list_leave", lang),
        icon=":material/skip_next:",
        width="stretch",
        disabled=len(work.draft.review) < 2,
        on_click=partial(_go_on, work, zone, member),
    )


def _format_other_name(code: str, lang: Language) -> str:
    return f"{format_place_title(_compose_full_name(code), lang)} {code}"


def _save(work: ListWork, zone: DraftZone, member: DraftMember, code: str | None, lang: Language) -> None:
    if code is None:
        return
    state: Any = st.session_state
    who = (state.get("list_who") or "").strip() or translate("list_somebody", lang)
    why = (state.get("list_why") or "").strip() or translate("list_no_why", lang)
    _go_on(work, zone, member)
    decide(work, member, () if code == _NONE else (code,), who=who, why=why)
    state["list_why"] = ""


def _go_on(work: ListWork, zone: DraftZone, member: DraftMember) -> None:
    """Put the next open place in question."""
    keys = [make_member_key(z.number, m) for z, m in work.draft.review]
    here = keys.index(make_member_key(zone.number, member))
    st.session_state["list_question"] = keys[(here + 1) % len(keys)]


def show_decisions(work: ListWork, lang: Language) -> None:
    """Draw the decisions made: as a table, to take back, to download and to load.

    Parameters
    ----------
    work : ListWork
    lang : {"zh", "en"}
    """
    table = work.source.decisions.table
    with st.expander(translate("list_decisions", lang, count=len(table)), icon=":material/fact_check:"):
        if table:
            decided = _build_decision_table(work.source.decisions, lang)
            show_table(decided, key="list_decided", height="content")
            _show_undo(work, lang)
            label, content = (
                translate("list_decisions_download", lang),
                with_byte_order_mark(work.source.decisions.to_csv()),
            )
            offer_file(label, content, "pilotzones_decisions.csv", key="list_decisions_download")
        _show_loading(work, lang)


def _build_decision_table(decisions: Decisions, lang: Language) -> pd.DataFrame:
    rows: Sequence[dict[str, str]] = [
        {
            translate("listed_name", lang): made.listed_text,
            translate("list_column_choice", lang): "、".join(
                format_place_title(_compose_full_name(code), lang) for code in made.adcode
            )
            or translate("list_choice_none", lang),
            translate("adcode", lang): ";".join(made.adcode),
            translate("list_who", lang): made.who,
            translate("list_column_when", lang): made.when,
            translate("list_why", lang): made.why,
        }
        for made in decisions.table.values()
    ]
    return pd.DataFrame(rows)


def _show_undo(work: ListWork, lang: Language) -> None:
    table = work.source.decisions.table
    keys = list(table)
    chosen = st.selectbox(
        translate("list_undo_which", lang),
        range(len(keys)),
        # The last one is the one most often regretted.
        index=len(keys) - 1,
        format_func=lambda place: f"{place + 1}. {table[keys[place]].listed_text}",
        key=f"list_undo_{len(keys)}",
    )
    st.button(
        translate("list_undo", lang),
        icon=":material/undo:",
        on_click=partial(undo_decision, work, keys[chosen]),
    )


def _show_loading(work: ListWork, lang: Language) -> None:
    given = st.file_uploader(translate("list_decisions_load", lang), key="list_decisions_file", max_upload_size=5)
    if given is None or not st.button(translate("list_decisions_apply", lang), icon=":material/playlist_add_check:"):
        return
    text, unreadable = decode(given.getvalue(), file=given.name)
    try:
        raise_problems(IntakeError, given.name, unreadable)
        found = Decisions.from_csv(text, file=given.name)
    except PilotzonesError as error:
        st.error(translate("list_trouble_decisions", lang))
        # As plain text: it quotes the file.
        st.text(error.describe(lang))
        return
    request_decisions(Decisions(work.source.decisions.table | found.table))
    st.rerun()
