"""The button that gives a file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final, Literal

import pandas as pd
import streamlit as st

from pilotzones.geo.files.csv_writer import format_csv, with_byte_order_mark

__all__ = ["offer_file"]

_MEDIA_TYPES: Final = {
    "bib": "application/x-bibtex",
    "csv": "text/csv",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "html": "text/html",
    "json": "application/json",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


def offer_file(
    label: str,
    data: bytes | Callable[[], bytes | pd.DataFrame],
    name: str,
    *,
    key: str,
    place: Any = st,
    icon: str | None = ":material/download:",
    width: Literal["content", "stretch"] = "content",
    media_type: str = "",
    disabled: bool = False,
) -> None:
    """Draw a button that saves a file.

    Parameters
    ----------
    label : str
    data : bytes or function that makes bytes or a DataFrame
        The content; a function is only run when somebody presses the button. A table is written as CSV.
    name : str
        Of the file; its ending says what type it is of.
    key : str
        Of the button.
    place : container, optional
        Where it is drawn; by default where the page is.
    icon : str, optional
    width : {"content", "stretch"}, optional
    media_type : str, optional
        For a name whose ending does not tell.
    disabled : bool, optional
    """
    place.download_button(
        label,
        data=partial(_make_content, data) if callable(data) else data,
        file_name=name,
        mime=media_type or _MEDIA_TYPES.get(name.rpartition(".")[2], "application/octet-stream"),
        icon=icon,
        width=width,
        key=key,
        disabled=disabled,
        # The page stays as it is.
        on_click="ignore",
    )


def _make_content(make: Callable[[], bytes | pd.DataFrame]) -> bytes:
    made = make()
    return with_byte_order_mark(format_csv(made)) if isinstance(made, pd.DataFrame) else made
