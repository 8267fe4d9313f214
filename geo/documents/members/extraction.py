"""A list of places in a passage -> members: resolved in the context of their zone, none dropped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Final

from pilotzones.geo.documents.extents import Extents
from pilotzones.geo.documents.members.builder import build_member, make_town_member, take_out_of_members
from pilotzones.geo.documents.members.notes import KIND, is_note
from pilotzones.geo.documents.members.towns import ListItem, find_unit_by_name, parse_town, split_items
from pilotzones.geo.documents.models import DocumentPlace, DraftMember
from pilotzones.geo.documents.paragraphs import Passage, squeeze
from pilotzones.geo.places import Decisions, Resolution, ResolvedRow, resolve_text
from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.history import list_lowest
from pilotzones.geo.places.reason_codes import make_reason
from pilotzones.geo.places.text.retraction_cues import is_part_note

__all__ = ["FoundPlace", "Listing", "as_members", "extract_members", "find_listed", "is_filler"]

# Words of an enumeration that are no place: counts, and what stands before and after the list.
_NO_PLACE: Final = re.compile(
    r"(?:等|共|共计|合计|以及|和|其中|包括|包含|涵盖|下辖|所辖|全域|全境|全部|部分|部分地区|各一部分|单列)*"
    r"(?:[一二三四五六七八九十百0-9]+\s*个?)?[县市区旗省镇乡州盟(),、城市地\s]*(?:等|共)?(?:[一二三四五六七八九十百0-9]+\s*个?[县市区旗省镇乡州盟城地]*)?"
    r"|具体(?:包括|为)?|\W*|[\W除外的以含]*(?:部分地区|部分)?\W*"
)
_NUMBERING: Final = re.compile(r"\W*(?:\d{1,3}|[一二三四五六七八九十]{1,3})[.、)]\W*")
_LEADS_IN: Final = re.compile(r"同意|批准|批复|确定|决定|选择|选取|将|把|对|命名|认定|支持|推荐")
# Heads of paragraphs, and whom a document is sent to.
_HEAD: Final = re.compile(
    r"(?:试点|试验|示范|实施|改革|规划|总体|重点)*(?:范围|名单|对象|内容|任务|目标|要求)|各.{0,6}|自治[区州县旗]|直辖市|.*人民政府:?"
    r"|排名不分先后|按.{1,8}(?:排序|为序)|(?:华[东南中北]|东北|西[北南]|[东中西]部)(?:地区)?"
)
# What a reply says to those who asked (你们的请示收悉).
_LETTER: Final = re.compile(
    "[你您我]们?[省市县区局委厅]?|请示|收悉|来[函文]|现(?:批复|函复|通知|公布)|经研究|特此|如下"
)
_MAX_ITEM_CHARS: Final = 24
_MAX_NOTE_CHARS: Final = 120
_MAX_FILLER_CHARS: Final = 60
_WHOLE_WORD: Final = 2  # characters of 全域 and 全境
_NOWHERE: Final = 1 << 60


@dataclass(frozen=True, slots=True)
class Listing:
    """Members found in a part of a passage.

    Parameters
    ----------
    members : tuple of DraftMember
        In text order, not yet numbered.
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
class FoundPlace:
    """One thing found in the text, before it is a member."""

    start: int
    end: int
    row: ResolvedRow | None
    member: DraftMember | None = None


