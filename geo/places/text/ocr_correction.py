"""Names with a character taken for another of the same shape (淮安巾, 黄右市): read as what they look like, for review.

The text is mended one character for one, so that every place keeps its position; what was mended is remembered, and
nothing that rests on it is accepted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.places.text.normalized_text import NormalizedText, Token
from pilotzones.geo.places.text.patterns import UNIT_ENDINGS

__all__ = ["CONFUSABLE_CHARS", "ILLEGIBLE_CHARS", "find_same_shape", "mend"]

# Characters that scanning and copying take for each other, in groups; no character stands in two of them.
CONFUSABLE_CHARS = (
    "市巾币 县具 区巨匹 州洲 宁宇 江汪 山出 石右 大太犬 平乎 阳阴 林材 未末 己已巳 日曰 土士 人入八 千干于 王玉主 西酉 "
    "田由甲申 水永 东车 南甫 北比 本术木 天夭无 丰半 云去 广厂 白自 井开 万方 力刀 九丸 午牛 贝见 城诚 清请 治冶 乌鸟 "
    "陵凌 海每 湖潮 淮准 洋样 滨宾 潭谭 丘兵 令今 古占 昌冒 桥侨 徐除 郊效 梅悔 汾份 泌沁 洪供 浦捕 源原 岭铃 崇祟 常堂 "
    "康庚 延廷 抚扶 新斯 沙纱 泰秦 津律 盘盆 禹离 肃萧 英央 莱菜 辽迈 铜钢 银根 锦绵 韶绍 黄横 黑墨 关美 凤风 历厉 赤亦 "
    "遂逐 桂柱 武式 汉汊 惠患 邢刑 泸沪 河何 湘相"
)
_SHAPE = str.maketrans({char: group[0] for group in CONFUSABLE_CHARS.split() for char in group})
_ENDS = frozenset(UNIT_ENDINGS)
# What a bad copy makes of the last character of a unit's name.
_DAMAGED_ENDS = frozenset("具巨匹巾币洲")
# What stands where a character could not be read; ? is left out, which ends sentences.
ILLEGIBLE_CHARS = frozenset("*□■○")
_BLOT = "□"
_BLOTTED = str.maketrans(dict.fromkeys(ILLEGIBLE_CHARS, _BLOT))
_SUSPECT = _DAMAGED_ENDS | ILLEGIBLE_CHARS
_REACH = 15
# Names of two characters are like too many words.
_MIN_NAME_CHARS = 3


@lru_cache(maxsize=1)
def _index_by_shape() -> tuple[Mapping[str, tuple[str, ...]], tuple[int, ...]]:
    """Index the names of today's units by their shape; give the lengths of these names too, longest first."""
    shapes: dict[str, set[str]] = defaultdict(set)
    for form, meanings in load_gazetteer().forms.items():
        if (
            len(form) >= _MIN_NAME_CHARS
            and form[-1] in _ENDS
            and any(m.kind in {"official", "short"} for m in meanings)
        ):
            shapes[form.translate(_SHAPE)].add(form)
    lengths = tuple(sorted({len(shape) for shape in shapes}, reverse=True))
    return {shape: tuple(sorted(names)) for shape, names in shapes.items()}, lengths


def find_same_shape(text: str) -> tuple[str, ...]:
    """Find names of today's units that a text has the shape of.

    Parameters
    ----------
    text : str
        Folded text.

    Returns
    -------
    tuple of str
        Official and short names of three characters or more; empty for none.
    """
    return _index_by_shape()[0].get(text.translate(_SHAPE), ())


@lru_cache(maxsize=1)
def _index_by_blot() -> Mapping[str, tuple[str, ...]]:
    """Index the official names of today's units by what is left of them when one character is blotted out."""
    found: dict[str, set[str]] = defaultdict(set)
    for unit in load_gazetteer().units.values():
        for at in range(len(unit.name)) if len(unit.name) >= _MIN_NAME_CHARS else ():
            found[f"{unit.name[:at]}{_BLOT}{unit.name[at + 1 :]}"].add(unit.name)
    return {left: tuple(sorted(names)) for left, names in found.items()}


