"""Tellings of duties, requests and deadlines: to whom, in which words; a past that was brought in calls nobody."""

from datetime import UTC, date, datetime, timedelta

import pytest

from infra.rules import load_rules
from infra.settings import Settings
from risk_model.duties.entity import Duty
from risk_model.ledger.entity import Request
from risk_model.notices.bundling import link
from risk_model.notices.known import Known, Telling
from risk_model.notices.telling import duties_needed, requests_needed, tellings
from schemas.domain_events import (
    DeadlineLapsed,
    DeadlineWarned,
    DomainEvent,
    DutyAssigned,
    DutySentBack,
    RequestAnswered,
    RequestMade,
    RequestSentBack,
)

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
RULES = load_rules(Settings(_env_file=None))
DUTY = DutyAssigned("t1", "plan", "p1", 1, "列出复工条件", "住建局", "379001", "王某", NOW, ("法院",), (), "15日内")
ADVICE = RequestMade(
    "r1", "judicial_advice", "court_to_government", "云法建〔2026〕3号", "云中区法院", "住建局", "规范预售资金监管", "379001", NOW
)  # fmt: skip
OF_DEADLINE = (
    "d1", "司法建议答复", "规范预售资金监管", "住建局", "云中区法院", "request", "r1", "379001", NOW, 0, date(2027, 1, 25), NOW,
)  # fmt: skip


def told(event: DomainEvent, at: datetime = NOW) -> list[Telling]:
    """What is told of an event recorded at a time."""
    duties, requests = {"t1": Duty(DUTY)}, {"r1": Request("r1", ADVICE), "r2": Request("r2")}
    return tellings(event, Known({}, {}, {}, RULES, at, duties, requests))


@pytest.mark.parametrize(
    ("event", "title", "recipients", "line", "about"),
    [
        (DUTY, "【任务交办】列出复工条件", ("住建局",), "时限：15日内", "duty-t1"),
        (DutySentBack("t1", "王某", NOW, "没有附图"), "【任务退回重办】列出复工条件", ("住建局",), "退回的理由：没有附图", "duty-t1"),
        (ADVICE, "【收到协助请求】规范预售资金监管", ("住建局",), "司法建议：规范预售资金监管", "request-r1"),
        (RequestAnswered("r1", NOW), "【请求已答复】规范预售资金监管", ("云中区法院",), "请审核：办结，或者退回", "request-r1"),
        (RequestSentBack("r1", "王某", NOW, "未答所问"), "【请求退回重办】规范预售资金监管", ("住建局",), "退回的理由：未答所问", "request-r1"),
        (
            DeadlineWarned(*OF_DEADLINE, "被建议单位联络员", "承办法官"),
            "【期限将至】规范预售资金监管",
            ("住建局", "被建议单位联络员", "云中区法院", "承办法官"),
            "期限：司法建议答复，最后一日为1月25日",
            "deadline-d1",
        ),
        (
            DeadlineLapsed(*OF_DEADLINE, "府院联席会议办公室", True),
            "【期限已过】规范预售资金监管",
            ("住建局", "府院联席会议办公室"),
            "期限：司法建议答复，最后一日为1月25日，已经届满",
            "deadline-d1",
        ),
    ],
)  # fmt: skip
def test_told(event: DomainEvent, title: str, recipients: tuple[str, ...], line: str, about: str) -> None:
    """Each kind of event in the table; by a link that the API answers."""
    (telling,) = told(event)
    assert (telling.title, telling.recipients, telling.about) == (title, recipients, about)
    assert line in telling.lines
    assert not telling.urgent
    assert link("https://f.example", about).startswith("https://f.example/v1/")


@pytest.mark.parametrize(
    "event",
    [DUTY, ADVICE, RequestAnswered("r1", NOW), DeadlineWarned(*OF_DEADLINE, "联络员"), RequestAnswered("r2", NOW)],
)
def test_nobody_is_called_for_what_is_long_past(event: DomainEvent) -> None:
    """Recorded more than stale_days later; and an answer whose request is not known yet."""
    assert told(event, NOW + timedelta(days=RULES.policy.notice.stale_days, seconds=1)) == []


def test_what_is_looked_up() -> None:
    """Only what the words need."""
    events = [DUTY, DutySentBack("t1", "a", NOW, "b"), ADVICE, RequestAnswered("r1", NOW)]
    assert (duties_needed(events), requests_needed(events)) == ({"t1"}, {"r1"})
