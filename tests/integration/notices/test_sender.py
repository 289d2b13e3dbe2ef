"""The sender: gathered, tried again, given up, killed in between, many at once; and contacts that cannot be used."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from infra.dispatching import Dispatcher
from infra.notices.answers import Answer, Outcome
from infra.notices.contacts import Contacts, load_contacts
from infra.notices.owing import begin, gather, owe
from infra.notices.sending import Sender
from infra.rules import load_rules
from infra.store.rebuild import rebuild
from schemas.domain_events import NoticeBundled, NoticeDelayed, NoticeDue, NoticeFailed, NoticeSent
from tests.services.notices import MINUTE, orange, run, write_contacts
from tests.services.seeding import FIRST_DAY, Seeded, against, assessed
from tests.stores import facts


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough here."""
    return sqlite_url


def test_several_within_a_minute_are_one_message(store, rules, contacts, sender, receiver) -> None:
    """Three alerts of one county's leader are one mail; a red one waits for none."""
    store.add([orange(n) for n in (1, 2, 3)])
    made = sender()
    run(store, rules, contacts, made, FIRST_DAY + MINUTE)
    assert "3 条通知" in receiver.mails[0]["Subject"]
    assert len(receiver.mails) == 1
    red = assessed(9, at=FIRST_DAY + MINUTE, level=4, title="红", **against("企业9"))
    store.add([red], at=FIRST_DAY + 2 * MINUTE)
    run(store, rules, contacts, made, FIRST_DAY + 2 * MINUTE)
    hook = [post for post in receiver.posts if post.path == "/hook"]
    assert [n["title"][:6] for post in hook for n in post.body["notices"]] == ["【红色预警】"]


def test_a_failing_channel_is_tried_again_and_the_others_are_not_held_up(
    store, rules, contacts, sender, receiver
) -> None:
    """500 twice, then taken: the same key each time; the mail went out at once."""
    store.add([orange(1)])
    receiver.answers += [(500, {}), (500, {})]
    made, now = sender(), FIRST_DAY + MINUTE
    run(store, rules, contacts, made, now)
    assert len(receiver.mails) == 1
    assert run(store, rules, contacts, made, now + timedelta(seconds=29)) == 0
    assert run(store, rules, contacts, made, now + timedelta(seconds=30)) == 1
    assert run(store, rules, contacts, made, now + timedelta(seconds=89)) == 0
    assert run(store, rules, contacts, made, now + timedelta(seconds=90)) == 1
    assert len({post.body["text"]["content"] for post in receiver.posts}) == 1
    assert len(receiver.posts) == 3
    delayed, sent = facts(store.engine, "NoticeDelayed"), facts(store.engine, "NoticeSent")
    assert [(e.attempt, e.reason) for e in delayed] == [(1, "HTTP 500"), (2, "HTTP 500")]
    assert {e.attempt for e in sent} == {1, 3}


def test_a_channel_that_left_the_contacts_has_failed(store, rules, contacts, receiver) -> None:
    """Nobody waits for ever for an address that is gone."""
    store.add([orange(1)])
    now = FIRST_DAY + MINUTE
    owe(store.engine, rules, contacts.channels, now)
    gather(store.engine, rules, now)
    made = Sender(store.engine, Contacts((), {}), rules.policy.notice)
    assert made.turn(now, 5.0) == 2
    made.close()
    assert {e.code for e in facts(store.engine, "NoticeFailed")} == {"no_channel"}


def test_a_slow_channel_holds_up_no_other(store, rules, contacts, sender, receiver) -> None:
    """While one channel thinks, another delivers and is recorded."""
    store.add([orange(1)])
    released = threading.Event()

    def post(target, outgoing, timeout):
        if target.schema == "mailto":
            assert released.wait(30)
        return Answer(Outcome.DELIVERED)

    made, now = sender(post=post), FIRST_DAY + MINUTE
    owe(store.engine, rules, contacts.channels, now)
    gather(store.engine, rules, now)
    made.turn(now)
    while made.flying() > 1:  # until the other is recorded
        made.turn(now, 0.05)
    assert len(facts(store.engine, "NoticeSent")) == 1
    released.set()
    assert made.turn(now, 5.0) == 1


def test_a_past_that_is_imported_calls_nobody(store, rules, contacts) -> None:
    """An alert of last year, recorded now."""
    store.add([orange(1)], at=FIRST_DAY + timedelta(days=300))
    assert owe(store.engine, rules, contacts.channels, FIRST_DAY + timedelta(days=300)) == 1
    assert facts(store.engine, "NoticeDue") == []


def test_a_late_report_is_news(store, rules, contacts) -> None:
    """What happened three weeks ago and is reported now is told."""
    now = FIRST_DAY + timedelta(days=21)
    store.add([msgspec.structs.replace(orange(1), reported_at=now)], at=now)
    owe(store.engine, rules, contacts.channels, now)
    assert [e.about for e in facts(store.engine, "NoticeDue")]


def test_many_at_once(store, rules, contacts, sender, receiver) -> None:
    """Two hundred alerts: every one is told, in messages that are full."""
    store.add([orange(n) for n in range(200)])
    made, now = sender(), FIRST_DAY + MINUTE
    for _ in range(60):
        if run(store, rules, contacts, made, now) == 0:
            break
    told = facts(store.engine, "NoticeDue", "NoticeBundled", "NoticeSent", "NoticeDelayed", "NoticeFailed")
    due = [e for e in told if isinstance(e, NoticeDue) and e.channel]
    bundled = [notice for e in told if isinstance(e, NoticeBundled) for notice in e.notice_ids]
    assert len(due) == 400
    assert sorted(bundled) == sorted(n.notice_id for n in due)
    assert sum(isinstance(e, NoticeSent) for e in told) == sum(isinstance(e, NoticeBundled) for e in told) == 20
    assert not any(isinstance(e, (NoticeDelayed, NoticeFailed)) for e in told)
    assert len(receiver.mails) == 10


