"""The tables of an overlay check in the words of a reader, for the page and for the map in one file."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from pilotzones.geo.messages import Language, translate
from pilotzones.geo.overlay.models import ConflictClass, OverlayResult
from pilotzones.layers.labels import name_overlay_class, name_overlay_reason

__all__ = [
    "MOST_SHOWN",
    "build_fault_table",
    "build_largest_table",
    "build_rate_table",
    "build_sensitivity_table",
    "describe_rule",
    "summarize",
]

MOST_SHOWN: Final = 20


def summarize(result: OverlayResult, lang: Language) -> str:
    """Count the conflicts, slivers, touches and faults in one sentence.

    Parameters
    ----------
    result : OverlayResult
    lang : {"zh", "en"}

    Returns
    -------
    str
    """
    counts = result.conflicts["class"].value_counts()
    real, edge, slivers = (
        int(counts.get(name.value, 0))
        for name in (ConflictClass.REAL_OVERLAP, ConflictClass.EDGE_DISAGREEMENT, ConflictClass.DRAFTING_SLIVER)
    )
    return translate(
        "overlay_summary",
        lang,
        conflicts=f"{real + edge:,}",
        real=f"{real:,}",
        edge=f"{edge:,}",
        slivers=f"{slivers:,}",
        touches=f"{result.touches:,}",
        faults=f"{len(result.faults):,}",
    )


def describe_rule(result: OverlayResult, lang: Language) -> str:
    """Say by what thresholds the classes were decided.

    Parameters
    ----------
    result : OverlayResult
    lang : {"zh", "en"}

    Returns
    -------
    str
    """
    rules = result.thresholds
    return translate(
        "overlay_rule",
        lang,
        width=f"{rules.width_m:g}",
        area=f"{rules.min_area_m2:g}",
        elongation=f"{rules.elongation:g}",
    )


def build_rate_table(result: OverlayResult, lang: Language) -> pd.DataFrame:
    """Make the table of both rates.

    Parameters
    ----------
    result : OverlayResult
    lang : {"zh", "en"}

    Returns
    -------
    DataFrame
    """
    return _build_rate_columns(result.rates, lang, by=True)


def build_sensitivity_table(result: OverlayResult, lang: Language) -> pd.DataFrame:
    """Make the table of the rates at half, once and twice the width threshold.

    Parameters
    ----------
    result : OverlayResult
    lang : {"zh", "en"}

    Returns
    -------
    DataFrame
    """
    table = _build_rate_columns(result.sensitivity, lang, by=False)
    table.insert(0, translate("overlay_col_threshold", lang), result.sensitivity["width_m"].to_numpy())
    return table


def _build_rate_columns(rates: pd.DataFrame, lang: Language, *, by: bool) -> pd.DataFrame:
    groups: dict[str, Any] = {}
    if by:
        groups = {"by": [_name_grouping(name, lang) for name in rates["by"]], "group": rates["group"]}
    columns: dict[str, Any] = {
        "layer": rates["layer"],
        **groups,
        "features": rates["features"],
        "in_conflict": rates["features_in_conflict"],
        "feature_rate": _to_percent(rates["feature_rate"]),
        "area": (rates["area_m2"] / 1e6).round(4),
        "conflict_area": (rates["conflict_area_m2"] / 1e6).round(4),
        "area_rate": _to_percent(rates["area_rate"]),
        "slivers": rates["drafting_sliver_count"],
    }
    return pd.DataFrame({translate(f"overlay_col_{name}", lang): list(cells) for name, cells in columns.items()})


def _name_grouping(name: str, lang: Language) -> str:
    if name == "all":
        return "–"
    return translate(f"overlay_col_{name}", lang) if name in ("county", "zone") else name


def _to_percent(rates: pd.Series) -> pd.Series:
    return (rates.astype(float) * 100).round(2)


def build_largest_table(result: OverlayResult, lang: Language) -> pd.DataFrame:
    """Make the table of the twenty largest conflicts.

    Parameters
    ----------
    result : OverlayResult
    lang : {"zh", "en"}

    Returns
    -------
    DataFrame
    """
    rows = result.conflicts.head(MOST_SHOWN)
    places = {name: rows[name] for name in ("county", "zone") if (rows[name] != "").any()}
    columns = {
        "id": rows["conflict_id"],
        "a": rows["a_id"],
        "b": rows["b_id"],
        "class": [name_overlay_class(value, lang) for value in rows["class"]],
        "reason": [name_overlay_reason(value, lang) for value in rows["reason"]],
        "area_m2": rows["area_m2"].round(2),
        "mean_width": rows["mean_width_m"].round(2),
        "inner_width": rows["inner_width_m"].round(2),
        "share_a": _to_percent(rows["share_of_a"]),
        "share_b": _to_percent(rows["share_of_b"]),
        **places,
    }
    return pd.DataFrame({translate(f"overlay_col_{name}", lang): list(cells) for name, cells in columns.items()})


def build_fault_table(result: OverlayResult, lang: Language) -> pd.DataFrame:
    """Make the table of what is wrong inside the layers.

    Parameters
    ----------
    result : OverlayResult
    lang : {"zh", "en"}

    Returns
    -------
    DataFrame
    """
    rows = result.faults
    columns = {
        "layer": rows["layer"],
        "fault": [translate(f"overlay_fault_{value}", lang) for value in rows["fault"]],
        "a": rows["first_id"],
        "b": rows["second_id"],
        "area_m2": rows["area_m2"].round(2),
        "inner_width": rows["inner_width_m"].round(2),
    }
    return pd.DataFrame({translate(f"overlay_col_{name}", lang): list(cells) for name, cells in columns.items()})
