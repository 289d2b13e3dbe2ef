"""Quota junk: copies, round numbers, month ends; what only looks like them; and the story planted in the simulated city."""

import random
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from risk_model.quality.junk import JunkFinding, quota_junk, suspicious
from risk_model.quality.observed import Observed
from risk_model.scoring.examples import LabelledExample
from risk_model.scoring.fields import ScoringFields
from tests.disputes import rules
from tests.examples import labelled

LIMITS = rules().policy.model.junk
COPY = "走访发现村民因琐事争吵，网格员现场劝解，双方和好，已处理完毕。"
SEPTEMBER = datetime(2025, 9, 1, 2, tzinfo=UTC)


def honest(reporter: str, count: int, seed: int) -> list[Observed]:
    """A reporter's ordinary month: different texts, any head counts, any days."""
    chance = random.Random(seed)
    letters = [chr(0x4E00 + n) for n in range(500)]
    return [
        Observed(
            f"{reporter}/{n}",
            "/gov/379001/grid",
            "".join(chance.choices(letters, k=40)),
            ScoringFields("gov.grid_report", chance.randint(1, 40), chance.randint(1, 10**8)),
            SEPTEMBER + timedelta(days=chance.randint(0, 29)),
            SEPTEMBER + timedelta(days=29),
            reporter,
        )
        for n in range(count)
    ]


def others() -> list[Observed]:
    """Ten ordinary reporters."""
    return [event for number in range(10) for event in honest(f"r{number}", 30, number)]


def padded(**changed: object) -> list[Observed]:
    """A month of twenty reports with the same change in each."""
    return [msgspec.structs.replace(event, **changed) for event in honest("padder", 20, 99)]


def codes(found: list[JunkFinding]) -> dict[str, set[str]]:
    """Signs by reporter."""
    return {f.reporter: {reason.code for reason in f.reasons} for f in found}


def test_ordinary_months_are_left_alone() -> None:
    """Nobody is flagged."""
    assert quota_junk(others(), LIMITS) == []


def test_copies_are_flagged_with_their_ids() -> None:
    """The copies and nothing else; the exact multiple of ten is a sign beside it."""
    month = [msgspec.structs.replace(e, text=COPY) if n < 12 else e for n, e in enumerate(padded())]
    (found,) = quota_junk([*others(), *month], LIMITS)
    assert (found.reporter, found.month, found.reports) == ("padder", "2025-09", 20)
    assert sorted(found.event_ids) == sorted(f"padder/{n}" for n in range(12))
    assert {r.code for r in found.reasons} == {"junk.copies", "junk.quota_mark"}
    assert "12 件正文雷同" in found.reasons[0].text


@pytest.mark.parametrize(
    "changed",
    [
        {"matter_id": "m1"},
        {"fields": ScoringFields("gov.grid_report", 3, repeat_count=2)},
        {"fields": ScoringFields("gov.repeat_petition", 3)},
        {"text": "已处理完毕。"},
    ],
)
def test_what_is_alike_for_a_reason_is_no_junk(changed: dict[str, object]) -> None:
    """Reports of one matter, repeated complaints, and texts too short to differ."""
    assert quota_junk([*others(), *padded(**{"text": COPY} | changed)], LIMITS) == []


def test_round_numbers_and_a_rush_at_the_end_of_the_month() -> None:
    """Without a single copy: both signs, against what others do."""
    late = [
        msgspec.structs.replace(e, occurred_at=SEPTEMBER + timedelta(days=26 + n % 4))
        for n, e in enumerate(padded(fields=ScoringFields("gov.grid_report", 10, 5_000_000)))
    ]
    found = quota_junk([*others(), *late], LIMITS)
    assert codes(found) == {"padder": {"junk.round_people", "junk.round_amount", "junk.month_end", "junk.quota_mark"}}
    assert all("通常" in r.text for r in found[0].reasons if r.code != "junk.quota_mark")


def test_uploading_at_the_end_of_the_month_is_no_rush() -> None:
    """Days of the events count, not days of the reports; and where all do it, it says nothing."""
    rush = [msgspec.structs.replace(e, occurred_at=SEPTEMBER + timedelta(days=28)) for e in [*others(), *padded()]]
    assert quota_junk(rush, LIMITS) == []


def test_few_reports_are_not_judged() -> None:
    """Below the policy's number."""
    assert quota_junk([*others(), *padded(text=COPY)[: LIMITS.min_reports - 1]], LIMITS) == []


def test_suspicious_examples_of_a_label_file() -> None:
    """Positions of one agency's copies, or one labeller's where no agency is known."""
    ordinary = labelled(5)
    copied = [
        LabelledExample(COPY, ScoringFields("gov.grid_report", 5), "邻里", 1, SEPTEMBER, "/gov/379001/grid")
        for _ in range(10)
    ]
    assert suspicious([*ordinary, *copied], LIMITS) == set(range(5, 15))
    apart = [msgspec.structs.replace(e, source=f"/gov/37900{n}/grid") for n, e in enumerate(copied)]
    assert suspicious([*ordinary, *apart], LIMITS) == set()
    nobody = [msgspec.structs.replace(e, source=None) for e in copied]
    assert suspicious(nobody, LIMITS) == set()
    assert len(suspicious([msgspec.structs.replace(e, labelled_by="王某") for e in nobody], LIMITS)) == 10
    many = [msgspec.structs.replace(e, source="/gov/379001/grid") for e in labelled(300)]
    found = suspicious([*many, *copied], LIMITS)
    assert set(range(300, 310)) <= found
