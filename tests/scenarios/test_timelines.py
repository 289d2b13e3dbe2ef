"""Every timeline in timelines/ plays as it is written."""

from pathlib import Path

import pytest

from tests.scenarios.timeline import Timeline
from tests.stores import Template

TIMELINES = sorted((Path(__file__).parent / "timelines").glob("*.yaml"))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Empty stores by copy."""
    return Template(tmp_path_factory.mktemp("timelines"))


@pytest.mark.parametrize("path", TIMELINES, ids=lambda path: path.stem)
def test_timeline(path: Path, template: Template) -> None:
    """Day by day, nothing more and nothing less than expected."""
    timeline = Timeline(path, template)
    timeline.play()
    timeline.engine.dispose()


def test_a_timeline_that_does_not_hold_fails(tmp_path: Path, template: Template) -> None:
    """The runner itself: an alert that was not expected, and one that did not come, are both told with their day."""
    script = "title: x\ncounty: 379001\ndays:\n- day: 3\n  events: [{type: gov.petition, people_involved: 60}]\n  expect: {%s}\n"
    path = tmp_path / "wrong.yaml"
    for expect in ("", "raised: [{level: 红}]", "raised: [{level: 橙}], quarantined: [x]"):
        path.write_text(script % expect, encoding="utf-8")
        with pytest.raises(AssertionError, match="x, day 3"):
            Timeline(path, template).play()
