"""The offset ledger: value tables first, then the law it exists for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.offsets import OffsetLedger


@pytest.mark.parametrize(
    ("position", "committed", "ranges", "acknowledged", "expected"),
    [
        # start, committed, delivered ranges, acknowledged by first offset, offset to commit
        (0, None, [], [], 0),  # a group that never committed pins its start
        (0, 0, [], [], None),
        (0, 0, [(0, 0)], [], None),
        (0, 0, [(0, 0)], [0], 1),  # offset 0 alone
        (0, None, [(0, 9)], [], 0),
        (5, 5, [(5, 9), (10, 19)], [5], 10),
        (5, 5, [(5, 9), (10, 19)], [10], None),  # the older range is open
        (5, 5, [(5, 9), (10, 19)], [10, 5], 20),
        (5, 5, [(7, 9), (15, 19)], [7], 15),  # gaps before and between: up to the next open range
        (5, 5, [(7, 9)], [7], 10),
    ],
)
def test_committable(position, committed, ranges, acknowledged, expected):
    """What may be committed after deliveries and acknowledgements."""
    ledger = OffsetLedger(position, committed)
    for first, last in ranges:
        ledger.deliver(first, last, 1, 0.0)
    for first in acknowledged:
        assert ledger.acknowledge(first)
    assert ledger.committable() == expected


def test_a_gap_at_the_end_is_committed_only_when_nothing_is_open():
    """Transaction markers after the last record."""
    ledger = OffsetLedger(0, 0)
    ledger.deliver(0, 4, 1, 0.0)
    ledger.advance(7)
    assert ledger.committable() is None
    ledger.acknowledge(0)
    assert ledger.committable() == 7
    ledger.mark_committed(7)
    assert ledger.committable() is None


def test_what_cannot_be_is_refused():
    """Backwards, twice, or empty."""
    ledger = OffsetLedger(10, 10)
    for first, last in [(9, 12), (12, 11)]:
        with pytest.raises(ValueError, match="range: got"):
            ledger.deliver(first, last, 1, 0.0)
    with pytest.raises(ValueError, match="expected >= 10"):
        ledger.advance(9)
    with pytest.raises(ValueError, match="expected an offset"):
        OffsetLedger(-1, None)
    assert not ledger.acknowledge(10)
    ledger.deliver(10, 11, 5, 0.0)
    assert ledger.acknowledge(10)
    assert not ledger.acknowledge(10)
    assert ledger.open_bytes == 0


@given(st.data())
def test_the_committed_offset_never_passes_an_unacknowledged_record(data):
    """Any order of deliveries (with gaps), acknowledgements and commits."""
    start = data.draw(st.integers(0, 50))
    ledger = OffsetLedger(start, data.draw(st.sampled_from([None, start])))
    readable: set[int] = set()
    done: set[int] = set()
    pending: list[tuple[int, int]] = []
    for _ in range(data.draw(st.integers(0, 40))):
        step = data.draw(st.sampled_from(["deliver", "advance", "acknowledge", "commit"]))
        if step == "deliver":
            first = ledger.position + data.draw(st.integers(0, 3))
            last = first + data.draw(st.integers(0, 5))
            ledger.deliver(first, last, last - first + 1, 0.0)
            readable.update(range(first, last + 1))
            pending.append((first, last))
        elif step == "advance":
            ledger.advance(ledger.position + data.draw(st.integers(0, 3)))
        elif step == "acknowledge" and pending:
            first, last = pending.pop(data.draw(st.integers(0, len(pending) - 1)))
            assert ledger.acknowledge(first)
            done.update(range(first, last + 1))
        elif step == "commit" and (offset := ledger.committable()) is not None:
            assert not {o for o in readable if o < offset} - done
            ledger.mark_committed(offset)
        assert ledger.open_bytes == len(readable - done)
    for first, _ in pending:
        ledger.acknowledge(first)
    assert ledger.frontier == ledger.position
    assert ledger.open_ranges == 0
