"""Addresses: the county that a line such as 吴兴区织里镇织纺路731号 names, or that it names none.

An address is a path of units, written without a break or with blanks between them, and a rest that names a street, a
village, a building or a firm. A road is no unit although it may be called like one (上海市山西路).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pilotzones.geo.places.gazetteer import Gazetteer, Unit
from pilotzones.geo.places.models import Candidate, ResolvedRow, Status
from pilotzones.geo.places.name_finder import NameFinder
from pilotzones.geo.places.name_matcher import is_bare
from pilotzones.geo.places.reason_codes import ReviewReason, make_reason
from pilotzones.geo.places.resolution.disambiguation import (
    Disambiguation,
    MentionContext,
    choose,
    list_interpretations,
    make_candidate,
)
from pilotzones.geo.places.text.normalized_text import NamePart, NormalizedText, normalize_text
from pilotzones.geo.places.text.patterns import AREA_PART, PARTIAL, SPECIAL_ENDING, UNIT_ENDINGS, WHOLE, WRONG_NEXT
from pilotzones.geo.places.text.retraction_cues import has_retraction_cue

__all__ = ["is_street_address", "is_village", "read_address"]

_MAX_UNITS = 6
_MAX_PLAIN_REST_CHARS = 12
_MIN_NAME_CHARS = 3
# The numbering or the postcode of a line, and the label of what it holds.
_LABEL = (
    r"(?:(?:\d{1,3}|[一二三四五六七八九十]{1,3})[.、)]|\(\d{1,3}\)|(?:邮政编码|邮编)?[:：]?\d{6}(?!\d)[,，]?)?"
    r"(?:(?:详细|通讯|通信|单位|企业|公司|注册|办公|经营|联系|家庭)?(?:地址|住所|住址|所在地|地点|注册地)[:：]?)?"
)
_BETWEEN = re.compile(r"[,，]*")
_TOWN = re.compile(r"[\u4e00-\u9fff]{1,6}?(?:街道|苏木|[镇乡])")
_WAY = r"大道|大街|路|街(?!道)|巷|弄|胡同|里弄|公路|国道|省道|县道"
_BUILDING = (
    r"小区|社区|花园|花苑|新村|公寓|家园|家属院|宿舍|大厦|大楼|广场|中心|市场|商城|商场|超市|公司|工厂|集团|合作社|商行|门市|经营部|事务所|研究所|研究院|设计院|"
    r"大学|学院|学校|中学|小学|幼儿园|医院|卫生院|银行|酒店|宾馆|饭店|车站|机场|码头|别墅|华庭|名苑|嘉园|山庄"
)
_ZONE = r"工业园|产业园|科技园|园区|工业区|开发区"
# A search for the last digit of a number finds as much as one for all of them, in time that does not grow with their square.
_STREET = (
    rf"{_WAY}|街道|{_BUILDING}|{_ZONE}|[0-9一二三四五六七八九十百](?:[A-Za-z]|-[0-9]{{1,8}})?(?:号|栋|幢|座|单元|室|楼|层|弄|组|队|米|公里)|"
    r"(?<![街频渠管通隧])道(?=$|[0-9(东西南北])|(?:村|庄|屯|寨|里|桥|苑|坊|城|厂|店|院|所|室|站|门|口|寺|湾|坪|营)(?=$|[0-9(])|[镇乡].{0,30}村"
)
# A road and a number: enough to read an address in the middle of a text.
_ROAD_NUMBER = (
    rf"(?:[\u4e00-\u9fff]{{1,8}}?(?:街道"
    rf"|[镇乡村]))?[\u4e00-\u9fff]{{1,8}}?(?:{_WAY})(?:[^、，,。；;]{{0,8}}?)[0-9一二三四五六七八九十]{{1,12}}(?:号|弄|栋)"
)
# What makes a bare name before it a street's, a village's or a firm's name and no unit's (山西路, 朝阳北路, 和平街道).
_CALLED_SO = re.compile(
    rf"[东西南北中前后上下内外新老大小0-9一二三四五六七八九十]{{0,3}}(?:{_WAY}|街道|道[0-9]|{_BUILDING}|[镇乡村庄屯桥门里店站港湾苑坊厂巷])"
)
_LISTS = r"[；;。！？!?]|、(?![0-9])|[和与及](?=[\u4e00-\u9fff]{2,8}(?:[县市旗]|(?<![社小园街片校厂景])区))|以及"
# 办公室2021年3月1日印发 signs a document.
_DATED = r"[0-9]{4}年|印发"
_VILLAGE = r"(?:街道|办事处|[镇乡]).+(?:村|社区|嘎查|居委会)$"
_AREA_AHEAD = rf"(?:(?!{_WAY})[\u4e00-\u9fff]){{0,8}}?(?:{SPECIAL_ENDING.pattern})(?<=区)"
_NOT_A_PLACE_NAME = r"[的是为在有将被把等各]|面积|人口|规划|试点|示范|名单|地区|区域|部分|全|周边|中心城|城区|市区|县城"


@dataclass(frozen=True, slots=True)
class _Path:
    """The units an address names, the verdict on the last, and where the rest begins."""

    parts: tuple[NamePart, ...]
    verdict: Disambiguation
    end: int


def read_address(
    gazetteer: Gazetteer, text: str, *, as_of: str | None = None, strict: tuple[str, ...] = (), plain: bool = True
) -> ResolvedRow | None:
    """Read a cell or a line as an address.

    Parameters
    ----------
    gazetteer : Gazetteer
        Today's table and the older names.
    text : str
        One cell or line.
    as_of : str, optional
        Date of the document, YYYY-MM.
    strict : tuple of str, optional
        Codes of other columns that the address should lie in.
    plain : bool, optional
        Whether a rest that names no street or building, such as a village of unknown kind, is read too.

    Returns
    -------
    ResolvedRow or None
        None when the text is no address. The row's operation is "address": it names a county and does not list it.
    """
    normalized = normalize_text(text)
    label = re.match(_LABEL, normalized.chars)
    path = _find_path(gazetteer, normalized, label.end() if label else 0, as_of, strict)
    start = path.end if path is not None else label.end() if label else 0
    rest = normalized.chars[start:].strip(",，")
    # 河南：永城 is a list of one county, whose short name only ends like a building's.
    if (
        not rest
        or rest.lstrip(":") in gazetteer.forms
        or re.search(_LISTS, rest)
        or has_retraction_cue(rest)
        or re.search(_DATED, rest)
        or _lists_county(gazetteer, normalized.get_source(start, len(normalized.chars)))
    ):
        return None
    street = re.search(_STREET, _cover_counties(gazetteer, rest)) is not None
    if path is None:
        return _make_row(gazetteer, text, "unresolved", (), (make_reason("no_unit"),)) if _is_road(rest) else None
    if not street and not (plain and _is_plain_rest(gazetteer, path, rest)):
        return None
    return _judge(gazetteer, text, path, rest)


def _lists_county(gazetteer: Gazetteer, rest: str) -> bool:
    """Whether another county stands alone between marks behind the first (德清县，余杭大学，安吉县), so that the text is a list."""
    meanings = [
        meaning for piece in re.split(r"[,，/\s]|\(\d{1,2}\)", rest) for meaning in gazetteer.forms.get(piece, ())
    ]
    return any(meaning.kind == "official" and meaning.level == "county" for meaning in meanings)


def is_village(name: str) -> bool:
    """Whether a town's name goes on to a village of it (神岗镇赤草村), which makes it an address.

    Parameters
    ----------
    name : str

    Returns
    -------
    bool
    """
    return re.search(_VILLAGE, name) is not None


def is_street_address(trail: str) -> bool:
    """Whether the words behind a unit are a road with a number (山西路100号).

    Parameters
    ----------
    trail : str
        Words written on to the name of a unit.

    Returns
    -------
    bool
    """
    return re.match(_ROAD_NUMBER, trail) is not None


def _is_road(rest: str) -> bool:
    """Whether a text without a unit is an address all the same: it has a road or a house number."""
    return re.match(_ROAD_NUMBER, rest) is not None or re.search(r"[0-9](?:号|室|栋|幢|单元)", rest) is not None


def _find_path(
    gazetteer: Gazetteer, normalized: NormalizedText, at: int, as_of: str | None, strict: tuple[str, ...]
) -> _Path | None:
    """Follow the units from the beginning on; blanks, commas and a town may stand between them (浙江省 织里镇 吴兴区)."""
    finder = NameFinder(normalized, gazetteer)
    found: _Path | None = None
    for _ in range(_MAX_UNITS):
        at = _skip_between(normalized.chars, at)
        parts = _find_longest_path(finder, at, bare=found is None)
        if not parts:
            town = _TOWN.match(normalized.chars, at)
            if town is None or normalized.breaks.get(town.end()) is None:
                break
            at = town.end()
            continue
        homes = found.verdict.codes if found is not None else ()
        options = list_interpretations(parts[-1].meanings, as_of, gazetteer.since)
        context = MentionContext((*strict, *homes[:1]), as_of=as_of)
        verdict = choose(gazetteer, options, context, nested=len(parts) > 1)
        if homes and not any(
            gazetteer.is_inside(code, home) for option in options for code in option.codes for home in homes
        ):
            break
        found = _Path((*(found.parts if found is not None else ()), *parts), verdict, parts[-1].end)
        at = found.end
    return found


def _skip_between(chars: str, at: int) -> int:
    between = _BETWEEN.match(chars, at)
    return between.end() if between is not None else at


def _find_longest_path(finder: NameFinder, at: int, *, bare: bool) -> tuple[NamePart, ...]:
    """Find the longest path of units that begins here, without names of roads; bare names only where nothing stands before."""
    best: tuple[NamePart, ...] = ()
    for path in finder.find_paths(at):
        parts = path
        while parts and not _is_unit(finder, parts[-1], bare=bare):
            parts = parts[:-1]
        if parts and (not best or parts[-1].end > best[-1].end):
            best = parts
    return best


def _is_unit(finder: NameFinder, part: NamePart, *, bare: bool) -> bool:
    """Whether a form stands for a unit here and does not begin the name of a road or a firm, or another word."""
    if not is_bare(part):
        wrong = WRONG_NEXT.get(part.form[-1])
        return wrong is None or wrong.match(finder.chars, part.end) is None
    return bare and part.end < finder.size and _CALLED_SO.match(finder.chars, part.end) is None


def _is_plain_rest(gazetteer: Gazetteer, path: _Path, rest: str) -> bool:
    """Whether a rest without a street may be a village or a quarter of a county: short, no word of a list, no other unit."""
    option = path.verdict.option
    if option is None or option.level != "county" or len(path.parts) == 1:
        return False
    if (
        len(rest) > _MAX_PLAIN_REST_CHARS
        or not re.fullmatch("[\u4e00-\u9fff]{2,}", rest)
        or re.search(_NOT_A_PLACE_NAME, rest)
    ):
        return False
    if any(pattern.match(rest) for pattern in (PARTIAL, AREA_PART, WHOLE, SPECIAL_ENDING)) or rest[-1] in UNIT_ENDINGS:
        return False
    lengths = gazetteer.heads.get(rest[:2], ())
    return not any(rest[:length] in gazetteer.forms for length in lengths)


def _judge(gazetteer: Gazetteer, text: str, path: _Path, rest: str) -> ResolvedRow:
    """Write the row of an address: accepted where its units are sure, a question where they are not."""
    verdict, option = path.verdict, path.verdict.option
    reasons = tuple(verdict.reasons)
    if option is None or verdict.status not in {"accepted", "not_a_county"}:
        return _make_row(gazetteer, text, verdict.status, (), reasons, candidates=verdict.candidates)
    special = option.meaning.special
    codes = option.codes if special is None else special.containers
    if special is not None and (len(codes) != 1 or gazetteer.units[codes[0]].level != "county"):
        why = (*reasons, make_reason("unknown_area", area=special.name, name=_join_names(gazetteer, codes)))
        return _make_question(gazetteer, text, codes, why)
    name = _join_names(gazetteer, codes)
    area = re.match(_AREA_AHEAD, rest) if option.level != "county" and special is None else None
    if area is not None:
        return _make_question(gazetteer, text, codes, (*reasons, make_reason("unknown_area", area=area[0], name=name)))
    others = _find_other_units(gazetteer, rest, codes[0])
    if others:
        return _make_question(gazetteer, text, (*codes, *others), (*reasons, make_reason("cell")))
    first = path.parts[0]
    if (
        len(path.parts) == 1
        and option.level == "county"
        and is_bare(first)
        and not (_TOWN.match(rest) or SPECIAL_ENDING.match(rest))
    ):
        # 解放碑 is not in 解放区: a bare county name that opens an address may be the beginning of another name.
        return _make_question(gazetteer, text, codes, reasons)
    if gazetteer.units[codes[0]].level != "county" and gazetteer.counties_of.get(codes[0]):
        reasons = (*reasons, make_reason("no_county", name=name))
    return _make_row(gazetteer, text, "accepted", codes, reasons)


def _join_names(gazetteer: Gazetteer, codes: tuple[str, ...]) -> str:
    return "、".join(gazetteer.units[code].name for code in codes)


def _find_other_units(gazetteer: Gazetteer, rest: str, code: str) -> tuple[str, ...]:
    """Find codes of counties that the rest names with their level and that lie elsewhere (杭州市西湖区余杭区分院)."""
    units = (
        unit
        for start, end in _find_counties(gazetteer, rest)
        for unit in _list_official_units(gazetteer, rest[start:end])
    )
    return tuple(dict.fromkeys(unit.code for unit in units if not gazetteer.is_inside(code, unit.code)))


def _cover_counties(gazetteer: Gazetteer, rest: str) -> str:
    """Put a mark in place of every county's full name: 绿园区 is no 园区 and 路桥区 has no road."""
    covered = list(rest)
    for start, end in _find_counties(gazetteer, rest):
        covered[start:end] = "□" * (end - start)
    return "".join(covered)


