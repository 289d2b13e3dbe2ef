"""Daily counts: which series of region × measure × day a dispute event is counted in, and what a measure is called."""

from datetime import date

from risk_model.local_time import local_day
from schemas.assessed import Assessed

COUNTED_DEPTH = 2  # classes of the source's own classification that are counted

CountKey = tuple[str, str, date]  # region key, measure, local day


def measures(dispute: Assessed) -> tuple[str, ...]:
    """What an event is counted under: its category and each prefix of the source's own classification."""
    depths = range(1, min(len(dispute.subject), COUNTED_DEPTH) + 1)
    return (f"category:{dispute.category}", *("subject:" + "/".join(dispute.subject[:depth]) for depth in depths))


def counted_series(dispute: Assessed) -> list[CountKey]:
    """Every daily count that a dispute raises by one."""
    day = local_day(dispute.occurred_at)
    found = measures(dispute)
    return [(region, measure, day) for region in dispute.place.region_keys() for measure in found]


def measure_name(measure: str) -> str:
    """Chinese name of a measure: the category, or the finest class of the source's classification."""
    return measure.partition(":")[2].rpartition("/")[2]
