"""The policy of a city: limits, floors, matter rules, trends, owners. Data, validated and versioned; algorithms hold no literals."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

import msgspec

from risk_model.alerts.routing import Route, Routed, Subject, chosen
from risk_model.deadlines.rules import BLANKS, DeadlineRule
from risk_model.dispatch.settings import DispatchTable
from risk_model.exposure.settings import SystemicTable
from risk_model.names.thresholds import LinkageTable
from risk_model.notices.settings import NoticeTable
from risk_model.plans.settings import PlanTable
from risk_model.policy_table import AtLeast0, AtLeast1, NonEmpty, NotNegative, PolicyTable
from risk_model.quality.thresholds import ModelTable
from risk_model.state import CLEARED_DAYS, RAISED_DAYS, WINDOW_DAYS
from risk_model.surveillance.regional.settings import RegionalTable
from risk_model.surveillance.settings import TrendTable
from risk_model.working_days import LocalYear
from schemas.event_types import EVENT_TYPES
from schemas.levels import Level
from schemas.limits import Limits
from schemas.taxonomy import CATEGORIES

FAILED_MEDIATION = "gov.mediation.failure"
MARKS = frozenset({FAILED_MEDIATION})
"""Marks of a dispute event beside its type and the floors that held for it."""


class PolicyError(ValueError):
    """A policy file does not hold; the message names the path and what was expected."""

    for_operator = True


class LimitsTable(PolicyTable, frozen=True):
    """``[limits]``: what an event may weigh and when it may have happened."""

    max_bytes: AtLeast1
    max_depth: AtLeast1
    future_tolerance_hours: NotNegative
    earliest: date


class Floor(PolicyTable, frozen=True):
    """``[[floor]]``: the least level of an event for which every named condition holds."""

    code: NonEmpty
    text: NonEmpty
    level: str
    types: tuple[str, ...] = ()
    words: tuple[NonEmpty, ...] = ()
    unless: tuple[NonEmpty, ...] = ()
    min_people: AtLeast0 | None = None
    min_repeat: AtLeast0 | None = None


class MatterRule(PolicyTable, frozen=True):
    """``[[matter_rule]]``: the least level of a matter with so many events, sources … within ``window_days``.

    Attributes:
        event_level: events below it are not counted: many small complaints of a large enterprise are no grave matter.
        min_people: of the whole matter, nobody counted twice.
        marks: event types, ``gov.mediation.failure``, or codes of floors; ``min_marked`` events within the window have one of them.
        categories: of the matter; any when empty.
        seasons: names of ``[[season]]``; an event of the window is within one. Any time when empty.
    """

    code: NonEmpty
    text: NonEmpty
    level: str
    window_days: AtLeast1
    event_level: str = "blue"
    min_events: AtLeast1 = 1
    min_sources: AtLeast1 = 1
    min_sides: AtLeast1 = 1
    min_counties: AtLeast1 = 1
    min_people: AtLeast0 = 0
    marks: tuple[NonEmpty, ...] = ()
    min_marked: AtLeast1 = 1
    categories: tuple[str, ...] = ()
    seasons: tuple[str, ...] = ()


class ClaimKind(PolicyTable, frozen=True):
    """``[[claim]]``: claimants of one kind; what they report is never added up. The first whose types, else categories, name the event."""

    name: NonEmpty
    categories: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


class Season(PolicyTable, frozen=True):
    """``[[season]]``: a sensitive time of the year, as days (both inclusive): a year's own dates, so that lunar feasts can be named."""

    name: NonEmpty
    days: tuple[tuple[date, date], ...]


class SettleTable(PolicyTable, frozen=True):
    """``[settle]``: what opens a closed matter again."""

    reopen_level: str = "yellow"


class AlertTable(PolicyTable, frozen=True):
    """``[alert]``: from which level matters are alerted and plans drafted."""

    matter_min_level: str
    plan_min_level: str


