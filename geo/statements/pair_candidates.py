"""Pairs of statements of different documents that may say the same, found by their themes and words.

The program proposes, people settle: what is settled stands in ``pairs.csv``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import log, sqrt
from typing import Final

from pilotzones.geo.statements.models import Statement, StatementBase

__all__ = ["PairCandidate", "find_pair_candidates"]

_MIN_SIMILARITY: Final = 0.12
_HAN_RUN: Final = re.compile("[\u3400-\u9fff]+")
_MAX_CANDIDATES: Final = 50


@dataclass(frozen=True, slots=True)
class PairCandidate:
    """Two statements that share themes, and how alike their words are (0 to 1)."""

    first: Statement
    second: Statement
    shared_themes: tuple[str, ...]
    similarity: float


def find_pair_candidates(base: StatementBase) -> list[PairCandidate]:
    """Find pairs of statements that nobody has settled yet.

    The similarity is the cosine of the pairs of neighbouring characters, weighted by their rarity (tf–idf: Salton and
    Buckley 1988, Information Processing & Management 24(5)).

    Parameters
    ----------
    base : StatementBase

    Returns
    -------
    list of PairCandidate
        The most alike first, `_MAX_CANDIDATES` at most; only statements of different documents that share a theme.
    """
    vectors = _weigh({one.id: _count_bigrams(one.text_zh) for one in base.statements})
    settled = {frozenset((pair.first, pair.second)) for pair in base.pairs}
    pairs = []
    for first, second in combinations(base.statements, 2):
        shared = tuple(theme for theme in first.themes if theme in second.themes)
        if not shared or first.document == second.document or frozenset((first.id, second.id)) in settled:
            continue
        similarity = _compute_cosine(vectors[first.id], vectors[second.id])
        if similarity >= _MIN_SIMILARITY:
            pairs.append(PairCandidate(first, second, shared, similarity))
    pairs.sort(key=lambda one: (-one.similarity, one.first.id, one.second.id))
    return pairs[:_MAX_CANDIDATES]


def _count_bigrams(text: str) -> Counter[str]:
    return Counter(run[at : at + 2] for run in _HAN_RUN.findall(text) for at in range(len(run) - 1))


def _weigh(counts: Mapping[str, Counter[str]]) -> dict[str, dict[str, float]]:
    frequency = Counter(word for words in counts.values() for word in words)
    return {
        identity: {word: number * log(len(counts) / frequency[word]) for word, number in words.items()}
        for identity, words in counts.items()
    }


def _compute_cosine(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    lengths = _compute_length(first.values()) * _compute_length(second.values())
    return sum(weight * second.get(word, 0.0) for word, weight in first.items()) / lengths if lengths else 0.0


def _compute_length(weights: Iterable[float]) -> float:
    return sqrt(sum(weight * weight for weight in weights))
