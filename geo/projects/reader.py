"""Read a register of projects from a table: every problem with file, row and field; no row is dropped."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from pilotzones.geo.documents.reader import DocumentText
from pilotzones.geo.errors import Problem, ProjectError, make_problem
from pilotzones.geo.files.figures import fold_heading, read_figure
from pilotzones.geo.projects.models import KINDS, MONEY_SOURCES, STAGES, TYPES, Project
from pilotzones.geo.query.question_reader import PlaceQuery

__all__ = ["REGISTER_COLUMNS", "Register", "read_register", "write_template"]

REGISTER_COLUMNS: Final = (
    "id", "name", "county", "adcode", "town", "address", "lon", "lat", "programme", "kind", "type", "stage",
    *(f"{stage}_on" for stage in STAGES), "due_on", *(f"money_{source}" for source in MONEY_SOURCES), "responsible",
)  # fmt: skip
_SPELLINGS: Final = {
    "id": ("id", "项目编号", "编号", "项目代码"),
    "name": ("name", "项目名称", "名称", "项目"),
    "county": ("county", "区县", "县", "县名", "所在区县", "建设地点", "县区", "县市区"),
    "adcode": ("adcode", "行政区划代码", "区划代码", "代码"),
    "town": ("town", "乡镇", "镇", "镇街", "乡镇街道", "所在乡镇"),
    "address": ("address", "地址", "详细地址"),
    "lon": ("lon", "经度", "lng"),
    "lat": ("lat", "纬度"),
    "programme": ("programme", "政策", "试点", "计划"),
    "kind": ("kind", "项目类别", "类别", "行业"),
    "type": ("type", "示范类型", "项目类型"),
    "stage": ("stage", "阶段", "项目阶段", "进展", "进度"),
    "proposed_on": ("proposed_on", "申报日期", "提出日期"),
    "approved_on": ("approved_on", "批复日期", "立项日期"),
    "started_on": ("started_on", "开工日期"),
    "completed_on": ("completed_on", "完工日期", "竣工日期"),
    "accepted_on": ("accepted_on", "验收日期"),
    "due_on": (
        "due_on",
        "计划完工日期",
        "计划竣工日期",
        "计划完成日期",
        "预计完成日期",
        "预计竣工日期",
        "完成期限",
        "完成时限",
    ),
    "money_central": ("money_central", "中央资金", "中央资金(万元)"),
    "money_local": ("money_local", "地方资金", "地方资金(万元)", "财政资金", "财政资金(万元)"),
    "money_bond": ("money_bond", "专项债券", "专项债券(万元)", "债券", "债券(万元)"),
    "money_bank": ("money_bank", "银行贷款", "银行贷款(万元)"),
    "money_private": ("money_private", "社会资本", "社会资本(万元)"),
    "responsible": ("responsible", "责任单位", "责任主体", "负责人"),
}
_FOLDED_SPELLINGS: Final = {fold_heading(one): name for name, spellings in _SPELLINGS.items() for one in spellings}
_KIND_WORDS: Final = ("农业农村", "规划自然资源", "生态环境", "住房城乡建设", "交通", "水利", "文化旅游", "林业")
_TYPE_WORDS: Final = ("城乡融合发展型", "一二三产业融合发展型", "生态保护修复型")
_WORDS: Final = {
    "kind": dict(zip(_KIND_WORDS, KINDS, strict=True)),
    "type": dict(zip(_TYPE_WORDS, TYPES, strict=True)),
    "stage": {
        "申报": "proposed", "储备": "proposed", "谋划": "proposed", "批复": "approved", "立项": "approved", "开工": "started",
        "在建": "started", "建设中": "started", "完工": "completed", "竣工": "completed", "验收": "accepted", "已验收": "accepted",
    },
}  # fmt: skip
# A year, a month or a day, as people write them: 2024, 2024-05, 2024年5月31日, 20240531, 2024/5/31 0:00.
_DATE: Final = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?:\s*[-/.年]\s*(?P<month>\d{1,2})(?:\s*[-/.月]\s*(?P<day>\d{1,2}))?|(?<=\d{4})(?P<month2>\d{2})(?P<day2>\d{2}))?"
    r"\s*[年月日号]?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?"
)
_NO_DATE: Final = frozenset({"-", "--", "—", "/", "无", "…", "未定", "待定"})
_Report = Callable[..., None]
_MAX_PROJECTS: Final = 100_000


@dataclass(slots=True)
class Register:
    """Projects in the order of the file, and what is wrong with it."""

    projects: list[Project]
    problems: list[Problem] = field(default_factory=list)
    file: str = "register"


def write_template() -> bytes:
    """Write an empty register: the headings, UTF-8 with a byte order mark."""
    return (",".join(REGISTER_COLUMNS) + "\r\n").encode("utf-8-sig")


def read_register(document: DocumentText) -> Register:
    """Read the first table of a document that names projects.

    Parameters
    ----------
    document : DocumentText

    Returns
    -------
    Register
        Money is in 10,000 yuan. An unknown stage, kind or type, a date that cannot be read, dates out of order and a second
        project of one id are problems; the project stays with what could be read.

    Raises
    ------
    ProjectError
        When no table has a column of names and a column of stages, or there are too many rows.
    """
    rows = document.split_rows()
    for at, (_, cells) in enumerate(rows):
        columns = _find_columns(cells)
        if "name" in columns and "stage" in columns:
            body = rows[at + 1 :]
            break
    else:
        raise ProjectError(make_problem(document.file, "project_columns"))
    if len(body) > _MAX_PROJECTS:
        facts = {"rows": f"{len(body):,}", "most": f"{_MAX_PROJECTS:,}"}
        raise ProjectError(make_problem(document.file, "many_rows", facts=facts))
    register = Register([], file=document.file)
    unread = [cell.strip() for at, cell in enumerate(cells) if cell.strip() and at not in columns.values()]
    if unread:
        facts = {"columns": ", ".join(unread)}
        register.problems.append(make_problem(document.file, "columns_unread", severity="info", facts=facts))
    for number, cells in body:
        row = {name: cells[place].strip() if place < len(cells) else "" for name, place in columns.items()}
        if any(row.values()):
            register.projects.append(_read_project(number, row, document.file, register.problems))
    register.problems += _find_repeated(register.projects, document.file)
    return register


def _find_columns(cells: Sequence[str]) -> dict[str, int]:
    heads: dict[str, int] = {}
    for at, cell in enumerate(cells):
        heads.setdefault(fold_heading(cell).replace("时间", "日期"), at)
    found: dict[str, int] = {}
    for spelling, name in _FOLDED_SPELLINGS.items():
        if spelling in heads:
            found.setdefault(name, heads[spelling])
    return found


def _read_project(number: int, row: dict[str, str], file: str, problems: list[Problem]) -> Project:
    def report(name: str, kind: str, **facts: str) -> None:
        problems.append(make_problem(file, kind, row=number, field=name, value=row.get(name), facts=facts))

    if not row["name"]:
        report("name", "project_name")
    spans = {stage: read for stage in STAGES if (read := _read_date(row, f"{stage}_on", report)) is not None}
    dates = {stage: first for stage, (first, _) in spans.items()}
    known = list(spans.values())
    if any(after[1] < before[0] for at, before in enumerate(known) for after in known[at + 1 :]):
        report("stage", "stage_order", stages=", ".join(STAGES))
    stage = _read_word(row, "stage", STAGES, report)
    later = [one for one in dates if stage in STAGES and STAGES.index(one) > STAGES.index(stage)]
    if later:
        report("stage", "later_stage", stages=", ".join(later))
    place, point = _read_place(row, report)
    due = _read_date(row, "due_on", report)
    return Project(
        id=row.get("id", "") or str(number),
        name=row["name"],
        place=place,
        point=point,
        town=row.get("town", ""),
        address=row.get("address", ""),
        kind=_read_word(row, "kind", KINDS, report, is_open=True),
        type=_read_word(row, "type", TYPES, report, is_open=True),
        stage=stage,
        programme=row.get("programme", ""),
        responsible=row.get("responsible", ""),
        money=dict(_read_money(row, report)),
        dates=dates,
        due=due[1] if due is not None else None,
        row=number,
    )


def _read_word(
    row: dict[str, str], name: str, known: Collection[str], report: _Report, *, is_open: bool = False
) -> str:
    """Read a word of a list, in either language; where the list is open, words of the user's own stay as they are."""
    text = row.get(name, "")
    word = _WORDS[name].get(text, text)
    if word and not is_open and word not in known:
        report(name, "choose_one", choices=", ".join(known))
    if not word and not is_open:
        report(name, "empty")
    return word


