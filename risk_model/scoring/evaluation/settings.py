"""How an evaluation is made."""

import msgspec

from risk_model.scoring.evaluation.budget import Budget


class EvaluationSettings(msgspec.Struct, frozen=True):
    """Choices of an evaluation.

    Attributes:
        budgets: alert budgets to measure at.
        resamples: bootstrap resamples; 0 leaves the intervals out.
        confidence: of the intervals, within (0, 1).
        seed: of the resamples.
        text_lengths: rising lengths in characters where a new slice begins.
        most_slices: slices of a dimension at most, the smallest beyond are joined.
    """

    budgets: tuple[Budget, ...] = (Budget(0.01), Budget(0.02), Budget(0.05))
    resamples: int = 1_000
    confidence: float = 0.95
    seed: int = 0
    text_lengths: tuple[int, ...] = (50, 100, 200, 400)
    most_slices: int = 30

    def __post_init__(self) -> None:
        """Refuse settings without meaning."""
        if self.resamples < 0 or not 0 < self.confidence < 1 or self.most_slices < 2:
            raise ValueError(f"evaluation settings out of range: {self}")
        if list(self.text_lengths) != sorted(set(self.text_lengths)) or min(self.text_lengths, default=1) < 1:
            raise ValueError(f"text_lengths must rise, from 1 on, got {self.text_lengths}")
