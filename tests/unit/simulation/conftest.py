"""One simulated quarter for the tests of this folder."""

import pytest

from infra.simulation import SimRecord, Simulation


class Quarter:
    """A finished simulation of 90 days."""

    def __init__(self, seed: int) -> None:
        self.simulation = Simulation(seed)
        self.records: list[SimRecord] = list(self.simulation.records())
        self.good = [r for r in self.records if r.truth.malformed is None and r.truth.duplicate_of is None]
        self.everyday = [r for r in self.good if r.truth.story_id is None]


@pytest.fixture(scope="session")
def quarter() -> Quarter:
    """90 days of seed 7 with the defaults."""
    return Quarter(7)