def _find_counties(gazetteer: Gazetteer, rest: str) -> Iterator[tuple[int, int]]:
    """Find the beginning and end of every full name with its level in the rest."""
    for start in range(len(rest) - _MIN_NAME_CHARS + 1):
        for length in gazetteer.heads.get(rest[start : start + 2], ()):
            form = rest[start : start + length]
            if length >= _MIN_NAME_CHARS and form[-1] in "县区市旗" and _list_official_units(gazetteer, form):
                yield start, start + len(form)


def _list_official_units(gazetteer: Gazetteer, form: str) -> list[Unit]:
    return [m.unit for m in gazetteer.forms.get(form, ()) if m.kind == "official" and m.unit is not None]


def _make_question(
    gazetteer: Gazetteer, text: str, codes: tuple[str, ...], reasons: tuple[ReviewReason, ...]
) -> ResolvedRow:
    """Make a row for review, with the units that the address names as candidates."""
    candidates = tuple(make_candidate(gazetteer, code, 0.6, "named in the address") for code in dict.fromkeys(codes))
    return _make_row(gazetteer, text, "review", (), reasons, candidates=candidates)


def _make_row(
    gazetteer: Gazetteer,
    text: str,
    status: Status,
    codes: tuple[str, ...],
    reasons: tuple[ReviewReason, ...],
    *,
    candidates: tuple[Candidate, ...] = (),
) -> ResolvedRow:
    unit = gazetteer.units[codes[0]] if codes else None
    return ResolvedRow(
        1, text, "address", unit.level if unit else "county", status,
        name=unit.name if unit else "", province=unit.province if unit else "", prefecture=unit.prefecture if unit else "",
        adcode=codes, method="address", reasons=reasons, candidates=candidates, start=0, end=len(text),
    )  # fmt: skip
