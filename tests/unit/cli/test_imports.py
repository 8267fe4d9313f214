"""Which large packages a command imports: a start is as fast as its imports."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pilotzones.cli.main import COMMANDS

ROOT = Path(__file__).parents[3]
LARGE = (
    "altair",
    "branca",
    "cartopy",
    "docx",
    "folium",
    "fontTools",
    "frykit",
    "geopandas",
    "jenkspy",
    "jinja2",
    "lxml",
    "matplotlib",
    "numpy",
    "openpyxl",
    "pandas",
    "pyarrow",
    "pyogrio",
    "pypdf",
    "pyproj",
    "pypinyin",
    "rich",
    "shapely",
    "starlette",
    "streamlit",
    "topojson",
    "typst",
    "vl_convert",
    "xlsxwriter",
)
# What draws, serves or writes reports; no command that prints a table needs any of it.
DRAWING = (
    "altair",
    "branca",
    "cartopy",
    "folium",
    "fontTools",
    "jenkspy",
    "jinja2",
    "matplotlib",
    "starlette",
    "streamlit",
    "topojson",
    "typst",
    "vl_convert",
    "xlsxwriter",
)
PROBE = """
import sys
from pilotzones.cli.main import run
run(sys.argv[1:])
print("imported:", *sorted(name for name in {large!r} if name in sys.modules), file=sys.stderr)
"""
# arguments: packages that the command must not import
FORBIDDEN = {
    ("--version",): LARGE,
    ("--help",): LARGE,
    (): LARGE,
    ("no-such-command",): LARGE,
    ("app", "--help"): LARGE,
    ("app", "--port", "http"): LARGE,
    ("manifest", "--help"): LARGE,
    ("resolve", "--help"): LARGE,
    ("import", "--help"): LARGE,
    ("resolve",): DRAWING,
    ("zones",): DRAWING,
    ("zones", "--json"): (*DRAWING, "rich"),
    ("where", "永吉县"): DRAWING,
    ("where", "永吉县", "--json"): (*DRAWING, "rich"),
    ("audit",): DRAWING,
    ("audit", "--json"): (*DRAWING, "rich"),
}


@pytest.mark.parametrize("arguments", FORBIDDEN, ids=" ".join)
def test_a_command_does_not_import_what_it_does_not_need(arguments: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(large=LARGE), *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        input="永吉县、德清县",
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    *_, last = done.stderr.splitlines()
    assert last.startswith("imported:")
    assert not set(last.split()[1:]) & set(FORBIDDEN[arguments])


def test_every_command_has_a_module() -> None:
    folder = ROOT / "cli" / "commands"
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert {module.rpartition(".")[2] for module, _ in COMMANDS.values()} == modules