def mend(normalized: NormalizedText, tokens: Sequence[Token]) -> NormalizedText:
    """Read damaged names as the one name they have the shape of.

    Parameters
    ----------
    normalized : NormalizedText
        The text.
    tokens : sequence of Token
        What the finder made of it; only text that no name explains is mended.

    Returns
    -------
    NormalizedText
        The same object when there is nothing to mend.
    """
    odd = not _SUSPECT.isdisjoint(normalized.chars)
    damaged = [at for at, char in enumerate(normalized.chars) if char in _DAMAGED_ENDS] if odd else []
    blots = [at for at, char in enumerate(normalized.chars) if char in ILLEGIBLE_CHARS] if odd else []
    ends = sorted({*_find_unexplained_ends(tokens), *damaged})
    if not ends and not blots:
        return normalized
    # 西市□ in 定西市□县 is no name: it begins inside one.
    inside = {at for token in tokens for part in token.path for at in range(part.start + 1, part.end)}
    chars, mended = list(normalized.chars), set[int]()
    for start, name in (
        *(_find_blotted_name(normalized, at) for at in blots),
        *(_find_damaged_name(normalized, end) for end in ends),
    ):
        if name and start not in inside and mended.isdisjoint(range(start, start + len(name))):
            mended.update(at for at in range(start, start + len(name)) if chars[at] != name[at - start])
            chars[start : start + len(name)] = name
    return replace(normalized, chars="".join(chars), mended=frozenset(mended)) if mended else normalized


def _find_unexplained_ends(tokens: Sequence[Token]) -> Iterator[int]:
    """Find where a name may end in text that no form explains, or in what is read as an area or a town."""
    for token in tokens:
        if token.kind == "text" or (token.kind == "name" and token.rest):
            first = token.end - len(token.rest) if token.rest else token.start
            yield from (at for at in range(first, token.end) if token.text[at - token.start] in _ENDS)


def _find_blotted_name(normalized: NormalizedText, at: int) -> tuple[int, str]:
    """Find the longest name with one character blotted out here; behind a whole name a mark may be one of a footnote."""
    known, chars = _index_by_blot(), normalized.chars
    left = chars[max(0, at - _REACH) : at + _REACH].translate(_BLOTTED)
    place = min(at, _REACH)
    goes_on = "\u3400" <= chars[at + 1 : at + 2] <= "\u9fff"
    spans = ((start, end) for start in range(place + 1) for end in range(place + 1, len(left) + 1))
    for start, end in sorted(spans, key=lambda span: span[0] - span[1]) if goes_on else ():
        names = known.get(left[start:end], ())
        if names:
            first = at - place + start
            broken = any(
                normalized.breaks.get(one, "space") != "space" for one in range(first + 1, first + end - start)
            )
            return (first, names[0]) if len(names) == 1 and not broken else (0, "")
    return 0, ""


def _find_damaged_name(normalized: NormalizedText, end: int) -> tuple[int, str]:
    """Find the longest damaged name that ends here: where it begins and how it reads; no name where none or several fit."""
    shapes, lengths = _index_by_shape()
    forms = load_gazetteer().forms
    shape = normalized.chars[max(0, end + 1 - lengths[0]) : end + 1].translate(_SHAPE)
    for length in lengths:
        start = end + 1 - length
        names = shapes.get(shape[-length:], ()) if length <= len(shape) else ()
        if not names or any(normalized.breaks.get(at, "space") != "space" for at in range(start + 1, end + 1)):
            continue
        known = normalized.chars[start : end + 1] in forms
        return (start, names[0]) if len(names) == 1 and not known else (0, "")
    return 0, ""
