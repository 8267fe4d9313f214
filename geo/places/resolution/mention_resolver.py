"""Answer mentions in text order, carrying headings, provinces and prefectures from one to the next."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pilotzones.geo.places.fuzzy_matching import find_area_look_alikes, find_look_alikes, find_similar_prefecture
from pilotzones.geo.places.gazetteer import Gazetteer
from pilotzones.geo.places.reason_codes import ReviewReason, make_reason
from pilotzones.geo.places.resolution.answer import MentionAnswer
from pilotzones.geo.places.resolution.answer_revision import AnswerReviser
from pilotzones.geo.places.resolution.disambiguation import (
    Disambiguation,
    Interpretation,
    MentionContext,
    choose,
    list_interpretations,
)
from pilotzones.geo.places.resolution.mention_roles import Role
from pilotzones.geo.places.resolution.reading_state import ReadingState, begins_new_line, is_item
from pilotzones.geo.places.resolution.review_flags import MASKED, ReviewFlagger, begins_with_and, is_plain_lead
from pilotzones.geo.places.text.mentions import Enumeration, Mention
from pilotzones.geo.places.text.normalized_text import NamePart, NormalizedText
from pilotzones.geo.places.text.patterns import SURROUNDINGS, UNIT_ENDINGS

__all__ = ["MentionResolver"]


_LEVEL_LEAD = r"([县地])级(?:城?市)?$"
_DIVISION = r"第?[一二三四五六七八九十]{1,3}师$"


class MentionResolver:
    """Walks the mentions in text order, carrying headings, provinces and prefectures."""

    def __init__(
        self, gazetteer: Gazetteer, normalized: NormalizedText, as_of: str | None, strict: tuple[str, ...]
    ) -> None:
        self.gazetteer = gazetteer
        self.normalized = normalized
        self.as_of = as_of
        self.strict = strict
        self.state = ReadingState()
        self.done: dict[Mention, MentionAnswer] = {}
        self.flagger = ReviewFlagger(gazetteer, normalized, as_of, strict)

    def answer_mentions(
        self, enumerations: Sequence[Enumeration], roles: Mapping[Mention, Role]
    ) -> list[MentionAnswer]:
        """Answer every mention, then let the sure ones help the doubtful ones of their enumeration."""
        mentions = sorted(
            (mention for enumeration in enumerations for mention in enumeration.members), key=lambda one: one.start
        )
        out: list[MentionAnswer] = []
        previous: Mention | None = None
        for mention in mentions:
            answer = self._answer_mention(mention, roles[mention], previous)
            self.done[mention] = answer
            out.append(answer)
            previous = mention
        AnswerReviser(self.gazetteer, self.flagger, self.done).revise_answers(enumerations, out)
        return out

    def _answer_mention(self, mention: Mention, role: Role, previous: Mention | None) -> MentionAnswer:
        state = self._get_state(mention)
        path = mention.token.path if mention.token is not None else ()
        if MASKED.search(mention.lead):
            # 青海省湟源县，*自治区昭苏县: the province before it says nothing of it.
            state.province = state.prefecture = state.county = ""
        elif self._is_line_label(mention, path):
            state.province = state.prefecture = state.county = ""
            state.headings, state.apart = [code for code in state.headings if code.endswith("0000")], True
        if state.excluded and role.op != "exclude":
            state.prefecture, state.county, state.excluded = "", "", False
        context = self._make_context(state)
        if mention.broken:
            answer = self._answer_damaged(mention, role, path, context)
        elif not path or self._is_elsewhere(mention, path, context):
            answer = self._answer_unknown(mention, role, state, context)
        else:
            answer = self._answer_known(mention, role, path, context)
            self._flag_unread(state, mention, answer, previous)
            self._remember_units(state, mention, role, path, answer)
        self.flagger.flag_damage(mention, path, answer)
        answer.doubt = _find_doubt(answer) or answer.doubt
        return answer

    def _get_state(self, mention: Mention) -> ReadingState:
        """Get the state to read a mention with: its own inside a parenthesis, else the running one."""
        if mention.owner is not None and mention.owner.token is not None and mention.owner in self.done:
            owner = self.done[mention.owner]
            state = ReadingState(headings=list(self.state.headings), sentence=mention.sentence)
            code = owner.code
            if code:
                state.headings.append(code)
                state.county = code
            return state
        state = self.state
        if mention.sentence != state.sentence or begins_new_line(mention):
            keep = mention.sentence != state.sentence and "；" not in mention.gap and ";" not in mention.gap
            state.prefecture = ""
            state.province = "" if keep or begins_new_line(mention) else state.province
            state.county = ""
            state.apart = False
            state.sentence = mention.sentence
        return state

    def _make_context(self, state: ReadingState) -> MentionContext:
        is_consistent = all(code[:2] == state.province[:2] for code in state.headings)
        headings = [] if state.province and not is_consistent else state.headings
        strict = tuple(dict.fromkeys((*headings, *self.strict)))
        return MentionContext(strict, state.province, state.prefecture, as_of=self.as_of)

    def _answer_known(
        self, mention: Mention, role: Role, path: tuple[NamePart, ...], context: MentionContext
    ) -> MentionAnswer:
        nested = len(path) > 1
        if nested:
            context = replace(context, carried="", inline="", strict=self._select_strict(path[0], context))
        options = list_interpretations(path[-1].meanings, self.as_of, self.gazetteer.since)
        options = _select_stated_level(options, mention.lead)
        if not (mention.token is not None and mention.token.rest):
            context = self._leave_county(options, context)
        if context.inline:
            context = self._release_item(options, context)
        if self.state.with_area and context.carried and not self._has_option_inside(options, context.carried):
            context = replace(context, carried="")
        if nested:
            options = self._prefer_current(options)
        verdict = self.flagger.choose(options, context, nested=nested)
        answer = MentionAnswer(mention, role, verdict, context, options, nested)
        rest = mention.token.rest_kind if mention.token is not None else ""
        if rest in {"town", "special", "core"}:
            self._set_apart(answer, rest, verdict)
        elif verdict.option is not None and verdict.option.meaning.special is not None:
            answer.containers = verdict.option.meaning.special.containers
        return answer

    def _leave_county(self, options: list[Interpretation], context: MentionContext) -> MentionContext:
        """Drop a county or a prefecture that heads others before a name that can lie in none."""
        codes = [code for option in options for code in option.codes]
        units = [self.gazetteer.units[code] for code in codes]
        # No prefecture holds a county that lies directly under the province.
        direct = bool(units) and all(unit.level == "county" and unit.prefecture_code == unit.code for unit in units)
        levels = {"county", "prefecture"} if direct else {"county"}
        left = [
            home
            for home in context.strict
            if self.gazetteer.units[home].level in levels and home not in self.strict and home not in codes
        ]
        return replace(context, strict=tuple(code for code in context.strict if code not in left)) if left else context

    def _release_item(self, options: list[Interpretation], context: MentionContext) -> MentionContext:
        """Drop the province before a name that is an item of its own: no city lies in a municipality, and no other item in it."""
        home = self.gazetteer.units[context.inline]
        if self._has_option_inside(options, home.code):
            return context
        municipality = home.name.endswith("市")
        names = {option.meaning.name for option in options}
        larger = all(option.level in {"prefecture", "province"} for option in options)
        cities = municipality and all(name.endswith("市") for name in names)
        apart = cities or (larger and self.state.listed) or self.state.with_area
        return replace(context, inline="") if apart else context

    def _has_option_inside(self, options: Sequence[Interpretation], home: str) -> bool:
        return any(self.gazetteer.is_inside(code, home) for option in options for code in option.codes)

    def _is_elsewhere(self, mention: Mention, path: tuple[NamePart, ...], context: MentionContext) -> bool:
        """Whether a town or area only begins like a county elsewhere (莲花山度假区, listed under 长春市: not of 莲花县)."""
        kind = mention.token.rest_kind if mention.token is not None else ""
        if kind not in {"town", "special"} or len(path) > 1 or path[0].form[-1] in UNIT_ENDINGS:
            return False
        if not context.strict and not self.state.apart:
            return False
        homes = (*context.strict, *filter(None, (context.inline, context.carried)))
        codes = {code for meaning in path[0].meanings for code in meaning.codes}
        return not any(self.gazetteer.is_inside(code, home) for code in codes for home in homes)

    def _is_line_label(self, mention: Mention, path: tuple[NamePart, ...]) -> bool:
        """Whether an area that no table knows begins a line and a list of its own (长白山保护开发区：二道白河镇)."""
        label = mention.line_start and self.normalized.chars[mention.end : mention.end + 1] == ":"
        kind = mention.token.rest_kind if label and mention.token is not None else ""
        return kind == "special" and (not path or self._is_elsewhere(mention, path, self._make_context(self.state)))

    def _answer_damaged(
        self, mention: Mention, role: Role, path: tuple[NamePart, ...], context: MentionContext
    ) -> MentionAnswer:
        """Answer a larger unit with unread words that end like a county: never with the larger unit itself."""
        code = self._find_part_code(
            path[-1], context=replace(context, inline="", strict=self._select_strict(path[0], context))
        )
        candidates = find_look_alikes(self.gazetteer, mention.broken, (code,) if code else (), "")
        reasons = [make_reason("unread_after", name=mention.text, words=mention.broken)]
        verdict = Disambiguation("review" if candidates else "unresolved", None, "look-alike", reasons, candidates)
        unit = self.gazetteer.units.get(code)
        if unit is not None and unit.level == "prefecture":
            self.state.prefecture = code
        elif unit is not None:
            self.state.province = code
        return MentionAnswer(mention, role, verdict, context, [], False)

    def _select_strict(self, first: NamePart, context: MentionContext) -> tuple[str, ...]:
        """Select what still binds a name written with its own province or prefecture: not headings nor the sentence's province."""
        if first.meanings[0].level == "province":
            return ()
        return tuple(code for code in context.strict if code in self.strict)

    def _prefer_current(self, options: list[Interpretation]) -> list[Interpretation]:
        """Prefer a today's name over old ones of the same place, where it is written with its prefecture."""
        official = [option for option in options if option.meaning.unit is not None]
        return official if official and self.as_of is None else options

    def _set_apart(self, answer: MentionAnswer, kind: str, holder: Disambiguation) -> None:
        """Set a town, an area or a core apart: no county; the unit written before it is its container."""
        answer.containers = codes = holder.codes
        if kind == "special" and answer.mention.token is not None:
            candidates = find_area_look_alikes(self.gazetteer, answer.mention.token.rest, codes)
            if candidates:
                reasons = [make_reason("area_like_county")]
                answer.options, answer.verdict = [], Disambiguation("review", None, "look-alike", reasons, candidates)
                return
        answer.options = []
        label = {"town": "a town, not a county", "special": "a special area, not a county"}.get(
            kind, "an informal core, not a county"
        )
        answer.verdict = Disambiguation("not_a_county", None, label, list(holder.reasons))

    def _answer_unknown(
        self, mention: Mention, role: Role, state: ReadingState, context: MentionContext
    ) -> MentionAnswer:
        kind = mention.token.rest_kind if mention.token is not None else ""
        if kind == "region":
            verdict = Disambiguation("not_a_county", None, "a region, not a county", [make_reason("region")])
            return MentionAnswer(mention, role, verdict, context, [], nested=False)
        if kind:
            holder = (
                state.county or state.prefecture or state.province or (context.strict[-1] if context.strict else "")
            )
            verdict = Disambiguation(
                "not_a_county", None, f"a {'town' if kind == 'town' else 'special area'}, not a county"
            )
            return MentionAnswer(mention, role, verdict, context, [], False, (holder,) if holder else ())
        candidates = find_look_alikes(self.gazetteer, mention.text, (*context.strict, context.inline), context.carried)
        reasons = [make_reason("looks_alike" if candidates else "no_such_name")]
        verdict = Disambiguation("review" if candidates else "unresolved", None, "look-alike", reasons, candidates)
        return MentionAnswer(mention, role, verdict, context, [], False)

    def _flag_unread(
        self, state: ReadingState, mention: Mention, answer: MentionAnswer, previous: Mention | None
    ) -> None:
        """Flag unread words that end like a unit (镇冮市京口区), or a unit just before that does not hold this one."""
        lead = mention.lead
        unit = bool(lead) and lead[-1] in UNIT_ENDINGS and not is_plain_lead(lead)
        home = self.flagger.find_masked_unit(lead, answer) if unit else None
        if home is not None:
            state.prefecture = home or state.prefecture
            return
        if unit:
            # The names behind it lie where it looks like lying, if they lie anywhere; that is a guess.
            state.prefecture = find_similar_prefecture(
                lead, {code for option in answer.options for code in option.codes}
            )
            self.flagger.guessed.update(filter(None, (state.prefecture,)))
            self.flagger.prefer(answer, state.prefecture)
        # A division of the corps before a city that is not its own.
        odd = unit or (bool(lead) and begins_with_and(mention)) or re.search(_DIVISION, lead) is not None
        clash = mention.adjacent and previous is not None and not previous.heading
        if not clash and previous is not None:
            self.flagger.flag_joined_names(self.done[previous], mention, answer)
            self.flagger.flag_lost_separator(self.done[previous], mention, answer)
        if odd or clash:
            why = make_reason("unread_before", words=lead) if odd else make_reason("not_held")
            self.flagger.flag_for_review(answer, why, 0.8)
        if clash and previous is not None:
            self.flagger.add_lookalike_candidates(answer, self.done[previous].code)

    def _remember_units(
        self, state: ReadingState, mention: Mention, role: Role, path: tuple[NamePart, ...], answer: MentionAnswer
    ) -> None:
        """Remember headings, and the province and prefecture written with a name."""
        # 济源市（河南）、仙桃市: the province in a parenthesis is that of one name.
        # 中国（湖北）自由贸易试验区、安吉县: neither is one that is a part of a name.
        if role.standing == "office" or mention.is_noted or (role.aside and mention.owner is not None):
            return
        codes = [self._find_part_code(part, context=answer.context) for part in path]
        units = [self.gazetteer.units[code] for code in codes if code]
        if mention.heading:
            homes = [m.special.containers for m in path[-1].meanings if m.special is not None]
            code = units[-1].code if units else homes[0][0] if homes else ""
            if code:
                self._replace_headings(state, code)
                return
        rest = mention.token.rest_kind if mention.token is not None else ""
        if len(path) > 1 and units:
            state.headings = [one for one in state.headings if self.gazetteer.is_inside(units[-1].code, one)]
        for unit in units if len(path) > 1 or rest or (units and units[-1].level != "county") else ():
            if unit.level == "province":
                state.province, state.prefecture, state.county = unit.code, "", ""
                state.with_area = len(path) == 1 and rest in {"special", "town"} and is_item(mention)
                state.listed = len(path) == 1 and not rest and role.standing == "listed" and is_item(mention)
            elif unit.level == "prefecture":
                state.prefecture, state.county = unit.code, ""
                state.with_area = rest in {"special", "town"} and is_item(mention)
                state.province = state.province if state.province == unit.province_code else ""
            elif rest or len(path) > 1:
                state.county = unit.code if rest else ""
        if len(path) == 1 and not rest and units and units[-1].level == "prefecture":
            state.prefecture = units[-1].code
        state.excluded = role.op == "exclude" and any(unit.level == "prefecture" for unit in units)

    def _find_part_code(self, part: NamePart, *, context: MentionContext) -> str:
        """Find the one code a part of a path leads to; empty when it leads to several."""
        official = [meaning for meaning in part.meanings if meaning.kind == "official"]
        if len(official) == 1 and (self.as_of is None or len(part.meanings) == 1):
            return official[0].codes[0]
        options = list_interpretations(part.meanings, self.as_of)
        verdict = choose(self.gazetteer, options, context, nested=False) if options else None
        option = verdict.option if verdict is not None else None
        return option.codes[0] if option is not None and len(option.codes) == 1 else ""

    def _replace_headings(self, state: ReadingState, code: str) -> None:
        """Replace the headings of the level of a new one and below, and those it does not lie in."""
        state.headings = [one for one in state.headings if one != code and self.gazetteer.is_inside(code, one)]
        state.headings.append(code)
        state.province = state.prefecture = ""
        state.county = code if self.gazetteer.units[code].level == "county" else ""


def _find_doubt(answer: MentionAnswer) -> ReviewReason | None:
    """Find why the words around a name leave open whether it is a member; None for no reason."""
    mention, role, option = answer.mention, answer.role, answer.verdict.option
    surroundings = SURROUNDINGS.match(mention.trail)
    if surroundings and role.op == "include":
        return make_reason("surroundings", name=mention.text, words=surroundings[0])
    if mention.may_be_item:
        return make_reason("holds_items")
    if role.prose:
        return make_reason("prose", words=role.prose)
    if role.counted and option is not None and option.level in {"prefecture", "province"}:
        return make_reason("counted", words=role.counted)
    if mention.beside:
        return make_reason("not_held")
    return make_reason("outside_given") if mention.outside else None


def _select_stated_level(options: list[Interpretation], lead: str) -> list[Interpretation]:
    """Select readings of the level that stands before a name (原县级酒泉市), where there are any."""
    stated = re.search(_LEVEL_LEAD, lead)
    level = {"县": "county", "地": "prefecture"}[stated[1]] if stated else ""
    return [option for option in options if option.level == level] or options
