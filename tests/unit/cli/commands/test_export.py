"""The command export: names that say nothing, and files that hold one layer, are refused before anything is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pilotzones.cli.main import run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("name", "layers", "said"),
    [
        ("x", ["zones"], "names no format"),
        ("x.kml", ["zones", "members"], "holds one layer"),
        ("x.geojson", ["zones", "members"], "holds one layer"),
        ("x.xlsx", ["zones", "tasks"], "holds one layer"),
    ],
)
def test_refused_before_anything_is_read(
    name: str, layers: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = [word for layer in layers for word in ("--layer", layer)]
    assert run(["export", *options, "-o", str(tmp_path / name)]) == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / name).exists()
