"""What other systems receive: each fact on its topic as a CloudEvent, once by its id, though WATCH is killed."""

import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select

from infra.outbox import NAME
from infra.settings import Settings
from infra.simulation.simulate import Simulation
from infra.store.event_log import read_events
from infra.store.tables import event_head, publications
from schemas.domain_events import type_name
from schemas.outgoing import OUTGOING, key_of, outgoing_json
from tests.services.line import Line, play, running
from tests.services.outgoing import arrived

KILLS = 4

pytestmark = [pytest.mark.kafka, pytest.mark.slow]


def test_each_event_arrives_once_by_its_id(kafka_settings: Settings, sqlite_url: str, tmp_path: Path) -> None:
    """Killed while it decides and while it publishes: what arrives, without repeats, is what the log has for others."""
    records = list(Simulation(7, 30).records())  # long enough for trends
    with running(kafka_settings, sqlite_url, tmp_path / "logs") as line:
        killed: list[int] = []

        def kill(sent: int) -> None:
            if len(killed) < KILLS and sent >= (len(killed) + 1) * len(records) // (KILLS + 1):
                with suppress(LookupError):  # still coming back from the last kill
                    killed.append(line.workers.kill("watch-1"))

        play(line, records, 800.0, kill)
        assert len(killed) == KILLS
        line.wait_settled(records)
        head = _wait_published(line)
        messages = [message for message in arrived(kafka_settings) if int(message.envelope["id"]) <= head]
        with line.engine.connect() as connection:  # the dispatch may go on meanwhile
            stored = read_events(connection, types=tuple(OUTGOING), limit=1_000_000)
            log = {item.seq: item for item in stored if item.seq <= head}

    first: dict[int, dict[str, Any]] = {}
    newest: Counter[tuple[str, int]] = Counter()
    for topic, partition, key, envelope in messages:
        seq = int(envelope["id"])
        if seq in first:
            assert envelope == first[seq]  # a repeat is the same event, so dropping it by id loses nothing
            continue
        first[seq] = envelope
        assert seq > newest[topic, partition]  # in the log's order
        newest[topic, partition] = seq
        recorded = log[seq].recorded
        name = type_name(recorded.event)
        assert topic == OUTGOING[name].topic
        assert (key, envelope["subject"]) == (key_of(recorded.event), recorded.stream_id)
        assert (envelope["specversion"], envelope["source"]) == ("1.0", "/fuyuan/events")
        assert (envelope["type"], envelope["datacontenttype"]) == (f"fuyuan.{name}", "application/json")
        assert envelope["time"] == log[seq].recorded_at.isoformat()
        assert envelope["data"] == orjson.loads(outgoing_json(recorded.event))
    assert set(first) == set(log)
    assert {type_name(item.recorded.event) for item in log.values()} >= {"AlertRaised", "PlanDrafted", "TrendDetected"}


def _wait_published(line: Line, timeout_seconds: float = 90.0) -> int:
    """Wait until the outbox's cursor has reached the head of the log; up to where all is published."""
    deadline = time.monotonic() + timeout_seconds
    while True:
        with line.engine.connect() as connection:
            head = connection.execute(select(event_head.c.seq)).scalar_one()
            reached = connection.execute(
                select(func.max(publications.c.last_seq)).where(publications.c.name == NAME)
            ).scalar_one()
        if (reached or 0) >= head:
            return int(head)
        assert time.monotonic() < deadline, (reached, head, line.workers.status())
        time.sleep(0.1)
