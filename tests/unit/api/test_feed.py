"""The feed hands every listener every event once, in order, whatever the pace of writer, poller and listener."""

import asyncio
import contextlib
import random
from typing import Any

import pytest

from api import feed as feeds
from api.feed import Feed
from infra.store.access import StoreUnavailable
from infra.store.event_log import StoredEvent
from infra.store.queries.feed import head_seq
from schemas.domain_events import MatterRegraded, Recorded
from tests.services.seeding import FIRST_DAY


class Log:
    """A log in memory; every third seq is an event of the feed."""

    def __init__(self) -> None:
        self.head = 0
        self.away = False

    async def read(self, query: Any, *args: int) -> Any:
        """Answer as the store would."""
        await asyncio.sleep(0)
        if self.away:
            raise StoreUnavailable("away")
        if query is head_seq:
            return self.head
        after, upto = args
        return [event(seq) for seq in range(after + 1, min(upto, self.head) + 1) if seq % 3 == 0]


def event(seq: int) -> StoredEvent:
    """An event of the feed at this place."""
    return StoredEvent(seq, FIRST_DAY, Recorded(f"matter-{seq}", 1, MatterRegraded(str(seq), 1, 2, (), ())))


async def hear(feed: Feed, after: int, until: int, pause: float = 0.0) -> list[int]:
    """Seqs heard from `after` until (and with) `until`."""
    heard: list[int] = []
    async with contextlib.aclosing(feed.follow(after)) as followed:
        async for stored in followed:
            heard.append(stored.seq)
            if pause:
                await asyncio.sleep(pause)
            if stored.seq >= until:
                break
    return heard


@pytest.mark.parametrize("seed", range(8))
async def test_no_gap_and_no_repeat(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small windows and a small memory, so that every listener changes between memory and log many times."""
    chance = random.Random(seed)
    monkeypatch.setattr(feeds, "WINDOW", chance.choice([1, 7, 50]))
    monkeypatch.setattr(feeds, "KEPT", chance.choice([1, 5, 20]))
    log = Log()
    log.head = 100
    feed = Feed(log.read, poll_seconds=0.001)
    feed.start()

    async def write() -> None:
        while log.head < 600:
            log.head += chance.randint(1, 40)
            await asyncio.sleep(chance.choice([0, 0.001, 0.004]))
        log.head = 600

    starts = [chance.randint(0, 100) for _ in range(6)]
    listeners = [asyncio.create_task(hear(feed, start, 600, chance.choice([0, 0, 0.001]))) for start in starts]
    await write()
    for start, listener in zip(starts, listeners, strict=True):
        assert await asyncio.wait_for(listener, 20) == [seq for seq in range(start + 1, 601) if seq % 3 == 0]
    assert feed.listeners == 0
    await feed.stop()


async def test_listeners_wait_out_a_store_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """They stay connected and go on where they were."""
    real_sleep = asyncio.sleep
    monkeypatch.setattr(feeds.asyncio, "sleep", lambda seconds: real_sleep(min(seconds, 0.005)))
    log = Log()
    log.head = 30
    feed = Feed(log.read)
    feed.start()
    listener = asyncio.create_task(hear(feed, 0, 60))
    await real_sleep(0.05)
    log.away = True
    await real_sleep(0.05)
    log.head, log.away = 60, False
    assert await asyncio.wait_for(listener, 10) == list(range(3, 61, 3))
    await feed.stop()


async def test_closing_ends_every_listener() -> None:
    """Those who wait for the next event too."""
    feed = Feed(Log().read, poll_seconds=0.001)
    feed.start()
    listeners = [asyncio.create_task(hear(feed, 0, 3)) for _ in range(3)]
    await asyncio.sleep(0.02)
    feed.close()
    assert await asyncio.wait_for(asyncio.gather(*listeners), 5) == [[], [], []]
    await feed.stop()
