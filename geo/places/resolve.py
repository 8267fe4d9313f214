"""Resolve a text or a column of names to rows: every place accepted by rule, set apart, or put up for review."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from geo.places.choosing import Option, Surroundings, Verdict, choose, options_of
from geo.places.gazetteer import Gazetteer, Unit, load_gazetteer
from geo.places.lookalikes import area_look_alikes, look_alikes
from geo.places.reading import Chain, Mention, read, tail_of
from geo.places.records import Candidate, Level, Resolution, Row, Status
from geo.places.roles import Role, assign_roles
from geo.places.scanning import Part, Token, Weave, scan, weave

if TYPE_CHECKING:
    from geo.places.decisions import Decisions

__all__ = ["resolve_names", "resolve_text"]

_UNIT_END = "省市县区旗州盟"
_BREAKS = re.compile(r"\s*[\r\n]\s*")


@dataclass(slots=True)
class _State:
    """What is carried while the text is read: headings, and the units written earlier in the sentence."""

    province: str = ""
    prefecture: str = ""
    headings: list[str] = field(default_factory=list)
    sentence: int = -1
    county: str = ""


@dataclass(slots=True)
class _Answer:
    """One mention with its verdict; kept until the whole text is read, so that siblings can help."""

    mention: Mention
    role: Role
    verdict: Verdict
    around: Surroundings
    options: list[Option]
    nested: bool
    containers: tuple[str, ...] = ()


def _month(as_of: date | str | None) -> str | None:
    """The date as YYYY-MM; a year alone means its middle."""
    if as_of is None:
        return None
    text = as_of.isoformat() if isinstance(as_of, date) else as_of
    return text[:7] if len(text) >= 7 else f"{text[:4]}-06"


def resolve_text(
    text: str,
    *,
    as_of: date | str | None = None,
    province: str | None = None,
    decisions: Decisions | None = None,
) -> Resolution:
    """Find and resolve every place that a text lists.

    Parameters
    ----------
    text : str
        Running text, an enumeration, a pasted table or a single name.
    as_of : datetime.date or str, optional
        Date of the document (ISO); decides which names were in force.
    province : str, optional
        Province the text is about, name or code; names outside it go to review.
    decisions : Decisions, optional
        Saved answers of a person, applied where name and context are the same.

    Returns
    -------
    Resolution
        Rows in text order; places named in passing kept apart.
    """
    gazetteer = load_gazetteer()
    woven = weave(text)
    chains = read(scan(woven, gazetteer), gazetteer)
    roles = assign_roles(chains, woven.chars)
    strict = tuple(code for code in (_code_of(gazetteer, province),) if code)
    answers = _Resolver(gazetteer, woven, _month(as_of), strict).answers(chains, roles)
    listed = [answer for answer in answers if answer.role.standing == "listed"]
    passing = [answer for answer in answers if answer.role.standing == "passing"]
    rows = tuple(_row(gazetteer, woven, answer, place) for place, answer in enumerate(listed, start=1))
    rows = _with_context(rows, listed)
    if decisions is not None:
        rows = tuple(decisions.apply(row) for row in rows)
    notes = () if rows else ("no place found in this text",)
    return Resolution(rows, tuple(_row(gazetteer, woven, one, 0) for one in passing), notes)


def _code_of(gazetteer: Gazetteer, name: str | None) -> str:
    """Code of a province or prefecture given by name or code; empty when it is none."""
    if not name:
        return ""
    if name in gazetteer.units:
        return name
    for meaning in gazetteer.forms.get(name.strip(), ()):
        if meaning.unit is not None and meaning.level != "county":
            return meaning.unit.code
    return ""


class _Resolver:
    """Walks the mentions in text order, carrying headings, provinces and prefectures."""

    def __init__(self, gazetteer: Gazetteer, woven: Weave, as_of: str | None, strict: tuple[str, ...]) -> None:
        self.gazetteer = gazetteer
        self.woven = woven
        self.as_of = as_of
        self.strict = strict
        self.state = _State()
        self.done: dict[int, _Answer] = {}

    def answers(self, chains: Sequence[Chain], roles: Mapping[int, Role]) -> list[_Answer]:
        """Answer every mention, then let the sure ones help the doubtful ones of their chain."""
        mentions = sorted((mention for chain in chains for mention in chain.members), key=lambda one: one.start)
        out: list[_Answer] = []
        previous: Mention | None = None
        for mention in mentions:
            answer = self._answer(mention, roles[id(mention)], previous)
            self.done[id(mention)] = answer
            out.append(answer)
            previous = mention
        for chain in chains:
            self._help(chain)
        self._inside_subject(out)
        return out

    def _answer(self, mention: Mention, role: Role, previous: Mention | None) -> _Answer:
        state = self._scope(mention)
        path = mention.token.path if mention.token is not None else ()
        around = self._surroundings(state, mention)
        if mention.broken:
            answer = self._broken(mention, role, path, around)
        elif not path:
            answer = self._without_path(mention, role, state, around)
        else:
            answer = self._with_path(mention, role, path, around)
            self._unread(mention, answer, previous)
            self._carry(state, mention, role, path, answer)
        return answer

    def _scope(self, mention: Mention) -> _State:
        """The state to read a mention with: its own inside a parenthesis, else the running one."""
        if mention.owner is not None and mention.owner.token is not None and id(mention.owner) in self.done:
            owner = self.done[id(mention.owner)]
            state = _State(headings=list(self.state.headings), sentence=mention.sentence)
            code = _first_code(owner)
            if code:
                state.headings.append(code)
                state.county = code
            return state
        state = self.state
        if mention.sentence != state.sentence or _new_line(mention):
            keep = mention.sentence != state.sentence and "；" not in mention.gap and ";" not in mention.gap
            state.prefecture = ""
            state.province = "" if keep or _new_line(mention) else state.province
            state.county = ""
            state.sentence = mention.sentence
        return state

    def _surroundings(self, state: _State, mention: Mention) -> Surroundings:
        headings = [] if state.province and not self._agree(state) else state.headings
        strict = tuple(dict.fromkeys((*headings, *self.strict)))
        return Surroundings(strict, state.province, state.prefecture, (), self.as_of)

    def _agree(self, state: _State) -> bool:
        return all(code[:2] == state.province[:2] for code in state.headings)

    def _with_path(self, mention: Mention, role: Role, path: tuple[Part, ...], around: Surroundings) -> _Answer:
        nested = len(path) > 1
        if nested:
            around = replace(around, carried="", inline="", strict=self._strict_for(path[0], around))
        options = options_of(path[-1].meanings, self.as_of, self.gazetteer.since)
        if nested:
            options = self._in_force_first(options)
        verdict = choose(self.gazetteer, options, around, nested=nested)
        answer = _Answer(mention, role, verdict, around, options, nested)
        rest = mention.token.rest_kind if mention.token is not None else ""
        if rest in {"town", "special", "core"}:
            self._set_apart(answer, rest, verdict)
        elif verdict.option is not None and verdict.option.meaning.special is not None:
            answer.containers = verdict.option.meaning.special.containers
        return answer

    def _broken(self, mention: Mention, role: Role, path: tuple[Part, ...], around: Surroundings) -> _Answer:
        """A larger unit with unread words that end like a county: never the larger unit itself."""
        code = self._part_code(path[-1], around=replace(around, inline="", strict=self._strict_for(path[0], around)))
        found = look_alikes(self.gazetteer, mention.broken, (code,) if code else (), "")
        reasons = [f"unread after {mention.text}: {mention.broken}"]
        verdict = Verdict("review" if found else "unresolved", None, "look-alike", reasons, found)
        unit = self.gazetteer.units.get(code)
        if unit is not None and unit.level == "prefecture":
            self.state.prefecture = code
        elif unit is not None:
            self.state.province = code
        return _Answer(mention, role, verdict, around, [], False)

    def _strict_for(self, first: Part, around: Surroundings) -> tuple[str, ...]:
        """What still binds a name written with its own province or prefecture: not the province of the sentence."""
        if first.meanings[0].level == "province":
            return ()
        return tuple(code for code in around.strict if code in self.state.headings or code in self.strict)

    def _in_force_first(self, options: list[Option]) -> list[Option]:
        """Written with its prefecture, a today's name wins over old ones of the same place."""
        official = [option for option in options if option.meaning.unit is not None]
        return official if official and self.as_of is None else options

    def _set_apart(self, answer: _Answer, kind: str, holder: Verdict) -> None:
        """A town, an area or a core: no county; the unit written before it is its container."""
        codes = holder.option.codes if holder.option is not None else ()
        answer.containers = codes
        if kind == "special" and answer.mention.token is not None:
            found = area_look_alikes(self.gazetteer, answer.mention.token.rest, codes)
            if found:
                reasons = ["a special area we do not know; a county has nearly this name"]
                answer.options, answer.verdict = [], Verdict("review", None, "look-alike", reasons, found)
                return
        answer.options = []
        label = {"town": "a town, not a county", "special": "a special area, not a county"}.get(
            kind, "an informal core, not a county"
        )
        answer.verdict = Verdict("not_a_county", None, label, list(holder.reasons))

    def _without_path(self, mention: Mention, role: Role, state: _State, around: Surroundings) -> _Answer:
        kind = mention.token.rest_kind if mention.token is not None else ""
        if kind:
            holder = state.county or state.prefecture or state.province or (around.strict[-1] if around.strict else "")
            verdict = Verdict("not_a_county", None, f"a {'town' if kind == 'town' else 'special area'}, not a county")
            answer = _Answer(mention, role, verdict, around, [], False, (holder,) if holder else ())
            return answer
        found = look_alikes(self.gazetteer, mention.text, (*around.strict, around.inline), around.carried)
        reasons = ["no such name; the candidates look alike"] if found else ["no such name and nothing that looks like it"]
        verdict = Verdict("review" if found else "unresolved", None, "look-alike", reasons, found)
        return _Answer(mention, role, verdict, around, [], False)

    def _unread(self, mention: Mention, answer: _Answer, previous: Mention | None) -> None:
        """Unread words that end like a unit (镇冮市京口区), or a unit just before that does not hold this one."""
        lead = mention.lead
        odd = lead and ((lead[-1] in _UNIT_END and not _plain_lead(lead)) or _begins_with_and(mention))
        clash = mention.adjacent and previous is not None and not previous.heading
        if (odd or clash) and answer.verdict.status == "accepted" and answer.verdict.option is not None:
            why = f"unread before it: {lead}" if odd else "the unit written before it does not hold it"
            verdict = answer.verdict
            codes = verdict.option.codes if verdict.option is not None else ()
            found = tuple(_plain_candidate(self.gazetteer, code, 0.8, why) for code in codes)
            answer.verdict = Verdict("review", verdict.option, verdict.method, [*verdict.reasons, why], found)

    def _carry(self, state: _State, mention: Mention, role: Role, path: tuple[Part, ...], answer: _Answer) -> None:
        """Remember headings, and the province and prefecture written with a name."""
        if role.standing == "office":
            return
        codes = [self._part_code(part, around=answer.around) for part in path]
        units = [self.gazetteer.units[code] for code in codes if code]
        if mention.heading and units:
            self._new_heading(state, units[-1].code)
            return
        rest = mention.token.rest_kind if mention.token is not None else ""
        for unit in units if len(path) > 1 or rest or units and units[-1].level != "county" else ():
            if unit.level == "province":
                state.province, state.prefecture, state.county = unit.code, "", ""
            elif unit.level == "prefecture":
                state.prefecture, state.county = unit.code, ""
                state.province = state.province if state.province == unit.province_code else ""
            elif rest or len(path) > 1:
                state.county = unit.code if rest else ""
        if len(path) == 1 and not rest and units and units[-1].level == "prefecture":
            state.prefecture = units[-1].code

    def _part_code(self, part: Part, *, around: Surroundings) -> str:
        """The one code a part of a path leads to; empty when it leads to several."""
        official = [meaning for meaning in part.meanings if meaning.kind == "official"]
        if len(official) == 1 and (self.as_of is None or len(part.meanings) == 1):
            return official[0].codes[0]
        found = options_of(part.meanings, self.as_of)
        verdict = choose(self.gazetteer, found, around, nested=False) if found else None
        option = verdict.option if verdict is not None else None
        return option.codes[0] if option is not None and len(option.codes) == 1 else ""

    def _new_heading(self, state: _State, code: str) -> None:
        """A new heading replaces those of its level and below, and those it does not lie in."""
        state.headings = [one for one in state.headings if one != code and self.gazetteer.inside(code, one)]
        state.headings.append(code)
        state.province = state.prefecture = ""
        state.county = code if self.gazetteer.units[code].level == "county" else ""

    def _help(self, chain: Chain) -> None:
        """Choose again for the doubtful names of a chain, now that the sure ones are known."""
        answers = [self.done[id(member)] for member in chain.members]
        sure = [answer for answer in answers if answer.verdict.status == "accepted"]
        for answer in answers:
            if answer.verdict.method == "look-alike" and answer.mention.token is None and sure:
                self._look_near(answer, sure)
            if len(answer.options) < 2 or answer.nested:
                continue
            siblings = tuple(_first_code(one) for one in sure if one is not answer and len(one.options) == 1)
            siblings = siblings or tuple(_first_code(one) for one in sure if one is not answer)
            if not siblings:
                continue
            around = replace(answer.around, siblings=tuple(code for code in siblings if code))
            rest = answer.mention.token.rest_kind if answer.mention.token is not None else ""
            if not rest:
                answer.verdict = choose(self.gazetteer, answer.options, around, nested=False)

    def _look_near(self, answer: _Answer, sure: Sequence[_Answer]) -> None:
        """Look for look-alikes first where the rest of the list lies."""
        homes = [self.gazetteer.units[code].prefecture_code for code in map(_first_code, sure) if code]
        near = max(homes, key=homes.count)
        found = look_alikes(self.gazetteer, answer.mention.text, (near[:2] + "0000",), near)
        if found:
            answer.verdict.candidates, answer.verdict.status = found, "review"
            answer.verdict.reasons = ["no such name; the candidates look alike"]

    def _inside_subject(self, answers: Sequence[_Answer]) -> None:
        """Names listed under an area or a unit that is a row itself: parts of it, or held by it."""
        for answer in answers:
            subject = self.done.get(id(answer.role.subject)) if answer.role.subject is not None else None
            if subject is None or answer.role.op != "include" or answer.role.standing != "listed":
                continue
            code = _first_code(subject) if subject.verdict.status == "accepted" else ""
            apart = answer.verdict.status == "not_a_county"
            old = answer.verdict.option is not None and answer.verdict.option.meaning.old is not None
            town = answer.mention.token is not None and answer.mention.token.rest_kind == "town"
            if apart and code:
                answer.containers = (code,)
            if (old and not apart) or (apart and (code or not town)):
                answer.role.op = "part"


