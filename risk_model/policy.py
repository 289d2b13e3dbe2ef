"""The policy of a city: limits, floors, matter rules, trends, owners. Data, validated and versioned; algorithms hold no literals."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from schemas.decode import Limits
from schemas.event_types import EVENT_TYPES
from schemas.levels import Level


class PolicyError(ValueError):
    """A policy file does not hold; the message names the path and what was expected."""


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class LimitsTable(_Table, frozen=True):
    """``[limits]``: what an event may weigh and when it may have happened."""

    max_bytes: int
    max_depth: int
    future_tolerance_hours: float
    earliest: date


class Floor(_Table, frozen=True):
    """``[[floor]]``: the least level of an event for which every named condition holds."""

    code: str
    text: str
    level: str
    types: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    min_people: int | None = None
    min_repeat: int | None = None


class MatterRule(_Table, frozen=True):
    """``[[matter_rule]]``: the least level of a matter with so many events, sources … within ``window_days``."""

    code: str
    text: str
    level: str
    window_days: int
    min_events: int = 1
    min_sources: int = 1
    min_sides: int = 1
    min_counties: int = 1


class AlertTable(_Table, frozen=True):
    """``[alert]``: from which level matters are alerted and plans drafted."""

    matter_min_level: str
    plan_min_level: str


class TrendTable(_Table, frozen=True):
    """``[trend]``: EARS C2 on daily counts; see ``trends.ears``."""

    baseline_days: int
    guard_days: int
    sd_factor: float
    min_count: int
    min_sd: float
    min_history_days: int
    merge_days: int
    level: str
    orange_min_count: int
    orange_ratio: float


class Policy(_Table, frozen=True):
    """One version of a city's policy. ``sha256`` is the digest of the file it came from."""

    version: str
    name: str
    limits: LimitsTable
    floor: tuple[Floor, ...]
    matter_rule: tuple[MatterRule, ...]
    alert: AlertTable
    trend: TrendTable
    owners: dict[str, str]
    sha256: str = ""

    @property
    def event_limits(self) -> Limits:
        """Limits for the decoder."""
        table = self.limits
        earliest = datetime(table.earliest.year, table.earliest.month, table.earliest.day, tzinfo=UTC)
        return Limits(table.max_bytes, table.max_depth, timedelta(hours=table.future_tolerance_hours), earliest)

    def owner(self, level: int, place: str) -> str:
        """Who owns an alert of this level at this place."""
        return self.owners[Level(level).code].format(place=place)


def parse_policy(document: bytes) -> Policy:
    """Policy from the bytes of its TOML file.

    Raises:
        PolicyError: unknown key, wrong type, unknown level or event type, missing owner; names the path.
    """
    try:
        raw: dict[str, Any] = msgspec.toml.decode(document)
        policy = msgspec.convert({**raw, "sha256": hashlib.sha256(document).hexdigest()}, Policy)
    except (msgspec.ValidationError, msgspec.DecodeError) as bad:
        raise PolicyError(
            f"策略文件有误：{bad}；请对照 risk_model/policy/default.toml 修改 / policy file: {bad}; compare with the default policy"
        ) from None
    _check(policy)
    return policy


def _check(policy: Policy) -> None:
    named = [(f.code, f.level) for f in policy.floor] + [(r.code, r.level) for r in policy.matter_rule]
    named += [
        ("alert.matter_min_level", policy.alert.matter_min_level),
        ("alert.plan_min_level", policy.alert.plan_min_level),
        ("trend.level", policy.trend.level),
    ]
    for where, level in named:
        try:
            Level.parse(level)
        except ValueError as bad:
            raise PolicyError(f"{where}: {bad}") from None
    for floor in policy.floor:
        unknown = [name for name in floor.types if name not in EVENT_TYPES]
        if unknown:
            raise PolicyError(f"{floor.code}: 未知事件类型 {unknown[0]} / unknown event type {unknown[0]}")
    missing = [level.code for level in Level if level.code not in policy.owners]
    if missing:
        raise PolicyError(f"owners: 缺少等级 {missing[0]} 的责任人 / no owner for level {missing[0]}")
