"""What enumerations say of each other: owners and their parts, exclusions, summaries, what a list is about."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.resolution.words_behind_names import find_prose
from pilotzones.geo.places.text.mentions import Enumeration, Mention, is_named, is_region, list_codes
from pilotzones.geo.places.text.patterns import (
    ADDRESSEE_LEAD,
    AMONG_LEAD,
    AREA_NOUN,
    BORDER_LEAD,
    COMMON_NAMES,
    EXAMPLE_TRAIL,
    EXCLUDE_LEAD,
    GOVERNMENT,
    ONLY_LEAD,
    SPECIAL_ENDING,
    STRONG_LEAD,
    SUBJECT,
    WHOLE,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pilotzones.geo.places.resolution.mention_roles import Role

__all__ = [
    "are_counties",
    "ask_about_holding_lines",
    "drop_restated",
    "find_subjects",
    "is_inside_name",
    "list_beside_exclusions",
    "list_if_nothing_listed",
    "mark_parts",
    "settle_other_lists",
    "settle_owners",
]


def is_inside_name(enumeration: Enumeration, chars: str) -> bool:
    """Whether a parenthesis stands inside the name of an area (中国（浙江）自由贸易试验区)."""
    first, end = enumeration.members[0].start, enumeration.members[-1].end
    alone = enumeration.owner is not None and len(enumeration.members) == 1
    enclosed = re.search(r"[\u4e00-\u9fff]\($", chars[max(0, first - 2) : first]) and chars[end : end + 1] == ")"
    return alone and bool(enclosed) and re.match(_AREA_BEHIND, chars[end + 1 : end + _MAX_REACH]) is not None


_AREA_BEHIND = rf"(?![县市区旗])[\u4e00-\u9fff]{{0,14}}?(?:{SPECIAL_ENDING.pattern})"


def settle_owners(enumerations: Sequence[Enumeration], roles: dict[Mention, Role]) -> None:
    """Settle a name whose parenthesis lists its parts: 鹰潭市全域（…） stays, 成都市（…） is a heading."""
    for enumeration in enumerations:
        owner = enumeration.owner
        if owner is None or owner.token is None or owner not in roles or roles[owner].retraction is not None:
            continue
        listed = [member for member in enumeration.members if roles[member].standing == "listed"]
        if not listed or roles[owner].standing != "listed":
            continue
        _settle_owner(enumeration, owner, listed, roles)


def _settle_owner(
    enumeration: Enumeration, owner: Mention, listed: Sequence[Mention], roles: dict[Mention, Role]
) -> None:
    """Settle one name and what its parenthesis lists."""
    before = are_counties([owner]) and re.search(_FOUNDED_FROM, enumeration.trail)
    if before or re.match(_MERGED_INTO, enumeration.trail):
        # 龙港市（2019年由苍南县龙港镇升格）, 合肥市（2011年原地级巢湖市撤销后并入） say what was there.
        for member in listed:
            roles[member].standing = "passing"
        return
    if EXCLUDE_LEAD.search(enumeration.lead) or any(roles[member].op == "exclude" for member in listed):
        _take_parts_out(owner, listed, roles)
        return
    only = ONLY_LEAD.search(enumeration.lead) is not None
    if only and roles[owner].op == "include":
        roles[owner].op = "partial"
    town = owner.token is not None and owner.token.rest_kind == "town"
    if town and (len(listed) == 1 or not any(is_named(m) and m.token is not None and not m.token.rest for m in listed)):
        # 英安镇（珲春市生态新城）, 莫干山镇（德清县）: what stands in the parenthesis is a note, and the town the row.
        for member in listed:
            roles[member].standing = "passing"
    elif (
        only or WHOLE.match(owner.trail) or (re.search(_PARTS, enumeration.lead) and not are_counties([owner, *listed]))
    ):
        for member in listed:
            roles[member].op = "part"
    else:
        _settle_holder(owner, listed, roles)


_MERGED_INTO = r"(?:整体|部分|全部|被|经?撤销|撤并|撤[县市地区]|后|一并|成建制)*(?:并入|划入|归入)"
_FOUNDED_FROM = "升格|升级为|析置|析出|分设|分立|划出|划入|划归"


def _settle_holder(owner: Mention, listed: Sequence[Mention], roles: dict[Mention, Role]) -> None:
    """Settle a name whose parenthesis lists names without a word that says what they are to it."""
    if are_counties([owner, *listed]):
        _set_beside(owner, listed, roles)
    elif are_counties([owner]) and all(re.fullmatch(_CORPS_DIVISION, one.text) for one in listed):
        # 可克达拉市（兵团第四师）: the division governs the city, and is no part of it.
        for member in listed:
            roles[member].standing = "passing"
    elif are_counties([owner]) and (all(map(_is_special, listed)) or _is_one_area(listed)):
        # 黄埔区（广州开发区）, 仁寿县（四川天府新区眉山片区）: an area that reaches beyond it says which part is meant.
        roles[owner].op = "partial"
        for member in listed:
            roles[member].op = "part"
    elif are_counties([owner]) and all(map(_may_be_larger, listed)):
        # 芦溪县（萍乡市2个、吉安市1个): no county heads a prefecture; what stands there is said of the whole list.
        return
    elif not is_region(owner):
        # A region is a row of its own beside the divisions that it is said to be made of.
        roles[owner].standing = "heading"


_CORPS_DIVISION = r"(?:新疆)?(?:生产建设)?(?:兵团)?(?:农)?第?[一二三四五六七八九十]{1,3}师"


def _is_one_area(mentions: Sequence[Mention]) -> bool:
    return len(mentions) == 1 and mentions[0].token is not None and mentions[0].token.rest_kind == "special"


def are_counties(mentions: Sequence[Mention]) -> bool:
    """Whether every name is that of a county, of today or of another time, and of nothing in it."""
    tokens = [mention.token for mention in mentions]
    return all(
        token is not None
        and token.path
        and not token.rest
        and all(m.level == "county" and m.special is None for m in token.path[-1].meanings)
        for token in tokens
    )


def _set_beside(owner: Mention, members: Sequence[Mention], roles: dict[Mention, Role]) -> None:
    """Set names beside a county, which heads no other (余杭区（临平区）): one is open, unless the other is of its ground."""
    ground = list_codes(owner)
    for member in members:
        if ground & list_codes(member):
            roles[member].standing = "passing"
        else:
            member.beside = owner.text


def _take_parts_out(owner: Mention, members: Sequence[Mention], roles: dict[Mention, Role]) -> None:
    """Make a county that something is taken out of (蒲江县（不含西来镇）) a part of itself; no county lies in it."""
    path = owner.token.path if owner.token is not None else ()
    apart = not any(one.text in COMMON_NAMES or list_codes(owner) & list_codes(one) for one in members)
    if apart and are_counties([owner, *members]):
        # 邹城市（兖州区不参加） speaks of another county, and takes no part of this one.
        return
    county = bool(path) and all(meaning.level == "county" for meaning in path[-1].meanings)
    towns = any(member.token is not None and member.token.rest for member in members)
    if (county or towns) and roles[owner].op == "include":
        roles[owner].op = "partial"
    for member in members:
        if county and member.token is not None and member.token.text in COMMON_NAMES:
            # 不含城区 speaks of a part, and of no district of that name.
            roles[member].standing = "passing"


def settle_other_lists(enumerations: Sequence[Enumeration], roles: dict[Mention, Role], chars: str) -> None:
    """Settle a larger unit of which a list names the other parts (湖州市除德清县外的其他区县（吴兴区、…）): it heads the list."""
    inside = load_gazetteer().is_inside
    for number, right in enumerate(enumerations):
        first = right.members[0].start
        words = re.search(_OTHER_PARTS, chars[max(0, first - _MAX_REACH) : first])
        codes = [list_codes(member) for member in right.members if roles[member].standing == "listed"]
        if words is None or not codes:
            continue
        nearby = [one for one in enumerations[max(0, number - _MAX_NEARBY) : number] if one.sentence == right.sentence]
        before = [mention for one in nearby for mention in one.members[-_MAX_NEARBY:]]
        for holder in before:
            homes = list_codes(holder)
            if not all(any(inside(c, home) for c in one for home in homes - one) for one in codes) or not homes:
                continue
            roles[holder].standing = "heading"
            for later in enumerations[number + 1 : number + _MAX_NEARBY]:
                if re.fullmatch(_BEHIND_OTHERS, later.members[0].gap) and roles[later.members[0]].standing == "passing":
                    roles.update({one: replace(roles[one], standing="listed") for one in later.members})
            for other in before:
                held = any(inside(code, home) for code in list_codes(other) for home in homes)
                if roles[other].op == "exclude" and held:
                    roles[other].standing = "passing"


_MAX_REACH = 40  # characters
# Enumerations before the list, and names of each.
_MAX_NEARBY = 4
_OTHERS = (
    r"(?:(?:以外|之外|外)的?|的)?(?:其他|其它|其余|剩余|另外)的?(?:[0-9一二三四五六七八九十]+个?)?"
    r"(?:区县|县市区|市县区|县区|市县|县市|区|县|市|旗)+"
)
_OTHER_PARTS = rf"{_OTHERS}(?:(?:包括|分别为|为|即|是)?[:：]?|[(（](?:包括|分别为|为|即|是)?)$"
# Between the larger unit and a name behind the parenthesis that lists the others.
_BEHIND_OTHERS = rf"{_OTHERS}\(\)[、,，]?(?:以及|[和与及])?"


def ask_about_holding_lines(enumerations: Sequence[Enumeration], roles: Mapping[Mention, Role]) -> None:
    """Make prefectures of a line a question where the next line lists counties in them (湖州市、嘉兴市⏎德清县、嘉善县)."""
    inside = load_gazetteer().is_inside
    lines: list[list[Mention]] = []
    for enumeration in enumerations:
        for mention in enumeration.members if enumeration.owner is None else ():
            if not lines or mention.line_start:
                lines.append([])
            lines[-1].append(mention)
    for number, line in enumerate(lines):
        homes = [code for one in line for code in list_codes(one) if roles[one].standing == "listed"]
        if len(line) == 1 or len(homes) < len(line) or not line[0].line_start:
            continue
        below = takewhile(
            lambda each: each[0].line_start and are_counties(each),
            map(lines.__getitem__, range(number + 1, len(lines))),
        )
        codes = [list_codes(one) for each in below for one in each]
        if codes and all(any(inside(c, home) for c in one for home in homes if home not in one) for one in codes):
            for mention in line:
                mention.may_be_item = True


_PARTS = r"(?:含|包括|其中|代管|重点[是为]?)[:,，]?$"


def list_beside_exclusions(enumerations: Sequence[Enumeration], roles: dict[Mention, Role]) -> None:
    """List what something is excluded from: 兰州市除永登县外, 除永登县外的兰州市."""
    level = [enumeration for enumeration in enumerations if enumeration.owner is None]
    for left, right in pairwise(level):
        ops = {roles[enumeration.members[0]].op for enumeration in (left, right)}
        if "exclude" not in ops or left.sentence != right.sentence:
            continue
        for enumeration in (left, right):
            for member in enumeration.members:
                if roles[member].standing == "passing":
                    roles[member].standing = "listed"


def mark_parts(enumerations: Sequence[Enumeration], roles: dict[Mention, Role]) -> None:
    """Mark counties behind 其中 as parts of the larger units that are listed before them (达州市，其中：大竹县先行)."""
    inside = load_gazetteer().is_inside
    level = [enumeration for enumeration in enumerations if enumeration.owner is None]
    for left, right in pairwise(level):
        # 四川省共3个县，其中：邻水县 lists the counties, and not the province.
        counted = len(left.members) == 1 and re.search("[0-9一二三四五六七八九十两]", left.trail) is not None
        if counted or not AMONG_LEAD.search(right.lead):
            continue
        larger = [one for one in left.members if roles[one].op == "include" and not one.heading]
        for mention in right.members:
            codes = list_codes(mention)
            homes = [
                one for one in larger if any(inside(code, home) for code in codes for home in list_codes(one) - codes)
            ]
            if homes and roles[mention].op == "include":
                roles[mention].op = "part"
            for one in homes:
                roles[one].standing = "listed"


def _list_forms(enumeration: Enumeration) -> set[str]:
    return {part.form.rstrip("市县区") for m in enumeration.members if m.token is not None for part in m.token.path}


def drop_restated(enumerations: Sequence[Enumeration], roles: dict[Mention, Role]) -> None:
    """Drop a weak list whose names all come again in a stronger one: a summary before the list."""
    strong = [c for c in enumerations if any(roles[m].standing == "listed" and not roles[m].weak for m in c.members)]
    detailed: Counter[str] = Counter()
    for enumeration in strong:
        detailed.update(_list_forms(enumeration))
    known = set(strong)
    for enumeration in enumerations:
        members = [member for member in enumeration.members if roles[member].standing == "listed"]
        if not members or not all(roles[member].weak for member in members):
            continue
        names = {m.token.path[-1].form.rstrip("市县区") for m in members if m.token is not None and m.token.path}
        own = _list_forms(enumeration) if enumeration in known else set()
        if names and all(detailed[name] > (name in own) for name in names):
            for member in members:
                roles[member].standing = "passing"


def find_subjects(enumerations: Sequence[Enumeration], roles: dict[Mention, Role]) -> None:
    """Find what a list is about: the name before 包含 or the area last founded; its repetition is no row."""
    subject: Mention | None = None
    seen: set[str] = set()
    for enumeration in enumerations:
        first = enumeration.members[0]
        role = roles[first]
        if len(enumeration.members) == 1 and SUBJECT.match(enumeration.trail) and first.token is not None:
            name = first.text
            known = any(name.endswith(one) or one.endswith(name) for one in seen)
            if known:
                role.standing = "passing"
            elif first.token.rest_kind == "special" or _is_special(first):
                role.standing, subject = "listed", first
            continue
        if role.founded:
            subject = first
            seen.add(first.text)
        elif subject is not None and STRONG_LEAD.search(enumeration.lead):
            for member in enumeration.members:
                roles[member].subject = subject


def _is_special(mention: Mention) -> bool:
    token = mention.token
    return token is not None and bool(token.path) and all(m.special is not None for m in token.path[-1].meanings)


# A text longer than this that lists nothing is prose; its places stay named in passing.
_SHORT_TEXT = 500


def list_if_nothing_listed(enumerations: Sequence[Enumeration], roles: dict[Mention, Role], chars: str) -> bool:
    """List the names that are not offices of a short text without a list, as all there is to show; return whether it is so."""
    if len(chars) > _SHORT_TEXT or any(role.standing == "listed" for role in roles.values()):
        return False
    for enumeration in enumerations:
        for mention in enumeration.members:
            role = roles[mention]
            place = is_named(mention) or mention.token is None
            border = BORDER_LEAD.search(enumeration.lead) is not None
            addressed = ADDRESSEE_LEAD.search(enumeration.lead) is not None
            other = (
                role.aside
                or border
                or addressed
                or AREA_NOUN.match(enumeration.trail)
                or EXAMPLE_TRAIL.match(enumeration.trail)
            )
            # 曹县、单县人民政府：同意开展试点: the government that ends an enumeration stands for its county like the others.
            among = role.standing == "office" and len(enumeration.members) > 1 and GOVERNMENT.match(enumeration.trail)
            if (role.standing == "passing" or among) and place and not other:
                role.standing = "listed"
                if not GOVERNMENT.match(enumeration.trail):
                    # Words behind the last name of an enumeration speak of all of them.
                    role.prose = find_prose(mention, chars) or find_prose(enumeration.members[-1], chars)
    if any(role.standing == "listed" for role in roles.values()):
        _ask_about_holders(enumerations, roles)
        return True
    for role in roles.values():
        if role.standing == "heading":
            role.standing = "listed"
    return False


def _may_be_larger(mention: Mention) -> bool:
    """Whether a name is that of a prefecture or province, today or at another time."""
    meanings = mention.token.path[-1].meanings if mention.token is not None and mention.token.path else ()
    return any(one.level in {"prefecture", "province"} for one in meanings)


def _ask_about_holders(enumerations: Sequence[Enumeration], roles: Mapping[Mention, Role]) -> None:
    """Make a larger unit a question where the next enumeration of its sentence lies in it: 支持湖州市在德清县开展试点."""
    inside = load_gazetteer().is_inside
    for left, right in pairwise(enumerations):
        if left.sentence != right.sentence or right.owner is not None:
            continue
        inner = {code for one in right.members if roles[one].standing == "listed" for code in list_codes(one)}
        for mention in left.members:
            own = list_codes(mention)
            holds = any(code not in own and inside(code, home) for code in inner for home in own)
            mention.may_be_item = mention.may_be_item or (roles[mention].standing == "listed" and holds)
