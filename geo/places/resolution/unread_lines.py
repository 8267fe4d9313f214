"""Lines of a list of lines in which nothing was read: each is a row with a question, so that no item of a list vanishes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pilotzones.geo.places.text.normalization import fold_variants

__all__ = ["find_unread_lines"]

_MAX_LINE_CHARS: Final = 40
_MAX_ITEM_CHARS: Final = 24
# From this share of the characters of a line on, the names in it are all that it says.
_MIN_NAMED_SHARE: Final = 0.6
_MIN_LINES: Final = 2
# Among lines of a list there is one that was read for so many that were not; more where the text is nothing but lines.
_MAX_UNREAD_FOR_ONE: Final = 3
_MAX_UNREAD_IN_LINES: Final = 10
_NUMBER: Final = r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})"
_NUMBERING: Final = rf"\s*(?:[-–—*·•●○■□◆◇▪★☆※]+\s*|\(\s*{_NUMBER}\s*\)[、.]?\s*|{_NUMBER}\s*[.、．)]\s*|[①-⑳⑴-⒇]\s*)+"
_SENTENCE: Final = r"[。；;！!？?:：,，<>=|\t]"
# Words of sentences, which no name of an item has.
_PROSE: Final = (
    r"[由请应已将须使按据]|本[表页次]|上述|以上|有关|相关|根据|填报|负责|不再|可以|必须|特此|现予|此致"
    r"|敬请|我[省市县区]"
)
_LETTERS: Final = r"[\u4e00-\u9fffA-Za-z]"
# Lines that are no items wherever they stand: dates, totals, heads of columns, notes, groups.
_NO_ITEM: Final = (
    r"(?:续?附?[表图]|附件)\s*\d+.*|.*[〔\[(]\d{4}[〕\])].*号.*|[\d\W年月日号时分第页共]+|.*(?:合计|小计|总计|共计).*|(?:备?注|附注|说明|来源|单位|联系人?|电话|印发|抄送|报送).{0,8}|"
    r"(?:序号|编号|名称|名单|备注|面积|代码|年份|批次|时间|类别|[省市县区旗州盟、/()级名称份别]{1,8})(?:\(.*\))?|"
    r".{0,12}第?[一二三四五六七八九十\d]+批次?.{0,8}|.{0,4}\d{4}年.{0,16}|\(.*\)|.{0,8}\d+个?[省市县区旗州盟家]?"
)
# What heads a list or a part of it, where it stands before the first item or between two groups.
_TITLE: Final = (
    r"试点|示范|的[省市县区旗]|名单|名录|目录|附件|附表|清单|汇总|一览|如下|下列|以下|范围|包括|方案|通知|公告|公示|规划|意见|办法|"
    r"(?:试点|示范|重点|帮扶|贫困|改革|创新|先行|试验|建设|新增|候选|入选|推荐)的?[省市县区旗]?$|(?:地区|城市|省份|单位|批次?|类型?|级|项目|市县|县市|区县|县区)$|"
    r"^(?i:(?:pilot )?(?:names?|county|counties|city|cities|districts?|places?|sites?|units?|members?)|pilots?)$"
)
_GROUP: Final = (
    r"(?:[东中西南北]{1,2}部|东北|华[东中南北]|西[南北]|沿海|其他)(?:地区)?|国家级|省级|市级|保留|继续"
    r"|新增|现有|退出|取消|候选|备选|拟.{0,6}"
    r"|(?:试点|示范|重点|一般|牵头|参与|保留|新增|入选|推荐|退出|取消|落选|淘汰|候选|备选|储备|整改|观察|培育)(?:试点|示范)?"
    r"(?:[省市县区旗]|单位|地区|城市)"
)
_SIGNATURE: Final = (
    r".*(?:委员会|委|部|局|厅|办公室|办公厅|处|署|政府|公司|中心|协会|学院|大学|研究院)"
    r"(?:\s*\d{4}年.{0,8})?(?:印发|发布)?"
)


@dataclass(slots=True)
class _UnreadLine:
    """One line: where its words begin and end behind numbering of some kind, and what was read in it.

    `named` counts the characters of names that are listed, `passing` those of names in passing, and `heading` those of names
    that head others.
    """

    start: int
    end: int
    words: str
    numbering: str
    named: int = 0
    passing: int = 0
    heading: int = 0

    @property
    def is_item(self) -> bool:
        """Whether names that the list has are most of what the line says."""
        return self.named > 0 and self.named >= _MIN_NAMED_SHARE * len(self.words)

    @property
    def may_be_item(self) -> bool:
        """Whether the line may be an item in which nothing was read, or only a name in passing."""
        words = self.words
        return (
            not self.named
            and self.heading < _MIN_NAMED_SHARE * len(words)
            and 1 < len(words) <= _MAX_ITEM_CHARS
            and re.search(_LETTERS, words) is not None
            and re.search(_SENTENCE, words) is None
            and re.search(_PROSE, words) is None
            and re.fullmatch(_NO_ITEM, words) is None
        )


def find_unread_lines(
    text: str,
    listed: Iterable[tuple[int, int]],
    passing: Iterable[tuple[int, int]] = (),
    headings: Iterable[tuple[int, int]] = (),
) -> list[tuple[int, int]]:
    """Find the lines of lists of lines in which nothing was read, or only a name in passing.

    Parameters
    ----------
    text : str
        Any text.
    listed, passing, headings : iterable of (int, int)
        Extents of the places that the text lists, of those that it names in passing, and of those that head others.

    Returns
    -------
    list of (int, int)
        Extents of the words of each such line, its numbering left out, in text order.
    """
    if "\n" not in text:
        return []
    lines = list(_split_lines(text))
    for kind, extents in (("named", listed), ("passing", passing), ("heading", headings)):
        _count_names(lines, extents, kind)
    runs = [run for run in _find_runs(lines) if run]
    alone = len(runs) == 1 and len(runs[0]) == len(lines)
    return [(line.start, line.end) for run in runs for line in _select_unread(run, alone=alone)]


def _split_lines(text: str) -> Iterator[_UnreadLine]:
    for match in re.finditer(r"[^\r\n]+", text):
        if match[0].isspace():
            continue
        folded = fold_variants(match[0])
        numbering = re.match(_NUMBERING, folded)
        begin = numbering.end() if numbering else len(folded) - len(folded.lstrip())
        words = folded[begin:].rstrip().rstrip("。;,、.")
        # A note or a count behind a name is no part of it.
        words = words[: words.rindex("(")] if words.endswith(")") and words.rfind("(") > 0 else words
        if words:
            start = match.start() + begin
            yield _UnreadLine(start, start + len(words), words, _find_kind(numbering[0]) if numbering else "")


def _find_kind(numbering: str) -> str:
    """Find how lines are numbered: with a bracket, with Chinese or Arabic numerals, or with a mark."""
    kinds = (("bracket", r"\("), ("chinese", "[一二三四五六七八九十]"), ("figure", r"\d"))
    return next((kind for kind, pattern in kinds if re.search(pattern, numbering)), "mark")


def _count_names(lines: Sequence[_UnreadLine], extents: Iterable[tuple[int, int]], kind: str) -> None:
    """Count the characters of each line that names stand for, each once."""
    ends = [line.end for line in lines]
    last = 0
    for start, end in sorted(extents):
        place = bisect_left(ends, max(start, last) + 1)
        while place < len(lines) and lines[place].start < end:
            line = lines[place]
            count = min(end, line.end) - max(start, line.start, last)
            setattr(line, kind, getattr(line, kind) + max(0, count))
            place += 1
        last = max(last, end)


def _find_runs(lines: Sequence[_UnreadLine]) -> Iterator[list[_UnreadLine]]:
    """Find runs of short lines that hold no sentence."""
    run: list[_UnreadLine] = []
    for line in lines:
        if len(line.words) <= _MAX_LINE_CHARS and not re.search(r"[。；;]", line.words):
            run.append(line)
            continue
        yield run
        run = []
    yield run


def _select_unread(run: Sequence[_UnreadLine], *, alone: bool) -> Iterator[_UnreadLine]:
    """Select unread items of a run: in its parts, which headings with a numbering of their own cut off."""
    items = [line for line in run if line.is_item]
    if len(items) < (1 if alone else _MIN_LINES):
        return
    most = _MAX_UNREAD_IN_LINES if alone else _MAX_UNREAD_FOR_ONE
    kinds = {line.numbering for line in items}
    part: list[_UnreadLine] = []
    first = True
    for line in [*run, None]:
        if line is not None and (line.is_item or line.numbering in kinds):
            part.append(line)
            continue
        yield from _select_in_part(part, leads=first, most=most)
        first = first and not any(one.is_item for one in part)
        part = []


def _select_in_part(part: Sequence[_UnreadLine], *, leads: bool, most: int) -> Iterator[_UnreadLine]:
    items = [number for number, line in enumerate(part) if line.is_item]
    unread = [number for number, line in enumerate(part) if line.may_be_item and not _is_heading(part, number)]
    if not items or len(unread) > most * len(items):
        return
    for number in unread:
        line = part[number]
        inside = items[0] < number < items[-1] or (line.numbering != "" and len(part) > 1)
        behind = number > items[-1] and not re.fullmatch(_SIGNATURE, line.words)
        before = number < items[0] and leads and re.search(_TITLE, line.words) is None
        if inside or behind or before:
            yield line


def _is_heading(part: Sequence[_UnreadLine], number: int) -> bool:
    """Whether a line heads those below it (东部地区, 退出名单); one that stands right above another such line does not."""
    words = part[number].words
    if re.search(r"(?:名单|名录|目录|清单)$", words):
        return True
    below = part[number + 1].words if number + 1 < len(part) else ""
    return re.fullmatch(_GROUP, words) is not None and below != "" and re.fullmatch(_GROUP, below) is None
