"""云州市, a fictional prefecture to practise on: deterministic dispute events with known truth.

``simulate(seed, days, start, per_day)`` yields records in the order they were reported; ``Simulation`` also
knows what was planted.
"""

from infra.simulation.city import City
from infra.simulation.record import SimRecord
from infra.simulation.simulate import Simulation, simulate
from infra.simulation.truth import EventTruth, StoryTruth

__all__ = ["City", "EventTruth", "SimRecord", "Simulation", "StoryTruth", "simulate"]
