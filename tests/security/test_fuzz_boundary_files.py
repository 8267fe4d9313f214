"""What the fuzzer kept: damaged boundary files of every kind, opened as an upload is (T-S)."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzones.geo.boundaries.upload.formats.file_type import HEAD_BYTES, detect_kind
from pilotzones.geo.boundaries.upload.formats.geojson_reader import read_geojson
from pilotzones.geo.boundaries.upload.geometry_cleaning import StatedSystem, prepare
from pilotzones.geo.boundaries.upload.reader import UPLOAD, inspect_boundary_file
from tests.helpers.examples import examples
from tools.fuzz import damage

CORPUS = sorted((Path(__file__).parents[1] / "data" / "boundary_files").iterdir())


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_a_file_of_the_corpus_is_read_or_refused(path: Path) -> None:
    read, problems = inspect_boundary_file(path, limits=UPLOAD, repair=True)
    if detect_kind(path.read_bytes()[:HEAD_BYTES]) is None:
        assert [problem.kind for problem in problems] == ["wrong_kind"]
    assert (read is None) == any(problem.severity == "error" for problem in problems)
    assert all(problem.kind for problem in problems)


@examples(150)
@given(st.integers(0, 2**32), st.sampled_from([path for path in CORPUS if path.suffix == ".geojson"]))
def test_damaged_geojson_never_stops_the_reader(seed: int, path: Path) -> None:
    content = damage(path.read_bytes(), random.Random(seed))
    for read in read_geojson(content, file="x", limits=UPLOAD).values():
        prepared = prepare(read.geometry, StatedSystem(read.crs), file="x", limits=UPLOAD)
        assert len(prepared.geometry) == len(read.geometry)
