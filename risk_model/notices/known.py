"""What a telling is, and what it may look at."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from risk_model.duties.entity import Duty
from risk_model.entities import Alert
from risk_model.ledger.entity import Request
from risk_model.rules import Rules


class Telling(NamedTuple):
    """Who is to be told of an event, and what.

    Attributes:
        about: what to look at, such as ``alert-…``.
        recipients: owners and offices, each once.
        county: the county they are asked for.
        urgent: whether it waits for no others.
        due_at: from when it may be sent (quiet hours); None is at once.
    """

    about: str
    recipients: tuple[str, ...]
    county: str
    title: str
    lines: tuple[str, ...]
    urgent: bool
    due_at: datetime | None = None


class Known(msgspec.Struct, frozen=True):
    """What a telling may look at beside its event.

    Attributes:
        alerts: alerts by id, as they stand.
        duties, requests: those that events name, by id, as they stand.
        newest: when the newest thing behind each alert happened.
        asked_at: when each alert last asked for an acknowledgement.
        rules: policy, names of places, deadlines.
        recorded_at: when the event was recorded, aware.
    """

    alerts: Mapping[str, Alert]
    newest: Mapping[str, datetime]
    asked_at: Mapping[str, datetime]
    rules: Rules
    recorded_at: datetime
    duties: Mapping[str, Duty] = {}
    requests: Mapping[str, Request] = {}


def named(owner: str) -> tuple[str, ...]:
    """The owners or offices that a text names, each once: 府院联席会议、市级包案领导 are two."""
    return tuple(dict.fromkeys(name.strip() for name in owner.split("、") if name.strip()))
