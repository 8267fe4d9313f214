"""The codes of an overlay check in words of both languages."""

from __future__ import annotations

from typing import Final

from pilotzones.geo.messages import Language, translate

__all__ = ["name_overlay_class", "name_overlay_reason"]

_REASON_KEYS: Final = {"GCJ-02": "gcj02", "BD-09": "bd09"}


def name_overlay_class(value: str, lang: Language) -> str:
    """Name a class of conflicts.

    Parameters
    ----------
    value : str
        Of `pilotzones.geo.overlay.models.ConflictClass`.
    lang : {"zh", "en"}

    Returns
    -------
    str
    """
    return translate(f"overlay_class_{value}", lang)


def name_overlay_reason(value: str, lang: Language) -> str:
    """Name the reason of a conflict.

    Parameters
    ----------
    value : str
        Of `pilotzones.geo.overlay.reasons.REASONS`.
    lang : {"zh", "en"}

    Returns
    -------
    str
        Empty where the reason is unknown.
    """
    return translate(f"overlay_reason_{_REASON_KEYS.get(value, value)}", lang) if value else ""
