"""The profile of a body of events: compact counts by source, small enough to lie beside a model."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from risk_model.quality.measures import OF_UNSEEN_TEXT, Binned, measured
from risk_model.quality.observed import Observed
from risk_model.quality.stability import Spread, dispersion, single_event
from risk_model.scoring.runtime import RiskModel

FORMAT = 1
EVERYTHING = ""
"""Name of the scope of all sources together."""

PERIODS = 6  # parts of the span between which ordinary variation is measured
LEAST_ROWS = 60  # sources with fewer events are profiled but teach nothing about variation
_DECIMALS = 3  # of fractions of events; a thousandth of an event is below all noise


class Scope(msgspec.Struct, frozen=True):
    """Events of one source (or all).

    Attributes:
        rows: number of events.
        counts: events by measure and bin; empty bins are left out.
        tau2: variance between periods by measure.
    """

    rows: int
    counts: dict[str, dict[str, float]]
    tau2: dict[str, float]


class Profile(msgspec.Struct, frozen=True):
    """What a body of events looks like.

    Attributes:
        format: layout of this document.
        model: version of the model that judged them.
        first, last: earliest and latest ``occurred_at``.
        scopes: by source; ``EVERYTHING`` for all.
        phi, rho: variation of a single event by measure (``stability.Spread``).
    """

    format: int
    model: str
    first: datetime
    last: datetime
    scopes: dict[str, Scope]
    phi: dict[str, float]
    rho: dict[str, float]

    def spread(self, scope: str, measure: str) -> Spread:
        """Variation of a measure within a scope."""
        return Spread(self.phi[measure], self.rho[measure], self.scopes[scope].tau2.get(measure, 0.0))

    @property
    def period_seconds(self) -> float:
        """Length of a period."""
        return max((self.last - self.first).total_seconds() / PERIODS, 1.0)


def profile(observed: Sequence[Observed], model: RiskModel, unseen: frozenset[str] | None = None) -> Profile:
    """Profile of events.

    Args:
        observed: events, in any order; the result does not depend on it.
        model: judges them.
        unseen: ids of the events the model did not learn from, None for all.

    Raises:
        ValueError: there are no events.
    """
    if not observed:
        raise ValueError("没有事件可供统计 / no events to profile")
    ordered = sorted(observed, key=lambda o: (o.occurred_at, o.event_id))
    sources = sorted({o.source for o in ordered if o.source})
    number = {source: place for place, source in enumerate(sources, start=1)}
    scope_of = np.array([number.get(o.source, 0) for o in ordered])  # 0: of no known source
    fresh = np.array([unseen is None or o.event_id in unseen for o in ordered])
    first, last = ordered[0].occurred_at, ordered[-1].occurred_at
    span = max((last - first).total_seconds(), 1.0)
    period = np.array(
        [min(int((o.occurred_at - first).total_seconds() / span * PERIODS), PERIODS - 1) for o in ordered]
    )
    names = [EVERYTHING, *sources]
    rows = [len(ordered), *np.bincount(scope_of, minlength=len(names))[1:].tolist()]
    counts: list[dict[str, dict[str, float]]] = [{} for _ in names]
    tau2: list[dict[str, float]] = [{} for _ in names]
    phi: dict[str, float] = {}
    rho: dict[str, float] = {}
    for measure, binned in measured(ordered, model).items():
        kept = fresh if measure in OF_UNSEEN_TEXT else np.ones(len(ordered), dtype=np.bool_)
        by_time = _cube(binned, scope_of, period, kept, len(names))
        one, rho[measure] = (round(value, 6) for value in single_event(binned.weights))
        phi[measure] = one
        variances = _variation(by_time, one)
        for scope, table in enumerate(by_time.sum(axis=1)):
            counts[scope][measure] = _filled(binned.labels, table)
            tau2[scope][measure] = variances[scope]
    scopes = {name: Scope(rows[i], counts[i], tau2[i]) for i, name in enumerate(names)}
    return Profile(FORMAT, model.version, first, last, scopes, phi, rho)


def _cube(
    binned: Binned, scope: NDArray[np.int64], period: NDArray[np.int64], kept: NDArray[np.bool_], scopes: int
) -> NDArray[np.float64]:
    """Events by scope, period and bin, shape (n_scopes, PERIODS, n_bins); scope 0 holds all of them."""
    rows = np.flatnonzero(kept)
    group = scope[rows] * PERIODS + period[rows]
    groups = sparse.csr_matrix((np.ones(rows.size), (group, rows)), shape=(scopes * PERIODS, len(scope)))
    cube: NDArray[np.float64] = (groups @ binned.weights).toarray().reshape(scopes, PERIODS, -1)
    cube[0] = cube.sum(axis=0)
    return cube


def _variation(by_time: NDArray[np.float64], phi: float) -> list[float]:
    """τ² of each scope: its own, or that of all sources pooled when that is greater."""
    own = {s: dispersion(by_time[s], phi) for s in range(len(by_time)) if by_time[s].sum() >= LEAST_ROWS}
    pooled = [found for s, found in own.items() if s] or list(own.values())
    beyond = sum(x - phi * f for x, f, _ in pooled)
    weight = sum(f * size for _, f, size in pooled)
    common = max(0.0, beyond / weight) if weight else 0.0
    result = []
    for s in range(len(by_time)):
        x, f, size = own.get(s, (0.0, 0, 0.0))
        result.append(round(max(common, (x - phi * f) / (f * size) if f else 0.0), 8))
    return result


def _filled(labels: Sequence[str], table: NDArray[np.float64]) -> dict[str, float]:
    return {
        label: round(value, _DECIMALS)
        for label, value in zip(labels, table.tolist(), strict=True)
        if round(value, _DECIMALS)
    }


def encode_profile(value: Profile) -> bytes:
    """JSON, the same bytes for the same profile; whole counts are written as whole numbers."""
    plain = msgspec.to_builtins(value)
    for scope in plain["scopes"].values():
        scope["counts"] = {
            name: {label: int(n) if n == int(n) else n for label, n in bins.items()}
            for name, bins in scope["counts"].items()
        }
    return msgspec.json.encode(plain, order="deterministic") + b"\n"


def decode_profile(value: bytes) -> Profile:
    """Profile from JSON; msgspec.DecodeError or ValidationError when it is not one."""
    return msgspec.json.decode(value, type=Profile)


def as_arrays(
    reference: Mapping[str, float], current: Mapping[str, float]
) -> tuple[list[str], NDArray[np.float64], NDArray[np.float64]]:
    """Bins of both, and the events of each in them."""
    labels = sorted({*reference, *current})
    before, now = (np.array([side.get(label, 0.0) for label in labels]) for side in (reference, current))
    return labels, before, now
