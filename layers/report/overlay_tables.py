"""The tables of an overlay check in the words of a reader, for the page and for the map in one file."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from pilotzones.geo.messages import Language, translate
from pilotzones.geo.overlay.grouping import WHOLE
from pilotzones.geo.overlay.models import ConflictClass, OverlayResult
from pilotzones.layers.labels import name_overlay_class, name_overlay_reason

__all__ = ["build_overlay_tables", "describe_rule", "summarize"]

_MOST_SHOWN: Final = 20


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
        or_area=translate("overlay_rule_area", lang, area=f"{rules.min_area_m2:g}") if rules.min_area_m2 else "",
        elongation=f"{rules.elongation:g}",
    )


def build_overlay_tables(result: OverlayResult, lang: Language) -> dict[str, pd.DataFrame]:
    """Build the tables of a check by their titles.

    Parameters
    ----------
    result : OverlayResult
    lang : {"zh", "en"}

    Returns
    -------
    dict of str to DataFrame
        The largest conflicts; both rates; the rates at half, once and twice the width threshold; and what is wrong inside
        the layers. A table may be empty.
    """
    shown = min(_MOST_SHOWN, len(result.conflicts))
    sensitivity = _build_rate_columns(result.sensitivity, lang, by=False)
    sensitivity.insert(0, translate("overlay_col_threshold", lang), result.sensitivity["width_m"].to_numpy())
    return {
        translate("overlay_largest", lang, count=shown): _build_largest_table(result.conflicts.head(_MOST_SHOWN), lang),
        translate("overlay_rates", lang): _build_rate_columns(result.rates, lang, by=True),
        translate("overlay_sensitivity", lang): sensitivity,
        translate("overlay_faults", lang): _build_fault_table(result.faults, lang),
    }


def _build_rate_columns(rates: pd.DataFrame, lang: Language, *, by: bool) -> pd.DataFrame:
    groups: dict[str, Any] = {}
    if by:
        groups = {"by": [_name_grouping(name, lang) for name in rates["by"]], "group": _name_groups(rates, lang)}
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
    return _head_columns(columns, lang)


def _head_columns(columns: dict[str, Any], lang: Language) -> pd.DataFrame:
    return pd.DataFrame({translate(f"overlay_col_{name}", lang): list(cells) for name, cells in columns.items()})


def _name_groups(rates: pd.DataFrame, lang: Language) -> list[str]:
    """Name the groups; the whole layer, and what lies in no county or zone or has an empty cell, have no name of their own."""
    none, whole = translate("overlay_group_none", lang), translate("overlay_group_all", lang)
    pairs = zip(rates["by"], rates["group"], strict=True)
    return [whole if by == WHOLE else group or none for by, group in pairs]


def _name_grouping(name: str, lang: Language) -> str:
    return translate(f"overlay_col_{name}", lang) if name in (WHOLE, "county", "zone") else name


def _to_percent(rates: pd.Series) -> pd.Series:
    return (rates.astype(float) * 100).round(2)


def _build_largest_table(rows: pd.DataFrame, lang: Language) -> pd.DataFrame:
    places = {name: rows[name] for name in ("county", "zone") if (rows[name] != "").any()}
    columns: dict[str, Any] = {
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
    return _head_columns(columns, lang)


def _build_fault_table(rows: pd.DataFrame, lang: Language) -> pd.DataFrame:
    columns: dict[str, Any] = {
        "layer": rows["layer"],
        "fault": [translate(f"overlay_fault_{value}", lang) for value in rows["fault"]],
        "a": rows["first_id"],
        "b": rows["second_id"],
        "area_m2": rows["area_m2"].round(2),
        "inner_width": rows["inner_width_m"].round(2),
    }
    return _head_columns(columns, lang)
