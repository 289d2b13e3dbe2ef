"""Offset ledger of one partition: what was delivered, what was acknowledged, what may be committed.

A batch is delivered and acknowledged as one range. The committable offset is the first offset of
the oldest range that is not acknowledged yet, or the read position when none is open. Gaps inside
or between ranges (compaction, transaction markers) hold no readable record, so they need no entry
of their own: whatever could be read below the committable offset has been acknowledged.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass


@dataclass(slots=True)
class _OpenRange:
    last_offset: int
    size_bytes: int
    delivered_at: float
    acknowledged: bool = False


class OffsetLedger:
    """Bookkeeping of one partition between two seeks.

    A seek, a revocation and a new assignment each start a *new* ledger; a batch keeps the ledger it
    was delivered under, so an acknowledgement that arrives after such a change meets a ledger
    nobody commits from any more. That is the whole stale-acknowledgement check.

    Args:
        position: offset of the next record to deliver.
        committed: offset the group has committed, or None when it never committed.
    """

    def __init__(self, position: int, committed: int | None) -> None:
        if position < 0:
            raise ValueError(f"position: got {position}, expected an offset >= 0")
        self.position = position
        self.committed = committed
        self._open: OrderedDict[int, _OpenRange] = OrderedDict()
        self.open_bytes = 0

    @property
    def open_ranges(self) -> int:
        """Number of ranges that still hold the committable offset back."""
        return len(self._open)

    @property
    def oldest_delivered_at(self) -> float | None:
        """Delivery time (loop seconds) of the oldest open range, None when nothing is open."""
        return next(iter(self._open.values())).delivered_at if self._open else None

    def deliver(self, first_offset: int, last_offset: int, size_bytes: int, at: float) -> None:
        """Open the range [first_offset, last_offset].

        Raises:
            ValueError: the range lies before the position (it would be delivered twice) or is empty.
        """
        if not self.position <= first_offset <= last_offset:
            raise ValueError(
                f"range: got [{first_offset}, {last_offset}], "
                f"expected first <= last and first >= position {self.position}"
            )
        self._open[first_offset] = _OpenRange(last_offset, size_bytes, at)
        self.open_bytes += size_bytes
        self.position = last_offset + 1

    def advance(self, position: int) -> None:
        """Move the position over offsets that hold no readable record.

        Raises:
            ValueError: the position would move backwards.
        """
        if position < self.position:
            raise ValueError(f"position: got {position}, expected >= {self.position}")
        self.position = position

    def acknowledge(self, first_offset: int) -> bool:
        """Close the range that starts at `first_offset`; False when it is not open (a second call)."""
        entry = self._open.get(first_offset)
        if entry is None or entry.acknowledged:
            return False
        entry.acknowledged = True
        self.open_bytes -= entry.size_bytes
        while self._open:
            oldest_first, oldest = next(iter(self._open.items()))
            if not oldest.acknowledged:
                break
            del self._open[oldest_first]
        return True

    @property
    def frontier(self) -> int:
        """Everything readable below this offset has been acknowledged."""
        return next(iter(self._open)) if self._open else self.position

    def committable(self) -> int | None:
        """The frontier when it is ahead of what the group has committed, else None."""
        frontier = self.frontier
        if self.committed is None or frontier > self.committed:
            return frontier
        return None

    def mark_committed(self, offset: int) -> None:
        """Note that the broker accepted `offset`."""
        if self.committed is None or offset > self.committed:
            self.committed = offset
