"""Text from outside in Streamlit's Markdown."""

from __future__ import annotations

from typing import Final

__all__ = ["escape"]

_ESCAPES: Final = str.maketrans({char: f"\\{char}" for char in r"\`*_{}[]()<>#+-.!|~$:&"})


def escape(text: str) -> str:
    """Return Markdown that shows the text as it is: nothing in it becomes a link, an image or a formula."""
    return text.translate(_ESCAPES)
