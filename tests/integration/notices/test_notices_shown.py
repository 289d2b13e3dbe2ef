"""Notices as the API and the command line show them; a failed message sent again."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from infra import clock
from infra.cli.notices import app
from infra.notices.owing import gather, owe
from infra.store.access import StoreAccess
from infra.store.queries.notices import notice_figures
from infra.store.rebuild import rebuild
from tests.services.api import running_api
from tests.services.notices import LEADER, MINUTE, orange, run, write_contacts
from tests.services.seeding import FIRST_DAY
from tests.stores import facts


@pytest.fixture
def failed(store, rules, contacts, sender, receiver):
    """Mail delivered, the robot refused, the plan told to nobody."""
    store.add([orange(1)])
    receiver.answers.append((200, {"errcode": 93000, "errmsg": "invalid webhook url"}))
    run(store, rules, contacts, sender(), FIRST_DAY + MINUTE)
    return store


def test_api(failed, settings, database_url: str) -> None:
    """Messages by filter, newest first, with what was said; gaps; no address anywhere."""
    with running_api(settings.model_copy(update={"database_url": database_url})) as api:
        every = api.get("/v1/notices").json()["items"]
        assert {(m["channel"], m["status"], m["code"]) for m in every} == {
            ("mail", "sent", ""),
            ("wecom", "failed", "refused"),
        }
        (refused,) = api.get("/v1/notices", params={"status": "failed", "county": "379001"}).json()["items"]
        assert refused["reason"] == "93000 invalid webhook url"
        assert refused["notices"][0]["title"].startswith("【橙色预警】")
        first = api.get("/v1/notices", params={"limit": 1}).json()
        second = api.get("/v1/notices", params={"limit": 1, "cursor": first["next_cursor"]}).json()
        assert {first["items"][0]["channel"], second["items"][0]["channel"]} == {"mail", "wecom"}
        (gap,) = api.get("/v1/notices/gaps").json()["items"]
        assert (gap["recipient"], gap["county_name"], gap["notices"]) == ("府院联席会议办公室", "云中区", 1)
        assert api.get("/v1/notices", params={"status": "lost"}).status_code == 422


def test_figures(failed) -> None:
    """What the operator's metrics show."""
    figures = StoreAccess(failed.engine).read(notice_figures, FIRST_DAY + 2 * MINUTE)
    assert (figures.waiting, figures.failed, figures.unaddressed, figures.oldest_seconds) == (0, 1, 1, 0.0)


def test_commands(failed, rules, contacts, sender, receiver, database_url, tmp_path: Path, monkeypatch) -> None:
    """List, contacts with their gaps, a test message, and sending again with the same key."""
    path = write_contacts(
        tmp_path / "c.toml",
        f'[[contact]]\nrecipient = "{LEADER}"\nchannels = {{ hook = "{receiver.webhook("test")}" }}\n',
    )
    monkeypatch.setenv("FUYUAN_DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> str:
        done = CliRunner().invoke(app, list(arguments))
        return done.output if done.exit_code == 0 else f"refused: {done.exception}"

    assert "FUYUAN_CONTACTS_FILE" in call("contacts")
    monkeypatch.setenv("FUYUAN_CONTACTS_FILE", str(path))
    listed = call("list", "--failed")
    assert "93000 invalid webhook url" in listed
    shown = call("contacts")
    assert "云中区县级包案领导" in shown
    assert "没有 none" in shown
    assert re.search(r"府院联席会议办公室.*云中区.*1，最近 last 2025-09-01", shown)
    assert "已送达 delivered" in call("test", LEADER)
    assert receiver.posts[-1].path == "/test"
    receiver.answers.append((404, {}))
    assert "没有收下" in call("test", LEADER)
    assert "没有 某局" in call("test", "某局")

    message_id = facts(failed.engine, "NoticeFailed")[0].message_id
    assert "waiting again" in call("retry", message_id, "--by", "运维")
    assert "refused" in call("retry", message_id)
    assert "refused" in call("retry", "f" * 32)
    before = len(receiver.posts)
    run(failed, rules, contacts, sender(), clock.now())
    (again,) = receiver.posts[before:]
    assert message_id in again.body["text"]["content"]
    assert len(facts(failed.engine, "NoticeSent")) == 2
    assert rebuild(failed.engine).same
    assert owe(failed.engine, rules, contacts.channels, FIRST_DAY) == gather(failed.engine, rules, FIRST_DAY) == 0
