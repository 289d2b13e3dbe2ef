"""The record-batch transport when the group changes: workers that die, come and go, or are too slow to let go."""

import random
import time

import pytest

from tests.integration.transport_trial import Trial

pytestmark = [pytest.mark.kafka, pytest.mark.slow]


@pytest.fixture
def trial(kafka, tmp_path):
    """A topic, a group and a folder of journals."""
    made = Trial(kafka.bootstrap, tmp_path)
    yield made
    made.close()


def test_two_workers_one_killed_and_back(trial):
    """Two workers share the partitions; one is killed, the other takes over; it comes back and shares again."""
    trial.send(4000)
    trial.start("a", seconds_per_record=0.002, instance=None)
    trial.start("b", seconds_per_record=0.002, instance=None)
    trial.wait_some(1500)
    trial.send(2000)
    trial.kill("b")
    trial.check_frontier()
    time.sleep(1.0)
    trial.start("b", seconds_per_record=0.002, instance=None)
    trial.send(4000)
    trial.wait_some(1500)
    trial.check_frontier()
    trial.wait_all(90)
    trial.wait_committed()
    trial.check_frontier()
    before = len((trial.home / "b.journal").read_text())
    trial.send(600)
    trial.wait_all()
    assert len((trial.home / "b.journal").read_text()) > before, "the worker that came back got no partition"
    assert trial.stop("a") == 0
    trial.send(600)
    trial.wait_all()
    trial.check_frontier()
    assert trial.stop("b") == 0


def test_workers_that_come_and_go(trial):
    """A second worker joins and leaves four times while the records flow: every rebalance keeps the laws."""
    trial.start("a", seconds_per_record=0.001, instance=None)
    trial.wait_some(0)
    for _ in range(4):
        trial.send(600)
        trial.start("b", seconds_per_record=0.001, instance=None)
        trial.wait_log("b", "Worker ready", 60)  # earlier it would not know how to end in order
        trial.send(600)
        trial.wait_some(400)
        trial.send(600)
        time.sleep(random.uniform(2.0, 4.0))
        assert trial.stop("b") == 0, trial.tell("b")
        trial.check_frontier()
    trial.wait_all(60)
    trial.wait_committed()
    trial.check_frontier()
    assert trial.workers["a"].poll() is None
    assert len(trial.lines()) == trial.sent, "graceful rebalances repeat nothing"


def test_rebalance_waits_no_longer_than_its_timeout(trial):
    """A worker whose call outlasts the rebalance is thrown out of the group: its late acknowledgements count for nothing."""
    trial.send(200)
    trial.start("a", seconds_first_call=12.0, rebalance_timeout=4.0, session_timeout=6.0, instance=None)
    trial.wait_log("a", "Worker ready")
    time.sleep(0.5)
    trial.start("b", rebalance_timeout=4.0, session_timeout=6.0, instance=None)
    trial.wait_log("a", "UnknownMemberIdError", 40)
    trial.check_frontier()
    trial.send(300)
    trial.wait_all()
    trial.wait_committed()
    trial.check_frontier()
    assert len(trial.lines()) > trial.sent, "the other worker must have handled the late batch too"
