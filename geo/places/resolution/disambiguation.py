"""Choose among the meanings of one form: by what is written with it, by date, by what is carried; never by guess.

`choose` answers with a verdict. "accepted" needs a rule that leaves one division; anything else is for review, with the
candidates in order of preference.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pilotzones.geo.places.models import Candidate, Status
from pilotzones.geo.places.reason_codes import ReviewReason, make_reason
from pilotzones.geo.places.resolution.siblings import NO_SIBLINGS, Siblings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pilotzones.geo.places.gazetteer import Gazetteer, Meaning, Unit

__all__ = ["Disambiguation", "Interpretation", "MentionContext", "choose", "list_interpretations", "make_candidate"]

_FEWEST_SIBLINGS = 2
_ORDER = {"official": 0, "short": 1, "alias": 1, "old": 2, "stem": 3, "old_stem": 4, "special": 5}
_RIVAL_SINCE = "2000"


@dataclass(frozen=True, slots=True)
class MentionContext:
    """What stands around a name.

    Parameters
    ----------
    strict : tuple of str
        Codes of headings and columns; a name outside them goes to review.
    inline : str
        Code of the province written before it in the sentence; a county outside it goes to review.
    carried : str
        Code of a prefecture carried along an enumeration; helps to choose, never to refuse.
    siblings : Siblings
        Divisions accepted in the same enumeration.
    as_of : str or None
        The document's date, YYYY-MM.
    """

    strict: tuple[str, ...] = ()
    inline: str = ""
    carried: str = ""
    siblings: Siblings = NO_SIBLINGS
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class Interpretation:
    """One reading of a form: its best meaning and the codes of today it leads to."""

    meaning: Meaning
    codes: tuple[str, ...]
    others: tuple[Meaning, ...] = ()

    @property
    def level(self) -> str:
        """Level today; an old county that became a prefecture-level city counts as what it was."""
        return self.meaning.level


@dataclass(slots=True)
class Disambiguation:
    """What was decided for one name, and why."""

    status: Status
    option: Interpretation | None = None
    method: str = ""
    reasons: list[ReviewReason] = field(default_factory=list)
    candidates: tuple[Candidate, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of today that the option leads to."""
        return self.option.codes if self.option is not None else ()


def list_interpretations(
    meanings: Sequence[Meaning], as_of: str | None, since: Mapping[str, str] | None = None
) -> list[Interpretation]:
    """Reduce meanings to readings, one for each set of codes, today's names and names valid at the date first.

    Parameters
    ----------
    meanings : sequence of Meaning
        What a form may stand for.
    as_of : str or None
        Document's date; without it today's names win over old ones.
    since : mapping of str to str, optional
        Since when each code of today has had its name.

    Returns
    -------
    list of Interpretation
        Best first.
    """
    if len(meanings) == 1:
        return [Interpretation(meanings[0], meanings[0].codes)]
    found: dict[tuple[str, tuple[str, ...]], list[Meaning]] = {}
    for meaning in sorted(meanings, key=lambda one: _rank_interpretation(one, as_of, since or {})):
        codes = meaning.codes or (meaning.special.containers if meaning.special is not None else ())
        key = ("special" if meaning.special is not None else "", codes or (meaning.name,))
        found.setdefault(key, []).append(meaning)
    return [Interpretation(same[0], same[0].codes, tuple(same[1:])) for same in found.values()]


def _rank_interpretation(meaning: Meaning, as_of: str | None, since: Mapping[str, str]) -> tuple[int, int, int]:
    """Sort key: in force at the date, then the kind of form, then the latest to end."""
    late = 0 if meaning.old is None else -int(meaning.old.valid_to.replace("-", ""))
    return (0 if _is_in_force(meaning, as_of, since) else 1, _ORDER[meaning.kind], late)


def _is_in_force(meaning: Meaning, as_of: str | None, since: Mapping[str, str]) -> bool:
    """Whether a name was in force at the date; without a date, today."""
    if meaning.old is not None:
        return as_of is not None and meaning.old.valid_from <= as_of < meaning.old.valid_to
    if as_of is None or meaning.unit is None:
        return True
    return since.get(meaning.unit.code, "") <= as_of


def make_candidate(gazetteer: Gazetteer, code: str, score: float, reason: str) -> Candidate:
    """Make a candidate of a code.

    Parameters
    ----------
    gazetteer : Gazetteer
        Today's table.
    code : str
        Six-digit code of today.
    score : float
        Between 0 and 1.
    reason : str
        Why it is proposed.

    Returns
    -------
    Candidate
        With province, prefecture and name.
    """
    unit = gazetteer.units[code]
    return Candidate(code, _format_full_name(unit), round(score, 3), reason)


def _format_full_name(unit: Unit) -> str:
    parts = [unit.province, unit.prefecture, unit.name]
    return "".join(part for place, part in enumerate(parts) if part and part not in parts[:place])


