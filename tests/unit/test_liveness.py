"""Liveness as timelines: looks at a worker, and the reason to restart it, if any."""

import pytest
from faust.types import TP

from streams.delivery import PartitionProgress
from streams.liveness import Liveness, LivenessPolicy

A, B = TP("t", 0), TP("t", 1)
POLICY = LivenessPolicy(check_every=10, stuck_after=30, deaf_after=100)


def at(position: int, frontier: int | None = None, committed: int | None = None, asks: int = 0) -> PartitionProgress:
    """Progress; acknowledged and committed up to the position unless told otherwise."""
    frontier = position if frontier is None else frontier
    return PartitionProgress(position, frontier, frontier if committed is None else committed, asks)


@pytest.mark.parametrize(
    ("looks", "reason"),
    [
        # second, progress, end offsets (None: no answer), rebalancing
        ([(t, {A: at(5)}, {A: 5}, False) for t in range(0, 500, 10)], None),  # idle for ever is fine
        ([(t, {A: at(5 + t)}, {A: 9999}, False) for t in range(0, 500, 10)], None),  # far behind, but moving
        ([(t, {A: at(5, asks=t)}, {A: 6}, False) for t in range(0, 50, 10)], "nothing fetched"),
        ([(t, {A: at(5)}, {A: 6}, False) for t in range(0, 50, 10)], "nothing fetched"),  # the fetcher is gone
        (  # no room, because of the other partition's batches in work
            [(t, {A: at(5), B: at(9999, frontier=t)}, {A: 6}, False) for t in range(0, 500, 10)],
            None,
        ),
        ([(t, {A: at(5, frontier=3)}, {A: 5}, False) for t in range(0, 50, 10)], "batches in work"),
        (  # a slow handler that is busy with the other partition
            [(t, {A: at(5, frontier=3), B: at(9999, frontier=t)}, {}, False) for t in range(0, 500, 10)],
            None,
        ),
        ([(t, {A: at(5, committed=3)}, {A: 5}, False) for t in range(0, 50, 10)], "not committed"),
        ([(t, {A: at(5 + t), B: at(5, asks=t)}, {A: 9999, B: 6}, False) for t in range(0, 50, 10)], "t/1 stands still"),
        (  # revoked and assigned again
            [(0, {A: at(5)}, {A: 6}, False), (20, {}, {}, False), (40, {A: at(5, asks=9)}, {A: 6}, False)],
            None,
        ),
        ([(t, {}, {}, True) for t in range(0, 50, 10)], "rebalance has not finished"),
        ([(t, {}, {}, t % 20 == 0) for t in range(0, 200, 10)], None),  # many short rebalances
        ([(t, {A: at(5)}, None, False) for t in range(0, 90, 10)], None),  # the broker is away for a while
        ([(t, {A: at(5)}, None, False) for t in range(0, 150, 10)], "no answer from the broker"),
    ],
)
def test_judgement(looks, reason):
    """The first reason of the timeline."""
    liveness = Liveness(POLICY)
    reasons = [liveness.judge(progress, ends, rebalancing, float(t)) for t, progress, ends, rebalancing in looks]
    found = next((found for found in reasons if found), None)
    assert found is None if reason is None else found is not None and reason in found
