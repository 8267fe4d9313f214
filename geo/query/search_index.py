"""Finding a place, a zone or a task by what somebody types: Chinese, Pinyin, initials, English or a code.

The index is built once a programme and boundary source. A name is found by its characters, by its syllables with or
without blanks, by their first letters, by its English form, and by what looks like it. Best first: the whole name, then
names that begin so, then names that contain it, then look-alikes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

import opencc
import shapely
from rapidfuzz import fuzz, process

from pilotzones.geo.bilingual import Bilingual
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.history import load_unit_index
from pilotzones.geo.places.name_variants import get_stem
from pilotzones.geo.places.romanization import get_english_name, split_syllables
from pilotzones.geo.query.county_index import CountyIndex, map_zones_by_county
from pilotzones.geo.query.filters import FOLD_SUFFIXES, strip_suffix

__all__ = ["EntryKind", "SearchEntry", "SearchIndex", "build_index"]

EntryKind = Literal["zone", "member", "county", "prefecture", "province", "task"]
_ORDER: Final[tuple[EntryKind, ...]] = ("zone", "task", "province", "prefecture", "member", "county")
_MAX_HITS: Final = 12
# A unit that was cut into more than this has no successor to go to.
_MAX_SUCCESSORS: Final = 6
_MIN_STEM_CHARS: Final = 2
_MAX_QUERY_CHARS: Final = 60
# Below this a look-alike is another name; one or two letters look like everything [0-100].
_ALIKE: Final = 82.0
_ALIKE_LETTERS: Final = 4
_SUFFIXES: Final = (*FOLD_SUFFIXES, "县", "区", "旗", "自治县", "自治州", "地区", "盟", "片区", "自治旗")
_NO_WORD: Final = r"[\s'’·\-–,，.。、]+"
_HAN: Final = "[㐀-鿿]"


@dataclass(frozen=True, slots=True)
class SearchEntry(Bilingual):
    """One thing that can be found.

    `key` is the number of a zone or task, a member's id, or the code of a division; `zones` are the zones it belongs to.
    `within` says what it lies in, in Chinese; `box` is west, south, east, north [degree], None for a task; `also` are
    longer names it is found by too; `former` are names that ended and lead here.
    """

    kind: EntryKind
    key: str
    name_zh: str
    name_en: str
    within: tuple[str, ...]
    zones: tuple[int, ...]
    box: tuple[float, float, float, float] | None
    also: tuple[str, ...] = ()
    former: tuple[str, ...] = ()

    def find_former_name(self, typed: str) -> str:
        """Name that ended, by which this was found; empty when it was found by a name of today.

        Parameters
        ----------
        typed : str

        Returns
        -------
        str
        """
        needle = _normalize_for_search(typed)
        if not needle or any(needle in _normalize_for_search(name) for name in (self.name_zh, self.name_en, self.key)):
            return ""
        exact = [name for name in self.former if needle in _read_forms(name)[:2]]
        return next((name for name in (*exact, *self.former) if any(needle in form for form in _read_forms(name))), "")


class SearchIndex:
    """Entries by everything they may be typed as.

    Parameters
    ----------
    entries : iterable of Entry
    """

    def __init__(self, entries: Iterable[SearchEntry]) -> None:
        self.entries = tuple(entries)
        self._simple = opencc.OpenCC("t2s")
        self._texts: list[str] = []
        self._owners: list[int] = []
        for number, entry in enumerate(self.entries):
            for text in dict.fromkeys(_list_forms(entry)):
                self._texts.append(text)
                self._owners.append(number)

    def find(self, typed: str, *, most: int = _MAX_HITS) -> list[SearchEntry]:
        """Find what somebody may mean, best first.

        Parameters
        ----------
        typed : str
            Only the first 60 characters count; traditional characters are understood.
        most : int, optional
            How many at most.

        Returns
        -------
        list of Entry
            Empty when nothing is like it.
        """
        needle = _normalize_for_search(self._simple.convert(typed[:_MAX_QUERY_CHARS]))
        if not needle:
            return []
        ranks: dict[int, tuple[float, int]] = {}
        for text, owner in zip(self._texts, self._owners, strict=True):
            rank = _rank_text(needle, text)
            if rank is not None and (owner not in ranks or rank < ranks[owner]):
                ranks[owner] = rank
        if not ranks and not needle.isdecimal() and (len(needle) >= _ALIKE_LETTERS or re.search(_HAN, needle)):
            self._add_alike(needle, ranks)
        best = sorted(ranks, key=lambda owner: (ranks[owner][0], *self._weigh_entry(owner), ranks[owner][1]))
        return [self.entries[owner] for owner in best[:most]]

    def _add_alike(self, needle: str, ranks: dict[int, tuple[float, int]]) -> None:
        alike = process.extract(needle, self._texts, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=3 * _MAX_HITS)
        for text, score, row in alike:
            ranks.setdefault(self._owners[row], (3 + (100 - score) / 100, len(text)))

    def _weigh_entry(self, owner: int) -> tuple[int, int]:
        entry = self.entries[owner]
        return (0 if entry.zones else 1, _ORDER.index(entry.kind))


def _rank_text(needle: str, text: str) -> tuple[float, int] | None:
    if text == needle:
        return (0.0, 0)
    if text.startswith(needle):
        return (1.0, len(text))
    # Two letters lie in the middle of half of all syllables.
    inside = needle in text and (len(needle) > 2 or bool(re.search(_HAN, needle)))
    return (2.0, len(text)) if inside else None


def _normalize_for_search(text: str) -> str:
    """Normalize a text for comparing: one width, one case, no accents, no blanks (lü and lv are lu)."""
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    return re.sub(_NO_WORD, "", bare)


def _list_forms(entry: SearchEntry) -> Iterable[str]:
    name = entry.name_zh
    yield _normalize_for_search(name)
    yield _normalize_for_search(entry.name_en)
    yield _normalize_for_search(entry.key)
    for text in entry.also:
        yield _normalize_for_search(text)
        yield _normalize_for_search("".join(split_syllables(text)))
    for text in entry.former:
        yield from _read_forms(text)
    short = strip_suffix(name, _SUFFIXES)
    yield _normalize_for_search(short)
    for text in (name, short):
        read = split_syllables(text)
        yield _normalize_for_search("".join(read))
        # lv is how ü is typed.
        yield _normalize_for_search("".join(read).replace("ü", "v"))
        if len(read) > 1:
            yield _normalize_for_search("".join(part[:1] for part in read))
    if entry.within and entry.kind in ("county", "member"):
        # 济南市中区, as one says it.
        yield _normalize_for_search(strip_suffix(entry.within[-1], _SUFFIXES) + name)
        yield _normalize_for_search("".join(entry.within) + name)


def _read_forms(name: str) -> tuple[str, ...]:
    """List a former name as it is written and read."""
    return (
        _normalize_for_search(name),
        _normalize_for_search(strip_suffix(name, _SUFFIXES)),
        _normalize_for_search("".join(split_syllables(name))),
    )


def build_index(joined: JoinedProgramme, index: CountyIndex) -> SearchIndex:
    """Build the index of everything of a programme, and of every division of its boundary source.

    Parameters
    ----------
    joined : JoinedProgramme
    index : CountyIndex
        Of the same source.

    Returns
    -------
    SearchIndex
        A member that is a county stands once, as that county.
    """
    return SearchIndex(
        [*_list_zones(joined), *_list_tasks(joined), *_list_specials(joined), *_list_divisions(joined, index)]
    )


Box = tuple[float, float, float, float]
_Group = tuple[EntryKind, str, str, tuple[str, ...]]


def _list_zones(joined: JoinedProgramme) -> Iterable[SearchEntry]:
    for row in joined.zones.itertuples():
        box = None if row.geometry is None or row.geometry.is_empty else row.geometry.bounds
        yield SearchEntry("zone", str(row.zone), row.name_zh, row.name_en, (row.province,), (row.zone,), box)


def _list_tasks(joined: JoinedProgramme) -> Iterable[SearchEntry]:
    for task in joined.programme.tasks:
        takers = tuple(zone.order for zone in joined.programme.zones if task.number in zone.tasks)
        key = str(task.number)
        yield SearchEntry("task", key, task.short_zh, task.short_en, (), takers, None, (task.name_zh, task.name_en))


def _list_specials(joined: JoinedProgramme) -> Iterable[SearchEntry]:
    """List members that no county stands for: found at their point, or at the counties that hold them."""
    for record in joined.records:
        member = record.member
        if member.kind != "special" and record.status in ("matched", "matched_by_name", "matched_by_history", "whole"):
            continue
        shapes = [host.geometry for host in record.hosts] if record.geometry is None else [record.geometry]
        west, south, east, north = shapely.total_bounds(shapes).tolist()
        within = tuple(filter(None, (member.province, member.prefecture)))
        name, box = member.listed_name, (west, south, east, north) if shapes else None
        yield SearchEntry("member", member.id, name, get_english_name(name), within, (member.zone,), box)


def _list_divisions(joined: JoinedProgramme, index: CountyIndex) -> Iterable[SearchEntry]:
    zones = map_zones_by_county(joined)
    former = _list_former_names()
    groups: dict[_Group, list[tuple[Box, int | None]]] = {}
    table = index.table
    for county, prefecture_code, province_code in zip(
        table.counties, table.prefecture_codes, table.province_codes, strict=True
    ):
        box = index.get_bounds(county)
        zone = zones.get(county.adcode)
        held: tuple[int, ...] = (zone,) if zone is not None else ()
        within = tuple(dict.fromkeys(filter(None, (county.province, county.prefecture))))
        key = county.adcode or f"row {county.row}"
        names = former.get(county.adcode, ())
        yield SearchEntry("county", key, county.name, get_english_name(county.name), within, held, box, (), names)
        if county.prefecture and county.prefecture != county.province:
            group: _Group = ("prefecture", str(prefecture_code), county.prefecture, (county.province,))
            groups.setdefault(group, []).append((box, zone))
        if county.province:
            groups.setdefault(("province", str(province_code), county.province, ()), []).append((box, zone))
    for (kind, key, name, within), parts in groups.items():
        held = tuple(sorted({zone for _, zone in parts if zone is not None}))
        around = _join_boxes(box for box, _ in parts)
        yield SearchEntry(kind, key, name, get_english_name(name), within, held, around, (), former.get(key, ()))


def _list_former_names() -> dict[str, tuple[str, ...]]:
    """List names that ended, by the code of today's unit they lead to; the latest to end first."""
    names: dict[str, dict[str, None]] = {}
    drawn = load_gazetteer().units
    # 市中区 and 郊区 lead to a dozen cities, and a name of today is somebody else's.
    taken = {unit.name for unit in drawn.values()} | {"郊区", "市郊区", "城区", "矿区"}
    for spell in sorted(load_unit_index().spells, key=lambda one: one.until, reverse=True):
        if spell.name in taken or len(get_stem(spell.name)) < _MIN_STEM_CHARS:
            continue
        if spell.until and spell.change not in ("misprint", "dissolved") and len(spell.counties) <= _MAX_SUCCESSORS:
            for code in spell.counties:
                if code in drawn and drawn[code].level == spell.level:
                    names.setdefault(code, {})[spell.name] = None
    return {code: tuple(found) for code, found in names.items()}


def _join_boxes(boxes: Iterable[Box]) -> Box:
    west, south, east, north = zip(*boxes, strict=True)
    return (min(west), min(south), max(east), max(north))
