"""The sentences of the interface in Chinese and English, from one catalogue of messages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, Final, Literal

from pilotzones.data import DATA

__all__ = [
    "LANGUAGES",
    "Language",
    "append_detail",
    "fill_message",
    "find_message",
    "format_count",
    "format_difference_percent",
    "format_number",
    "get_place_words",
    "join_texts",
    "load_messages",
    "translate",
]

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
# Larger figures are written as powers of ten.
_MAX_WRITTEN_OUT: Final = 1e15
_HEADING: Final = re.compile(r"^\[([\w-]+)\]$", re.MULTILINE)


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
    return {key: _load_file(path)[key] for key, path in _index_messages().items()}


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
    text = _load_file(_index_messages()[key])[key][lang]
    return fill_message(text, values) if values else text


def fill_message(text: str, values: Mapping[str, object]) -> str:
    """Fill the {names} of a message.

    Parameters
    ----------
    text : str
        ``{count:|row|rows}`` is the count and the word that goes with it, "1 row" or "2 rows"; ``{count:-|is|are}`` is the
        word alone. What stands before the first ``|`` is otherwise a format as everywhere.
    values : mapping of str to object

    Returns
    -------
    str
    """
    # The formatter of the language itself is several times as fast.
    return _FORMATTER.vformat(text, (), values) if "|" in text else text.format_map(values)


class _PluralFormatter(Formatter):
    """Formats as `str.format` does, and knows words that go with a count."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """Format one value; see `fill_message`."""
        form, *words = format_spec.split("|")
        if len(words) != 2:
            formatted: str = super().format_field(value, format_spec)
            return formatted
        count = str(super().format_field(value, form.removesuffix("-")))
        word = words[count != "1"]
        return word if form.endswith("-") else f"{count} {word}"


_FORMATTER: Final = _PluralFormatter()


def format_count(count: int, one: str, many: str = "") -> str:
    """Format a count with its English noun for the terminal.

    Parameters
    ----------
    count : int
    one, many : str
        The noun; without the second its plural ends in s.

    Returns
    -------
    str
        "1 row", "2,000 rows".
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def find_message(key: str) -> dict[str, str] | None:
    """Find a message in both languages, if there is one of this name."""
    path = _index_messages().get(key)
    return None if path is None else _load_file(path)[key]


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


def append_detail(text: str, detail: str, lang: str) -> str:
    """Append a detail in the brackets of a language: full-width ones in Chinese, after a blank in English."""
    return f"{text}（{detail}）" if lang == "zh" else f"{text} ({detail})"


def join_texts(texts: Iterable[str], lang: str, *, zh: str = "、", en: str = ", ") -> str:
    """Join texts with what stands between the items of a list: `zh` in Chinese, `en` in English."""
    return (zh if lang == "zh" else en).join(texts)


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
    # A figure has no more than 15 digits that mean something.
    form = ".4g" if abs(value) >= _MAX_WRITTEN_OUT else f",.{digits}f"
    text = f"{value:{'+' if signed else ''}{form}}"
    return text.replace("-", "−")


def format_difference_percent(value: float | None) -> str:
    """Format a difference in percent with its sign and two decimals; a dash alone where nothing is known."""
    return "–" if value is None else f"{format_number(value, 2, signed=True)}%"


@cache
def _index_messages() -> dict[str, Path]:
    """Find the file of each message: most commands need one or two of thirty files, and to parse all takes longer than they do."""
    files: dict[str, Path] = {}
    for path in sorted((DATA / "messages").glob("*.toml")):
        keys = _HEADING.findall(path.read_text(encoding="utf-8"))
        if twice := files.keys() & keys:
            raise KeyError(f"{path.name}: {sorted(twice)} is in another file of messages too")
        files |= dict.fromkeys(keys, path)
    return files


@cache
def _load_file(path: Path) -> dict[str, dict[str, str]]:
    with path.open("rb") as stream:
        return tomllib.load(stream)
