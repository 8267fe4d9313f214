"""Fold a text character by character, so that every place found keeps its place in the input.

Full width becomes half width, compatibility forms their plain ones, traditional characters the simplified ones. The
length never changes: a character whose folded form is longer is left alone.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from opencc import OpenCC

__all__ = ["fold_variants"]

# In simplified place names these are correct as they stand; a character converter would change them.
_KEEP = frozenset("乾犍於甯")
# Raised and circled figures are marks of notes: as plain digits they would go on with the number before them.
_NOTE_MARKS = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾₀₁₂₃₄₅₆₇₈₉①②③④⑤⑥⑦⑧⑨")
# Variants that a general converter leaves, written in place names.
_VARIANTS = {"甯": "宁", "嶽": "岳", "鉅": "巨", "濬": "浚", "邨": "村", "堦": "阶", "荘": "庄", "蘓": "苏", "汙": "污"}


@lru_cache(maxsize=1)
def _load_converter() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=16384)
def _fold_character(char: str) -> str:
    """Fold one character; itself where the folded form is not exactly one character."""
    if char in _NOTE_MARKS:
        return char
    plain = unicodedata.normalize("NFKC", char)
    if len(plain) != 1:
        plain = char
    if plain in _VARIANTS:
        return _VARIANTS[plain]
    if plain in _KEEP or plain < "\u3400":
        return plain
    simple = _load_converter().convert(plain)
    return simple if len(simple) == 1 else plain


class _FoldingTable(dict[int, str]):
    """A translation table that fills itself, so that str.translate does the work."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        self[code] = folded
        return folded


_TABLE = _FoldingTable()


def fold_variants(text: str) -> str:
    """Fold width, compatibility forms and traditional characters, keeping the length.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        As many characters as `text`.
    """
    return text.translate(_TABLE)
