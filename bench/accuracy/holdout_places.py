"""Score the resolver on lists that nobody wrote rules for: made from the tables, with the troubles of real ones.

``python bench/accuracy/holdout_places.py [--lists N] [--seed S] [--show N]``. Every list is an enumeration of random counties in
one of the shapes below; the answer is known because the list was written from it. Rows are aligned by their text. Printed for
each shape: rows, share of the accepted that are right (precision), share accepted or with the right answer first in review
(recall), the operation right, towns and areas drawn as counties.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from opencc import OpenCC

from pilotzones.geo.places import resolve_text
from pilotzones.geo.places.gazetteer import OldUnit, Unit, load_gazetteer
from pilotzones.geo.places.name_variants import get_stem, list_short_forms


@dataclass
class ExpectedRow:
    """One row that a list should give: its text, codes, operation and level."""

    text: str
    codes: tuple[str, ...]
    op: str = "include"
    level: str = "county"


@dataclass
class Made:
    """A list with its answers."""

    text: str
    items: list[ExpectedRow]
    as_of: str | None = None


@dataclass
class HoldoutScore:
    """Counts of one shape; `wrong` keeps what to look at."""

    rows: int = 0
    accepted: int = 0
    right: int = 0
    found: int = 0
    operations: int = 0
    drawn: int = 0
    extra: int = 0
    wrong: list[str] = field(default_factory=list)

    def format_line(self, name: str) -> str:
        """Format one line of the report."""
        return (
            f"{name:28s} rows {self.rows:6d}  precision {self.right / max(1, self.accepted):8.3%}  "
            f"recall {self.found / max(1, self.rows):8.3%}  operation {self.operations / max(1, self.rows):8.3%}  "
            f"towns/areas drawn {self.drawn}  rows too many, accepted {self.extra}"
        )


GAZETTEER = load_gazetteer()
COUNTIES = [unit for unit in GAZETTEER.units.values() if unit.level == "county" and unit.code[0] not in "78"]
HOMES: dict[str, list[Unit]] = {}
for _unit in COUNTIES:
    if (
        _unit.prefecture_code in GAZETTEER.units
        and _unit.prefecture != _unit.province
        and _unit.prefecture_code != _unit.code
    ):
        HOMES.setdefault(_unit.prefecture_code, []).append(_unit)
OLD: list[OldUnit] = sorted(
    {
        meaning.old
        for meanings in GAZETTEER.forms.values()
        for meaning in meanings
        if meaning.kind == "old" and meaning.old and meaning.old.parent and meaning.old.valid_to > "2000"
    },
    key=lambda old: (old.code, old.valid_to),
)
LOOK_ALIKE = dict(
    zip(
        "未末己已日曰土士人入干千大太州洲平乎江汪宁宇阳阴县具区巨市巾玉王石右林材山出",
        "末未已己曰日士土入人千干太大洲州乎平汪江宇宁阴阳具县巨区巾市王玉右石材林出山",
        strict=True,
    )
)
TOWNS = ["城关镇", "太平镇", "新民乡", "双桥街道", "永安镇", "龙泉街道"]
AREAS = ["高新技术产业开发区", "经济技术开发区", "高新区", "综合保税区", "循环经济示范区"]


def _choose_groups(rnd: random.Random, most: int = 4) -> list[tuple[Unit, list[Unit]]]:
    codes = rnd.sample(sorted(HOMES), rnd.randint(1, most))
    return [
        (GAZETTEER.units[code], rnd.sample(HOMES[code], rnd.randint(1, min(5, len(HOMES[code]))))) for code in codes
    ]


def _join(rnd: random.Random, groups: list[list[ExpectedRow]]) -> str:
    outer = rnd.choice(["，", "；", "\n", "、", "，以及"])
    return outer.join("、".join(item.text for item in group) for group in groups)


def _prefix_groups(
    rnd: random.Random, write: Callable[[Unit], str], *, province: bool = False
) -> list[list[ExpectedRow]]:
    groups = []
    for home, counties in _choose_groups(rnd):
        prefix = (home.province if province else "") + home.name
        items = [ExpectedRow(write(unit), (unit.code,)) for unit in counties]
        items[0].text = prefix + items[0].text
        groups.append(items)
    return groups


def _make_list(rnd: random.Random, groups: list[list[ExpectedRow]], lead: str = "范围包括", end: str = "。") -> Made:
    return Made(lead + _join(rnd, groups) + end, [item for group in groups for item in group])


def write_prefixed(rnd: random.Random) -> Made:
    """Write prefectures before their counties: 南京市溧水区、高淳区，常州市金坛区."""
    return _make_list(rnd, _prefix_groups(rnd, lambda unit: unit.name))


def write_provinces(rnd: random.Random) -> Made:
    """Write the same with the province, in a sentence."""
    return _make_list(
        rnd, _prefix_groups(rnd, lambda unit: unit.name, province=True), rnd.choice(["主要涉及", "包括", "试点地区为"])
    )


def write_bare_names(rnd: random.Random) -> Made:
    """Leave suffixes out after the prefecture: 上饶市广丰、玉山."""

    def write(unit: Unit) -> str:
        stem = get_stem(unit.name)
        return stem if len(stem) > 1 else unit.name

    return _make_list(rnd, _prefix_groups(rnd, write))


def write_short_names(rnd: random.Random) -> Made:
    """Write autonomous units as people write them: 靖州县、湘西州."""
    return _make_list(rnd, _prefix_groups(rnd, lambda unit: (list_short_forms(unit.name) or (unit.name,))[0]))


def write_whole(rnd: random.Random) -> Made:
    """Write a prefecture as a whole: 嘉兴市全域（南湖区、…）."""
    groups = []
    for home, counties in _choose_groups(rnd, 2):
        word = rnd.choice(["全域", "全境"])
        head = ExpectedRow(home.name + word, (home.code,), level="prefecture")
        groups.append((head, [ExpectedRow(unit.name, (unit.code,), "part") for unit in counties]))
    text = "，".join(head.text + "（" + "、".join(one.text for one in parts) + "）" for head, parts in groups)
    return Made("包括" + text + "。", [item for head, parts in groups for item in (head, *parts)])


def write_except_for(rnd: random.Random) -> Made:
    """Write a prefecture without some counties: 兰州市除永登县、榆中县外."""
    home, counties = _choose_groups(rnd, 1)[0]
    parts = [ExpectedRow(unit.name, (unit.code,), "exclude") for unit in counties[:2]]
    inner = "、".join(item.text for item in parts)
    head = ExpectedRow(home.name, (home.code,), level="prefecture")
    text = rnd.choice([f"{home.name}（不含{inner}）", f"{home.name}（除{inner}外）", f"{home.name}（{inner}除外）"])
    return Made(f"规划范围包括{text}。", [head, *parts])


def write_partial(rnd: random.Random) -> Made:
    """Write a part of a county: A市B区、C县部分地区."""
    home, counties = _choose_groups(rnd, 1)[0]
    items = [ExpectedRow(unit.name, (unit.code,)) for unit in counties]
    items[0].text = home.name + items[0].text
    items[-1].op = "partial"
    text = "、".join(item.text for item in items[:-1])
    last = f"{text}，以及{items[-1].text}部分地区" if text else f"{items[-1].text}部分地区"
    return Made(f"范围包括{last}。", items)


def write_old_names(rnd: random.Random) -> Made:
    """Write names in force at the document's date."""
    one = rnd.choice(OLD)
    month = max(one.valid_from, "1990-01")
    inside = [old for old in OLD if old.valid_from <= month < old.valid_to]
    chosen = rnd.sample(inside, min(len(inside), 4))
    # A prefecture's parent is the prefecture itself.
    items = [
        ExpectedRow(old.name if old.parent == old.name else old.parent + old.name, old.successors, level=old.level)
        for old in chosen
    ]
    return Made("包括" + "，".join(item.text for item in items) + "。", items, month)


