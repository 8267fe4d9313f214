"""Notes on method and provenance that every report, workbook and page ends with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pilotzones.geo.audit.tolerances import get_member_tolerance, get_zone_tolerance
from pilotzones.geo.messages import Language, translate
from pilotzones.layers.labels import (
    get_source_name,
    label,
)

__all__ = ["build_provenance_rows", "list_method_notes"]

_NOTES: Final = ("area", "tolerance", "reasons", "readings", "limits", "references")


def list_method_notes(lang: Language) -> list[dict[str, Any]]:
    """List the method notes: heading and paragraphs each.

    Parameters
    ----------
    lang : {"zh", "en"}

    Returns
    -------
    list of dict
        With the tolerances that are in force.
    """
    figures = {
        "absolute": f"{get_zone_tolerance(0).absolute_km2:g}",
        "zone": f"{100 * get_zone_tolerance(0).relative:g}",
        "inland": f"{100 * get_member_tolerance(0, coastal=False).relative:g}",
        "coast": f"{100 * get_member_tolerance(0, coastal=True).relative:g}",
    }
    return [
        {
            "heading": translate(f"note_{name}_heading", lang),
            "paragraphs": (
                translate("note_tolerance", lang, **figures) if name == "tolerance" else translate(f"note_{name}", lang)
            ).split(" | "),
        }
        for name in _NOTES
    ]


def build_provenance_rows(provenance: Mapping[str, object], lang: Language) -> list[list[str]]:
    """Build provenance as label and text, without what is unknown.

    Parameters
    ----------
    provenance : mapping
        Of `pilotzones.geo.export.build_provenance`.
    lang : {"zh", "en"}

    Returns
    -------
    list of list of str
    """
    known: dict[str, Any] = {key: value for key, value in provenance.items() if value not in (None, "", [], {})}
    title, title_en = known.pop("title", ""), known.pop("title_en", "")
    known["programme"] = f"{title} · {title_en} ({known.get('programme', '')})"
    known["boundary_source"] = get_source_name(str(known["boundary_source"]), lang)
    known["area_method"] = label("method", str(known["area_method"]), lang)
    if isinstance(known.get("filter"), Mapping):
        known["filter"] = "; ".join(f"{key} = {value}" for key, value in known["filter"].items())
    return [[label("provenance", key, lang), str(value)] for key, value in known.items()]
