"""The record-batch transport against a real Kafka: nothing is lost, nothing is skipped, nothing waits."""

import random
import time

import pytest
from confluent_kafka import Producer

from tests.integration.transport_trial import PARTITIONS, Trial

pytestmark = [pytest.mark.kafka]


@pytest.fixture
def trial(kafka, tmp_path):
    """A topic, a group and a folder of journals."""
    made = Trial(kafka.bootstrap, tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize("overlapped", [False, True])
def test_sigkill_at_random_moments(trial, overlapped):
    """A worker is killed three times in mid-flow and restarted; the records flow on meanwhile."""
    trial.send(6000)
    trial.start("a", seconds_per_record=0.0004, overlapped=overlapped)
    for _ in range(3):
        trial.wait_some(random.randrange(200, 1500))
        trial.kill("a")
        trial.check_frontier()
        trial.start("a", seconds_per_record=0.0004, overlapped=overlapped)
        trial.send(1000)
    trial.wait_all()
    trial.wait_committed()
    trial.check_frontier()
    handled = len(trial.lines())
    assert handled - trial.sent < 3 * PARTITIONS * 1000, "far more was repeated than lies between two commits"
    assert trial.stop("a") == 0
    trial.check_frontier()


@pytest.mark.parametrize("options", [{"fail_every": 3}, {"overlapped": True, "fail_every_write": 3}])
def test_failures_are_retried_without_loss(trial, options):
    """Every third call, or every third effect, raises: nothing is lost, nothing is committed early, the worker stays."""
    trial.start("a", **options)
    for _ in range(10):
        trial.send(200)
        time.sleep(0.1)
    trial.wait_all()
    trial.wait_committed()
    trial.check_frontier()
    assert "planned failure" in (trial.home / "a.log").read_text()
    assert len(trial.lines()) == trial.sent, "a failed call must be repeated as a whole, without a second delivery"


def test_lasting_failure_ends_the_process_uncommitted(trial):
    """A handler that never succeeds: exit status 70, nothing committed, the next worker does the work."""
    trial.send(300)
    trial.start("a", fail_always=True, attempts=3)
    assert trial.workers["a"].wait(40) == 70
    assert not any(trial.committed().values())
    trial.start("a")
    trial.wait_all()
    trial.check_frontier()


def test_failing_handler_does_not_hold_up_a_stop(trial):
    """SIGTERM while the handler fails ends the process at once, and nothing is committed."""
    trial.send(50)
    trial.start("a", fail_always=True, attempts=1000)
    trial.wait_log("a", "planned failure")
    assert trial.stop("a") == 70
    assert not any(trial.committed().values())


def test_handler_slower_than_the_session_timeout(trial):
    """A call of 9 s with a session timeout of 4 s: no rebalance, no early commit, no second delivery."""
    trial.send(60)
    trial.start("a", seconds_per_call=9.0, session_timeout=4.0)
    deadline = time.monotonic() + 60
    while not trial.lines():
        assert not any(trial.committed().values()), "committed before it was handled"
        assert time.monotonic() < deadline, trial.tell("nothing handled")
        time.sleep(0.2)
    trial.wait_all(60)
    trial.wait_committed()
    assert len(trial.lines()) == trial.sent, "delivered twice"
    assert (trial.home / "a.log").read_text().count("Executing _on_partitions_assigned") == 1


@pytest.mark.parametrize("overlapped", [False, True])
def test_graceful_stop_commits_the_work_done(trial, overlapped):
    """SIGTERM in mid-flow: the batch in work is finished and committed, nothing is handled twice."""
    trial.send(3000)
    trial.start("a", seconds_per_record=0.002, overlapped=overlapped)
    trial.wait_some(600)
    assert trial.stop("a") == 0
    trial.check_frontier()
    assert sum(trial.committed().values()) == len(trial.lines())
    trial.start("a")
    trial.wait_all()
    assert len(trial.lines()) == trial.sent


def test_single_record_latency(trial):
    """A record that comes alone is handled in well under 200 ms, on quiet and on lopsided partitions."""
    trial.start("a")
    trial.send(1)
    trial.wait_all()
    time.sleep(0.5)
    first = trial.sent
    for number in range(40):
        trial.send(1, partition=0 if number % 2 else None)
        time.sleep(0.02 + 0.01 * (number % 7))
    trial.wait_all()
    latencies = sorted(latency for _, _, key, latency in trial.lines() if key >= first)
    print(f"latency of single records: median {latencies[20]:.1f} ms, largest {latencies[-1]:.1f} ms")
    assert latencies[-1] < 200


def test_large_records_do_not_starve_the_others(trial):
    """While one partition is full of large records for a slow handler, the others are handled in between."""
    trial.send(60, size=400_000, partition=0)
    trial.send(600, partition=3)
    trial.start("a", seconds_per_call=0.1, max_records=20, batch_records=10)
    trial.wait_all(60)
    order = [partition for partition, *_ in trial.lines()]
    last_small = max(i for i, p in enumerate(order) if p == 3)
    first_small = order.index(3)
    assert first_small < 120, "the small records waited for the large ones"
    assert order.index(0) < last_small, "the large records waited for the small ones"
    trial.wait_committed()


def test_transactions_leave_gaps_and_aborted_records_are_not_read(trial):
    """Committed and aborted transactions: only the committed records are handled, the group commits past the markers."""
    trial.start("a")
    transactional = Producer({"bootstrap.servers": trial.bootstrap, "transactional.id": trial.topic})
    transactional.init_transactions(30)
    for round_number in range(6):
        transactional.begin_transaction()
        for number in range(50):
            key = trial.sent if round_number % 2 == 0 else 10_000_000 + number
            transactional.produce(trial.topic, b"t", key=str(key).encode(), partition=number % PARTITIONS)
            trial.sent += round_number % 2 == 0
        transactional.flush()
        if round_number % 2 == 0:
            transactional.commit_transaction(30)
        else:
            transactional.abort_transaction(30)
    trial.wait_all()
    trial.wait_committed()
    assert {key for _, _, key, _ in trial.lines()} == set(range(trial.sent))
    assert len(trial.lines()) == trial.sent


def test_liveness_ends_a_worker_that_stands_still(trial):
    """A handler that never returns: the worker ends itself with the restart status, nothing is committed."""
    trial.send(10)
    trial.start("a", seconds_per_call=600, stuck_after=3.0)
    assert trial.workers["a"].wait(40) == 70
    assert "stands still" in (trial.home / "a.log").read_text()
    assert not any(trial.committed().values())
