"""The same seed and options give the same bytes; options change only what they name."""

import hashlib
import os
import subprocess
import sys

import pytest

from infra.simulation import Simulation, simulate

_DIGEST = """
import hashlib
from infra.simulation import simulate
digest = hashlib.sha256()
for record in simulate(5, 8, per_day=40):
    digest.update(record.value + repr((record.key, record.due, record.truth)).encode())
print(digest.hexdigest())
"""


def test_same_seed_gives_same_bytes_in_another_process_and_hash_seed():
    """Nothing depends on the interpreter's string hashing, the clock or global randomness."""
    found = set()
    for hash_seed in ("0", "4711"):
        env = dict(os.environ, PYTHONHASHSEED=hash_seed, PYTHONPATH=os.pathsep.join(p for p in sys.path if p) or ".")
        run = subprocess.run([sys.executable, "-c", _DIGEST], capture_output=True, text=True, env=env, check=True)
        found.add(run.stdout.strip())
    digest = hashlib.sha256()
    for record in simulate(5, 8, per_day=40):
        digest.update(record.value + repr((record.key, record.due, record.truth)).encode())
    assert found == {digest.hexdigest()}


def test_another_seed_gives_another_city():
    """Another seed gives another city."""
    first, second = ([r.value for r in simulate(seed, 3, per_day=40)] for seed in (1, 2))
    assert not set(first) & set(second)


def test_a_longer_run_begins_like_a_shorter_one():
    """A longer run begins like a shorter one."""
    short = [r.value for r in simulate(3, 10, per_day=40)]
    assert [r.value for r in simulate(3, 14, per_day=40)][: len(short)] == short


def test_good_records_do_not_depend_on_malformed_and_resent_ones():
    """Good records do not depend on malformed and resent ones."""

    def good(malformed: float, duplicates: float) -> list[bytes]:
        run = simulate(3, 12, per_day=40, malformed=malformed, duplicates=duplicates)
        return [r.value for r in run if r.truth.malformed is None and r.truth.duplicate_of is None]

    assert good(0, 0) == good(0.2, 0.1)


def test_shares_of_malformed_and_resent_records_are_as_asked():
    """Shares of malformed and resent records are as asked."""
    records = list(simulate(3, 60, malformed=0.1, duplicates=0.05))
    assert sum(r.truth.malformed is not None for r in records) / len(records) == pytest.approx(0.1, abs=0.01)
    assert sum(r.truth.duplicate_of is not None for r in records) / len(records) == pytest.approx(0.05, abs=0.01)
    assert all(
        r.truth.malformed is None and r.truth.duplicate_of is None
        for r in simulate(3, 5, per_day=40, malformed=0, duplicates=0)
    )


@pytest.mark.parametrize(
    "wrong", [{"days": 0}, {"per_day": -1}, {"malformed": 0.6, "duplicates": 0.5}, {"duplicates": -0.1}]
)
def test_impossible_options_are_refused(wrong):
    """Impossible options are refused."""
    with pytest.raises(ValueError, match="expected days >= 1"):
        Simulation(1, **wrong)
