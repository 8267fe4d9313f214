"""Names to divisions, and what applies at places, as frames that keep the caller's rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from pilotzones.geo.catalogue.loader import list_programmes
from pilotzones.geo.errors import PilotzonesError
from pilotzones.notebook.frames import get_programme

if TYPE_CHECKING:
    from pilotzones.geo.places.history import Period

__all__ = ["resolve", "where"]


def resolve(names: Iterable[str], *, as_of: date | str | int | None = None) -> pd.DataFrame:
    """Resolve names of divisions.

    Parameters
    ----------
    names : iterable of str
        One place each; the index of a Series is kept.
    as_of : datetime.date, str or int, optional
        Date or year of the list, which decides what names were in force.

    Returns
    -------
    DataFrame
        As many rows as names: listed_text, status (accepted, review, unresolved …), name, adcode, province, prefecture, level,
        reasons, candidates.

    Raises
    ------
    PilotzonesError
        When it is given a table or one text, or a date of which no names are known.
    """
    from pilotzones.geo.places import resolve_names

    if isinstance(names, str | pd.DataFrame) or not isinstance(names, Iterable):
        raise PilotzonesError(f"resolve takes a column of names, not a {type(names).__name__}")
    period = _read_as_of(as_of)
    when = None if period is None else period.text if len(period.text) == len("2001") else period.last
    index = names.index if isinstance(names, pd.Series) else None
    cells = ["" if name is None or name != name else str(name) for name in names]  # noqa: PLR0124 - NaN is not itself
    rows: list[dict[str, Any]] = [
        {
            "listed_text": cell,
            "status": row.status,
            "name": row.name,
            "adcode": ";".join(row.adcode),
            "province": row.province,
            "prefecture": row.prefecture,
            "level": row.level,
            "reasons": "；".join(map(str, row.reasons)),
            "candidates": "；".join(f"{one.adcode} {one.name}" for one in row.candidates),
        }
        for cell, row in zip(cells, resolve_names(cells, as_of=when).rows, strict=True)
    ]
    return pd.DataFrame(rows, index=index)


def _read_as_of(as_of: date | str | int | None) -> Period | None:
    from pilotzones.geo.places.history import FIRST_YEAR, get_last_year, is_outside_tables, read_period

    if as_of is None:
        return None
    period = read_period(as_of if isinstance(as_of, date) else str(as_of))
    if period is None:
        raise PilotzonesError(f"as_of is a year or a date such as 2010 or 2010-05-31, not {str(as_of)[:40]!r}")
    if is_outside_tables(period):
        raise PilotzonesError(f"names and codes are known from {FIRST_YEAR} to {get_last_year()}, not of {period.text}")
    return period


def where(
    places: pd.DataFrame | Iterable[str],
    *,
    programmes: Iterable[str] | None = None,
    as_of: date | str | int | None = None,
) -> pd.DataFrame:
    """Find what applies at places.

    Parameters
    ----------
    places : DataFrame or iterable of str
        A table with columns of codes, names, coordinates or years under usual headings; or one place each.
    programmes : iterable of str, optional
        Ids or folders; every programme of the catalogue by default.
    as_of : datetime.date, str or int, optional
        Year or date that names and codes are of, where a row has none of its own.

    Returns
    -------
    DataFrame
        A row for each that is not empty, with the columns of ``pilotzones where --input``: asked, status, adcode, county,
        programmes, zones, tasks, clauses …

    Raises
    ------
    PilotzonesError
        When a programme is not there, the table has no column that is understood, or nothing is known of the date.
    """
    from pilotzones.geo.documents.reader import read_pasted
    from pilotzones.geo.files.csv_writer import format_csv
    from pilotzones.geo.query.applicability_loader import load_applicability
    from pilotzones.geo.query.place_query import ask, ask_all, to_frame
    from pilotzones.geo.query.question_reader import read_questions

    if isinstance(places, str):
        raise PilotzonesError("where takes a table or a list of places, not one text: put it into a list")
    if isinstance(programmes, str):
        programmes = [programmes]
    period = _read_as_of(as_of)
    index = load_applicability([get_programme(name) for name in programmes or list_programmes()])
    if isinstance(places, pd.DataFrame):
        return to_frame(ask_all(index, read_questions(read_pasted(format_csv(places)), period=period)))
    return to_frame([ask(index, str(place), period=period) for place in places])
