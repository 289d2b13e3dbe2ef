"""The record-batch transport when the broker itself stops: killed, away for a while, back on the same data."""

import random
import time

import pytest

from tests.integration.transport_trial import Trial
from tests.services.kafka import temporary_kafka

pytestmark = [pytest.mark.kafka, pytest.mark.slow]


def test_broker_killed_in_mid_flow(tmp_path):
    """SIGKILL of the broker twice, once for longer than the session timeout; a worker that gives up is restarted."""
    with temporary_kafka() as kafka:
        kafka.start()
        trial = Trial(kafka.bootstrap, tmp_path)
        try:
            trial.send(10_000)
            trial.start("a", seconds_per_record=0.001)
            for away_seconds in (0.5, 9.0):
                trial.wait_some(random.randrange(300, 900))
                kafka.kill()
                time.sleep(away_seconds)
                kafka.restart()
                status = trial.workers["a"].poll()
                print(f"worker after {away_seconds} s without a broker: {'runs' if status is None else status}")
                if status is not None:
                    assert status != 0, "a worker that ends without its work done must say so"
                    trial.start("a", seconds_per_record=0.001)
                trial.send(500)
            trial.wait_all(120)
            trial.wait_committed(40)
            trial.check_frontier()
        finally:
            trial.close()
