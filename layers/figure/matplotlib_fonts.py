"""The one part of matplotlib that has no documented interface: its list of fonts, to which a figure's font is added."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["add_font"]


@contextmanager
def add_font(path: Path) -> Iterator[None]:
    """Let matplotlib know a font file as long as the context lasts.

    Parameters
    ----------
    path : Path
        Of a TrueType font.
    """
    from matplotlib import font_manager

    manager = font_manager.fontManager
    known = list(manager.ttflist)
    manager.addfont(path)
    try:
        yield
    finally:
        manager.ttflist = known
