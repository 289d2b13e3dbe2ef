"""GET /v1/stream: what happens reaches listeners, a cut connection resumes with no gap and no repeat, shutdown ends it."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx

from infra import ports
from infra.reminding import remind
from infra.settings import Settings
from infra.store.event_log import append, write_transaction
from infra.store.queries.feed import FEED_TYPES, feed_events, head_seq
from schemas.domain_events import ChallengerNamed, ModelPromoted, Recorded, type_name
from tests.disputes import rules
from tests.services.made_up import made_up
from tests.services.seeding import FIRST_DAY, Seeded, against, assessed, burst, migrate


class Listener:
    """One connection to the stream: messages as (event, id, data)."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.iter_lines()

    def messages(self) -> Iterator[tuple[str, int, dict]]:
        """Each message as it comes; ends with the stream."""
        fields: dict[str, str] = {}
        for line in self._lines:
            if line == "" and "data" in fields:
                yield fields["event"], int(fields["id"]), json.loads(fields["data"])
            if line == "":
                fields = {}
            elif not line.startswith(":"):
                name, _, value = line.partition(":")
                fields[name] = value.removeprefix(" ")

    def take(self, count: int) -> list[tuple[str, int, dict]]:
        """The next `count` messages."""
        messages = self.messages()
        return [next(messages) for _ in range(count)]


@contextmanager
def listening(api: httpx.Client, after: int | None = None, last_event_id: int | None = None) -> Iterator[Listener]:
    """Open the stream, having read its first message."""
    headers = {"Last-Event-ID": str(last_event_id)} if last_event_id is not None else {}
    with api.stream("GET", "/v1/stream", params={} if after is None else {"after": after}, headers=headers) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        yield Listener(response)


def in_log(store: Seeded) -> list[int]:
    """Seqs of every feed event in the log."""
    with store.engine.connect() as connection:
        return [event.seq for event in feed_events(connection, 0, head_seq(connection))]


def grave(number: int) -> object:
    """An event that raises an alert and drafts a plan."""
    return assessed(number, at=FIRST_DAY + timedelta(minutes=number), level=3)


def test_a_listener_starts_at_the_head_and_hears_what_follows(store: Seeded, api: httpx.Client) -> None:
    """Nothing old; each new alert and plan with a Chinese line, local times and links, soon after the commit."""
    store.add([grave(1)])
    with listening(api) as listener:
        ((kind, seq, _),) = listener.take(1)
        assert (kind, seq) == ("ready", in_log(store)[-1])
        store.add([grave(2)])
        committed = time.monotonic()
        raised, plan = listener.take(2)
        assert time.monotonic() - committed < 2.0
    assert [raised[0], plan[0]] == ["AlertRaised", "PlanDrafted"]
    assert raised[2]["summary"].startswith("橙色预警：")
    assert raised[2]["level"]["label"] == "内部风险等级"
    assert raised[2]["event"]["occurred_at"].endswith("+08:00")
    assert api.get(raised[2]["links"]["alert"]).json()["plan_id"] in plan[2]["links"]["plan"]


def handle_every_way(store: Seeded, api: httpx.Client) -> None:
    """An alert that nobody acknowledges in time, and then every step."""
    assert remind(store.engine, rules(), FIRST_DAY + timedelta(days=90)) > 0
    alert = api.get("/v1/alerts").json()["items"][0]
    steps = [{"step": step} for step in ("acknowledge", "take_in_hand", "answer", "close", "reopen")]
    steps[3]["outcome"] = "true"
    for number, step in enumerate(steps):
        sent = {"by": "王某", "reason": "核实", "expected_version": alert["version"] + number} | step
        assert api.post(alert["links"]["steps"], json=sent).status_code == 201