def choose(
    gazetteer: Gazetteer, options: Sequence[Interpretation], context: MentionContext, *, nested: bool
) -> Disambiguation:
    """Choose one reading, or give the candidates.

    Parameters
    ----------
    gazetteer : Gazetteer
        Today's table.
    options : sequence of Interpretation
        Readings, best first.
    context : MentionContext
        What stands around the name.
    nested : bool
        Whether the name is written with a larger unit that holds it (南京市江宁区).

    Returns
    -------
    Disambiguation
        Accepted only when rules leave one reading.
    """
    if not options:
        return Disambiguation("unresolved", method="unknown", reasons=[make_reason("unknown")])
    left, conflict = _filter_by_strict(gazetteer, _drop_dead_ends(options), context)
    narrowed = len(left) < len(options)
    carried = [option for option in left if context.carried and _lies_in(gazetteer, option, context.carried)]
    method = "written with its prefecture or province" if nested else "only one of this name"
    if narrowed and not conflict:
        method = "only one of this name in the province or prefecture given"
    if carried and len(carried) < len(left):
        left, narrowed, method = carried, True, "carried from the name before it"
    left, level_doubt = _settle_level(left, context)
    left = _drop_weaker(
        left, keep_rivals=not (nested or narrowed or carried or context.strict or context.inline), as_of=context.as_of
    )
    if len(left) > 1:
        left, helped = _choose_by_siblings(left, context.siblings)
        method = "only one where the rest of the list lies" if helped else method
    if len(left) > 1:
        reasons = [make_reason("several")]
        return Disambiguation("review", left[0], "ambiguous", reasons, _make_candidates(gazetteer, left, "same name"))
    return _make_disambiguation(gazetteer, left[0], method, conflict=conflict, doubt=level_doubt)


def _drop_dead_ends(options: Sequence[Interpretation]) -> list[Interpretation]:
    """Leave out old units that lead to no unit of today where another reading does (加格达奇区)."""
    left = [option for option in options if option.codes or option.meaning.special is not None]
    return left or list(options)


def _filter_by_strict(
    gazetteer: Gazetteer, options: Sequence[Interpretation], context: MentionContext
) -> tuple[list[Interpretation], bool]:
    """Keep the readings inside every given unit; say when one rules all of them out."""
    left, conflict = list(options), False
    for code in (*context.strict, *filter(None, (context.inline,))):
        free = code == context.inline
        inside = [
            option for option in left if (free and option.level == "province") or _lies_in(gazetteer, option, code)
        ]
        if inside:
            left = inside
        else:
            conflict = True
    return left, conflict


def _lies_in(gazetteer: Gazetteer, option: Interpretation, code: str) -> bool:
    codes = option.codes
    if option.meaning.special is not None:
        codes = option.meaning.special.containers
    olds = [meaning.old for meaning in (option.meaning, *option.others) if meaning.old is not None]
    # 渝中区 lay in 四川省 until 1997.
    if any(code in (f"{old.code[:4]}00", f"{old.code[:2]}0000") for old in olds):
        return True
    if any(gazetteer.units[code].name == old.parent for old in olds):
        return True
    return any(gazetteer.is_inside(one, code) for one in codes)


def _drop_weaker(options: list[Interpretation], *, keep_rivals: bool, as_of: str | None) -> list[Interpretation]:
    """Leave the readings of the best kind; where nothing narrowed the name, old units of it elsewhere stay rivals."""
    if len(options) < 2:
        return options
    best = min(_ORDER[option.meaning.kind] for option in options)
    strongest = [option for option in options if _ORDER[option.meaning.kind] == best]
    if as_of is not None and options[0].meaning.kind == "old":
        strongest = [option for option in options if option.meaning.kind == "old" and option.meaning.old is not None
                and option.meaning.old.valid_from <= as_of < option.meaning.old.valid_to] or strongest  # fmt: skip
        return strongest
    if best in {_ORDER["old"], _ORDER["old_stem"]}:
        return _keep_latest(strongest)
    if best == _ORDER["official"] and not keep_rivals:
        return strongest
    rivals = [
        option for option in options
        if option not in strongest and option.meaning.old is not None and option.meaning.kind == "old"
        and option.meaning.old.valid_to >= _RIVAL_SINCE and option.meaning.level == strongest[0].meaning.level
    ]  # fmt: skip
    if best == _ORDER["official"]:
        return strongest + [r for r in rivals if r.meaning.old is not None and r.meaning.old.kind != "recoded"]
    return strongest + rivals if best == _ORDER["short"] else strongest


def _keep_latest(options: list[Interpretation]) -> list[Interpretation]:
    """Leave the old units that ended since 2000, or else the last to end; one place's own past is no rival."""
    ends = [option.meaning.old.valid_to if option.meaning.old is not None else "" for option in options]
    recent = [option for option, end in zip(options, ends, strict=True) if end >= _RIVAL_SINCE]
    latest = recent or [option for option, end in zip(options, ends, strict=True) if end == max(ends)]
    first = latest[0]
    return [first, *(option for option in latest[1:] if not set(option.codes) & set(first.codes))]


