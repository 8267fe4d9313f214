"""Items of an enumeration of places that nothing was read in: 德清县、安吉县、寅卯, where nobody knows the last."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from pilotzones.geo.places.text.mentions import NOT_PLACES
from pilotzones.geo.places.text.normalization import fold_variants
from pilotzones.geo.places.text.patterns import UNIT_ENDINGS

__all__ = ["find_unread_items"]

_MAX_ITEM_CHARS: Final = 8
# A name without its level is short.
_MAX_BARE_CHARS: Final = 4
_MAX_LEAD_CHARS: Final = 16
_MAX_PIECES: Final = 4
_NOTE: Final = r"(?:[ \t]*\([^()\n]{0,40}\)|全域|全境)*[ \t]*"
_BEHIND: Final = re.compile(rf"{_NOTE}(、|,|/|以及|[和与及]|(?<=[ \t]))[ \t]*(?=[\u4e00-\u9fffA-Za-z\d])")
_BEFORE: Final = re.compile(r"(、|,|/|以及|[和与及])[ \t]*$")
_ITEM: Final = re.compile(rf"[\u4e00-\u9fff]{{2,{_MAX_ITEM_CHARS}}}?(?={_NOTE}(?:[、,/。;!?\n\s]|[和与及等共]|以及|$))")
_ITEM_BEFORE: Final = re.compile(r"[\u4e00-\u9fff]{2,16}$")
_LEAD_IN: Final = r".*(?:包括|包含|涵盖|覆盖|[围单县市区旗别]为|确定|选择|同意|批准|命名|认定)"
_MARK: Final = r"(?:[、,;/]|[ \t]*[①-⑳⑴-⒇])"
_BETWEEN: Final = re.compile(rf"{_NOTE}{_MARK}([^,;:。!?()/\n\t①-⑳⑴-⒇]{{1,90}}){_MARK}[ \t]*")
# Words for what is not named are no items.
_FILLER: Final = re.compile("其[他它余]|另外|等等?|以及|各地|所有|全部")
_MAX_BETWEEN_CHARS: Final = 160
# Two marks and a character.
_MIN_BETWEEN_CHARS: Final = 3
_ENDS: Final = re.compile(rf"{_NOTE}(?:[。;!?\n]|$)")
_STOPS: Final = re.compile(rf"{_NOTE}(?:[。;!?,\n]|$)")
# A number of places behind the last item says that each item is one.
_COUNTS: Final = re.compile(
    rf"{_NOTE}(?:等|共|共计|合计)*[一二三四五六七八九十两\d]+个?(?:试点|示范)?(?:地级|县级)?[省市县区旗州地]"
)
# What leads into a list, so that all behind it are items.
_LEADS: Final = re.compile(
    r"(?::|包括|包含|涵盖|覆盖|范围[为是]|名单[为是]|分别[为是]|[县市区旗位点]为|确定|选择|同意|批准|命名|认定)[\"“]?[ \t]*$"
)
_OTHER: Final = (
    r"[的是了在将把被对向从到让使应须可能会要有无不未其此该各每所两几多少全等及与并或则而且占]|"
    r"[东西南北中]部|住房|就业|教育|医疗|医药|企业|农[民户村业]|养老|户籍|交通|水利|市场|政府|林业|旅游|土地|资金|技术|人才|服务|管理|治理|保护|扶贫|金融|"
    r"民政|财政|税|卫生|体育|科技|能源|环境|资源|粮食|居民|居住|群众|集体|组织|个人|学生|教师|干部|工人|设施|机构|网络|信息|数据|平台|投资|贸易|"
    r"收入|消费|价格|质量|安全|法[律规治]|权[利益力]|责任|水平|能力|关系|方[式法面案向]|问题|情况|条件|作用|意见|措施|活动|工作|事[业务项]|战略|体系|结构|"
    r"功能|空间|布局|模式|要素|供[给应]|需求|促进|加[快强大]|推[进动]|提[高升]|优化|完善|健全|加强|实[施现行]|开[展放]|支持|鼓励|引导|同时|此外|另外|"
    r"例如|比如|目前|因此|以下|以上|如下|上述|其余|附近|周边|沿线|[上下中]游|流域|交界"
)
_ENDINGS: Final = (
    r"(?:大学|学院|公司|集团|银行|医院|学校|中心|流域|平原|高原|盆地|地带|一带"
    r"|.{2}[局厅委部院所处办署站社会队厂馆库线路])$"
)
# Other marks stand between sentences too.
_FILLER_OR_PROSE: Final = re.compile(rf"{_FILLER.pattern}|.*(?:{_OTHER}).*")


@dataclass(slots=True)
class _Run:
    """Places enumerated one after the other: their extents, and the separators between them."""

    items: list[tuple[int, int]]
    separators: set[str]


def find_unread_items(
    text: str, listed: Iterable[tuple[int, int]], others: Iterable[tuple[int, int]] = ()
) -> list[tuple[int, int]]:
    """Find the items before, between and behind the places of an enumeration in which nothing was read.

    Parameters
    ----------
    text : str
        Any text.
    listed, others : iterable of (int, int)
        Extents of the places that the text lists, and of all other names that were read.

    Returns
    -------
    list of (int, int)
        Extents of those that read like names, in text order.
    """
    folded = fold_variants(text)
    places = sorted({*listed})
    names = [*places, *others]
    starts, ends = {start for start, _ in names}, {end for _, end in names}
    items: dict[int, int] = {}
    for run in _find_runs(folded, places):
        start = run.items[0][0]
        leads = _LEADS.search(folded, max(0, start - _MAX_LEAD_CHARS), start) is not None or _goes_on(
            folded, start, ends
        )
        items.update(_read_behind(folded, run, starts, leads=leads))
        items.update({} if leads else _read_before(folded, run, ends))
    items.update(_find_between(folded, names, {*places}))
    # A name inside of an item has been read, if not all around it (锦州山古塔区).
    first, last = sorted(starts), sorted(ends)
    return sorted(
        (start, end)
        for start, end in items.items()
        if bisect_left(first, start) == bisect_left(first, end) and bisect_right(last, start) == bisect_right(last, end)
    )


def _find_between(
    folded: str, names: Iterable[tuple[int, int]], listed: set[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Find what stands between two names, one of them listed, and nothing but marks of an enumeration, whatever the words are."""
    for before, behind in pairwise(sorted({*names})):
        left, right = before[1], behind[0]
        between = (
            _BETWEEN.fullmatch(folded, left, right)
            if left + _MIN_BETWEEN_CHARS <= right <= left + _MAX_BETWEEN_CHARS
            else None
        )
        if between is not None and (before in listed or behind in listed):
            pieces = (piece.span() for piece in re.compile("[^、]+").finditer(folded, *between.span(1)))
            filler = _FILLER if folded[between.start(1) - 1] == "、" else _FILLER_OR_PROSE
            yield from ((start, end) for start, end in pieces if not filler.fullmatch(folded, start, end))


