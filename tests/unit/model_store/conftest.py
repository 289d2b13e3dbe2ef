"""Commands of the model tests run in a home of their own, so that no key of theirs is left in the checkout."""

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="module", autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The one home of the commands of a file of tests: what one of them trained, the others may load."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FUYUAN_HOME", str(home))
        yield home
