"""Whatever is wrong with an input or with the output: one line that says so, never a traceback, and never a wait."""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pilotzones.cli.main import run
from pilotzones.geo.documents.drafts.list_archive import unpack_list
from pilotzones.geo.errors import IntakeError
from tests.helpers.waiting import wait_until
from tools.serving import ROOT

_PROGRAMME = ROOT / "data" / "programmes" / "urban_rural_integration_2019"
_LONG = "x" * 5_000
# Anything but a line's end.
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def _fail(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert run(words) == 1
    told = capsys.readouterr().err
    assert told.startswith("pilotzones: ")
    assert len(told) < 1_000
    return told


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "programme"
    shutil.copytree(_PROGRAMME, target)
    return target


@pytest.fixture
def listed(tmp_path: Path) -> str:
    path = tmp_path / "list.txt"
    path.write_text("浙江省：余杭区、德清县\n", encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("flag", ["--source", "--programme"])
def test_a_name_longer_than_any_file_has(flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    _fail(capsys, "zones", flag, _LONG)


@pytest.mark.parametrize(
    ("content", "reason"), [("x = " + "[" * 50_000, "nested too deep"), ("x = " + "1" * 20_000, "digits")]
)
def test_a_head_that_no_parser_ends(
    content: str, reason: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "programme.toml").write_text(content, encoding="utf-8")
    assert f"not valid TOML: {'its brackets are ' if 'deep' in reason else ''}" in (
        told := _fail(capsys, "zones", "--programme", str(folder))
    )
    assert reason in told


def _make_pipe(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def _link_to_device(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to("/dev/zero")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and devices have no names here")
@pytest.mark.parametrize("make", [_make_pipe, _link_to_device, Path.mkdir])
def test_what_is_no_regular_file_is_not_waited_for(
    make: object, folder: Path, listed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert callable(make)
    path = tmp_path / "strange"
    make(path)
    assert "no table of decisions can be read" in _fail(capsys, "resolve", listed, "--decisions", str(path))
    # The file is there: to say that it is missing would send its user on a search.
    for words in (("resolve",), ("where", "--input"), ("projects", "check"), ("indicators", "check"), ("import",)):
        assert "it is no regular file" in _fail(capsys, *words, str(path))
    if not path.is_dir():
        assert "it is no regular file" in _fail(capsys, "overlay", str(path))
    table_path = path.rename(path.with_suffix(".csv"))
    assert "it is no regular file" in _fail(capsys, "panel", "--onto", str(table_path), "-o", str(tmp_path / "o.csv"))
    table = folder / "zones.csv"
    table.unlink()
    make(table)
    assert "zones.csv: the file cannot be read" in _fail(capsys, "zones", "--programme", str(folder))


_HOSTILE_TABLES = {
    "long cell": b"x" * 200_000 + b",2020,3\n",
    "long cell below a heading": "县,年份,产值\n".encode() + b"x" * 200_000 + b",2020,3\n",
    "wide": ("县,年份," + ",".join(f"c{number}" for number in range(20_000)) + "\n余杭区" + ",1" * 20_001).encode(),
    "brackets": b"[" * 90_000,
    "open quote": '县,年份,产值\n"余杭区,2020,3\n'.encode() * 3,
    "control characters": b"\x1b]0;x\x07a,b\n\x1b[31m1,2\n",
}


@pytest.mark.parametrize("kind", _HOSTILE_TABLES)
def test_a_hostile_table_is_answered_in_lines_that_a_person_can_read(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "statements.csv"
    table.write_bytes(_HOSTILE_TABLES[kind])
    for words in (("projects", "check"), ("projects", "banks"), ("indicators", "check"), ("themes", "--add")):
        assert run([*words, str(tmp_path if words[0] == "themes" else table)]) in (1, 2)
        output = capsys.readouterr()
        assert len(output.err) < 1_000
        assert len(output.out) < 10_000
        assert not _CONTROL.search(output.out + output.err)


def test_a_figure_that_no_computer_holds_is_a_problem_of_its_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "t.csv"
    table.write_text("ref_area,time_period,indicator,obs_value,unit_mult\n330110,2020,a,1e999,²\n", encoding="utf-8")
    assert run(["indicators", "check", str(table)]) == 1
    told = capsys.readouterr().out
    assert "neither a figure nor a sign for a missing one" in told
    assert "the power of ten is expected" in told


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", [("projects", "template"), ("indicators", "example"), ("export", "-o"), ("map", "-o")]
)
def test_a_name_longer_than_any_file_has_is_cut_in_the_message(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    suffix = {"map": ".html", "export": ".geojson"}.get(words[0], ".csv")
    assert "File name too long" in _fail(capsys, *words, _LONG + suffix)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("panel", "--count", ",", "-o", "x.csv"), "name a hit that counts"),
        (("compare", "--from", "9" * 5_000, "--to", "2020"), "is no date such as 2013"),
        (("overlap", "--year", "9" * 5_000), "invalid int value"),
        (("projects", "summary", "x.csv", "--today", "9999-99-99"), "invalid"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused_in_a_line(
    words: tuple[str, ...], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 1
    told = capsys.readouterr().err
    assert told.startswith("pilotzones")
    assert told.count("\n") == 1
    assert len(told) < 1_000
    assert reason in told


def test_a_saved_list_of_brackets_only() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("list.json", "[" * 90_000)
        archive.writestr("text.txt", "余杭区")
        archive.writestr("decisions.csv", "")
    with pytest.raises(IntakeError):
        unpack_list(out.getvalue(), name="list.zip")


def _run(*words: str, stdout: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pilotzones.cli", *words]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env=environment,
        text=True,
        check=False,  # type: ignore[call-overload]
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_full_output(form: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = _run("zones", *form, stdout=full)
    assert (done.returncode, done.stderr) == (1, "pilotzones: No space left on device\n")


def test_a_closed_output() -> None:
    command = f'exec "{sys.executable}" -m pilotzones.cli zones >&-'
    done = subprocess.run(
        ["sh", "-c", command],
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "pilotzones: the standard output is closed\n")


def test_an_interrupt_is_one_line() -> None:
    # Raised where the command computes, as a signal would be.
    code = (
        "import os, signal, sys\n"
        # A shell starts what runs in its background with this signal ignored.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "import pilotzones.cli.commands.zones as zones\n"
        "zones.run = lambda _: os.kill(os.getpid(), signal.SIGINT)\n"
        "from pilotzones.cli.main import run\n"
        "sys.exit(run(['zones']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (128 + signal.SIGINT, "pilotzones: interrupted\n")


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGKILL"])
def test_a_killed_command_leaves_no_worker(name: str, tmp_path: Path) -> None:
    """Nor a copy of the file, unless nothing of it can run any more; that goes with the next command."""
    number = getattr(signal, name)
    code = (
        "import signal, sys\n"
        "signal.signal(signal.SIGHUP, signal.SIG_DFL)\n"
        "from pathlib import Path\n"
        "import pilotzones.cli.commands.zones as zones\n"
        "from pilotzones.cli import main\n"
        "from pilotzones.geo.sandbox.limits import TERMINAL\n"
        "from pilotzones.geo.sandbox.worker_process import run_worker\n"
        "from pilotzones.geo.files.temporary_folder import open_temporary_folder\n"
        "def run(arguments):\n"
        "    with open_temporary_folder() as folder:\n"
        "        order = {'until': str(folder / 'never'), 'begun': str(folder / 'begun')}\n"
        "        run_worker('tests.helpers.waiting_worker', order, result=folder / 'result', limits=TERMINAL)\n"
        "zones.run = run\n"
        "sys.argv = ['pilotzones', 'zones']\n"
        "main.main()\n"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", code], env=environment, stderr=subprocess.PIPE) as command:
        assert wait_until(lambda: any(one.read_text() for one in tmp_path.glob("*/begun")), 60)
        worker = Path("/proc", next(tmp_path.glob("*/begun")).read_text())
        command.send_signal(number)
        _, error = command.communicate(timeout=60)
    assert wait_until(lambda: not worker.exists() or "(zombie)" in (worker / "status").read_text(), 10)
    assert error == b""
    assert command.returncode == (-number if name == "SIGKILL" else 128 + number)
    assert len(list(tmp_path.iterdir())) == (name == "SIGKILL")


def test_an_argument_that_is_no_text_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert _fail(capsys, "where", "\udcff") == "pilotzones: an argument is no text in UTF-8\n"


@pytest.mark.parametrize(
    "command", [("where", "平泉县"), ("resolve", "list.txt"), ("audit",), ("import", "list.txt", "-o", "x")]
)
@pytest.mark.parametrize("year", ["1979", "2099-01"])
def test_a_date_of_which_no_names_are_known(
    command: tuple[str, ...], year: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run((*command, "--as-of", year)) == 1
    assert "names and codes are known from 1980 to" in capsys.readouterr().err
