"""Fuzzers of the readers of lists: a document, a text, a table of decisions, the folder of a programme.

Each takes a file of `tests/data/corpus` and damages it: bits, bytes and pieces turned over, cut out, repeated or put in from
another file of the corpus. A reader answers or refuses with an error of ours; anything else is a finding, and its input
belongs into the corpus. Some seconds every day; ``PILOTZONES_FUZZ_MINUTES=10`` for ten minutes for each reader.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pilotzones.geo.catalogue.loader import check_programme
from pilotzones.geo.documents.drafts.plain_list import draft_list
from pilotzones.geo.documents.reader import read_pasted
from pilotzones.geo.errors import PilotzonesError
from pilotzones.geo.places import Decisions, resolve_names, resolve_text

CORPUS = Path(__file__).parents[1] / "data" / "corpus"
MINUTES = float(os.environ.get("PILOTZONES_FUZZ_MINUTES", "0"))
SECONDS = MINUTES * 60 or 1.0
# Pieces that mean something to one of the readers.
TOKENS = [piece.encode() for piece in (
    "、", "（", "）", "\n", "\t", "\0", '"', ",", ";", "=", "[[", "'''", "南京市", "区", "除", "外", "全域", "9" * 40,
    "\ufeff", "\u202e",
    "{{7*191}}",
    "<script>", "面积约1e999平方公里", "1." * 40,
)]  # fmt: skip


def damaged(rnd: random.Random, raw: bytes, others: list[bytes]) -> bytes:
    """A file with one to six things done to it."""
    data = bytearray(raw)
    for _ in range(rnd.randint(1, 6)):
        at = rnd.randrange(len(data) + 1)
        end = min(len(data), at + rnd.choice([1, 2, 3, 8, 64]))
        match rnd.randrange(6):
            case 0 if data:
                data[at % len(data)] ^= 1 << rnd.randrange(8)
            case 1:
                del data[at:end]
            case 2:
                data[at:at] = rnd.choice(TOKENS)
            case 3:
                data[at:at] = data[at:end] * rnd.choice([2, 50])
            case 4:
                other = rnd.choice(others)
                begin = rnd.randrange(len(other) + 1)
                data[at:end] = other[begin : begin + rnd.choice([3, 30, 300])]
            case _:
                data[at:end] = rnd.randbytes(end - at)
    return bytes(data[:100_000])


def inputs(kind: str, *, share: float = 1.0) -> Iterator[bytes]:
    """The files of a reader as they are, then damaged ones until its time is up."""
    files = [path.read_bytes() for path in sorted((CORPUS / kind).iterdir())]
    yield from files
    rnd = random.Random(kind if not MINUTES else None)
    end = time.perf_counter() + SECONDS * share
    while time.perf_counter() < end:
        yield damaged(rnd, rnd.choice(files), files)


def answered(reader: Callable[[], object], raw: bytes) -> None:
    """Read an input; only our own errors may come back."""
    try:
        with contextlib.suppress(PilotzonesError):
            reader()
    except Exception as error:
        raise AssertionError(f"{type(error).__name__}: {error}: put this into the corpus: {raw!r}") from error


def test_a_document() -> None:
    for raw in inputs("document", share=3):
        packed = raw.startswith((b"PK", b"<")) or b"%PDF-" in raw

        def reader(raw: bytes = raw) -> None:
            draft_list(read_pasted(raw))

        # A packed document is opened by another process, half a second each.
        if not packed or MINUTES or raw in set(_whole("document")):
            answered(reader, raw)


def _whole(kind: str) -> Iterator[bytes]:
    return (path.read_bytes() for path in (CORPUS / kind).iterdir())


def test_the_text_of_a_list() -> None:
    for raw in inputs("text"):
        text = raw.decode("utf-8", "replace")

        def reader(text: str = text) -> None:
            found = resolve_text(text, as_of="2013")
            assert [row.order for row in found] == list(range(1, found.total + 1))
            assert all(0 <= row.start <= row.end <= len(text) for row in (*found.rows, *found.passing))
            # An area has a code only where it has the extent of that one division.
            assert all(not (row.adcode and row.container_adcode) for row in found if row.status == "not_a_county")
            assert all(len(row.adcode) < 2 for row in found if row.status == "not_a_county")
            assert resolve_names([text]).total == 1

        answered(reader, raw)


def test_a_table_of_decisions() -> None:
    for raw in inputs("decisions"):

        def reader(raw: bytes = raw) -> None:
            text = raw.decode("utf-8", "replace")
            table = Decisions.from_csv(text)
            assert len(Decisions.from_csv(table.to_csv())) == len(table)

        answered(reader, raw)


def test_the_folder_of_a_programme(tmp_path: Path) -> None:
    for number, raw in enumerate(inputs("programme")):
        folder = tmp_path / "programme"
        shutil.copytree(CORPUS / "programme", folder)
        names = sorted(path.name for path in folder.iterdir())
        (folder / names[number % len(names)]).write_bytes(raw)

        def reader(folder: Path = folder) -> None:
            programme, problems = check_programme(folder)
            assert programme is not None or problems

        answered(reader, raw)
        shutil.rmtree(folder)


@pytest.mark.parametrize("kind", ["document", "text", "decisions", "programme"])
def test_the_corpus_is_kept_small(kind: str) -> None:
    sizes = [path.stat().st_size for path in (CORPUS / kind).iterdir()]
    assert sizes
    assert max(sizes) < 100_000
    assert sum(sizes) < 500_000
