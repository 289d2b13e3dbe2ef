"""CUSUM of counts for slow drifts, for many series at once (Rossi, Lampugnani and Marchi 1999; Pierce and Schafer 1986).

Counts are made roughly standard normal under the in-control mean, then ``C_t = max(0, C_(t-1) + z_t - k)`` adds up what exceeds the reference
value; an alarm is ``C_t >= h``. Equal to ``algo.cusum`` of R's surveillance 1.20.3, which does not start anew after an alarm, except for one bound:
where the sum before is so large that any count is an alarm, R's bound of ``rossi`` is the root of the wrong sign, squared; here it is 0.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from risk_model.trends.bounds import Counts, Flags, Floats, count_matrix
from risk_model.trends.in_control import checked_mean

Transformation = Literal["standard", "rossi", "anscombe"]


@dataclass(frozen=True, slots=True)
class CusumSettings:
    """Settings of the CUSUM.

    Args:
        reference: ``k``, half the shift to be found, in standard deviations, positive.
        decision: ``h``, the sum that is an alarm, positive.
        transformation: ``standard`` ``(x - m) / sqrt(m)``, ``rossi`` ``(x - 3 m + 2 sqrt(m x)) / (2 sqrt(m))`` or
            ``anscombe`` ``3/2 (x^(2/3) - m^(2/3)) / m^(1/6)``.
        restart: whether the sum starts at 0 again after an alarm.
        r_quirks: R's bound of ``rossi`` where any count is an alarm (see above); alarms are the same.
    """

    reference: float = 1.04
    decision: float = 2.26
    transformation: Transformation = "rossi"
    restart: bool = False
    r_quirks: bool = False

    def __post_init__(self) -> None:
        if self.reference <= 0 or self.decision <= 0:
            raise ValueError(
                f"k 与 h 须为正，收到 k={self.reference}，h={self.decision} / "
                f"reference and decision must be positive, got {self.reference} and {self.decision}"
            )
        if self.transformation not in STANDARDISED:
            raise ValueError(
                f"transformation 应为 {list(STANDARDISED)} 之一，收到 {self.transformation!r} / unknown transformation"
            )


@dataclass(frozen=True, slots=True)
class Cusum:
    """The sums and what they mean, all of shape (n_series, n_time).

    Args:
        statistic: ``C_t``.
        upper: smallest count that would have been an alarm (whole for ``standard``), 0 where any count would.
        alarms: whether ``C_t`` reached ``h``.
    """

    statistic: Floats
    upper: Floats
    alarms: Flags


def _standard(x: Floats, m: Floats) -> Floats:
    return (x - m) / np.sqrt(m)


def _rossi(x: Floats, m: Floats) -> Floats:
    scaled: Floats = (x - 3 * m + 2 * np.sqrt(m * x)) / (2 * np.sqrt(m))
    return scaled


def _anscombe(x: Floats, m: Floats) -> Floats:
    return 1.5 * (x ** (2 / 3) - m ** (2 / 3)) / m ** (1 / 6)


def _standard_count(z: Floats, m: Floats) -> Floats:
    return np.ceil(np.maximum(m + z * np.sqrt(m), 0.0))


def _rossi_count(z: Floats, m: Floats) -> Floats:
    return np.maximum(_rossi_root(z, m), 0.0) ** 2


def _rossi_root(z: Floats, m: Floats) -> Floats:
    inside = 4 * m + 2 * z * np.sqrt(m)
    root: Floats = np.where(inside >= 0, np.sqrt(np.maximum(inside, 0.0)) - np.sqrt(m), 0.0)
    return root


def _anscombe_count(z: Floats, m: Floats) -> Floats:
    return np.maximum(m ** (2 / 3) + z * m ** (1 / 6) / 1.5, 0.0) ** 1.5


Of = Callable[[Floats, Floats], Floats]
STANDARDISED: Mapping[str, tuple[Of, Of]] = MappingProxyType(
    {
        "standard": (_standard, _standard_count),
        "rossi": (_rossi, _rossi_count),
        "anscombe": (_anscombe, _anscombe_count),
    }
)


def cusum(counts: Counts, in_control: Floats, settings: CusumSettings | None = None) -> Cusum:
    """Run the CUSUM over every series from its first column.

    Args:
        counts: shape (n_series, n_time).
        in_control: mean of each count when nothing is wrong, positive, of a shape that broadcasts to that of ``counts``.
        settings: see ``CusumSettings``.

    Raises:
        ValueError: an in-control mean that is not positive; a series that never had a case has no CUSUM.
    """
    settings = settings or CusumSettings()
    counts = count_matrix(counts)
    mean = checked_mean(in_control, counts.shape)
    forward, back = STANDARDISED[settings.transformation]
    excess = forward(counts.astype(np.float64), mean) - settings.reference
    statistic = np.empty(counts.shape)
    before = np.zeros(counts.shape)
    sums = np.zeros(len(counts))
    for t in range(counts.shape[1]):
        before[:, t] = sums
        sums = np.maximum(sums + excess[:, t], 0.0)
        statistic[:, t] = sums
        if settings.restart:
            sums = np.where(sums >= settings.decision, 0.0, sums)
    missing = settings.decision + settings.reference - before
    upper = back(missing, mean)
    if settings.r_quirks and settings.transformation == "rossi":
        upper = _rossi_root(missing, mean) ** 2
    return Cusum(statistic, upper, statistic >= settings.decision)
