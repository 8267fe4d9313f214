"""Heads of columns: what a column with such a head holds, and which rows of a table are heads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, Literal

from pilotzones.geo.catalogue.area_units import UNIT_PATTERN
from pilotzones.geo.documents.headings import is_region
from pilotzones.geo.documents.tables.cells.contents import read_cell, squeeze_cell
from pilotzones.geo.documents.tables.grid import Cell
from pilotzones.geo.places.text.patterns import COMMON_NAMES

__all__ = ["LEVELS", "Role", "find_head_role", "is_header"]

Role = Literal[
    "blank", "number", "code", "area", "count", "listed", "left", "batch", "remark", "tasks", "region", "zone", "scope",
    "place", "ignored",
]  # fmt: skip
LEVELS: Final = ("province", "prefecture", "county", "town")
# In order: the first pattern that a head matches says what its column holds, and the level of the places in it.
_HEADS: Final[tuple[tuple[Role, str, str], ...]] = (
    ("remark", "", r"(?:是否|能否).*"),
    ("number", "", r"序号?|编号|行号|项次|no\.?|#"),
    (
        "ignored",
        "",
        r".*(?:邮政|邮递|机构|信用|项目|单位|产品|指标|电话|企业|组织)(?:编码|代码|区号)|.*(?:邮编|区号|编号)",
    ),
    ("code", "", r".*(?:代码|编码|区划码)|adcode.*|code"),
    (
        "ignored",
        "",
        (
            r".*(?:驻地|地址|住址|住所|坐落|联系|电话|邮编|负责|牵头|主管|部门|对口|支援|结对|援助|毗邻|邻近|周边|相邻|接壤|对照|对比|协作|文号|依据|网址|人口|户数|产值|gdp|资金|金额|比例|得分|排名|"
            r"名次|经度|纬度|(?:申报|推荐|实施|承担|建设|责任|填报)(?:单位|主体)|企业|公司).*"
        ),
    ),
    ("left", "", r".*(?:退出|摘帽|脱贫|撤销|移出|取消|终止|失效)(?:的?(?:时间|年份|年度|日期|年))?"),
    ("batch", "", r".*(?:批次|轮次).*|批别|batch"),
    ("listed", "", r".*(?:年份|年度|时间|日期|年月)|年|.*(?:认定|批准|公布|命名|设立|列入|入选|新增)年|year|date"),
    # What covers a part of a place, or is built on it, says nothing of its size.
    (
        "ignored",
        "",
        r".*(?:海域|建筑|耕地|农田|建设用地|林地|森林|草[原地]|湿地|绿[地化]|播种|种植|造林|水面|养殖|灌溉|住房|住宅|房屋|厂房|营业|经营|宅基地)(?:占地)?的?面积.*",
    ),
    (
        "area",
        "",
        rf".*面积.*|(?:(?:用地|土地|占地|规划|总体|总|区域|片区|园区)*规模)[(](?:单位:?|约)?[百千]?[万亿]?(?:{UNIT_PATTERN})[)]",
    ),
    ("ignored", "", r".*(?:乡镇|街道|镇街|村|社区|人口|人数|企业|户|项目|学校|机构)(?:总|个)?数(?:量)?(?:[(].*[)])?"),
    (
        "count",
        "",
        r"(?:[县市区旗州盟省(、/)试点示范单位地区城市名单入选批准申报成员各]{0,16})(?:数量|个数|数目|总数|数)(?:[(]个[)])?|小计|合计",
    ),
    ("ignored", "", r".*(?:数量|个数|总数|数)(?:[(].*[)])?"),
    (
        "remark",
        "",
        r"备注.*|.*(?:状态|状况|结果|结论)|说明|附注|(?:变动|调整|变更)(?:情况|说明)?|remarks?|notes?",
    ),
    ("ignored", "", r"(?:.{0,4})?(?:等级|级别|星级|档次)"),
    ("ignored", "", r"(?:英文|外文|拼音|汉语拼音)(?:地?名称?)?|english(?: name)?|pinyin"),
    ("ignored", "", r"原[有来]?的?名称?|曾用名|旧[名称]|别[名称]|简称|又[名称]|(?:更名|变更|调整)前名?称?"),
    ("tasks", "", r".*(?:任务|重点|内容|事项|方向)(?:[(].*[)])?"),
    ("scope", "", r".*(?:范围|区划)(?:[(].*[)])?|包括.*|涵盖.*|成员.*|包含.*"),
    (
        "place",
        "province",
        r"(?:所在|所属)?省(?:份|级|名)?(?:[(、/,区直辖市兵团新疆生产建设)]*)?|省[(].*[)]|省[、/].*|省级(?!试点|示范|重点).*|province",
    ),
    ("region", "", r"板块|(?:所属|所在)?(?:地区|大区|区域)|四大板块"),
    (
        "place",
        "prefecture",
        r"(?:所在|所属)?(?:地级?市|市[(]?[、/]?州.*|市州|设区市|地市|州市|市|市级|地级|市名|地[(].*[)])|prefecture|city",
    ),
    ("place", "town", r".*(?:乡镇|镇|街道|乡|团场|农场|连队)(?:[(].*[)])?(?:名称|名单|名)?"),
    (
        "place",
        "",
        (
            r".*(?:县|区县|县市|市区|旗)(?:[(].*[)])?(?:名称|名单|名)?|单位(?:名称)?|地名|.*县.*名.*|.*名[单录].*|name|county|"
            r"pilots?|(?:pilot )?(?:names|county|counties|cities|districts?|places?|sites?|units?|members?)|pilot city|"
            r"(?:中文|汉语)(?:地?名称?)|地方|(?:所在|所属)地|(?:主|中心)?城区|师(?:市|[(]市[)])?|.*(?:城市|地区)(?:名称|名单)?|[市县区旗州盟、/()级名称单]{2,}"
        ),
    ),
    (
        "zone",
        "",
        r".*(?:试验区|示范区|片区|试点|组团|都市圈|城市群|园区|新区|合作区|开发区|高新区|度假区|保税区).*|名称|区域名称|类别|类型|项目",
    ),
)
# States of the places below, one a column.
_STATES: Final = re.compile(
    r"(?:保留|继续|新增|现有|原有|退出|移出|调出|取消|撤销|淘汰|[未拟]?(?:入选|入围|通过|获批|批准|纳入|列入)|不(?:通过|合格)|合格|落选|候选|备选|候补|储备|暂缓|"
    r"(?:调整|变更|更换|替换)[前后]|[原现新])(?:的)?(?:试点|示范|名单|县|市|区|单位){0,2}"
)
_MAX_HEAD: Final = 20
_MAX_FEW: Final = 4  # cells of a row of heads of which one is known


@lru_cache(maxsize=1 << 12)
def find_head_role(text: str) -> tuple[Role | None, str]:
    """Say what a column with this head holds.

    Parameters
    ----------
    text : str
        Of a cell.

    Returns
    -------
    role : str or None
        None when the text is no head.
    level : str
        Of the places in it, where the head says so.
    """
    folded = "".join(squeeze_cell(text).split())
    # 试点县：遂溪县 is a cell with its own label.
    if not folded or len(folded) > _MAX_HEAD or re.search(r":\S", folded) or _is_unit_name(text):
        return None, ""
    # 省份（个数） holds what 省份 does.
    heads = (folded, re.sub(r"[(][^()]*[)]$", "", folded))
    return next(
        (
            (role, level)
            for head in heads
            for role, level, pattern in _HEADS
            if re.fullmatch(pattern, head, re.IGNORECASE)
        ),
        (None, ""),
    )


def _is_unit_name(text: str) -> bool:
    if squeeze_cell(text) in COMMON_NAMES:
        # 新区 and 城区 over a column are words for what it holds.
        return False
    content = read_cell(text)
    return content.kind == "place" and any(level & {*LEVELS} for level in content.levels)


def is_header(cells: Sequence[Cell], *, first: bool) -> bool:
    """Whether the filled cells of a row are heads of columns.

    Parameters
    ----------
    cells : sequence of Cell
        Each once.
    first : bool
        Whether no row of places came before it; a single head needs that.

    Returns
    -------
    bool
    """
    roles: list[Role | None] = []
    labels = 0
    for cell in cells:
        roles.append(None if cell.text.isdecimal() else find_head_role(cell.text)[0])
        label = read_cell(cell.text).kind in {"batch", "date"} or _STATES.fullmatch(squeeze_cell(cell.text))
        if roles[-1] is None and label and not cell.text.isdecimal():
            # 第一批, 2015年 and 未入选 may head columns of places too.
            labels += 1
        elif roles[-1] is None and _is_value(cell):
            return False
    known = sum(role is not None for role in roles)
    if all(squeeze_cell(cell.text) in COMMON_NAMES for cell in cells):
        # Districts of these names fill rows of their own.
        return False
    if len(cells) == 1:
        # A title reads like a head too, but stands across the table or names a year.
        plain = cells[0].width == 1 and not re.search(r"\d", cells[0].text)
        plain = plain and not is_region(squeeze_cell(cells[0].text))
        return first and plain and known == 1 and roles[0] not in {"remark", "zone", "listed", "ignored"}
    # 平原县 beside 新增 or 第一批 is a county, though the word heads columns too.
    sure = {role for role, cell in zip(roles, cells, strict=True) if squeeze_cell(cell.text) not in COMMON_NAMES} - {
        None
    }
    if labels:
        return first and (bool(sure) or labels == len(cells))
    if first and all(_STATES.fullmatch(squeeze_cell(cell.text)) for cell in cells):
        # 保留 beside 退出, 调整前 beside 调整后.
        return True
    lone = first and known == 1 and len(cells) < _MAX_FEW and "place" in sure
    return (known > 1 or lone) and 2 * known >= len(cells)


def _is_value(cell: Cell) -> bool:
    return cell.text.isdecimal() or read_cell(cell.text).kind in {
        "place",
        "number",
        "code",
        "date",
        "batch",
        "total",
        "note",
    }