def _begins_with_and(mention: Mention) -> bool:
    """Whether 和 stands where no name precedes it (、和康县): it may be the first character of the name."""
    return mention.lead in {"和", "与", "及"} and mention.gap[:1] not in {"", *"和与及"} or mention.gap in {"和", "与"} and mention.start <= 1


def _plain_lead(lead: str) -> bool:
    """Whether words before a name are ordinary ones that happen to end like a unit (试点县, 城市)."""
    return lead.endswith(("城市", "县市", "市区", "区县", "县区", "市县", "地区", "试点县", "试点市", "试点区", "重点县", "城区", "片区", "试验区",
                          "示范区", "县级市", "地级市", "直辖市", "成员市", "开发区", "新区", "贫困县", "帮扶县", "省", "示范县", "先行区",
                          "都市区", "市辖区", "行政区", "示范市", "各市", "各县"))  # fmt: skip


def _new_line(mention: Mention) -> bool:
    return "\n" in mention.gap or "\t" in mention.gap


def _first_code(answer: _Answer) -> str:
    option = answer.verdict.option
    return option.codes[0] if option is not None and option.codes else ""


def _plain_candidate(gazetteer: Gazetteer, code: str, score: float, reason: str) -> Candidate:
    from geo.places.choosing import candidate

    return candidate(gazetteer, code, score, reason)


