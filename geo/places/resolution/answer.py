"""The record of one mention with its disambiguation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pilotzones.geo.places.reason_codes import ReviewReason
    from pilotzones.geo.places.resolution.disambiguation import Disambiguation, Interpretation, MentionContext
    from pilotzones.geo.places.resolution.mention_roles import Role
    from pilotzones.geo.places.text.mentions import Mention

__all__ = ["MentionAnswer"]


@dataclass(slots=True)
class MentionAnswer:
    """One mention with its verdict; kept until the whole text is read, so that siblings can help.

    `doubt` says why it is not to be accepted, whatever its siblings say; `set_apart` marks a town or
    an area that is up for review.
    """

    mention: Mention
    role: Role
    verdict: Disambiguation
    context: MentionContext
    options: list[Interpretation]
    nested: bool
    containers: tuple[str, ...] = ()
    doubt: ReviewReason | None = None
    set_apart: bool = False

    @property
    def is_apart(self) -> bool:
        """Whether it is a town or an area and no division."""
        return self.set_apart or self.verdict.status == "not_a_county"

    @property
    def code(self) -> str:
        """The first code that the answer leads to; empty for none."""
        option = self.verdict.option
        return option.codes[0] if option is not None and option.codes else ""
