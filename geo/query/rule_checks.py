"""Statements of a document, tested on the catalogue: what holds, what does not, and what cannot be determined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from pilotzones.geo.boundaries.county_table import CountyTable
from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.catalogue.membership import find_listed_on
from pilotzones.geo.catalogue.models import Programme
from pilotzones.geo.catalogue.provisions import CityClass, ProgrammeRule
from pilotzones.geo.join import JoinedProgramme
from pilotzones.geo.member_matching import match_members
from pilotzones.geo.query.county_index import map_zones_by_county

__all__ = ["Outcome", "RuleResult", "RuleVerdict", "apply_rules"]

RuleVerdict = Literal["holds", "exception", "cannot_tell"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one thing stands to a rule.

    Parameters
    ----------
    subject : str
        A zone, task, city, prefecture or group.
    verdict : {"holds", "exception", "cannot_tell"}
    expected, found : str
        What the rule asks for and what the catalogue has: figures, or one of ``whole``, ``part``, ``none``.
    detail : str
        Names that explain it, separated by 、.
    city : CityClass or None
        What the outcome rests on beside the document.
    """

    subject: str
    verdict: RuleVerdict
    expected: str
    found: str
    detail: str = ""
    city: CityClass | None = None


@dataclass(frozen=True, slots=True)
class RuleResult:
    """A rule and how each thing it speaks of stands to it."""

    rule: ProgrammeRule
    outcomes: tuple[Outcome, ...]

    @property
    def verdict(self) -> RuleVerdict:
        """The worst of the outcomes; a rule that speaks of nothing cannot be determined."""
        verdicts = {outcome.verdict for outcome in self.outcomes}
        if "exception" in verdicts:
            return "exception"
        return "holds" if verdicts == {"holds"} else "cannot_tell"

    @property
    def counts(self) -> Counter[str]:
        """How many outcomes there are of each verdict."""
        return Counter(outcome.verdict for outcome in self.outcomes)


def apply_rules(joined: JoinedProgramme) -> tuple[RuleResult, ...]:
    """Test every rule of a programme.

    Parameters
    ----------
    joined : JoinedProgramme

    Returns
    -------
    tuple of RuleResult
        In the order of ``rules.csv``.
    """
    return tuple(RuleResult(rule, tuple(_KINDS[rule.kind](joined, rule.parameter))) for rule in joined.programme.rules)


def _compare_counts(subject: str, expected: int, counted: int, detail: str = "") -> Outcome:
    return Outcome(subject, "holds" if expected == counted else "exception", str(expected), str(counted), detail)


def _check_tasks_per_zone(joined: JoinedProgramme, parameter: str) -> Iterator[Outcome]:
    for zone in joined.programme.zones:
        yield _compare_counts(zone.name_zh, int(parameter), len(zone.tasks), "、".join(map(str, zone.tasks)))


def _check_every_task_taken(joined: JoinedProgramme, _parameter: str) -> Iterator[Outcome]:
    for task in joined.programme.tasks:
        takers = [zone.name_zh for zone in joined.programme.zones if task.number in zone.tasks]
        verdict: RuleVerdict = "holds" if takers else "exception"
        yield Outcome(task.name_zh, verdict, "1+", str(len(takers)), "、".join(takers))


def _check_zone_in_each_prefecture(joined: JoinedProgramme, province: str) -> Iterator[Outcome]:
    counties = joined.boundaries.counties
    prefectures = counties.loc[counties["province_adcode"] == province, "prefecture"].drop_duplicates()
    for prefecture in prefectures:
        there = [member.listed_name for member in joined.programme.members if member.prefecture == prefecture]
        yield Outcome(prefecture, "holds" if there else "exception", "1+", str(len(there)), "、".join(there))


def _check_scope_by_city_class(joined: JoinedProgramme, _parameter: str) -> Iterator[Outcome]:
    """Check that a city takes part as a whole when every county of its prefecture is listed."""
    counties = joined.boundaries.counties
    classes = {city.prefecture: city for city in joined.programme.cities}
    listed = set(map_zones_by_county(joined))
    for prefecture in dict.fromkeys(joined.counted["prefecture"]):
        there = counties[counties["prefecture"] == prefecture]
        missing = there.loc[~there["adcode"].isin(listed), "name"].tolist()
        extent = "part" if missing else "whole"
        city = classes.get(prefecture)
        if city is None or there.empty:
            yield Outcome(prefecture, "cannot_tell", "", extent, "、".join(missing))
            continue
        expected = "whole" if city.size_class == "smaller" else "part"
        verdict: RuleVerdict = "holds" if extent == expected else "exception"
        yield Outcome(prefecture, verdict, expected, extent, "、".join(missing), city)


