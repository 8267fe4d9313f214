"""Score the resolver beside cpca and jionlp on the same rows in one run: accuracy, towns drawn as counties, speed.

``python bench/accuracy/bench_places.py [--lists DIR]``. A list is ``NAME.txt`` (its first line, the source, is left out) with
``NAME.expected.csv`` (columns listed_text, province, resolved_name_now, adcode_now, level). Without lists, rows are made
from the table of divisions: full, with the province only, bare, short and old names. The peers see one name at a time,
which is what they are made for; we are shown the same names, and the whole text.

Time for a name is time of the processor, so that other work on the machine is charged to nobody.

Two figures. *Whole rows*: every row of the answers, towns and areas too, is right when its code, level, operation and container
are (what a list does with a place, and where a town lies, is part of the answer; the peers say neither, so that they are right
wherever a row is a plain county, and a town that they leave alone is half an answer). *County rows*: the code alone, accepted
(precision), and accepted or the first candidate in review (recall): a peer answers whatever it is asked, and a name that several
places share (a bare 永定区) has no right answer by itself, so that asking, the right place first or not, is no error of ours and
shows in whole rows as a row less. jionlp names places and gives no codes: the code is looked up for it, and a name that fits
several places (朝阳区) is no answer. The last lines count the rows right over all lists.
"""

from __future__ import annotations

import argparse
import csv
import gc
import sys
import time
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

COUNTIES = {"county", "prefecture", "province"}


@dataclass(frozen=True)
class Expected:
    """One row of a list with its right answer."""

    text: str
    province: str
    name: str
    codes: tuple[str, ...]
    level: str
    op: str = "include"
    containers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Said:
    """What a resolver said: accepted codes or a name, and the first candidate."""

    accepted: bool
    codes: tuple[str, ...] = ()
    first: str = ""
    level: str = ""
    op: str = "include"
    containers: tuple[str, ...] = ()


@dataclass
class Score:
    """Counts for one resolver on one list."""

    rows: int = 0
    accepted: int = 0
    right: int = 0
    found: int = 0
    drawn: int = 0
    seconds: float = 0.0
    all_rows: int = 0
    whole: int = 0
    extra: int = 0

    def add(self, row: Expected, answer: Said | None) -> None:
        """Count one row."""
        self.all_rows += 1
        self.whole += answer is not None and _is_whole(row, answer)
        if row.level not in COUNTIES:
            self.drawn += answer is not None and answer.accepted
            return
        self.rows += 1
        if answer is None:
            return
        right = set(answer.codes) == set(row.codes)
        self.accepted += answer.accepted
        self.right += answer.accepted and right
        self.found += right if answer.accepted else answer.first in row.codes and bool(answer.first)

    def format_line(self, name: str) -> str:
        """Format one line of the report."""
        accepted = self.accepted + self.extra
        precision = self.right / accepted if accepted else float("nan")
        recall = self.found / self.rows if self.rows else float("nan")
        each = self.seconds / max(self.all_rows, 1) * 1e6
        return (
            f"  {name:12s} whole rows {self.whole / max(self.all_rows, 1):7.2%} of {self.all_rows:4d}   "
            f"county rows {self.rows:4d}  accepted {accepted:4d}  precision {precision:7.2%}  "
            f"recall {recall:7.2%}  towns/areas as counties {self.drawn:3d}  {each:8.0f} µs a name"
            + (f"  rows not in the list, accepted: {self.extra}" if self.extra else "")
        )


def _is_whole(row: Expected, answer: Said) -> bool:
    same = (answer.op, answer.level, set(answer.containers)) == (row.op, row.level, set(row.containers))
    # A row of no county names the place it is in the tables of today, if it is in one; there is nothing to draw.
    return same and (row.level not in COUNTIES or (answer.accepted and set(answer.codes) == set(row.codes)))


def resolve_ours(texts: Sequence[str]) -> list[Said]:
    """Resolve single names with our resolver."""
    from pilotzones.geo.places import resolve_names

    return [_convert_row(row) for row in resolve_names(texts)]


def resolve_our_text(text: str) -> list[tuple[str, Said]]:
    """Resolve a whole text with our resolver."""
    from pilotzones.geo.places import resolve_text

    return [(row.listed_text, _convert_row(row)) for row in resolve_text(text)]


def _convert_row(row) -> Said:
    first = row.candidates[0].adcode if row.candidates else ""
    return Said(row.status == "accepted", row.adcode, first, row.level, row.op, row.container_adcode)


def _find_level(code: str) -> str:
    return "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"