def write_traditional(rnd: random.Random) -> Made:
    """Write traditional characters and full width marks."""
    made = write_prefixed(rnd)
    convert = OpenCC("s2t").convert
    return Made(convert(made.text), [ExpectedRow(convert(item.text), item.codes) for item in made.items])


def write_spaced(rnd: random.Random) -> Made:
    """Write a stray space in some of the names."""
    groups = _prefix_groups(rnd, lambda unit: unit.name)
    for item in (item for group in groups for item in group):
        place = rnd.randrange(1, len(item.text))
        if rnd.random() < 0.5:
            item.text = item.text[:place] + " " + item.text[place:]
    return _make_list(rnd, groups)


def write_lost_marks(rnd: random.Random) -> Made:
    """Leave separators out: full names run together."""
    made = _prefix_groups(rnd, lambda unit: unit.name)
    items = [item for group in made for item in group]
    return Made("包括" + "".join(item.text for item in items) + "。", items)


def write_by_lines(rnd: random.Random) -> Made:
    """Write headings with the prefecture, one county a line."""
    lines, items = [], []
    for home, counties in _choose_groups(rnd):
        lines.append(f"{home.name}（{len(counties)}个）" if rnd.random() < 0.5 else f"{home.name}：")
        for unit in counties:
            items.append(ExpectedRow(unit.name, (unit.code,)))
            lines.append(unit.name)
    return Made("\n".join(lines), items)


