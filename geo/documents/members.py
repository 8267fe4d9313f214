"""A list of places in a passage -> members: resolved in the context of their zone, none dropped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from geo.documents.passages import Passage, squeeze
from geo.documents.records import DraftMember, Place
from geo.documents.towns import Item, items_of, town_of, unit_named
from geo.places import Decisions, Resolution, Row, resolve_text
from geo.places.gazetteer import Unit, load_gazetteer
from geo.places.normalise import fold

__all__ = ["Listing", "division_type", "is_filler", "members_of", "number_members"]

# Words of an enumeration that are no place: counts, and what stands before and after the list.
_NO_PLACE: Final = re.compile(
    r"(?:等|共|共计|合计|以及|和|其中|包括|包含|涵盖|下辖|所辖|全域|全境|全部|部分|部分地区|各一部分|单列)*"
    r"(?:[一二三四五六七八九十百0-9]+\s*个?)?[县市区旗省镇乡州盟(),、城市地\s]*(?:等|共)?(?:[一二三四五六七八九十百0-9]+\s*个?[县市区旗省镇乡州盟城地]*)?"
    r"|具体(?:包括|为)?|\W*|[\W除外的以含]*(?:部分地区|部分)?\W*"
)
_LONGEST_ITEM: Final = 24


@dataclass(frozen=True, slots=True)
class Listing:
    """Members found in a part of a passage.

    Parameters
    ----------
    members : tuple of DraftMember
        In text order, numbered from 1.
    used : tuple of (int, int)
        Extents in the passage that a member stands for, those of whole units that are listed in full included.
    coverage : float
        Share of the items that were recognised; tells a list from a sentence.
    hint : str
        Code of the unit the list was read under; empty when none was needed.
    """

    members: tuple[DraftMember, ...]
    used: tuple[tuple[int, int], ...]
    coverage: float
    hint: str = ""


@dataclass(frozen=True, slots=True)
class _Found:
    """One thing found in the text, before it is a member."""

    start: int
    end: int
    row: Row | None
    member: DraftMember | None = None


def members_of(
    passage: Passage,
    start: int,
    end: int,
    *,
    path: tuple[str, ...],
    hint: str = "",
    as_of: str | None = None,
    decisions: Decisions | None = None,
    running: bool = False,
) -> Listing:
    """Read a part of a passage as a list of places.

    Parameters
    ----------
    passage : Passage
    start, end : int
        The part.
    path : tuple of str
        Headings above it.
    hint : str, optional
        Code of the unit that the heading or label names.
    as_of : str, optional
        Date of the document (ISO).
    decisions : Decisions, optional
        Saved answers.
    running : bool, optional
        Whether the part is a sentence, so that words before the first name and after the last are no items.

    Returns
    -------
    Listing
        Every item gives a member or belongs to one, except words that are no place.
    """
    part = passage.text[start:end]
    resolution, hint = _resolve(part, hint, as_of, decisions)
    items = list(items_of(passage.folded, start, end))
    found, towns = _towns(passage, items, hint)
    rows = _listed(passage, resolution, start, items)
    taken = [(item.start, item.end) for item in towns]
    kept = [row for row in rows if not any(s <= start + row.start < e for s, e in taken)]
    found += _from_rows(kept, start)
    covered = [(one.start, one.end) for one in found]
    left = [item for item in items if not _touches(item, covered)]
    unread = [item for item in left if _is_item(passage.folded[item.start : item.end])]
    if running and covered:
        # In running text the list is what stands between the first name and the last.
        first, last = min(s for s, _ in covered), max(e for _, e in covered)
        unread = [item for item in unread if first < item.start < last]
        left = [item for item in left if first < item.start < last]
    found += [_Found(item.start, item.end, None, _unresolved(passage, item)) for item in unread]
    found.sort(key=lambda one: one.start)
    members = _as_members(passage, found, path)
    known = sum(1 for one in found if one.row is not None or (one.member is not None and one.member.status != "unresolved"))
    words = [(item.start, item.end) for item in left if _NO_PLACE.fullmatch(passage.folded[item.start : item.end])]
    used = (*((one.start, one.end) for one in found), *words)
    return Listing(number_members(members), used, known / max(1, known + len(left)), hint)


def _resolve(part: str, hint: str, as_of: str | None, decisions: Decisions | None) -> tuple[Resolution, str]:
    """Resolve under the heading's unit, and without it when that leaves fewer questions."""
    free = resolve_text(part, as_of=as_of)
    bound = resolve_text(part, as_of=as_of, province=hint) if hint else free
    if len(bound.review) > len(free.review):
        bound, hint = free, ""
    if decisions is None or not len(decisions):
        return bound, hint
    # Chosen before the decisions count: they must find the context they were made in.
    return resolve_text(part, as_of=as_of, province=hint or None, decisions=decisions), hint


