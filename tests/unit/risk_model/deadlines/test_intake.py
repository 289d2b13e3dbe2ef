"""Deadlines that events start and end by themselves: which, for whom, from when, in either order of arrival."""

from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from risk_model.deadlines.checking import check_deadlines
from risk_model.deadlines.entity import Deadline
from risk_model.deadlines.intake import deadline_ids, decide_deadlines
from risk_model.deadlines.rules import DeadlineRule
from risk_model.entities import Filed
from risk_model.local_time import SHANGHAI
from risk_model.policy import PolicyError, parse_policy
from risk_model.state import State
from schemas.assessed import Assessed
from tests.clocks import book
from tests.disputes import assessed, rules

AT = datetime(2026, 1, 5, 10, tzinfo=SHANGHAI)


def advice(number: int = 1, **changed: Any) -> Assessed:
    """A judicial advice, sent on 5 January 2026."""
    extra = {"document_number": "云法建〔2026〕1号", "addressee": "云中区住房和城乡建设局"} | changed.pop("extra", {})
    return assessed(number, kind="court.advice_issued", source="/court/379001/filing", at=AT, extra=extra, **changed)


def reply(number: int = 2, **changed: Any) -> Assessed:
    """Its reply, of 1 March."""
    extra = {"document_number": "云法建〔2026〕1号", "accepted": True}
    at = datetime(2026, 3, 1, 10, tzinfo=SHANGHAI)
    return assessed(number, kind="court.advice_replied", source="/court/379001/filing", at=at, extra=extra, **changed)


def played(*disputes: Assessed) -> dict[str, Deadline]:
    """Deadlines after these events, by code."""
    state = State()
    for dispute in disputes:
        state.filed[dispute.dispute_id] = Filed("m1", dispute.place.county)
        decide_deadlines(state, dispute, rules())
    return {deadline.code: deadline for deadline in state.deadlines.values()}


def test_advice_runs_two_months_for_the_addressee() -> None:
    """The corresponding day of the month; who owes and who asks by name; the matter it was filed in."""
    found = played(advice())["advice.reply"]
    assert (str(found.last_day), found.owing, found.asking) == (
        "2026-03-05",
        "云中区住房和城乡建设局",
        "云中区人民法院",
    )
    assert (found.about, found.matter_id, found.outcome) == ("dispute", "m1", None)


def test_reply_ends_it_whichever_comes_first() -> None:
    """The document number joins them; both orders fold to the same but the version's meaning."""
    forward, backward = played(advice(), reply())["advice.reply"], played(reply(), advice())["advice.reply"]
    assert (forward.outcome, forward.ended_at) == ("answered", reply().occurred_at)
    assert msgspec.to_builtins(forward) == msgspec.to_builtins(backward)


def test_what_is_said_again_changes_nothing() -> None:
    """A second event of the same document, a second reply."""
    assert played(advice(), advice(3), reply(), reply(4)) == played(advice(), reply())


@pytest.mark.parametrize(
    ("kind", "more", "codes"),
    [
        ("gov.petition", {"level": 3}, ["petition.conclude"]),
        ("gov.petition", {"level": 2}, []),
        ("gov.petition", {"level": 3, "extra": {"status": "办结"}}, []),
        ("gov.reconsideration", {"level": 3}, ["reconsideration.decide"]),
        ("gov.reconsideration", {"level": 3, "extra": {"procedure": "简易"}}, ["reconsideration.decide_summary"]),
        ("gov.labor_arbitration", {"level": 4}, ["labor.arbitrate"]),
        ("gov.hotline_ticket", {"subject": ("经济", "中小企业账款")}, ["sme.resolve"]),
        ("gov.hotline_ticket", {"subject": ("经济", "其他")}, []),
        ("court.bankruptcy_petition", {}, ["bankruptcy.accept"]),
        ("court.advice_issued", {"extra": {"document_number": "云法建〔2026〕1号", "advice_kind": "规范性文件"}}, ["advice.regulation_reply"]),
        ("court.advice_issued", {"extra": {}}, []),
        ("court.case_filed", {"category": "行政争议", "extra": {"hearing_at": "2026-04-20T09:00:00+08:00"}}, ["hearing.official_notice"]),
        ("court.case_filed", {"category": "行政争议", "extra": {"hearing_at": "2026-04-20"}}, []),
        ("court.case_filed", {"category": "行政争议"}, []),
        ("gov.grid_report", {"level": 4}, []),
    ],
)  # fmt: skip
def test_what_starts_by_itself(kind: str, more: dict[str, Any], codes: list[str]) -> None:
    """By type, level, class, the source's own fields."""
    assert list(played(assessed(1, kind=kind, **more))) == codes


