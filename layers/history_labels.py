"""What happened to a unit, and what a member of a programme was called in a year, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pilotzones.geo.member_matching import MAX_NAMED, describe_former_ground
from pilotzones.geo.member_record import MemberRecord
from pilotzones.geo.messages import Language, join_texts, translate
from pilotzones.geo.places.history import UnitChange, UnitSpell
from pilotzones.geo.places.history.source_names import parse_source
from pilotzones.geo.query.unit_comparison import MemberInYear
from pilotzones.layers.place_labels import join_place_names, name_place

__all__ = [
    "describe_age",
    "describe_change",
    "describe_ground",
    "describe_member",
    "describe_source",
    "join_unit_names",
    "join_units",
]

_MOST_NAMES: Final = 3


def describe_change(change: UnitChange, lang: Language) -> str:
    """Say a change of a unit: its date, kind, and the units before and after.

    Parameters
    ----------
    change : UnitChange
    lang : {"zh", "en"}

    Returns
    -------
    str
    """
    old, new = (
        join_texts((f"{code} {name_place(name, lang)}" for code, name in one), lang) for one in (change.old, change.new)
    )
    return translate(
        f"change_{change.kind.replace(' ', '_')}", lang, date=change.date, old=old, new=new, what=change.what
    )


def join_unit_names(names: Iterable[str], lang: Language) -> str:
    """Join the names of the units on one ground, as there is room for on a map; empty for none.

    Parameters
    ----------
    names : iterable of str
    lang : {"zh", "en"}

    Returns
    -------
    str
    """
    different = list(dict.fromkeys(names))
    shown = join_place_names(different[:_MOST_NAMES], lang)
    more = len(different) > _MOST_NAMES
    return translate("year_more_units", lang, names=shown, count=len(different)) if more else shown


def describe_member(member: MemberInYear, lang: Language) -> list[str]:
    """Say of a member what stood on its ground at the end of a year, and what happened until its polygon was drawn.

    Parameters
    ----------
    member : MemberInYear
    lang : {"zh", "en"}

    Returns
    -------
    list of str
        Lines; none where it was the same unit within the same limits.
    """
    if member.is_same:
        return []
    units = join_units(member.units, lang)
    lines = [translate("year_units" if units else "year_units_unknown", lang, year=member.year, units=units)]
    return [*lines, *(describe_change(change, lang) for change in member.changes), *describe_age(member, lang)]


def join_units(units: Iterable[UnitSpell], lang: Language) -> str:
    """Join codes and names of units."""
    return join_texts((f"{unit.code} {name_place(unit.name, lang)}" for unit in units), lang)


def describe_ground(record: MemberRecord, lang: Language) -> list[str]:
    """Say on which ground a member is drawn.

    Parameters
    ----------
    record : MemberRecord
    lang : {"zh", "en"}

    Returns
    -------
    list of str
        Empty for a member that is drawn as it is today.
    """
    if record.ground is None:
        return []
    doubt, facts = describe_former_ground(record.ground, len(record.rows))
    units = record.ground.others[:MAX_NAMED] or record.ground.today
    return [translate(f"detail_{doubt}", lang, **(facts | {"there": join_units(units, lang)}))]


def describe_age(member: MemberInYear, lang: Language) -> list[str]:
    """Say that a polygon is newer or older than the limits of a year; nothing where they are the same."""
    if not member.has_other_limits:
        return []
    age = "newer" if member.is_before else "older"
    return [translate(f"year_polygon_{age}", lang, month=member.drawn, year=member.year)]


def describe_source(source: str, lang: Language) -> str:
    """Say where a change is documented, and where the document was copied from.

    Parameters
    ----------
    source : str
        Cell of the column ``source`` of a table in ``data/places``.
    lang : {"zh", "en"}

    Returns
    -------
    str
        Numbers and titles of documents stay as they are.
    """
    name = parse_source(source)
    if name.months:
        return translate("change_source_tables", lang, first=name.months[0], second=name.months[1])
    if name.kind != "document":
        named = translate(f"change_source_{name.kind}", lang)
        return translate("change_source_years", lang, source=named, years=name.years) if name.years else named
    copies = [translate("change_source_mca_changes", lang)] if name.is_collected else []
    where = {"zh": "、", "en": ", "}[lang].join([*copies, *name.copies])
    return translate("change_source_copied", lang, document=name.document, where=where) if where else name.document
