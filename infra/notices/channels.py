"""Channels by which a message goes out, through apprise: mail, WeCom, DingTalk, Feishu, webhook. Only configured addresses are called."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from apprise import AppriseAsset
from apprise.common import NotifyFormat, NotifyType, PersistentStoreMode
from apprise.exception import AppriseException
from apprise.plugins.base import NotifyBase
from apprise.plugins.custom_json import NotifyJSON
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.email import NotifyEmail
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot

from infra.notices.answers import Answer, judged
from infra.notices.observing import observed

KEY_HEADER = "X-Fuyuan-Key"
"""Header of mail and webhook that carries the key of the message."""

_PLUGINS: dict[str, type[NotifyBase]] = {
    "mailto": NotifyEmail,
    "mailtos": NotifyEmail,
    "wecombot": NotifyWeComBot,
    "dingtalk": NotifyDingTalk,
    "feishu": NotifyFeishu,
    "json": NotifyJSON,
    "jsons": NotifyJSON,
}
_MOST_BYTES = {"wecombot": 2048, "dingtalk": 19_000, "feishu": 19_000}
_PLACEHOLDER = {"wecombot": "key", "dingtalk": "token", "feishu": "token"}  # what an endpoint is filled in with
ENDPOINTS = frozenset(_PLACEHOLDER)
"""Kinds of channel whose service may stand in one's own network."""


class ChannelRefused(ValueError):
    """An address cannot be used; the message does not repeat it."""


class Target(NamedTuple):
    """An apprise address, and the service in one's own network that stands for the public one (empty: the public one)."""

    url: str
    endpoint: str = ""

    @property
    def schema(self) -> str:
        """Kind of the channel."""
        return self.url.partition("://")[0].lower()

    @property
    def most_bytes(self) -> int | None:
        """How long a message may be; None without a limit."""
        return _MOST_BYTES.get(self.schema)

    def __repr__(self) -> str:
        return f"Target({self.schema}://…)"


class Outgoing(msgspec.Struct, frozen=True):
    """A message for a channel.

    Attributes:
        key: the same at every attempt; a receiver drops repeats by it.
        details: what a webhook gets beside title and text.
    """

    key: str
    title: str
    body: str
    urgent: bool
    details: Mapping[str, Any]


def check_target(target: Target) -> None:
    """Try an address and its endpoint without sending.

    Raises:
        ChannelRefused: it cannot be used.
    """
    plugin = _plugin(target, 1.0)
    if len(plugin) > 1:
        raise ChannelRefused("一个渠道只写一个收件地址 one address for each channel")


def send(target: Target, message: Outgoing, timeout_seconds: float) -> Answer:
    """Send a message once; blocks at most about twice the timeout."""
    plugin = _plugin(target, timeout_seconds)
    if isinstance(plugin, (NotifyEmail, NotifyJSON)):
        plugin.headers[KEY_HEADER] = message.key
    if isinstance(plugin, NotifyJSON):
        plugin.payload_extras |= {"key": message.key, **message.details}
    kind = NotifyType.FAILURE if message.urgent else NotifyType.WARNING
    with observed() as seen:
        took = plugin.notify(body=message.body, title=message.title, notify_type=kind, body_format=NotifyFormat.TEXT)
    return judged(target.schema, took, seen)


def _plugin(target: Target, timeout_seconds: float) -> NotifyBase:
    kind = _PLUGINS.get(target.schema)
    if kind is None:
        known = "、".join(f"{schema}://" for schema in _PLUGINS)
        raise ChannelRefused(f"不认识的渠道 {target.schema[:20]}://，可用 {known} / unknown kind of channel")
    try:
        parsed = kind.parse_url(target.url)
        plugin = kind(**parsed, asset=_asset()) if parsed else None
    except (AppriseException, TypeError, ValueError):
        plugin = None
    if plugin is None:
        raise ChannelRefused(f"{target.schema}:// 地址不完整或不合格式 the address is incomplete or malformed")
    plugin.socket_connect_timeout = plugin.socket_read_timeout = timeout_seconds
    plugin.redirects = False  # only configured addresses are called
    if target.endpoint:
        _point(plugin, target)
    return plugin


def _point(plugin: NotifyBase, target: Target) -> None:
    """Call the service in one's own network instead of the public one."""
    blank = _PLACEHOLDER.get(target.schema)
    if blank is None or not re.fullmatch(r"https?://[^\s{}]+\{" + blank + r"\}[^\s{}]*", target.endpoint):
        wanted = f"http(s)://…{{{blank}}}" if blank else "wecombot、dingtalk、feishu 才可另设 only these have one"
        raise ChannelRefused(f"endpoints.{target.schema}：应为 expected {wanted}")
    if isinstance(plugin, NotifyWeComBot):
        plugin.api_url = target.endpoint.format(key=plugin.key)
    else:
        plugin.notify_url = target.endpoint


def _asset() -> AppriseAsset:
    """Settings by which apprise keeps nothing on disk, loads no plugins of others, follows no redirects."""
    return AppriseAsset(
        app_id="Fuyuan",
        app_desc="府院联动风险预警",
        app_url="",
        storage_mode=PersistentStoreMode.MEMORY.value,
        http_redirects=False,
        async_mode=False,
    )
