"""Small worlds for the laws of trends: reports on time, late, old and a day ahead; quiet weeks; days closed by hand; a past brought in."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

import msgspec
from hypothesis import strategies as st
from sqlalchemy import Engine, event

from infra.intake import Incoming
from infra.watching import Watch
from risk_model.local_time import local_day
from risk_model.rules import Rules
from schemas.assessed import Assessed
from schemas.identifiers import dispute_id
from tests.disputes import NOW, REJECTED_TOPIC, assessed, incoming, rules

COUNTIES = ("379001", "379002")
FIRST_DAY = local_day(NOW)


@lru_cache(maxsize=1)
def touchy() -> Rules:
    """Rules with low thresholds and a small budget, so that short streams reach every branch."""
    policy = rules().policy
    replace = msgspec.structs.replace
    trend = replace(
        policy.trend,
        min_count=3,
        week_min_count=4,
        min_history_days=2,
        week_history_days=14,
        greatest_alpha=0.2,
        prior_rate=0.05,
        learn_days=6,
        merge_days=2,
        revise_days=20,
        clear_days=3,
        catch_up_days=5,
        orange_min_count=12,
        budget=replace(policy.trend.budget, alerts=2, window_days=12, always_years=50.0),
    )
    return rules()._replace(policy=replace(policy, trend=trend))


class Reports(NamedTuple):
    """Reports of one kind that arrive together on a day, of things so many days before; ``number`` is that of the first."""

    county: str
    day: int
    number: int
    n: int
    delay_days: int
    category: str
    township: str | None
    subject: tuple[str, ...]

    @property
    def disputes(self) -> tuple[Assessed, ...]:
        """What WATCH gets."""
        reported = NOW + timedelta(days=self.day)
        return tuple(
            assessed(
                each,
                source=f"/gov/{self.county}/1",
                county=self.county,
                township=self.county + self.township if self.township else None,
                at=reported - timedelta(days=self.delay_days, minutes=1),
                reported_at=reported + timedelta(seconds=each),
                category=self.category,
                subject=self.subject,
                dispute_id=dispute_id(f"/gov/{self.county}/1", f"{self.county}-{each}"),
                source_event_id=f"{self.county}-{each}",
            )
            for each in range(self.number, self.number + self.n)
        )


class Tick(NamedTuple):
    """A day begins in a county though nothing is reported."""

    county: str
    day: date


class Extend(NamedTuple):
    """An operator says since when the record of a county is complete."""

    county: str
    since: date


Step = Reports | Tick | Extend


@st.composite
def county_worlds(draw: st.DrawFn, county: str) -> list[Step]:
    """The steps of one county, in its order."""
    steps: list[Step] = []
    day, number = 0, 0
    for _ in range(draw(st.integers(6, 22))):
        kind = draw(st.sampled_from(["reports"] * 12 + ["tick", "tick", "extend"]))
        if kind == "tick":
            day += draw(st.sampled_from([0, 1, 1, 2, 8, 100]))
            steps.append(Tick(county, FIRST_DAY + timedelta(days=day)))
        elif kind == "extend":
            steps.append(Extend(county, FIRST_DAY - timedelta(days=draw(st.sampled_from([1, 30, 90])))))
        else:
            day += draw(st.sampled_from([0, 1, 1, 1, 1, 2, 3, 4, 9, 45]))
            n = draw(st.sampled_from([1, 1, 1, 2, 4, 6, 9, 14]))
            delay_days = draw(st.sampled_from([0, 0, 0, 0, 0, 1, 2, 5, 8, 16, 19, 70, -1]))
            category = draw(st.sampled_from(["其他", "问题楼盘", "劳动争议"]))
            township = draw(st.sampled_from([None, "001", "002"]))
            subject = draw(st.sampled_from([(), ("甲",), ("甲", "子")]))
            steps.append(Reports(county, day, number, n, delay_days, category, township, subject))
            number += n
    return steps


@st.composite
def worlds(draw: st.DrawFn) -> list[Step]:
    """Steps of two counties, each in its own order."""
    return interleaved(
        [draw(county_worlds(county)) for county in COUNTIES],
        draw(st.lists(st.integers(0, 1), min_size=44, max_size=44)),
    )


def interleaved(streams: Sequence[Sequence[Step]], turns: Sequence[int]) -> list[Step]:
    """One order of all steps that keeps each county's own."""
    waiting = [list(stream) for stream in streams]
    result: list[Step] = []
    for turn in turns:
        alive = [stream for stream in waiting if stream]
        if alive:
            result.append(alive[turn % len(alive)].pop(0))
    return [*result, *(step for stream in waiting for step in stream)]


def of_county(steps: Sequence[Step], county: str) -> list[Step]:
    """The steps of one county."""
    return [step for step in steps if step.county == county]


def messages(steps: Sequence[Step]) -> list[list[Incoming]]:
    """By step, the records that WATCH receives."""
    offset, found = 0, []
    for step in steps:
        records = incoming(step.disputes, offset) if isinstance(step, Reports) else []
        offset += len(records)
        found.append(records)
    return found


def new_watch(engine: Engine, given: Rules) -> Watch:
    """A watch that has nothing in memory."""
    return Watch(engine, given, REJECTED_TOPIC)


def take(watch: Watch, step: Step, records: Sequence[Incoming]) -> None:
    """One step."""
    if isinstance(step, Reports):
        watch.apply(records, NOW)
    elif isinstance(step, Tick):
        watch.tick(step.county, step.day, NOW)
    else:
        watch.extend_record(step.county, step.since, "operator", NOW)


def live(engine: Engine, given: Rules, steps: Sequence[Step]) -> Engine:
    """All steps by one watch; the engine."""
    watch = new_watch(engine, given)
    for step, records in zip(steps, messages(steps), strict=True):
        take(watch, step, records)
    return engine


class Lost(Exception):
    """The database went away before the commit."""


def lose_next_commit(engine: Engine) -> None:
    """The next transaction does all its work and is rolled back at its end."""

    def fail(_: object) -> None:
        raise Lost

    event.listen(engine, "commit", fail, once=True)
