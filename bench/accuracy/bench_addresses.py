"""Score addresses beside cpca and jionlp on the same lines in one run: right, wrong, asked or silent, and rows out of a text.

``python bench/accuracy/bench_addresses.py [--lines N] [--tables N] [--seed S] [--show N]``; tables (``bench_tables.py``) are
scored in the same run. Addresses are made from the table of divisions in the shapes that registers use: with the whole path, with
units left out, with blanks, short and old names, firms, villages, roads that are called like another province or city, and
addresses that name no county or no division at all. The peers see one address at a time and give codes or names of what they
find; an answer is right when its code is the county that the address names (the city where it names no county, nothing where it
names none). A question of ours is no answer, right or wrong; the columns say how many.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench_places import RESOLVERS, _find_code, _index_by_name
from bench_tables import report_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pilotzones.geo.places.gazetteer import Gazetteer, Unit

RESTS = (
    "织里镇织纺路731号",
    "朝阳街168号",
    "三林路15号",
    "百顺堂药业有限公司",
    "工程技术学院",
    "世纪花园12号楼3单元",
    "红旗大街与新华路交叉口",
    "河东村3组",
    "老山东里",
)


@dataclass(frozen=True)
class LabelledAddress:
    """An address and the code of the smallest division that it names; empty for none."""

    text: str
    code: str


@dataclass
class Count:
    """What a resolver made of the addresses of one shape."""

    right: int = 0
    wrong: int = 0
    asked: int = 0
    silent: int = 0


def _list_parents(unit: Unit) -> list[str]:
    return list(dict.fromkeys((unit.province, unit.prefecture)))


def make_shapes(gazetteer: Gazetteer, lines: int, seed: int) -> dict[str, list[LabelledAddress]]:
    """Make addresses of every shape, from counties drawn at random."""
    chance = random.Random(seed)
    counties = [unit for unit in gazetteer.units.values() if unit.level == "county" and unit.code[0] not in "78"]
    alone = [unit for unit in counties if len(_index_by_name()[unit.name]) == 1 and len(unit.name) > 2]
    cities = [unit for unit in gazetteer.units.values() if unit.level == "prefecture" and unit.name.endswith("市")]
    cities = [unit for unit in cities if gazetteer.counties_of.get(unit.code)]
    provinces = ["山西", "河南", "云南", "江西", "南京", "杭州", "广州", "济南", "福州", "长沙"]
    old = [
        (meaning.old.parent + form, meaning.codes[0])
        for form, meanings in gazetteer.forms.items()
        for meaning in meanings
        if meaning.kind == "old" and meaning.old is not None and meaning.old.kind == "renamed" and len(meanings) == 1
        and len(meaning.codes) == 1 and meaning.old.valid_to > "2005" and meaning.level == "county" and meaning.old.parent
    ]  # fmt: skip

    def make_many(make: Callable[[], LabelledAddress]) -> list[LabelledAddress]:
        return [make() for _ in range(lines)]

    def make_county_maker(
        write: Callable[[Unit], str], units: Sequence[Unit] = counties
    ) -> Callable[[], LabelledAddress]:
        def make() -> LabelledAddress:
            unit = chance.choice(units)
            return LabelledAddress(write(unit) + chance.choice(RESTS), unit.code)

        return make

    def make_road() -> str:
        return f"{chance.choice(provinces)}{chance.choice(['路', '大道', '东路'])}{chance.randint(1, 999)}号"

    def make_road_address() -> LabelledAddress:
        unit = chance.choice(counties)
        return LabelledAddress("".join((*_list_parents(unit), unit.name)) + make_road(), unit.code)

    def make_city_address() -> LabelledAddress:
        unit = chance.choice(cities)
        return LabelledAddress(unit.province + unit.name + make_road(), unit.code)

    def make_former_name() -> LabelledAddress:
        name, code = chance.choice(old)
        return LabelledAddress(name + chance.choice(RESTS), code)

    return {
        "whole path": make_many(make_county_maker(lambda unit: "".join((*_list_parents(unit), unit.name)))),
        "with blanks": make_many(make_county_maker(lambda unit: " ".join((*_list_parents(unit), unit.name, "")))),
        "without the province": make_many(make_county_maker(lambda unit: unit.prefecture + unit.name)),
        "without the prefecture": make_many(make_county_maker(lambda unit: unit.province + unit.name)),
        "the county alone": make_many(make_county_maker(lambda unit: unit.name, alone)),
        "old names since 2005": make_many(make_former_name),
        "on a road called like another place": make_many(make_road_address),
        "no county, a road called like one": make_many(make_city_address),
        "a road alone": make_many(lambda: LabelledAddress(make_road(), "")),
    }


def score(name: str, addresses: Sequence[LabelledAddress]) -> tuple[Count, float]:
    """Count what a resolver answers, and its time [s]."""
    start = time.process_time()
    answers = RESOLVERS[name]([address.text for address in addresses])
    seconds = time.process_time() - start
    count = Count()
    for address, answer in zip(addresses, map(_find_code, answers), strict=True):
        code = answer.codes[0] if answer.accepted and answer.codes else ""
        if code == address.code:
            count.right += 1
        elif code:
            count.wrong += 1
        elif answer.first:
            count.asked += 1
        else:
            count.silent += 1
    return count, seconds


def score_lines(groups: dict[str, list[LabelledAddress]]) -> str:
    """Score the rows out of one text of all addresses, one a line."""
    from pilotzones.geo.places import resolve_text

    addresses = [address for group in groups.values() for address in group]
    text = "\n".join(address.text for address in addresses)
    start = time.process_time()
    rows = list(resolve_text(text))
    seconds = time.process_time() - start
    same = [row.listed_text for row in rows] == [address.text.strip() for address in addresses]
    return (
        f"one text: {len(addresses)} lines in, {len(rows)} rows out, {'in order' if same else 'NOT in order'}, "
        f"{seconds / len(addresses) * 1e6:.0f} µs a line"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print the report."""
    from pilotzones.geo.places.gazetteer import load_gazetteer

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=200, help="addresses of each shape")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tables", type=int, default=20, help="tables of each shape; 0 for none")
    parser.add_argument("--show", type=int, default=0, help="wrong answers of ours to print")
    parser.add_argument("--only", nargs="*", default=list(RESOLVERS), choices=list(RESOLVERS))
    options = parser.parse_args(arguments)
    groups = make_shapes(load_gazetteer(), options.lines, options.seed)
    out = [f"{'right / wrong / asked / silent':38s}" + "".join(f"{name:>28s}" for name in options.only)]
    totals = {name: Count() for name in options.only}
    times = dict.fromkeys(options.only, 0.0)
    for title, addresses in groups.items():
        cells = []
        for name in options.only:
            count, seconds = score(name, addresses)
            times[name] += seconds
            for field in ("right", "wrong", "asked", "silent"):
                setattr(totals[name], field, getattr(totals[name], field) + getattr(count, field))
            cells.append(f"{count.right:5d} / {count.wrong:4d} / {count.asked:4d} / {count.silent:4d}")
        out.append(f"  {title:36s}" + "".join(f"{cell:>28s}" for cell in cells))
    size = sum(map(len, groups.values()))
    cells = [f"{one.right:5d} / {one.wrong:4d} / {one.asked:4d} / {one.silent:4d}" for one in totals.values()]
    out.append(f"  {f'all {size}':36s}" + "".join(f"{cell:>28s}" for cell in cells))
    out.append(f"  {'µs an address':36s}" + "".join(f"{times[name] / size * 1e6:>28.0f}" for name in options.only))
    out.append(score_lines(groups))
    out += report_tables(options.tables, options.seed, options.show) if options.tables else []
    sys.stdout.write("\n".join([*out, *_list_wrong_lines(groups, options.show)]) + "\n")
    return 0


def _list_wrong_lines(groups: dict[str, list[LabelledAddress]], most: int) -> list[str]:
    lines = []
    for addresses in groups.values() if most else ():
        for address, answer in zip(addresses, RESOLVERS["ours"]([one.text for one in addresses]), strict=True):
            code = answer.codes[0] if answer.accepted and answer.codes else ""
            if code != address.code:
                lines.append(f"  {address.text}: {code or answer.first or 'nothing'}, not {address.code or 'nothing'}")
    return lines[:most]


if __name__ == "__main__":
    raise SystemExit(main())