def _listed(passage: Passage, resolution: Resolution, start: int, items: Sequence[Item]) -> list[Row]:
    """Rows, and names that the resolver sets aside although they are whole items of the enumeration."""
    rows = list(resolution.rows)
    names = {(item.start, item.name_end) for item in items} | {(item.start, item.end) for item in items}
    for row in resolution.passing:
        if any(s == start + row.start and e <= start + row.end + 2 for s, e in names) and row.status != "unresolved":
            rows.append(row)
    return sorted(rows, key=lambda row: row.start)


def _towns(passage: Passage, items: Sequence[Item], hint: str) -> tuple[list[_Found], list[Item]]:
    found, towns = [], []
    for item in items:
        name = passage.folded[item.start : item.name_end]
        owner = _owner(passage, items, item)
        if owner is not None and town_of(owner, inside=hint) is not None:
            continue
        above = unit_named(owner, inside=hint) if owner is not None else None
        town = town_of(name, inside=above.code if above is not None else hint)
        if town is None:
            continue
        unit = town.unit
        note = squeeze(passage.text[item.name_end : item.end]).strip("（）() ")
        listed = squeeze(passage.text[item.start : item.name_end])
        county = unit is not None and unit.level == "county"
        reasons = (f"with the note {note}",) if note else ()
        member = DraftMember(
            0, listed, squeeze(passage.text[item.start : item.end]), "town", "not_a_county", Place((), item.start, item.end),
            name=town.name, province=unit.province if unit else "", prefecture=_prefecture(unit),
            hosts=(unit.code,) if county and unit is not None else (), nature="town" + (f"; {note}" if note else ""),
            method="town", reasons=reasons,
        )  # fmt: skip
        found.append(_Found(item.start, item.end, None, member))
        towns.append(item)
    return found, towns


def _owner(passage: Passage, items: Sequence[Item], item: Item) -> str | None:
    """Name of the item in whose parentheses an item stands."""
    if not item.depth:
        return None
    around = [one for one in items if one.start < item.start and item.end < one.end]
    return passage.folded[around[0].start : around[0].name_end] if around else None


def _prefecture(unit: Unit | None) -> str:
    return "" if unit is None or unit.level == "province" else unit.prefecture


def _from_rows(rows: Sequence[Row], start: int) -> list[_Found]:
    return [_Found(start + row.start, start + row.end, row) for row in rows]


def _touches(item: Item, covered: Iterable[tuple[int, int]]) -> bool:
    return any(s < item.end and e > item.start for s, e in covered)


def is_filler(folded: str) -> bool:
    """Whether words of an enumeration name no place: 和, 等6个县, 全域."""
    return _NO_PLACE.fullmatch(folded.strip()) is not None


def _is_item(folded: str) -> bool:
    if len(folded) > _LONGEST_ITEM or _NO_PLACE.fullmatch(folded) or re.search(r"\d|面积|人口", folded):
        return False
    return re.search(r"[\u4e00-\u9fff]", folded) is not None


def _unresolved(passage: Passage, item: Item) -> DraftMember:
    text = squeeze(passage.text[item.start : item.end])
    return DraftMember(
        0, text, text, "review", "unresolved", Place((), item.start, item.end), reasons=("no place found in it",)
    )


def _as_members(passage: Passage, found: Sequence[_Found], path: tuple[str, ...]) -> list[DraftMember]:
    """Turn rows into members; whole units that are listed in full, and exclusions, are no members of their own."""
    members: list[DraftMember] = []
    for number, one in enumerate(found):
        place = Place(path, *passage.span(one.start, one.end))
        if one.row is None:
            assert one.member is not None
            members.append(replace(one.member, place=place))
        elif one.row.op == "exclude" and _exclude(members, one.row):
            continue
        elif not (_listed_in_full(found, number) or one.row.op == "mention"):
            members.append(_member(one.row, place))
    pending = [(one.row, place) for one in found if one.row is not None and one.row.op == "exclude" for place in [one.start]]
    for row, _ in pending:
        # 除永登县外的兰州市: the exclusion comes before what it is taken from.
        if _exclude(members, row):
            members = [member for member in members if not (member.kind == "review" and member.listed_text == row.listed_text)]
    return members


def _listed_in_full(found: Sequence[_Found], number: int) -> bool:
    """Whether a prefecture or province is followed by its own parts: 嘉兴市全域（南湖区、…）."""
    row = found[number].row
    if row is None or row.level not in {"prefecture", "province"} or row.op != "include" or number + 1 == len(found):
        return False
    after = found[number + 1].row
    return after is not None and after.op == "part"


def _exclude(members: list[DraftMember], row: Row) -> bool:
    """Take a unit out of the member it lies in."""
    gazetteer = load_gazetteer()
    if row.status != "accepted" or not row.adcode:
        return False
    for place in range(len(members) - 1, -1, -1):
        member = members[place]
        if member.kind in {"prefecture", "province"} and all(gazetteer.inside(code, member.adcode) for code in row.adcode):
            codes = dict.fromkeys((*member.excluded, *row.adcode))
            members[place] = replace(member, excluded=tuple(codes))
            return True
    return False