def _check_measures_in_groups(joined: JoinedProgramme, parameter: str) -> Iterator[Outcome]:
    """Check that the figures of measures and safeguards are those the document counts to, and that no group is empty."""
    programme = joined.programme
    roles = {group.id: group.role for group in programme.groups}
    for pair in parameter.split(";"):
        role, _, expected = pair.partition("=")
        own = [measure.number for measure in programme.measures if roles[measure.group] == role]
        yield _compare_counts(role, int(expected), len(own))
    for group in programme.groups:
        numbers = [measure.number for measure in programme.measures if measure.group == group.id]
        verdict: RuleVerdict = "holds" if numbers else "exception"
        yield Outcome(group.name_zh, verdict, "1+", str(len(numbers)), "、".join(numbers))


def _check_structure_counts(joined: JoinedProgramme, parameter: str) -> Iterator[Outcome]:
    parts = joined.programme.structure
    for place, expected in enumerate(parameter.split(";")):
        part = parts[place] if place < len(parts) else None
        named = len(part.items_zh) if part else 0
        yield _compare_counts(
            part.name_zh if part else str(place + 1), int(expected), named, "、".join(part.items_zh if part else ())
        )


def _check_earlier_pilots(joined: JoinedProgramme, parameter: str) -> Iterator[Outcome]:
    """Check that one of the counties of a zone was under one of the programmes that the document names before.

    The parameter lists them, separated by ``;``: an id of the catalogue, or the name of a pilot without a list after ``?``.
    Without a hit nothing can be determined while a list is missing.
    """
    named = parameter.split(";")
    missing = [name.removeprefix("?") for name in named if name.startswith("?")]
    others = [load_programme(name) for name in named if not name.startswith("?")]
    table = CountyTable.from_frame(joined.boundaries.counties)
    zones = dict(_list_zone_rows(joined.programme, table))
    began = joined.programme.effective_from or joined.programme.document_date
    earlier_by_zone: dict[int, dict[str, None]] = {}
    undated: dict[int, dict[str, None]] = {}
    for other in others:
        members = {member.id: member for member in other.members}
        for row, identity in _list_member_rows(other, table):
            if row not in zones:
                continue
            listed = find_listed_on(other, members[identity])
            if not listed:
                undated.setdefault(zones[row], {})[f"{other.title_zh} {members[identity].listed_name}"] = None
            elif listed[:4] < began[:4]:
                what = f"{other.title_zh} {members[identity].listed_name} {listed}"
                earlier_by_zone.setdefault(zones[row], {})[what] = None
    for zone in joined.programme.zones:
        earlier, open_dates = earlier_by_zone.get(zone.order, {}), undated.get(zone.order, {})
        if earlier:
            yield Outcome(zone.name_zh, "holds", "1+", str(len(earlier)), "、".join(earlier))
        elif missing or open_dates:
            unknown = [*(f"{name} (no date)" for name in open_dates), *(f"{name} (no list)" for name in missing)]
            yield Outcome(zone.name_zh, "cannot_tell", "1+", "0", "、".join(unknown))
        else:
            yield Outcome(zone.name_zh, "exception", "1+", "0")


def _list_zone_rows(programme: Programme, table: CountyTable) -> Iterator[tuple[int, int]]:
    """List the counties that the members of each zone are or lie in."""
    for match in match_members(programme, table):
        special = match.member.special
        hosts = special.host_adcodes if special is not None and not match.rows else ()
        for row in (*match.rows, *(table.by_code[code] for code in hosts if code in table.by_code)):
            yield row, match.member.zone


def _list_member_rows(programme: Programme, table: CountyTable) -> Iterator[tuple[int, str]]:
    for match in match_members(programme, table):
        yield from ((row, match.member.id) for row in match.rows)


_KINDS: Final[dict[str, Callable[[JoinedProgramme, str], Iterator[Outcome]]]] = {
    "tasks_per_zone": _check_tasks_per_zone,
    "every_task_taken": _check_every_task_taken,
    "scope_by_city_class": _check_scope_by_city_class,
    "zone_in_each_prefecture": _check_zone_in_each_prefecture,
    "measures_in_groups": _check_measures_in_groups,
    "structure_counts": _check_structure_counts,
    "earlier_pilots": _check_earlier_pilots,
}
