"""Tables of panels and overlaps with headings and programmes in the language of the page."""

from __future__ import annotations

import pandas as pd

from pilotzones.geo.catalogue.loader import list_titles
from pilotzones.geo.messages import Language, translate
from pilotzones.layers.place_labels import name_place
from pilotzones.views.components.tables.data_table import make_number_columns, show_table

__all__ = ["show_panel_table"]


def show_panel_table(frame: pd.DataFrame, lang: Language, *, key: str) -> None:
    """Draw a table whose columns, programmes and rules have codes.

    Parameters
    ----------
    frame : DataFrame
    lang : {"zh", "en"}
    key : str
        Of the widget.
    """
    shown = frame.copy()
    titles = list_titles(lang)
    for column in shown.columns.intersection(["programme", "other"]):
        words = [str(cell).partition(" ") for cell in shown[column]]
        shown[column] = [f"{titles.get(name, name)} {part}".strip() for name, _, part in words]
    if "rule" in shown:
        shown["rule"] = [translate(f"panel_rule_{code}", lang) for code in shown["rule"]]
    if "setting" in shown:
        settings = {one: translate(f"panel_setting_{one}", lang) for one in ("yes", "no")}
        shown["setting"] = shown["setting"].replace(settings)
    if "hit" in shown:
        shown["hit"] = [translate(f"panel_hit_{code}", lang) for code in shown["hit"]]
    if "province" in shown:
        shown["province"] = [name_place(str(name), lang) for name in shown["province"]]
    columns = [translate(f"panel_column_{name}", lang) for name in shown.columns]
    shown.columns = pd.Index(columns)
    show_table(shown.round(1), key=key, column_config=make_number_columns(shown))
