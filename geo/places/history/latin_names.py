"""Names of units in English or Pinyin, as tables for readers of English have them (Hangzhou, Anji County, Xi'an)."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final

from pilotzones.geo.places.romanization import get_english_kind, get_english_name, list_english_peoples, romanize

if TYPE_CHECKING:
    from pilotzones.geo.places.history.models import UnitSpell
    from pilotzones.geo.places.history.unit_index import UnitIndex

__all__ = ["find_latin", "is_latin_name"]

_PEOPLE: Final = "|".join(map(re.escape, list_english_peoples()))
_GENERIC: Final = re.compile(
    rf"(?: (?:{_PEOPLE})(?:,? (?:and )?(?:{_PEOPLE}))*)? autonomous (?:region|prefecture|county|banner)$"
    r"| (?:mining |special )?(?:district|city|county|prefecture|banner|league|province)$",
    re.IGNORECASE,
)
# Characters of a name whose stem is one character.
_SHORT: Final = 2


def find_latin(index: UnitIndex, written: str) -> tuple[UnitSpell, ...]:
    """Find the units of any time that a name in Latin letters is of, with what they are (Anji County) or without."""
    return _index_latin(index).get(_fold(written), ())


def is_latin_name(written: str, name: str) -> bool:
    """Return whether a name in Latin letters is that of a unit, given by its Chinese name."""
    return _fold(written) in _list_keys(name)


@cache
def _index_latin(index: UnitIndex) -> dict[str, tuple[UnitSpell, ...]]:
    found: dict[str, dict[UnitSpell, None]] = {}
    for spells in index.by_code.values():
        for spell in spells:
            if spell.change != "misprint":
                for key in _list_keys(spell.name):
                    found.setdefault(key, {})[spell] = None
    return {key: tuple(spells) for key, spells in found.items()}


@cache
def _list_keys(name: str) -> frozenset[str]:
    """List the folded names of a unit in Latin letters, with what it is and without."""
    names = {get_english_name(name), romanize(name)}
    if len(name) == _SHORT:
        # 澧县 is Lixian County by the rule, and Li County for many.
        names.add(f"{romanize(name[0])} {get_english_kind(name[1])}")
    return frozenset(_fold(one) for one in {*names, *(_GENERIC.sub("", one) for one in names)}) - {""}


def _fold(name: str) -> str:
    """Leave the letters of a name, without accents: Xi'an is xian, Ürümqi is urumqi."""
    return re.sub(r"[^a-z]", "", unicodedata.normalize("NFKD", name).casefold())
