"""The clock and the baseline of a county, as events change them."""

from datetime import timedelta

import msgspec

from risk_model.state import CLEARED_DAYS, State
from risk_model.surveillance.entities import County
from risk_model.surveillance.profile import Profile
from schemas.domain_events import (
    BaselineLearnt,
    ClockTicked,
    RecordExtended,
)


def tick_clock(state: State, event: ClockTicked, _: int) -> None:
    """Move a clock on, and stop following what was cleared long ago."""
    county = follow_county(state, event.place)
    county.day = event.day
    since = event.day - timedelta(days=CLEARED_DAYS)
    county.trends = [f for f in county.trends if f.cleared_on is None or f.cleared_on >= since]


def learn_baseline(state: State, event: BaselineLearnt, _: int) -> None:
    """Keep what is usual in a county from now on."""
    county = follow_county(state, event.county)
    county.profile, county.learnt = msgspec.convert(event.profile, Profile), event.day


def extend_record(state: State, event: RecordExtended, _: int) -> None:
    """Let a county's record begin earlier."""
    county = follow_county(state, event.county)
    county.first_day = min(county.first_day or event.since, event.since)


def follow_county(state: State, place: str) -> County:
    """County (or the city) that an event changes."""
    county = state.counties.get(place)
    if county is None:
        county = state.counties[place] = County(place)
    state.touched_counties.add(place)
    return county
