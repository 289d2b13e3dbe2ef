"""How examples are split: by time, or at random within each class; each origin by itself."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from risk_model.scoring.examples import LabelledExample, split_examples
from tests.examples import labelled


def untimed(count: int) -> list[LabelledExample]:
    """Examples without times."""
    return [msgspec.structs.replace(example, occurred_at=None) for example in labelled(count)]


def test_by_time() -> None:
    """The latest are judged, in whatever order they come."""
    learn, judge, by = split_examples(labelled(100)[::-1], 0.2, 1)
    assert (len(learn), len(judge), by) == (80, 20, "time")
    assert max(e.occurred_at for e in learn) < min(e.occurred_at for e in judge)


def test_at_random_within_each_class() -> None:
    """Without times: the same share of each class, none of them emptied, the same for the same seed."""
    examples = [*untimed(400), msgspec.structs.replace(untimed(1)[0], category="其他")]
    learn, judge, by = split_examples(examples, 0.2, 1)
    assert by == "random"
    assert sorted(e.text for e in learn + judge) == sorted(e.text for e in examples)
    assert len(judge) == 80
    assert "其他" in {e.category for e in learn}
    whole, judged = (Counter(e.category for e in part) for part in (examples, judge))
    assert all(abs(judged[name] - 0.2 * whole[name]) < 3 for name in whole)
    assert split_examples(examples, 0.2, 1).judge == judge
    assert split_examples(examples, 0.2, 2).judge != judge
    assert split_examples(labelled(100), 0.2, 1, "random").by == "random"


def test_each_origin_is_split_by_itself() -> None:
    """What officials labelled is the newest, and is learnt from all the same."""
    late = datetime(2026, 1, 1, tzinfo=UTC)
    ours = [
        msgspec.structs.replace(e, origin="officials", occurred_at=late + timedelta(hours=n))
        for n, e in enumerate(labelled(30))
    ]
    learn, judge, _ = split_examples(labelled(300) + ours, 0.2, 1)
    assert Counter(e.origin for e in learn) == {"": 240, "officials": 24}
    assert Counter(e.origin for e in judge) == {"": 60, "officials": 6}


def test_refusals() -> None:
    """A share out of range, times that are missing, one side empty."""
    for share in (0.0, 1.0):
        with pytest.raises(ValueError, match="test_share"):
            split_examples(labelled(10), share, 1)
    with pytest.raises(ValueError, match="--split random"):
        split_examples(untimed(10), 0.2, 1, "time")
    with pytest.raises(ValueError, match="cannot be split"):
        split_examples(labelled(1), 0.2, 1)
