"""Composite scores of places from several indicators, after the handbook of OECD and JRC.

OECD and JRC (2008), Handbook on Constructing Composite Indicators: Methodology and User Guide.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pilotzones.geo.errors import IndicatorError, make_problem

__all__ = [
    "AGGREGATIONS",
    "GAP_TREATMENTS",
    "NORMALISATIONS",
    "WEIGHTINGS",
    "Aggregation",
    "Evaluation",
    "EvaluationRules",
    "GapTreatment",
    "IndicatorRule",
    "Normalisation",
    "Weighting",
    "aggregate",
    "evaluate",
    "rank_scores",
]

Normalisation = Literal["min_max", "z_score", "rank"]
Aggregation = Literal["arithmetic", "geometric"]
Weighting = Literal["equal", "given", "entropy"]
GapTreatment = Literal["leave_out", "mean", "reweight"]
NORMALISATIONS: Final[tuple[Normalisation, ...]] = get_args(Normalisation)
AGGREGATIONS: Final[tuple[Aggregation, ...]] = get_args(Aggregation)
WEIGHTINGS: Final[tuple[Weighting, ...]] = get_args(Weighting)
GAP_TREATMENTS: Final[tuple[GapTreatment, ...]] = get_args(GapTreatment)
# A geometric mean with a zero is zero whatever the rest, so its scale begins above zero (handbook, section 6.11).
_GEOMETRIC_FLOOR: Final = 0.01


@dataclass(frozen=True, slots=True)
class IndicatorRule:
    """How one indicator counts.

    `direction` is 1 where more is better and -1 where less is; `lower` and `upper` are the bounds of min–max
    normalisation in the unit of the indicator, by default the observed ones; what lies outside counts as the bound.
    """

    id: str
    direction: Literal[1, -1] = 1
    weight: float = 1.0
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True, slots=True)
class EvaluationRules:
    """How indicators become scores; every choice is printed with the result."""

    indicators: tuple[IndicatorRule, ...]
    normalisation: Normalisation = "min_max"
    aggregation: Aggregation = "arithmetic"
    weighting: Weighting = "equal"
    gaps: GapTreatment = "leave_out"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores of places.

    `normalised` has a column an indicator on one scale, higher being better; `weights` sum to one; `scores` and `ranks` have
    a row a place (missing where a gap leaves it out); `gaps` are the missing values by place and indicator; `correlation` is
    Pearson's between the indicators as given.
    """

    rules: EvaluationRules
    normalised: pd.DataFrame
    weights: pd.Series
    scores: pd.Series
    ranks: pd.Series
    gaps: pd.DataFrame
    correlation: pd.DataFrame


def evaluate(values: pd.DataFrame, rules: EvaluationRules) -> Evaluation:
    """Score and rank places.

    Parameters
    ----------
    values : DataFrame
        A row a place, a column an indicator; missing where unknown.
    rules : EvaluationRules

    Returns
    -------
    Evaluation

    Raises
    ------
    IndicatorError
        When an indicator is missing or has no two different values, weights make no sense, or z-scores should be
        multiplied.
    """
    _check_rules(values, rules)
    used = values[[one.id for one in rules.indicators]].astype(float)
    gaps = used.isna()
    if rules.gaps == "mean":
        used = used.fillna(used.mean())
    normalised = pd.DataFrame({one.id: _normalise(used[one.id], one, rules) for one in rules.indicators})
    weights = _choose_weights(normalised, rules)
    scores = pd.Series(
        aggregate(normalised.to_numpy(), weights.to_numpy()[np.newaxis], rules)[0], index=values.index, name="score"
    )
    return Evaluation(rules, normalised, weights, scores, rank_scores(scores), gaps, values[used.columns].corr())


