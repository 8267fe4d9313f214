"""The terminal: commands, JSON contracts, filters, exit codes, one-line errors, pipes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pilotzones.cli.main import COMMANDS
from pilotzones.cli.main import run as run_command
from pilotzones.data import PROGRAMMES
from pilotzones.geo.catalogue import DEFAULT_PROGRAMME
from pilotzones.geo.export import get_version

if TYPE_CHECKING:
    from collections.abc import Callable

    from pilotzones.geo.boundaries.models import Boundaries

ROOT = Path(__file__).parents[3]
ZONE_KEYS = {"order", "name", "region", "province", "stated_area_km2", "tasks", "members"}
MEMBER_KEYS = {
    "listed_name",
    "kind",
    "status",
    "adcode",
    "province",
    "prefecture",
    "host_adcodes",
    "geometry_quality",
}
AUDIT_KEYS = {
    "order",
    "name",
    "stated_area_km2",
    "computed_area_km2",
    "difference_km2",
    "difference_pct",
    "verdict",
    "members_counted",
    "members_total",
}


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


if TYPE_CHECKING:
    Run = Callable[..., Done]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> Done:
        code = run_command(arguments)
        return Done(code, *capsys.readouterr())

    return call


def in_a_process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "pilotzones.cli", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(PROGRAMMES / DEFAULT_PROGRAMME, tmp_path / "copy")


# --- zones ---


def test_zones_json_keeps_its_contract(run: Run) -> None:
    done = run("zones", "--json")
    assert (done.code, done.err) == (0, "")
    zones = done.json
    assert [zone["order"] for zone in zones] == list(range(1, 12))
    assert all(set(zone) >= ZONE_KEYS for zone in zones)
    members = [member for zone in zones for member in zone["members"]]
    assert len(members) == 86
    assert all(set(member) == MEMBER_KEYS for member in members)
    assert sum(zone["stated_area_km2"] for zone in zones) == 94990
    assert zones[6]["name"] == "江西鹰潭"
    assert zones[6]["region"] == "中部地区"
    assert zones[6]["province"] == "江西省"
    assert zones[6]["tasks"] == [3, 4, 9, 10, 11]
    assert zones[4]["members"][2] == {
        "listed_name": "市中区",
        "kind": "county",
        "status": "matched",
        "adcode": "370103",
        "province": "山东省",
        "prefecture": "济南市",
        "host_adcodes": [],
        "geometry_quality": "exact",
    }
    assert zones[2]["members"][6] == {
        "listed_name": "英德市连樟样板区",
        "kind": "special",
        "status": "no_polygon",
        "adcode": None,
        "province": "广东省",
        "prefecture": "清远市",
        "host_adcodes": ["441881"],
        "geometry_quality": "point",
    }


def test_zones_table_is_for_people(run: Run) -> None:
    done = run("zones")
    assert done.code == 0
    for word in ("浙江嘉湖片区", "吉林长吉接合片区", "10,043", "6 of 9", "11 of 11 zones"):
        assert word in done.out
    # Nothing is cut or wrapped in a pipe.
    assert "…" not in done.out


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (["--region", "中部地区"], [6, 7]),
        (["--region", "central", "--region", "northeast"], [6, 7, 11]),
        (["--task", "6", "--task", "9"], [2, 3, 5, 7, 9, 10]),
        (["--task", "6,9", "--match", "all"], [2]),
        (["--task", "科技成果入乡转化"], [4, 6, 10]),
        (["--province", "重庆"], [9]),
        (["--zone", "许昌", "--zone", "1"], [1, 6]),
        (["--query", "英德"], [3]),
        (["--task", "5", "--task", "6", "--match", "all"], []),
    ],
)
def test_filters(run: Run, filters: list[str], expected: list[int]) -> None:
    done = run("zones", "--json", *filters)
    assert (done.code, [zone["order"] for zone in done.json]) == (0, expected)


def test_an_empty_result_says_so(run: Run) -> None:
    done = run("zones", "--task", "5,6", "--match", "all")
    assert (done.code, "0 of 11 zones" in done.out) == (0, True)


def test_the_other_source_gives_the_same_members(run: Run) -> None:
    assert run("zones", "--json", "--source", "amap").json == run("zones", "--json").json


# --- audit ---


def test_audit_json_keeps_its_contract(run: Run) -> None:
    done = run("audit", "--json")
    assert (done.code, done.err) == (2, "")
    found = done.json
    assert (found["boundary_source"], found["area_method"]) == ("tianditu", "geodesic")
    assert [zone["order"] for zone in found["zones"]] == list(range(1, 12))
    for zone in found["zones"]:
        assert set(zone) >= AUDIT_KEYS
        assert zone["difference_km2"] == pytest.approx(zone["computed_area_km2"] - zone["stated_area_km2"], abs=2e-3)
        assert zone["difference_pct"] == pytest.approx(100 * zone["difference_km2"] / zone["stated_area_km2"], abs=2e-3)
        assert isinstance(zone["verdict"], str)
        assert 0 < zone["members_counted"] <= zone["members_total"]
    counted = {zone["order"]: (zone["members_counted"], zone["members_total"]) for zone in found["zones"]}
    assert (counted[1], counted[3], counted[5]) == ((12, 12), (6, 7), (9, 10))
    assert (counted[10], counted[11]) == ((7, 8), (6, 9))
    assert "-0.0" not in done.out.replace(",", " ").split()


def test_audit_does_not_blame_polygons_for_a_member_without_one(run: Run) -> None:
    zones = {zone["order"]: zone for zone in run("audit", "--json").json["zones"]}
    assert zones[3]["verdict"] != "differs"
    assert zones[6]["verdict"] == "agrees"


@pytest.mark.slow
def test_audit_says_which_source_and_method(run: Run) -> None:
    found = run("audit", "--json", "--source", "amap", "--method", "equal_area").json
    assert (found["boundary_source"], found["area_method"], found["boundary_date"]) == ("amap", "equal_area", "2025")


@pytest.mark.slow
def test_audit_of_zones_that_agree_is_fine_and_of_others_needs_review(run: Run) -> None:
    assert run("audit", "--zone", "6").code == 0
    assert run("audit", "--zone", "3").code == 2
    assert run("audit", "--zone", "6", "--zone", "3").code == 2


def test_audit_table_names_source_review_number_and_sign(run: Run) -> None:
    out = run("audit").out
    for word in ("GS(2024)0650号", "geodesic", "-472.7", "computed - stated", "6 of 7"):
        assert word in out


@pytest.mark.slow
def test_a_file_of_the_user_is_a_source_and_what_it_lacks_is_reported(
    run: Run, tmp_path: Path, tianditu: Boundaries
) -> None:
    path = tmp_path / "许昌.geojson"
    counties = tianditu.counties[tianditu.counties["prefecture"] == "许昌市"].drop(columns=["lon", "lat"])
    counties.to_file(path, driver="GeoJSON")
    zones = {zone["order"]: zone for zone in run("audit", "--json", "--source", str(path)).json["zones"]}
    assert zones[6]["computed_area_km2"] == pytest.approx(4981.3, abs=0.1)
    assert zones[6]["verdict"] == "agrees"
    assert (zones[1]["computed_area_km2"], zones[1]["verdict"]) == (None, "cannot_tell")
    members = [member for zone in run("zones", "--json", "--source", str(path)).json for member in zone["members"]]
    assert len(members) == 86
    assert sum(member["status"] == "missing" for member in members) == 74
    done = run("check", "--json", "--source", str(path))
    assert (done.code, done.json["matched"], done.json["total"]) == (2, 6, 86)


# --- export ---


@pytest.mark.parametrize(("name", "count"), [("zones", 2), ("members", 9)])
def test_export_writes_the_layer(run: Run, tmp_path: Path, name: str, count: int) -> None:
    path = tmp_path / "中部.geojson"
    done = run("export", "--layer", name, "-o", str(path), "--region", "中部")
    assert (done.code, done.out) == (0, "")
    assert str(path) in done.err
    document = json.loads(path.read_text(encoding="utf-8"))
    assert len(document["features"]) == count
    assert document["provenance"]["filter"] == {"region": "central"}


def test_an_export_that_fails_says_why_in_one_line(run: Run, tmp_path: Path) -> None:
    done = run("export", "-o", str(tmp_path / "nowhere" / "x.geojson"))
    assert done.code == 1
    assert done.err.startswith("pilotzones: x.geojson was not written: the folder does not exist")
    empty = run("export", "-o", str(tmp_path / "x.geojson"), "--task", "5,6", "--match", "all")
    assert (empty.code, list(tmp_path.iterdir())) == (1, [])
    assert "no zone passes the filter" in empty.err


# --- check ---


@pytest.mark.slow
def test_check_of_the_shipped_data_is_fine(run: Run) -> None:
    done = run("check")
    assert (done.code, done.err) == (0, "")
    assert "80 of 86 members" in done.out
    checked = run("check", "--json").json
    assert {name: checked[name] for name in checked if name != "rules"} == {"matched": 80, "total": 86, "problems": []}


def test_check_prints_every_problem_and_fails(run: Run, folder: Path) -> None:
    path = folder / "members.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",411002,", ",4110,").replace("7,1,月", "7,0,月"), "utf-8")
    done = run("check", "--programme", str(folder), "--json")
    assert done.code == 1
    assert [(p["severity"], p["file"], p["field"], p["value"]) for p in done.json["problems"]] == [
        ("error", "members.csv", "position", "0"),
        ("error", "members.csv", "adcode_2019", "4110"),
    ]
    assert all(isinstance(problem["row"], int) for problem in done.json["problems"])
    shown = run("check", "--programme", str(folder))
    assert (shown.code, shown.out.count("error: members.csv, row ")) == (1, 2)


def test_check_with_warnings_only_needs_review(run: Run, folder: Path) -> None:
    path = folder / "members.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",411002,", ",411099,"), "utf-8")
    done = run("check", "--programme", str(folder), "--json")
    assert (done.code, done.json["matched"]) == (2, 80)
    (problem,) = done.json["problems"]
    assert (problem["severity"], problem["value"]) == ("warning", "411099")


def test_a_broken_programme_stops_the_other_commands_with_all_its_problems(run: Run, folder: Path) -> None:
    (folder / "tasks.csv").unlink()
    (folder / "zones.csv").unlink()
    done = run("zones", "--programme", str(folder))
    assert (done.code, done.out) == (1, "")
    assert "tasks.csv: the file is missing" in done.err
    assert "zones.csv: the file is missing" in done.err


# --- errors and help ---


@pytest.mark.parametrize("command", ["zones", "audit", "export"])
@pytest.mark.parametrize(
    ("arguments", "listed"),
    [
        (["--region", "mars"], ["region 'mars'", "east", "northeast"]),
        (["--task", "12"], ["task '12'", "11 健全农民持续增收体制机制"]),
        (["--province", "云南"], ["province '云南'", "浙江省"]),
        (["--zone", "99"], ["zone '99'", "6 河南许昌"]),
        (["--match", "some"], ["any or all", "'some'"]),
        (["--source", "nosuch.geojson"], ["nosuch.geojson", "tianditu, amap"]),
        (["--programme", "nosuch"], ["nosuch", DEFAULT_PROGRAMME]),
        (["--method", "mercator"], ["mercator", "geodesic", "equal_area"]),
    ],
)
def test_a_wrong_word_is_one_line_that_lists_what_exists(
    run: Run, tmp_path: Path, command: str, arguments: list[str], listed: list[str]
) -> None:
    output = ["-o", str(tmp_path / "x.geojson")] if command == "export" else []
    done = run(command, *arguments, *output)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("pilotzones")
    assert done.err.count("\n") == 1
    for word in listed:
        assert word in done.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["export", "--layer", "towns", "-o", "x"], "zones"),
        (["export"], "-o"),
        (["frobnicate"], "audit"),
        ([], "COMMAND"),
        (["zones", "--colour"], "--colour"),
        (["app", "--port", "http"], "http"),
    ],
)
def test_wrong_arguments_are_an_error_of_one_line_and_no_call_for_review(
    run: Run, arguments: list[str], expected: str
) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (1, "")
    assert done.err.count("\n") == 1
    assert expected in done.err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(run: Run, command: str) -> None:
    done = run(command, "--help")
    assert (done.code, done.err) == (0, "")
    assert f"usage: pilotzones {command}" in done.out
    filters = ["--region", "--task", "--province", "--zone", "--match", "--source"]
    for option in filters if command in ("zones", "audit", "export") else []:
        assert option in done.out


def test_help_and_version(run: Run) -> None:
    done = run("--help")
    assert done.code == 0
    # Long texts are broken into lines.
    unbroken = " ".join(done.out.split())
    for command, (_, text) in COMMANDS.items():
        assert f" {command} {text}" in unbroken
    assert run("--version") == Done(0, f"pilotzones {get_version()}\n", "")


# --- a real process ---


@pytest.mark.slow
def test_main_leaves_with_the_code() -> None:
    assert in_a_process("zones", "--zone", "6").returncode == 0
    assert in_a_process("zones", "--zone", "66").returncode == 1
    assert in_a_process("audit").returncode == 2


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "ascii", "cp1252"])
def test_json_is_json_in_any_encoding(encoding: str) -> None:
    done = in_a_process("zones", "--zone", "6", "--json", PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout.decode(encoding))[0]["name"] == "河南许昌"


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["gbk", "ascii", "cp1252"])
def test_a_narrow_terminal_shows_what_it_can(encoding: str) -> None:
    done = in_a_process("audit", PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (2, b"")
    assert "10,043" in done.stdout.decode(encoding)
    assert ("河南许昌" in done.stdout.decode(encoding)) == (encoding == "gbk")


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["zones"], ["zones", "--json"], ["check"]])
def test_a_reader_that_has_seen_enough_is_no_error(arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as gone:
        done = subprocess.run(
            [sys.executable, "-m", "pilotzones.cli", *arguments],
            cwd=ROOT,
            stdout=gone,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, b"")
