"""How often alerts were right, as officials said when they closed them: in all, by kind, rule or detector, model, agency and county."""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from risk_model.alerts.status import DUPLICATE, FALSE_ALARM, TRUE
from risk_model.shares import wilson

CONFIDENCE = 0.95
GROUPS = ("kind", "rule", "model", "agency", "county")


class ClosedAlert(msgspec.Struct, frozen=True):
    """A closed alert, and what it can be counted by.

    Attributes:
        rules: codes of its reasons, and methods of the detectors that found its trends.
        agencies: sources of the events behind it.
        models: versions of the models that judged the events it was raised for.
    """

    outcome: str
    kind: str
    county: str
    rules: tuple[str, ...]
    agencies: tuple[str, ...]
    models: tuple[str, ...] = ()


class Precision(msgspec.Struct, frozen=True):
    """Share of right alerts among those found right or false; duplicates say nothing of it and are counted apart.

    Attributes:
        true, false_alarm, duplicate: numbers of closed alerts.
        share: in [0, 1]; None without alerts found right or false.
        low, high: Wilson interval of ``share``; None as it.
    """

    true: int
    false_alarm: int
    duplicate: int
    share: float | None
    low: float | None
    high: float | None


class PrecisionTable(msgspec.Struct, frozen=True):
    """Precision in all, and by each of ``GROUPS``: name and precision, the most alerts first. An alert with several reasons counts in each."""

    overall: Precision
    groups: dict[str, tuple[tuple[str, Precision], ...]]


def precision_table(closed: Iterable[ClosedAlert], confidence: float = CONFIDENCE) -> PrecisionTable:
    """Precision of closed alerts.

    Args:
        closed: in any order.
        confidence: of the intervals.
    """
    overall: dict[str, int] = defaultdict(int)
    groups: dict[str, dict[str, dict[str, int]]] = {name: {} for name in GROUPS}
    for alert in closed:
        overall[alert.outcome] += 1
        named = {
            "kind": (alert.kind,),
            "rule": alert.rules,
            "model": alert.models,
            "agency": alert.agencies,
            "county": (alert.county,),
        }
        for name, values in named.items():
            for value in set(values):
                groups[name].setdefault(value, defaultdict(int))[alert.outcome] += 1
    shown = {
        name: tuple(
            (value, _precision(counts, confidence))
            for value, counts in sorted(found.items(), key=lambda item: (-sum(item[1].values()), item[0]))
        )
        for name, found in groups.items()
    }
    return PrecisionTable(_precision(overall, confidence), shown)


def _precision(counts: dict[str, int], confidence: float) -> Precision:
    right, wrong = counts.get(TRUE, 0), counts.get(FALSE_ALARM, 0)
    judged = right + wrong
    low, high = wilson(right, judged, confidence) if judged else (None, None)
    share = right / judged if judged else None
    return Precision(right, wrong, counts.get(DUPLICATE, 0), share, low, high)
