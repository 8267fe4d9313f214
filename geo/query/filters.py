"""What the user asked for: one object for the URL, the widgets and the terminal's flags."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeVar

from pilotzones.geo.catalogue.models import Programme, Zone
from pilotzones.geo.errors import SelectionError, make_problem

__all__ = [
    "FOLD_SUFFIXES",
    "MAX_QUERY_CHARACTERS",
    "ChoiceCounts",
    "Match",
    "Selection",
    "list_search_words",
    "normalize_query",
    "strip_suffix",
]

Match = Literal["any", "all"]
MAX_QUERY_CHARACTERS: Final = 100
FOLD_SUFFIXES: Final = ("省", "市", "自治区", "壮族自治区", "回族自治区", "维吾尔自治区", "地区")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class ChoiceCounts:
    """How many zones each choice of a filter leaves, by what can be chosen; what leaves none is 0 when it is looked up."""

    regions: Counter[str]
    tasks: Counter[int]
    provinces: Counter[str]
    zones: Counter[int]


@dataclass(frozen=True, slots=True)
class Selection:
    """A filter over one programme; empty fields mean "all".

    Parameters
    ----------
    regions : tuple of str
        Region names as the document writes them.
    tasks : tuple of int
        Task numbers.
    match : {"any", "all"}
        Whether a zone needs one of the tasks or every one.
    provinces : tuple of str
    zones : tuple of int
        Zone numbers.
    query : str
        Part of a zone's, member's, prefecture's or province's name, or a county code.
    focus : int or None
        The zone whose panel is open; it does not filter.
    """

    regions: tuple[str, ...] = ()
    tasks: tuple[int, ...] = ()
    match: Match = "any"
    provinces: tuple[str, ...] = ()
    zones: tuple[int, ...] = ()
    query: str = ""
    focus: int | None = None

    @property
    def is_everything(self) -> bool:
        """Whether nothing is filtered."""
        return not (self.regions or self.tasks or self.provinces or self.zones or self.query)

    def apply(self, programme: Programme) -> tuple[Zone, ...]:
        """Select the zones that pass the filter, in document order.

        Parameters
        ----------
        programme : Programme

        Returns
        -------
        tuple of Zone
        """
        needle = normalize_query(self.query)
        chosen = [zone for zone in programme.zones if self._is_selected(zone)]
        return tuple(zone for zone in chosen if not needle or any(needle in word for word in list_search_words(zone)))

    def count_choices(self, programme: Programme) -> ChoiceCounts:
        """Count the zones that each choice of a filter leaves, with all other filters as they are.

        Parameters
        ----------
        programme : Programme

        Returns
        -------
        ChoiceCounts
            Of a task, beside the tasks already chosen where a zone needs every one.
        """
        beside = replace(self, tasks=self.tasks if self.match == "all" else ()).apply(programme)
        return ChoiceCounts(
            regions=Counter(zone.region for zone in replace(self, regions=()).apply(programme)),
            tasks=Counter(number for zone in beside for number in zone.tasks),
            provinces=Counter(zone.province for zone in replace(self, provinces=()).apply(programme)),
            zones=Counter(zone.order for zone in replace(self, zones=()).apply(programme)),
        )

    def _is_selected(self, zone: Zone) -> bool:
        if self.regions and zone.region not in self.regions:
            return False
        if self.provinces and zone.province not in self.provinces:
            return False
        if self.zones and zone.order not in self.zones:
            return False
        if not self.tasks:
            return True
        wanted = set(self.tasks)
        return wanted <= set(zone.tasks) if self.match == "all" else bool(wanted & set(zone.tasks))

    @classmethod
    def read(
        cls,
        programme: Programme,
        *,
        regions: Iterable[str] = (),
        tasks: Iterable[str] = (),
        match: str = "any",
        provinces: Iterable[str] = (),
        zones: Iterable[str] = (),
        query: str = "",
        focus: str = "",
    ) -> Selection:
        """Read a selection from words a person typed.

        Regions, tasks, provinces and zones may be numbers, ids, full or short names in either language.

        Raises
        ------
        SelectionError
            When a word names nothing; the text lists what exists.
        """
        if match not in ("any", "all"):
            raise SelectionError(make_problem("", "selection_match", facts={"word": match}))
        find = _make_finders(programme)
        return cls(
            regions=_find_each(find["regions"], regions),
            tasks=_find_each(find["tasks"], tasks),
            match="all" if match == "all" else "any",
            provinces=_find_each(find["provinces"], provinces),
            zones=_find_each(find["zones"], zones),
            query=query.strip(),
            focus=find["zones"](focus) if focus else None,
        )

    def to_query(self, programme: Programme) -> dict[str, str]:
        """Write the selection as URL parameters; what is at its default is left out.

        Parameters
        ----------
        programme : Programme

        Returns
        -------
        dict of str to str
        """
        ids = {region.name_zh: region.id for region in programme.regions}
        pairs = {
            # In the programme's order, so that one selection has one address.
            "region": ",".join(short for name, short in ids.items() if name in self.regions),
            "task": ",".join(map(str, sorted(self.tasks))),
            "match": self.match if self.tasks and self.match == "all" else "",
            "province": ",".join(name for name in programme.provinces if name in self.provinces),
            "zone": ",".join(map(str, sorted(self.zones))),
            "q": self.query,
            "focus": "" if self.focus is None else str(self.focus),
        }
        return {key: value for key, value in pairs.items() if value}

    @classmethod
    def from_query(cls, programme: Programme, query: Mapping[str, str]) -> tuple[Selection, list[str]]:
        """Read a selection from URL parameters; what cannot be read is left out and named.

        Parameters
        ----------
        programme : Programme
        query : mapping of str to str

        Returns
        -------
        selection : Selection
        dropped : list of str
            ``key=value`` pairs that mean nothing (any more).
        """
        values: dict[str, Any] = {"query": query.get("q", "").strip()[:MAX_QUERY_CHARACTERS]}
        dropped: list[str] = []
        # Whoever made the link decides how many words it has: the tables are made once for all of them.
        find = _make_finders(programme)
        for key, field in (("region", "regions"), ("task", "tasks"), ("province", "provinces"), ("zone", "zones")):
            selected: dict[Any, None] = {}
            for word in dict.fromkeys(filter(None, query.get(key, "").split(","))):
                try:
                    selected |= dict.fromkeys(_find_each(find[field], [word]))
                except SelectionError:
                    dropped.append(f"{key}={word}")
            values[field] = tuple(selected)
        match, focus = query.get("match", ""), query.get("focus", "")
        if match in ("any", "all"):
            values["match"] = match
        elif match:
            dropped.append(f"match={match}")
        try:
            values["focus"] = find["zones"](focus) if focus else None
        except SelectionError:
            dropped.append(f"focus={focus}")
        return cls(**values), dropped


def normalize_query(text: str) -> str:
    """Normalize a text for comparing: NFKC, without case, without space around it.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    return unicodedata.normalize("NFKC", text).casefold().strip()


