"""Channels through apprise against our own servers: what arrives, and what each answer means. Nothing else is called."""

import smtplib
import sys
from collections.abc import Iterator

import pytest
import requests

from infra.notices.answers import Answer, Outcome, judged
from infra.notices.channels import KEY_HEADER, ChannelRefused, Outgoing, Target, check_target, send
from tests.services.notice_receiver import Receiver, receiving

MESSAGE = Outgoing("key-1", "【橙色预警】某小区物业", "等级：橙\n依据：涉及 62 人", False, {"recipient": "网格"})
CALLED: list[object] = []


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.getaddrinfo"):
        CALLED.append(arguments[1] if event == "socket.connect" else arguments[0])


sys.addaudithook(_hear)


@pytest.fixture(scope="module")
def servers() -> Iterator[Receiver]:
    """One pair of servers for the module."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def receiver(servers: Receiver) -> Receiver:
    """The servers with nothing received yet."""
    servers.posts.clear()
    servers.mails.clear()
    servers.answers.clear()
    servers.smtp_answers.clear()
    servers.pause_seconds = 0.0
    return servers


def target(receiver: Receiver, schema: str) -> Target:
    """A channel of each kind, pointed at our servers."""
    robots = receiver.robots()
    found = {
        "webhook": Target(receiver.webhook() + "?+Authorization=Bearer%20abc"),
        "mail": Target(receiver.mail()),
        "wecombot": Target("wecombot://key-of-the-robot-0123456789", robots["wecombot"]),
        "dingtalk": Target("dingtalk://SECabc@tokenofrobot0123456789", robots["dingtalk"]),
        "feishu": Target("feishu://token-of-robot-0123456789", robots["feishu"]),
    }
    return found[schema]


def test_webhook(receiver: Receiver) -> None:
    """Key in header and body, the city's own header, title, text and details."""
    assert send(target(receiver, "webhook"), MESSAGE, 5) == Answer(Outcome.DELIVERED)
    (post,) = receiver.posts
    assert post.path == "/hook"
    assert post.headers[KEY_HEADER.lower()] == "key-1"
    assert post.headers["authorization"] == "Bearer abc"
    assert {name: post.body[name] for name in ("key", "title", "message", "recipient", "type")} == {
        "key": "key-1",
        "title": MESSAGE.title,
        "message": MESSAGE.body,
        "recipient": "网格",
        "type": "warning",
    }


def test_mail(receiver: Receiver) -> None:
    """One text part, Chinese intact, the key in a header."""
    assert send(target(receiver, "mail"), MESSAGE, 5) == Answer(Outcome.DELIVERED)
    (mail,) = receiver.mails
    assert mail["Subject"] == MESSAGE.title
    assert mail["To"] == "duty@city.example"
    assert mail[KEY_HEADER] == "key-1"
    assert MESSAGE.body in mail.get_content().replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("schema", "path", "text"),
    [
        ("wecombot", "/cgi-bin/webhook/send?key=key-of-the-robot-0123456789", ("text", "content")),
        ("dingtalk", "/robot/send?access_token=tokenofrobot0123456789&timestamp=", ("text", "content")),
        ("feishu", "/open-apis/bot/v2/hook/token-of-robot-0123456789/", ("content", "text")),
    ],
)
def test_robots(receiver: Receiver, schema: str, path: str, text: tuple[str, str]) -> None:
    """The payloads of the three services; DingTalk signed."""
    assert send(target(receiver, schema), MESSAGE, 5).outcome is Outcome.DELIVERED
    (post,) = receiver.posts
    assert post.path.startswith(path)
    assert "&sign=" in post.path or schema != "dingtalk"
    said = post.body[text[0]][text[1]]
    assert MESSAGE.title in said
    assert MESSAGE.body in said.replace("\r\n", "\n")


LATER, NEVER, DELIVERED = Outcome.LATER, Outcome.NEVER, Outcome.DELIVERED


