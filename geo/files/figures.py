"""Read a cell of a statistical table: figures in every way of writing, and the signs that stand for a missing one."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Final, Literal, NamedTuple, get_args

__all__ = [
    "OBSERVATION_STATUSES",
    "Figure",
    "MeasureUnit",
    "ObservationStatus",
    "fold_heading",
    "read_figure",
    "read_unit",
    "write_unit",
]

# SDMX code list CL_OBS_STATUS (version 2.2): A normal, E estimated, P provisional, M missing, O suppressed or not
# reported, B break in the series.
ObservationStatus = Literal["A", "E", "P", "M", "O", "B"]
OBSERVATION_STATUSES: Final[tuple[ObservationStatus, ...]] = get_args(ObservationStatus)
_MISSING: Final = frozenset(
    {"", "-", "--", "---", "—", "——", "－", "–", "…", "……", "...", "..", "·", ".", "/", "\\", "x", "×", "*", "#",
     "na", "n/a", "n.a.", "nan", "null", "none", "无", "缺", "缺失", "暂无", "不详", "空"}
)  # fmt: skip
# A longer cell is text.
_MAX_FIGURE_CHARACTERS: Final = 200
# What the yearbooks' explanatory notes call figures too small for the unit, unknown, or withheld.
_NOT_REPORTED: Final = frozenset({"…", "……", "...", "..", "x", "×", "*"})
# Marks of footnotes behind a figure: ①, 1), [2], *.
_FOOTNOTE: Final = re.compile(r"(?<=\d)\s*(?:[①-⑳*†‡▲△]+|\[\d{1,2}\]|\(\d{1,2}\)|（\d{1,2}）|注\d?)\s*$")
_QUALIFIER: Final = re.compile(r"^(?:约|近|其中[:：]?|#)\s*|\s*(?:\(?(?P<flag>[EePp预估初])\)?)$")
_NUMBER: Final = re.compile(r"[+-]?(?:\d{1,3}(?:[, ]\d{3})+|\d+)(?:\.\d+)?(?:e[+-]?\d+)?|[+-]?\.\d+", re.IGNORECASE)
_UNIT: Final = re.compile(
    r"(?:计量)?单\s*位\s*[:：]\s*(?P<unit>[^)）;；。\s][^)）;；。]*)|[(（\[](?P<bracket>[^()（）\[\]]{1,12})[)）\]](?=\s|$)"
)
_MULTIPLES: Final = {
    "十": 1,
    "百": 2,
    "千": 3,
    "万": 4,
    "十万": 5,
    "百万": 6,
    "千万": 7,
    "亿": 8,
    "十亿": 9,
    "百亿": 10,
    "千亿": 11,
    "万亿": 12,
}
_BASES: Final = (
    "元", "美元", "人", "户", "人次", "吨", "公顷", "亩", "平方米", "平方公里", "立方米", "公里", "千瓦时", "千瓦小时", "度",
    "个", "家", "张", "辆", "台", "件", "所", "册", "头", "只", "套", "公斤", "千克", "斤", "吨标准煤", "KWh", "kWh",
)  # fmt: skip
# Units that are written without words of a language, such as those of the project's own figures, by language.
_UNIT_WORDS: Final = {"count": {"zh": "个"}, "km2": {"zh": "km²", "en": "km²"}}
_WHOLE: Final = ("千瓦时", "千瓦小时", "千克", "百分点")


class Figure(NamedTuple):
    """A figure, its status, and whether the cell could be read at all."""

    value: float | None
    status: ObservationStatus
    is_read: bool = True


class MeasureUnit(NamedTuple):
    """A unit of measure and the power of ten that figures are multiplied by: 万元 is (元, 4)."""

    measure: str
    multiplier: int


def fold_heading(text: str) -> str:
    """Normalise a heading: without blanks, in half width and lower case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def read_figure(cell: str) -> Figure:
    """Read a cell.

    Parameters
    ----------
    cell : str
        As it stands in the table: digits of any width, grouped by commas, blanks or ten thousands, with a footnote mark, a per
        cent sign, or a sign for a missing figure.

    Returns
    -------
    Figure
        ``is_read`` is False for what is neither a figure nor a known sign; such a cell has no value.
    """
    if len(cell) > _MAX_FIGURE_CHARACTERS:
        return Figure(None, "M", is_read=False)
    text = unicodedata.normalize("NFKC", cell).replace("\u2212", "-").strip()
    if text.casefold() in _MISSING:
        return Figure(None, "O" if text in _NOT_REPORTED else "M")
    # NFKC would turn ① into 1, so footnote marks are taken off before.
    text = unicodedata.normalize("NFKC", _FOOTNOTE.sub("", cell.strip())).replace("\u2212", "-").strip()
    status: ObservationStatus = "A"
    flagged = _QUALIFIER.search(text)
    while flagged is not None and flagged[0]:
        if flagged["flag"]:
            status = "E" if flagged["flag"] in "Ee估" else "P"
        text = (text[: flagged.start()] + text[flagged.end() :]).strip()
        flagged = _QUALIFIER.search(text)
    text = text.removesuffix("%").removesuffix("‰").strip()
    text = re.sub(r"(?<=\d)[\u00a0\u2009\u202f\u3000](?=\d{3})", " ", text)
    if _NUMBER.fullmatch(text) is None:
        return Figure(None, "M", is_read=False)
    value = float(re.sub("[, ]", "", text))
    return Figure(value, status) if math.isfinite(value) else Figure(None, "M", is_read=False)


def read_unit(text: str) -> MeasureUnit | None:
    """Read the unit that a title, a heading or a cell names.

    Parameters
    ----------
    text : str
        ``单位：万元``, ``地区生产总值（亿元）``, or a unit alone.

    Returns
    -------
    MeasureUnit or None
        None where no unit is named, or several are (单位：万元、人).
    """
    folded = unicodedata.normalize("NFKC", text).strip()
    found = _UNIT.search(folded)
    named = (found["unit"] or found["bracket"]).strip() if found is not None else folded
    if re.search("[、,，和;]", named):
        return None
    unit = _split_multiplier(named)
    if found is not None and found["unit"]:
        return unit if unit is not None else MeasureUnit(named, 0)
    return unit


def write_unit(unit: MeasureUnit, lang: str = "") -> str:
    """Write a unit with its power of ten.

    Parameters
    ----------
    unit : MeasureUnit
    lang : str, optional
        In Chinese 亿元, otherwise 10^8 元; without a language as the table has it.

    Returns
    -------
    str
    """
    measure = "/".join(_UNIT_WORDS.get(part, {}).get(lang, part) for part in unit.measure.split("/"))
    if not unit.multiplier:
        return measure
    words = {power: word for word, power in _MULTIPLES.items()}
    if lang == "zh" and unit.multiplier in words and measure.partition("/")[0] in _BASES:
        return words[unit.multiplier] + measure
    return f"10^{unit.multiplier} {measure}".strip()


def _split_multiplier(named: str) -> MeasureUnit | None:
    head, slash, per = named.partition("/")
    if named in ("%", "‰", "百分点") or head in _WHOLE:
        return MeasureUnit(named, 0)
    for prefix in sorted(_MULTIPLES, key=len, reverse=True):
        if head.startswith(prefix) and head[len(prefix) :] in _BASES:
            return MeasureUnit(head[len(prefix) :] + slash + per, _MULTIPLES[prefix])
    return MeasureUnit(named, 0) if head in _BASES else None
