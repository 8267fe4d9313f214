"""Units that stand in the boundary table but had ended by the date of a document."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pilotzones.geo.places.history import load_unit_index
from pilotzones.geo.places.reason_codes import make_reason
from pilotzones.geo.places.resolution.disambiguation import make_candidate

if TYPE_CHECKING:
    from pilotzones.geo.places.gazetteer import Gazetteer
    from pilotzones.geo.places.history import UnitSpell
    from pilotzones.geo.places.models import ResolvedRow

__all__ = ["find_ended_unit", "flag_ended_unit"]


def flag_ended_unit(gazetteer: Gazetteer, row: ResolvedRow, month: str | None) -> ResolvedRow:
    """Put a row to review whose unit had ended by the date, although the boundary table still has it.

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
    spell = find_ended_unit(code, month)
    if spell is None:
        return row
    after = "、".join(one.label for one in load_unit_index().following[spell])
    why = make_reason("unit_ended", name=spell.label, date=spell.date, source=spell.source, units=after)
    found = make_candidate(gazetteer, code, 0.9, str(why))
    return replace(row, status="review", reasons=(*row.reasons, why), candidates=(found,))


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
    held = index.by_code.get(code, ())
    return next((one for one in held if one.counties == (code,) and one.until and one.until <= month), None)
