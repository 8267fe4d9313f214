"""The table of all pages: without row numbers, and with a dash where there is no value."""

from __future__ import annotations

from typing import Any

import streamlit as st

__all__ = ["show_table"]


def show_table(table: Any, *, key: str, **options: Any) -> None:
    """Draw a table.

    Parameters
    ----------
    table : DataFrame or pyarrow.Table
    key : str
        Of the widget.
    **options
        As for `streamlit.dataframe`.
    """
    # Streamlit writes "None" where there is no value, in every language.
    st.dataframe(table, hide_index=True, placeholder="–", key=key, **options)  # noqa: TID251
