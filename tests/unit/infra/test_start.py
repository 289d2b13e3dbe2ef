"""What takes seconds to import is imported where it is used, not when a process starts that may never use it."""

import subprocess
import sys

import pytest

HEAVY = {"sklearn", "skops", "mlflow", "pandas", "scipy.stats", "scipy.optimize"}


@pytest.mark.parametrize("module", ["api.app", "streams.watch"])
def test_starts_without_the_training_libraries(module):
    """The API judges nothing at its start, and WATCH nothing at all."""
    program = f"import sys, {module}; print('LOADED', sorted({HEAVY!r} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert "LOADED []" in answer.stdout, answer.stdout + answer.stderr
