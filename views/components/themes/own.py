"""Statements of a visitor's own: a table to fill in, with undo, problems by row, download and loading again."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import streamlit as st

from pilotzones.geo.errors import IntakeError, Problem
from pilotzones.geo.messages import LANGUAGES, Language, translate
from pilotzones.geo.statements.models import KINDS, LEVELS, StatementBase
from pilotzones.geo.statements.user_table import (
    MAX_USER_STATEMENTS,
    USER_COLUMNS,
    check_user_statements,
    format_user_statements,
    join_user_statements,
    read_user_statements,
)
from pilotzones.views.components.downloads import offer_file

__all__ = ["join_own_statements", "show_own_statements"]

_MAX_UNDO_STEPS: Final = 50
_MAX_SHOWN_PROBLEMS: Final = 50
# Messages of the columns that have not one of their own name.
_COLUMNS: Final = {"where_in_document": "clause", "themes": "themes_tags"}


def join_own_statements(base: StatementBase, lang: Language) -> StatementBase:
    """Add the visitor's statements to the base as one more document, once there is nothing to mend in them.

    Parameters
    ----------
    base : StatementBase
    lang : {"zh", "en"}

    Returns
    -------
    StatementBase
    """
    rows: list[dict[str, str]] = st.session_state.get("theme_valid_rows", [])
    if not rows:
        return base
    title = st.session_state.get("theme_title", "").strip() or translate("themes_own", lang)
    return join_user_statements(base, rows, title)


def show_own_statements(base: StatementBase, lang: Language) -> None:
    """Draw the table and what has to be mended in it.

    Parameters
    ----------
    base : StatementBase
        For the themes that exist.
    lang : {"zh", "en"}
    """
    st.header(translate("themes_own", lang), anchor=False)
    st.caption(translate("themes_own_lead", lang))
    st.text_input(translate("themes_own_title", lang), key="theme_title", max_chars=200)
    st.file_uploader(translate("themes_own_load", lang), key="theme_file", type="csv", on_change=_load)
    state: Any = st.session_state
    if "theme_refused" in state:
        st.error(translate("themes_own_refused", lang))
        st.text(state.theme_refused[lang])
    state.setdefault("theme_rows", [])
    state.setdefault("theme_version", 0)
    edited = st.data_editor(
        pd.DataFrame(state["theme_rows"], columns=USER_COLUMNS, dtype="string"),
        key=f"theme_editor_{state['theme_version']}",
        num_rows="dynamic",
        hide_index=True,
        width="stretch",
        column_config=_configure_columns(base, lang),
    )
    rows = _to_rows(edited)
    history: list[list[dict[str, str]]] = state.setdefault("theme_history", [[]])
    if rows != history[-1]:
        history.append(rows)
        del history[:-_MAX_UNDO_STEPS]
    problems = check_user_statements(rows, base.themes)
    valid = [] if problems else rows
    if valid != state.get("theme_valid_rows", []):
        # The counts above are of the rows before.
        state["theme_valid_rows"] = valid
        st.rerun()
    _show_problems(problems, len(rows), lang)
    with st.container(horizontal=True):
        st.button(
            translate("themes_own_undo", lang),
            key="theme_undo",
            icon=":material/undo:",
            disabled=len(history) < 2,
            on_click=_undo_change,
        )
        label, content = translate("themes_own_save", lang), format_user_statements(rows)
        offer_file(label, content, "statements.csv", key="theme_save", disabled=not rows)


def _configure_columns(base: StatementBase, lang: Language) -> dict[str, Any]:
    """Name the columns in the words of the page; the table has the names that the file has."""
    columns: dict[str, Any] = {name: st.column_config.TextColumn(_name_column(name, lang)) for name in USER_COLUMNS}
    columns["kind"] = st.column_config.SelectboxColumn(
        _name_column("kind", lang), options=list(KINDS), format_func=lambda kind: translate(f"statement_{kind}", lang)
    )
    columns["level"] = st.column_config.SelectboxColumn(
        _name_column("level", lang), options=list(LEVELS), format_func=lambda level: translate(f"level_{level}", lang)
    )
    columns["themes"] = st.column_config.TextColumn(
        _name_column("themes", lang), help=", ".join(f"{one.id} {one.name(lang)}" for one in base.themes)
    )
    return columns


def _name_column(name: str, lang: Language) -> str:
    """Name a column, and the language of its texts where it has two."""
    subject, _, own = name.rpartition("_")
    if own not in LANGUAGES:
        return translate(_COLUMNS.get(name, f"themes_{name}"), lang)
    return translate(f"themes_in_{own}", lang, name=translate(_COLUMNS.get(subject, f"themes_{subject}"), lang))


def _to_rows(frame: pd.DataFrame) -> list[dict[str, str]]:
    rows = frame.fillna("").astype(str).to_dict("records")
    return [
        {str(name): text.strip() for name, text in row.items()}
        for row in rows[:MAX_USER_STATEMENTS]
        if any(row.values())
    ]


def _show_problems(problems: list[Problem], count: int, lang: Language) -> None:
    if not count:
        return
    if not problems:
        st.success(translate("themes_own_fine", lang, count=count))
        return
    st.warning(translate("themes_own_problems", lang, count=len(problems)))
    lines = [
        translate("pair", lang, name=_name_cell(one, lang), value=one.describe(lang))
        for one in problems[:_MAX_SHOWN_PROBLEMS]
    ]
    st.text("\n".join(lines))


def _name_cell(problem: Problem, lang: Language) -> str:
    field = _name_column(problem.field, lang) if problem.field in USER_COLUMNS else problem.field
    return translate("themes_own_row", lang, row=problem.row, field=field)


def _undo_change() -> None:
    """Take back one step: a cell, a row, or a table that was loaded."""
    state: Any = st.session_state
    state["theme_history"].pop()
    state["theme_rows"] = state["theme_history"][-1]
    state["theme_version"] += 1


def _load() -> None:
    state: Any = st.session_state
    uploaded = state["theme_file"]
    state.pop("theme_refused", None)
    if uploaded is None:
        return
    try:
        rows = read_user_statements(uploaded.getvalue())
    except IntakeError as error:
        state["theme_refused"] = error.describe_in_languages()
        return
    state["theme_rows"] = rows
    state["theme_version"] = state.get("theme_version", 0) + 1