@pytest.mark.parametrize(
    ("schema", "answer", "outcome", "said"),
    [
        ("webhook", (204, None), DELIVERED, ""),
        ("webhook", (500, None), LATER, "HTTP 500"),
        ("webhook", (503, None, {"Retry-After": "120"}), LATER, "HTTP 503"),
        ("webhook", (429, None), LATER, "HTTP 429"),
        ("webhook", (400, None), NEVER, "HTTP 400"),
        ("webhook", (410, None), NEVER, "HTTP 410"),
        ("webhook", (302, None, {"Location": "http://203.0.113.1/"}), NEVER, "HTTP 302"),
        ("wecombot", (200, {"errcode": 45009, "errmsg": "api freq out of limit"}), LATER, "45009"),
        ("wecombot", (200, {"errcode": 93000, "errmsg": "invalid webhook url"}), NEVER, "93000 invalid webhook url"),
        ("wecombot", (200, "not ours"), NEVER, "JSON"),
        ("dingtalk", (200, {"errcode": 130101, "errmsg": "send too fast"}), LATER, "130101"),
        ("dingtalk", (200, {"errcode": 310000, "errmsg": "sign not match"}), NEVER, "310000 sign not match"),
        ("feishu", (200, {"code": 11232, "msg": "frequency limited"}), LATER, "11232"),
        ("feishu", (200, {"code": 19024, "msg": "Key Words Not Found"}), NEVER, "19024"),
        ("feishu", (200, {"StatusCode": 0, "StatusMessage": "success"}), DELIVERED, ""),
        ("feishu", (502, None), LATER, "HTTP 502"),
    ],
)
def test_answers_over_http(
    receiver: Receiver, schema: str, answer: tuple[object, ...], outcome: Outcome, said: str
) -> None:
    """A robot that refuses with 200 has refused; a redirect is not followed."""
    receiver.answers.append(answer)
    found = send(target(receiver, schema), MESSAGE, 5)
    assert found.outcome is outcome
    assert said in found.said
    assert len(receiver.posts) == 1
    assert found.pause_seconds == (120 if len(answer) > 2 and answer[0] == 503 else 0)


@pytest.mark.parametrize(
    ("answer", "outcome", "said"),
    [
        (b"450 greylisted", LATER, "SMTP 450"),
        (b"550 no such mailbox", NEVER, "SMTP 550"),
    ],
)
def test_answers_over_smtp(receiver: Receiver, answer: bytes, outcome: Outcome, said: str) -> None:
    """4xx is for now, 5xx for good."""
    receiver.smtp_answers.append(answer)
    found = send(target(receiver, "mail"), MESSAGE, 5)
    assert (found.outcome, said in found.said) == (outcome, True)
    assert receiver.mails == []


def test_nobody_there_and_too_slow(receiver: Receiver) -> None:
    """Both are tried again, and no answer names an address."""
    secret = "a-secret-of-the-robot"
    nobody = send(Target(f"json://127.0.0.1:1/{secret}"), MESSAGE, 1)
    no_mail = send(Target(f"mailto://127.0.0.1:1/?from=a@b.example&to={secret}@b.example"), MESSAGE, 1)
    receiver.pause_seconds = 0.5
    slow = send(target(receiver, "webhook"), MESSAGE, 0.1)
    assert [found.outcome for found in (nobody, no_mail, slow)] == [LATER] * 3
    assert not any(secret in found.said or "127.0.0.1" in found.said for found in (nobody, no_mail, slow))


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (smtplib.SMTPAuthenticationError(535, b"no"), NEVER),
        (smtplib.SMTPServerDisconnected("gone"), LATER),
        (smtplib.SMTPSenderRefused(451, b"later", "a@b"), LATER),
        (smtplib.SMTPRecipientsRefused({"a": (550, b""), "b": (451, b"")}), LATER),
        (requests.exceptions.SSLError("https://host/secret"), LATER),
        (requests.exceptions.InvalidURL("https://host/secret"), NEVER),
    ],
)
def test_errors(error: Exception, outcome: Outcome) -> None:
    """Errors by their kind; their texts, which may hold addresses, are not repeated."""
    found = judged("mailto", False, [error])
    assert found.outcome is outcome
    assert "secret" not in found.said


def test_nothing_seen_is_not_delivered() -> None:
    """Apprise says no and nothing was observed: it is tried again."""
    assert judged("json", False, []).outcome is LATER


def test_only_configured_addresses_are_called(receiver: Receiver) -> None:
    """No look-up and no connection beside our servers, through all channels."""
    CALLED.clear()
    for schema in ("webhook", "mail", "wecombot", "dingtalk", "feishu"):
        send(target(receiver, schema), MESSAGE, 5)
    ours = {("127.0.0.1", receiver.http_port), ("127.0.0.1", receiver.smtp_port), "127.0.0.1"}
    assert [place for place in CALLED if place not in ours] == []
    assert len(CALLED) >= 5


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Target("slack://a/b/c"), "slack"),
        (Target("wecombot://"), "wecombot"),
        (Target("mailto://u:p@host.example?to=a@b.example,c@d.example"), "一个"),
        (Target("wecombot://key", "http://im.example/send"), "{key}"),
        (Target("feishu://key", "ftp://im.example/{token}"), "{token}"),
        (Target("json://host.example/", "http://im.example/{key}"), "endpoints"),
    ],
)
def test_addresses_that_cannot_be_used(found: Target, words: str) -> None:
    """Each says what was expected, never the address."""
    with pytest.raises(ChannelRefused, match=words.replace("{", r"\{")) as refused:
        check_target(found)
    assert "u:p" not in str(refused.value)
    assert "//key" not in repr(found)