def test_the_worker_is_killed_and_nothing_is_lost(database_url, settings, receiver, tmp_path) -> None:
    """The process itself, killed while channels answer slowly: each notice arrives, repeats carry the same key."""
    seeded = Seeded(database_url, settings)
    from infra import clock

    begin(seeded.engine, clock.now())
    path = write_contacts(
        tmp_path / "contacts.toml",
        f'[[contact]]\nrecipient = "府院联席会议"\nchannels = {{ hook = "{receiver.webhook()}" }}\n',
    )
    environment = os.environ | {
        "FUYUAN_DATABASE_URL": database_url,
        "FUYUAN_HOME": str(tmp_path),
        "FUYUAN_CONTACTS_FILE": str(path),
    }
    receiver.pause_seconds = 0.3
    now = clock.now()
    seeded.add([assessed(n, at=now, level=4, title=f"红 {n}", **against(f"企业{n}")) for n in range(3)], at=now)
    Dispatcher(seeded.engine, load_rules(settings)).dispatch(now)
    command = [sys.executable, "-m", "infra.notices.worker"]
    for kill in (True, False):
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            deadline, before = time.monotonic() + 60, len(receiver.posts)
            while time.monotonic() < deadline and process.poll() is None:
                done = facts(seeded.engine, "NoticeSent")
                if (kill and len(receiver.posts) > before) or (not kill and done):
                    break
                time.sleep(0.02)
        finally:
            process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
            output = process.communicate(timeout=30)[0].decode()
        if kill:  # its lease need not be waited for
            from sqlalchemy import delete

            from infra.store.tables import publications

            with seeded.engine.connect().execution_options(fuyuan_write=True) as connection, connection.begin():
                connection.execute(delete(publications).where(publications.c.name == "notices-sender"))
    assert process.returncode == 0, output
    assert "127.0.0.1" not in output
    posts = [post.body for post in receiver.posts]
    assert len({post["key"] for post in posts}) == len(facts(seeded.engine, "NoticeBundled")) == 1
    assert len(posts) == 2
    assert len(posts[0]["notices"]) == 3
    seeded.close()


@pytest.mark.parametrize(
    ("mode", "text", "words"),
    [
        (0o644, "", "chmod 600"),
        (0o600, "[[contact]]\nrecipient = ''\nchannels = {m = 'json://h.example/'}", "recipient"),
        (0o600, "[[contact]]\nrecipient = '甲'\nchannels = {}", "channels"),
        (0o600, "[[contact]]\nrecipient = '甲'\ncounty = '12'\nchannels = {m = 'json://h.example/'}", "county"),
        (0o600, "[[contact]]\nrecipient = '甲'\nchannels = {m = 'slack://hidden'}", "slack"),
        (0o600, "[[contact]]\nrecipient = '甲'\nphone = '1'\nchannels = {}", "phone"),
        (0o600, "hidden = [[", "TOML"),
        (0o600, "[endpoints]\nslack = 'http://h/{key}'", "endpoints"),
    ],
)
def test_contacts_that_cannot_be_used(tmp_path: Path, mode: int, text: str, words: str) -> None:
    """Each says where and what; none repeats an address."""
    from infra.notices.contacts import ContactsRefused

    path = tmp_path / "contacts.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    with pytest.raises(ContactsRefused, match=words) as refused:
        load_contacts(path)
    assert "hidden" not in str(refused.value)


def test_the_most_specific_contact_is_taken(tmp_path: Path) -> None:
    """The whole name before its end, the county before any."""
    text = "".join(
        f"[[contact]]\nrecipient = '{name}'\ncounty = '{county}'\nchannels = {{ {channel} = 'json://h.example/' }}\n"
        for name, county, channel in [
            ("包案领导", "", "any"),
            ("县级包案领导", "", "ends"),
            ("县级包案领导", "379001", "county"),
            ("云中区县级包案领导", "", "whole"),
        ]
    )
    found = load_contacts(write_contacts(tmp_path / "contacts.toml", text))
    asked = [("云中区县级包案领导", "379001"), ("云东区县级包案领导", "379001"), ("云东区县级包案领导", "379002"),
             ("市级包案领导", "379001"), ("某局", "379001")]  # fmt: skip
    assert [found.channels(*each) for each in asked] == [("whole",), ("county",), ("ends",), ("any",), ()]


def test_refused_for_good_and_given_up(store, rules, contacts, sender, receiver) -> None:
    """A refusal fails at once; a channel that is never there fails after a day; both say why."""
    store.add([orange(1)])
    receiver.answers.append((200, {"errcode": 93000, "errmsg": "invalid webhook url"}))
    receiver.smtp_answers += [b"451 not now"] * 100
    made, now = sender(), FIRST_DAY + MINUTE
    while not run(store, rules, contacts, made, now) or len(facts(store.engine, "NoticeFailed")) < 2:
        now += 60 * MINUTE
    failed = facts(store.engine, "NoticeFailed")
    assert [(e.code, e.reason.split(" ")[0]) for e in failed] == [("refused", "93000"), ("gave_up", "SMTP")]
    assert timedelta(hours=22) < failed[1].at - failed[0].at <= timedelta(hours=24)
    assert receiver.mails == []
    assert rebuild(store.engine).same
