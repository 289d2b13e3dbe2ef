"""Who is told of which event, in which words; value tables of bundling, back-off and the length of a message."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.rules import load_rules
from infra.settings import Settings
from risk_model.entities import Alert
from risk_model.notices.bundling import bundle, message_id, words
from risk_model.notices.due import notices_due
from risk_model.notices.known import Known
from risk_model.notices.retrying import next_attempt
from risk_model.notices.settings import NoticeTable
from risk_model.rules import Rules
from schemas.domain_events import (
    AlertAcknowledged,
    AlertOverdue,
    AlertReleased,
    DomainEvent,
    NoticeDue,
    PlanReleased,
    Recorded,
)
from schemas.reasons import Reason

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
TABLE = NoticeTable()
WHY = tuple(Reason(f"floor.{n}", f"理由{n}", "floor") for n in range(1, 6))


@pytest.fixture(scope="module")
def rules() -> Rules:
    """The shipped rules."""
    return load_rules(Settings(_env_file=None))


def alert(level: int = 3, **changed: object) -> Alert:
    """An alert of a matter in 云中区."""
    fields = {
        "alert_id": "a1",
        "kind": "matter",
        "level": level,
        "status": "raised",
        "title": "幸福里项目停工",
        "category": "问题楼盘",
        "county": "379001",
        "region": "379001001",
        "owner": "云中区县级包案领导",
        "reasons": list(WHY),
        "occurred_at": NOW - timedelta(hours=1),
        "policy_version": "p",
    }
    return Alert(**(fields | changed))


def due(event: DomainEvent, known_alert: Alert, rules: Rules, at: datetime = NOW, **known: object) -> list[NoticeDue]:
    """Notices of an event when every recipient has mail."""
    fields = {"newest": {"a1": known_alert.occurred_at}, "asked_at": {}} | known
    whole = Known({"a1": known_alert}, fields["newest"], fields["asked_at"], rules, at)
    return notices_due(Recorded("alert-a1", 2, event), whole, lambda recipient, county: ("mail",))


def released(level: int, owner: str, cause: str = "raised", wait: timedelta = timedelta()) -> AlertReleased:
    """The event that lets the alert be told."""
    why = Reason(f"released.{cause}", f"缘由 {cause}", "rule")
    return AlertReleased("a1", cause, level, owner, NOW + wait, why, NOW)


def test_released(rules: Rules) -> None:
    """Title, level with its note, place, reasons up to the limit, the limit of the acknowledgement; to the owner."""
    (notice,) = due(released(3, "云中区县级包案领导"), alert(), rules)
    assert notice.title == "【橙色预警】幸福里项目停工"
    assert (notice.recipient, notice.county, notice.channel, notice.urgent) == (
        "云中区县级包案领导",
        "379001",
        "mail",
        False,
    )
    assert notice.lines == (
        "等级：橙（内部风险等级，须经人工确认）",
        "种类：重大事项；类别：问题楼盘；地点：云中区钟楼街道",
        "依据：理由1",
        "依据：理由2",
        "依据：理由3",
        "另有依据 2 项",
        "请于11月25日18:00以前签收",
    )


def test_two_owners_and_red_is_urgent(rules: Rules) -> None:
    """府院联席会议、市级包案领导 are two recipients."""
    found = due(released(4, "府院联席会议、市级包案领导"), alert(4), rules)
    assert [(n.recipient, n.urgent) for n in found] == [
        ("府院联席会议", True),
        ("市级包案领导", True),
    ]
    assert len({n.notice_id for n in found}) == 2


@pytest.mark.parametrize(
    ("event", "title", "recipients", "line"),
    [
        (
            released(4, "府院联席会议", "escalated"),
            "【红色预警升级】幸福里项目停工",
            ["府院联席会议"],
            "告知缘由：缘由 escalated",
        ),
        (
            released(3, "云中区县级包案领导", "reopened"),
            "【橙色预警重新打开】幸福里项目停工",
            ["云中区县级包案领导"],
            "告知缘由：缘由 reopened",
        ),
        (
            released(3, "云中区县级包案领导", "digest"),
            "【橙色预警（周报）】幸福里项目停工",
            ["云中区县级包案领导"],
            "告知缘由：缘由 digest",
        ),
        (
            AlertOverdue(
                "a1", 3, "alert.acknowledge.orange", "橙色预警签收", NOW, NOW, 0, "市级包案领导", "联席办", False
            ),
            "【橙色预警逾期未签收】幸福里项目停工",
            ["市级包案领导", "联席办"],
            "橙色预警签收期限已于11月25日10:00届满，现由市级包案领导负责",
        ),
    ],
)
def test_other_events(event: DomainEvent, title: str, recipients: list[str], line: str, rules: Rules) -> None:
    """Each kind of event in the table."""
    found = due(event, alert(), rules)
    about = [n for n in found if n.about == "alert-a1"]
    assert [n.recipient for n in about] == recipients
    assert {n.title for n in about} == {title}
    assert line in found[0].lines


@pytest.mark.parametrize(
    ("cause", "title"),
    [
        ("drafted", "【方案待签发】关于幸福里项目停工的处置方案（草稿）"),
        ("returned", "【方案待签发】关于幸福里项目停工的处置方案（草稿）"),
        ("redrafted", "【方案重拟待签发】关于幸福里项目停工的处置方案（草稿）"),
        ("known", None),
    ],
)
def test_plan_released(cause: str, title: str | None, rules: Rules) -> None:
    """To the office that signs, after quiet hours, with the reason; whoever knows already is not told anew."""
    why = Reason(f"plan.{cause}", "随所属预警告知", "rule")
    event = PlanReleased("p1", "a1", cause, 1, 3, "府院联席会议办公室", NOW + timedelta(hours=9), why, NOW)
    found = due(event, alert(), rules)
    assert [n.title for n in found] == ([] if title is None else [title])
    for notice in found:
        assert (notice.about, notice.recipient, notice.urgent) == ("plan-p1", "府院联席会议办公室", False)
        assert notice.due_at == NOW + timedelta(hours=9)
        assert notice.lines == (
            "等级：橙（内部风险等级，须经人工确认）",
            "告知缘由：随所属预警告知",
            "签发以前一律是草稿",
        )


def test_nobody_is_told_of_other_events(rules: Rules) -> None:
    """A step that asks nothing of anybody."""
    assert due(AlertAcknowledged("a1", "王某", NOW), alert(), rules) == []


def test_a_past_that_was_brought_in_is_not_told(rules: Rules) -> None:
    """Older than stale_days when it was raised; one that only waited for the digest is told, however late."""
    old = {"newest": {"a1": NOW - timedelta(days=TABLE.stale_days, seconds=1)}}
    assert due(released(3, "甲"), alert(), rules, **old) == []
    waited = {"newest": {"a1": NOW - timedelta(days=30)}, "asked_at": {"a1": NOW - timedelta(days=30)}}
    assert due(released(3, "甲", "digest"), alert(), rules, **waited) != []
    assert due(released(3, "甲", "reopened"), alert(), rules, **old) != []  # an official's word is always news


def test_quiet_hours_and_merged_matters(rules: Rules) -> None:
    """Due when the release says; the limit runs from then. Whoever knows of it by an alert before a merge is not told anew."""
    (notice,) = due(released(3, "甲", wait=timedelta(hours=9)), alert(), rules)
    assert notice.due_at == NOW + timedelta(hours=9)
    assert "请于11月26日03:00以前签收" in notice.lines
    assert due(released(3, "甲", "merged"), alert(), rules) == []
    night = NOW + timedelta(hours=13)
    late = AlertOverdue("a1", 3, "c", "n", NOW, NOW, 0, "甲", "", True)
    (notice,) = due(late, alert(), rules, at=night)
    assert notice.due_at == night + timedelta(hours=9)


def test_an_acknowledgement_late_over_a_long_holiday_is_told(rules: Rules) -> None:
    """Its age is that of the moment it was asked for."""
    event = AlertOverdue("a1", 3, "c", "n", NOW, NOW, 0, "甲", "", True)
    newest = {"a1": NOW - timedelta(days=12)}
    assert due(event, alert(), rules, newest=newest, asked_at={"a1": NOW - timedelta(days=12)}) != []
    assert due(event, alert(), rules, newest=newest, asked_at={"a1": NOW}) == []


def test_a_recipient_without_contact_is_a_gap(rules: Rules) -> None:
    """One notice with an empty channel."""
    known = Known({"a1": alert()}, {}, {}, rules, NOW)
    (notice,) = notices_due(Recorded("alert-a1", 1, released(3, "甲")), known, lambda *_: ())
    assert notice.channel == ""


def notice(number: int, recipient: str = "甲", seconds: float = 0, urgent: bool = False) -> NoticeDue:
    """A notice that has been due for so many seconds."""
    at = NOW - timedelta(seconds=seconds)
    return NoticeDue(
        f"n{number:03}", "AlertRaised", "alert-a", 1, "alert-a", recipient, "379001", "mail", f"标题{number}", ("第一行",), urgent, at
    )  # fmt: skip


@pytest.mark.parametrize(
    ("notices", "made"),
    [
        ([notice(1, seconds=59)], []),
        ([notice(1, seconds=60)], [("n001",)]),
        ([notice(1, seconds=60), notice(2, seconds=1)], [("n001", "n002")]),
        ([notice(1, seconds=0, urgent=True)], [("n001",)]),
        ([notice(1, seconds=5), notice(2, seconds=0, urgent=True)], [("n001", "n002")]),
        ([notice(1, seconds=60), notice(2, "乙", seconds=1)], [("n001",)]),
        ([notice(1, seconds=-1, urgent=True)], []),
        ([notice(n, seconds=60) for n in range(45)], [20, 20, 5]),
    ],
)
def test_bundles(notices: list[NoticeDue], made: list[object]) -> None:
    """Waited long enough, or urgent; by recipient; not before they are due; so many at most."""
    found = [event.notice_ids for event in bundle(notices, NOW, TABLE)]
    assert [len(ids) if isinstance(want, int) else ids for ids, want in zip(found, made, strict=True)] == made


def test_one_and_many_in_words() -> None:
    """A single notice is itself; several are counted and numbered; each with its link, and the key at the end."""
    one = words([notice(1)], "k1", "https://fuyuan.example/")
    assert one.title == "标题1"
    assert one.body == "第一行\n查看：https://fuyuan.example/v1/alerts/a\n\n编号：k1（重复收到同一编号的，以一次为准）"
    two = words([notice(1), notice(2)], "k2", "")
    assert two.title == "【府院联动】2 条通知：标题1 等"
    assert two.body.startswith("1. 标题1\n第一行\n\n2. 标题2\n第一行\n\n编号：k2")


@given(count=st.integers(1, 20), length=st.integers(1, 400), most=st.sampled_from([600, 2048, 19_000]))
def test_a_message_fits_its_channel(count: int, length: int, most: int) -> None:
    """However much there is to say: bytes, not characters; the key is always there; nothing is dropped unsaid."""
    long = [
        NoticeDue(f"n{n}", "c", "s", 1, "alert-a", "甲", "", "wecom", "题" * length + str(n), ("行" * length,), False, NOW)
        for n in range(count)
    ]  # fmt: skip
    made = words(long, "k" * 32, "", most)
    assert len(made.title.encode()) + len(made.body.encode()) + 2 <= most
    assert "k" * 32 in made.body
    said = sum(f"题{n}" in made.title + made.body for n in range(count))
    assert said == count or "在系统中查看" in made.body


def test_message_ids_follow_from_the_notices() -> None:
    """The same notices, the same key."""
    assert message_id(["a", "b"]) == message_id(["a", "b"]) != message_id(["ab"])


@pytest.mark.parametrize(
    ("attempt", "asked", "draw", "seconds"),
    [(1, 0, 0, 30), (2, 0, 0, 60), (5, 0, 0, 480), (9, 0, 0, 3600), (40, 0, 0, 3600), (1, 0, 0.5, 37.5), (1, 120, 0, 120), (1, 90_000, 0, 3600)],
)  # fmt: skip
def test_pauses(attempt: int, asked: float, draw: float, seconds: float) -> None:
    """They double to an hour, are drawn longer, and heed what the channel asks for."""
    assert next_attempt(attempt, NOW, NOW, asked, draw, TABLE) == NOW + timedelta(seconds=seconds)


def test_it_is_given_up() -> None:
    """No attempt later than a day after the first."""
    late = NOW + timedelta(hours=24) - timedelta(seconds=29)
    assert next_attempt(1, NOW, late, 0, 0, TABLE) is None
    assert next_attempt(1, NOW, late - timedelta(seconds=1), 0, 0, TABLE) is not None
