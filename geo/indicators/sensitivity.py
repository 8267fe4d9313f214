"""How much scores and ranks depend on the weights: intervals from drawn weights, and which indicator moves which place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pilotzones.geo.errors import IndicatorError, make_problem
from pilotzones.geo.indicators.evaluation import Evaluation, aggregate, rank_scores

__all__ = ["Sensitivity", "analyse_sensitivity"]

_QUANTILES: Final = (0.05, 0.5, 0.95)
# The same evaluation has the same draws.
_SEED: Final = 1
_SOBOL_BASE: Final = 256


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What changes when the weights do.

    `ranks` has for each place the rank and its 5th, 50th and 95th percentile over the drawn weights; `effects` the total Sobol
    index of each weight on each place's score (shares of its variance, so that the largest is what moves the place
    most); `without` the rank of each place when one indicator is left out.
    """

    draws: int
    spread: float
    ranks: pd.DataFrame
    effects: pd.DataFrame
    without: pd.DataFrame

    def name_strongest(self) -> pd.Series:
        """Name the indicator whose weight moves each place most; a dash where none does."""
        most = self.effects.fillna(-1).idxmax(axis=1)
        return most.where(self.effects.notna().any(axis=1), "–").rename("moved_most_by")


def analyse_sensitivity(evaluation: Evaluation, *, draws: int = 1000, spread: float = 0.25) -> Sensitivity:
    """Draw weights around those of an evaluation and see what becomes of the ranks.

    Every weight is varied by ±`spread` of itself, independently and evenly, and the weights are brought to sum one again
    (Saisana, Saltelli and Tarantola 2005, Journal of the Royal Statistical Society A 168(2); draws and Sobol indices by SALib).

    Parameters
    ----------
    evaluation : Evaluation
    draws : int, optional
        Latin hypercube draws for the intervals.
    spread : float, optional
        Share of a weight, over 0 and at most 1.

    Returns
    -------
    Sensitivity

    Raises
    ------
    IndicatorError
        When `draws` or `spread` makes no sense.
    """
    # SALib imports scipy and matplotlib, which other commands need not wait for.
    from SALib.sample import latin

    if not 10 <= draws <= 100_000:
        raise IndicatorError(make_problem("", "weight_draws", facts={"draws": f"{draws:,}"}))
    if not 0 < spread <= 1:
        raise IndicatorError(make_problem("", "weight_spread", facts={"spread": f"{spread:g}"}))
    weights = evaluation.weights.to_numpy()
    problem = {
        "num_vars": len(weights),
        "names": list(evaluation.weights.index),
        "bounds": [[1 - spread, 1 + spread]] * len(weights),
    }
    drawn = latin.sample(problem, draws, seed=_SEED)
    ranks = _rank_rows(_score(evaluation, drawn))
    return Sensitivity(
        draws,
        spread,
        _summarise(evaluation, ranks),
        _find_effects(evaluation, problem),
        _leave_out_each(evaluation),
    )


def _score(evaluation: Evaluation, factors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute scores under weights that are multiplied by factors, shape (sets, places)."""
    weights = evaluation.weights.to_numpy() * factors
    weights /= weights.sum(axis=1, keepdims=True)
    return aggregate(evaluation.normalised.to_numpy(), weights, evaluation.rules)


def _rank_rows(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    return pd.DataFrame(scores).round(12).rank(axis=1, method="min", ascending=False).to_numpy()


def _summarise(evaluation: Evaluation, ranks: NDArray[np.float64]) -> pd.DataFrame:
    low, middle, high = np.nanquantile(ranks, _QUANTILES, axis=0, method="nearest") if ranks.size else ([], [], [])
    frame = pd.DataFrame(
        {"rank": evaluation.ranks, "rank_p05": low, "rank_p50": middle, "rank_p95": high}, index=evaluation.scores.index
    )
    return frame.astype("Int64")


def _find_effects(evaluation: Evaluation, problem: dict[str, object]) -> pd.DataFrame:
    from SALib.analyze import sobol
    from SALib.sample import sobol as sobol_sample

    factors = sobol_sample.sample(problem, _SOBOL_BASE, calc_second_order=False, seed=_SEED)
    scores = _score(evaluation, factors)
    rows = {}
    for place, column in zip(evaluation.scores.index, scores.T, strict=True):
        if np.isnan(column).any() or np.ptp(column) < 1e-12:
            rows[place] = np.full(len(evaluation.weights), np.nan)
            continue
        found = sobol.analyze(problem, column, calc_second_order=False, num_resamples=2, seed=_SEED)
        rows[place] = np.clip(found["ST"], 0, None)
    return pd.DataFrame.from_dict(rows, orient="index", columns=evaluation.weights.index)


def _leave_out_each(evaluation: Evaluation) -> pd.DataFrame:
    """Rank without each indicator; with two indicators there is nothing left to combine."""
    rules = evaluation.rules
    columns = {}
    for left_out in evaluation.weights.index:
        names = [name for name in evaluation.weights.index if name != left_out]
        weights = evaluation.weights[names].to_numpy()
        weights = weights / weights.sum() if weights.sum() > 0 else np.full(len(names), 1 / len(names))
        scores = aggregate(evaluation.normalised[names].to_numpy(), weights[np.newaxis], rules)[0]
        columns[left_out] = rank_scores(pd.Series(scores, index=evaluation.scores.index))
    return pd.DataFrame(columns)
