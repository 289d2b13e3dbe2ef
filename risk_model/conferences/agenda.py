"""The agenda that is proposed: what is grave and open, what is overdue, what nobody answered."""

from collections.abc import Iterable

from risk_model.alert_status import CLOSED, STATUS_ZH, owed
from risk_model.entities import Alert
from risk_model.playbooks import KIND_ZH
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