def list_search_words(zone: Zone) -> tuple[str, ...]:
    """List what a zone is found by: its name, region and province, the names, prefectures and codes of its members.

    Parameters
    ----------
    zone : Zone

    Returns
    -------
    tuple of str
        Folded (NFKC, lower case), each once, none empty.
    """
    words = [zone.name_zh, zone.name_en, zone.province, zone.region]
    for member in zone.members:
        words += [*member.names, member.prefecture, member.adcode or ""]
    return tuple(filter(None, dict.fromkeys(normalize_query(word) for word in words)))


def strip_suffix(word: str, suffixes: Iterable[str] = FOLD_SUFFIXES) -> str:
    """Strip from a name the suffix people leave out: 浙江 for 浙江省, 东部 for 东部地区."""
    for suffix in sorted(suffixes, key=len, reverse=True):
        if len(word) > len(suffix) + 1 and word.endswith(suffix):
            return word.removesuffix(suffix)
    return word


def _make_finders(programme: Programme) -> dict[str, Callable[[str], Any]]:
    """Make what finds the value that a word means, by field of the selection."""
    tasks = {t.number: (str(t.number), t.name_zh, t.short_zh, t.name_en, t.short_en) for t in programme.tasks}
    return {
        "regions": _make_finder("region", {r.name_zh: (r.id, r.name_zh, r.name_en) for r in programme.regions}),
        "tasks": _make_finder("task", tasks),
        "provinces": _make_finder("province", {name: (name,) for name in programme.provinces}),
        "zones": _make_finder(
            "zone", {zone.order: (str(zone.order), zone.name_zh, zone.name_en) for zone in programme.zones}
        ),
    }


def _make_finder(what: str, choices: Mapping[_T, tuple[str, ...]]) -> Callable[[str], _T]:
    table: dict[str, _T] = {}
    for value, words in choices.items():
        for word in words:
            table.setdefault(normalize_query(word), value)
            table.setdefault(strip_suffix(normalize_query(word)), value)

    def find(word: str) -> _T:
        folded = normalize_query(word)
        if folded in table:
            return table[folded]
        # A part of exactly one name is as good as the name.
        parts = {value: None for name, value in table.items() if len(folded) > 1 and folded in name}
        if len(parts) == 1:
            return next(iter(parts))
        listing = ", ".join(" ".join(words[:2]) if what in ("zone", "task") else words[0] for words in choices.values())
        raise SelectionError(make_problem("", f"selection_{what}", facts={"word": word, "known": listing}))

    return find


def _find_each(find: Callable[[str], _T], words: Iterable[str]) -> tuple[_T, ...]:
    return tuple(
        dict.fromkeys(find(word) for text in words for word in text.replace("，", ",").split(",") if word.strip())
    )
