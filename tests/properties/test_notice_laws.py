"""Laws of notices (Hypothesis): nothing told is lost or told twice, whatever is looked at when, in whatever order."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from risk_model.folding import record
from risk_model.notices.bundling import address, bundle
from risk_model.notices.entities import FAILED, SENT, WAITING
from risk_model.notices.retrying import next_attempt
from risk_model.notices.settings import NoticeTable
from risk_model.state import State
from schemas.domain_events import NoticeDelayed, NoticeDue, NoticeFailed, NoticeRetried, NoticeSent

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
TABLE = NoticeTable(most=3)


@st.composite
def due(draw: st.DrawFn) -> list[NoticeDue]:
    """Notices for a few recipients by a few channels, due at some time within ten minutes."""
    places = st.tuples(st.sampled_from("甲乙"), st.sampled_from(["mail", "wecom"]), st.integers(0, 600), st.booleans())
    return [
        NoticeDue(
            f"n{n:03}", "AlertRaised", "alert-a", n, "alert-a", who, "", how, f"题{n}", (), urgent, NOW + timedelta(seconds=at)
        )
        for n, (who, how, at, urgent) in enumerate(draw(st.lists(places, max_size=25)))
    ]  # fmt: skip


@given(notices=due(), looks=st.lists(st.integers(0, 700), max_size=12))
def test_every_notice_is_in_exactly_one_message(notices: list[NoticeDue], looks: list[int]) -> None:
    """However often it is looked: none before it is due, none twice, none left behind; no message mixes recipients or is too long."""
    waiting = {notice.notice_id: notice for notice in notices}
    seen: list[str] = []
    for seconds in [*sorted(looks), 600 + int(TABLE.gather_seconds)]:
        at = NOW + timedelta(seconds=seconds)
        for message in bundle(waiting.values(), at, TABLE):
            found = [waiting.pop(notice_id) for notice_id in message.notice_ids]
            assert {address(notice) for notice in found} == {(message.recipient, message.county, message.channel)}
            assert all(notice.due_at <= at for notice in found)
            assert len(found) <= TABLE.most
            seen += message.notice_ids
    assert sorted(seen) == sorted(notice.notice_id for notice in notices)


@given(notices=due(), order=st.randoms(use_true_random=False))
def test_messages_do_not_depend_on_the_order(notices: list[NoticeDue], order) -> None:
    """The same notices make the same messages."""
    shuffled = list(notices)
    order.shuffle(shuffled)
    at = NOW + timedelta(seconds=300)
    assert bundle(notices, at, TABLE) == bundle(shuffled, at, TABLE)


@given(seconds=st.floats(0, 90_000), attempt=st.integers(1, 200), asked=st.floats(0, 1e6), draw=st.floats(0, 0.999))
def test_a_next_attempt_is_later_and_not_too_late(seconds: float, attempt: int, asked: float, draw: float) -> None:
    """Always in the future, never beyond the day, never further off than the longest pause and its jitter."""
    now = NOW + timedelta(seconds=seconds)
    again = next_attempt(attempt, NOW, now, asked, draw, TABLE)
    if again is None:
        return
    assert now < again <= NOW + timedelta(hours=TABLE.give_up_hours)
    assert (again - now).total_seconds() <= TABLE.longest_retry_seconds * (1 + TABLE.jitter) + 1e-3


@given(steps=st.lists(st.sampled_from(["later", "sent", "failed", "retried"]), max_size=12))
def test_a_message_ends_once_unless_it_is_sent_again(steps: list[str]) -> None:
    """The fold follows what may happen: a message that is done is only ever opened again by an operator."""
    state = State()
    notice = NoticeDue("n", "c", "s", 1, "alert-a", "甲", "", "mail", "题", (), True, NOW)
    (made,) = bundle([notice], NOW, TABLE)
    stream = f"message-{made.message_id}"
    record(state, stream, made)
    message = state.messages[made.message_id]
    for step in steps:
        attempt = message.attempts + 1
        if message.status == WAITING and step != "retried":
            event = {
                "later": NoticeDelayed(made.message_id, attempt, NOW, NOW + timedelta(seconds=30), "HTTP 500"),
                "sent": NoticeSent(made.message_id, attempt, NOW),
                "failed": NoticeFailed(made.message_id, attempt, NOW, "refused", "HTTP 400"),
            }[step]
            record(state, stream, event)
        elif message.status == FAILED and step == "retried":
            record(state, stream, NoticeRetried(made.message_id, "运维", NOW))
            assert (message.attempts, message.code) == (0, "")
        assert (message.next_at is None) == (message.status in (SENT, FAILED))
        assert message.version == state.versions[stream]
