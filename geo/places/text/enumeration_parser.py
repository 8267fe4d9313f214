"""From tokens to mentions: which names stand in one enumeration, what leads into it and what follows it.

An enumeration is a run of names with nothing but separators and connecting words between them. Parentheses are
read as an enumeration of their own that belongs to the name before them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

from pilotzones.geo.places.gazetteer import Gazetteer
from pilotzones.geo.places.name_finder import contains, holds_token
from pilotzones.geo.places.text.compound_items import fold_compound_items
from pilotzones.geo.places.text.governance import drop_governments, fold_governing_units
from pilotzones.geo.places.text.mention_context import (
    HEADING_END,
    SENTENCE,
    STOP,
    begins_line,
    get_text_after,
    get_text_before,
    holds_parenthesis,
    is_heading_label,
    is_office_name,
)
from pilotzones.geo.places.text.mentions import Enumeration, Mention
from pilotzones.geo.places.text.normalized_text import NamePart, Token
from pilotzones.geo.places.text.patterns import (
    ADMITTED,
    AMONG_LEAD,
    COUNTED_LEAD,
    EXCLUDE_LEAD,
    ONLY_LEAD,
)
from pilotzones.geo.places.text.token_gaps import (
    CLAUSE_MARKS,
    begins_clause,
    cut_tokens,
    find_closings,
    is_connected,
    is_county_today,
    is_label,
    is_line_over_line,
    is_other_unit,
    is_remark_column,
    is_separator_lost,
    is_written_again,
    mark_items,
    strip_location,
    touches,
)
from pilotzones.geo.places.text.unknown_elements import (
    drop_lonely_unknown,
    find_unknown,
    find_unread_words,
    is_mostly_bare,
)

__all__ = ["read_enumerations"]


_PATH_MARKS = frozenset(" ,，")
_STEP_MARKS = frozenset("/-—–")
_MAX_LABELLED = 12  # names
_AND_MARKS = frozenset(["、", "和", "与", "及", "以及"])
_MAX_COUNTED = 24  # characters
_MAX_PARENTHESIS = 400  # tokens


def read_enumerations(tokens: Sequence[Token], gazetteer: Gazetteer) -> list[Enumeration]:
    """Put names into enumerations.

    Parameters
    ----------
    tokens : sequence of Token
        From the finder.
    gazetteer : Gazetteer
        Says which name lies in which, so that headings are distinguished from members.

    Returns
    -------
    list of Enumeration
        In text order; the enumeration in a parenthesis comes after the enumeration of its owner's name.
    """
    if len(tokens) == 1 and tokens[0].kind == "name":
        return [_make_single(tokens[0])]
    folded = fold_compound_items(drop_governments(fold_governing_units(tokens)), gazetteer)
    reader = _EnumerationReader(folded, gazetteer)
    reader.read_level(0, None)
    return sorted(reader.enumerations, key=lambda enumeration: enumeration.members[0].start)


def _make_single(token: Token) -> Enumeration:
    """Make the enumeration of a text that is one name: nothing stands around it."""
    mention = Mention(token, token.start, token.end, token.text, line_start=True)
    enumeration = mention.enumeration = Enumeration([mention], whole_line=True)
    return enumeration


class _EnumerationReader:
    """Walks the tokens once; one level of parentheses is one call of `read_level`."""

    def __init__(self, tokens: list[Token], gazetteer: Gazetteer) -> None:
        self.tokens = tokens
        self.gazetteer = gazetteer
        self.enumerations: list[Enumeration] = []
        self.sentence = 0
        self.closings = find_closings(tokens)

    def read_level(self, at: int, owner: Mention | None) -> int:
        """Read one level until its parenthesis closes; return the position behind it."""
        mentions: list[Mention] = []
        gaps: list[list[Token]] = [[]]
        while at < len(self.tokens):
            token = self.tokens[at]
            if token.kind == "close" and owner is not None:
                at += 1
                break
            if token.kind == "open" and token.text in "([〔{":
                at = self._read_parenthesis(at, mentions, gaps)
                continue
            if token.text == "【" and is_label(self.tokens[at + 1 : at + 2], self.tokens[at + 3 : at + 5]):
                # 【浙江】德清县
                self._add_label(self.tokens[at + 1], mentions, gaps)
                at += 3
                continue
            if token.kind == "name" and owner is None and (end := self._find_path_end(at, mentions, gaps)):
                token, at = self._turn_path(at, end), end
                reach = self.tokens[at].end
                mentions.append(Mention(token, token.start, token.end, token.text, sentence=self.sentence, reach=reach))
                gaps.append([])
            elif token.kind in {"name", "item"}:
                mentions.append(self._make_mention(token, owner))
                gaps.append([])
            else:
                gaps[-1].append(token)
                self.sentence += token.kind == "sep" and token.text in SENTENCE
            at += 1
        self._link_mentions(mentions, gaps, owner)
        return at

    def _make_mention(self, token: Token, owner: Mention | None) -> Mention:
        known = token if token.kind == "name" else None
        mention = Mention(known, token.start, token.end, token.text, sentence=self.sentence, owner=owner)
        mention.is_compound, mention.is_aside = known is None, token.rest_kind == "aside"
        return mention

    def _read_parenthesis(self, at: int, mentions: list[Mention], gaps: list[list[Token]]) -> int:
        """Read a parenthesis: names become an enumeration of the name before it, other text a note."""
        end = self.closings.get(at, len(self.tokens))
        if end >= len(self.tokens) or end - at - 1 > _MAX_PARENTHESIS:
            gaps[-1].append(Token("text", self.tokens[at].start, self.tokens[at].end, ""))
            return at + 1
        inside = strip_location(self.tokens[at + 1 : end])
        direct = mentions[-1] if mentions and holds_parenthesis(gaps[-1]) else None
        text = "".join(token.text for token in self.tokens[at + 1 : end])
        before = self.tokens[at - 1].text if at else ""
        if is_label(inside, self.tokens[end + 1 : end + 3], before) and (direct is None or gaps[-1]):
            # （浙江）德清县: the unit in front of a name heads it.
            self._add_label(inside[0], mentions, gaps)
        elif direct is not None and self._is_larger_unit(direct, inside):
            # 易县（河北省）: where the place lies, and no place of the list.
            assert direct.token is not None
            *outer, inner = direct.token.path
            path = (*(outer or inside[0].path), self._narrow_meanings(inside[0].path[-1], inner))
            direct.token = replace(direct.token, path=path)
            direct.note += text
            direct.is_noted = not outer
        elif direct is not None and not gaps[-1] and is_other_unit(direct, inside):
            # 德清县（江苏）: where the place is said to lie, and does not.
            direct.outside = text
            direct.note += text
        elif any(token.kind == "name" for token in inside):
            holder = direct or Mention(None, self.tokens[at].start, self.tokens[at].start, "")
            self.read_level(at + 1, holder)
            if direct is None:
                gaps[-1].append(Token("text", self.tokens[at].start, self.tokens[end].end, "()"))
        elif direct is not None:
            direct.note += text
        elif gaps[-1] and gaps[-1][-1].kind == "text":
            last = gaps[-1].pop()
            gaps[-1].append(Token("text", last.start, self.tokens[end].end, f"{last.text}({text})"))
        return end + 1

    def _find_path_end(self, at: int, mentions: list[Mention], gaps: list[list[Token]]) -> int:
        """Find the last name of a line that is one place and what it lies in (德清县 湖州市 浙江省); 0 for other lines."""
        if not begins_line(gaps[-1], first=not mentions):
            return 0
        last = at
        while last + 2 < len(self.tokens):
            mark, larger = self.tokens[last + 1], self.tokens[last + 2]
            if (
                mark.kind != "sep"
                or mark.text not in _PATH_MARKS | _STEP_MARKS
                or larger.kind != "name"
                or larger.rest
                or not larger.path
            ):
                break
            is_county = larger.path[-1].meanings[0].level == "county" and self.tokens[last].rest_kind != "town"
            if is_county or not holds_token(self.gazetteer, larger, self.tokens[last]):
                break
            last += 2
        while (last == at or self.tokens[last - 1].text in _STEP_MARKS) and last + 2 < len(self.tokens):
            # 浙江/嘉兴/南湖: the larger unit comes first.
            mark, smaller = self.tokens[last + 1 : last + 3]
            if (
                mark.text not in _STEP_MARKS
                or not smaller.path
                or not holds_token(self.gazetteer, self.tokens[last], smaller)
            ):
                break
            last += 2
        behind = self.tokens[last + 1] if last + 1 < len(self.tokens) else None
        return last if last > at and (behind is None or behind.text in STOP) else 0

    def _turn_path(self, at: int, end: int) -> Token:
        """Give the first name of such a line with the larger units as its path."""
        token = self.tokens[at]
        path = token.path
        if self.tokens[at + 1].text in _STEP_MARKS and holds_token(self.gazetteer, token, self.tokens[at + 2]):
            names = self.tokens[at : end + 1 : 2]
            for smaller in names[1:]:
                path = (*path, self._narrow_meanings(path[-1], smaller.path[0]), *smaller.path[1:])
            last = names[-1]
            return replace(last, start=token.start, text="".join(name.text for name in names), path=path)
        for larger in self.tokens[at + 2 : end + 1 : 2]:
            path = (*larger.path, self._narrow_meanings(larger.path[-1], path[0]), *path[1:]) if path else larger.path
        return replace(token, path=path)

    def _add_label(self, token: Token, mentions: list[Mention], gaps: list[list[Token]]) -> None:
        """Add a unit that heads the name right behind it."""
        mentions.append(Mention(token, token.start, token.end, token.text, sentence=self.sentence, heading=True))
        gaps.append([])

    def _narrow_meanings(self, larger: NamePart, part: NamePart) -> NamePart:
        """Narrow a name to those of its meanings that lie in a larger unit."""
        meanings = [one for one in part.meanings if any(contains(self.gazetteer, m, one) for m in larger.meanings)]
        return replace(part, meanings=tuple(meanings) or part.meanings)

    def _is_larger_unit(self, mention: Mention, inside: Sequence[Token]) -> bool:
        """Whether a parenthesis holds nothing but the province or prefecture in which the name before it lies."""
        token = mention.token
        if token is None or not token.path or token.rest or len(inside) != 1:
            return False
        (larger,) = inside
        last = replace(token, path=token.path[-1:])
        return (
            larger.kind == "name"
            and not larger.rest
            and bool(larger.path)
            and holds_token(self.gazetteer, larger, last)
        )

    def _link_mentions(self, mentions: list[Mention], gaps: list[list[Token]], owner: Mention | None) -> None:
        """Cut the names of one level into enumerations."""
        if not mentions:
            return
        for place, mention in enumerate(mentions):
            mention.gap = "".join(token.text for token in gaps[place])
            mention.line_start = begins_line(gaps[place], first=place == 0)
            mention.adjacent = place > 0 and not gaps[place]
        bare = is_mostly_bare(mentions)
        find = partial(find_unknown, gazetteer=self.gazetteer, sentence=self.sentence, bare=bare)
        over_lines: list[Mention] = []
        enumeration = [
            *find(gaps[0], None, mentions[0]),
            mentions[0],
        ]
        mentions[0].lead = get_text_before(gaps[0])
        lead_gap = gaps[0]
        for place, (left, right) in enumerate(pairwise(mentions), start=1):
            gap = gaps[place]
            self._mark_heading(left, right, gap, gaps[place + 1])
            self._mark_label(left, mentions, gaps, place)
            right.is_headed = left.heading and all(token.kind == "sep" for token in gap)
            over_lines += [left] if left.heading and is_line_over_line(left, right, gap) else []
            between = find(gap, None if left.heading else left, right)
            linked = not left.heading and is_connected(gap, between) and not is_office_name(gap)
            left.trail, right.lead = get_text_after(gap), get_text_before(gap)
            linked = linked and not begins_clause(get_text_before(lead_gap), right.lead, gap, gaps[place + 1])
            left.broken = find_unread_words(left, self.gazetteer)
            if right.adjacent and left.note and self._holds(left, right):
                left.heading, right.adjacent = True, False
            if right.adjacent and is_separator_lost(left, right):
                right.adjacent = False
            if right.adjacent and not left.heading:
                left.prefix, right.start = True, left.start
            if linked:
                enumeration.extend([*between, right])
                continue
            tail = [] if left.heading else [one for one in between if touches(gap, one, left=True)]
            heads = [one for one in between if one not in tail]
            enumeration.extend(tail)
            self._add_enumeration(enumeration, lead_gap, gap, owner, first=lead_gap is gaps[0])
            enumeration, lead_gap = [*heads, right], gap
        mark_items(over_lines, mentions)
        last = mentions[-1].token
        is_hint = last is not None and last.rest_kind == "hint"
        mentions[-1].trail = "…" if is_hint else mentions[-1].trail or get_text_after(gaps[-1])
        mentions[-1].broken = find_unread_words(mentions[-1], self.gazetteer)
        enumeration.extend(find(gaps[-1], mentions[-1], None))
        self._add_enumeration(enumeration, lead_gap, gaps[-1], owner, first=lead_gap is gaps[0])

    def _add_enumeration(
        self, members: list[Mention], before: list[Token], after: list[Token], owner: Mention | None, *, first: bool
    ) -> None:
        members = drop_lonely_unknown(members)
        if not members:
            return
        before = [token for token in before if token.end <= members[0].start]
        after = cut_tokens(after, members[-1])
        enumeration = Enumeration(
            members, get_text_before(before), get_text_after(after), owner, sentence=members[0].sentence
        )
        # A number before the first name of a text numbers a place; before an area without a name it numbers a heading.
        known = any(member.token is not None and member.token.path for member in members)
        line_begins = begins_line(before, first=not before or (first and known)) or members[0].is_headed
        # Behind a heading stand its colon or its count; the names before it fill their lines all the same.
        line_ends = not after or (after[0].kind == "sep" and after[0].text in STOP) or members[-1].heading
        line_ends = line_ends or is_remark_column(after)
        enumeration.whole_line = owner is None and line_begins and line_ends
        for member in members:
            member.enumeration = enumeration
        self.enumerations.append(enumeration)

    def _mark_heading(self, left: Mention, right: Mention, gap: list[Token], after: list[Token]) -> None:
        """Mark a name as heading when a break, a colon or a column stands before a name that lies in it."""
        if left.token is None or right.token is None:
            return
        separators = {token.text for token in gap if token.kind == "sep"}
        text = "".join(token.text for token in gap if token.kind == "text")
        if (
            EXCLUDE_LEAD.search(text)
            or ONLY_LEAD.search(text)
            or (AMONG_LEAD.fullmatch(text) and separators & CLAUSE_MARKS)
        ):
            # 长沙市不含浏阳市; 广安市、达州市，其中：邻水县
            return
        broken = bool(separators & {"\n", "\t", ":", "："})
        among = left.gap in _AND_MARKS and not separators & {":", "："}
        if broken and (among or (text and gap[0].text == "\n" and is_written_again(left, right))):
            # The last name of an enumeration (德清县、安吉县) heads no line below it, and 安吉县 none in which it is written again.
            return
        if left.token.rest_kind == "hint":
            left.heading = (
                broken and HEADING_END.search(text) is not None and holds_token(self.gazetteer, left.token, right.token)
            )
            return
        cell = not after or after[0].kind == "sep"
        columns = cell and separators <= {",", "，"} and len(gap) == 1 and left.line_start and len(left.token.path) == 1
        if separators == {"。"} and left.line_start and len(gap) <= 2 and not ADMITTED.match(text):
            broken = True
        # 舟山市1个，即嵊泗县
        broken = broken or COUNTED_LEAD.search(right.gap[-_MAX_COUNTED:]) is not None
        dashes = separators <= set("—-–―") and bool(separators) and left.line_start
        ends = bool(separators & {*SENTENCE}) and not left.line_start and bool(text)
        if not (broken or columns or dashes) or ends or (text and not is_heading_label(text)):
            return
        if (
            separators <= {"\n"}
            and right.token.path
            and all(m.special is not None for m in right.token.path[-1].meanings)
        ):
            # Where a special area lies makes no heading of the line above it (咸阳市⏎杨凌示范区).
            return
        left.heading = holds_token(self.gazetteer, left.token, right.token, labelled=bool(text) and left.line_start)
        right.line_start = right.line_start or (left.heading and columns)
        # A county of today over what it held as a prefecture (巢湖市⏎无为市) may be a line like the next one.
        over = separators == {"\n"} and is_county_today(left.token) and is_county_today(right.token)
        left.may_be_item = left.heading and over

    def _mark_label(self, left: Mention, mentions: list[Mention], gaps: list[list[Token]], place: int) -> None:
        """Mark a larger unit before a colon or alone on its line as heading when a later name of the list behind it lies in it."""
        marks = "".join(token.text for token in gaps[place])
        token = left.token
        if left.heading or marks.strip() not in {":", ""} or not ({":", "\n"} & {*marks}) or not left.line_start:
            return
        if (
            token is None
            or not token.path
            or token.rest
            or token.path[-1].meanings[0].level not in {"province", "prefecture"}
        ):
            return
        for number in range(place + 1, min(place + _MAX_LABELLED, len(mentions))):
            if {"\n", "\t", ":", *SENTENCE} & {token.text for token in gaps[number]}:
                return
            one = mentions[number].token
            if one is not None and holds_token(self.gazetteer, token, one):
                left.heading = True
                return

    def _holds(self, left: Mention, right: Mention) -> bool:  # 咸宁市（2个）赤壁市、嘉鱼县
        return (
            left.token is not None and right.token is not None and holds_token(self.gazetteer, left.token, right.token)
        )
