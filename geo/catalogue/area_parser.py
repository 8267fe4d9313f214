"""Areas as documents write them: the figure with its unit, or why the wording is not one figure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

from pilotzones.geo.catalogue.area_units import UNIT_PATTERN, get_unit_km2

__all__ = ["AreaDoubt", "AreaStatement", "find_area_statements", "parse_area_km2"]

AreaDoubt = Literal["range", "digits", "letters", "sign", "bound"]
_SUPERSCRIPTS: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹"
# Names of note marks that may stand between a figure and its unit.
_NOTE_MARK: Final = rf"(?:[{_SUPERSCRIPTS}⁽⁾₀-₉①-⑳*†]{{0,6}}|[\[〔]\d{{1,2}}[\]〕])"
_UNIT: Final = re.compile(rf"\s{{0,4}}{_NOTE_MARK}\s{{0,4}}({UNIT_PATTERN})(?![A-Za-z])")
_DIGITS_ZH: Final = {char: number for number, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_STEPS_ZH: Final = {"十": 10, "百": 100, "千": 1000}
_SECTIONS: Final = {"万": 10_000, "亿": 100_000_000}
# The forms of contracts and banks, and traditional ones.
_FORMAL: Final = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟萬億點兩", "一二三四五六七八九十百千万亿点两")
_NUMERALS: Final = "〇零一二两三四五六七八九十百千万亿点壹贰叁肆伍陆柒捌玖拾佰仟萬億點兩"
_SCALES_EN: Final = {"thousand": 1e3, "million": 1e6, "billion": 1e9}
_SCALED_EN: Final = re.compile(rf"(.*\d)\s*({'|'.join(_SCALES_EN)})", re.IGNORECASE)
_DASHES: Final = "-−–—~"
# Characters that a figure, or what was meant as one, is written with; 几 and 数 stand for an unknown digit.
_FIGURE_CHARS: Final = frozenset(f"0123456789.,'’、 {_NUMERALS}余多几数{_DASHES}至到±+{_SUPERSCRIPTS}⁽⁾*†") | frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)
_MAX_FIGURE: Final = 40
_ARABIC: Final = re.compile(r"(?:\d{1,3}(?:([ ,'’])\d{3})(?:\1\d{3})*|\d{1,12})(?:\.\d{1,12})?")
_SCALED: Final = re.compile(r"(.*?\d)\s?[余多]?\s?([十百千]?[万亿]|千|百)?\s?[余多]?")
# English words before a figure (an area of 1,479 sq km); letters that touch its digits are a part of it.
_WORDS_BEFORE: Final = re.compile(r"(?![lIOo]+\s)(?:[A-Za-z]{2,}|a)(?:[ ,.'’、-]+[A-Za-z]+)*\s+(?=\d)")
# Letters that stand for 0 and 1 in a bad copy.
_LETTERS_ALONE: Final = re.compile(r"\s?[lIOo]{1,6}\s?")
_RANGE: Final = re.compile(rf"[\d{_NUMERALS}]\s*[余多]?\s*[{_DASHES}至到]{{1,2}}\s*[\d{_NUMERALS}]")
_BOUND_BEFORE: Final = re.compile(
    r"(?:不足|不到|不超过|不少于|不低于|超过|超出|高于|低于|大于|小于|至少|至多|最多|逾|超|[<>≤≥]"
    r"|(?i:\b(?:more than|less than|at least|at most|up to|over|under|above|below)))\s?$"
)
_BOUND_AFTER: Final = re.compile(r"\s?(?:以上|以下|以内|之内)")
# A sign that makes a figure a piece of a longer expression (1/3, 14.79×10²), or what was meant for a decimal point.
_PIECE_BEFORE: Final = re.compile(
    r"(?:\d[\d.,]*|[一二三四五六七八九十])\s?[/×xX*÷∶:^%‰√]\s?$|\d[\d.,]*[。·•‧∙‚;]$|(?<![\d.])\.$"
)
_RANGE_BEFORE: Final = re.compile(rf"(?:{UNIT_PATTERN})\s?[{_DASHES}至到]{{1,2}}$")
_RANGE_AFTER: Final = re.compile(rf"\s?[{_DASHES}至到]{{1,2}}\s?[\d一二三四五六七八九十]")


@dataclass(frozen=True, slots=True)
class AreaStatement:
    """A figure with a unit of area in a text.

    Parameters
    ----------
    start, end : int
        Extent of figure and unit.
    km2 : float or None
        The area [km²]; None when the wording is not one figure.
    doubt : {"range", "digits", "letters", "sign", "bound"} or None
        Why it is not: two figures, digits that can be read in two ways, letters among digits, a sign, a bound.
    """

    start: int
    end: int
    km2: float | None
    doubt: AreaDoubt | None = None


def parse_area_km2(text: str) -> float | None:
    """Parse the first area named in a Chinese text.

    Parameters
    ----------
    text : str
        For instance ``面积约 10043 平方公里`` or ``2.5万亩``; full-width digits and spaces are understood.

    Returns
    -------
    float or None
        The area [km²], or None when the text names none, or not as one figure.
    """
    statements = find_area_statements(_normalize_width(text))
    return statements[0].km2 if statements else None


def _normalize_width(text: str) -> str:
    """Give a text in half-width characters; raised figures stay apart from the digits before them."""
    pieces = re.split(rf"([{_SUPERSCRIPTS}⁽⁾₀-₉①-⑳]+)", text)
    return "".join(piece if number % 2 else unicodedata.normalize("NFKC", piece) for number, piece in enumerate(pieces))


def find_area_statements(text: str, start: int = 0, end: int | None = None) -> list[AreaStatement]:
    """Find every figure with a unit of area.

    Parameters
    ----------
    text : str
        In half-width characters.
    start, end : int, optional
        Where to look.

    Returns
    -------
    list of AreaStatement
        In text order.
    """
    stop = len(text) if end is None else end
    out: list[AreaStatement] = []
    last = start
    for unit in _UNIT.finditer(text, start, stop):
        begin = _find_figure(text, last, unit.start())
        figure = text[begin : unit.start()]
        last = unit.end()
        if not any(char.isdigit() or char in _NUMERALS for char in figure) and not _LETTERS_ALONE.fullmatch(figure):
            continue
        if (words := _WORDS_BEFORE.match(figure)) is not None:
            begin, figure = begin + words.end(), figure[words.end() :]
        begin += len(figure) - len(figure.lstrip())
        value, doubt = _parse_figure(figure)
        if value is None and doubt is None:
            continue
        around, begin, last = _find_doubt_around(text, begin, unit.end())
        doubt = doubt or around
        km2 = None if doubt or value is None else value * get_unit_km2(unit[1])
        if out and begin < out[-1].end:
            # 100平方公里至120平方公里 is one range.
            begin = out.pop().start
        out.append(AreaStatement(begin, last, km2, doubt))
    return out


def _find_figure(text: str, first: int, end: int) -> int:
    """Find where the figure before a unit begins: as far as the characters of figures go."""
    begin = end
    lowest = max(first, end - _MAX_FIGURE)
    while begin > lowest and (text[begin - 1] in _FIGURE_CHARS or text[begin - 1].isspace()):
        begin -= 1
    # A comma, a space or 到 that no figure stands before belongs to the words.
    while begin < end and (text[begin] in " ,、'’.到至多—~" or text[begin].isspace()):
        begin += 1
    return begin


def _find_doubt_around(text: str, begin: int, end: int) -> tuple[AreaDoubt | None, int, int]:
    """Find words around a figure that make it a bound or one end of a range, and the extent with them."""
    first = max(0, begin - 12)
    before = text[first:begin]
    behind = _RANGE_BEFORE.search(before)
    if behind or _RANGE_AFTER.match(text, end):
        return "range", first + behind.start() if behind else begin, end
    piece = _PIECE_BEFORE.search(before)
    if piece:
        return "digits", first + piece.start(), end
    bound, after = _BOUND_BEFORE.search(before), _BOUND_AFTER.match(text, end)
    if bound or after:
        return "bound", first + bound.start() if bound else begin, after.end() if after else end
    return None, begin, end


def _parse_figure(figure: str) -> tuple[float | None, AreaDoubt | None]:
    """Parse a figure without its unit, in half-width characters: digits, grouped or not, Chinese numerals, 万 and 亿.

    Beside it stands why there is no value; None too when the text is no figure at all.
    """
    plain = re.sub(rf"{_NOTE_MARK}\s*$", "", figure.strip()).translate(_FORMAL)
    if (english := _SCALED_EN.fullmatch(plain)) is not None:
        number, doubt = _parse_figure(english[1])
        return None if number is None else number * _SCALES_EN[english[2].lower()], doubt
    doubt = _find_doubt_in(plain)
    if doubt is not None or re.search(r"\d", plain) is None:
        return _parse_numerals(plain) if doubt is None else (None, doubt)
    scaled = _SCALED.fullmatch(plain)
    value = None if scaled is None else _ARABIC.fullmatch(scaled[1].strip())
    if scaled is None or value is None:
        return None, "digits"
    return float(re.sub(r"[ ,'’]", "", value[0])) * _parse_scale(scaled[2] or ""), None


def _find_doubt_in(figure: str) -> AreaDoubt | None:
    if figure.startswith(("-", "−", "–", "+", "±")):
        return "sign"
    if _RANGE.search(figure):
        return "range"
    letters = re.search(r"[A-Za-z]", figure) and re.search(r"\d", figure)
    return "letters" if letters or _LETTERS_ALONE.fullmatch(figure) else None


def _parse_scale(text: str) -> float:
    value = 1.0
    for char in text:
        value *= {**_STEPS_ZH, **_SECTIONS}[char]
    return value


def _parse_numerals(text: str) -> tuple[float | None, AreaDoubt | None]:
    """Parse Chinese numerals; a lone 万 or 亿, or a sign of an unknown digit, is none."""
    plain = re.sub(r"\s|[余多]$", "", text)
    if not plain or not set(plain) & set(_DIGITS_ZH) | set(plain) & {"十"}:
        return None, ("digits" if set(plain) & set("几数") else None)
    whole, _, decimals = plain.partition("点")
    scale = 1.0
    if decimals:
        while decimals and decimals[-1] in _SECTIONS:
            scale *= _SECTIONS[decimals[-1]]
            decimals = decimals[:-1]
        if not decimals or not set(decimals) <= set(_DIGITS_ZH):
            return None, "digits"
    value = _parse_whole(re.sub(r"[余多]", "", whole))
    if value is None:
        return None, "digits"
    fraction = "".join(str(_DIGITS_ZH[char]) for char in decimals)
    return float(f"{value}.{fraction or 0}") * scale, None


def _parse_whole(text: str) -> int | None:
    """Parse a whole number in Chinese numerals; None for what can be read in two ways (一千四, 二三)."""
    if len(text) > 2 and set(text) <= set(_DIGITS_ZH) - {"两"}:
        return int("".join(str(_DIGITS_ZH[char]) for char in text))
    total = section = 0
    digit: int | None = None
    step = _SECTIONS["亿"]
    zero = False
    for char in text:
        if char in _DIGITS_ZH:
            if digit is not None and not zero:
                return None
            digit, zero = _DIGITS_ZH[char], _DIGITS_ZH[char] == 0
        elif char in _STEPS_ZH:
            if _STEPS_ZH[char] >= step or (digit is None and (char != "十" or section)):
                return None
            section += (1 if digit is None else digit) * _STEPS_ZH[char]
            step, digit, zero = _STEPS_ZH[char], None, False
        elif char in _SECTIONS:
            total = (total + section + (digit or 0)) * _SECTIONS[char]
            section, step, digit, zero = 0, _SECTIONS["亿"], None, False
            if total == 0:
                return None
        else:
            return None
    # 一千四 may be 1400 or a slip for 1004.
    return (
        None
        if digit and step > _STEPS_ZH["十"] and step < _SECTIONS["亿"] and "零" not in text and "〇" not in text
        else (total + section + (digit or 0))
    )
