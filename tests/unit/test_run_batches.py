"""The agents' loop, on a stream made of a queue: grouping, retries, giving up, outdated batches."""

import asyncio
import threading
from types import SimpleNamespace

import pytest

from streams.batches import run_batches
from streams.handling import RetryPolicy
from streams.record_batch import RecordBatch

FAST = RetryPolicy(attempts=3, first_delay_seconds=0.0)


class Left(BaseException):
    """The process would have ended."""


class QueueStream:
    """What `run_batches` needs of a Faust stream."""

    def __init__(self) -> None:
        self.channel = SimpleNamespace(queue=asyncio.Queue())
        self.app = SimpleNamespace(should_stop=False)
        self.enable_acks = True
        self.acknowledged: list[RecordBatch] = []
        self.outdated: set[int] = set()

    def put(self, partition: int, first: int, count: int) -> None:
        records = [SimpleNamespace(topic="t", partition=partition, offset=first + i, value=b"") for i in range(count)]
        batch = RecordBatch(
            records, count, acknowledge=lambda: self.acknowledged.append(batch) or True,
            is_current=lambda: partition not in self.outdated,
        )  # fmt: skip
        self.channel.queue.put_nowait(batch)

    def __aiter__(self):
        return self._values()

    async def _values(self):
        while True:
            batch = await self.channel.queue.get()
            if batch is None:
                return
            yield batch


def _leave(reason: str):
    raise Left(reason)


def _spans(batches) -> list[tuple[int, int, int]]:
    return [(batch.partition, batch.first_offset, batch.last_offset) for batch in batches]


async def _run(stream: QueueStream, handle, **options) -> None:
    stream.channel.queue.put_nowait(None)
    await asyncio.wait_for(run_batches(stream, handle, leave=_leave, **({"retry": FAST} | options)), 5)


async def test_ready_batches_are_handled_together_up_to_the_limit():
    """Whole batches, in order, never more than max_records unless one alone is larger."""
    stream, calls = QueueStream(), []
    for partition, first, count in [(0, 0, 4), (1, 0, 4), (2, 0, 4), (0, 4, 30), (1, 4, 1)]:
        stream.put(partition, first, count)
    await _run(stream, lambda batches: calls.append(_spans(batches)), max_records=10)
    assert calls == [[(0, 0, 3), (1, 0, 3)], [(2, 0, 3)], [(0, 4, 33)], [(1, 4, 4)]]
    assert _spans(stream.acknowledged) == [span for call in calls for span in call]
    assert stream.enable_acks is False


