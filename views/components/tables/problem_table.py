"""What is wrong with a visitor's table: row, column, cell and a sentence in the language of the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd
import streamlit as st

from pilotzones.geo.errors import Problem
from pilotzones.geo.messages import Language, translate
from pilotzones.views.components.tables.data_table import show_table

__all__ = ["show_problems"]

_MAX_SHOWN: Final = 300


def show_problems(problems: Sequence[Problem], lang: Language, *, key: str, is_open: bool = False) -> None:
    """Draw the problems as a table that can be opened; nothing where there are none.

    Parameters
    ----------
    problems : sequence of Problem
    lang : {"zh", "en"}
    key : str
        Of the table.
    is_open : bool, optional
    """
    if not problems:
        return
    rows = [
        (
            translate(f"severity_{one.severity}", lang),
            one.row,
            one.field or "",
            one.value or "",
            one.describe(lang),
            one.file,
        )
        for one in problems[:_MAX_SHOWN]
    ]
    heads = ("kind", "row", "field", "value", "what", "file")
    table = pd.DataFrame(rows, columns=[translate(f"problems_{head}", lang) for head in heads])
    with st.expander(translate("problems_title", lang, count=len(problems)), expanded=is_open):
        show_table(table, key=key, height=min(320, 40 + 36 * len(table)))
        if len(problems) > _MAX_SHOWN:
            st.caption(translate("problems_more", lang, shown=_MAX_SHOWN, total=len(problems)))
