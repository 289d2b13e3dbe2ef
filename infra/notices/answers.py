"""A channel's answer, judged: delivered, to be tried again later, or never to be delivered."""

import re
import smtplib
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple

import requests

from infra.notices.observing import Seen

_LATER_STATUSES = frozenset({408, 409, 423, 425, 429})  # beside all of 5xx
_LATER_CODES: dict[str, frozenset[int]] = {
    "wecombot": frozenset({-1, 45009, 45033}),  # busy, too many calls, too many at once
    "dingtalk": frozenset({-1, 130101, 410100}),  # busy, sent too fast (twice: two generations of the service)
    "feishu": frozenset({11232, 99991400}),  # too many calls, of the robot and of the platform
}
"""Codes in the answers of robots that mean "not now"; every other code but 0 means never."""
_SECRET = re.compile(r"[A-Za-z0-9_\-]{16,}")
_SAID = 80


class Outcome(StrEnum):
    """What is to be done with the message."""

    DELIVERED = "delivered"
    LATER = "later"
    NEVER = "never"


class Answer(NamedTuple):
    """What a channel answered; ``said`` holds no address and no secret. ``pause_seconds``: what it asked for, 0 when nothing."""

    outcome: Outcome
    said: str = ""
    pause_seconds: float = 0.0


def judged(schema: str, took: bool, seen: Sequence[Seen]) -> Answer:
    """Judge an attempt.

    Args:
        schema: kind of the channel, such as ``wecombot``.
        took: what apprise thinks.
        seen: what the channel answered, in order.
    """
    answers = [_one(schema, item) for item in seen]
    for outcome in (Outcome.NEVER, Outcome.LATER):
        for answer in answers:
            if answer.outcome is outcome:
                return answer
    if took:
        return Answer(Outcome.DELIVERED)
    return Answer(Outcome.LATER, "没有送出，原因不明 not sent, for an unknown reason")


def _one(schema: str, seen: Seen) -> Answer:
    return _http(schema, seen) if isinstance(seen, requests.Response) else _error(seen)


def _http(schema: str, answer: requests.Response) -> Answer:
    status = answer.status_code
    if 200 <= status < 300:
        return _robot(schema, answer)
    if status >= 500 or status in _LATER_STATUSES:
        return Answer(Outcome.LATER, f"HTTP {status}", _pause(answer.headers.get("Retry-After", "")))
    moved = "，不跟随重定向 redirects are not followed" if 300 <= status < 400 else ""
    return Answer(Outcome.NEVER, f"HTTP {status}{moved}")


def _robot(schema: str, answer: requests.Response) -> Answer:
    """What a robot says within its 200."""
    later = _LATER_CODES.get(schema)
    if later is None:
        return Answer(Outcome.DELIVERED)
    try:
        body: Any = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        return Answer(Outcome.NEVER, "应答不是 JSON，地址可能有误 the answer is no JSON: is the address right?")
    code = body.get("errcode", body.get("code", body.get("StatusCode", 0)))
    if code == 0:
        return Answer(Outcome.DELIVERED)
    said = f"{code} {_SECRET.sub('…', str(body.get('errmsg', body.get('msg', ''))))[:_SAID]}".strip()
    return Answer(Outcome.LATER if code in later else Outcome.NEVER, said)


def _error(error: Exception) -> Answer:
    """Errors by their kind alone: their texts name addresses."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({int(code) for code, _ in error.recipients.values()})
        never = all(code >= 500 for code in codes)
        return Answer(
            Outcome.NEVER if never else Outcome.LATER, f"SMTP {'、'.join(map(str, codes))} 收件地址被拒 refused"
        )
    if isinstance(error, smtplib.SMTPResponseException):
        return Answer(Outcome.NEVER if error.smtp_code >= 500 else Outcome.LATER, f"SMTP {error.smtp_code}")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Answer(Outcome.NEVER, "邮件服务器不支持所要求的方式 the mail server does not support what is asked")
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.MissingSchema):
        return Answer(Outcome.NEVER, "地址无效 the address is invalid")
    return Answer(Outcome.LATER, f"连接失败 connection failed ({type(error).__name__})")


def _pause(asked: str) -> float:
    """Seconds of a Retry-After header; a date in it is not followed."""
    return float(asked) if asked.isdigit() else 0.0
