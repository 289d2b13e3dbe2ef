"""One model of two heads: category (taxonomy) and ordinal internal risk level, both linear and exactly explainable."""

from risk_model.scoring.doubts import Doubt
from risk_model.scoring.fields import ScoringFields
from risk_model.scoring.judgements import Judgements
from risk_model.scoring.runtime import RiskModel

__all__ = ["Doubt", "Judgements", "RiskModel", "ScoringFields"]