def _settle_level(options: list[Interpretation], context: MentionContext) -> tuple[list[Interpretation], bool]:
    """Settle a bare name shared by a county and its prefecture (长沙) by the company it keeps."""
    if len(options) < 2 or options[0].meaning.kind not in {"stem", "alias"}:
        return options, False
    stems = [
        option for option in options if option.meaning.kind in {"stem", "alias"} and option.meaning.unit is not None
    ]
    levels = {option.level for option in stems}
    if len(levels) < 2:
        return options, False
    larger = [
        option
        for option in stems
        if option.level == min(levels, key=lambda level: {"province": 0, "prefecture": 1}.get(level, 2))
    ]
    smaller = [option for option in stems if option not in larger]
    inside_itself = any(option.codes[0] in (*context.strict, context.inline, context.carried) for option in larger)
    if inside_itself:
        return smaller, False
    sibling_levels = context.siblings.levels
    if sibling_levels["county"] * 2 > sibling_levels.total():
        own = any(option.codes[0] in context.siblings.holders for option in larger)
        return (smaller[:1] + larger if own else larger + smaller[:1]), True
    if sibling_levels and set(sibling_levels) == {larger[0].level}:
        return larger, False
    wanted = [option for option in stems if option.level in sibling_levels]
    return (wanted, False) if len({o.level for o in wanted}) == 1 else (larger, False)


def _choose_by_siblings(options: list[Interpretation], siblings: Siblings) -> tuple[list[Interpretation], bool]:
    """Keep the one reading that lies in a prefecture, else in a province, where the rest of the list lies."""
    if siblings.count < _FEWEST_SIBLINGS:
        return options, False
    for length, homes in ((4, siblings.prefectures), (2, siblings.provinces)):
        near = [option for option in options if any(code[:length] in homes for code in option.codes)]
        if len(near) == 1 and len(homes) <= 4:
            return near, True
        if near:
            options = near
    return options, False


def _make_candidates(gazetteer: Gazetteer, options: Sequence[Interpretation], reason: str) -> tuple[Candidate, ...]:
    out: dict[str, Candidate] = {}
    for place, option in enumerate(options):
        why = reason if option.meaning.old is None else f"{reason}; {option.meaning.old.steps}"
        codes = option.codes or (option.meaning.special.containers if option.meaning.special is not None else ())
        for code in codes:
            if code in gazetteer.units:
                out.setdefault(code, make_candidate(gazetteer, code, 0.9 / (place + 1), why))
    return tuple(out.values())


def _make_disambiguation(
    gazetteer: Gazetteer, option: Interpretation, method: str, *, conflict: bool, doubt: bool
) -> Disambiguation:
    """Turn the one reading left into a verdict; changed ground and contradictions go to review."""
    meaning = option.meaning
    reasons: list[ReviewReason] = []
    status: Status = "accepted"
    if meaning.special is not None and meaning.special.same_extent == "newer":
        return Disambiguation(
            "unresolved", None, "newer than the table", [make_reason("newer", source=meaning.special.source)]
        )
    if meaning.special is not None:
        had_code = any(one.old is not None for one in gazetteer.forms.get(meaning.special.name, ()))
        code = "no_official_code" if had_code else "known_area"
        why = [make_reason(code, source=meaning.special.source)]
        return Disambiguation("not_a_county", option, "known special area", why)
    if meaning.old is not None:
        status, reasons, method = _judge_old_unit(meaning, method)
    elif meaning.kind in {"short", "alias", "stem"} and meaning.unit is not None:
        reasons.append(make_reason("short_for", name=meaning.unit.name))
    if conflict:
        status = "review"
        reasons.append(make_reason("outside_given"))
    if doubt:
        status = "review"
        reasons.append(make_reason("shared_short"))
    found = _make_candidates(gazetteer, [option], method) if status != "accepted" else ()
    return Disambiguation(status, option, method, reasons, found)


def _judge_old_unit(meaning: Meaning, method: str) -> tuple[Status, list[ReviewReason], str]:
    old = meaning.old
    if old is None:
        return "unresolved", [], method
    if not old.successors:
        return "unresolved", [make_reason("ended", name=old.name, until=old.valid_to)], "old name"
    values = {"steps": old.steps, "until": old.name_until or old.valid_to, "source": old.source}
    if old.kind in {"renamed", "recoded"} and len(old.successors) == 1:
        # A unit whose code alone changed is still called so.
        return "accepted", [make_reason("changed", **values)] if old.name_until else [], "old name"
    if old.kind == "split":
        return "review", [make_reason("split", **values)], "old name, split"
    return "review", [make_reason("merged", **values)], "old name, merged"
