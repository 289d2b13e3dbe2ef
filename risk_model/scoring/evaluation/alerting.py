"""Recall and precision at each alert budget, with intervals."""

import numpy as np

from risk_model.scoring.evaluation.bootstrap import Measured
from risk_model.scoring.evaluation.budget import Budget, Ranking, period_sums, ranking, spend_by_period, spend_on_rows
from risk_model.scoring.evaluation.judged import Floats, Judged
from risk_model.scoring.evaluation.result import BudgetMeasure
from risk_model.scoring.evaluation.settings import EvaluationSettings


def budget_measures(judged: Judged, settings: EvaluationSettings) -> tuple[BudgetMeasure, ...]:
    """Measures at each budget of the settings for which there are rows: a level label, and for days and weeks a time."""
    ranked = [(budget, ranking(judged, budget)) for budget in settings.budgets]
    return tuple(_measure(budget, order, judged, settings) for budget, order in ranked if len(order.order))


def _measure(budget: Budget, ranked: Ranking, judged: Judged, settings: EvaluationSettings) -> BudgetMeasure:
    """One budget. What is resampled is what the budget is spent on: events where it is a share of all, else whole days or weeks."""
    by_period = period_sums(ranked)

    def periods(weights: Floats) -> dict[str, Floats]:
        return spend_by_period(by_period, weights).measures

    def rows(weights: Floats) -> dict[str, Floats]:
        return spend_on_rows(ranked, weights).measures

    one = budget.period == "all"
    unit, count = (rows, judged.rows) if one else (periods, len(by_period))
    measured = Measured.of(unit, count, settings.resamples, settings.confidence, settings.seed)
    spent = spend_by_period(by_period, np.ones((len(by_period), 1)))
    return BudgetMeasure(
        budget=str(budget),
        looked=int(spent.looked[0]),
        grave=int(spent.grave[0]),
        red=int(spent.red[0]),
        grave_recall=measured.estimate("grave_recall"),
        red_recall=measured.estimate("red_recall"),
        precision=measured.estimate("precision"),
        ceiling=measured.value("ceiling"),
    )
