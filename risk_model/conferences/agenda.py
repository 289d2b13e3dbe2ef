"""The agenda that is proposed: what is grave and open, what is overdue, what nobody answered."""

from collections.abc import Iterable

from risk_model.alerts.status import CLOSED, STATUS_ZH, owed
from risk_model.deadlines.entity import Deadline
from risk_model.duties.entity import STATUS_ZH as DUTY_ZH
from risk_model.duties.entity import Duty
from risk_model.entities import Alert
from risk_model.ledger.entity import DIRECTION_ZH, Request
from risk_model.ledger.entity import KIND_ZH as KIND_ZH_OF_REQUEST
from risk_model.ledger.entity import STATUS_ZH as REQUEST_ZH
from risk_model.plans.playbooks import KIND_ZH
from schemas.domain_events import AgendaItem
from schemas.levels import Level
from schemas.regions import RegionRegistry

REASONS = 3
"""Reasons of an alert that an item names."""


def alert_items(alerts: Iterable[Alert], least: int, regions: RegionRegistry) -> list[AgendaItem]:
    """Items of alerts that are open and at least of a level, the gravest first, then the oldest.

    Args:
        alerts: in any order.
        least: level from which an alert is put before the conference.
        regions: names of places.
    """
    grave = [alert for alert in alerts if alert.level >= least and alert.status != CLOSED]
    return [_item(alert, regions) for alert in sorted(grave, key=lambda a: (-a.level, a.occurred_at, a.alert_id))]


def duty_items(duties: Iterable[tuple[Duty, Deadline | None]], regions: RegionRegistry) -> list[AgendaItem]:
    """Items of duties whose deadline has lapsed, the longest overdue first."""
    found = sorted(duties, key=lambda pair: (_lapse(pair[1]), pair[0].duty_id))
    return [
        AgendaItem(
            "",
            f"duty-{duty.duty_id}",
            f"超期任务：{duty.assigned.text}",
            duty.assigned.county,
            (
                f"牵头单位：{duty.assigned.lead}；{_place(duty.assigned.county, regions)}",
                f"现状：{DUTY_ZH[duty.status]}；{_last_day(deadline)}",
            ),
            duty.assigned.lead,
            None,
            duty.assigned.alert_id,
            duty.assigned.matter_id,
        )
        for duty, deadline in found
    ]


def request_items(requests: Iterable[tuple[Request, Deadline | None]], regions: RegionRegistry) -> list[AgendaItem]:
    """Items of requests that were not answered, or whose answer was sent back, by when their deadline lapses."""
    found = sorted(requests, key=lambda pair: (_lapse(pair[1]), pair[0].request_id))
    items = []
    for request, deadline in found:
        made = request.made
        if made is None:
            continue
        lines = (
            f"{DIRECTION_ZH[made.direction]}请求：{KIND_ZH_OF_REQUEST[made.kind]}，{made.number}；{_place(made.county, regions)}",
            f"{made.asker}请{made.asked}办理；现状：{REQUEST_ZH[request.status]}；{_last_day(deadline)}",
        )
        about = f"request-{request.request_id}"
        title = f"未答复的请求：{made.what}"
        items.append(AgendaItem("", about, title, made.county, lines, made.asked, None, made.alert_id, made.matter_id))
    return items


def _lapse(deadline: Deadline | None) -> float:
    """Place in the order of what lapses; what has no day comes last."""
    return deadline.lapses_at.timestamp() if deadline is not None and deadline.lapses_at is not None else float("inf")


def _last_day(deadline: Deadline | None) -> str:
    day = deadline.last_day if deadline is not None else None
    return f"应在{day.year}年{day.month}月{day.day}日以前" if day else "没有期限"


def _place(county: str, regions: RegionRegistry) -> str:
    return regions.name(county) if county in regions else "全市"


def numbered(items: Iterable[AgendaItem]) -> tuple[AgendaItem, ...]:
    """The items with their numbers in the order given, from 1."""
    return tuple(
        AgendaItem(str(number), i.about, i.title, i.county, i.lines, i.lead, i.level, i.alert_id, i.matter_id)
        for number, i in enumerate(items, 1)
    )


def _item(alert: Alert, regions: RegionRegistry) -> AgendaItem:
    place = regions.place(alert.region) if alert.region[:6] in regions else "全市"
    stands = f"{STATUS_ZH[alert.status]}{'，尚未签收' if owed(alert) and alert.status != 'raised' else ''}"
    told = sorted(alert.reasons, key=lambda reason: reason.source == "model")  # rules say more than a model's weights
    lines = [
        f"{Level(alert.level).zh}色（内部风险等级）{KIND_ZH.get(alert.kind, alert.kind)}预警，{place}，{alert.category}",
        f"现状：{stands}；责任人：{alert.owner}",
        *(f"依据：{reason.text}" for reason in told[:REASONS]),
    ]
    return AgendaItem(
        "",
        f"alert-{alert.alert_id}",
        alert.title,
        alert.county,
        tuple(lines),
        alert.owner,
        alert.level,
        alert.alert_id,
        alert.matter_id,
    )