def write_table(rnd: random.Random) -> Made:
    """Write columns: number, province, prefecture, county."""
    items, lines = [], ["序号\t省\t市\t县（市、区）"]
    for home, counties in _choose_groups(rnd):
        for unit in counties:
            items.append(ExpectedRow(unit.name, (unit.code,)))
            lines.append(f"{len(items)}\t{home.province}\t{home.name}\t{unit.name}")
    return Made("\n".join(lines), items)


def write_towns_and_areas(rnd: random.Random) -> Made:
    """Write towns and functional areas between counties."""
    groups = []
    for home, counties in _choose_groups(rnd):
        items = [ExpectedRow(home.name + counties[0].name, (counties[0].code,))]
        for unit in counties[1:]:
            draw = rnd.random()
            if draw < 0.35:
                items.append(ExpectedRow(unit.name + rnd.choice(TOWNS), (unit.code,), level="town"))
            elif draw < 0.6:
                items.append(ExpectedRow(home.name + rnd.choice(AREAS), (home.code,), level="special"))
            else:
                items.append(ExpectedRow(unit.name, (unit.code,)))
        groups.append(items)
    return _make_list(rnd, groups)


def write_damaged(rnd: random.Random) -> Made:
    """Read one character of some names as another that looks like it."""
    groups = _prefix_groups(rnd, lambda unit: unit.name)
    for item in (item for group in groups for item in group):
        places = [place for place, char in enumerate(item.text) if char in LOOK_ALIKE]
        if places and rnd.random() < 0.4:
            place = rnd.choice(places)
            item.text = item.text[:place] + LOOK_ALIKE[item.text[place]] + item.text[place + 1 :]
    return _make_list(rnd, groups)


def write_misread(rnd: random.Random) -> Made:
    """Read one character of some names as any other of names, or a blot: nothing of its shape is left."""
    groups = _prefix_groups(rnd, lambda unit: unit.name)
    for item in (item for group in groups for item in group):
        if rnd.random() < 0.3:
            place = rnd.randrange(len(item.text) - 1)
            char = rnd.choice([rnd.choice(rnd.choice(COUNTIES).name[:-1]), "*", "□"])
            item.text = item.text[:place] + char + item.text[place + 1 :]
    return _make_list(rnd, groups)


