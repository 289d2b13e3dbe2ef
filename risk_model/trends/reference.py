"""Which past periods a week is compared with: windows around the same time of earlier years, and the blocks of the season between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Reference:
    """Reference points of one period.

    Args:
        positions: their indices in the series, ascending, shape (n_points,).
        levels: block of the season of each, 0-based, shape (n_points,); the last block is that of the window around the reference periods.
        origin: index of the oldest anchor, where the time of the trend is 0.
    """

    positions: Positions
    levels: Positions
    origin: int


def anchors_by_index(now: int, years: int, periods: int) -> Positions:
    """The same period of earlier years by counting: ``now - periods * i``, oldest first, ``now`` last."""
    return now - periods * np.arange(years, -1, -1)


def anchors_by_date(dates: Sequence[date], now: int, years: int) -> Positions:
    """The same time of earlier years by the calendar: the date one year back, moved to the nearest date of the series.

    A week's date one year back is moved to the nearest same weekday, never by more than three days, so that years of 53 weeks do not shift
    the season; 29 February becomes 1 March.

    Raises:
        ValueError: a date that the series lacks.
    """
    weekly = len(dates) > 1 and (dates[1] - dates[0]).days == 7
    index = {day: position for position, day in enumerate(dates)}
    today = dates[now]
    found = []
    for back in range(years, -1, -1):
        day = _years_before(today, back)
        if weekly:
            day += timedelta(days=(today.weekday() - day.weekday() + 3) % 7 - 3)
        if day not in index:
            raise ValueError(
                f"序列中没有参照日期 {day}（{today} 前 {back} 年）；日期应逐期相连 / "
                f"the series has no reference date {day} ({back} years before {today}); dates must follow period by period"
            )
        found.append(index[day])
    return np.array(found)


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)


def reference_points(anchors: Positions, half_width: int, blocks: int, skipped: int) -> Reference:
    """Reference points around the anchors, or the whole time between them when the season has blocks.

    Args:
        anchors: periods compared with, oldest first, the period to judge last.
        half_width: periods on each side of an anchor that count as the same season.
        blocks: blocks of the season; 1 takes the windows alone, more split the time between windows evenly, longer blocks first.
        skipped: latest periods left out before the period to judge, so that an outbreak under way is not its own reference.

    Raises:
        ValueError: windows that reach before the series or overlap.
    """
    now, oldest = int(anchors[-1]), int(anchors[0]) - half_width
    if oldest < 0:
        raise ValueError(
            f"历史不足：参照窗口始于第 {oldest} 期 / history too short: reference windows begin {-oldest} periods before the series"
        )
    positions, levels = [], []
    for number, anchor in enumerate(anchors):
        window = np.arange(anchor - half_width, min(anchor + half_width, now) + 1)
        positions.append(window)
        levels.append(np.full(len(window), blocks - 1))
        if blocks > 1 and number + 1 < len(anchors):
            between = np.arange(anchor + half_width + 1, anchors[number + 1] - half_width)
            positions.append(between)
            short, longer = divmod(len(between), blocks - 1)
            levels.append(np.repeat(np.arange(blocks - 1), [short + (block < longer) for block in range(blocks - 1)]))
    joined, level = np.concatenate(positions), np.concatenate(levels)
    if np.any(np.diff(joined) <= 0):
        raise ValueError(
            f"参照窗口重叠：半宽 {half_width} 过大 / reference windows overlap: half_width {half_width} is too wide for the anchors {anchors}"
        )
    kept = joined < now - skipped
    return Reference(joined[kept], level[kept], int(anchors[0]))