def _check_rules(values: pd.DataFrame, rules: EvaluationRules) -> None:
    names = [one.id for one in rules.indicators]
    if len(names) < 2:
        raise IndicatorError(make_problem("", "few_indicators"))
    if len(set(names)) != len(names):
        raise IndicatorError(make_problem("", "indicator_twice"))
    if unknown := [name for name in names if name not in values.columns]:
        facts = {"names": ", ".join(unknown), "known": ", ".join(map(str, values.columns))}
        raise IndicatorError(make_problem("", "indicator_unknown", facts=facts))
    if rules.normalisation == "z_score" and rules.aggregation == "geometric":
        raise IndicatorError(make_problem("", "z_scores"))
    if any(one.weight < 0 or not np.isfinite(one.weight) for one in rules.indicators):
        raise IndicatorError(make_problem("", "weight_number"))
    if rules.weighting == "given" and not any(one.weight for one in rules.indicators):
        raise IndicatorError(make_problem("", "weights_zero"))
    for one in rules.indicators:
        if values[one.id].nunique(dropna=True) < 2:
            raise IndicatorError(make_problem("", "same_values", facts={"name": one.id}))
        if one.lower is not None and one.upper is not None and one.lower >= one.upper:
            facts = {"name": one.id, "lower": f"{one.lower:g}", "upper": f"{one.upper:g}"}
            raise IndicatorError(make_problem("", "bounds_order", facts=facts))


def _normalise(column: pd.Series, rule: IndicatorRule, rules: EvaluationRules) -> pd.Series:
    """Bring an indicator to a scale on which higher is better (handbook, section 5)."""
    if rules.normalisation == "z_score":
        return (column - column.mean()) / column.std(ddof=0) * rule.direction
    if rules.normalisation == "rank":
        ranks = column.rank(method="average", ascending=rule.direction == 1)
        scaled = (ranks - 1) / (column.count() - 1)
    else:
        lower = column.min() if rule.lower is None else rule.lower
        upper = column.max() if rule.upper is None else rule.upper
        if lower >= upper:
            raise IndicatorError(make_problem("", "bounds_empty", facts={"name": rule.id}))
        scaled = ((column - lower) / (upper - lower)).clip(0, 1)
        scaled = scaled if rule.direction == 1 else 1 - scaled
    if rules.aggregation == "geometric":
        return _GEOMETRIC_FLOOR + (1 - _GEOMETRIC_FLOOR) * scaled
    return scaled


def _choose_weights(normalised: pd.DataFrame, rules: EvaluationRules) -> pd.Series:
    if rules.weighting == "given":
        weights = np.array([one.weight for one in rules.indicators], dtype=float)
    elif rules.weighting == "entropy":
        weights = _weigh_by_entropy(normalised)
    else:
        weights = np.ones(len(rules.indicators))
    return pd.Series(weights / weights.sum(), index=normalised.columns, name="weight")


def _weigh_by_entropy(normalised: pd.DataFrame) -> NDArray[np.float64]:
    """Weigh an indicator by how unevenly places have it (Shannon's entropy; Hwang and Yoon 1981, chapter 3.2).

    It rewards indicators that differ most between the places, whether they matter or not.
    """
    complete = normalised.dropna()
    shifted = complete - complete.min() + 1e-12
    shares = shifted / shifted.sum()
    entropy = -(shares * np.log(shares)).sum() / np.log(max(len(complete), 2))
    diversity: NDArray[np.float64] = (1 - entropy).clip(lower=0).to_numpy()
    return diversity if diversity.sum() > 0 else np.ones(len(diversity))


def aggregate(
    normalised: NDArray[np.float64], weights: NDArray[np.float64], rules: EvaluationRules
) -> NDArray[np.float64]:
    """Aggregate normalised indicators under one or many sets of weights.

    Parameters
    ----------
    normalised : ndarray of float, shape (places, indicators)
    weights : ndarray of float, shape (sets, indicators)
        Each row sums to one.
    rules : EvaluationRules

    Returns
    -------
    ndarray of float, shape (sets, places)
        Missing for a place with a gap; with ``reweight`` the weights of what it has count instead.
    """
    scale = np.log(normalised) if rules.aggregation == "geometric" else normalised
    known = ~np.isnan(scale)
    total = weights @ np.where(known, scale, 0.0).T
    held = weights @ known.T.astype(float)
    if rules.gaps == "reweight":
        mean = np.divide(total, held, out=np.full_like(total, np.nan), where=held > 0)
    else:
        mean = np.where(known.all(axis=1), total, np.nan)
    scores: NDArray[np.float64] = np.exp(mean) if rules.aggregation == "geometric" else mean
    return scores


def rank_scores(scores: pd.Series) -> pd.Series:
    """Rank scores, the highest being 1; equal scores share the better rank, missing ones have none.

    Parameters
    ----------
    scores : Series

    Returns
    -------
    Series
        Of whole numbers that may be missing.
    """
    return scores.round(12).rank(method="min", ascending=False).astype("Int64").rename("rank")