def write_twice(rnd: random.Random) -> Made:
    """List some rows again."""
    groups = _prefix_groups(rnd, lambda unit: unit.name)
    again = [ExpectedRow(item.text, item.codes) for item in groups[0] if item.text.startswith(tuple("北上天重"))] or [
        ExpectedRow(groups[0][0].text, groups[0][0].codes)
    ]
    return _make_list(rnd, [*groups, again])


SHAPES: dict[str, Callable[[random.Random], Made]] = {
    shape.__name__.removeprefix("write_"): shape
    for shape in (
        write_prefixed, write_provinces, write_bare_names, write_short_names, write_whole, write_except_for,
        write_partial, write_old_names, write_traditional, write_spaced, write_lost_marks, write_by_lines, write_table,
        write_towns_and_areas, write_damaged, write_misread, write_twice,
    )
}  # fmt: skip


def _is_same(listed: str, wanted: str) -> bool:
    """Return whether one text is the other with a word more: 全域 behind it, a damaged prefecture before it."""
    return listed.startswith(wanted) or wanted.startswith(listed) or (len(listed) > 1 and wanted.endswith(listed))


def judge(made: Made, score: HoldoutScore) -> None:
    """Resolve one list and count."""
    answers = list(resolve_text(made.text, as_of=made.as_of))
    squeezed = ["".join(row.listed_text.split()) for row in answers]
    wanted = ["".join(item.text.split()) for item in made.items]
    matcher = SequenceMatcher(None, wanted, squeezed, autojunk=False)
    aligned = {i + k: j + k for i, j, size in matcher.get_matching_blocks() for k in range(size)}
    taken = set(aligned.values())
    rest = [place for place in range(len(answers)) if place not in taken]
    for place in range(len(made.items)):
        # 全域, 部分 may or may not be quoted with the name.
        if place not in aligned:
            near = next((j for j in rest if _is_same(squeezed[j], wanted[place])), None)
            if near is not None:
                aligned[place] = near
                rest.remove(near)
    for place, item in enumerate(made.items):
        row = answers[aligned[place]] if place in aligned else None
        accepted = row is not None and row.status == "accepted"
        if item.level in {"town", "special"}:
            score.drawn += accepted
            if accepted or row is None or row.container_adcode != item.codes:
                score.wrong.append(
                    f"{made.text!r}: {item.text} {item.level} {row and (row.status, row.container_adcode)}"
                )
            continue
        score.rows += 1
        right = row is not None and set(row.adcode) == set(item.codes)
        first = row is not None and not accepted and bool(row.candidates) and row.candidates[0].adcode in item.codes
        score.accepted += accepted
        score.right += accepted and right
        score.found += (accepted and right) or first or (not accepted and right)
        score.operations += row is not None and row.op == item.op
        if not ((accepted and right) or first) or (row is not None and row.op != item.op):
            answer = (
                None
                if row is None
                else (row.listed_text, row.status, row.op, row.adcode, row.candidates[:1], row.reasons)
            )
            score.wrong.append(f"{made.text!r} as of {made.as_of}: {item} -> {answer}")
    for j in rest:
        score.extra += answers[j].status == "accepted"
        if answers[j].status == "accepted":
            score.wrong.append(f"{made.text!r}: too many: {answers[j].listed_text}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lists", type=int, default=200, help="lists of each shape (default: 200)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=list(SHAPES), choices=list(SHAPES))
    parser.add_argument("--show", type=int, default=0, help="answers to look at, of each shape")
    options = parser.parse_args(arguments)
    for name in options.only:
        score, rnd = HoldoutScore(), random.Random(f"{options.seed} {name}")
        for _ in range(options.lists):
            judge(SHAPES[name](rnd), score)
        sys.stdout.write(score.format_line(name) + "\n")
        for line in score.wrong[: options.show]:
            sys.stdout.write(f"    {line}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