def _read_date(row: dict[str, str], name: str, report: _Report) -> tuple[date, date] | None:
    """Find the first and the last day that a cell may mean: of a year or a month all of it."""
    text = unicodedata.normalize("NFKC", row.get(name, "")).strip()
    if not text or text in _NO_DATE:
        return None
    found = _DATE.fullmatch(text)
    if found is None:
        report(name, "date_expected")
        return None
    try:
        parts = (found["year"], found["month"] or found["month2"], found["day"] or found["day2"])
        year, month, day = (int(part) if part else 0 for part in parts)
        first = date(year, month or 1, day or 1)
        last_month = month or 12
        return first, date(year, last_month, day or monthrange(year, last_month)[1])
    except ValueError:
        report(name, "date_expected")
        return None


def _read_money(row: dict[str, str], report: _Report) -> Iterator[tuple[str, float]]:
    for source in MONEY_SOURCES:
        figure = read_figure(row.get(f"money_{source}", ""))
        if not figure.is_read or (figure.value is not None and figure.value < 0):
            report(f"money_{source}", "money_expected")
        elif figure.value is not None:
            yield source, figure.value


def _read_place(row: dict[str, str], report: _Report) -> tuple[PlaceQuery | None, tuple[float, float] | None]:
    """Read where a project is: its county, else its address, else its town; and its coordinate."""
    name = row.get("county", "") or row.get("address", "") or row.get("town", "")
    code = row.get("adcode", "")
    given = [row.get("lon", ""), row.get("lat", "")]
    lon, lat = (read_figure(text).value for text in given)
    point = (lon, lat) if lon is not None and lat is not None and abs(lon) <= 180 and abs(lat) <= 90 else None
    if any(given) and point is None:
        report("lon", "degrees_expected")
    if not (name or code or point):
        report("county", "project_place")
    return PlaceQuery(name or code, name=name, code=code) if name or code else None, point


def _find_repeated(projects: Sequence[Project], file: str) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for project in projects:
        if project.id in seen:
            first = seen[project.id]
            yield make_problem(file, "id_twice", row=project.row, field="id", value=project.id, facts={"first": first})
        seen.setdefault(project.id, project.row)
