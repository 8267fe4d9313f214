"""The address ``/matrix``: the map page, opened at the matrix of zones and tasks."""

from __future__ import annotations

from pilotzones.views.pages.map import show_explorer

__all__ = ["show"]


def show() -> None:
    """Draw the page."""
    show_explorer("matrix", view="matrix")
