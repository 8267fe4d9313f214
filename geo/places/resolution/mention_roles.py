"""What a text does with the names it enumerates: listed or named in passing, whole, partial, excluded.

A name in a policy text is often no member of the list: an office (天长市人民政府), a region (成都都市圈), a location
(位于…), a summary that the list proper repeats. Only listed names become rows; the others are kept aside.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pilotzones.geo.places.cells.addresses import is_street_address
from pilotzones.geo.places.models import Op
from pilotzones.geo.places.resolution.list_relations import (
    are_counties,
    ask_about_holding_lines,
    drop_restated,
    find_subjects,
    is_inside_name,
    list_beside_exclusions,
    list_if_nothing_listed,
    mark_parts,
    settle_other_lists,
    settle_owners,
)
from pilotzones.geo.places.resolution.words_behind_names import note_words
from pilotzones.geo.places.text.mentions import (
    Enumeration,
    Mention,
    has_level,
    is_limited_to_towns,
    is_named,
    is_region,
    is_town_count,
    is_word,
)
from pilotzones.geo.places.text.normalized_text import NormalizedText
from pilotzones.geo.places.text.patterns import (
    ADDRESS_LEAD,
    ADDRESSEE_LEAD,
    ADMITTED,
    ALIAS_LEAD,
    APPLICANT_LEAD,
    AREA_NOUN,
    AREA_PART,
    CENTRE,
    COMPOSED,
    COUNTED_LEAD,
    EXAMPLE_TRAIL,
    EXCEPTED,
    EXCLUDE_LEAD,
    EXCLUDE_TRAIL,
    FOUNDED,
    GOVERNMENT,
    LIST_LEAD,
    LIST_TRAIL,
    LOCATION_LEAD,
    LOCATION_TRAIL,
    NEIGHBOUR_LEAD,
    NEIGHBOUR_TRAIL,
    OBLIGED,
    ONLY_LEAD,
    ORGANISATION,
    PARTIAL,
    PILOT_TRAIL,
    PLACE_PART,
    STRONG_LEAD,
    TAKES_PART,
    WHOLE,
)
from pilotzones.geo.places.text.retraction_cues import Retraction, is_part_note
from pilotzones.geo.places.text.retractions import apply_retractions, find_retractions
from pilotzones.geo.places.text.unknown_elements import BAD_COPY

__all__ = ["Role", "assign_roles"]

Standing = Literal["listed", "passing", "heading", "office", "prefix"]


@dataclass(slots=True)
class Role:
    """Whether a mention is listed, and how.

    `weak` marks a listing that rests on the number of names or on 组成 alone; a stronger list that repeats it wins.
    `aside` marks a name that belongs to something else (a title, 与岳西县毗邻的…), so that nothing makes it an item,
    `prose` the words that a text without a list says of it (德清县投资5亿元), and `counted` the number of places in it.
    """

    standing: Standing
    op: Op = "include"
    weak: bool = False
    subject: Mention | None = None
    founded: bool = False
    aside: bool = False
    prose: str = ""
    counted: str = ""
    retraction: Retraction | None = None


def assign_roles(
    enumerations: Sequence[Enumeration], normalized: NormalizedText, *, beside_list: bool = False
) -> dict[Mention, Role]:
    """Decide for every mention whether it is listed and what is done with it.

    Parameters
    ----------
    enumerations : sequence of Enumeration
        From the reader, in text order.
    normalized : NormalizedText
        The text they were read from.
    beside_list : bool, optional
        Whether the text stands around a list that it may take places back from.

    Returns
    -------
    dict of Mention to Role
    """
    roles: dict[Mention, Role] = {}
    chars = normalized.chars
    before: Enumeration | None = None
    listed_before = False
    for enumeration in enumerations:
        role = _decide_role(enumeration, chars, follows=listed_before and _is_continuation(before, enumeration))
        for mention in enumeration.members:
            roles[mention] = Role(role.standing, role.op, role.weak, founded=role.founded)
        _mark_single(enumeration, roles)
        _mark_partial(enumeration, roles)
        _exclude_excepted(enumeration, roles)
        _pass_nameless(enumeration, roles)
        _set_aside(enumeration, roles, chars)
        if enumeration.owner is None and not all(member.is_aside for member in enumeration.members):
            before, listed_before = enumeration, role.standing == "listed"
    retractions = find_retractions(enumerations, normalized)
    apply_retractions(retractions, roles, beside_list=beside_list)
    settle_owners(enumerations, roles)
    list_beside_exclusions(enumerations, roles)
    settle_other_lists(enumerations, roles, chars)
    ask_about_holding_lines(enumerations, roles)
    mark_parts(enumerations, roles)
    drop_restated(enumerations, roles)
    find_subjects(enumerations, roles)
    if list_if_nothing_listed(enumerations, roles, chars):
        whole = {mention: found for mention, found in retractions.items() if roles[mention].op == "include"}
        apply_retractions(whole, roles, beside_list=True)
    note_words(enumerations, roles, chars)
    return roles


def _is_continuation(before: Enumeration | None, enumeration: Enumeration) -> bool:
    """Whether an enumeration follows a listed one through separators and connecting words alone."""
    if before is None:
        return False
    gap = enumeration.members[0].gap
    if len(gap) > _MAX_GAP:
        return set(gap) <= _SEPARATORS
    gap = WHOLE.sub("", PARTIAL.sub("", AREA_PART.sub("", gap, count=1) if AREA_PART.match(gap) else gap))
    gap = gap.removeprefix(before.members[-1].broken).strip(" ")
    if len(gap) > 3:
        return _is_unread(gap)
    return re.fullmatch(_JOINS, gap) is not None or re.fullmatch(_ODD, gap) is not None


_MAX_GAP = 120  # characters
_SEPARATORS = frozenset("、，,；;\n")
_JOINS = r"[^\u3400-\u9fff]*(?:以及|[和与及])?|[\u3400-\u9fff]{1,2}[；;]"  # or 优秀；
# One character that could not be read before a name, and no word (、八花山区).
_ODD = (
    r"\W*[、，,；;\n]"
    r"(?![在距由向从到把对将为是以经至沿离比给被据按依因即如若但而并也又还都各其该此本这那有无不未])[\u3400-\u9fff]"
)
# Separators, up to three short elements between them that nothing explains, and a few words that end like a unit: a
# province or prefecture that could not be read.
_UNREAD = (
    r"(?:[、，,；;\n]+([\u4e00-\u9fff*○□■?]{2,8})){0,3}[、，,；;\n]+(?:以及)?"
    r"(?:[\u4e00-\u9fff*○□■?]{1,13}[省市州区盟巾巨匹币洲])?"
)
_ELEMENTS = r"[、，,；;\n]+"
_PROSE = r"[是的了在有将和与及等]|包括|包含|涵盖|以及"


def _is_unread(gap: str) -> bool:
    """Whether the enumeration goes on behind short elements that nothing explains, the last perhaps a unit before a name."""
    if re.fullmatch(_UNREAD, gap) is None:
        return False
    *elements, _ = re.split(_ELEMENTS, gap)
    return all(BAD_COPY.fullmatch(one) or not (is_word(one) or re.search(_PROSE, one)) for one in elements if one)


def _decide_role(enumeration: Enumeration, chars: str, *, follows: bool) -> Role:
    """Decide for an enumeration as a whole: headings, exclusions and parentheses first, then the words around it."""
    if all(member.heading and not member.may_be_item for member in enumeration.members):
        return Role("heading")
    if EXCLUDE_LEAD.search(enumeration.lead) or (
        enumeration.owner is not None and EXCLUDE_TRAIL.match(enumeration.trail)
    ):
        return Role("listed", "exclude")
    if enumeration.owner is not None and enumeration.owner.token is not None:
        return Role("passing") if ALIAS_LEAD.match(enumeration.lead) else Role("listed")
    if _is_salutation(enumeration, chars):
        return Role("office")
    if _is_background(enumeration, chars) or _is_obliged(enumeration):
        return Role("passing")
    role = _decide_list_role(enumeration, follows=follows)
    return Role("listed", weak=True) if role.standing == "passing" and _is_clause(enumeration, chars) else role


def _is_salutation(enumeration: Enumeration, chars: str) -> bool:
    """Whether an enumeration ends in the governments that a document is sent to (永嘉县、文成县人民政府：)."""
    end = enumeration.members[-1].end
    sent = re.match(rf"{GOVERNMENT.pattern}(?:[,，、][^。；:：]{{0,40}})?[:：]", chars[end : end + _MAX_TITLE])
    return enumeration.members[0].line_start and sent is not None


def _is_clause(enumeration: Enumeration, chars: str) -> bool:
    """Whether several names are all that stands between two ends of clauses (；库尔勒市、尉犁县。)."""
    end = chars[enumeration.members[-1].end : enumeration.members[-1].end + 1]
    alone = not enumeration.lead and enumeration.members[0].gap[-1:] in _CLAUSE_ENDS and end in _CLAUSE_ENDS
    return alone and len(enumeration.members) > 1 and enumeration.owner is None


_CLAUSE_ENDS = ("", "。", "；", ";")


def _is_obliged(enumeration: Enumeration) -> bool:
    """Whether a sentence behind others says what places have to do, and not that they take part."""
    obliged = OBLIGED.match(enumeration.trail) is not None and TAKES_PART.search(enumeration.trail) is None
    return obliged and not enumeration.lead and "。" in enumeration.members[0].gap


def _is_background(enumeration: Enumeration, chars: str) -> bool:
    """Whether the words around an enumeration make it a region, a location or a centre of something else."""
    if ADDRESSEE_LEAD.search(enumeration.lead) or EXAMPLE_TRAIL.match(enumeration.trail):
        return True
    few = len(enumeration.members) < _MANY
    part = _is_area_part(enumeration.members[-1])
    if AREA_NOUN.match(enumeration.trail) and not part:
        return True
    located = LOCATION_LEAD.search(enumeration.lead) and not PILOT_TRAIL.match(enumeration.trail)
    if few and (located or (LOCATION_TRAIL.match(enumeration.trail) and not part)):
        return True
    return (
        CENTRE.match(enumeration.trail) is not None and COMPOSED.search(_get_sentence_after(chars, enumeration)) is None
    )


def _set_aside(enumeration: Enumeration, roles: dict[Mention, Role], chars: str) -> None:
    """Set names in titles of documents and inside of names of areas aside, and those that another place lies beside."""
    inside = is_inside_name(enumeration, chars)
    for mention in enumeration.members:
        first = mention is enumeration.members[0]
        beside = first and NEIGHBOUR_LEAD.search(mention.lead) and NEIGHBOUR_TRAIL.match(mention.trail)
        if not mention.heading and (inside or beside or _is_in_title(mention, chars)):
            roles[mention] = Role("passing", aside=True)


def _is_in_title(mention: Mention, chars: str) -> bool:
    """Whether a name stands in the title of another document (《关于确定枞阳县为试点的通知》)."""
    start, end = mention.start, mention.end
    first = max(0, start - _MAX_TITLE)
    opened, closed = chars.rfind("《", first, start), chars.find("》", end, end + _MAX_TITLE)
    return opened > chars.rfind("》", first, start) and closed >= 0 and chars.find("《", end, closed) < 0


_MAX_TITLE = 80  # characters


_MAX_COUNTED = 24  # characters


# From this many names on, a location is a list.
_MANY = 4


def _decide_list_role(enumeration: Enumeration, *, follows: bool) -> Role:
    """Decide by the words that lead into a list and follow it, else by the number of names."""
    lead, trail = _strip_damaged(enumeration.lead), enumeration.trail
    size = sum(is_named(member) or member.token is None for member in enumeration.members)
    if FOUNDED.match(trail) and size == 1:
        return Role("listed", founded=True)
    centre = CENTRE.match(trail) is not None
    counted = COUNTED_LEAD.search(enumeration.members[0].gap[-_MAX_COUNTED:]) is not None
    if not centre and (STRONG_LEAD.search(lead) or counted or enumeration.whole_line or follows or WHOLE.match(trail)):
        return Role("listed")
    if size > 1 and (LIST_TRAIL.match(trail) or _is_area_part(enumeration.members[-1])):
        return Role("listed", weak=COMPOSED.search(trail) is not None)
    if centre or size > 2 or (size > 1 and LIST_LEAD.search(lead)) or (size > 0 and ADMITTED.match(trail)):
        return Role("listed", weak=True)
    return Role("passing")


_SAYS = r"(?:包括|包含|涵盖|囊括|覆盖|涉及|范围为|范围是|:)$"


def _strip_damaged(lead: str) -> str:
    """Strip from the words before a list a province or prefecture that could not be read (包括眉出市仁寿县)."""
    if STRONG_LEAD.search(lead) or re.search(_PROSE, lead[-3:]):
        return lead
    sizes = (3, 4, 5) if lead[-1:] in {*"省市州盟巾洲"} else (3,)
    return next((lead[:-size] for size in sizes if re.search(_SAYS, lead[:-size])), lead)


def _is_area_part(mention: Mention) -> bool:
    return has_level(mention) and AREA_PART.match(mention.trail) is not None


def _get_sentence_after(chars: str, enumeration: Enumeration) -> str:
    """Get the sentence from the end of an enumeration on."""
    rest = chars[enumeration.members[-1].end : enumeration.members[-1].end + 300]
    cut = min((place for mark in "。；;" if (place := rest.find(mark)) >= 0), default=len(rest))
    return rest[:cut]


def _mark_single(enumeration: Enumeration, roles: dict[Mention, Role]) -> None:
    """Take headings and offices out of a listed enumeration; an informal core is mentioned, not listed."""
    for mention in enumeration.members:
        if (mention.heading and not mention.may_be_item) or mention.prefix:
            roles[mention] = Role("heading" if mention.heading else "prefix")
        elif mention.token is not None and mention.token.rest_kind == "core":
            roles[mention].op = "mention"
        elif mention.is_aside or (mention.token is not None and mention.token.rest_kind == "hint"):
            roles[mention].standing = "passing"
    for region, first, second in zip(*(enumeration.members[start:] for start in range(3)), strict=False):
        # A region on a line of its own over a line with several names is their title.
        if is_region(region) and region.line_start and "\n" in first.gap and "、" in second.gap and second.token:
            roles[region].standing = "heading"
    last = enumeration.members[-1]
    if is_street_address(enumeration.trail) or ADDRESS_LEAD.search(enumeration.lead):
        # 地址：上海市山西路100号 lists neither the city nor the province that the road is called like.
        roles[last].op = "address"
    governs = GOVERNMENT.match(enumeration.trail) is not None
    # 由德清县、安吉县、长兴县人民政府实施 means three counties or none.
    among = len(enumeration.members) > 1 and are_counties([last]) and roles[last].standing == "listed"
    applies = governs and (among or APPLICANT_LEAD.search(enumeration.lead) is not None)
    if ORGANISATION.match(enumeration.trail) and not (enumeration.whole_line or applies):
        roles[last] = Role("office")


def _mark_partial(enumeration: Enumeration, roles: dict[Mention, Role]) -> None:
    """Apply 部分地区, 的浦东部分, 两市所辖…个乡镇 and notes in parentheses."""
    for mention in enumeration.members:
        note = mention.note and (PARTIAL.match(mention.note.lstrip("仅只含")) or is_part_note(mention.note))
        # 平江县不含加义镇, 平江县仅限加义镇: no county lies in a county.
        limits = EXCLUDE_LEAD.fullmatch(mention.trail) or ONLY_LEAD.fullmatch(mention.trail)
        limited = limits is not None and are_counties([mention])
        if note or limited or (roles[mention].op == "include" and _is_area_part(mention)):
            roles[mention].op = "partial"
    trail = enumeration.trail
    place_part = PLACE_PART.match(trail) is not None
    if not (PARTIAL.match(trail) or place_part or is_limited_to_towns(trail)):
        inner = [member for member in enumeration.members[:-1] if PARTIAL.match(member.trail)]
        for member in inner:
            roles[member].op = "partial"
        if not (is_town_count(trail.removeprefix("的")) and all(_is_county(member) for member in enumeration.members)):
            return
    if roles[enumeration.members[-1]].op == "exclude":
        roles[enumeration.members[-1]].op = "partial"
        return
    for mention in _select_tail(enumeration, trail, place_part=place_part):
        if roles[mention].op == "include":
            roles[mention].op = "partial"


def _pass_nameless(enumeration: Enumeration, roles: dict[Mention, Role]) -> None:
    """Take towns and areas out that stand with no place known by name, unless each has a line of its own."""
    known = any(
        (m.token is not None and m.token.path) or (m.is_compound and not m.is_aside) for m in enumeration.members
    )
    known = known or (STRONG_LEAD.search(enumeration.lead) is not None and any(map(is_region, enumeration.members)))
    if (
        not known
        and not enumeration.whole_line
        and enumeration.lead != ":"
        and (enumeration.owner is None or enumeration.owner.token is None)
    ):
        for mention in enumeration.members:
            roles[mention].standing = "passing"


def _exclude_excepted(enumeration: Enumeration, roles: dict[Mention, Role]) -> None:
    """Exclude what stands before 除外, back to the last comma (成都市，简阳市除外)."""
    if enumeration.owner is None and EXCEPTED.match(enumeration.trail):
        for mention in _select_tail(enumeration, "的", place_part=False):
            roles[mention].op = "exclude"


def _is_county(mention: Mention) -> bool:
    return mention.token is not None and mention.token.rest_kind == "" and mention.text[-1] in "县区市旗"


def _select_tail(enumeration: Enumeration, trail: str, *, place_part: bool) -> list[Mention]:
    """Select the mentions a trailing 部分 speaks of: since the last comma, or only the last when nothing joins it."""
    group: list[Mention] = []
    for mention in reversed(enumeration.members):
        group.append(mention)
        if any(mark in mention.gap for mark in (("以及",) if place_part else ("，", ",", "；", ";", "\n", "以及"))):
            break
    joined = trail.startswith("的") or trail[:1] in "一二三四五六七八九十两0123456789等" or place_part
    return group if joined else group[:1]
