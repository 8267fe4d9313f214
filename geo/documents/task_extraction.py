"""Tasks: the list in the document's body, and what each zone takes of it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pilotzones.geo.documents.headings import Block, Heading
from pilotzones.geo.documents.models import DocumentPlace, DraftPair, DraftTask
from pilotzones.geo.documents.paragraphs import Passage, squeeze
from pilotzones.geo.documents.zones.zone_builder import Span, ZoneFound
from pilotzones.geo.places.text.normalization import fold_variants

__all__ = ["TasksFound", "extract_tasks"]

_SPLIT: Final = re.compile(r"[;\n。]|(?<=[\s])(?=[(]?\d{1,2}[).、])")
_ITEM_NUMBER: Final = re.compile(r"^\W*(?:[(（]?\d{1,2}\s*[)）.、．]|[①-⑳]|[一二三四五六七八九十]是)\s*")
# As good as the same wording: one character of twelve may differ.
_NEAR: Final = 0.85
_MAX_COMPARED_TASKS: Final = 200


@dataclass(frozen=True, slots=True)
class TasksFound:
    """Tasks, pairs, and the headings of the body that the tasks come from."""

    tasks: tuple[DraftTask, ...]
    pairs: tuple[DraftPair, ...]
    used: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _TaskItem:
    zone: int
    text: str
    place: DocumentPlace


def extract_tasks(blocks: Sequence[Block], zones: Sequence[ZoneFound]) -> TasksFound:
    """Match the tasks of the zones to the list in the body; without one, the zones' own wordings are the list.

    Parameters
    ----------
    blocks : sequence of Block
    zones : sequence of ZoneFound

    Returns
    -------
    TasksFound
    """
    series = list(_group_headings(blocks))
    known = {_make_key(heading.title) for one in series for heading in one}
    items = [item for number, zone in enumerate(zones, start=1) for item in _list_items(blocks, zone, number, known)]
    if not items:
        return TasksFound((), (), ())
    wanted = {_make_key(item.text) for item in items}
    best = max(series, key=lambda one: len(wanted & {_make_key(heading.title) for heading in one}), default=[])
    if len(wanted & {_make_key(heading.title) for heading in best}) * 2 < len(wanted):
        best = []
    tasks = [_build_body_task(blocks, heading, number) for number, heading in enumerate(best, start=1)]
    numbers = {_make_key(task.name): task.number for task in tasks}
    pairs = []
    for item in items:
        number, certain = _match_task(item.text, numbers)
        if number is None:
            number = len(tasks) + 1
            tasks.append(DraftTask(number, item.text, item.place))
            numbers[_make_key(item.text)] = number
            certain = not best
        pairs.append(DraftPair(item.zone, number, item.text, "accepted" if certain else "review", item.place))
    used = tuple(Span(heading.block, 0, blocks[heading.block].body) for heading in best)
    return TasksFound(tuple(tasks), tuple(_drop_repeated_pairs(pairs)), used)


def _make_key(text: str) -> str:
    return re.sub(r"[\W_]", "", fold_variants(text))


def _group_headings(blocks: Sequence[Block]) -> Iterator[list[Heading]]:
    """Group the headings of one level under one heading, in order."""
    groups: dict[tuple[int, float], list[Heading]] = {}
    for block in blocks:
        if block.heading is None or not block.heading.title:
            continue
        above = block.path[-2].block if len(block.path) > 1 else -1
        groups.setdefault((above, block.heading.level), []).append(block.heading)
    return (group for group in groups.values() if len(group) > 1)


def _list_items(blocks: Sequence[Block], zone: ZoneFound, number: int, known: set[str]) -> Iterator[_TaskItem]:
    place = 0
    for span in zone.tasks:
        passage = blocks[span.block].passage
        label = _find_label(zone, span, passage)
        for start, end in _split_tasks(passage, span, known):
            text = _ITEM_NUMBER.sub("", squeeze(passage.text[start:end])).strip("，,、；;。. ")
            if not re.search(r"[\u4e00-\u9fff]", text):
                continue
            place += 1
            path = (*blocks[span.block].words, *label, f"第{place}项")
            yield _TaskItem(number, text, DocumentPlace(path, *passage.locate_part(start, end)))


def _find_label(zone: ZoneFound, span: Span, passage: Passage) -> tuple[str, ...]:
    """Find the words of the document that say what follows (试验重点); none where the list stands without."""
    ends = [used.start for used in zone.used if used.block == span.block and used.end == span.start]
    words = squeeze(passage.text[ends[0] : span.start]).strip("：:【】[] ") if ends else ""
    return (words,) if words else ()


def _split_tasks(passage: Passage, span: Span, known: set[str]) -> Iterator[tuple[int, int]]:
    """Cut at semicolons; at the lighter marks only when every piece is a task of the list."""
    start = span.start
    cuts = [match.span() for match in _SPLIT.finditer(passage.folded, span.start, span.end)]
    for begin, end in [*cuts, (span.end, span.end)]:
        if passage.folded[start:begin].strip():
            yield from _split_known_tasks(passage.folded, start, begin, known)
        start = end


def _split_known_tasks(folded: str, start: int, end: int, known: set[str]) -> Iterator[tuple[int, int]]:
    pieces = [(start + match.start(), start + match.end()) for match in re.finditer(r"[^、,]+", folded[start:end])]
    if len(pieces) > 1 and all(_make_key(folded[s:e]) in known for s, e in pieces):
        yield from pieces
    else:
        yield start, end


def _build_body_task(blocks: Sequence[Block], heading: Heading, number: int) -> DraftTask:
    block = blocks[heading.block]
    place = DocumentPlace(block.words, *block.passage.locate_part(0, max(1, block.body)))
    return DraftTask(number, heading.title, place)


def _match_task(text: str, numbers: dict[str, int]) -> tuple[int | None, bool]:
    key = _make_key(text)
    if key in numbers:
        return numbers[key], True
    # Comparing everything with everything is for lists of tasks, not for a thousand sentences.
    near = (
        difflib.get_close_matches(key, list(numbers), n=1, cutoff=_NEAR) if len(numbers) <= _MAX_COMPARED_TASKS else []
    )
    return (numbers[near[0]], False) if near else (None, False)


def _drop_repeated_pairs(pairs: Sequence[DraftPair]) -> Iterator[DraftPair]:
    seen: set[tuple[int, int]] = set()
    for pair in pairs:
        if (pair.zone, pair.task) not in seen:
            seen.add((pair.zone, pair.task))
            yield pair
