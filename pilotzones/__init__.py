"""Audited map layers of China's pilot-zone policies; in a notebook: ``import pilotzones as pz``, then ``pz.zones()``."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_FUNCTIONS = {
    "programmes": "catalogue",
    "zones": "catalogue",
    "members": "catalogue",
    "audit": "catalogue",
    "resolve": "places",
    "where": "places",
    "panel": "panels",
    "overlap": "panels",
    "export": "files",
}
__all__ = sorted(_FUNCTIONS)  # noqa: PLE0605 - the names stand in the table above


def __getattr__(name: str) -> Any:
    """Import the function that a notebook calls when it is called, so that commands do not wait for it."""
    if name not in _FUNCTIONS:
        raise AttributeError(f"pilotzones has no {name}: a notebook has {', '.join(__all__)}")
    return getattr(import_module(f"pilotzones.notebook.{_FUNCTIONS[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
