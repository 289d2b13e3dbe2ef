"""Every timeline in promises/ plays as it is written: deadlines, plans, duties, requests."""

from pathlib import Path

import pytest

from tests.scenarios.commitments import Commitments
from tests.stores import Template

STORIES = sorted((Path(__file__).parent / "promises").glob("*.yaml"))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Empty stores by copy."""
    return Template(tmp_path_factory.mktemp("promises"))


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_story(path: Path, template: Template) -> None:
    """Day by day, nothing more and nothing less than expected; a rebuild folds to the same."""
    Commitments(path, template).play()


def test_a_story_that_does_not_hold_fails(tmp_path: Path, template: Template) -> None:
    """The runner itself: a notice that was not expected, a refusal that did not come, a status that is another."""
    script = (
        "title: x\ncounty: 379001\ndays:\n- day: 1\n  did:\n"
        "  - {at: '09:00', ask: information, number: 甲1, asker: 某法院, asked: 某局, what: 查询, by: 王某%s}\n"
        "- day: 60\n  expect: {%s}\n"
    )
    path = tmp_path / "wrong.yaml"
    for wrong in (
        (", refused: Moved", "told: [{kind: lapsed}]"),
        ("", ""),
        ("", "told: [{kind: lapsed, passed_over: 3}], requests: {甲1: settled}"),
    ):
        path.write_text(script % wrong, encoding="utf-8")
        with pytest.raises(AssertionError, match="x, day"):
            Commitments(path, template).play()
