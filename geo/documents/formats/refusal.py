"""The error of a document that cannot be read."""

from __future__ import annotations

__all__ = ["DocumentRefusedError"]


class DocumentRefusedError(Exception):
    """Say to the user why the document is not read; the text is a whole clause."""
