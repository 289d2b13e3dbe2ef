"""Daily counts: which series of region × measure × day a dispute event is counted in, and what a measure is called."""

from datetime import date
from functools import lru_cache

from schemas.assessed import Assessed
from schemas.taxonomy import OTHER

REMAINDER = f"category:{OTHER}"  # names no problem
SUBJECT = (
    "subject"  # events with a classification of their source's, as delays of reports are told: they share a source
)
COUNTED_DEPTH = 2  # classes of the source's own classification that are counted

CountKey = tuple[str, str, date]  # region key, measure, local day


def measures(dispute: Assessed) -> tuple[str, ...]:
    """What an event is counted under: its category and each prefix of the source's own classification."""
    return _measures(dispute.category, dispute.subject)


@lru_cache(maxsize=16_384)  # few, and they come again with every event
def _measures(category: str, subject: tuple[str, ...]) -> tuple[str, ...]:
    depths = range(1, min(len(subject), COUNTED_DEPTH) + 1)
    return (f"category:{category}", *("subject:" + "/".join(subject[:depth]) for depth in depths))


def measure_name(measure: str) -> str:
    """Chinese name of a measure: the category, or the finest class of the source's classification."""
    return measure.partition(":")[2].rpartition("/")[2]