def _member(row: Row, place: Place) -> DraftMember:
    base = DraftMember(
        0, row.listed_text, row.listed_text, "review", "review", place, name=row.name, province=row.province,
        prefecture=row.prefecture, method=row.method, reasons=row.reasons, candidates=row.candidates, context=row.context,
    )  # fmt: skip
    listed = squeeze(row.listed_text)
    if row.op == "exclude":
        return replace(base, reasons=(*row.reasons, "excluded, but what it is taken from is not listed"))
    if row.status == "not_a_county":
        return _special(base, row)
    if row.status != "accepted" or len(row.adcode) != 1:
        reasons = (*row.reasons, "several units of today") if len(row.adcode) > 1 else row.reasons
        return replace(base, status="unresolved" if row.status == "unresolved" else "review", reasons=reasons)
    (code,) = row.adcode
    if row.op == "partial" or (row.op == "part" and row.name and not fold(listed).endswith(row.name)):
        hosts = (code,) if row.level == "county" else ()
        return replace(base, kind="special", status="not_a_county", hosts=hosts, nature=f"part of {row.name}")
    if row.level in {"prefecture", "province"} and load_gazetteer().units[code].level != "county":
        return replace(base, kind="province" if row.level == "province" else "prefecture", status="accepted", adcode=code)
    return replace(
        base, listed_name=_without_units(listed, row), kind="county", status="accepted", adcode=code, division_type=division_type(row.name, code)
    )


def _without_units(listed: str, row: Row) -> str:
    """The name as listed, without the province and prefecture written before it."""
    if fold(listed).endswith(row.name):
        return listed[-len(row.name) :]
    for unit in (row.province, row.prefecture):
        if unit and fold(listed).startswith(unit) and len(listed) - len(unit) > 1:
            listed = listed[len(unit) :]
    return listed


def _special(base: DraftMember, row: Row) -> DraftMember:
    """An area or town: its hosts are the counties among its containers; a prefecture tells no more than where to look."""
    gazetteer = load_gazetteer()
    hosts = tuple(code for code in row.container_adcode if gazetteer.units[code].level == "county")
    larger = [gazetteer.units[code].name for code in row.container_adcode if code not in hosts]
    meanings = gazetteer.forms.get(fold(row.name), ())
    same = [meaning.special.same_extent for meaning in meanings if meaning.special is not None]
    whole = len(hosts) == 1 and hosts == tuple(same[:1])
    given = [code for code in row.context.split("|")[0].split(">") if code in gazetteer.units]
    above = gazetteer.units[given[-1]] if given else None
    kind = "town" if row.level == "town" else "special"
    nature = "town" if kind == "town" else "special area"
    if larger:
        nature += f" in {'、'.join(larger)}"
    return replace(
        base, listed_name=squeeze(row.listed_text), kind=kind, status="not_a_county", hosts=hosts, whole_host=whole,
        adcode=hosts[0] if whole else "", nature=nature, province=row.province or (above.province if above else ""),
        prefecture=row.prefecture or _prefecture(above),
    )  # fmt: skip


def division_type(name: str, code: str) -> str:
    """Type of a county-level division, as its name and code tell it.

    Parameters
    ----------
    name : str
        Official name.
    code : str
        Six digits.

    Returns
    -------
    str
        市辖区, 县级市, 县, 自治县, 旗, 自治旗, 林区 or 特区; a city without counties counts as what it is called.
    """
    for ending in ("自治县", "自治旗", "林区", "特区", "县", "旗"):
        if name.endswith(ending):
            return ending
    if name.endswith("区"):
        return "市辖区"
    return "县级市" if name.endswith("市") and not code.endswith("00") else ""


def number_members(members: Iterable[DraftMember]) -> tuple[DraftMember, ...]:
    """Number members from 1, mark duplicates, and tell apart different places of one name.

    Parameters
    ----------
    members : iterable of DraftMember
        Of one zone, in text order.

    Returns
    -------
    tuple of DraftMember
        As many as came.
    """
    out: list[DraftMember] = []
    by_key: dict[str, int] = {}
    names: set[str] = set()
    for position, member in enumerate(members, start=1):
        key = member.adcode if member.kind in {"county", "prefecture", "province"} else member.listed_text
        numbered = replace(member, position=position)
        if key in by_key:
            reason = f"listed before, as number {by_key[key]} of the zone"
            numbered = replace(numbered, status="duplicate", reasons=(*member.reasons, reason))
        elif member.listed_name in names:
            numbered = replace(numbered, listed_name=f"{member.prefecture}{member.listed_name}" if member.prefecture else member.listed_text)
        by_key.setdefault(key, position)
        names.add(numbered.listed_name)
        out.append(numbered)
    return tuple(out)
