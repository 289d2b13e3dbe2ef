"""Commands of the model tests run in a home of their own, so that no key of theirs is left in the checkout."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of every command a test runs."""
    monkeypatch.setenv("FUYUAN_HOME", str(tmp_path / "home"))
    return tmp_path / "home"