class Policy(PolicyTable, frozen=True, dict=True):
    """One version of a city's policy. ``sha256`` is the digest of the file it came from."""

    version: NonEmpty
    name: str
    limits: LimitsTable
    floor: tuple[Floor, ...]
    matter_rule: tuple[MatterRule, ...]
    alert: AlertTable
    trend: TrendTable
    regional: RegionalTable
    systemic: SystemicTable
    model: ModelTable
    linkage: LinkageTable
    owners: dict[str, str]
    dispatch: DispatchTable
    route: tuple[Route, ...] = ()
    plan: PlanTable = PlanTable()
    claim: tuple[ClaimKind, ...] = ()
    season: tuple[Season, ...] = ()
    settle: SettleTable = SettleTable()
    deadline: tuple[DeadlineRule, ...] = ()
    notice: NoticeTable = NoticeTable()
    sha256: str = ""

    @cached_property
    def marks(self) -> frozenset[str]:
        """Marks that a rule of matters asks for."""
        return frozenset(mark for rule in self.matter_rule for mark in rule.marks)

    def deadlines_of(self, event_type: str) -> tuple[DeadlineRule, ...]:
        """Rules that an event of a type may start or end, in their order: few of many."""
        return self._deadlines_by_type.get(event_type, ())

    @cached_property
    def _deadlines_by_type(self) -> dict[str, tuple[DeadlineRule, ...]]:
        types = {one for rule in self.deadline for one in rule.events}
        return {one: tuple(rule for rule in self.deadline if one in rule.events) for one in types}

    @property
    def event_limits(self) -> Limits:
        """Limits for the decoder."""
        table = self.limits
        earliest = datetime(table.earliest.year, table.earliest.month, table.earliest.day, tzinfo=UTC)
        return Limits(table.max_bytes, table.max_depth, timedelta(hours=table.future_tolerance_hours), earliest)

    def owner(self, level: int, place: str) -> str:
        """Who owns an alert of this level at this place."""
        return self.owners[Level(level).code].format(place=place)

    def routed(self, level: int, place: str, kind: str, category: str, region: str) -> Routed:
        """Who owns an alert, and by which route.

        Args:
            level: of the alert.
            place: name of the place, for the owner's name.
            kind: of the alert.
            category: of the alert.
            region: region key it is about.
        """
        route = chosen(self.route, Subject(Level(level).code, kind, category, region))
        if route is None:
            return Routed(self.owner(level, place), "")
        return Routed(route.owner.format(place=place), route.name)


