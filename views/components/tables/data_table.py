"""The table of all pages: without row numbers, and with a dash where there is no value."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

__all__ = ["make_number_column", "make_number_columns", "show_table"]


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


def make_number_column() -> Any:
    """Return the configuration of a column of figures, thousands apart; its figures must be rounded."""
    # A number of decimals given to Streamlit would cut the figures, not round them.
    return st.column_config.NumberColumn(format="localized")


def make_number_columns(table: pd.DataFrame) -> dict[str, Any]:
    """Return the configuration of the columns of figures with up to three decimals, by their names.

    Streamlit would cut finer figures to three.
    """
    figures = table.select_dtypes("float")
    return {str(name): make_number_column() for name, column in figures.items() if _has_few_decimals(column)}


def _has_few_decimals(column: pd.Series) -> bool:
    return bool((column.isna() | (column.round(3) == column)).all())
