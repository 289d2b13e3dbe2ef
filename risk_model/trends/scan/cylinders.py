"""All cylinders of zone × window: cases, expected and log likelihood ratio, in blocks of windows so that memory stays bounded."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from risk_model.trends.scan.arrays import Floats
from risk_model.trends.scan.models import Model
from risk_model.trends.scan.windows import Windows
from risk_model.trends.scan.zones import Zones

TABLE_BYTES = 64 * 2**20
"""Memory of one table of zone × window; a scan holds a handful of them."""


@dataclass(frozen=True, eq=False)
class Cylinders:
    """Some windows of all zones; tables are (n_zones, n_windows)."""

    windows: Windows
    observed: Floats
    expected: Floats
    ratio: Floats
    """0 where it is no cluster: fewer cases than asked, no more than expected, or a zone that is no candidate."""


def window_blocks(zones: Zones, windows: Windows, table_bytes: int = TABLE_BYTES) -> Iterator[Windows]:
    """The windows in blocks whose tables of floats fit ``table_bytes``."""
    step = max(1, table_bytes // (8 * len(zones)))
    return (windows.part(start, start + step) for start in range(0, len(windows), step))


def cylinders(
    model: Model, zones: Zones, windows: Windows, least_cases: int, table_bytes: int = TABLE_BYTES
) -> Iterator[Cylinders]:
    """Every cylinder, block by block.

    Args:
        model: counts and expected.
        zones: of the same regions.
        windows: of the same periods.
        least_cases: in a cluster.
        table_bytes: memory of one table.
    """
    for block in window_blocks(zones, windows, table_bytes):
        observed = zones.totals(block.totals(model.counts.astype(np.float64)))
        expected = zones.totals(block.totals(model.expected))
        ratio = model.likelihood.ratio(observed, expected)
        ratio[observed < least_cases] = 0.0
        ratio[~zones.candidate] = 0.0
        yield Cylinders(block, observed, expected, ratio)