def _make_code_answer(code: str) -> Said:
    """Make the answer of a peer: a code and nothing else."""
    return Said(bool(code), (code,) if code else (), "", _find_level(code) if code else "")


def resolve_with_cpca(texts: Sequence[str]) -> list[Said]:
    """Resolve single names with cpca; it gives the code of the smallest unit found."""
    frame = import_module("cpca").transform(list(texts))
    return [_make_code_answer(code[:6] if isinstance(code, str) else "") for code in frame["adcode"]]


def resolve_with_jionlp(texts: Sequence[str]) -> list[Said]:
    """Resolve single names with jionlp; it gives names, no codes."""
    jio = import_module("jionlp")
    return [jio.parse_location(text) for text in texts]


@cache
def _index_by_name() -> dict[str, list]:  # type: ignore[type-arg]
    from pilotzones.geo.places.gazetteer import load_gazetteer

    found: dict[str, list] = {}  # type: ignore[type-arg]
    for unit in load_gazetteer().units.values():
        found.setdefault(unit.name, []).append(unit)
    return found


def _find_code(found) -> Said:
    """Find the code of what jionlp names; none where its names fit no place or several. Not part of its time."""
    if isinstance(found, Said):
        return found
    name = found["county"] or found["city"] or found["province"] or ""
    fits = [
        unit
        for unit in _index_by_name().get(name, [])
        if (not found["province"] or unit.province == found["province"])
        and (not found["county"] or not found["city"] or unit.prefecture in {found["city"], unit.province})
        and (bool(found["county"]) == (unit.level == "county"))
    ]
    return _make_code_answer(fits[0].code if len(fits) == 1 else "")


def read_list(path: Path) -> tuple[str, list[Expected]]:
    """Read one list and its answers."""
    text = path.read_text(encoding="utf-8").split("\n", 1)[1]
    with path.with_name(path.stem + ".expected.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = [
            Expected(
                row["listed_text"],
                row["province"],
                row["resolved_name_now"],
                tuple(filter(None, row["adcode_now"].split(";"))),
                {"functional": "special"}.get(row["level"], row["level"]),
                row.get("op") or "include",
                tuple(filter(None, (row.get("container_adcode") or "").split(";"))),
            )
            for row in csv.DictReader(handle)
        ]
    return text, rows


def make_lists() -> dict[str, list[Expected]]:
    """Make rows from the table and the history, when no lists are given."""
    from pilotzones.geo.places.gazetteer import load_gazetteer
    from pilotzones.geo.places.name_variants import list_short_forms

    gazetteer = load_gazetteer()
    counties = [unit for unit in gazetteer.units.values() if unit.level == "county"][::3]

    def make_rows(write: Callable[..., str], units: Iterable) -> list[Expected]:  # type: ignore[type-arg]
        return [Expected(write(unit), unit.province, unit.name, (unit.code,), "county") for unit in units]

    old = [
        Expected(
            meaning.old.parent + form,
            gazetteer.units[meaning.codes[0]].province,
            gazetteer.units[meaning.codes[0]].name,
            meaning.codes,
            "county",
        )
        for form, meanings in gazetteer.forms.items()
        for meaning in meanings
        if meaning.kind == "old"
        and meaning.old
        and meaning.old.parent
        and meaning.old.kind == "renamed"
        and len(meaning.codes) == 1
        and meaning.old.valid_to > "2005"
        and meaning.level == "county"
        and form == meaning.old.name
    ]
    short = [unit for unit in gazetteer.units.values() if unit.level == "county" and list_short_forms(unit.name)]
    return {
        "province, prefecture and name": make_rows(lambda u: u.province + u.prefecture + u.name, counties),
        "province and name": make_rows(lambda u: u.province + u.name, counties),
        "bare name": make_rows(lambda u: u.name, counties),
        "short names of autonomous units": make_rows(lambda u: u.province + list_short_forms(u.name)[0], short),
        "old names since 2005": old,
    }


RESOLVERS: dict[str, Callable[[Sequence[str]], list[Said]]] = {
    "ours": resolve_ours,
    "cpca": resolve_with_cpca,
    "jionlp": resolve_with_jionlp,
}
PEERS = ("cpca", "jionlp")


def score_names(rows: list[Expected], resolvers: Iterable[str]) -> dict[str, Score]:
    """Score resolvers on names, one at a time."""
    scores: dict[str, Score] = {}
    for name in resolvers:
        # The rubbish of the one before is not charged to the next.
        gc.collect()
        score, start = Score(), time.process_time()
        answers = RESOLVERS[name]([row.text for row in rows])
        score.seconds = time.process_time() - start
        for row, answer in zip(rows, answers, strict=True):
            score.add(row, _find_code(answer))
        scores[name] = score
    return scores


