"""The kinds of programmes: what one calls its places, and what is shown of them.

A programme names its kind in ``programme.toml``. Pages, maps, figures and files ask the kind what to show and never compare
its name, so that another kind is one more entry of `PROGRAMME_KINDS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["PROGRAMME_KINDS", "ProgrammeKind"]


@dataclass(frozen=True)
class ProgrammeKind:
    """One kind of programme; as text it is its `words`.

    Parameters
    ----------
    id : str
        What ``programme.toml`` calls it.
    words : str
        Ending of the messages with its words: ``unit_WORDS``, ``figure_WORDS`` and others of ``data/messages/``.
    states_areas : bool
        Its places have stated areas to compare, tasks and regions: they can be filtered and coloured by them.
    lists_towns : bool
        Each of its places is a town, which is drawn as a point and has no members of its own.
    is_for_scopes : bool
        Its places are the scopes of provisions: the legend says so, and a provision is looked up on the map.
    level : str
        Level of the places that its statements are about (`pilotzones.geo.statements`).
    """

    id: str
    words: str
    states_areas: bool = False
    lists_towns: bool = False
    is_for_scopes: bool = False
    level: str = "zone"

    def __str__(self) -> str:
        return self.words


PROGRAMME_KINDS: Final[dict[str, ProgrammeKind]] = {
    kind.id: kind
    for kind in (
        ProgrammeKind("zones", "zones", states_areas=True),
        ProgrammeKind("towns", "towns", lists_towns=True, level="town"),
        ProgrammeKind("measures", "measures", is_for_scopes=True, level="municipality"),
    )
}
