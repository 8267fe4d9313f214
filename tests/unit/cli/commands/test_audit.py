"""The command ``pilotzones audit``: formats, files, exit codes."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pypdf
import pytest

from pilotzones.cli.commands import audit as command
from pilotzones.cli.main import run as run_command
from pilotzones.geo.audit.serialization import TABLES
from pilotzones.geo.files.atomic_file import write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable

FORMATS = ("json", "csv", "html", "xlsx", "pdf")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def call(*arguments: str | Path) -> tuple[int, str, str]:
        code = run_command(["audit", *map(str, arguments)])
        return code, *capsys.readouterr()

    return call


Run = "Callable[..., tuple[int, str, str]]"


def test_the_table_names_the_largest_reasons_below_each_zone(run: Run) -> None:
    _, out, _ = run("--zone", "2", "--zone", "3", "--zone", "4")
    lines = [line.strip() for line in out.splitlines()]
    below = {line.split()[0]: lines[index + 1] for index, line in enumerate(lines) if line[:1].isdigit()}
    assert below["2"].startswith("coast_or_water −86.6 平潭综合实验区")
    assert below["3"].startswith("special_area_without_polygon ? 英德市连樟样板区")
    assert below["4"].endswith("more")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("level", "zone", "code"),
    [
        ("never", "3", 0),
        ("differs", "3", 0),
        ("cannot_tell", "3", 2),
        ("cannot_tell", "6", 0),
        ("cannot_tell", "10", 0),
    ],
)
def test_the_exit_code_follows_the_level(run: Run, level: str, zone: str, code: int) -> None:
    assert run("--zone", zone, "--fail-on", level)[0] == code
    assert run("--zone", zone, "--fail-on", level, "--json")[0] == code


@pytest.mark.slow
def test_a_zone_that_differs_fails_at_both_levels(run: Run) -> None:
    # On AMap's coast some zones are too large by far.
    code, out, _ = run("--source", "amap", "--json", "--fail-on", "never")
    differing = [zone["order"] for zone in json.loads(out)["zones"] if zone["verdict"] == "differs"]
    assert code == 0
    assert differing
    for level in ("differs", "cannot_tell"):
        assert run("--source", "amap", "--zone", differing[0], "--fail-on", level)[0] == 2


@pytest.mark.slow
def test_the_other_source_is_evidence(run: Run) -> None:
    for source, other in (("tianditu", "amap"), ("amap", "tianditu")):
        (zone,) = json.loads(run("--source", source, "--zone", "6", "--json")[1])["zones"]
        assert {name for member in zone["members"] for name in member["other_sources_km2"]} == {other}


def test_json_carries_its_provenance(run: Run) -> None:
    _, out, err = run("--zone", "6", "--json", "--method", "ellipsoid")
    data = json.loads(out)
    assert err == ""
    assert data["provenance"]["filter"] == {"zone": "6"}
    assert data["area_method"] == data["provenance"]["area_method"] == "ellipsoid"


@pytest.mark.parametrize("table", TABLES)
def test_each_table_comes_as_csv(run: Run, table: str) -> None:
    _, out, _ = run("--zone", "10", "--csv", "--table", table)
    lines = list(csv.reader(io.StringIO(out)))
    assert len(lines) > 1
    assert {len(line) for line in lines} == {len(lines[0])}
    assert not out.startswith("\ufeff")


@pytest.mark.slow
@pytest.mark.parametrize("kind", FORMATS)
def test_each_format_goes_to_a_file_of_its_ending(run: Run, kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"结果.{kind}"
    code, out, err = run("--zone", "6", "-o", path)
    assert (code, out) == (0, "")
    assert err == f"{path}: 1 zone\n"
    content = path.read_bytes()
    if kind == "json":
        assert len(json.loads(content)["zones"]) == 1
    elif kind == "csv":
        assert content.startswith(b"\xef\xbb\xbforder,")
    elif kind == "html":
        assert content.startswith(b"<!doctype html>")
        assert "面积核查报告" in content.decode()
    elif kind == "xlsx":
        assert openpyxl.load_workbook(path).worksheets[0]["B2"].value == "河南许昌"
    else:
        assert len(pypdf.PdfReader(path).pages) >= 3
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@pytest.mark.slow
def test_language_is_of_the_report(run: Run, tmp_path: Path) -> None:
    _, en, _ = run("--zone", "6", "--html", "--lang", "en")
    assert "Area audit report" in en
    assert "Xuchang" in en
    run("--zone", "6", "--xlsx", "--lang", "en", "-o", tmp_path / "x")
    assert openpyxl.load_workbook(io.BytesIO((tmp_path / "x").read_bytes())).sheetnames[0] == "Summary"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--pdf"], "pilotzones: pdf is no text for a terminal: name a file with -o FILE.pdf\n"),
        (["--xlsx"], "pilotzones: xlsx is no text for a terminal: name a file with -o FILE.xlsx\n"),
        (["-o", "a.docx"], "a.docx names no format: choose one of --json, --csv, --html, --xlsx, --pdf\n"),
        (["--json", "--csv"], "not allowed with argument"),
        (["--fail-on", "sometimes"], "sometimes"),
        (["--zone", "6", "--json", "-o", "no/such/folder/a.json"], "the folder does not exist"),
    ],
)
def test_wrong_wishes_are_answered_in_one_line(run: Run, arguments: list[str], message: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (1, "")
    assert message in err
    assert err.count("\n") == 1


def test_a_file_that_does_not_read_back_is_not_left_behind(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.json"
    path.write_text("old")

    def half(where: Path, content: bytes, **options: object) -> None:
        write_atomically(where, content[:-5], **options)  # type: ignore[arg-type]

    monkeypatch.setattr(command, "write_atomically", half)
    code, _, err = run("--zone", "6", "-o", path)
    assert code == 1
    assert "does not read back" in err
    assert path.read_text() == "old"