def _compose_verdict(scores: dict[str, Score]) -> str:
    """Say where we stand beside each peer: whole rows, county rows found, time."""
    own = scores["ours"]
    out = []
    for name, other in scores.items():
        if name in PEERS:
            words = [
                _stand(own.whole - other.whole) + " whole rows",
                _stand(own.found - other.found) + " county rows",
                f"{other.seconds / own.seconds:.1f} times its speed",
            ]
            out.append(f"{name}: {', '.join(words)}")
    return "  beside " + "; ".join(out)


def format_totals(lists: dict[str, dict[str, Score]]) -> list[str]:
    """Format the rows right, list by list and over all of them: whole rows, and county rows found."""
    names = list(next(iter(lists.values())))
    summed = {name: _sum_scores([scores[name] for scores in lists.values()]) for name in names}
    heads = "".join(f"{name:>12s}" for name in names)
    lines = [f"rows right, whole rows / county rows found{'':14s}of{heads}"]
    for title, scores in (*lists.items(), ("all lists", summed)):
        size = f"{scores[names[0]].all_rows:5d} /{scores[names[0]].rows:5d}"
        lines.append(f"  {title:44s}{size}" + "".join(f"{one.whole:6d} /{one.found:4d}" for one in scores.values()))
    for peer in [name for name in names if name in PEERS and "ours" in names]:
        stands = [_stand(scores["ours"].whole - scores[peer].whole).split()[-2] for scores in lists.values()]
        own, other = summed["ours"], summed[peer]
        counts = ", ".join(f"{word} on {stands.count(word)}" for word in ("ahead", "level", "behind"))
        lines.append(
            f"  beside {peer}, {len(lists)} lists: {counts}; whole rows {own.whole} and {other.whole} of {own.all_rows}, "
            f"county rows {own.found} and {other.found} of {own.rows}, {other.seconds / own.seconds:.1f} times its speed"
        )
    return lines


def _sum_scores(scores: Sequence[Score]) -> Score:
    return Score(*(sum(getattr(one, field.name) for one in scores) for field in fields(Score)))


def _stand(difference: int) -> str:
    return "ahead in" if difference > 0 else "level in" if difference == 0 else f"{-difference} behind in"


def score_text(text: str, rows: list[Expected]) -> Score:
    """Score ourselves on the whole text, rows aligned by their listed text in order."""
    score, start = Score(), time.process_time()
    answers = resolve_our_text(text)
    score.seconds = time.process_time() - start
    matcher = SequenceMatcher(None, [row.text for row in rows], [listed for listed, _ in answers], autojunk=False)
    aligned = {i + k: j + k for i, j, size in matcher.get_matching_blocks() for k in range(size)}
    for place, row in enumerate(rows):
        score.add(row, answers[aligned[place]][1] if place in aligned else None)
    taken = {*aligned.values()}
    score.extra = sum(answer.accepted for place, (_, answer) in enumerate(answers) if place not in taken)
    return score


def load_times(resolvers: Iterable[str]) -> list[str]:
    """Time the first answer of every resolver, loading included."""
    lines = []
    for name in resolvers:
        start = time.perf_counter()
        RESOLVERS[name](["南京市江宁区"])
        lines.append(f"  {name:12s} {time.perf_counter() - start:.2f} s to the first answer")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lists", type=Path, help="folder of lists with answers")
    parser.add_argument("--only", nargs="*", default=list(RESOLVERS), choices=list(RESOLVERS))
    options = parser.parse_args(arguments)
    out = ["load", *load_times(options.only)]
    scored: dict[str, dict[str, Score]] = {}
    for name, (text, rows) in _read_lists(options.lists).items():
        scored[name] = {"ours, text": score_text(text, rows)} if text else {}
        scored[name] |= score_names(rows, options.only)
        out += [name, *(score.format_line(which) for which, score in scored[name].items())]
        out += [_compose_verdict(scored[name])] if "ours" in options.only else []
    sys.stdout.write("\n".join([*out, *format_totals(scored)]) + "\n")
    return 0


def _read_lists(folder: Path | None) -> dict[str, tuple[str, list[Expected]]]:
    """Read text and answers by the list's name; rows made from the table have no text."""
    if folder is None:
        return {name: ("", rows) for name, rows in make_lists().items()}
    return {path.stem: read_list(path) for path in sorted(folder.glob("*.txt"))}


if __name__ == "__main__":
    raise SystemExit(main())