async def test_a_single_batch_does_not_wait_for_more():
    """It is handled while the queue is empty."""
    stream, handled = QueueStream(), asyncio.Event()
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(
        run_batches(stream, lambda _: loop.call_soon_threadsafe(handled.set), leave=_leave, retry=FAST)
    )
    stream.put(0, 0, 1)
    await asyncio.wait_for(handled.wait(), 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_failure_is_repeated_and_acknowledged_once():
    """The same batches again; nothing is acknowledged before they are done."""
    stream, calls = QueueStream(), []

    def handle(batches) -> None:
        calls.append((_spans(batches), len(stream.acknowledged)))
        if len(calls) < 3:
            raise RuntimeError("not yet")

    stream.put(0, 0, 2)
    await _run(stream, handle)
    assert calls == [([(0, 0, 1)], 0)] * 3
    assert _spans(stream.acknowledged) == [(0, 0, 1)]


async def test_the_last_failure_leaves_the_process_without_acknowledging():
    """After `attempts` failures."""
    stream, calls = QueueStream(), []

    def handle(batches) -> None:
        calls.append(batches)
        raise RuntimeError("never")

    stream.put(0, 0, 2)
    with pytest.raises(Left, match=r"failed 3 times, last with RuntimeError"):
        await _run(stream, handle)
    assert len(calls) == 3
    assert stream.acknowledged == []


async def test_a_stop_does_not_wait_for_retries():
    """When the app stops, the first failure ends it."""
    stream = QueueStream()
    stream.app.should_stop = True
    stream.put(0, 0, 1)
    with pytest.raises(Left, match="failed 1 times"):
        await _run(stream, lambda _: 1 / 0)


async def test_outdated_batches_are_not_handled():
    """A revoked partition is left out, also between two attempts."""
    stream, calls = QueueStream(), []

    def handle(batches) -> None:
        calls.append(_spans(batches))
        if len(calls) == 1:
            stream.outdated.add(1)
            raise RuntimeError("revoked meanwhile")

    stream.outdated.add(0)
    for partition in (0, 1, 2):
        stream.put(partition, 0, 1)
    await _run(stream, handle)
    assert calls == [[(1, 0, 0), (2, 0, 0)], [(2, 0, 0)]]
    assert _spans(stream.acknowledged) == [(2, 0, 0)]


async def test_the_handler_keeps_one_thread():
    """It may own a database connection."""
    stream, threads = QueueStream(), set()
    for number in range(5):
        stream.put(0, number, 1)
    await _run(stream, lambda _: threads.add(threading.get_ident()), max_records=1)
    assert len(threads) == 1
    assert threads != {threading.get_ident()}


class Sending:
    """A handler whose effects are notes of what happened; `wait` raises as often as `failures` says for a first offset."""

    def __init__(self, stream: QueueStream, failures: dict[int, int] | None = None) -> None:
        self.stream, self.failures, self.notes = stream, dict(failures or {}), []

    def __call__(self, batches) -> SimpleNamespace:
        first = batches[0].first_offset
        self.notes.append(f"handle {first}")
        return SimpleNamespace(start=lambda: self.notes.append(f"start {first}"), wait=lambda: self._wait(first))

    def _wait(self, first: int) -> None:
        self.notes.append(f"wait {first}")
        assert all(batch.first_offset < first for batch in self.stream.acknowledged)
        if self.failures.get(first, 0) > 0:
            self.failures[first] -= 1
            raise RuntimeError("not durable")


async def test_an_effect_is_under_way_while_the_next_batches_are_handled():
    """Each starts after the one before is durable; the last is waited for at once."""
    stream = QueueStream()
    handler = Sending(stream)
    for number in range(3):
        stream.put(0, number, 1)
    await _run(stream, handler, max_records=1)
    assert handler.notes == [
        "handle 0", "start 0", "handle 1", "wait 0", "start 1", "handle 2", "wait 1", "start 2", "wait 2",
    ]  # fmt: skip
    assert _spans(stream.acknowledged) == [(0, 0, 0), (0, 1, 1), (0, 2, 2)]


async def test_an_effect_that_fails_is_made_anew_before_the_next_one_starts():
    """Output keeps the order of input, and every batch is acknowledged once, in order."""
    stream = QueueStream()
    handler = Sending(stream, {0: 2})
    for number in range(2):
        stream.put(0, number, 1)
    await _run(stream, handler, max_records=1)
    again = ["wait 0", "handle 0", "start 0"]
    assert handler.notes == ["handle 0", "start 0", "handle 1", *again, *again, "wait 0", "start 1", "wait 1"]
    assert _spans(stream.acknowledged) == [(0, 0, 0), (0, 1, 1)]


async def test_a_lasting_failure_of_an_effect_leaves_with_nothing_acknowledged_beyond():
    """What came before it is acknowledged; what comes after was handled and never started."""
    stream = QueueStream()
    handler = Sending(stream, {1: 3})
    for number in range(3):
        stream.put(0, number, 1)
    with pytest.raises(Left, match=r"failed 3 times, last with RuntimeError"):
        await _run(stream, handler, max_records=1)
    assert "start 2" not in handler.notes
    assert _spans(stream.acknowledged) == [(0, 0, 0)]


async def test_a_failing_handler_does_not_hold_up_the_effect_before():
    """The group before is settled before the pause."""
    stream, sending = QueueStream(), None

    def handle(batches):
        if batches[0].first_offset == 1:
            raise RuntimeError("never")
        return sending(batches)

    sending = Sending(stream)
    for number in range(2):
        stream.put(0, number, 1)
    with pytest.raises(Left, match=r"failed 3 times"):
        await _run(stream, handle, max_records=1)
    assert _spans(stream.acknowledged) == [(0, 0, 0)]


async def test_an_effect_that_cannot_start_is_handled_again():
    """After a pause, as any failure."""
    stream, starts = QueueStream(), []

    def start() -> None:
        starts.append(len(stream.acknowledged))
        if len(starts) == 1:
            raise RuntimeError("refused")

    stream.put(0, 0, 1)
    await _run(stream, lambda _: SimpleNamespace(start=start, wait=lambda: None))
    assert starts == [0, 0]
    assert _spans(stream.acknowledged) == [(0, 0, 0)]


async def test_what_is_under_way_is_acknowledged_while_only_outdated_batches_wait():
    """A queue whose content never becomes a batch holds nothing up."""
    stream, acknowledged = QueueStream(), asyncio.Event()
    queue = stream.channel.queue

    async def values():
        while True:
            batch = await queue.get()
            if batch != "outdated":
                yield batch

    stream._values = values
    stream.acknowledged = SimpleNamespace(append=lambda _: acknowledged.set())
    effect = SimpleNamespace(start=lambda: None, wait=lambda: None)
    task = asyncio.ensure_future(run_batches(stream, lambda _: effect, leave=_leave, retry=FAST))
    stream.put(0, 0, 1)
    queue.put_nowait("outdated")
    await asyncio.wait_for(acknowledged.wait(), 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize(("failures", "seconds"), [(1, 0.2), (2, 0.4), (3, 0.8), (20, 15.0)])
def test_back_off(failures, seconds):
    """Doubling up to the bound."""
    assert RetryPolicy().delay_seconds(failures) == pytest.approx(seconds)
