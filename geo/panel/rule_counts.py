"""Count how many units each rule of a panel moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from pilotzones.geo.panel.rules import DEFAULT_HITS, HITS, PanelRules
from pilotzones.geo.panel.treatment import Treatment

__all__ = ["count_hits", "count_rules"]

# Hits of which a rule says whether they count.
_TURNED: Final = ("whole_prefecture", "host", "town")


def count_hits(treatments: Sequence[Treatment], grounds: Sequence[tuple[str, ...]], rules: PanelRules) -> pd.DataFrame:
    """Count the units by hit.

    Parameters
    ----------
    treatments : sequence of Treatment
    grounds : sequence of tuple of str
        Counties of today of each unit of the last year.
    rules : PanelRules

    Returns
    -------
    DataFrame
        Columns programme (with the suffix of a batch or task), hit, units, counts_as_treated.
    """
    rows: list[dict[str, Any]] = []
    for treatment in treatments:
        treated = [treatment.treat_unit(ground, rules) for ground in grounds]
        for hit in sorted(HITS):
            own = [one for one in treated if one.hit is not None and one.hit.hit == hit]
            if own:
                is_counted = any(one.ever for one in own)
                rows.append(_name_column(treatment) | {"hit": hit, "units": len(own), "counts_as_treated": is_counted})
    return pd.DataFrame(rows, columns=["programme", "hit", "units", "counts_as_treated"])


def count_rules(treatments: Sequence[Treatment], grounds: Sequence[tuple[str, ...]], rules: PanelRules) -> pd.DataFrame:
    """Count the units that a rule moves: those treated or dated otherwise under the opposite setting.

    Parameters
    ----------
    treatments, grounds, rules
        As of `count_hits`.

    Returns
    -------
    DataFrame
        Columns rule, setting, programme, units; a rule that moves no unit of a treatment has no row. The rule is the key of
        a message ``panel_rule_…``; the setting is "yes", "no" or a month.
    """
    rows: list[dict[str, Any]] = []
    for treatment in treatments:
        treated = [treatment.treat_unit(ground, rules) for ground in grounds]
        for rule, setting, other in _list_opposites(rules):
            moved = sum(
                one.ever != treatment.treat_unit(ground, other).ever
                for one, ground in zip(treated, grounds, strict=True)
            )
            rows.append({"rule": rule, "setting": setting, **_name_column(treatment), "units": moved})
        hits = [one.hit for one in treated if one.ever and one.hit is not None]
        undated = sum(hit.first_year is None for hit in hits)
        several = sum(len(hit.years) > 1 for hit in hits)
        unknown = sum(one.ever is None for one in treated)
        for rule, setting, units in (
            ("start_month", str(rules.start_month), sum(hit.is_shifted for hit in hits)),
            ("several_batches", "yes", several),
            ("no_date", "yes", undated),
            ("no_ground", "yes", unknown),
        ):
            rows.append({"rule": rule, "setting": setting, **_name_column(treatment), "units": units})
    table = pd.DataFrame(rows, columns=["rule", "setting", "programme", "units"])
    return table[table["units"] > 0].reset_index(drop=True)


def _list_opposites(rules: PanelRules) -> list[tuple[str, str, PanelRules]]:
    """List the rules that can be turned round, with their settings and the rules that has the opposite."""
    opposites: list[tuple[str, str, PanelRules]] = []
    for hit in HITS:
        if hit in _TURNED:
            counted = tuple(one for one in HITS if (one in rules.counted_hits) != (one == hit))
            setting = "yes" if hit in rules.counted_hits else "no"
            opposites.append((hit, setting, replace(rules, counted_hits=counted or DEFAULT_HITS[:1])))
    other = replace(
        rules,
        mergers="flag" if rules.counts_parts else "keep",
        counted_hits=tuple(hit for hit in rules.counted_hits if hit != "part"),
    )
    opposites.append(("part", "yes" if rules.counts_parts else "no", other))
    return opposites


def _name_column(treatment: Treatment) -> dict[str, str]:
    own = treatment.programme.id
    part = treatment.suffix.lstrip("p0123456789")
    return {"programme": f"{own} {part}" if part else own}
