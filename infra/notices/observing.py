"""What a channel really answered. apprise says only whether it thinks a message went out; whether to try again, we must know ourselves.

WeCom and DingTalk answer 200 to a message they refuse, and apprise takes that for delivered. So the names by which apprise's plugins
reach ``requests`` and SMTP are replaced, in those plugins alone, by ones that also note each answer. apprise's own log is silenced: it
would name addresses.
"""

import logging
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Self

import requests
from apprise.plugins import custom_json, dingtalk, feishu, wecombot
from apprise.plugins.email import base as email_base
from apprise.plugins.email.smtp import AppriseSMTPController

Seen = requests.Response | Exception
_seen: ContextVar[list[Seen] | None] = ContextVar("seen", default=None)


@contextmanager
def observed() -> Iterator[list[Seen]]:
    """Answers and errors of everything apprise's plugins send in this block, in order; of this thread alone."""
    seen: list[Seen] = []
    token = _seen.set(seen)
    try:
        yield seen
    finally:
        _seen.reset(token)


class _Requests:
    """``requests`` as a plugin sees it."""

    def __getattr__(self, name: str) -> Any:
        return getattr(requests, name)

    def post(self, *args: Any, **kwargs: Any) -> requests.Response:
        """As ``requests.post``, noted."""
        return self.request("POST", *args, **kwargs)

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        """As ``requests.request``, noted."""
        try:
            answer = requests.request(*args, **kwargs)  # noqa: S113  the plugin gives the timeout
        except Exception as error:
            _note(error)
            raise
        _note(answer)
        return answer


class _Smtp(AppriseSMTPController):
    """apprise's SMTP session, noted."""

    def __enter__(self) -> Self:
        try:
            super().__enter__()
        except Exception as error:
            _note(error)
            raise
        return self

    def sendmail(self, from_addr: str, to_addrs: list[str], message: str) -> bool:
        """As the original, which keeps the reason to itself."""
        try:
            refused = self._socket.sendmail(from_addr, to_addrs, message)
        except (OSError, smtplib.SMTPException, RuntimeError) as error:
            _note(error)
            return False
        if refused:
            _note(smtplib.SMTPRecipientsRefused(refused))
        return not refused


def _note(what: Seen) -> None:
    seen = _seen.get()
    if seen is not None:
        seen.append(what)


for _plugin in (custom_json, dingtalk, feishu, wecombot):
    _plugin.requests = _Requests()
email_base.AppriseSMTPController = _Smtp
logging.getLogger("apprise").setLevel(logging.CRITICAL)
