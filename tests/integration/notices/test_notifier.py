"""From the event to the receiver on both databases: once each, with the same content after a rebuild, whoever else sends."""

from infra.notices.owing import gather, owe
from infra.store.digest import exact_digest
from infra.store.rebuild import rebuild
from infra.store.tables import reads
from tests.services.notices import MINUTE, orange, run
from tests.services.seeding import FIRST_DAY
from tests.stores import facts


def test_from_alert_to_mail_and_robot(store, rules, contacts, sender, receiver) -> None:
    """Each channel gets the alert; the plan has nobody who is told, which is seen; nothing is sent twice; a rebuild is the same."""
    store.add([orange(1)])
    made = sender()
    assert run(store, rules, contacts, made, FIRST_DAY + MINUTE / 2) == 0  # gathered for a minute
    assert run(store, rules, contacts, made, FIRST_DAY + MINUTE) == 2
    assert run(store, rules, contacts, made, FIRST_DAY + 2 * MINUTE) == 0
    (mail,), (post,) = receiver.mails, receiver.posts
    assert "【橙色预警】" in mail["Subject"]
    assert "https://fuyuan.example/v1/alerts/" in mail.get_content()
    assert "【橙色预警】" in post.body["text"]["content"]
    due = facts(store.engine, "NoticeDue")
    assert sorted((n.cause, n.channel) for n in due) == [
        ("AlertReleased", "mail"),
        ("AlertReleased", "wecom"),
        ("PlanReleased", ""),
    ]
    assert len(facts(store.engine, "NoticeSent")) == 2
    rebuilt = rebuild(store.engine)
    assert rebuilt.same
    with store.engine.connect() as connection:
        assert exact_digest(connection, reads) == rebuilt.after


def test_sent_but_not_recorded_is_sent_again_with_the_same_key(store, rules, contacts, sender, receiver) -> None:
    """A sender that ends between the channel's answer and the record: repeats can be dropped by their key."""
    store.add([orange(1)])
    now = FIRST_DAY + MINUTE
    owe(store.engine, rules, contacts.channels, now)
    gather(store.engine, rules, now)
    first = sender()
    first._start(now)  # and it is gone before it records
    first.close()
    assert facts(store.engine, "NoticeSent") == []
    run(store, rules, contacts, sender(), now + MINUTE)
    assert len(facts(store.engine, "NoticeSent")) == 2
    keys = [mail["X-Fuyuan-Key"] for mail in receiver.mails]
    assert len(keys) == 2
    assert len(set(keys)) == 1


def test_two_senders_at_once_record_each_attempt_once(store, rules, contacts, sender, receiver) -> None:
    """Lease or no lease: whoever is second finds the message sent."""
    store.add([orange(1)])
    now = FIRST_DAY + MINUTE
    owe(store.engine, rules, contacts.channels, now)
    gather(store.engine, rules, now)
    one, two = sender(), sender()
    one._start(now)
    two._start(now)
    recorded = one.turn(now, 5.0) + two.turn(now, 5.0)
    for _ in range(100):
        if not (one.flying() or two.flying()):
            break
        recorded += one.turn(now, 0.1) + two.turn(now, 0.1)
    assert recorded == 2
    assert len(facts(store.engine, "NoticeSent")) == 2


def test_events_are_looked_at_once(store, rules, contacts) -> None:
    """A crash between cursor and notices is impossible; looking twice, or from an older place, records nothing twice."""
    store.add([orange(1)])
    first = owe(store.engine, rules, contacts.channels, FIRST_DAY)
    assert first == 2  # of the alert, and of its plan
    assert owe(store.engine, rules, contacts.channels, FIRST_DAY) == 0
    from sqlalchemy import update

    from infra.store.tables import publications

    with store.engine.connect().execution_options(fuyuan_write=True) as connection, connection.begin():
        connection.execute(update(publications).where(publications.c.name == "notices").values(last_seq=0))
    assert owe(store.engine, rules, contacts.channels, FIRST_DAY) == 2
    assert len(facts(store.engine, "NoticeDue")) == 3


def test_duties_requests_and_deadlines_are_told(store, rules, contacts) -> None:
    """A decision of the conference, a request, and what became of them: through the real commands and ticks."""
    from datetime import date, timedelta

    from infra.conferences import convene, handle_conference
    from infra.deadlines import tell
    from infra.store.access import StoreAccess
    from risk_model.conferences.steps import ConferenceCommand
    from schemas.domain_events import AgendaItem

    access = StoreAccess(store.engine)
    held = access.write(convene, "会", date(2025, 9, 30), "王某", (AgendaItem("1", "", "题", "379001"),), FIRST_DAY)
    command = ConferenceCommand("decide", "王某", "1", text="列出复工条件", lead="住建局", due_days=10)
    access.write(handle_conference, held.conference_id, command, 1, rules.clocks, FIRST_DAY)
    warned = FIRST_DAY + timedelta(days=9)
    assert tell(store.engine, rules.clocks, warned) > 0
    owe(store.engine, rules, contacts.channels, warned)
    due = facts(store.engine, "NoticeDue")
    assert {(n.cause, n.recipient) for n in due} >= {("DutyAssigned", "住建局"), ("DeadlineWarned", "住建局")}
