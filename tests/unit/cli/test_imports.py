"""Which large packages a command imports: a start is as fast as its imports."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pilotzones.cli.main import COMMANDS, run
from pilotzones.geo.catalogue.loader import list_programmes, load_programme
from pilotzones.geo.query.applicability_loader import load_applicability

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
    "opencc",
    "openpyxl",
    "pandas",
    "pyarrow",
    "pyogrio",
    "pypdf",
    "pyproj",
    "pypinyin",
    "rapidfuzz",
    "rich",
    "shapely",
    "starlette",
    "streamlit",
    "topojson",
    "typst",
    "vl_convert",
    "xlsxwriter",
)
TABLES = {"numpy", "pandas", "pyarrow"}
GEOMETRY = {*TABLES, "geopandas", "pyproj", "shapely"}
NAMES = {"opencc", "rapidfuzz"}
PROBE = """
import sys
from pilotzones.cli.main import run
run(sys.argv[1:])
print("imported:", *sorted(name for name in {large!r} if name in sys.modules), file=sys.stderr)
"""
# arguments: the large packages that the command may import, with what it needs in the disk cache
ALLOWED: dict[tuple[str, ...], set[str]] = {
    ("--version",): set(),
    ("--help",): set(),
    (): set(),
    ("no-such-command",): set(),
    ("app", "--help"): set(),
    ("app", "--port", "http"): set(),
    ("manifest", "--help"): set(),
    ("resolve", "--help"): set(),
    ("import", "--help"): set(),
    ("zones", "--help"): set(),
    ("where", "--help"): set(),
    ("zones",): {"rich"},
    ("zones", "--programme", "jilin_demonstration_towns_2013"): {"rich"},
    ("zones", "--json"): set(),
    ("resolve",): {*NAMES, "rich"},
    ("resolve", "--json"): NAMES,
    ("where", "永吉县"): {*NAMES, "rich"},
    ("where", "220221", "--json"): NAMES,
    ("where", "126.4,43.6", "--json"): {*GEOMETRY, *NAMES},
    ("audit",): {*GEOMETRY, "rich"},
    ("audit", "--json"): GEOMETRY,
    ("check", "--json"): GEOMETRY,
}


@pytest.fixture(scope="session", autouse=True)
def _fill_disk_cache() -> None:
    applies = load_applicability([load_programme(name) for name in list_programmes()])
    assert applies.index.find_county("220221") is not None
    run(["audit", "--json", "--fail-on", "never"])


@pytest.mark.slow
@pytest.mark.parametrize("arguments", ALLOWED, ids=" ".join)
def test_a_command_imports_no_large_package_that_it_does_not_need(arguments: tuple[str, ...]) -> None:
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
    assert set(last.split()[1:]) <= ALLOWED[arguments]


def test_every_command_has_a_module() -> None:
    folder = ROOT / "cli" / "commands"
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert {module.rpartition(".")[2] for module, _ in COMMANDS.values()} == modules
