"""Ten times the text takes at most fifteen times the time, whatever the text is made of."""

from __future__ import annotations

import contextlib
import gc
import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterable

import pytest

from pilotzones.geo.documents.drafts.plain_list import draft_list
from pilotzones.geo.documents.reader import read_pasted
from pilotzones.geo.errors import PilotzonesError
from pilotzones.geo.indicators.tables.reader import read_indicators
from pilotzones.geo.places import resolve_names, resolve_text
from pilotzones.geo.places.gazetteer import load_gazetteer
from pilotzones.geo.projects.reader import read_register
from pilotzones.geo.projects.reserve_banks import read_ledger

pytestmark = pytest.mark.slow

PATTERNS = (
    *"1 总一①约（、，。.-：；*□县市区省和等除第a<【“—\n\t\u3000|",
    "()", "1 ", " \n", "1、", "1.", "面积1", "1亩", "平方公里", "1-2", "其中", "全域", "部分地区", "下辖", "不含", "自治县",
    "路1号2", "镇", "号", "路", "村", "1-", "1号",
    "街道", "x市", "南湖区", "南湖区、", "南湖区\n", "阿吧县、", "（南湖区", "南湖区（秀洲区）、", "a,b\n", "2020年", "**",
    "\u3000&", "/\u3000其中撤", "  a",
)  # fmt: skip
# A run before a list and inside of one, and a run where a figure should be.
TEXTS = (
    "{}嘉兴市南湖区、秀洲区。\n",
    "名单\n试验范围：嘉兴市南湖区、{}秀洲区。总面积{}平方公里。\n",
)
SIZE = 200
# Less than this is lost in what every text costs [s].
_SMALLEST = 0.02


# Names that differ: what one member asks of the others grows with their number.
LISTS: dict[str, Callable[[list[str]], Iterable[str]]] = {
    "all counties": lambda names: names,
    # Few enough that short and long lists alike pass for lists, and are read once.
    "unknown ones among them": lambda names: [
        one for number, name in enumerate(names) for one in ([name] if number % 4 else [name, f"{name[:-1]}亖县"])
    ],
    "names of several": lambda names: [name for name, times in Counter(names).items() if times > 1],
    "short names of cities": lambda names: ["长沙", "大同", "朝阳", *(name[:-1] for name in names[:40])],
}


def _draft(text: str) -> object:
    return draft_list(read_pasted(text))


def _resolve_cell(text: str) -> object:
    return resolve_names([text])


def _spend(action: Callable[[str], object], text: str) -> float:
    # Looking for cycles costs what all tests before have left in memory.
    gc.disable()
    try:
        start = time.process_time()
        action(text)
        return time.process_time() - start
    finally:
        gc.enable()


@pytest.mark.slow
@pytest.mark.parametrize("pattern", PATTERNS)
def test_time_grows_with_the_text(pattern: str) -> None:
    for action, text in ((_draft, TEXTS[0]), (_draft, TEXTS[1]), (resolve_text, TEXTS[1]), (_resolve_cell, "{}")):
        few, many = (text.replace("{}", pattern * (size // len(pattern))) for size in (SIZE, 10 * SIZE))
        _check_growth(action, few, many, most=13)


@pytest.mark.slow
def test_time_grows_with_the_lines_of_what_nobody_knows() -> None:
    # Blanks within each piece, which are looked for by their place in the text.
    few, many = (("/\u3000其中撤" * 10 + "\n") * lines for lines in (40, 400))
    _check_growth(_draft, few, many)


@pytest.mark.slow
@pytest.mark.parametrize("separator", ["、", "\n"])
@pytest.mark.parametrize("kind", LISTS)
def test_time_grows_with_the_names(kind: str, separator: str) -> None:
    names = [unit.name for unit in load_gazetteer().units.values() if unit.level == "county"]
    many = list(itertools.islice(itertools.cycle(LISTS[kind](names)), 1_500))
    # Every eleventh name, so that both have the same share of names that are dear to look up.
    few = list(itertools.islice(itertools.cycle(many), 0, 11 * 150, 11))
    _check_growth(_draft, separator.join(few), separator.join(many))


# Heads and rows of tables that are read for pages of their own.
TABLES: dict[str, tuple[str, str]] = {
    "no table": ("", "a,b\n"),
    "pipes": ("", "|a|b|\n"),
    "gaps": ("", "a  b  c\n"),
    "names alone": ("", "余杭区\n"),
    "figures": ("县,年份,产值\n", "余杭区,2020,1\n"),
    "unread figures": ("县,年份,产值\n", "余杭区,2020,约约约约约约约约约约x\n"),
    "projects": ("name,stage,county,lon\n", "p,started,余杭区,9\n"),
    "projects of one id": ("id,name,stage\n", "1,p,started\n"),
    "entries": ("bank,county,date,direction,quantity_ha\n", "basic_farmland,余杭区,2020,out,1\n"),
}


def _read_tables(text: str) -> None:
    document = read_pasted(text)
    for read in (read_indicators, read_register, read_ledger):
        with contextlib.suppress(PilotzonesError):
            read(document)


@pytest.mark.slow
@pytest.mark.parametrize("kind", TABLES)
def test_time_grows_with_the_rows(kind: str) -> None:
    head, row = TABLES[kind]
    few, many = (head + row * count for count in (1_000, 10_000))
    _check_growth(_read_tables, few, many)


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["约", "1,", "9", "(", "万元 ", '"'])
def test_time_grows_with_a_cell(cell: str) -> None:
    few, many = (f"县,年份,产值\n余杭区,2020,{cell * count}x\n" for count in (1_000, 10_000))
    _check_growth(_read_tables, few, many)


def _check_growth(action: Callable[[str], object], few: str, many: str, *, most: int = 15) -> None:
    # Another process may have had the cache: one of three runs must keep the bound.
    assert any(_spend(action, many) <= most * max(_spend(action, few), _SMALLEST) for _ in range(3)), (action, few[:80])
