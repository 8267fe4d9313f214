"""The list of mistakes that a test has to notice fits the code."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
MUTANTS: list[dict[str, Any]] = tomllib.loads((ROOT / "tools" / "mutants.toml").read_text(encoding="utf-8"))["mutant"]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant["id"])
def test_a_mistake_can_be_made_and_its_tests_exist(mutant: dict[str, Any]) -> None:
    assert (ROOT / mutant["file"]).read_text(encoding="utf-8").count(mutant["old"]) == 1
    for test in mutant["tests"]:
        path, _, name = test.partition("::")
        assert name.split("[")[0] in (ROOT / path).read_text(encoding="utf-8")
