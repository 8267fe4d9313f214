"""The sentences of the interface in Chinese and English, from one catalogue of messages."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Final, Literal

from pilotzones.data import DATA

__all__ = [
    "LANGUAGES",
    "Language",
    "format_difference_percent",
    "format_number",
    "get_place_words",
    "load_messages",
    "translate",
]

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")


@cache
def load_messages() -> dict[str, dict[str, str]]:
    """Load all messages: key to language to text.

    Returns
    -------
    dict

    Raises
    ------
    KeyError
        When two files have a message of one name.
    """
    messages: dict[str, dict[str, str]] = {}
    for path in sorted((DATA / "messages").glob("*.toml")):
        with path.open("rb") as stream:
            part = tomllib.load(stream)
        if twice := messages.keys() & part.keys():
            raise KeyError(f"{path.name}: {sorted(twice)} is in another file of messages too")
        messages |= part
    return messages


def translate(key: str, lang: Language, /, **values: object) -> str:
    """Translate one message into one language.

    Parameters
    ----------
    key : str
        Name of the message in ``data/messages/``.
    lang : {"zh", "en"}
    **values
        What fills the {names} of the message. Their text is inserted as it is: whoever shows the result as markup
        escapes it first.

    Returns
    -------
    str

    Raises
    ------
    KeyError
        When there is no such message, or a value is missing.
    """
    return load_messages()[key][lang].format(**values) if values else load_messages()[key][lang]


def get_place_words(kind: object, lang: Language) -> dict[str, str]:
    """Translate what a programme calls its places, for the {names} of messages that speak of them.

    Parameters
    ----------
    kind : ProgrammeKind
        As text it is the ending of the messages with its words.
    lang : {"zh", "en"}

    Returns
    -------
    dict of str to str
        ``one`` and ``many`` of them; ``One`` and ``Many`` where a text begins.
    """
    one, many = translate(f"unit_{kind}", lang), translate(f"figure_{kind}", lang)
    return {"one": one.lower(), "many": many.lower(), "One": one, "Many": many}


def format_number(value: float | None, digits: int = 0, *, signed: bool = False) -> str:
    """Format a figure for people: thousands apart, a true minus sign, and a dash where nothing is known.

    Parameters
    ----------
    value : float or None
    digits : int, optional
        Decimals.
    signed : bool, optional
        Show a plus sign too.

    Returns
    -------
    str
    """
    if value is None:
        return "–"
    text = f"{value:{'+' if signed else ''},.{digits}f}"
    return text.replace("-", "−")


def format_difference_percent(value: float | None) -> str:
    """Format a difference in percent with its sign and two decimals; a dash alone where nothing is known."""
    return "–" if value is None else f"{format_number(value, 2, signed=True)}%"
