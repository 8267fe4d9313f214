"""A font is known to matplotlib as long as a figure needs it."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
from matplotlib import font_manager

from pilotzones.layers.figure.font_subset import make_font
from pilotzones.layers.figure.matplotlib_fonts import add_font


def test_a_font_is_known_while_it_is_needed(tmp_path: Path) -> None:
    manager = font_manager.fontManager
    for part in ("ttflist", "addfont"):
        assert hasattr(manager, part), f"matplotlib {mpl.__version__} has no fontManager.{part} any more"
    font = make_font("试验区 A")
    path = tmp_path / "font.ttf"
    path.write_bytes(font.content)
    before = list(manager.ttflist)
    with add_font(path):
        assert Path(font_manager.findfont(font.family, fallback_to_default=False)) == path
    assert manager.ttflist == before
