"""The templates of pages and reports, filled so that every value stays text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import jinja2

__all__ = ["load_template", "render_template"]


def load_template(name: str) -> str:
    """Load the text of a file in ``layers/templates``."""
    return (resources.files("pilotzones.layers") / "templates" / name).read_text(encoding="utf-8")


def render_template(name: str, values: Mapping[str, Any]) -> bytes:
    """Fill one of the HTML templates; every value is text there unless the template says it is markup of ours.

    Parameters
    ----------
    name : str
        Of a file in ``layers/templates``.
    values : mapping

    Returns
    -------
    bytes
        UTF-8.
    """
    return _build_environment().get_template(name).render(values).encode()


@cache
def _build_environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FunctionLoader(load_template),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
