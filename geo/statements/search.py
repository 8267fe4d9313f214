"""Search in all statements by words: Chinese, Pinyin or English."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from pilotzones.geo.places.romanization import split_syllables
from pilotzones.geo.statements.models import Statement

__all__ = ["search_statements"]

_WORDS: Final = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+(?:[.'-][a-z0-9]+)*")
_HAN: Final = re.compile("[\u3400-\u9fff]")


def search_statements(statements: Iterable[Statement], query: str) -> list[Statement]:
    """Find the statements that hold every word of a query.

    Parameters
    ----------
    statements : iterable of Statement
    query : str
        Words between blanks: Chinese words, Pinyin without tones written together (zhaijidi), English words or their
        beginnings. An empty query finds everything.

    Returns
    -------
    list of Statement
        In the given order.
    """
    words = _WORDS.findall(query.casefold())
    return [one for one in statements if all(_has_word(one, word) for word in words)]


def _has_word(statement: Statement, word: str) -> bool:
    chinese, pinyin, english = _index_words(statement)
    if _HAN.match(word):
        return word in chinese
    if any(part.startswith(word) for part in english):
        return True
    # A syllable begins where the word begins: "an" is not found inside "yanxu".
    return any("".join(run)[position:].startswith(word) for run in pinyin for position in _list_starts(run))


def _list_starts(run: tuple[str, ...]) -> list[int]:
    positions = [0]
    for syllable in run[:-1]:
        positions.append(positions[-1] + len(syllable))
    return positions


@lru_cache(maxsize=4096)
def _index_words(statement: Statement) -> tuple[str, tuple[tuple[str, ...], ...], frozenset[str]]:
    """Index the Chinese text, the syllables of its runs, and the English words of a statement."""
    texts = (statement.text_zh, statement.actor_zh, statement.object_zh, statement.condition_zh)
    chinese = "\n".join([*texts, statement.where_in_document]).casefold()
    words = (statement.text_en, statement.actor_en, statement.object_en, statement.condition_en)
    english = "\n".join([*words]).casefold()
    runs = re.findall("[\u3400-\u9fff]+", chinese)
    return chinese, tuple(split_syllables(run) for run in runs), frozenset(_WORDS.findall(english))
