"""Why a place was accepted, set apart or put up for review: a code with its values.

Reasons travel as records. Tables, JSON and the terminal write the phrase of the code in English, a page the one of its
language; the phrases stand in ``data/messages`` under ``list_reason_`` and the code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pilotzones.geo.messages import fill_message, load_messages

__all__ = ["ReviewReason", "list_reason_codes", "make_reason"]

_PREFIX: Final = "list_reason_"


@dataclass(frozen=True, slots=True)
class ReviewReason:
    """One reason, as a code with the values that its phrase names.

    Parameters
    ----------
    code : str
        One of `list_reason_codes`.
    values : tuple of (str, str)
        Names of the placeholders in the phrase, with what stands for them.
    """

    code: str
    values: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return fill_message(load_messages()[_PREFIX + self.code]["en"], dict(self.values))


def list_reason_codes() -> list[str]:
    """List the codes of all reasons.

    Returns
    -------
    list of str
    """
    return [key.removeprefix(_PREFIX) for key in load_messages() if key.startswith(_PREFIX)]


def make_reason(code: str, /, **values: object) -> ReviewReason:
    """Make a reason.

    Parameters
    ----------
    code : str
        One of `list_reason_codes`.
    **values : object
        What its phrase names.

    Returns
    -------
    ReviewReason

    Raises
    ------
    KeyError
        When there is no such code, or a value that its phrase names is not given.
    """
    reason = ReviewReason(code, tuple((name, str(value)) for name, value in values.items()))
    # A missing value is found here, and not where the reason is written.
    str(reason)
    return reason