def extract_members(
    passage: Passage,
    start: int,
    end: int,
    *,
    path: tuple[str, ...],
    hint: str = "",
    as_of: str | None = None,
    decisions: Decisions | None = None,
    running: bool = False,
    is_label: bool = False,
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
    is_label : bool, optional
        Whether the hint is a unit that stands over the list by its own name, so that places outside of it are a question.

    Returns
    -------
    Listing
        Every item gives a member or belongs to one, except words that are no place.
    """
    places, left, hint = find_listed(
        passage,
        start,
        end,
        hint=hint,
        as_of=as_of,
        decisions=decisions,
        running=running,
        strict=False,
        is_label=is_label,
    )
    known = sum(one.member is None or one.member.status != "unresolved" for one in places)
    words = [(item.start, item.end) for item in left if is_filler(passage.folded[item.start : item.end])]
    used = (*((one.start, one.end) for one in places), *words)
    return Listing(tuple(as_members(passage, places, path)), used, known / max(1, known + len(left)), hint)


def find_listed(
    passage: Passage,
    start: int,
    end: int,
    *,
    hint: str = "",
    as_of: str | None = None,
    decisions: Decisions | None = None,
    running: bool = False,
    strict: bool = True,
    is_label: bool = False,
) -> tuple[list[FoundPlace], list[ListItem], str]:
    """Find everything that a part of a passage lists.

    Parameters
    ----------
    passage : Passage
    start, end : int
        The part.
    hint : str, optional
        Code of the unit that the list stands under.
    as_of : str, optional
        Date of the document (ISO).
    decisions : Decisions, optional
        Saved answers.
    running : bool, optional
        Whether the part is a sentence.
    strict : bool, optional
        Whether places outside the unit of the hint are a question; else the hint may be given up.
    is_label : bool, optional
        Whether the hint, where it may be given up, is a unit that stands over the list by its own name.

    Returns
    -------
    found : list of FoundPlace
        In text order.
    left : list of ListItem
        Items in which no place was found.
    hint : str
        The one that counted.
    """
    resolution, hint = _resolve(passage.text[start:end], hint, as_of, decisions, strict=strict, is_label=is_label)
    items = list(split_items(passage.folded, start, end))
    places = _find_towns(passage, items, hint)
    taken = Extents((one.start, one.end) for one in places)
    rows = _select_listed(passage, resolution, start, [item for item in items if not is_note(passage, item)])
    places += [
        FoundPlace(start + row.start, start + row.end, row)
        for row in rows
        if not taken.touch(start + row.start, start + row.start + 1)
    ]
    left = _find_left_items(passage, items, places, running=running)
    unread = [item for item in left if _is_item(passage.folded[item.start : item.end]) and not is_note(passage, item)]
    places += [FoundPlace(item.start, item.end, None, _make_unresolved_member(passage, item)) for item in unread]
    return sorted(places, key=lambda one: one.start), left, hint


def _find_left_items(
    passage: Passage, items: Sequence[ListItem], places: Sequence[FoundPlace], *, running: bool
) -> list[ListItem]:
    """Find items that nothing was found in; in running text only those between the first name and the last."""
    covered = Extents((one.start, one.end) for one in places)
    left = [item for item in items if not covered.touch(item.start, item.end)]
    if running and covered.starts:
        left = [item for item in left if covered.starts[0] < item.start < covered.ends[-1]]
    # 经研究，同意德清县、安吉县: what stands before the words that lead in the first name is a clause of the sentence.
    first = covered.starts[0] if covered.starts else 0
    lead = next((item for item in items if item.start < first < item.end), None)
    if lead is None or not _LEADS_IN.search(passage.folded, lead.start, first):
        return left
    return [item for item in left if item.start > lead.start]


def _resolve(
    part: str, hint: str, as_of: str | None, decisions: Decisions | None, *, strict: bool, is_label: bool
) -> tuple[Resolution, str]:
    """Resolve under the heading's unit, and without it when that leaves fewer questions and is allowed."""
    if strict:
        return resolve_text(part, as_of=as_of, province=hint or None, decisions=decisions), hint
    free = resolve_text(part, as_of=as_of)
    bound = resolve_text(part, as_of=as_of, province=hint) if hint else free
    if is_label and hint:
        bound = _release_direct(bound, free, hint)
    elif len(bound.review) > len(free.review):
        bound, hint = free, ""
    if decisions is None or not len(decisions):
        return bound, hint
    # Chosen before the decisions count: they must find the context they were made in.
    return resolve_text(part, as_of=as_of, province=hint or None, decisions=decisions), hint


def _release_direct(bound: Resolution, free: Resolution, hint: str) -> Resolution:
    """Take counties directly under the province out of the prefecture over the list (恩施州：鹤峰县；仙桃市)."""
    units = load_gazetteer().units
    direct = {
        row.start: row
        for row in free.rows
        if row.status == "accepted"
        and all(units[code].prefecture_code == code and code[:2] == hint[:2] for code in row.adcode)
    }
    return replace(
        bound, rows=tuple(direct.get(row.start, row) if row.status == "review" else row for row in bound.rows)
    )


def _select_listed(
    passage: Passage, resolution: Resolution, start: int, items: Sequence[ListItem]
) -> list[ResolvedRow]:
    """Select rows, and names that the resolver sets aside although they are whole items of the enumeration."""
    shortest = {item.start: min(item.name_end, item.end) for item in reversed(items)}

    def is_whole(row: ResolvedRow) -> bool:
        end = start + row.end
        # 浙江省2个（德清县、安吉县）: a number of units says that not all of it is meant.
        counted = passage.folded[end : end + 1].isdecimal()
        return shortest.get(start + row.start, _NOWHERE) <= end + _WHOLE_WORD and not counted

    read = Extents((row.start, row.end) for row in resolution.rows)
    # What lies in another row (长三角（湖州）产业合作区) is a part of its name.
    passing = (row for row in resolution.passing if not read.touch(row.start, row.end))
    groups = _group_enumerated(passage.folded[start:], passing)
    # 安吉县、南浔区为协作单位: where the last name is no whole item, no division before it is one.
    aside = [
        row
        for group in groups
        for row in group
        if row.status != "unresolved" and is_whole(row) and (is_whole(group[-1]) or row.status == "not_a_county")
    ]
    return sorted([*resolution.rows, *aside], key=lambda row: row.start)


def _group_enumerated(folded: str, rows: Iterable[ResolvedRow]) -> Iterator[list[ResolvedRow]]:
    """Group rows between which nothing stands but the marks of an enumeration."""
    group: list[ResolvedRow] = []
    for row in sorted(rows, key=lambda one: one.start):
        if group and not re.fullmatch(r"\s*(?:[、和与及]|以及)\s*", folded[group[-1].end : row.start]):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _find_towns(passage: Passage, items: Sequence[ListItem], hint: str) -> list[FoundPlace]:
    """Find items that are towns, each under the unit it is written with, the one it stands under, or the list's own."""
    towns = []
    for item in items:
        inside = hint
        if _is_taken_out(passage.folded, item):
            continue
        if item.owner is not None:
            owner = passage.folded[slice(*item.owner)].strip()
            if parse_town(owner, inside=hint) is not None:
                continue
            unit = find_unit_by_name(owner, inside=hint)
            inside = unit.code if unit is not None else hint
        town = parse_town(passage.folded[item.start : item.name_end], inside=inside)
        if town is not None:
            towns.append(FoundPlace(item.start, item.end, None, make_town_member(passage, item, town)))
    return towns


def _is_taken_out(folded: str, item: ListItem) -> bool:
    """Whether an item stands in a note that takes parts of its owner out, or says that they alone are meant."""
    if item.owner is None:
        return False
    begin = item.owner[1] + 1
    end = folded.find(")", begin, begin + _MAX_NOTE_CHARS)
    return end >= item.end and is_part_note(folded[begin:end])


def is_filler(folded: str) -> bool:
    """Whether words of an enumeration name no place: 和, 等6个县, 全域."""
    words = folded.strip()
    if len(words) > _MAX_FILLER_CHARS:
        # The pattern may try a long text in very many ways; so long, only marks are no place.
        return re.search(r"\w", words) is None
    return _NO_PLACE.fullmatch(words) is not None or _NUMBERING.fullmatch(words) is not None


def _is_item(folded: str) -> bool:
    if (
        len(folded) > _MAX_ITEM_CHARS
        or _NO_PLACE.fullmatch(folded)
        or _HEAD.fullmatch(folded)
        or KIND.fullmatch(folded)
        or _LETTER.search(folded)
        or re.search(r"\d|面积|人口", folded)
    ):
        return False
    return re.search(r"[\u4e00-\u9fff]", folded) is not None


def _make_unresolved_member(passage: Passage, item: ListItem) -> DraftMember:
    text = squeeze(passage.text[item.start : item.end])
    return DraftMember(
        0,
        text,
        text,
        "review",
        "unresolved",
        DocumentPlace((), item.start, item.end),
        reasons=(make_reason("no_place"),),
    )


def as_members(
    passage: Passage, places: Sequence[FoundPlace], path: tuple[str, ...], above: Sequence[DraftMember] = ()
) -> list[DraftMember]:
    """Turn rows into members; whole units that are listed in full, and exclusions, are no members of their own.

    Parameters
    ----------
    passage : Passage
    found : sequence of FoundPlace
        In text order.
    path : tuple of str
        Headings above.
    above : sequence of DraftMember, optional
        Members of the same zone that stand before these.

    Returns
    -------
    list of DraftMember
        Not yet numbered.
    """
    members: list[DraftMember] = []
    for number, one in enumerate(places):
        place = DocumentPlace(path, *passage.locate_part(one.start, one.end))
        if one.row is None:
            assert one.member is not None
            members.append(replace(one.member, place=place))
        elif one.row.op == "exclude" and take_out_of_members(members, one.row):
            continue
        elif not (
            _is_listed_in_full(places, number) or one.row.op == "mention" or _is_held(one.row, [*above, *members])
        ):
            members.append(build_member(one.row, place))
    pending = [
        (one.row, place) for one in places if one.row is not None and one.row.op == "exclude" for place in [one.start]
    ]
    for row, _ in pending:
        # 除永登县外的兰州市: the exclusion comes before what it is taken from.
        if take_out_of_members(members, row):
            members = [
                member for member in members if not (member.kind == "review" and member.listed_text == row.listed_text)
            ]
    return members


def _is_listed_in_full(places: Sequence[FoundPlace], number: int) -> bool:
    """Whether a prefecture or province is followed by all of its own parts: 嘉兴市全域（南湖区、…）."""
    row = places[number].row
    if row is None or row.level not in {"prefecture", "province"} or row.op != "include" or not row.adcode:
        return False
    parts = takewhile(lambda one: one is not None and one.op == "part", (one.row for one in places[number + 1 :]))
    codes = {code for one in parts if one is not None for code in one.adcode}
    return bool(codes) and codes.issuperset(lowest for code in row.adcode for lowest in list_lowest(code))


def _is_held(row: ResolvedRow, members: Sequence[DraftMember]) -> bool:
    """Whether a county is only named as a part of the prefecture or province before it (杭州市（含余杭区）)."""
    inside = load_gazetteer().is_inside
    plain = row.op == "part" and row.status == "accepted" and row.level == "county" and bool(row.adcode)
    holders = [one.adcode for one in members if plain and one.kind in {"prefecture", "province"}]
    return any(all(inside(code, holder) for code in row.adcode) for holder in holders)
