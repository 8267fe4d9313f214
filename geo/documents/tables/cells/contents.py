"""What a cell of a table holds: a place of which level, a list of places, a number, a date, a batch, a total, a note."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from pilotzones.geo.documents.tables.cells.models import CellContent, Kind
from pilotzones.geo.places.cells.codes import is_known_code
from pilotzones.geo.places.cells.latin_names import is_latin
from pilotzones.geo.places.cells.latin_text import find_latin_in_cell
from pilotzones.geo.places.gazetteer import Unit, load_gazetteer
from pilotzones.geo.places.text.normalization import fold_variants
from pilotzones.geo.places.text.normalized_text import Token, normalize_text
from pilotzones.geo.places.text.tokenizer import scan

__all__ = [
    "blank_codes",
    "blank_marks",
    "find_codes",
    "find_name_start",
    "has_town_count",
    "parse_batch",
    "parse_count",
    "parse_date",
    "parse_number",
    "read_cell",
    "squeeze_cell",
]

_DITTO: Final = re.compile(r"[〃″\"“”'々]{1,4}|同上(?:行|栏)?|同前|ditto|-\"-", re.IGNORECASE)
_DASH: Final = re.compile(r"[-—–―−_/\\*.…]+|无|空|暂无|n/?a|none|null", re.IGNORECASE)
_WHOLE: Final = re.compile(
    r"(?:所有|全部|各|所辖(?:全部|所有|各)?)(?:区县|县区|县市区|市区县|县|县\(市、?区\)|区\(市、?县\)|区县市|县\(区、?市\)|市县)|"
    r"(?:全(?:域|境|省|市|县|区|州|旗|盟|自治区|自治州|市域|县域|省域|区域|部)|整体|所辖)"
    r"(?:(?:全部|所有|各)?(?:范围|区域|行政区域|区县|县区|县市区|县\(市、?区\)))?(?:全域|全境)?"
)
_AVERAGE: Final = re.compile(
    r"[\u4e00-\u9fff]{0,10}(?:平均(?:值|数|水平|线)?|均值|均数|中位数|标准差|方差|极差|最[大小高低多少]值)(?:[:(\d].{0,30})?"
)
# What is left of a whole behind an exception: 除义乌市外的其他县（市、区）.
_REST: Final = re.compile(r"(?:其他|其余|其它)(?:各|所有|全部)?(?:区域|地区|范围|[县市区旗、()]+)")
# What is taken out of a whole: 全域（除温江区外）, 除简阳市以外的所有区县.
_INCLUDES: Final = re.compile(r"[(](?:含|包括|包含|其中)[^()]*[)]")
_EXCEPTS: Final = re.compile(r"除|不含|不包括|例外")
_EXCEPTION: Final = re.compile(
    r"[(,]?(?:除|不含|不包括|其中)[^()]*?(?:以外|之外|除外|例外|外|$|(?=[)]))的?[)]?|[(][^()]*除外[)]"
)
# Words where a prefecture would stand: the counties lie directly under the province, or no level is between them.
_DIRECT: Final = re.compile(
    r"市辖区|县|区|(?:省|自治区)?(?:直辖|直管|直属|辖)(?:县级?|市|县\(?、?市\)?|县级市)?(?:行政区划|行政单位|单位|区划)*|省直"
)
# Types of divisions without a name, such as 县区 and 市、县: a head, and no place.
_TYPES: Final = re.compile(r"[省市县区旗州盟镇乡、/()级名称]{2,}")
_TOTAL: Final = re.compile(r"全国|(?:[\u4e00-\u9fff]{0,10}?)(?:合计|小计|总计|共计|累计|总数|总量)(?:[:(\d].{0,30})?")
_NOTE: Final = re.compile(
    r"[(]?(?:备?注|附注|说明|填表说明|资料来源|数据来源|来源|单位|制表|填报单位|填表人|填报人|联系人|联系方式|(?:联系|咨询|监督|举报|传真)?电话|传真|(?:电子)?邮箱|(?:通讯|联系|办公)地址|邮政?编码?|审核人?|截至|截止)\s*\d*\s*[:.、]"
    r"|[*※]\s*[\u4e00-\u9fff]{4,}.*|备注\d*"
)
_CODE: Final = re.compile(r"(\d{6}(?:\d{3}(?:\d{3})?)?)(?:\.0+)?")
# A number of people or mu is no code.
_CODE_IN_TEXT: Final = re.compile(r"(?<![\d.])\d{6}(?:\d{3}(?:\d{3})?)?(?![\d.]|\s*[万亿亩人元户吨公平个家km])")
_WORD: Final = re.compile(r"[\u4e00-\u9fff]")
_NUMBER: Final = re.compile(
    r"[约近]?[-+]?\d[\d,. ]*\s*(?:[%‰余多]|[万亿]?\s*(?:平方公里|平方千米|km2|公顷|亩|平方米|元|人|个|户|家))*"
)
_ORDINAL: Final = re.compile(
    r"[一二三四五六七八九十百]{1,4}[、.]?|[(](?:[一二三四五六七八九十]{1,3}|\d{1,3})[)]|[①-⑳]|\d{1,4}[.、]"
)
_LEAD: Final = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}\s*[、.]|[(](?:[一二三四五六七八九十]{1,3}|\d{1,3})[)]\s*[、.]?|\d{1,3}\s*[.、)](?!\d)|[①-⑳●■◆▪•·★☆]\s*)\s*"
)
_CHINESE_NUMBER: Final = r"[一二三四五六七八九十两百]{1,4}"
_UNITS: Final = (
    r"(?:县级市|县|市|区|旗|省|自治区|直辖市|地区|州|盟|乡|镇|街道|家|名|处|地|单位|试点|[(](?:[县市区旗]、?)+[)])"
)
_COUNT: Final = re.compile(
    rf"[(:]?\s*(?:等|共|共计|合计|计|含|以上)*\s*(\d{{1,4}}|{_CHINESE_NUMBER})\s*个?\s*{_UNITS}*\s*[)]?\s*$"
)
_COUNTED: Final = re.compile(rf"(?:[(]|等|共|共计|合计|[\s:])[^()]{{0,4}}?\d|个\s*{_UNITS}*\s*[)]?\s*$")
_YEAR: Final = r"(?:19[4-9]\d|20\d\d)"
_DATE: Final = re.compile(
    rf"({_YEAR})(?:\s*[年./-]\s*(?:(\d{{1,2}})(?:\s*[月./-]\s*(?:(\d{{1,2}})\s*日?)?)?)?)?(?:度|\.0|\s+0{{1,2}}:00(?::00)?)?"
)
_DATE_IN_WORDS: Final = re.compile(
    rf"({_YEAR})\s*(?:年\s*(?:(\d{{1,2}})\s*月\s*(?:(\d{{1,2}})\s*日)?)?|[./-](\d{{1,2}})[./-](\d{{1,2}}))"
)
_BATCH: Final = re.compile(
    rf"(?:{_YEAR}\s*年?度?\s*)?(?:第?\s*(?:{_CHINESE_NUMBER}|\d{{1,2}})\s*(?:批次?|轮)|首批次?)(?:\s*[(][^()]{{0,12}}[)])?"
)
_MARKS: Final = re.compile(
    r"(?<=[\u4e00-\u9fff)）])(?:[*＊※△▲☆★†‡①-⑳⁰¹²³⁴-⁹⁽⁾]+|[\[〔［](?:注)?\d{1,2}[\]〕］])|(?<=[省市县区旗州盟])人民政府(?:办公室)?(?=$|[、,，;；\s])"
)
_COUNTED_TOWNS: Final = re.compile(
    rf"(?:\d|{_CHINESE_NUMBER})个?(?:城镇|乡镇|镇街?|乡|街道|建制镇|行政村|村|社区)\s*[)]?\s*$"
)
_MAX_COUNT: Final = 60  # characters
_LABEL: Final = re.compile(r"(?!所[在属])[\u4e00-\u9fff]{2,8}(?:[(][^()]{1,8}[)])?:|【[^】]{1,12}】")
_SHARE: Final = 0.5
_MAX_PLACE: Final = 2_000  # characters of a cell that is looked at
_BINGTUAN: Final = re.compile(r"(?:新疆)?(?:生产建设)?兵团[^第师]{0,4}")


def squeeze_cell(text: str) -> str:
    """Fold the text of a cell, and remove the blanks between its characters."""
    return re.sub(r"(?<![A-Za-z0-9])\s+|\s+(?![A-Za-z0-9])", "", fold_variants(text).strip())


@lru_cache(maxsize=1 << 15)
def read_cell(text: str) -> CellContent:
    """Say what a cell holds.

    Parameters
    ----------
    text : str
        Of the cell.

    Returns
    -------
    CellContent
    """
    folded = squeeze_cell(text[:_MAX_PLACE])
    if not folded:
        return CellContent("blank")
    kinds: tuple[tuple[Kind, re.Pattern[str]], ...] = (
        ("ditto", _DITTO), ("dash", _DASH), ("whole", _WHOLE), ("direct", _DIRECT), ("total", _TOTAL), ("date", _DATE),
        ("note", _AVERAGE),         ("text", _TYPES),
    )  # fmt: skip
    kind = next((kind for kind, pattern in kinds if pattern.fullmatch(folded)), "note" if _NOTE.match(folded) else None)
    if kind is not None:
        return CellContent(kind)
    if "(" in folded or _EXCEPTS.search(folded):
        bare = _INCLUDES.sub("", _EXCEPTION.sub("", folded) if _EXCEPTS.search(folded) else folded)
        if bare != folded and (_WHOLE.fullmatch(bare) or (_EXCEPTS.search(folded) and _REST.fullmatch(bare))):
            return CellContent("whole", codes=find_codes(folded))
    return _read_figure(folded) or _read_places(text[:_MAX_PLACE])


def _read_figure(folded: str) -> CellContent | None:
    """Read a code, a number or a batch."""
    code = _CODE.fullmatch(folded)
    if code and f"{code[1][:2]}0000" in load_gazetteer().units:
        return CellContent("code")
    if _NUMBER.fullmatch(folded) or _ORDINAL.fullmatch(folded):
        return CellContent("number", count=_parse_small_number(folded))
    return CellContent("batch") if _BATCH.fullmatch(folded) else None


def find_codes(text: str) -> frozenset[str]:
    """Find codes of today of the divisions below a province that a text may name.

    Parameters
    ----------
    text : str

    Returns
    -------
    frozenset of str
    """
    tokens = scan(normalize_text(text[:_MAX_PLACE]), load_gazetteer())
    names = (token for token in tokens if token.kind == "name" and token.path)
    codes = (code for token in names for meaning in token.path[-1].meanings for code in meaning.codes)
    return frozenset(code for code in codes if not code.endswith("0000"))


def blank_marks(text: str) -> str:
    """Put blanks in place of note marks behind a name, and of 人民政府, which stands for its county.

    Parameters
    ----------
    text : str
        Of a cell.

    Returns
    -------
    str
        As long as `text`.
    """
    return _MARKS.sub(lambda found: " " * len(found.group()), text)


def blank_codes(text: str) -> str:
    """Put blanks in place of codes of divisions beside other words.

    Parameters
    ----------
    text : str
        Of a cell.

    Returns
    -------
    str
        As long as `text`.
    """
    if not _WORD.search(text):
        return text
    return _CODE_IN_TEXT.sub(lambda found: " " * len(found[0]) if is_known_code(found[0]) else found[0], text)


def find_name_start(text: str) -> int:
    """Find the offset of what stands behind the numbering of a cell or line, such as 1. or （一）."""
    lead = _LEAD.match(fold_variants(text))
    return lead.end() if lead else 0


def _parse_small_number(folded: str) -> int | None:
    match = re.fullmatch(r"(\d{1,5})(?:\.0)?\s*个?", folded)
    return int(match[1]) if match else None


def parse_count(text: str) -> tuple[int | None, str]:
    """Split the number of places that a text states at its end from the rest.

    Parameters
    ----------
    text : str
        Folded, such as 浙江省(3个) or 德清县等3个县.

    Returns
    -------
    count : int or None
    rest : str
    """
    # A count stands at the end: in a long run of blanks the pattern would try every one of them.
    end = len(text.rstrip())
    match = _COUNT.search(text, max(0, end - _MAX_COUNT), end)
    if match is None or not _COUNTED.search(match.group()) or match.start() == 0:
        return None, text
    return parse_number(match[1]), text[: match.start()]


def has_town_count(folded: str) -> bool:
    """Whether a text ends with a number of towns, which makes the county before it a part of itself.

    Parameters
    ----------
    folded : str

    Returns
    -------
    bool
    """
    return _COUNTED_TOWNS.search(folded, max(0, len(folded) - _MAX_COUNT)) is not None


def parse_number(text: str) -> int:
    """Read a whole number in digits or Chinese numerals.

    Parameters
    ----------
    text : str
        Such as 12 or 十二.

    Returns
    -------
    int
    """
    if text.isdecimal():
        return int(text)
    digits = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}
    total, last = 0, 0
    for char in text:
        if char in "十百":
            total, last = total + (last or 1) * (10 if char == "十" else 100), 0
        else:
            last = digits[char]
    return total + last


def parse_date(text: str, *, in_words: bool = False) -> str:
    """Read a date as far as it is given.

    Parameters
    ----------
    text : str
        A cell, such as 2014, 2014年5月 or 2014-05-12.
    in_words : bool, optional
        Whether other words may stand around it.

    Returns
    -------
    str
        YYYY, YYYY-MM or YYYY-MM-DD; empty for no date.
    """
    folded = squeeze_cell(text)
    match = _DATE.fullmatch(folded)
    month, day = match.groups()[1:] if match is not None else ("", "")
    if match is None and in_words:
        match = _DATE_IN_WORDS.search(folded)
        groups = match.groups() if match is not None else ("",) * 5
        month, day = groups[1] or groups[3], groups[2] or groups[4]
    if match is None:
        return ""
    if not month or not 1 <= int(month) <= 12:
        return match[1]
    return f"{match[1]}-{int(month):02}" + (f"-{int(day):02}" if day and 1 <= int(day) <= 31 else "")


def parse_batch(text: str) -> str:
    """Read the batch that a text names, such as 第一批; empty for none."""
    match = re.search(rf"第?\s*(?:{_CHINESE_NUMBER}|\d{{1,2}})\s*(?:批次?|轮)|首批次?", squeeze_cell(text))
    return match.group() if match else ""


def _read_places(text: str) -> CellContent:
    """Read names in a cell, when they are most of what it holds."""
    if is_latin(text):
        return _read_latin(text)
    text = blank_codes(blank_marks(text))
    folded = fold_variants(text)
    if _BINGTUAN.fullmatch(squeeze_cell(text)):
        return CellContent("place", (frozenset({"province"}),), (load_gazetteer().units["650000"],))
    count, core = parse_count(_skip_label(folded[find_name_start(text) :]))
    squeezed = re.sub(r"\s+", "", core).rstrip(":")
    # 浙 江 省: blanks that only make a short name wide.
    core = squeezed if squeezed in load_gazetteer().forms else core
    tokens = scan(normalize_text(core), load_gazetteer())
    names = [token for token in tokens if token.kind == "name"]
    if not names:
        return CellContent("text", count=count)
    rest = sum(len(re.findall(r"[\u4e00-\u9fffA-Za-z0-9]", words)) for words in _list_words_outside(tokens))
    if rest > _SHARE * sum(len(token.text) for token in names):
        return CellContent("text", count=count)
    levels = tuple(_list_levels(token) for token in names)
    units, above = _list_units(names[0]) if len(names) == 1 and not rest else ((), "")
    codes = frozenset(code for token in names if token.path for m in token.path[-1].meanings for code in m.codes)
    if len(names) == 1 and has_town_count(folded):
        # 彭州市3个乡镇: the number is no number of counties.
        count = None
    larger = (m for token in names for part in token.path[:-1] for m in part.meanings)
    return CellContent("place", levels, units, above, count, codes, frozenset(code for m in larger for code in m.codes))


def _skip_label(folded: str) -> str:
    """Skip the label of a cell, which names no place (牵头县：遂溪县; 【第一类】莒南县)."""
    label = _LABEL.match(folded)
    if label is None or any(token.kind == "name" for token in scan(normalize_text(label[0]), load_gazetteer())):
        return folded
    return folded[label.end() :]


def _read_latin(text: str) -> CellContent:
    """Read names in Latin letters, when a unit is known for each of them."""
    names, gazetteer = find_latin_in_cell(text), load_gazetteer()
    if not names or not all(one.codes for one in names):
        return CellContent("text")
    levels = tuple(frozenset(gazetteer.units[code].level for code in one.codes) for one in names)
    units = [gazetteer.units[code] for code in names[0].codes] if len(names) == 1 else []
    larger = tuple(unit for unit in units if unit.level != "county")
    codes = frozenset(code for one in names for code in one.codes)
    written_in = frozenset(code for one in names for code in one.larger)
    above = next(iter(names[0].larger), "") if len(names) == 1 else ""
    return CellContent("place", levels, larger, above, None, codes, written_in)


def _list_words_outside(tokens: Sequence[Token]) -> Iterator[str]:
    """List the words that no name explains, notes in parentheses left out."""
    depth = 0
    for token in tokens:
        depth += (token.kind == "open") - (token.kind == "close" and depth > 0)
        if token.kind == "text" and not depth:
            yield token.text


def _list_levels(token: Token) -> frozenset[str]:
    if token.rest or not token.path:
        return frozenset({"town" if token.rest_kind == "town" else "special"})
    return frozenset(meaning.level for meaning in token.path[-1].meanings)


def _list_units(token: Token) -> tuple[tuple[Unit, ...], str]:
    if token.rest or not token.path:
        return (), ""
    gazetteer = load_gazetteer()
    units: dict[str, Unit] = {}
    for meaning in token.path[-1].meanings:
        codes: Sequence[str] = meaning.codes if meaning.level != "county" else ()
        if len(codes) == 1 and gazetteer.units[codes[0]].level in {"province", "prefecture"}:
            units[codes[0]] = gazetteer.units[codes[0]]
    above = [m.unit.code for m in token.path[0].meanings if m.unit is not None] if len(token.path) > 1 else []
    return tuple(units.values()), above[0] if above else ""
