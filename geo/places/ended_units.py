"""Units that stand in the boundary table but did not exist at the date of a document."""

from __future__ import annotations

from dataclasses import replace

from pilotzones.geo.places.gazetteer import Gazetteer
from pilotzones.geo.places.history import Period, UnitSpell, load_unit_index
from pilotzones.geo.places.models import ResolvedRow
from pilotzones.geo.places.reason_codes import make_reason
from pilotzones.geo.places.resolution.disambiguation import make_candidate

__all__ = ["find_ended_unit", "flag_absent_unit"]


def flag_absent_unit(gazetteer: Gazetteer, row: ResolvedRow, month: str | None) -> ResolvedRow:
    """Put a row to review whose unit the boundary table has, but which had ended by the date or was founded after its year.

    Parameters
    ----------
    gazetteer : Gazetteer
    row : ResolvedRow
    month : str or None
        Date of the document (YYYY, YYYY-MM or later).

    Returns
    -------
    ResolvedRow
        The same one where nothing is to be flagged.
    """
    if month is None or row.status != "accepted" or len(row.adcode) != 1:
        return row
    (code,) = row.adcode
    ended, newer = find_ended_unit(code, month), _find_newer_unit(code, month)
    if ended is not None:
        after = "、".join(one.label for one in load_unit_index().following[ended])
        why = make_reason("unit_ended", name=ended.label, date=ended.date, source=ended.source, units=after)
    elif newer is not None:
        why = make_reason("unit_not_yet", name=newer.label, since=newer.since, year=month[:4])
    else:
        return row
    found = make_candidate(gazetteer, code, 0.9, str(why))
    return replace(row, status="review", reasons=(*row.reasons, why), candidates=(found,))


def _find_newer_unit(code: str, month: str) -> UnitSpell | None:
    """Find the unit of a code of the boundary table that did not exist yet in the year, under this name or another."""
    index, year = load_unit_index(), Period(f"{month[:4]}-01", f"{month[:4]}-12")
    held = index.find_by_code(code, Period(index.boundary_month, index.boundary_month))
    return next((one for one in held if one.since > year.last and index.trace(one, year) is None), None)


def find_ended_unit(code: str, month: str) -> UnitSpell | None:
    """Find the unit of a code of the boundary table that had ended by a date, although the table still has it.

    Parameters
    ----------
    code : str
    month : str
        YYYY, YYYY-MM or later.

    Returns
    -------
    UnitSpell or None
        None where it stood.
    """
    index = load_unit_index()
    if month <= index.boundary_month:
        return None
    held = index.find_by_code(code, Period(index.boundary_month, index.boundary_month))
    return next((one for one in held if one.until and one.until <= month), None)
