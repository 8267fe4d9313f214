"""Resolve a column of names, one place in each cell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pilotzones.geo.places.cells.cell_reader import read_cell
from pilotzones.geo.places.cells.latin_names import find_larger_latin, is_latin
from pilotzones.geo.places.decisions import Decisions
from pilotzones.geo.places.ended_units import flag_absent_unit
from pilotzones.geo.places.former_ground import apply_ground
from pilotzones.geo.places.gazetteer import Gazetteer, load_gazetteer
from pilotzones.geo.places.models import Resolution

__all__ = ["find_larger_code", "parse_month", "resolve_names"]


def parse_month(as_of: date | str | None) -> str | None:
    """Parse a date as YYYY-MM; a year alone means its middle."""
    if as_of is None:
        return None
    text = as_of.isoformat() if isinstance(as_of, date) else as_of
    return text[:7] if len(text) >= 7 else f"{text[:4]}-06"


def find_larger_code(gazetteer: Gazetteer, name: str | None, home: str = "") -> str:
    """Find the code of a province or prefecture given by name or code; empty when it is none.

    A name in Latin letters, which several units may share, is looked up inside of the unit with the code `home`.
    """
    if not name:
        return ""
    if name in gazetteer.units:
        return name
    if is_latin(name):
        return find_larger_latin(name, home)
    for meaning in gazetteer.forms.get(name.strip(), ()):
        if meaning.unit is not None and meaning.level != "county":
            return meaning.unit.code
    return ""


def resolve_names(
    names: Sequence[str],
    *,
    provinces: Sequence[str | None] | None = None,
    prefectures: Sequence[str | None] | None = None,
    as_of: date | str | None = None,
    decisions: Decisions | None = None,
) -> Resolution:
    """Resolve a column of names; as many rows come out as went in, in the same order.

    Parameters
    ----------
    names : sequence of str
        One place in each cell.
    provinces, prefectures : sequence of str or None, optional
        Other columns of the same table, names or codes.
    as_of : datetime.date or str, optional
        Date of the document (ISO).
    decisions : Decisions, optional
        Saved answers of a person.

    Returns
    -------
    Resolution
        One row a name.
    """
    month = parse_month(as_of)
    gazetteer = load_gazetteer(month)
    out = []
    for place, name in enumerate(names):
        province = find_larger_code(gazetteer, provinces[place] if provinces else None)
        prefecture = find_larger_code(gazetteer, prefectures[place] if prefectures else None, province)
        strict = tuple(code for code in (province, prefecture) if code)
        row = flag_absent_unit(gazetteer, read_cell(gazetteer, name, month, strict, place + 1), month)
        out.append(decisions.apply(row) if decisions is not None else row)
    return Resolution(apply_ground(out, month))
