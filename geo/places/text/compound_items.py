"""Items of an enumeration of which a name is only a part: 余杭区粮食集团, 中水集团余杭基地, 国家能源集团余杭区."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from pilotzones.geo.places.gazetteer import Gazetteer
from pilotzones.geo.places.text.normalized_text import Token, TokenKind
from pilotzones.geo.places.text.patterns import (
    AREA_PART,
    COMMON_NAMES,
    CONNECT,
    CORE_AREA,
    GOVERNMENT,
    PARTIAL,
    PLACE_PART,
    PLAIN_STEMS,
    SURROUNDINGS,
    WHOLE,
)
from pilotzones.geo.places.text.token_gaps import find_closings

__all__ = ["fold_compound_items"]

_MAX_ITEM_CHARS: Final = 30
# Words between two places are read as a name that nobody knows where they are this short.
_MAX_NAME_CHARS: Final = 4
_CONJUNCTIONS: Final = ("以及", "和", "与", "及")
_AND: Final = "、"
# Stands for a number in front of an item.
_NUMBER: Final = "#"
_NUMBERING: Final = re.compile("(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})[.、．]")
_CIRCLED: Final = re.compile("[①-⑳⑴-⒇]")
_CIRCLED_OR_WORDS: Final = re.compile(f"{_CIRCLED.pattern}|[^①-⑳⑴-⒇]+")
_LINKS: Final = frozenset(["、", ",", "，", _NUMBER])
# Marks that stand between other things than items too: among those only firms and sites are certain.
_WIDE_LINKS: Final = frozenset(["\n", "；", ";", " "])
_ENDS: Final = frozenset(["", "。", "；", ";", "\n", "\t", "!", "！", "?", "？", ")", "）", "等"])
# Organisations that own land, and land that is no division.
_FIRM: Final = "集团|公司|企业|农垦|森工|联合体|联盟|联社|合作社"
_SITE: Final = (
    rf"{_FIRM}|(?:农垦|森工)[\u4e00-\u9fff]{{0,8}}(?:分|管理)局|基地|(?<![市广现立])场|[^一二三四五六七八九十]厂|[^试]矿|电站|水库|(?:林业|森工|农垦|林管|农场管理)(?:总|分)?局|监狱|保护区|景区|保护地"
    r"|公园|植物园|[业产态技游库流果茶农]园|[国片园垦灌库林矿港]区|综合体|小镇|兵团|[一二三四五六七八九十]师|部队|港口|码头|枢纽|产业带|示范带"
)
_SITE_REST: Final = re.compile(
    rf"[\u4e00-\u9fffA-Za-z0-9]*?(?:{_SITE})(?=$|等|共|为|列[入为]|纳入|作为|开展|率先|先行|[0-9])"
)
# What may own a site, and is named in sentences as well.
_INSTITUTION: Final = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9]{2,}(?:大学|学院|科学院|农科院|林科院|学校|中学|小学|医院|银行|研究院|研究所|设计院|中心|协会|学会|商会|博物馆|电视台|报社)(?=$|等|共)"
)
_FIRM_LEAD: Final = re.compile(rf"[\u4e00-\u9fff]{{2}}(?:{_FIRM})$")
_FIRM_AND_NAME: Final = re.compile(rf"[\u4e00-\u9fff]{{2,}}(?:{_FIRM})([\u4e00-\u9fff]{{2,8}})")
_FIRM_REST: Final = re.compile("(?:公司|集团|合作社)$")
# What words behind a name may say of it without making another thing of it.
_SAYS_OF_NAME: Final = re.compile(
    "|".join(
        f"(?:{pattern.pattern})"
        for pattern in (AREA_PART, PARTIAL, WHOLE, CORE_AREA, CONNECT, SURROUNDINGS, PLACE_PART, GOVERNMENT)
    )
    + r"|(?:本级|直属|辖区|市直|县直|新增|重点|试点|示范|保留|继续|各|所辖|下辖|全部?|等地?)*[省市县区旗州地]?"
)
_COUNT: Final = re.compile(r"(?:[两二三四五六七八九十]|[0-9]{1,2})个?(?:县[(]?市、?区[)]?|[省市县区旗州地]+)的?")
# Damaged names end like units (长沙市岳鹿区, 陇南市文具).
_LIKE_UNIT: Final = re.compile(r"[\u4e00-\u9fff]*[县区市旗州盟镇乡村具巨匹币巾]")
_WORDS: Final = re.compile(r"(?![0-9])(?=.*[\u4e00-\u9fff]{2})[\u4e00-\u9fffA-Za-z0-9]+")
_PLAIN: Final = PLAIN_STEMS | COMMON_NAMES
# Names of firms whose nouns are no plain words.
_NAMED: Final = re.compile("集团|公司|农垦|森工|监狱|兵团|师$|林业局")
_LEAD_IN: Final = re.compile(
    r".*(?:包括|包含|涵盖|覆盖|涉及|名单|[围单县市区旗别]为|确定|选择|选取|同意|批准|命名|认定|支持|推荐|[将把由在对是为])"
)
_SENTENCE: Final = re.compile(
    r"[的是了将把被让使须要应以为]|推[进动]|加[快强大]|支持|鼓励|引导|促进|提[升高]|完善|健全|实施|开展|优化|统筹|组织|确定|同意"
    r"|各|有关|相关|通过|依托|围绕|按照|根据|若干|部分|所有|其[他它余中]|以[上下内外]|例如|比如|同时|此外|目前|因此|进行"
    # What a list says of the state of a name.
    r"|候选|备选|入选|新增|保留|取消|退出|淘汰|储备|落选|整改|观察|牵头|参与|撤销|移出|暂缓|递补|补充|调整|除外|之外|外$|[不未已拟暂]|[列纳]入|入围|获批|负责|配合|协助"
)


# Where an item begins and ends, and whether it may be none of the list.
_Extent = tuple[int, int, bool]


@dataclass(slots=True)
class _Item:
    """Words and names between two marks: where they begin, the names in them, and the marks (、 for 和)."""

    start: int
    text: str
    names: list[Token]
    before: str
    after: str = ""

    @property
    def lead(self) -> str:
        """The words before the first name; all of them where there is no name."""
        return self.text[: self.names[0].start - self.start] if self.names else self.text

    @property
    def rest(self) -> str:
        """The words behind the first name; all of them where there is no name."""
        return self.text[self.names[0].end - self.start :] if self.names else self.text

    @property
    def is_sentence(self) -> bool:
        """Whether there are words of a sentence beside the first name."""
        return _SENTENCE.search(self.lead if not self.names else f"{self.lead},{self.rest}") is not None

    @property
    def extent(self) -> _Extent:
        """Its first position, the one behind its last, and that it is an item of the list."""
        return self.start, self.start + len(self.text), False

    @property
    def has_owner(self) -> bool:
        """Whether a firm stands before its name, or in an enumeration any words before the name of an area."""
        area = bool(self.names[0].rest) and self.before in _LINKS and _WORDS.fullmatch(self.lead) is not None
        area = area and not self.is_sentence and CONNECT.fullmatch(self.lead) is None
        return _FIRM_LEAD.search(self.lead) is not None or area

    @property
    def is_compound(self) -> bool:
        """Whether it holds a name, and is that of a site or has a firm written before it."""
        if not self.names or len(self.text) > _MAX_ITEM_CHARS or self.is_sentence:
            return False
        return _SITE_REST.fullmatch(self.rest) is not None or (
            not self.rest and _FIRM_LEAD.search(self.lead) is not None
        )

    @property
    def is_institution(self) -> bool:
        """Whether it is a school, a hospital or the like that is called after a place (吉林省农业科学院)."""
        return bool(self.names) and len(self.text) <= _MAX_ITEM_CHARS and _INSTITUTION.fullmatch(self.text) is not None

    @property
    def is_address(self) -> bool:
        """Whether a place and a firm are all it says (东城区百顺堂药业有限公司), which tells where the firm is."""
        return not self.lead and _FIRM_REST.search(self.rest) is not None

    @property
    def is_place(self) -> bool:
        """Whether it is one name with nothing behind it that makes another thing of it."""
        named = len(self.names) == 1 and bool(self.names[0].path) and not self.has_owner
        if not named or self.after in _LINKS | _WIDE_LINKS:
            rest = _COUNT.sub("", self.rest, count=1)
            return named and len(rest) <= _MAX_ITEM_CHARS and _SAYS_OF_NAME.fullmatch(rest) is not None
        # Behind the last name of an enumeration the sentence goes on (安吉县为试点).
        return _SITE_REST.match(self.rest) is None and _INSTITUTION.match(self.text, len(self.lead)) is None


def fold_compound_items(tokens: Sequence[Token], gazetteer: Gazetteer) -> list[Token]:
    """Turn items of an enumeration of places of which a name is only a part into tokens of kind "item".

    Parameters
    ----------
    tokens : sequence of Token
        In text order.
    gazetteer : Gazetteer
        The forms.

    Returns
    -------
    list of Token
        No name in such an item is a name any more.
    """
    if not any(token.kind == "text" and re.search("[\u4e00-\u9fff]{2}", token.text) for token in tokens):
        return list(tokens)
    extents = [
        extent
        for level in _split_levels(tokens)
        for run in _split_runs(_split_items(level))
        for extent in _find_compounds(run, gazetteer)
    ]
    return _fold_extents(tokens, sorted(extents)) if extents else list(tokens)


def _split_levels(tokens: Sequence[Token]) -> list[list[Token]]:
    """Split tokens into those outside of parentheses and those of each; in place of a parenthesis its first mark is left."""
    closings = find_closings(tokens)
    ends = {*closings.values()}
    levels: list[list[Token]] = [[]]
    open_levels = [levels[0]]
    for place, token in enumerate(tokens):
        if place in ends:
            open_levels.pop()
            continue
        open_levels[-1].append(token)
        if place in closings:
            levels.append([])
            open_levels.append(levels[-1])
    return levels


def _split_items(level: Sequence[Token]) -> Iterator[_Item]:
    """Split the tokens of a level at marks, and at words that join two items."""
    level = list(_mark_numbering(level))
    marks = [token for place, token in enumerate(level) if not _is_blank_beside_mark(level, place)]
    before, piece = "", list[Token]()
    for place, token in enumerate([*marks, Token("sep", 0, 0, "")]):
        if token.kind in {"text", "name"}:
            piece.append(token)
            continue
        after = token.text
        if token.text in "([〔{" and token.text:
            behind = marks[place + 1] if place + 1 < len(marks) else None
            after = "" if behind is None else behind.text if behind.kind == "sep" else behind.text[:1]
        if piece:
            yield from _split_piece(piece, before, after)
        before, piece = token.text, []


def _mark_numbering(level: Sequence[Token]) -> Iterator[Token]:
    """Read numbers before items as marks: behind a blank (1.德清县 2.安吉县) and circled; at the begin of a line they are none."""
    skipped = 1 if _is_number(level[:2]) else -1
    for place, token in enumerate(level):
        following = level[place + 1 : place + 3]
        if place <= skipped:
            continue
        if token.text in _WIDE_LINKS and _is_number(following):
            skipped = place + 2
            yield Token("sep", token.start, following[-1].end, _NUMBER if token.text == " " else token.text)
        elif token.text == "/":
            # 德清县/余杭基地/安吉县: behind a unit the mark is read as a blank.
            yield replace(token, text=" ")
        elif token.kind == "text" and _CIRCLED.search(token.text):
            for piece in _CIRCLED_OR_WORDS.finditer(token.text):
                kind: TokenKind = "sep" if _CIRCLED.match(piece[0]) else "text"
                text = _NUMBER if kind == "sep" else piece[0]
                yield Token(kind, token.start + piece.start(), token.start + piece.end(), text)
        else:
            yield token


def _is_number(tokens: Sequence[Token]) -> bool:
    """Whether two tokens are a number and the mark behind it (2. or 二、)."""
    return _NUMBERING.fullmatch("".join(token.text for token in tokens)) is not None


def _is_blank_beside_mark(level: Sequence[Token], place: int) -> bool:
    beside = [*level[max(0, place - 1) : place], *level[place + 1 : place + 2]]
    return level[place].text == " " and any(token.kind == "sep" for token in beside)


def _split_piece(piece: Sequence[Token], before: str, after: str) -> Iterator[_Item]:
    """Split tokens between two marks at words that join a name to what stands beside it (余杭基地和德清县)."""
    item = _Item(piece[0].start, "", [], before)
    for place, token in enumerate(piece):
        start, text = token.start, token.text
        if token.kind == "name":
            item.names.append(token)
            item.text += text
            continue
        first = next((one for one in _CONJUNCTIONS if place and text.startswith(one)), "")
        last = next((one for one in _CONJUNCTIONS if place + 1 < len(piece) and text.endswith(one)), "")
        if first:
            item.after = _AND
            yield item
            item = _Item(start + len(first), "", [], _AND)
            text = text[len(first) :]
        item.text += text.removesuffix(last) if text else ""
        if last and text:
            item.after = _AND
            yield item
            item = _Item(token.end, "", [], _AND)
    item.after = after
    yield item


def _split_runs(items: Iterator[_Item]) -> Iterator[list[_Item]]:
    """Split items into enumerations: runs with the same mark between all of them."""
    run: list[_Item] = []
    for item in items:
        if not item.text:
            continue
        mark = run[0].after if run else ""
        if run and not (mark in _LINKS | _WIDE_LINKS and item.before == run[-1].after == mark):
            yield run
            run = []
        run.append(item)
    if run:
        yield run


def _find_compounds(run: Sequence[_Item], gazetteer: Gazetteer) -> Iterator[_Extent]:
    """Find the extents of the compound items of an enumeration: between places, and next to the first and the last."""
    places = [number for number, item in enumerate(run) if item.is_place]
    if len(run) == 1 and run[0].before + run[0].after == "" and run[0].is_compound and not run[0].is_address:
        yield run[0].extent
    if len(run) == 1 or not places:
        yield from _list_sites(run)
        return
    first, last = places[0], places[-1]
    between = run[first + 1 : last]
    if run[0].after in _WIDE_LINKS:
        for item in between:
            if item.is_compound or _is_named_site(item, gazetteer):
                yield item.extent
            elif item.is_institution:
                yield *item.extent[:2], True
        return
    yield from (item.extent for item in between if _is_no_place(item))
    yield from _list_outside(run[:first][::-1], gazetteer, leads=True)
    yield from _list_outside(run[last + 1 :], gazetteer, leads=False)


def _list_sites(run: Sequence[_Item]) -> Iterator[_Extent]:
    """List the extents of sites in an enumeration without a place: the last only behind others (湖州市产业园建设 is none)."""
    last = run[-1]
    inner = [item for item in run[:-1] if (item.is_compound or item.is_institution) and item.after in _LINKS]
    outer = [last] if inner and (last.is_compound or last.is_institution) and last.after in _ENDS else []
    yield from (item.extent if item.is_compound else (*item.extent[:2], True) for item in (*inner, *outer))


def _list_outside(items: Sequence[_Item], gazetteer: Gazetteer, *, leads: bool) -> Iterator[_Extent]:
    """List the extents of items from the one beside a place on, up to the first that is none."""
    for item in items:
        extent = _find_outside(item, gazetteer, leads=leads)
        if extent is None:
            return
        yield extent


def _is_named_site(item: _Item, gazetteer: Gazetteer) -> bool:
    """Whether words without the name of a place that ends well are those of a site called like one (中水集团余杭基地)."""
    plain = not item.names and len(item.text) <= _MAX_ITEM_CHARS and not item.is_sentence
    return plain and _SITE_REST.fullmatch(item.text) is not None and _holds_name(item.text, gazetteer)


def _is_no_place(item: _Item) -> bool:
    """Whether an item between two places is none of a known name alone, no damaged name, and no words of a sentence."""
    if item.is_place or len(item.text) > _MAX_ITEM_CHARS:
        return False
    if _SITE_REST.fullmatch(item.rest) or _FIRM_AND_NAME.fullmatch(item.text) or (item.names and item.has_owner):
        return True
    if item.is_sentence or _LIKE_UNIT.fullmatch(item.rest) or not _WORDS.fullmatch(item.rest):
        return False
    if not item.names:
        return len(item.text) > _MAX_NAME_CHARS
    return "".join(name.text for name in item.names[1:]) != item.rest


def _find_outside(item: _Item, gazetteer: Gazetteer, *, leads: bool) -> _Extent | None:
    """Find the extent of an item before the first place or behind the last, and whether it may be none of the list."""
    lead_in = _LEAD_IN.match(item.lead) if leads else None
    cut = lead_in.end() if lead_in else 0
    joined = None if item.names else _FIRM_AND_NAME.fullmatch(item.text, cut)
    firm = _holds_name(joined[1], gazetteer) if joined else not item.rest and _FIRM_LEAD.search(item.lead[cut:])
    at = max(cut, len(item.lead) if item.names else 0)
    site, institution = _SITE_REST.match(item.text, at), _INSTITUTION.match(item.text, at)
    named = site or institution
    end = len(item.text) if firm else named.end() if named else 0
    words = item.text[cut:end]
    goes_on = end < len(item.text) if leads else end == len(item.text) and item.after not in _ENDS | _LINKS
    if not words or goes_on or len(words) > _MAX_ITEM_CHARS or _SENTENCE.search(words):
        return None
    known = firm or (site and (item.names or _NAMED.search(words) or _holds_name(words, gazetteer)))
    return item.start + cut, item.start + end, not known


def _holds_name(words: str, gazetteer: Gazetteer) -> bool:
    """Whether a name of the gazetteer that is no plain word stands anywhere in words."""
    return any(
        form in gazetteer.forms and form not in _PLAIN
        for at in range(len(words) - 1)
        for size in gazetteer.heads.get(words[at : at + 2], ())
        for form in [words[at : at + size]]
    )


def _fold_extents(tokens: Sequence[Token], extents: Sequence[_Extent]) -> list[Token]:
    """Join the tokens of each extent to one of kind "item"; words that reach over its ends are cut."""
    starts = [start for start, _, _ in extents]
    bounds = sorted({bound for start, end, _ in extents for bound in (start, end)})
    out: list[Token] = []
    for part in (part for token in tokens for part in _cut_token(token, bounds)):
        place = bisect_right(starts, part.start) - 1
        if place < 0 or part.start == part.end or part.end > extents[place][1]:
            out.append(part)
        elif part.start == starts[place]:
            out.append(Token("item", part.start, part.end, part.text, rest_kind="aside" if extents[place][2] else ""))
        else:
            out.append(replace(out[-1], end=part.end, text=out.pop().text + part.text))
    return out


def _cut_token(token: Token, bounds: Sequence[int]) -> Iterator[Token]:
    inside = bounds[bisect_right(bounds, token.start) : bisect_left(bounds, token.end)]
    if not inside:
        yield token
        return
    for start, end in pairwise((token.start, *inside, token.end)):
        yield Token("text", start, end, token.text[start - token.start : end - token.start])