def test_a_hearing_counts_backwards_and_is_owed_by_the_court() -> None:
    """Three days before, moved to the working day before; the parties' fields that are not there leave the kind's own words."""
    extra = {"hearing_at": "2026-04-20T09:00:00+08:00"}
    found = played(assessed(1, kind="court.case_filed", category="行政争议", extra=extra))["hearing.official_notice"]
    assert (str(found.last_day), found.owing, found.asking) == ("2026-04-17", "云中区人民法院", "被诉行政机关")


def test_only_what_refers_to_it_ends_it() -> None:
    """A mediation that succeeded, of the petition it refers to; one that failed, or of something else, does not."""
    petition = assessed(1, level=3)
    success = assessed(2, kind="gov.mediation", extra={"outcome": "success"}, references=(petition.dispute_id,))
    failure = assessed(3, kind="gov.mediation", extra={"outcome": "failure"}, references=(petition.dispute_id,))
    other = assessed(4, kind="gov.mediation", extra={"outcome": "success"}, references=("0" * 32,))
    assert played(petition, success)["petition.conclude"].outcome == "answered"
    assert played(petition, failure, other)["petition.conclude"].outcome is None


def test_a_reference_to_what_started_nothing_leaves_nothing() -> None:
    """The event referred to is known and had no deadline; an unknown one may still come."""
    ticket = assessed(1, kind="gov.hotline_ticket")
    success = assessed(2, kind="gov.mediation", extra={"outcome": "success"}, references=(ticket.dispute_id,))
    assert played(ticket, success) == {}
    petition = assessed(5, level=3)
    early = assessed(6, kind="gov.mediation", extra={"outcome": "success"}, references=(petition.dispute_id,))
    assert played(early, petition)["petition.conclude"].outcome == "answered"


def test_ids_are_those_decided_on() -> None:
    """What the store loads for an event is what deciding looks at."""
    state = State()
    for dispute in (advice(), reply(), assessed(5, level=3)):
        before = set(state.deadlines)
        decide_deadlines(state, dispute, rules())
        assert set(state.deadlines) - before <= deadline_ids(dispute, rules().policy.deadline)


def test_a_table_that_does_not_hold_is_refused() -> None:
    """An unknown clock, type or blank; a counted-back deadline without its field."""
    for rule, said in (
        (DeadlineRule("no.such", ("gov.petition",)), "no.such"),
        (DeadlineRule("hearing.official_notice", ("court.case_filed",)), "at"),
        (DeadlineRule("petition.conclude", ("gov.petition",), at="x"), "at"),
    ):
        with pytest.raises(PolicyError, match=said):
            check_deadlines((rule,), book())
    text = (Path(__file__).resolve().parents[4] / "risk_model" / "policy" / "default.toml").read_text(encoding="utf-8")
    for wrong in (
        'types = ["no.type"]',
        'types = ["gov.petition"]\nmin_level = "pink"',
        'types = ["gov.petition"]\nowing = "{nobody}"',
        'types = ["gov.petition"]\ncategories = ["没有"]',
        'types = ["gov.petition"]\nended_by = [{ types = ["x"] }]',
    ):
        with pytest.raises(PolicyError, match=r"deadline\["):
            parse_policy(f'{text}\n[[deadline]]\nclock = "petition.conclude"\n{wrong}\n'.encode())
