"""How good a model is on examples it has not seen: measures, their uncertainty, and where they differ.

``evaluate`` judges examples and measures; ``Evaluation`` is what a manifest and a card keep of it.
"""

from risk_model.scoring.evaluation.budget import Budget
from risk_model.scoring.evaluation.calibration import calibration_error
from risk_model.scoring.evaluation.evaluate import evaluate
from risk_model.scoring.evaluation.result import (
    BudgetMeasure,
    ClassMeasure,
    Confused,
    Estimate,
    Evaluation,
    LearningPoint,
    ReliabilityBin,
    Slice,
)
from risk_model.scoring.evaluation.settings import EvaluationSettings

__all__ = [
    "Budget",
    "BudgetMeasure",
    "ClassMeasure",
    "Confused",
    "Estimate",
    "Evaluation",
    "EvaluationSettings",
    "LearningPoint",
    "ReliabilityBin",
    "Slice",
    "calibration_error",
    "evaluate",
]