def parse_policy(document: bytes, local_years: tuple[LocalYear, ...] = ()) -> Policy:
    """Policy from the bytes of its TOML file.

    Args:
        document: the file.
        local_years: of the calendar, by which counts of days are watched too.

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
    return msgspec.structs.replace(policy, trend=msgspec.structs.replace(policy.trend, local_years=local_years))


def _check(policy: Policy) -> None:
    """What types cannot say: levels, event types and owners that exist, sentences whose blanks can be filled in."""
    if policy.trend.local_years:
        raise PolicyError(
            "trend.local_years: 放假安排写在 clocks.toml 的 [[calendar]]，期限和趋势同用 / holidays stand in clocks.toml ([[calendar]])"
        )
    floors = [(f"floor[{number}] ({floor.code})", floor) for number, floor in enumerate(policy.floor)]
    rules = [(f"matter_rule[{number}] ({rule.code})", rule) for number, rule in enumerate(policy.matter_rule)]
    named = [(f"{where}.level", floor.level) for where, floor in floors]
    named += [(f"{where}.level", rule.level) for where, rule in rules]
    named += [(f"{where}.event_level", rule.event_level) for where, rule in rules]
    named += [
        ("alert.matter_min_level", policy.alert.matter_min_level),
        ("alert.plan_min_level", policy.alert.plan_min_level),
        ("settle.reopen_level", policy.settle.reopen_level),
        ("trend.level", policy.trend.level),
        ("regional.level", policy.regional.level),
        ("systemic.level", policy.systemic.level),
        ("systemic.sector_level", policy.systemic.sector_level),
        ("systemic.grave_level", policy.systemic.grave_level),
        ("notice.urgent_level", policy.notice.urgent_level),
    ]
    for where, level in named:
        try:
            Level.parse(level)
        except ValueError as bad:
            raise PolicyError(f"{where}: {bad}") from None
    if policy.linkage.propose > policy.linkage.join:
        raise PolicyError(
            f"linkage.propose: 收到 {policy.linkage.propose}，不得高于 linkage.join（{policy.linkage.join}）"
            f" / got {policy.linkage.propose}, must not exceed linkage.join ({policy.linkage.join})"
        )
    _check_systemic(policy.systemic)
    for where, floor in floors:
        unknown = [name for name in floor.types if name not in EVENT_TYPES]
        if unknown:
            raise PolicyError(f"{where}.types: 未知事件类型 {unknown[0]} / unknown event type {unknown[0]}")
        _check_blanks(f"{where}.text", floor.text, ("people", "repeat", "words"))
    for where, rule in rules:
        _check_blanks(
            f"{where}.text", rule.text, ("window", "events", "sources", "counties", "people", "marked", "season")
        )
    _check_matters(policy)
    for number, deadline in enumerate(policy.deadline):
        _check_deadline(f"deadline[{number}] ({deadline.clock})", deadline)
    _check_trend(policy.trend)
    regional = policy.regional
    if regional.min_history_days <= regional.longest_days:
        raise PolicyError(
            f"regional.min_history_days: 须大于 longest_days（{regional.longest_days}），收到 {regional.min_history_days} / "
            f"must be more than longest_days: what is usual is learnt from the days before the window"
        )
    for level_code in (level.code for level in Level):
        if level_code not in policy.owners:
            raise PolicyError(f"owners.{level_code}: 缺少该等级的责任人 / no owner for this level")
    _check_blanks("plan.issuer", policy.plan.issuer, ("county",))
    _check_dispatch(policy)
    for level_code, owner in policy.owners.items():
        _check_blanks(f"owners.{level_code}", owner, ("place",))


def _check_dispatch(policy: Policy) -> None:
    """Levels, kinds and categories of routes and quiet hours that exist."""
    kinds = ("matter", "emerging", "trending", "regional", "systemic")
    levels = tuple(level.code for level in Level)
    named = [("dispatch.quiet", level, levels) for level in policy.dispatch.quiet]
    for number, route in enumerate(policy.route):
        where = f"route[{number}] ({route.name})"
        named += [(f"{where}.levels", level, levels) for level in route.levels]
        named += [(f"{where}.kinds", kind, kinds) for kind in route.kinds]
        named += [(f"{where}.categories", category, CATEGORIES) for category in route.categories]
        _check_blanks(f"{where}.owner", route.owner, ("place",))
    for where, value, allowed in named:
        if value not in allowed:
            choices = "、".join(allowed)
            raise PolicyError(
                f"{where}: 收到 {value!r}，应为 {choices} 之一 / got {value!r}, expected one of {choices}"
            )


def _check_matters(policy: Policy) -> None:
    """Claims, seasons and matter rules name what exists."""
    seasons = {season.name for season in policy.season}
    marks = {floor.code for floor in policy.floor} | EVENT_TYPES.keys() | MARKS
    named = [(f"claim[{n}].categories", c, CATEGORIES) for n, kind in enumerate(policy.claim) for c in kind.categories]
    named += [(f"claim[{n}].types", t, tuple(EVENT_TYPES)) for n, kind in enumerate(policy.claim) for t in kind.types]
    for n, rule in enumerate(policy.matter_rule):
        where = f"matter_rule[{n}] ({rule.code})"
        named += [(f"{where}.categories", name, CATEGORIES) for name in rule.categories]
        named += [(f"{where}.marks", name, tuple(sorted(marks))) for name in rule.marks]
        named += [(f"{where}.seasons", name, tuple(sorted(seasons))) for name in rule.seasons]
    for where, name, known in named:
        if name not in known:
            listed = "、".join(known)
            raise PolicyError(f"{where}: 收到 {name}，应为其中之一：{listed} / got {name}, expected one of these")
    for n, season in enumerate(policy.season):
        if any(first > last for first, last in season.days):
            raise PolicyError(f"season[{n}] ({season.name}).days: 起始不得晚于终止 / a span begins after it ends")


def _check_deadline(where: str, rule: DeadlineRule) -> None:
    """Event types, level and categories that exist, offices whose blanks can be filled in."""
    endings = [(f"{where}.ended_by[{number}].types", ending.types) for number, ending in enumerate(rule.ended_by)]
    for place, types in [(f"{where}.types", rule.types), *endings]:
        for name in types:
            if name not in EVENT_TYPES:
                raise PolicyError(f"{place}: 未知事件类型 {name} / unknown event type {name}")
    for name in rule.categories:
        if name not in CATEGORIES:
            raise PolicyError(f"{where}.categories: 未知类别 {name} / unknown category {name}")
    try:
        _ = rule.min_level and Level.parse(rule.min_level)
    except ValueError as bad:
        raise PolicyError(f"{where}.min_level: {bad}") from None
    for key, text in (("owing", rule.owing), ("asking", rule.asking)):
        if text:
            _check_blanks(f"{where}.{key}", text, BLANKS)


def _check_trend(table: TrendTable) -> None:
    """Spans of days within what the fold keeps in memory."""
    budget = table.budget
    spans = [
        ("trend.revise_days", table.revise_days, CLEARED_DAYS),
        ("trend.budget.window_days", budget.window_days, RAISED_DAYS - table.revise_days),
        ("trend.baseline_days + trend.guard_days", table.baseline_days + table.guard_days, WINDOW_DAYS - 1),
        (
            "7 × trend.baseline_weeks + trend.week_guard_days",
            7 * table.baseline_weeks + table.week_guard_days,
            WINDOW_DAYS - 14,
        ),
        ("trend.week_history_days", table.week_history_days, WINDOW_DAYS),
    ]
    for where, days, most in spans:
        if days > most:
            raise PolicyError(
                f"{where}: 至多 {most} 天，收到 {days}：更早的不在手边 / at most {most} days, got {days}: what is older is not at hand"
            )


def _check_systemic(table: SystemicTable) -> None:
    """Event types and categories that exist, marks that rise."""
    types = [(f"systemic.signal[{n}].types", name) for n, signal in enumerate(table.signal) for name in signal.types]
    types += [(f"systemic.sector[{n}].types", name) for n, sector in enumerate(table.sector) for name in sector.types]
    for where, name in types:
        if name not in EVENT_TYPES:
            raise PolicyError(f"{where}: 未知事件类型 {name} / unknown event type {name}")
    categories = [("systemic.creditor_categories", name) for name in table.creditor_categories]
    categories += [(f"systemic.sector[{n}].categories", c) for n, s in enumerate(table.sector) for c in s.categories]
    for where, name in categories:
        if name not in CATEGORIES:
            raise PolicyError(f"{where}: 未知类别 {name} / unknown category {name}")
    if list(table.creditor_marks) != sorted(set(table.creditor_marks)) or not table.creditor_marks:
        got = table.creditor_marks
        raise PolicyError(f"systemic.creditor_marks: 收到 {got}，应由小到大 / got {got}, expected rising numbers")


def _check_blanks(where: str, sentence: str, blanks: tuple[str, ...]) -> None:
    """Try the sentence now: one that cannot be filled in would stop the worker at the first alert."""
    try:
        filled = sentence.format(**dict.fromkeys(blanks, "0"))
    except (KeyError, IndexError, ValueError, AttributeError) as bad:
        allowed = ", ".join(f"{{{blank}}}" for blank in blanks)
        raise PolicyError(
            f"{where}: 收到 {sentence!r}，只可使用 {allowed} / got {sentence!r}, only {allowed} can be filled in ({bad})"
        ) from None
    if not filled.strip():
        raise PolicyError(f"{where}: 不得为空 / must not be empty")
