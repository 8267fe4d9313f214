"""The documentation says what is true: columns, commands and figures are checked against the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cli import run
from data import PROGRAMMES

ROOT = Path(__file__).parents[1]


def test_the_data_dictionary_names_every_column() -> None:
    dictionary = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    for table in sorted(PROGRAMMES.glob("*/*.csv")):
        assert table.name in dictionary
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


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_links_inside_the_repository_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert (ROOT / target).exists(), target