def _row(gazetteer: Gazetteer, woven: Weave, answer: _Answer, order: int, *, context: str = "", cell: str = "") -> Row:
    """Write an answer as a row; `cell` stands for the listed text when a whole cell is one name."""
    mention, verdict = answer.mention, answer.verdict
    start, end = _extent(woven, mention)
    listed = cell or _BREAKS.sub("", woven.slice(start, end))
    found = _found(gazetteer, answer, listed)
    first, last = (0, len(cell)) if cell or start >= end else (woven.origin[start], woven.origin[end - 1] + 1)
    return Row(
        order, listed, answer.role.op, found.level, verdict.status, found.name, found.province, found.prefecture,
        found.adcode, found.containers, verdict.method, tuple(verdict.reasons), verdict.candidates, first, last, context,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Found:
    """The part of a row that says which place it is."""

    level: Level
    name: str = ""
    province: str = ""
    prefecture: str = ""
    adcode: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()


def _found(gazetteer: Gazetteer, answer: _Answer, listed: str) -> _Found:
    """Name the place an answer leads to; nothing is named where the choice is open."""
    verdict, option = answer.verdict, answer.verdict.option
    level = _level(answer)
    if verdict.status == "not_a_county":
        return _found_apart(gazetteer, answer, level, listed)
    if option is None or not option.codes or (verdict.status == "review" and verdict.method == "ambiguous"):
        return _Found(level)
    unit = gazetteer.units[option.codes[0]]
    if option.meaning.old is None or len(option.codes) == 1:
        level = _unit_level(unit)
    name = "、".join(gazetteer.units[code].name for code in option.codes)
    return _Found(level, name, unit.province, unit.prefecture, option.codes)


def _unit_level(unit: Unit) -> Level:
    return "province" if unit.level == "province" else "prefecture" if unit.level == "prefecture" else "county"


def _found_apart(gazetteer: Gazetteer, answer: _Answer, level: Level, listed: str) -> _Found:
    """A town or special area: named, with the units it lies in, and no code of its own."""
    known = [gazetteer.units[code] for code in answer.containers if code in gazetteer.units]
    option, token = answer.verdict.option, answer.mention.token
    name = option.meaning.name if option is not None else _rest_name(token) or listed
    provinces = {unit.province for unit in known}
    prefectures = {unit.prefecture for unit in known}
    province = provinces.pop() if len(provinces) == 1 else ""
    prefecture = prefectures.pop() if len(prefectures) == 1 else ""
    return _Found(level, name, province, prefecture, (), tuple(unit.code for unit in known))


def _rest_name(token: Token | None) -> str:
    """Name of a town or area, with the bare name it is built on (万盛经开区), without the unit it lies in."""
    if token is None or not token.rest:
        return ""
    bare = token.path and token.path[-1].form[-1] not in _UNIT_END and token.rest_kind != "town"
    return token.path[-1].form + token.rest if bare else token.rest


def _extent(woven: Weave, mention: Mention) -> tuple[int, int]:
    """What is quoted as listed: 省的 before a name is a heading and left out, 全域 and 原 belong to it."""
    start, end = mention.start, mention.end + len(mention.broken)
    path = mention.token.path if mention.token is not None else ()
    if len(path) > 1 and path[0].meanings[0].level == "province" and woven.chars[path[0].end] == "的":
        start = path[1].start
    if start and woven.chars[start - 1] == "原" and start not in woven.breaks:
        start -= 1
    if mention.lead.startswith("*"):
        start -= len(mention.lead)
    return start, end + tail_of(mention, woven.chars)


def _level(answer: _Answer) -> Level:
    token, option = answer.mention.token, answer.verdict.option
    if token is not None and token.rest_kind == "town":
        return "town"
    if answer.verdict.status == "not_a_county":
        return "special"
    if option is not None and option.level == "province":
        return "province"
    return "prefecture" if option is not None and option.level == "prefecture" else "county"


def _with_context(rows: tuple[Row, ...], answers: Sequence[_Answer]) -> tuple[Row, ...]:
    """Give every row its context: what was given for it, and its neighbours."""
    out = []
    for place, (row, answer) in enumerate(zip(rows, answers, strict=True)):
        left = rows[place - 1].listed_text if place else ""
        right = rows[place + 1].listed_text if place + 1 < len(rows) else ""
        given = ">".join(dict.fromkeys(code for code in (*answer.around.strict, answer.around.inline, answer.around.carried) if code))
        out.append(replace(row, context=f"{given}|{left}|{right}"))
    return tuple(out)


def resolve_names(
    names: Sequence[str],
    *,
    provinces: Sequence[str | None] | None = None,
    prefectures: Sequence[str | None] | None = None,
    as_of: date | str | None = None,
    decisions: Decisions | None = None,
) -> Resolution:
    """Resolve a column of names; as many rows come out as went in, in the same order.

    Parameters
    ----------
    names : sequence of str
        One place in each cell.
    provinces, prefectures : sequence of str or None, optional
        Other columns of the same table, names or codes.
    as_of : datetime.date or str, optional
        Date of the document (ISO).
    decisions : Decisions, optional
        Saved answers of a person.

    Returns
    -------
    Resolution
        One row a name.
    """
    gazetteer = load_gazetteer()
    month = _month(as_of)
    out = []
    for place, name in enumerate(names):
        given = (provinces[place] if provinces else None, prefectures[place] if prefectures else None)
        strict = tuple(code for code in (_code_of(gazetteer, one) for one in given) if code)
        row = _one_name(gazetteer, name, month, strict, place + 1)
        out.append(decisions.apply(row) if decisions is not None else row)
    return Resolution(tuple(out))


def _one_name(gazetteer: Gazetteer, name: str, as_of: str | None, strict: tuple[str, ...], order: int) -> Row:
    """Resolve one cell; anything but exactly one place, wholly read, is for review."""
    woven = weave(name)
    chains = read(scan(woven, gazetteer), gazetteer)
    roles = {id(mention): Role("listed") for chain in chains for mention in chain.members}
    answers = _Resolver(gazetteer, woven, as_of, strict).answers(chains, roles)
    covered = sum(answer.mention.end - answer.mention.start for answer in answers)
    if len(answers) == 1 and covered + tail_of(answers[0].mention, woven.chars) == len(woven.chars):
        return _row(gazetteer, woven, answers[0], order, context=">".join(strict), cell=name)
    row = _unsure_cell(gazetteer, woven, name, answers, strict)
    return replace(row, order=order, context=">".join(strict))


def _unsure_cell(
    gazetteer: Gazetteer, woven: Weave, name: str, answers: Sequence[_Answer], strict: tuple[str, ...]
) -> Row:
    """A cell that is not one place: look-alikes, or every place in it, as candidates."""
    rows = [_row(gazetteer, woven, answer, 1) for answer in answers]
    codes = dict.fromkeys(code for row in rows for code in row.adcode)
    found = tuple(_plain_candidate(gazetteer, code, 0.6, "named in the cell") for code in codes)
    reason = "the cell names more than one place, or has words that were not read"
    if not found:
        found = look_alikes(gazetteer, woven.chars, strict, "")
        reason = "no such name; the candidates look alike" if found else "no such name and nothing that looks like it"
    status: Status = "review" if found else "unresolved"
    return Row(1, name, "include", "county", status, method="look-alike" if not codes else "cell not wholly read",
               reasons=(reason,), candidates=found, start=0, end=len(name))  # fmt: skip
