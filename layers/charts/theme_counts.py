"""How many statements of each document, and how many tasks of each zone, carry a theme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import altair as alt

from pilotzones.geo.messages import Language, translate
from pilotzones.geo.statements.models import StatementBase
from pilotzones.layers.charts.cooccurrence import draw_numbers_chart
from pilotzones.layers.style.spec import Theme

__all__ = ["draw_theme_chart"]

_MAX_NARROW_CHARS: Final = 18


def draw_theme_chart(
    base: StatementBase,
    counts: Mapping[str, Mapping[str, int]],
    heads: Mapping[str, str],
    *,
    described: str,
    lang: Language = "zh",
    theme: Theme = "light",
) -> alt.LayerChart:
    """Draw themes against documents or zones.

    Parameters
    ----------
    base : StatementBase
    counts : mapping
        For every theme the number by column.
    heads : mapping of str to str
        Names of the columns by key, in order.
    described : str
        What the chart shows, for those who cannot see it.
    lang : {"zh", "en"}
    theme : {"light", "dark"}

    Returns
    -------
    altair.LayerChart
        A click selects ``row``, the id of a theme, and ``column``.
    """
    names = {one.id: one.name(lang) for one in base.themes}
    cells = [
        {"row": row, "column": key, "count": counts[row].get(key, 0), "first": names[row], "second": head}
        for row in names
        for key, head in heads.items()
    ]
    tooltip = [
        alt.Tooltip("first:N", title=translate("themes_theme", lang)),
        alt.Tooltip("second:N", title=translate("themes_where", lang)),
        alt.Tooltip("count:Q", title=translate("themes_count", lang)),
    ]
    # Keys of zones are their numbers, which say enough; those of documents are words of the catalogue.
    are_numbered = all(key.isdigit() for key in heads)
    return draw_numbers_chart(
        cells,
        list(names),
        list(heads),
        names,
        heads,
        tooltip=tooltip,
        described=described,
        theme=theme,
        narrow={key: _shorten(name) for key, name in names.items()},
        narrow_heads={} if are_numbered else {key: _shorten(head) for key, head in heads.items()},
    )


def _shorten(name: str) -> str:
    """Cut a name to what has room on a phone; a Chinese character is as wide as two letters."""
    most = _MAX_NARROW_CHARS if name.isascii() else _MAX_NARROW_CHARS // 2
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"