def test_every_kind_of_the_feed_is_heard_from_the_beginning(store: Seeded, api: httpx.Client) -> None:
    """With after=0 the whole past comes first, in the order of the log; other events of the log do not."""
    store.add(burst(0))
    store.add(
        [assessed(950, at=FIRST_DAY + timedelta(days=25))]
    )  # the burst is over: its trends are revised and cleared
    store.add([assessed(900, level=2, **against("甲公司")), assessed(901, level=3, **against("甲公司"))])
    store.add([assessed(902, level=4, **against("甲公司"))])
    label = {"category": "物业", "reason": "核实", "labelled_by": "王某", "expected_version": 1}
    assert api.post(f"/v1/events/{assessed(902).dispute_id}/labels", json=label).status_code == 201
    handle_every_way(store, api)
    roles = (
        ModelPromoted("b", "s", "a", "张三", FIRST_DAY, "试点"),
        ChallengerNamed("c", "s", "张三", FIRST_DAY, "试点"),
    )
    with write_transaction(store.engine) as connection:
        append(connection, [Recorded("models", n, event) for n, event in enumerate(roles, 1)], FIRST_DAY)
    with store.engine.connect() as connection:
        there = {type_name(e.recorded.event) for e in feed_events(connection, 0, head_seq(connection))}
    others = [Recorded(f"other-{name}", 1, made_up(name)) for name in FEED_TYPES if name not in there]
    with write_transaction(store.engine) as connection:
        append(connection, others, FIRST_DAY)
    expected = in_log(store)
    with listening(api, after=0) as listener:
        heard = listener.take(len(expected) + 1)[1:]
    assert [seq for _, seq, _ in heard] == expected
    assert {kind for kind, _, _ in heard} == set(FEED_TYPES)
    assert [data["type"] for _, _, data in heard if data["summary"] == data["type"]] == []  # each is said in words


def test_a_cut_connection_resumes_with_no_gap_and_no_repeat(store: Seeded, api: httpx.Client) -> None:
    """While a writer goes on, the client is cut off again and again; together it hears exactly the log's feed."""
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set() and number < 4000:
            store.add([grave(number + n) for n in range(5)])
            number += 5
            time.sleep(0.01)

    writer = threading.Thread(target=write)
    heard: list[int] = []
    with listening(api) as listener:
        last = listener.take(1)[0][1]
    writer.start()
    try:
        for count in (1, 2, 3, 40, 1, 100, 7, 30):
            with listening(api, after=0, last_event_id=last) as listener:
                ready, *messages = listener.take(count + 1)
                assert ready[1] == last
                heard += [seq for _, seq, _ in messages]
                last = heard[-1]
            time.sleep(0.05)
    finally:
        stop.set()
        writer.join()
    everything = in_log(store)
    with listening(api, last_event_id=last) as listener:
        heard += [seq for _, seq, _ in listener.take(1 + sum(seq > last for seq in everything))[1:]]
    assert heard == everything


def test_many_listeners_share_one_poller(store: Seeded, api: httpx.Client) -> None:
    """Twenty listeners, some from the start and some from the head, all hear everything that follows."""
    store.add([grave(n) for n in range(20)])
    past = len(in_log(store))
    heard: dict[int, list[int]] = {}

    def listen(number: int, opened: threading.Barrier) -> None:
        old = past if number % 2 else 0
        with listening(api, after=0 if number % 2 else None) as listener:
            messages = listener.take(1)
            opened.wait(20)
            messages += listener.take(old + 40)
            heard[number] = [seq for _, seq, _ in messages[1:]]

    opened = threading.Barrier(21)
    threads = [threading.Thread(target=listen, args=(number, opened)) for number in range(20)]
    for thread in threads:
        thread.start()
    opened.wait(20)
    assert "fuyuan_api_stream_listeners 20.0" in api.get("/metrics").text
    store.add([grave(100 + n) for n in range(20)])
    for thread in threads:
        thread.join(20)
    everything = in_log(store)
    assert all(heard[number] == (everything if number % 2 else everything[past:]) for number in range(20))


def test_a_place_beyond_the_log_is_refused(api: httpx.Client) -> None:
    """A place this log never reached belongs to another log: said at once, rather than waited for."""
    answer = api.get("/v1/stream", params={"after": 10**9})
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "query.after")
    answer = api.get("/v1/stream", headers={"Last-Event-ID": "abc"})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_told_to_stop_the_process_ends_open_streams_and_itself(settings: Settings) -> None:
    """`python -m api`: SIGTERM ends a stream cleanly (its last chunk is sent) and the process with status 0, within seconds."""
    migrate(settings.database_url)
    (port,) = ports.free_ports(1)
    environment = {
        "FUYUAN_HOME": str(settings.home),
        "FUYUAN_API_PORT": str(port),
        "FUYUAN_KAFKA_BOOTSTRAP": settings.kafka_bootstrap,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "api"], env=os.environ | environment, stderr=subprocess.PIPE, text=True
    )
    try:
        for line in process.stderr:
            if re.search(r"api listens", line):
                break
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30.0) as api, listening(api) as listener:
            listener.take(1)
            process.send_signal(signal.SIGTERM)
            assert list(listener.messages()) == []
        assert process.wait(15) == 0
    finally:
        process.kill()
        process.wait()
        process.stderr.close()
