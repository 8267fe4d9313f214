"""The documentation says what is true: columns, commands and figures are checked against the code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from pilotzones.cli.main import run
from pilotzones.data import PROGRAMMES
from pilotzones.geo.audit import Verdict
from pilotzones.geo.audit.models import Basis, ReasonCode
from pilotzones.geo.audit.tolerances import get_member_tolerance, get_zone_tolerance
from pilotzones.geo.geometry.area import METHODS

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "README.zh.md", *sorted((ROOT / "docs").glob("*.md"))]
_ENGLISH_ONLY: set[str] = set()


def test_the_data_dictionary_names_every_column() -> None:
    dictionary = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    for table in sorted(PROGRAMMES.glob("*/*.csv")):
        assert table.name in dictionary
        if table.name == "list.csv":
            # Its columns are those of the source.
            continue
        for column in table.read_text(encoding="utf-8-sig").splitlines()[0].split(","):
            assert f"`{column}`" in dictionary, f"{table.name}: {column}"


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_figures_in_the_readme_are_what_the_command_prints(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n\$ pilotzones ([^\n]*)\n(.*?)```", text, flags=re.DOTALL)
    assert blocks
    for command, shown in blocks:
        run(command.split())
        printed = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
        assert [line.rstrip() for line in shown.splitlines()] == printed, command


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_inside_the_repository_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md"], ids=lambda page: page.name)
def test_source_files_that_a_page_names_exist(page: Path) -> None:
    named = re.findall(
        r"`((?:geo|layers|views|cli|notebook|tests|tools|bench)/[\w./-]+)`", page.read_text(encoding="utf-8")
    )
    # What a reader is to make has NAME in its name.
    assert [path for path in named if "NAME" not in path and not (ROOT / path).exists()] == []


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
@pytest.mark.parametrize("folder", ["geo", "layers", "views"])
def test_the_project_layout_names_every_package(name: str, folder: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    layout = re.search(rf"^{folder}/ .*\n(?: .*\n)*", text, re.MULTILINE)
    assert layout is not None
    packages = {path.parent.name for path in (ROOT / folder).glob("*/__init__.py")}
    assert packages <= set(re.findall(r"(\w+)/", layout[0]))


def test_every_page_is_there_in_both_languages() -> None:
    english = [page for page in PAGES if ".zh." not in page.name and page.name not in _ENGLISH_ONLY]
    assert english
    for page in english:
        chinese = page.with_suffix(".zh.md")
        assert chinese.name in page.read_text(encoding="utf-8"), page.name
        assert f"]({page.name})" in chinese.read_text(encoding="utf-8"), chinese.name


@pytest.mark.parametrize("name", ["method.md", "method.zh.md"])
def test_the_method_note_names_the_gates_codes_and_methods_in_force(name: str) -> None:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    gates = (get_zone_tolerance(0), get_member_tolerance(0, coastal=False), get_member_tolerance(0, coastal=True))
    for gate in gates:
        assert f"{100 * gate.relative:g} %" in text
        assert f"{gate.absolute_km2:g} km²" in text
    found = {"vintage_change", "wrong_homonym", "repaired_geometry"}  # findings have these; no difference does
    for code in (*METHODS, *(set(get_args(ReasonCode)) - found), *get_args(Verdict), *get_args(Basis)):
        assert f"`{code}`" in text, code
