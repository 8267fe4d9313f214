"""Which column has county codes, names, prefectures, provinces: found by its cells first, then by its heading."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from pilotzones.geo.boundaries.upload.code_cell import read_county_code
from pilotzones.geo.boundaries.upload.divisions import load_divisions
from pilotzones.geo.boundaries.upload.raw_features import FOLDER, sanitize_for_display, summarize_row_problems
from pilotzones.geo.errors import Problem, make_list_fact, make_problem
from pilotzones.geo.places.text.normalization import fold_variants

__all__ = [
    "Counties",
    "Text",
    "choose_columns",
    "clean_name",
    "count_counties",
    "find_code_columns",
    "group_same_codes",
    "is_code_heading",
    "read_columns",
    "select_columns",
]

Text = str | None
Columns = Mapping[str, list[Text]]

# Spellings by role, the surest first, as `_make_key` writes them. Where they come from: district_*, city_* (frykit);
# dt_*, ct_*, pr_* (exports of AMap); 县级码, 地级, 省级 (county maps after Tianditu); PAC, NAME (base map 1:1 million,
# where GB is the class of a feature and no place); gb (Tianditu's service, 156 before the code); XZQDM, XZQMC (land
# surveys); NL_NAME_* (GADM); name:zh (OpenStreetMap).
_SPELLED: Final[dict[str, str]] = {
    "adcode": """
        adcode districtadcode countyadcode dtadcode districtcode countycode
        县级码 县级代码 县代码 县码 区县代码 县区代码 行政区划代码 行政区划码 行政区代码 行政代码 区划代码 区划码
        县域代码 县市代码 县级行政区划代码 县级行政区代码 区县行政区划代码 县级编码 县编码 区县编码 县域编码 县市区代码
        行政区划编码 行政编码 行政区域代码 行政区码 区域代码 地区代码 统计用区划代码 统计区划代码 国标码 国标代码
        countyid cntycode cntyid districtid areacode regioncode admincode admcode divisioncode gbcode codecounty
        xzqdm xzdm pac gb code 代码 编码 dm id
    """,
    "name": """
        districtname countyname dtname county 县级 县名 县级名称 区县名称 县区名称 区县名 区县 县区 县域名称 县域 县市名称 县市
        县 县级市 县市名 县区名 县级行政区 县级行政区名称 县级单位 县市区 县市区名称 cntyname cnty district countycn 样本县 所属区县
        所在区县 所属县 所在县 所属县区 所在县区 行政区 行政区划 地区名称 地区名 单位 单位名称
        行政区划名称 行政区域名称 行政区名称 区划名称 xzqmc xzmc 名称 namezh name nlname3 mc 地名 name3 shapename nameen adm3en
        全称 全名 完整名称 fullname
    """,
    "prefecture": """
        prefecture prefecturename cityname ctname city
        地级 地级市 地级市名称 市级 市级名称 市名 市名称 地市 地市名称 地区 城市 城市名称 所属地级 所属地级市 所属地市 所属城市
        所在地级市 所在城市 所属市 所在市 市 nlname2
    """,
    "prefecture_adcode": """
        prefectureadcode prefecturecode cityadcode citycode ctadcode 地级码 市级码 市级代码 市代码 市码 地市代码
    """,
    "province": """
        province provincename prname prov provname 省级 省级名称 省名 省份 省份名称 所属省 所属省份 所在省 所在省份 省区市 省
        nlname1
    """,
    "province_adcode": "provinceadcode provincecode pradcode 省级码 省级代码 省代码 省份代码 省码",
}
# Half the world calls something else by these.
_WEAK_CODE_HEADINGS: Final = frozenset({"id", "gb", "code", "dm"})
_SPELLINGS: Final = {role: tuple(text.split()) for role, text in _SPELLED.items()}
_NAME_LENGTH: Final = 200
_LISTED_ROWS: Final = 50
# A column with the right heading counts only when its cells look right, too: GB may be the class of a feature.
_MIN_SHARE_LOOKING_RIGHT: Final = 0.5
# A column with any other heading counts when its cells are codes or names of divisions.
_MIN_SHARE_KNOWN: Final = 0.8
_MAX_SAMPLE_CELLS: Final = 500


@dataclass
class Counties:
    """Codes and names of n rows, None where unknown; the folder is that of a KML with several."""

    adcode: list[Text]
    name: list[Text]
    prefecture: list[Text]
    prefecture_adcode: list[Text]
    province: list[Text]
    province_adcode: list[Text]
    folder: list[Text]
    problems: list[Problem] = field(default_factory=list)


def count_counties(columns: Columns) -> int:
    """Count the rows whose code or name is that of a county, and of no city of today, in the column that has most of them.

    Parameters
    ----------
    columns : mapping of str to list of str or None

    Returns
    -------
    int
    """
    above = load_divisions().names_above
    lowest = [[cell for cell in cells if cell and _fold_name(cell) not in above] for cells in columns.values()]
    return max((_count_known(cells, role) for cells in lowest for role in ("adcode", "name")), default=0)


def select_columns(found: Iterable[str]) -> list[str]:
    """Choose the columns whose headings say that they have code, name, prefecture or province."""
    spellings = {spelling for role in _SPELLINGS.values() for spelling in role}
    return [column for column in found if _make_key(column) in spellings]


def is_code_heading(column: str) -> bool:
    """Return whether a heading says codes of divisions and nothing else."""
    key = _make_key(column)
    return key in _SPELLINGS["adcode"] and key not in (*_WEAK_CODE_HEADINGS, "代码", "编码")


def find_code_columns(columns: Columns) -> list[str]:
    """Find the columns of county codes under headings that say nothing, where no heading says codes.

    Parameters
    ----------
    columns : mapping of str to list of str or None

    Returns
    -------
    list of str
    """
    if any(_make_key(column) in _SPELLINGS["adcode"] for column in columns):
        return []
    samples = {column: _take_sample(cells) for column, cells in columns.items()}
    return [
        column
        for column, filled in samples.items()
        if filled and _count_known(filled, "adcode") >= _MIN_SHARE_KNOWN * len(filled)
    ]


def choose_columns(columns: Columns) -> dict[str, str | None]:
    """Choose the column of each role: adcode, name, prefecture, prefecture_adcode, province, province_adcode.

    Parameters
    ----------
    columns : mapping of str to list of str or None

    Returns
    -------
    dict of str to str or None
        None for a role that no column has.
    """
    chosen: dict[str, str | None] = {}
    for role in _SPELLINGS:
        free = {column: cells for column, cells in columns.items() if column not in chosen.values()}
        chosen[role] = _choose(free, role)
    return chosen


def read_columns(columns: Columns, *, found: Iterable[str], rows: int, file: str) -> Counties:
    """Read codes and names out of whatever columns a file has.

    Parameters
    ----------
    columns : mapping of str to list of str or None
        `rows` cells each.
    found : iterable of str
        Names of all columns, for the message when none of them will do.
    rows : int
    file : str
        Name to report.

    Returns
    -------
    Counties
        With an error among its problems when there is neither a code nor a name column.
    """
    problems: list[Problem] = []
    empty: list[Text] = [None] * rows
    chosen = choose_columns(columns)
    problems += _report_unused(columns, chosen["adcode"], file)
    if chosen["adcode"] is None and chosen["name"] is None:
        listing = ", ".join(sanitize_for_display(column) for column in found)
        code = "no_columns-others" if listing else "no_columns-none"
        nothing = make_problem(file, code, facts={"columns": listing})
        return Counties(empty, empty, empty, empty, empty, empty, empty, [*problems, nothing])
    read = [
        {"role_message": f"problem_role_{role}", "column": sanitize_for_display(column)}
        for role, column in chosen.items()
        if column is not None
    ]
    facts = make_list_fact("columns", "role", read)
    problems.append(make_problem(file, "columns_read", severity="info", facts=facts))
    with_prefecture = chosen["prefecture"] is not None
    codes = _read_codes(columns, chosen["adcode"], rows, file, problems, with_prefecture=with_prefecture)
    names = _read_names(columns, chosen["name"], rows, file, problems)
    rest = [empty if column is None else columns[column] for column in list(chosen.values())[2:]]
    prefecture, prefecture_code, province, province_code = rest
    return Counties(
        codes,
        names,
        [clean_name(cell) for cell in prefecture],
        [read_county_code(cell) if cell else None for cell in prefecture_code],
        [clean_name(cell) for cell in province],
        [read_county_code(cell) if cell else None for cell in province_code],
        [clean_name(cell) for cell in columns.get(FOLDER, empty)],
        problems,
    )


def group_same_codes(counties: Counties, rows: list[int], *, file: str) -> tuple[list[list[int]], list[Problem]]:
    """Group rows to be merged because they are parts of one county.

    Parameters
    ----------
    counties : Counties
    rows : list of int
        Places, counted from 0, of the rows that are kept.
    file : str

    Returns
    -------
    groups : list of list of int
        Every row of `rows` once, in order; parts of one county together.
    problems : list of Problem
        An error where one code has several names.
    """
    by_code: dict[str, list[int]] = {}
    groups = []
    for row in rows:
        code = counties.adcode[row]
        if code is None:
            groups.append([row])
        elif code in by_code:
            by_code[code].append(row)
        else:
            by_code[code] = [row]
            groups.append(by_code[code])
    problems = []
    for code, group in by_code.items():
        names = sorted({counties.name[row] or "" for row in group} - {""})
        numbers = ", ".join(str(row + 1) for row in group[:_LISTED_ROWS]) + (", …" if len(group) > _LISTED_ROWS else "")
        if len(names) > 1:
            listing = ", ".join(sanitize_for_display(name) for name in names[:10])
            facts = {"count": len(names), "names": listing, "rows": numbers}
            where: dict[str, Any] = {"row": group[0] + 1, "field": "adcode", "value": code}
            problems.append(make_problem(file, "two_names-rows", facts=facts, **where))
        elif len(group) > 1:
            where = {"row": group[0] + 1, "field": "adcode", "value": code, "severity": "info"}
            problems.append(make_problem(file, "same_code", facts={"rows": numbers}, **where))
    return groups, problems


def _make_key(column: str) -> str:
    return re.sub(r"[\s_\-.·:()/、]", "", fold_variants(unicodedata.normalize("NFKC", column)).casefold())


def _choose(columns: Columns, role: str) -> str | None:
    """Find the surest column of a role: the one with most of what the role is about, then the best heading."""
    looks_right = _make_cell_test(role)
    spellings = _SPELLINGS[role]
    # The heading of a parent says which parent it is: many a prefecture has the name of a former county.
    of_others = {word for other in _SPELLINGS if other not in (role, "adcode", "name") for word in _SPELLINGS[other]}
    best: tuple[float, int, int] | None = None
    found = None
    for column, cells in columns.items():
        filled = _take_sample(cells)
        key = _make_key(column)
        least = _MIN_SHARE_LOOKING_RIGHT * len(filled)
        spelled = key in spellings and sum(map(looks_right, filled)) >= least
        known = _count_known(filled, role)
        by_cells = known >= _MIN_SHARE_KNOWN * len(filled) and (role == "adcode" or key not in of_others)
        if not filled or not (spelled or by_cells):
            continue
        # One value in every row is the class of a feature, or the county of a file that has one.
        heading = spellings.index(key) if spelled else len(spellings)
        rank = (-round(known / len(filled), 1), heading, -len(set(filled)))
        if role == "adcode":
            rank = (-float(len({read_county_code(cell) for cell in filled} & load_divisions().known[role])), *rank[1:])
        if best is None or rank < best:
            best, found = rank, column
    return found


def _take_sample(cells: list[Text]) -> list[str]:
    """Take cells that are not empty, evenly over the rows."""
    filled = [cell for cell in cells if cell is not None and cell.strip()]
    return filled[:: -(-len(filled) // _MAX_SAMPLE_CELLS) or 1]


def _count_known(cells: Iterable[Text], role: str) -> int:
    known = load_divisions().known[role]
    read = read_county_code if role.endswith("adcode") else _fold_name
    return sum(1 for cell in cells if cell and read(cell) in known)


def _fold_name(cell: str) -> Text:
    name = clean_name(cell)
    return None if name is None else fold_variants(name)


def _report_unused(columns: Columns, chosen: str | None, file: str) -> list[Problem]:
    """Warn of columns that are called like codes of counties and have none."""
    problems = []
    # An empty column says nothing either.
    spellings = set(_SPELLINGS["adcode"]) - _WEAK_CODE_HEADINGS
    for column, cells in columns.items():
        filled = [cell for cell in cells if cell is not None and cell.strip()]
        if column == chosen or _make_key(column) not in spellings or not filled:
            continue
        if sum(read_county_code(cell) is not None for cell in filled) < _MIN_SHARE_LOOKING_RIGHT * len(filled):
            heading, cell = sanitize_for_display(column), sanitize_for_display(filled[0])
            problems.append(make_problem(file, "no_codes-cells", field=heading, value=cell, severity="warning"))
    return problems


def _make_cell_test(role: str) -> Callable[[str], bool]:
    if role.endswith("adcode"):
        return lambda cell: read_county_code(cell) is not None
    return lambda cell: not unicodedata.normalize("NFKC", cell).strip().replace(".", "").isdigit()


def _read_codes(
    columns: Columns, column: str | None, rows: int, file: str, problems: list[Problem], *, with_prefecture: bool
) -> list[Text]:
    if column is None:
        code = "no_codes-by_name" if with_prefecture else "no_codes-no_prefecture"
        problems.append(make_problem(file, code, severity="warning"))
        return [None] * rows
    cells = columns[column]
    codes = [read_county_code(cell) if cell else None for cell in cells]
    rewritten = [row for row, (cell, code) in enumerate(zip(cells, codes, strict=True)) if code and cell != code]
    if rewritten:
        first = rewritten[0]
        problems.append(
            make_problem(
                file,
                "code_rewritten",
                row=first + 1,
                field=sanitize_for_display(column),
                value=sanitize_for_display(cells[first]),
                severity="info",
                facts={"count": len(rewritten), "code": codes[first]},
            )
        )
    bad = [row for row, (cell, code) in enumerate(zip(cells, codes, strict=True)) if cell and cell.strip() and not code]
    values, numbers = [cells[row] for row in bad], [row + 1 for row in bad]
    problems += summarize_row_problems(
        file, "bad_code-row", numbers, field=sanitize_for_display(column), values=values, severity="warning"
    )
    return codes


def _read_names(columns: Columns, column: str | None, rows: int, file: str, problems: list[Problem]) -> list[Text]:
    if column is None:
        return [None] * rows
    cells = [clean_name(cell) for cell in columns[column]]
    long = [row for row, cell in enumerate(cells) if cell is not None and len(cell) > _NAME_LENGTH]
    facts, numbers = {"most": _NAME_LENGTH}, [row + 1 for row in long]
    problems += summarize_row_problems(file, "long_name", numbers, field=sanitize_for_display(column), facts=facts)
    return cells


@lru_cache(maxsize=10_000)
def clean_name(cell: Text) -> Text:
    """Take control characters and outer spaces from a name.

    Parameters
    ----------
    cell : str or None

    Returns
    -------
    str or None
        None when nothing is left.
    """
    if cell is None:
        return None
    visible = "".join(mark for mark in cell if unicodedata.category(mark) not in ("Cc", "Cf", "Cs"))
    # GADM writes a name in both scripts, the simplified one last.
    return visible.rpartition("|")[2].strip() or None
