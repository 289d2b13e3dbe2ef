"""Contacts: by which channels an owner or office is reached. A file of its own beside the policy, as it holds secrets.

No address leaves this module but to the channel itself: events, logs and messages name recipient and channel only.
"""

import stat
from collections.abc import Mapping
from pathlib import Path

import msgspec

from infra.notices.channels import ENDPOINTS, ChannelRefused, Target, check_target

FORBIDDEN = stat.S_IRWXO | stat.S_IWGRP
"""Nobody else may read it, and the group may not write it."""


class ContactsRefused(RuntimeError):
    """The contacts file cannot be used; the message says where and what to do, and holds no secret."""

    for_operator = True


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[[contact]]``: an owner or office.

    Attributes:
        recipient: the owner as the policy or a plan names it, or how its name ends (县级包案领导 for every county's).
        county: six digits, when it is of one county only.
        channels: addresses by name of the channel, such as ``mail`` or ``wecom``.
    """

    recipient: str
    channels: dict[str, str]
    county: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    contact: tuple[Contact, ...] = ()
    endpoints: dict[str, str] = {}


class Contacts:
    """Who is reached how.

    Args:
        contacts: entries of the file.
        endpoints: addresses of services that stand in an office's own network, by schema.
    """

    def __init__(self, contacts: tuple[Contact, ...], endpoints: Mapping[str, str]) -> None:
        self._contacts = contacts
        self._endpoints = dict(endpoints)

    def channels(self, recipient: str, county: str) -> tuple[str, ...]:
        """Names of the channels of a recipient for a county; empty when it has no contact."""
        found = self._find(recipient, county)
        return tuple(found.channels) if found else ()

    def target(self, recipient: str, county: str, channel: str) -> Target | None:
        """Where to send; None when the contacts have no such channel (any more)."""
        found = self._find(recipient, county)
        url = found.channels.get(channel) if found else None
        return Target(url, self._endpoints.get(schema(url), "")) if url else None

    def _find(self, recipient: str, county: str) -> Contact | None:
        """The most specific entry: the whole name before its end, a longer end before a shorter, the county before any."""
        fits = [
            contact
            for contact in self._contacts
            if recipient.endswith(contact.recipient) and contact.county in ("", county)
        ]
        return max(fits, key=lambda c: (len(c.recipient), c.county != ""), default=None)


def load_contacts(path: Path) -> Contacts:
    """Contacts of a TOML file.

    Raises:
        ContactsRefused: others may read the file, it is no such TOML, or an address cannot be used.
    """
    try:
        mode, document = path.stat().st_mode, path.read_bytes()
    except OSError as bad:
        raise ContactsRefused(
            f"通讯录 {path} 无法读取：{bad.strerror} / the contacts cannot be read: {bad.strerror}"
        ) from bad
    if mode & FORBIDDEN:
        raise ContactsRefused(
            f"通讯录 {path} 的权限是 {stat.S_IMODE(mode):o}，其中有密钥：请运行 chmod 600 / "
            f"the contacts have mode {stat.S_IMODE(mode):o} and hold secrets: run chmod 600"
        )
    try:
        read = msgspec.convert(msgspec.toml.decode(document), _File)
    except (msgspec.ValidationError, msgspec.DecodeError) as bad:
        # A decoding error of TOML may quote the line, and the line may hold a secret: the place is enough.
        said = str(bad) if isinstance(bad, msgspec.ValidationError) else "TOML 语法有误 is no valid TOML"
        raise ContactsRefused(f"通讯录 {path}：{said} / the contacts do not hold: {said}") from None
    _check(path, read)
    return Contacts(read.contact, read.endpoints)


def schema(url: str) -> str:
    """``mailto`` of ``mailto://…``."""
    return url.partition("://")[0].lower()


def _check(path: Path, read: _File) -> None:
    if strange := sorted(read.endpoints.keys() - ENDPOINTS):
        raise ContactsRefused(
            f"通讯录 {path}：endpoints.{strange[0][:20]}：只可为 only {'、'.join(sorted(ENDPOINTS))} may have one"
        )
    seen = set[tuple[str, str]]()
    for number, contact in enumerate(read.contact):
        where = f"contact[{number}] ({contact.recipient})"
        wrong = None
        if not contact.recipient.strip():
            wrong = "recipient 不得为空 must not be empty"
        elif contact.county and not (contact.county.isdigit() and len(contact.county) == 6):
            wrong = f"county：收到 {contact.county}，应为六位区划代码 / got {contact.county}, expected six digits"
        elif (contact.recipient, contact.county) in seen:
            wrong = "同一单位、同一县写了两次 named twice for the same county"
        elif not contact.channels:
            wrong = "channels 不得为空 must not be empty"
        seen.add((contact.recipient, contact.county))
        for name, url in contact.channels.items():
            if wrong is None and not (0 < len(name) <= 40 and name.replace("-", "").isalnum()):
                wrong = f"channels.{name[:40]}：名称只能是字母、数字、连字符 / a name is letters, digits and hyphens"
            if wrong is None:
                try:
                    check_target(Target(url, read.endpoints.get(schema(url), "")))
                except ChannelRefused as bad:
                    wrong = f"channels.{name}：{bad}"
        if wrong is not None:
            raise ContactsRefused(f"通讯录 {path}：{where}：{wrong}")
