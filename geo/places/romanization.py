"""Names of places in Latin letters: Hanyu Pinyin with the generic word in English (余杭区, Yuhang District).

What the rule is: the specific part of a name in Pinyin, written together and capitalised, with an apostrophe before a
syllable that begins with a, o or e (GB/T 16159); the generic part translated; a name of one syllable keeps its generic
syllable (蔚县, Yuxian County), as the ministry's own maps do. What it cannot do: names that came into Chinese from
Mongol, Tibetan or Uygur have a romanisation of their own; the better known ones are in ``data/places/english_names.csv``
with their source, the others stay the Pinyin of the Chinese characters. The same holds for names in Hong Kong, Macao and
Taiwan. What is no name of a whole unit (本溪市东部山区), or of one that only looks like a division (连樟样板区), has no
English name until somebody gives it one there: a part that is spelt out as if it were a name would be a false one.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from pilotzones.data import PLACES
from pilotzones.geo.errors import CatalogueError, raise_problems
from pilotzones.geo.files.csv_reader import read_table
from pilotzones.geo.places.name_variants import PEOPLES

__all__ = [
    "get_english_kind",
    "get_english_name",
    "list_english_names",
    "list_english_peoples",
    "romanize",
    "split_syllables",
]

# Longest first: 自治县 is more than 县.
_GENERIC: Final = {
    "特别行政区": "Special Administrative Region",
    "高新技术产业开发区": "High-Tech Industrial Development Zone",
    "经济技术开发区": "Economic and Technological Development Zone",
    "行政委员会": "Administrative Committee",
    "自治区": "Autonomous Region",
    "自治州": "Autonomous Prefecture",
    "自治县": "Autonomous County",
    "自治旗": "Autonomous Banner",
    "地区": "Prefecture",
    "矿区": "Mining District",
    "特区": "Special District",
    "新区": "New Area",
    "省": "Province",
    "市": "City",
    "区": "District",
    "县": "County",
    "旗": "Banner",
    "州": "Prefecture",
    "盟": "League",
    "街道": "Subdistrict",
    "镇": "Town",
    "乡": "Township",
}
_PEOPLE: Final = "|".join(sorted(PEOPLES, key=len, reverse=True))
# Names that may stand without 族 are those of three characters or more, and 蒙古: 伊犁哈萨克自治州.
_BARE: Final = "|".join(
    sorted((name for name in PEOPLES if len(name) > 2 or name in ("蒙古", "锡伯")), key=len, reverse=True)
)
_ONE_PEOPLE: Final = f"({_PEOPLE})族|({_BARE})"
_ALLPEOPLES: Final = f"(?:(?:{_PEOPLE})族|(?:{_BARE}))+$"
_HAN: Final = "[㐀-鿿]"
# 区 ends parts (山区, 城区) and parks (样板区) as well as districts, and 部分地区 is no prefecture: only known ones.
_NEEDS_TABLE: Final = ("", "District", "Prefecture", "Mining District", "Special District", "Province")
# No unit inside, no word that counts or leaves out: 两个县, 部分乡镇 and 特色小镇 are no names.
_PLAIN_STEM: Final = re.compile("[^\\W\\da-zA-Z省市县区旗盟各等个及和与的除]{0,4}(?<![乡小名两])")


def split_syllables(text: str) -> tuple[str, ...]:
    """Split a text into the Pinyin of each character, without tones; what is no Chinese character stays one piece as it is.

    Parameters
    ----------
    text : str

    Returns
    -------
    tuple of str
        In lower case; ü stays ü.
    """
    # Loaded with its 47,000 phrases only when somebody needs it.
    from pypinyin import Style, lazy_pinyin

    readings = list(lazy_pinyin(text, style=Style.NORMAL, v_to_u=True))
    if len(readings) != len(text):
        # A run of other characters is one item: read the Chinese pieces one by one.
        return tuple(part for piece in _split_pieces(text) for part in piece)
    for known, reading in _load_readings():
        for match in re.finditer(known, text):
            readings[match.start() : match.end()] = reading
    return tuple(readings)


def _split_pieces(text: str) -> list[tuple[str, ...]]:
    runs = re.findall(r"[㐀-鿿]+|[^㐀-鿿]+", text)
    return [split_syllables(run) if re.match(_HAN, run) and len(run) < len(text) else (run.strip(),) for run in runs]


@cache
def get_english_name(name: str) -> str:
    """Get a place's name for an English page.

    Parameters
    ----------
    name : str
        As documents and boundary sources write it, with or without the units above it (杭州市余杭区).

    Returns
    -------
    str
        Empty when there is none: for a part of a unit, and for what is no division and not in our table.
    """
    known = _load_english_names().get(name) or _load_derived_names().get(name)
    if known or not re.search(_HAN, name):
        return known or name
    if _is_division(name):
        return romanize(name)
    for end in range(len(name) - 1, 1, -1):
        above = _load_derived_names().get(name[:end]) and get_english_name(name[:end])
        if above:
            own = get_english_name(name[end:])
            return f"{own}, {above}" if own else ""
    return ""


def list_english_names() -> list[tuple[str, str]]:
    """List the divisions of today with every English name that they have.

    Returns
    -------
    list of (str, str)
        Chinese and English name; a division with a name of its own in English has the one by the rule too.
    """
    return [*_load_derived_names().items(), *_load_english_names().items()]


def list_english_peoples() -> list[str]:
    """List the English names of peoples that names of autonomous units have.

    Returns
    -------
    list of str
    """
    return list(PEOPLES.values())


def get_english_kind(word: str) -> str:
    """Get what a kind of division (镇, 街道) is called in English; the word itself when it is none."""
    return _GENERIC.get(word, word)


def _is_division(name: str) -> bool:
    """Whether the rule may name it: a division of earlier days, or by its looks a whole county, town or new area."""
    if name in _load_former_names():
        return True
    stem, generic = _split_generic(name)
    if generic.startswith("Autonomous"):
        stem = _extract_peoples(stem)[0]
    return generic not in _NEEDS_TABLE and re.fullmatch(_PLAIN_STEM, stem) is not None


def romanize(name: str) -> str:
    """Romanize a name by the rule alone, without looking whether it has an English name of its own.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
    """
    if not re.search(_HAN, name):
        return name
    stem, generic = _split_generic(name)
    if not generic:
        return _spell_stem(name)
    peoples: list[str] = []
    if generic.startswith("Autonomous"):
        stem, peoples = _extract_peoples(stem)
    if re.fullmatch(_HAN, stem) and not peoples:
        # 蔚县: the generic syllable belongs to the name.
        stem = name
    return " ".join(filter(None, (_spell_stem(stem), _join_syllables(peoples), generic)))


def _split_generic(name: str) -> tuple[str, str]:
    for suffix, generic in _GENERIC.items():
        # 清新区 is 清新 + 区, not 清 + 新区.
        if name.endswith(suffix) and len(name) > len(suffix) + (len(suffix) > 1):
            return name.removesuffix(suffix), generic
    return name, ""


def _extract_peoples(stem: str) -> tuple[str, list[str]]:
    match = re.search(_ALLPEOPLES, stem)
    if match is None:
        return stem, []
    if match.start() == 0:
        # 东乡族自治县: the people is the name.
        return "", [PEOPLES[one or other] for one, other in re.findall(_ONE_PEOPLE, match[0])]
    named = [PEOPLES[one or other] for one, other in re.findall(_ONE_PEOPLE, match[0])]
    return stem[: match.start()], named


def _join_syllables(names: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""


def _spell_stem(name: str) -> str:
    """Spell syllables together, with an apostrophe where a vowel would be read with what stands before it."""
    text = ""
    for part in split_syllables(name):
        text += f"'{part}" if text and part[:1] in "aoe" and text[-1:].isalpha() else part
    return text[:1].upper() + text[1:]


@cache
def _load_readings() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Load what place names are read where a dictionary of words errs; single characters first, whole names last."""
    rows = _read_table("readings", ("text", "pinyin", "source", "second_source"))
    return tuple(sorted(((row[0], tuple(row[1].split())) for row in rows), key=lambda pair: len(pair[0])))


@cache
def _load_english_names() -> dict[str, str]:
    rows = _read_table("english_names", ("name", "english", "source", "second_source"))
    return {row[0]: row[1] for row in rows}


@cache
def _load_derived_names() -> dict[str, str]:
    """Load the divisions of today by the rule, written down: the dictionary of Pinyin takes half a second to load."""
    rows = _read_table("romanised_names", ("name", "english"))
    return {row[0]: row[1] for row in rows}


@cache
def _load_former_names() -> frozenset[str]:
    """Load the names that divisions had since 1980 and have no more."""
    rows, problems = read_table(PLACES / "name_history.csv", ("name",))
    raise_problems(CatalogueError, "places/name_history.csv", problems)
    return frozenset(row["name"] for row in rows)


def _read_table(name: str, columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    rows, problems = read_table(PLACES / f"{name}.csv", columns, key=columns[:1])
    raise_problems(CatalogueError, f"places/{name}.csv", problems)
    return [tuple(row[column] for column in columns) for row in rows]
