"""What the mention resolver carries from name to name, and how a name stands among its neighbours."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pilotzones.geo.places.resolution.answer import MentionAnswer

if TYPE_CHECKING:
    from pilotzones.geo.places.text.mentions import Mention

__all__ = ["ReadingState", "begins_new_line", "has_rest", "is_item"]


@dataclass(slots=True)
class ReadingState:
    """What is carried while the text is read: headings, and the units written earlier in the sentence.

    `apart` marks a line whose label is an area that no table knows, `listed` a province that stands in the enumeration
    as an item of its own (天津市、厦门市), so that the next item need not lie in it, `with_area` a larger unit that was only
    written with an area in it (吉林监狱、德清县), and `excluded` a prefecture that was
    written with an exclusion alone (除南昌市外), which holds none of the names behind it.
    """

    province: str = ""
    prefecture: str = ""
    headings: list[str] = field(default_factory=list)
    sentence: int = -1
    county: str = ""
    apart: bool = False
    listed: bool = False
    with_area: bool = False
    excluded: bool = False


def has_rest(answer: MentionAnswer) -> bool:
    """Whether words that make another place of the name follow it (余杭区塘栖镇)."""
    return answer.mention.token is not None and bool(answer.mention.token.rest_kind)


def is_item(mention: Mention) -> bool:
    """Whether a separator of items follows a name (贵州省、), and no blank or line break."""
    members = mention.enumeration.members if mention.enumeration is not None else [mention]
    position = members.index(mention) + 1
    return position < len(members) and any(mark in members[position].gap for mark in "、和与及")


def begins_new_line(mention: Mention) -> bool:
    """Whether a line or a cell begins before a name."""
    return "\n" in mention.gap or "\t" in mention.gap