def _goes_on(folded: str, start: int, ends: set[int]) -> bool:
    """Whether only a mark stands between a run and the name before it."""
    mark = folded[max(0, start - 2) : start].rstrip(" \t")
    return mark[-1:] in {";", ","} and start - 1 in ends


def _find_runs(folded: str, places: Sequence[tuple[int, int]]) -> Iterator[_Run]:
    run: _Run | None = None
    for start, end in places:
        link = _BEHIND.match(folded, run.items[-1][1]) if run is not None else None
        if run is not None and link is not None and link.end() == start:
            run.items.append((start, end))
            run.separators.add(link[1])
            continue
        if run is not None:
            yield run
        run = _Run([(start, end)], set())
    if run is not None:
        yield run


def _read_behind(folded: str, run: _Run, starts: set[int], *, leads: bool) -> dict[int, int]:
    """Read items behind the last place of a run, up to the next place or the end of the sentence."""
    pieces: list[tuple[int, int]] = []
    separators: set[str] = set()
    at = run.items[-1][1]
    link = _BEHIND.match(folded, at)
    while link is not None and link.end() not in starts and len(pieces) <= _MAX_PIECES:
        item = _ITEM.match(folded, link.end())
        if item is None:
            return {}
        separators.add(link[1].strip())
        pieces.append(item.span())
        at = item.end()
        link = _BEHIND.match(folded, at)
        if link is not None and link[1] == "," and "," not in separators:
            # A comma ends an enumeration with other marks.
            link = None
    names = {start: end for start, end in pieces if _is_name(folded[start:end])}
    if not names or len(pieces) > _MAX_PIECES:
        return {}
    counted = _COUNTS.match(folded, at) is not None
    if link is not None or counted or len(names) < len(pieces):
        # Between two places, or counted as places, all of them are items; behind words that lead in, some may be none.
        return names if len(names) == len(pieces) or (leads and _ENDS.match(folded, at)) else {}
    if not separators <= {"、", "和", "与", "及", "以及"} and not separators <= run.separators:
        return {}
    whole = _begins_line(folded, run.items[0][0])
    few = len(pieces) == 1 and len(run.items) > 1
    return names if (_ENDS.match(folded, at) and (leads or whole)) or (few and _STOPS.match(folded, at)) else {}


def _read_before(folded: str, run: _Run, ends: set[int]) -> dict[int, int]:
    """Read items before the first place of a run, from the words that lead into the list on."""
    pieces: list[tuple[int, int]] = []
    at = run.items[0][0]
    while len(pieces) < _MAX_PIECES:
        window = max(0, at - _MAX_LEAD_CHARS)
        link = _BEFORE.search(folded, window, at)
        item = _ITEM_BEFORE.search(folded, window, link.start()) if link is not None and link[1] == "、" else None
        if item is None or item.end() in ends:
            return {}
        lead = re.match(_LEAD_IN, item[0])
        start = item.start() + (lead.end() if lead else 0)
        if not _is_name(folded[start : item.end()]):
            return {}
        pieces.append((start, item.end()))
        at = start
        if lead or _LEADS.search(folded, max(0, at - _MAX_LEAD_CHARS), at):
            return dict(pieces)
        if _begins_line(folded, at):
            whole = _ENDS.match(folded, run.items[-1][1]) is not None
            return dict(pieces) if whole and len(run.items) > len(pieces) else {}
    return {}


def _begins_line(folded: str, at: int) -> bool:
    return not folded[max(0, folded.rfind("\n", 0, at) + 1) : at].strip(" \t")


def _is_name(words: str) -> bool:
    """Whether words may be the name of a unit: short, and none of a sentence, of policy or of an office."""
    if re.search(_OTHER, words) or re.search(_ENDINGS, words) or NOT_PLACES.search(words):
        return False
    return 1 < len(words) <= (_MAX_ITEM_CHARS if words[-1] in UNIT_ENDINGS else _MAX_BARE_CHARS)
