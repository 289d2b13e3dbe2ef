"""What is usual in a county, learnt from its own closed days."""

from collections.abc import Sequence
from datetime import date

import msgspec
import numpy as np

from risk_model.surveillance.settings import TrendTable
from risk_model.surveillance.window import Days, Series


class Profile(msgspec.Struct, frozen=True):
    """Learnt baseline: mean daily rate and dispersion over the series of a level, and how many are watched."""

    series: int = 0
    rates: dict[str, float] = {}
    dispersion: float = 1.0


def level_of(series: Series) -> str:
    """Level of a series: region × depth of its measure."""
    region, measure = series
    place = "community" if "/" in region else str(len(region))
    return f"{place}|{measure.partition(':')[0]}{measure.count('/')}"


def learn(keys: Sequence[Series], counts: Days, first: date, triangle: Days | None, settings: TrendTable) -> Profile:
    """Profile from counts of shape (n_series, n_days)."""
    if not len(keys):
        return Profile()
    levels = np.array([level_of(key) for key in keys])
    means = counts.mean(axis=1)
    rates = {str(level): round(float(means[levels == level].mean()), 5) for level in np.unique(levels)}
    big = means >= 0.5
    ratio = float(np.median(counts[big].var(axis=1, ddof=1) / means[big])) if big.any() and counts.shape[1] > 1 else 1.0
    return Profile(len(keys), rates, round(max(1.0, ratio), 4))
