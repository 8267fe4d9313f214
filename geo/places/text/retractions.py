"""Words that take names back or leave them open: 除外, 暂不列入, 退出试点, 取消…资格, 以甲替换乙, 候选, 拟.

Three places say so: the clause behind an enumeration (嘉善县暂不列入), the words before it (取消嘉善县试点资格, or a heading
line 退出名单：), and the note in a parenthesis (嘉善县（除外）). Patterns are matched against one short clause at a time, so that
the time does not grow faster than the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING

from pilotzones.geo.places.text.mentions import list_codes
from pilotzones.geo.places.text.retraction_cues import (
    _ANY_CUE,
    CHANGE_INTO,
    MAX_CLAUSE_CHARS,
    NUMBERING,
    REPLACE,
    VERB_LINE,
    Retraction,
    crosses_retraction_cue,
    read_clause_before,
    read_clause_behind,
    read_heading,
    read_note,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pilotzones.geo.places.resolution.mention_roles import Role
    from pilotzones.geo.places.text.mentions import Enumeration, Mention
    from pilotzones.geo.places.text.normalized_text import NormalizedText

__all__ = ["apply_retractions", "find_retractions", "may_take_back"]

_MAX_CUE_CHARS = 8
_MARKS = re.compile(r"(?:[^\u4e00-\u9fff]|(?<=[、，,；;])[\u4e00-\u9fff]{2,4}(?=[、，,；;]))*")
_PREDICATE = r"[\u4e00-\u9fff]{2,8}"
# Words behind a name that admit it, count it, or say what it is; any others may take it back.
_ADMITS = (
    r"第|等|全|部分|局部|大部|共|合计|各|均|都|两|[一二三四五六七八九十]|为|是|作为|[被已拟]?(?:确定|列|纳|认定|命名|选|增|批|获|入|评)|新增|同时|同步|也|亦|"
    r"继续|率先|先行|开展|实施|推进|推动|启动|承担|负责|牵头|主体|组成|构成|位|地处|坐落|面积|人口|总|规划|包|含|涵盖|下辖|所辖|辖|的|及|和|与|在内|之间|"
    r"不断|不仅|未来|坚持|加[强快大]|提[升高]|建[设立成]|打造|探索|深化|完善|健全|强化|优化|结合|依托|围绕|按照|根据|利用|发[展挥]|做好|"
    r"至|到|以|通过|于|从|年|月|县级|地级|省级|市辖|境内|周边|东|西|南|北|中|老|新|主城|城区|市区|县城|山区|沿|片区|组团|地区|区域|人民|政府|试点|示范|"
    r"试验|改革|名单|范围|方案|高|经|农|工|产|国|省|市|县|区|镇|乡|街道|村|社区"
)
# From this length on a line may have been broken inside a sentence.
_MIN_FULL_LINE_CHARS = 18
_INTO = rf"{CHANGE_INTO}[^,]{{0,6}}$"
_BY = r"[^,、]{0,8},?(?:由|被|为)[^,]{0,4}$"
_REPLACED = rf"[^,]{{0,4}}?(?:{REPLACE}|替补|补[上入位])"
_TAKEN_ON = r"[^,]{0,4}?(?:承担|承接|接任|开展|实施|负责)"
_REPLACES = rf"(?:已|将|来)?{REPLACE}(?:掉|了)?(?:原来的|原有的|原)?[^,]{{0,4}}$"
_WITH = r"[以用由拿]$"
_TAKING = r"[将把][^,]{0,6}$"
# Words that make a verb of retraction speak of a list and of nothing else.
_LIST_WORDS = r"试点|示范|试验|名单|名录|范围|资格|称号|[列纳]入|批准|批复|候选|备选"
# The clause of a sentence, and words in it that speak of a list, a part of a place or a number of places.
_SENTENCE = r"[\u4e00-\u9fff]{4,}"
_LISTING = (
    rf"{_LIST_WORDS}|全[域境市县区部]|部分|局部|大部|共|计|等|[0-9一二三四五六七八九十两]个|[镇乡村]|街道|"
    r"开发区|园区|片区|[地山区]区|区域|入选|获批"
)
_SENTENCE_END = r"[。；;!！?？]"
_NOTE = r"\([^()]*\)"
_CLAUSE_NOTE = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]{1,16}\(([^()]*)\)(?=[,，;；。、]|$)")
# （带★的为候选）, （含候选） speak of some of the names.
_LABEL_NOTE = re.compile(r"\(((?![含带标加注打])[\u4e00-\u9fff0-9]*)\):$")
# The head of a column of names says nothing of them.
_HEAD = r"(?:序号|[省市县区旗州盟、/()级名称单]){1,10}"
_BOUNDARY = r"[，,；;\n\t]|以及"


def find_retractions(enumerations: Sequence[Enumeration], normalized: NormalizedText) -> Mapping[Mention, Retraction]:
    """Find the names that a text takes back or leaves open.

    Parameters
    ----------
    enumerations : sequence of Enumeration
        In text order.
    normalized : NormalizedText
        The text they were read from.

    Returns
    -------
    mapping of Mention to Retraction
        Names of which the text says nothing of the kind are left out.
    """
    clauses = _Clauses(enumerations, normalized)
    retractions = dict(_read_predicates(enumerations, clauses))
    if not _ANY_CUE.search(normalized.chars):
        return retractions
    heading: Retraction | None = None
    label: Retraction | None = None
    for enumeration in enumerations:
        owner = enumeration.owner
        if owner is None:
            heading = clauses.update_heading(enumeration, heading)
            label = None if clauses.has_words_before(enumeration) else label
        lead = clauses.read_lead(enumeration)
        lead = lead or (label or heading if owner is None else retractions.get(owner))
        last = enumeration.members[-1]
        if last.heading:
            # 浙江省（拟）：安吉县、德清县
            label = read_note(last.note)
        retractions.update((member, lead) for member in enumeration.members if lead is not None)
        clause, flows = clauses.get_behind(enumeration)
        trail = read_clause_behind(clause, flows=flows) or clauses.read_note_behind(enumeration)
        retractions.update((member, trail) for member in _get_tail_group(enumeration) if trail is not None)
        notes = ((member, read_note(member.note)) for member in enumeration.members if member.note)
        retractions.update((member, note) for member, note in notes if note is not None)
    for left, right in clauses.get_pairs():
        retractions.update(_read_replacement(left, right, clauses))
    return retractions


def apply_retractions(
    retractions: Mapping[Mention, Retraction], roles: Mapping[Mention, Role], *, beside_list: bool = False
) -> None:
    """Exclude the names that the text takes back and mark those it leaves open; in passing, only where it speaks of a list.

    Parameters
    ----------
    retractions : mapping of Mention to Retraction
        From `find_retractions`.
    roles : mapping of Mention to Role
        Changed in place.
    beside_list : bool, optional
        Whether the text stands around a list.
    """
    listed = beside_list or any(role.standing == "listed" for role in roles.values())
    for mention, retraction in retractions.items():
        role = roles[mention]
        passing = role.standing == "passing" and not (listed or re.search(_LIST_WORDS, retraction.words))
        if passing or role.aside or role.standing in {"heading", "office", "prefix"}:
            continue
        role.standing = "listed"
        role.retraction = retraction if retraction.kind != "in" else None
        if retraction.kind == "out" and role.op != "partial":
            role.op = "exclude"


def may_take_back(text: str) -> bool:
    """Whether a text has any of the words that take names back, leave them open or put others in their place.

    Parameters
    ----------
    text : str
        Folded text without blanks.

    Returns
    -------
    bool
        False when nothing in the text is taken back.
    """
    return _ANY_CUE.search(text) is not None


def _get_tail_group(enumeration: Enumeration) -> list[Mention]:
    """Find the names that words behind an enumeration speak of: those since the last comma or line break, the last first."""
    group: list[Mention] = []
    for mention in reversed(enumeration.members):
        group.append(mention)
        if re.search(_BOUNDARY, mention.gap):
            break
    return group


def _read_predicates(enumerations: Sequence[Enumeration], clauses: _Clauses) -> Iterator[tuple[Mention, Retraction]]:
    """Leave names open that stand behind a list with a few words of their own that do not admit them (嘉善县另批)."""
    for enumeration in enumerations:
        group = _get_tail_group(enumeration)
        if enumeration.owner is not None or (
            len(group) == len(enumeration.members) and not clauses.follows_list(enumeration)
        ):
            continue
        if _find_end(enumeration.members[-1]) in clauses.breaks:
            continue
        clause, flows = clauses.get_behind(enumeration)
        own = re.fullmatch(_PREDICATE, clause) is not None and not re.match(_ADMITS, clause)
        if not flows and (own or _is_other_sentence(enumeration, clause)):
            yield from ((mention, Retraction("open", clause)) for mention in group)


def _is_other_sentence(enumeration: Enumeration, clause: str) -> bool:
    """Whether a sentence behind a list says something of its names that does not speak of the list (。曹县经济发展迅速)."""
    begins = "。" in enumeration.members[0].gap
    return (
        begins
        and re.match(_SENTENCE, clause) is not None
        and re.search(_LISTING, clause.split(",", maxsplit=1)[0]) is None
    )


def _read_replacement(left: Enumeration, right: Enumeration, clauses: _Clauses) -> Iterator[tuple[Mention, Retraction]]:
    """Read 甲替换为乙, 甲由乙替换, 以甲替换乙 and 甲替换乙."""
    owned = right is left and right.owner is not None and right.owner.token is not None
    gap = clauses.get_before(right)
    behind, flows = clauses.get_behind(right)
    old: Sequence[Mention] = [right.owner] if owned and right.owner is not None else _get_tail_group(left)
    new: Sequence[Mention] = right.members
    # 由甲接替乙: the verb goes on to another name, and the words before 由 are no part of it.
    by = re.fullmatch(_BY, gap) is not None and not (flows and "," not in behind)
    by = by and (
        re.match(_REPLACED, behind) is not None or (gap.endswith("改由") and re.match(_TAKEN_ON, behind) is not None)
    )
    if not (re.search(_INTO, gap) or by):
        if owned or not re.fullmatch(_REPLACES, gap):
            return
        before = clauses.get_before(left)
        old, new = right.members, _get_tail_group(left)
        if re.search(_TAKING, before) and not re.search(_WITH, before):
            # 将甲替换乙 says neither which of them goes.
            yield from ((mention, Retraction("open", before + gap)) for mention in (*old, *new))
            return
    if right.owner is not None and any(
        right.owner.text.endswith(one.text) or list_codes(right.owner) & list_codes(one) for one in right.members
    ):
        # 原平市（原申报代县，后调整为原平市）, 株洲县（2018年改为渌口区）
        return
    words = gap + (behind if by else "")
    yield from ((mention, Retraction("out", words)) for mention in old)
    yield from ((mention, Retraction("in", words)) for mention in new)


def _find_end(mention: Mention) -> int:
    """Find where a name ends, with the larger units behind it."""
    return max(mention.end, mention.reach)


class _Clauses:
    """The text before and behind enumerations, without notes in parentheses."""

    def __init__(self, enumerations: Sequence[Enumeration], normalized: NormalizedText) -> None:
        self.chars = normalized.chars
        self.lines = sorted(at for at, kind in normalized.breaks.items() if kind == "line")
        self.breaks = frozenset(self.lines)
        self.parted = frozenset(normalized.breaks)
        self.starts = sorted(one.members[0].start for one in enumerations)
        levels: dict[Mention | None, list[Enumeration]] = {}
        for enumeration in enumerations:
            levels.setdefault(enumeration.owner, []).append(enumeration)
        self._bounds: dict[Enumeration, tuple[int, int | None]] = {}
        self._pairs: list[tuple[Enumeration, Enumeration]] = []
        for owner, level in levels.items():
            first = owner.end if owner is not None else 0
            ends = [first, *(_find_end(one.members[-1]) for one in level)]
            starts = [*(one.members[0].start for one in level[1:]), None]
            for one, before, behind in zip(level, ends, starts, strict=False):
                self._bounds[one] = (before, behind)
            self._pairs += pairwise(level)
            if owner is not None and owner.token is not None:
                self._pairs += [(level[0], level[0])]

    def get_pairs(self) -> list[tuple[Enumeration, Enumeration]]:
        """Get the neighbours on one level; an enumeration in the parenthesis of a name stands with itself."""
        return self._pairs

    def get_before(self, enumeration: Enumeration) -> str:
        """Get the words before an enumeration, back to the name, the sentence end or the line break before them."""
        start = enumeration.members[0].start
        first = max(self._bounds[enumeration][0], start - MAX_CLAUSE_CHARS)
        breaks = [at for at in self._list_breaks(first, start + 1) if not self._is_continued(at)]
        text = self.chars[max([first, *breaks]) : start]
        return re.sub(_NOTE, "", re.split(_SENTENCE_END, text)[-1]).lstrip("(").replace("，", ",")

    def read_lead(self, enumeration: Enumeration) -> Retraction | None:
        """Read the words before an enumeration: a clause with a verb, or a label (储备县：; 第三批（拟）：)."""
        lead = self.get_before(enumeration).rsplit(",", 1)[-1]
        if enumeration.members[0].start in self.parted:
            # 魏县× 滑县√: the cross before the blank is that of the name before.
            lead = lead.rstrip("×✗✘╳√✓✔")
        found = read_clause_before(lead)
        if found is not None or not lead.endswith(":"):
            return found
        start = enumeration.members[0].start
        note = _LABEL_NOTE.search(self.chars, max(self._bounds[enumeration][0], start - MAX_CLAUSE_CHARS), start)
        return self._read_own_note(note) or read_heading(lead)

    def has_words_before(self, enumeration: Enumeration) -> bool:
        """Whether words stand between an enumeration and the name, the sentence end or the line break before it."""
        return re.search("[\u4e00-\u9fff]", self.get_before(enumeration)) is not None

    def get_behind(self, enumeration: Enumeration) -> tuple[str, bool]:
        """Get the clause behind an enumeration, and whether the next name follows it without a boundary."""
        end, stop = _find_end(enumeration.members[-1]), self._bounds[enumeration][1]
        last = min(end + MAX_CLAUSE_CHARS, len(self.chars) if stop is None else stop)
        breaks = [at for at in self._list_breaks(end, last + 1) if at > end and not self._is_continued(at)]
        cut = min([last, *breaks])
        text = re.sub(_NOTE, "", self.chars[end:cut])
        whole = len(text)
        text = re.split(r"[)。；;!！?？]", text)[0].replace("，", ",")
        if end in self.breaks and not self._is_continued(end):
            fills_line = cut in breaks or cut == len(self.chars)
            return (text, False) if fills_line and VERB_LINE.fullmatch(text) else ("", False)
        return text, cut == stop and cut not in breaks and whole == len(text)

    def read_note_behind(self, enumeration: Enumeration) -> Retraction | None:
        """Read the note that ends the clause behind an enumeration (永平县为C类（淘汰）)."""
        end, stop = _find_end(enumeration.members[-1]), self._bounds[enumeration][1]
        note = _CLAUSE_NOTE.match(
            self.chars, end, min(end + MAX_CLAUSE_CHARS, len(self.chars) if stop is None else stop)
        )
        return self._read_own_note(note)

    def _read_own_note(self, note: re.Match[str] | None) -> Retraction | None:
        """Read a note, unless it holds a name, which it speaks of alone (湖州市各区县（德清县除外）：…)."""
        if note is None or bisect_left(self.starts, note.start(1)) < bisect_left(self.starts, note.end(1)):
            return None
        return read_note(note[1])

    def follows_list(self, enumeration: Enumeration) -> bool:
        """Whether nothing but marks and short unread items stands between an enumeration and the names before it."""
        first, start = self._bounds[enumeration][0], enumeration.members[0].start
        return first > 0 and _MARKS.fullmatch(self.chars, first, start) is not None

    def update_heading(self, enumeration: Enumeration, governing: Retraction | None) -> Retraction | None:
        """Find the heading that governs an enumeration: a new one, the one before, or none once other text begins."""
        first, start = self._bounds[enumeration][0], enumeration.members[0].start
        breaks = self._list_breaks(first, start + 1)
        cuts = [first, *breaks, start]
        *lines, inline = [self.chars[a:b] for a, b in pairwise(cuts)]
        if inline.strip() and not NUMBERING.fullmatch(inline):
            return None
        if first:
            lines = lines[1:]
        titles = [line for line in lines if line and not (NUMBERING.fullmatch(line) or re.fullmatch(_HEAD, line))]
        if titles:
            return read_heading(titles[-1])
        return governing if breaks else None

    def _list_breaks(self, first: int, last: int) -> list[int]:
        return self.lines[bisect_left(self.lines, first) : bisect_left(self.lines, last)]

    def _is_continued(self, at: int) -> bool:
        """Whether the line that ends here may have been broken inside a sentence: it is long, or cuts words of retraction."""
        if crosses_retraction_cue(self.chars[max(0, at - _MAX_CUE_CHARS) : at], self.chars[at : at + _MAX_CUE_CHARS]):
            return True
        position = bisect_left(self.lines, at)
        return at - (self.lines[position - 1] if position else 0) >= _MIN_FULL_LINE_CHARS
