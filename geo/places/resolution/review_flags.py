"""What is not to be accepted: names that are damaged, and names that only a damaged one before them decides."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from pilotzones.geo.places.fuzzy_matching import find_near_name, find_neighbour_look_alikes, is_one_character_off
from pilotzones.geo.places.gazetteer import Gazetteer
from pilotzones.geo.places.reason_codes import ReviewReason, make_reason
from pilotzones.geo.places.resolution.answer import MentionAnswer
from pilotzones.geo.places.resolution.disambiguation import (
    Disambiguation,
    Interpretation,
    MentionContext,
    choose,
    list_interpretations,
    make_candidate,
)
from pilotzones.geo.places.text.mentions import Enumeration, Mention, is_whole, list_codes
from pilotzones.geo.places.text.normalized_text import NamePart, NormalizedText
from pilotzones.geo.places.text.ocr_correction import ILLEGIBLE_CHARS
from pilotzones.geo.places.text.patterns import COMMON_NAMES, EXCLUDE_LEAD

__all__ = ["MASKED", "ReviewFlagger", "begins_with_and", "is_plain_lead"]

# A unit whose name is blotted out as a whole (*自治区).
MASKED = re.compile(r"(?:^|[^\u4e00-\u9fff*□■○?])[*□■○?]+(自治区|省|自治州|州|地区|盟|市)$")
# Words that end like the name of a unit, and are none.
_PLAIN_ENDING = re.compile(
    r"(?:[城县]市|[市县地城片新]区|[区市]县|(?:试点|示范)[县市区]|(?:重点|贫困|帮扶)县|(?:试验|先行|开发|市辖|行政)区|"
    r"(?:县级|地级|直辖|成员)市|各[市县区省]|[全我本该]省|[我本全]市|[我全]县)\Z"
)
# *为国家级, 带○的: what says that such a character is the mark of a note.
_MARK_NOTE = re.compile(r"[*□■○][号者的]?(?:为|是|系|指|表示|代表|标[记识]|:)|(?:[带标注加打]有?|以)[*□■○]")
_SHORT_GAP = 2
_WAY_MARKS = frozenset("/／\\>→")


class ReviewFlagger:
    """Puts answers up for review while one text is read.

    Parameters
    ----------
    gazetteer : Gazetteer
        Today's table.
    normalized : NormalizedText
        The text, with what was mended in it.
    as_of : str or None
        The document's date, YYYY-MM.
    strict : tuple of str
        Codes that every name should lie in.
    """

    def __init__(
        self, gazetteer: Gazetteer, normalized: NormalizedText, as_of: str | None, strict: tuple[str, ...]
    ) -> None:
        self.gazetteer = gazetteer
        self.normalized = normalized
        self.as_of = as_of
        self.strict = strict
        self.explains_marks = _MARK_NOTE.search(normalized.chars) is not None
        # Codes that a damaged name was read as: what only they decide is for review.
        self.guessed: set[str] = set()
        self._held: dict[tuple[Enumeration, str], bool] = {}

    def flag_for_review(self, answer: MentionAnswer, why: ReviewReason, score: float = 0.9) -> None:
        """Put an answer up for review for good, as its own first candidate when it had been accepted."""
        answer.doubt, verdict = why, answer.verdict
        if verdict.status == "accepted":
            answer.verdict = self._ask(verdict, why, verdict.codes, score)

    def _ask(self, verdict: Disambiguation, why: ReviewReason, codes: Sequence[str], score: float) -> Disambiguation:
        """Make a question of a verdict, with the units of some codes as candidates."""
        candidates = tuple(make_candidate(self.gazetteer, code, score, str(why)) for code in codes)
        return Disambiguation("review", verdict.option, verdict.method, [*verdict.reasons, why], candidates)

    def choose(self, options: list[Interpretation], context: MentionContext, *, nested: bool) -> Disambiguation:
        """Choose; what only a damaged name before it decides is for review."""
        verdict = choose(self.gazetteer, options, context, nested=nested)
        if self._is_plain_word(verdict, context, nested=nested):
            return self._ask(verdict, make_reason("several"), verdict.codes, 0.5)
        if verdict.status != "accepted" or self.guessed.isdisjoint((*context.strict, context.inline, context.carried)):
            return verdict
        sure = replace(
            context,
            strict=tuple(code for code in context.strict if code not in self.guessed),
            inline="" if context.inline in self.guessed else context.inline,
            carried="" if context.carried in self.guessed else context.carried,
        )
        if _is_same_answer(choose(self.gazetteer, options, sure, nested=nested), verdict):
            return verdict
        return self._ask(verdict, make_reason("damaged_before"), verdict.codes, 0.9)

    def _is_plain_word(self, verdict: Disambiguation, context: MentionContext, *, nested: bool) -> bool:
        """Whether a former name that any city may use as a word (市区) stands where nothing says which city is meant."""
        option = verdict.option
        if nested or verdict.status != "accepted" or option is None or option.meaning.old is None:
            return False
        homes = [home for home in (*context.strict, context.inline, context.carried) if home]
        held = any(self.gazetteer.is_inside(code, home) for code in option.codes for home in homes)
        return option.meaning.name in COMMON_NAMES and not held

    def flag_damage(self, mention: Mention, path: tuple[NamePart, ...], answer: MentionAnswer) -> None:
        """Flag a damaged name; one written behind a damaged unit is accepted when it needs no unit."""
        if not MASKED.search(mention.lead) and self._is_blotted(mention):
            self.flag_for_review(answer, make_reason("blot"), 0.6)
        self._flag_damaged_parent(mention, path, answer)
        mended = [part for part in path if not self.normalized.mended.isdisjoint(range(part.start, part.end))]
        self.guessed.update(code for part in mended for meaning in part.meanings for code in meaning.codes)
        if not mended:
            return
        if path[-1] in mended:
            self.flag_for_review(answer, make_reason("damaged", name=path[-1].form))
            return
        options = list_interpretations(self.gazetteer.forms[path[-1].form], self.as_of, self.gazetteer.since)
        alone = choose(self.gazetteer, options, MentionContext(self.strict, as_of=self.as_of), nested=False)
        if not _is_same_answer(alone, answer.verdict):
            self.flag_for_review(answer, make_reason("damaged_before"))

    def _flag_damaged_parent(self, mention: Mention, path: tuple[NamePart, ...], answer: MentionAnswer) -> None:
        """Flag 八花山区, which ends like 花山区: the character before it may be the first of a name of nearly this spelling."""
        at, chars = mention.start, self.normalized.chars
        if (
            not path
            or not mention.lead
            or at == 0
            or at in self.normalized.breaks
            or not "\u3400" <= chars[at - 1] <= "\u9fff"
        ):
            return
        longer = chars[at - 1 : path[0].end]
        found = find_near_name(longer)
        if found:
            self.flag_for_review(answer, make_reason("unread_before", words=chars[at - 1]), 0.6)
            if len(path) == 1:
                near = tuple(make_candidate(self.gazetteer, code, 0.8, f"looks like {longer}") for code in found)
                answer.verdict.candidates = (*near, *answer.verdict.candidates)

    def _is_blotted(self, mention: Mention) -> bool:
        """Whether an unreadable character touches a name; a mark that begins a line, ends a name or has a note is none."""
        if self.explains_marks:
            return False
        chars, at = self.normalized.chars, mention.start
        while at and chars[at - 1] in ILLEGIBLE_CHARS and at not in self.normalized.breaks:
            at -= 1
        before = at < mention.start and at > 0 and at not in self.normalized.breaks
        behind = mention.end not in self.normalized.breaks and chars[mention.end : mention.end + 1] in {
            *ILLEGIBLE_CHARS
        }
        return before or (behind and "\u3400" <= chars[mention.end + 1 : mention.end + 2] <= "\u9fff")

    def find_masked_unit(self, lead: str, answer: MentionAnswer) -> str | None:
        """Return whether the words before a name are a unit with its name blotted out (*自治区).

        Parameters
        ----------
        lead : str
            Words just before the name.
        answer : MentionAnswer
            Answer for the name.

        Returns
        -------
        str or None
            None when it is no such unit or cannot be the name's own; else the prefecture it stands for, empty for a
            province.
        """
        masked = MASKED.search(lead)
        if masked is None or not answer.code:
            return None
        unit = self.gazetteer.units[answer.code]
        if unit.prefecture.endswith(masked[1]):
            self.guessed.add(unit.prefecture_code)
            return unit.prefecture_code
        return "" if unit.province.endswith(masked[1]) else None

    def flag_joined_names(self, holder: MentionAnswer, mention: Mention, answer: MentionAnswer) -> None:
        """Flag 大连市垫河口区: the county that the first looks like holding, not the first and a county of elsewhere."""
        previous, gap = holder.mention, mention.gap
        if not gap or len(gap) > _SHORT_GAP or previous.end + len(gap) != mention.start or previous.heading:
            return
        inside = find_neighbour_look_alikes(self.gazetteer, gap + mention.text, holder.code)
        if inside and holder.role.standing == "listed":
            holder.role.standing = "prefix"
            mention.start = previous.start
            candidates = tuple(
                make_candidate(self.gazetteer, one.code, 0.7, f"looks like {gap}{mention.text}") for one in inside
            )
            reasons = [make_reason("unread_after", name=previous.text, words=gap + mention.text)]
            answer.verdict, answer.options = Disambiguation("review", None, "look-alike", reasons, candidates), []

    def prefer(self, answer: MentionAnswer, home: str) -> None:
        """Put the candidates first that lie where the damaged name before them looks like lying."""
        if home and answer.verdict.status == "review":
            candidates = answer.verdict.candidates
            answer.verdict.candidates = tuple(
                sorted(candidates, key=lambda one: not self.gazetteer.is_inside(one.adcode, home))
            )

    def add_lookalike_candidates(self, answer: MentionAnswer, home: str) -> None:
        """Add for 安康市南阳县, before the county of elsewhere, the one of nearly this name that the unit before it holds."""
        token = answer.mention.token
        written = token.path[-1].form if token is not None and token.path and not token.rest else ""
        inside = find_neighbour_look_alikes(self.gazetteer, written, home)
        if inside and answer.verdict.status == "review":
            candidates = [make_candidate(self.gazetteer, one.code, 0.9, f"looks like {written}") for one in inside]
            answer.verdict.candidates = (*candidates, *answer.verdict.candidates)

    def flag_lost_separator(self, holder: MentionAnswer, mention: Mention, answer: MentionAnswer) -> None:
        """Flag 龙泉市玉门市: two counties whose separator was lost, or 酒泉市 misread before a county of its own."""
        unit = self.gazetteer.units.get(answer.code)
        token = holder.mention.token
        apart = holder.mention.end != mention.start or mention.start in self.normalized.breaks
        if unit is None or token is None or not token.path or apart:
            return
        home = self.gazetteer.units.get(unit.prefecture_code)
        written = self.normalized.get_source(token.path[-1].start, token.path[-1].end)
        if home is not None and home is not unit and is_one_character_off(home.name, written):
            why = make_reason("written_on", home=home.name)
            for one in (holder, answer):
                self.flag_for_review(one, why, 0.8)

    def flag_outside_prefecture(self, answer: MentionAnswer) -> None:
        """Flag a county outside the prefecture of the names before it, where one of nearly its name lies inside."""
        home, verdict = answer.context.carried, answer.verdict
        code = answer.code
        token = answer.mention.token
        if not home or answer.nested or verdict.status != "accepted" or token is None or token.rest or not code:
            return
        unit = self.gazetteer.units[code]
        if unit.level != "county" or self.gazetteer.is_inside(code, home):
            return
        # A name that ended long ago, or right between those of the prefecture, is as odd there as one of another province.
        old = verdict.option is not None and verdict.option.meaning.old is not None and self.as_of is None
        far = old or unit.province_code != home[:2] + "0000"
        written = token.path[-1].form if token.path else unit.name
        among = answer.mention.gap == "、"
        if among and not far and not self._has_neighbour_inside(answer.mention, home):
            return
        inside = find_neighbour_look_alikes(self.gazetteer, written, home, shortest=2 if far or among else 3)
        if not inside:
            return
        own = make_candidate(self.gazetteer, code, 0.6 if far else 0.8, "written so")
        others = [make_candidate(self.gazetteer, one.code, 0.7, f"looks like {unit.name}") for one in inside]
        candidates = tuple(sorted((own, *others), key=lambda one: -one.score))
        why = make_reason("nearly_inside", home=self.gazetteer.units[home].name)
        answer.verdict = Disambiguation("review", verdict.option, verdict.method, [*verdict.reasons, why], candidates)

    def _has_neighbour_inside(self, mention: Mention, home: str) -> bool:
        """Whether another name of the enumeration lies in a prefecture, which is else an item like the others."""
        enumeration = mention.enumeration
        if enumeration is None:
            return False
        key = (enumeration, home)
        if key not in self._held:
            codes = {code for other in enumeration.members for code in list_codes(other)}
            self._held[key] = any(code != home and self.gazetteer.is_inside(code, home) for code in codes)
        return self._held[key]

    def flag_retractions(self, listed: Sequence[MentionAnswer]) -> None:
        """Put up for review what the text takes back or leaves open, and the same places where they are listed besides.

        An exclusion from a larger unit that is listed (成都市，简阳市除外) is sure and stays accepted.

        Parameters
        ----------
        listed : sequence of Answer
            All listed answers of one text.
        """
        members = [answer for answer in listed if answer.role.op == "include" and answer.role.retraction is None]
        member_codes = {answer.code for answer in members}
        removed: dict[str, ReviewReason] = {}
        left_open: dict[str, ReviewReason] = {}
        for answer in listed:
            retraction, op = answer.role.retraction, answer.role.op
            words = retraction.words if retraction is not None else ""
            if op == "exclude":
                if not member_codes.isdisjoint(self._list_larger(answer.code)):
                    continue
                self._flag_any(answer, make_reason("taken_back", words=words or "除外"))
                why = make_reason("taken_back_elsewhere", name=answer.mention.text, words=words or "除外")
                removed.setdefault(answer.code, why)
            elif retraction is not None:
                self._flag_any(answer, make_reason("left_open", words=words))
                left_open.setdefault(answer.code, make_reason("left_open", words=words))
            elif op == "partial" and EXCLUDE_LEAD.fullmatch(answer.mention.trail):
                # 平江县不含加义镇, said beside the list, leaves open whether the list means all of it.
                left_open.setdefault(answer.code, make_reason("part_remark", words=answer.mention.trail))
        for answer in members:
            codes = (answer.code, *self._list_larger(answer.code)) if answer.code else ()
            # A prefecture that is not admitted yet leaves its counties as they are listed.
            gone = next((removed[code] for code in codes if code in removed), left_open.get(answer.code))
            if gone is not None:
                self.flag_for_review(answer, gone)

    def _list_larger(self, code: str) -> tuple[str, ...]:
        """List codes of the units that a unit lies in, without its own."""
        unit = self.gazetteer.units.get(code)
        larger = (unit.prefecture_code, unit.province_code) if unit is not None else ()
        return tuple(one for one in larger if one != code)

    def _flag_any(self, answer: MentionAnswer, why: ReviewReason) -> None:
        """Put an answer up for review, a town or an area too."""
        if answer.verdict.status == "not_a_county":
            answer.set_apart = True
            answer.verdict = self._ask(answer.verdict, why, answer.containers, 0.6)
        elif answer.verdict.status == "accepted":
            self.flag_for_review(answer, why)
        else:
            answer.verdict.reasons = [*answer.verdict.reasons, why]

    def flag_holders(self, listed: Sequence[MentionAnswer]) -> None:
        """Put up for review a unit that may only head places of its own: a province listed beside them, a prefecture with a slash.

        嘉兴市、南湖区 lists two members; 嘉兴/南湖/秀洲 writes the way to the second one.

        Parameters
        ----------
        listed : sequence of Answer
            All listed answers of one text.
        """
        members = [one for one in listed if one.role.op == "include" and one.verdict.status == "accepted" and one.code]
        # A place that waits for a person lies in a province as well, where all that it may be does.
        open_codes = [
            {found.adcode for found in one.verdict.candidates} for one in listed if one.verdict.status == "review"
        ]
        provinces = [{code[:2] for code in codes if not code.endswith("0000")} for codes in open_codes]
        held = {one.code[:2] for one in members if not one.code.endswith("0000")}
        held |= {province for found in provinces if len(found) == 1 for province in found}
        heads = [one for one, other in itertools.pairwise(members) if self._leads_to(one, other)]
        heads += [one for one in members if one.code.endswith("0000") and one.code[:2] in held]
        for answer in heads:
            if answer.verdict.status == "accepted" and not is_whole(answer.mention):
                self.flag_for_review(answer, make_reason("holds_items"))

    def _leads_to(self, one: MentionAnswer, other: MentionAnswer) -> bool:
        """Whether the next unit stands behind a slash and lies in the first."""
        return other.mention.gap.strip() in _WAY_MARKS and one.code in self._list_larger(other.code)


def _is_same_answer(one: Disambiguation, other: Disambiguation) -> bool:
    return one.status == other.status and one.codes == other.codes


def begins_with_and(mention: Mention) -> bool:
    """Whether 和 stands where no name precedes it (、和康县): it may be the first character of the name."""
    return (mention.lead in {"和", "与", "及"} and mention.gap[:1] not in {"", *"和与及"}) or (
        mention.gap in {"和", "与"} and mention.start <= 1
    )


def is_plain_lead(lead: str) -> bool:
    """Whether words before a name are ordinary ones that happen to end like a unit (试点县, 城市)."""
    return _PLAIN_ENDING.search(lead) is not None
