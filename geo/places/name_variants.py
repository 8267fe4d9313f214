"""The ways a place's official name is written: stems, short names of autonomous units, dropped suffixes.

Everything here works on one name and needs no table.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

__all__ = ["PEOPLES", "get_level_of_code", "get_stem", "list_bare_forms", "list_short_forms"]

# GB/T 3304-1991, with the usual English word where there is one (Tibetan, Mongol, Manchu, Korean).
PEOPLES: Final = {
    "蒙古": "Mongol", "回": "Hui", "藏": "Tibetan", "维吾尔": "Uygur", "苗": "Miao", "彝": "Yi", "壮": "Zhuang",
    "布依": "Buyei", "朝鲜": "Korean", "满": "Manchu", "侗": "Dong", "瑶": "Yao", "白": "Bai", "土家": "Tujia",
    "哈尼": "Hani", "哈萨克": "Kazak", "傣": "Dai", "黎": "Li", "傈僳": "Lisu", "佤": "Va", "畲": "She",
    "拉祜": "Lahu", "水": "Sui", "东乡": "Dongxiang", "纳西": "Naxi", "景颇": "Jingpo", "柯尔克孜": "Kirgiz",
    "土": "Tu", "达斡尔": "Daur", "仫佬": "Mulao", "羌": "Qiang", "布朗": "Blang", "撒拉": "Salar", "毛南": "Maonan",
    "仡佬": "Gelao", "锡伯": "Xibe", "普米": "Pumi", "塔吉克": "Tajik", "怒": "Nu", "鄂温克": "Ewenki",
    "保安": "Bonan", "裕固": "Yugur", "独龙": "Derung", "鄂伦春": "Oroqen", "各": "Multi-Ethnic",
}  # fmt: skip
# In names of units 族 may be left out behind some; 毛难 is how 毛南 was written.
_NATIONS = [
    *(f"{name}族" for name in (*PEOPLES, "阿昌", "德昂", "毛难")),
    "维吾尔",
    "哈萨克",
    "柯尔克孜",
    "锡伯",
    "塔吉克",
    "蒙古",
]
_NATION = "(?:" + "|".join(sorted(_NATIONS, key=len, reverse=True)) + ")+(?=自治[县州旗])"
_DISTRICT_NATION = _NATION.replace("(?=自治[县州旗])", "(?=区$)")
_SUFFIX = r"(自治区|自治州|自治县|自治旗|特别行政区|地区|特区|林区|省|市|县|区|旗|盟)$"
_PROVINCE_NATION = r"(壮族|回族|维吾尔)?自治区$"
# Autonomous units whose whole stem is the name of the people: the rule would leave nothing.
_PEOPLE_STEMS = {
    "东乡族自治县": "东乡",
    "鄂温克族自治旗": "鄂温克",
    "鄂伦春自治旗": "鄂伦春",
}


def get_level_of_code(code: str) -> str:
    """Return the level a six-digit code stands for.

    Parameters
    ----------
    code : str
        Six digits.

    Returns
    -------
    str
        "province", "prefecture" or "county"; the centrally run counties (…90xx) are counties.
    """
    if code.endswith("0000"):
        return "province"
    return "prefecture" if code.endswith("00") else "county"


@lru_cache(maxsize=8192)
def get_stem(name: str) -> str:
    """Strip the level and the peoples' names from an official name.

    Parameters
    ----------
    name : str
        Official name, such as 江华瑶族自治县.

    Returns
    -------
    str
        The stem, such as 江华; the name itself when there is nothing to strip.
    """
    if name in _PEOPLE_STEMS:
        return _PEOPLE_STEMS[name]
    bare = re.sub(_PROVINCE_NATION, "", name)
    if bare != name:
        return bare
    bare = re.sub(_NATION, "", name)
    bare = re.sub(_SUFFIX, "", bare)
    return bare or name


@lru_cache(maxsize=8192)
def list_short_forms(name: str) -> tuple[str, ...]:
    """List the usual short writings of an official name that still carry a level.

    Parameters
    ----------
    name : str
        Official name.

    Returns
    -------
    tuple of str
        江华瑶族自治县 gives 江华县 and 江华自治县; 湘西土家族苗族自治州 gives 湘西州 and 湘西自治州;
        广西壮族自治区 gives 广西自治区. Empty for ordinary names.
    """
    stem = get_stem(name)
    for ending, short in (("自治县", "县"), ("自治旗", "旗"), ("自治州", "州")):
        if name.endswith(ending):
            forms = {stem + short, stem + ending} - {name}
            return tuple(sorted(forms))
    if name.endswith("族区"):
        return (re.sub(_DISTRICT_NATION, "", name),)
    if name.endswith("自治区"):
        return tuple({stem + "自治区", stem + "区"} - {name}) if stem != "西藏" else ("西藏区",)
    return (stem + "特区",) if name.endswith("特别行政区") else ()


def list_bare_forms(name: str) -> tuple[str, ...]:
    """List the writings of an official name that carry no level.

    Parameters
    ----------
    name : str
        Official name.

    Returns
    -------
    tuple of str
        平泉县 gives 平泉; 江华瑶族自治县 gives 江华 and, from tables that cut the last character off, 江华瑶族自治.
    """
    cut = name[:-1]
    return (get_stem(name), cut) if cut.endswith("自治") else (get_stem(name),)
