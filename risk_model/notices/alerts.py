"""Tellings of alerts and of the plans drafted for them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from risk_model.alerts.overdue import acknowledgement_due
from risk_model.dispatch.entities import DIGEST
from risk_model.dispatch.holding import ESCALATED, RAISED, REOPENED
from risk_model.dispatch.plans import KNOWN, REDRAFTED
from risk_model.dispatch.quiet import not_before
from risk_model.dispatch.telling import tellings
from risk_model.entities import Alert
from risk_model.local_time import SHANGHAI
from risk_model.notices.known import Known, Telling, named
from risk_model.plans.playbooks import KIND_ZH
from schemas.domain_events import AlertOverdue, AlertReleased, PlanReleased
from schemas.levels import Level
from schemas.reasons import Reason

LEVEL_NOTE = "内部风险等级，须经人工确认"
_NAMES = {ESCALATED: "预警升级", REOPENED: "预警重新打开", DIGEST: "预警（周报）"}


def released(event: AlertReleased, known: Known) -> list[Telling]:
    """To the owner, after quiet hours: the dispatch has decided that they are to be told; a digest is gathered by itself, being due at once."""
    alert = known.alerts[event.alert_id]
    if event.cause != REOPENED and _stale(alert, known.asked_at.get(alert.alert_id, known.recorded_at), known):
        return []
    found = []
    for told in tellings(event, known.recorded_at, known.rules):
        why = [] if told.cause == RAISED else [f"告知缘由：{told.reason}"]
        by_when = _by_when(alert, told.not_before, known)
        lines = [*why, *_what(alert, known), *_why(alert.reasons, known), *by_when]
        about = _about_alert(alert, _NAMES.get(told.cause, "预警"), told.level, told.owner, lines, known)
        found.append(about._replace(due_at=told.not_before))
    return found


def plan_released(event: PlanReleased, known: Known) -> list[Telling]:
    """To the office that signs, after quiet hours: the dispatch has decided that they are to be told of a draft."""
    if event.cause == KNOWN:
        return []
    alert = known.alerts[event.alert_id]
    what = "方案重拟待签发" if event.cause == REDRAFTED else "方案待签发"
    title = f"【{what}】关于{alert.title}的处置方案（草稿）"
    lines = (f"等级：{Level(event.level).zh}（{LEVEL_NOTE}）", f"告知缘由：{event.reason.text}", "签发以前一律是草稿")
    return [Telling(f"plan-{event.plan_id}", named(event.office), alert.county, title, lines, False, event.not_before)]


def overdue(event: AlertOverdue, known: Known) -> list[Telling]:
    """To whoever answers for it now, and whom the chain names."""
    alert = known.alerts[event.alert_id]
    if _stale(alert, known.asked_at.get(alert.alert_id, known.recorded_at), known):
        return []
    owners = "、".join(filter(None, (event.owner, event.told)))
    due_at = not_before(event.level, known.recorded_at, known.rules.policy.dispatch.quiet)
    lines = [f"{event.clock_name}期限已于{_moment(event.due_at)}届满，现由{event.owner}负责", *_what(alert, known)]
    return [_about_alert(alert, "预警逾期未签收", event.level, owners, lines, known)._replace(due_at=due_at)]


def _about_alert(alert: Alert, what: str, level: int, owner: str, lines: Sequence[str], known: Known) -> Telling:
    urgent = level >= Level.parse(known.rules.policy.notice.urgent_level)
    title = f"【{Level(level).zh}色{what}】{alert.title}"
    return Telling(f"alert-{alert.alert_id}", named(owner), alert.county, title, tuple(lines), urgent)


def _what(alert: Alert, known: Known) -> list[str]:
    place = known.rules.regions.place(alert.region) if alert.region[:6] in known.rules.regions else "全市"
    kind = KIND_ZH.get(alert.kind, alert.kind)
    return [f"等级：{Level(alert.level).zh}（{LEVEL_NOTE}）", f"种类：{kind}；类别：{alert.category}；地点：{place}"]


def _why(reasons: Sequence[Reason], known: Known) -> list[str]:
    shown = known.rules.policy.notice.reasons
    reasons = sorted(
        reasons, key=lambda reason: reason.source == "model"
    )  # rules say more to a reader than a model's weights
    rest = [f"另有依据 {len(reasons) - shown} 项"] if len(reasons) > shown else []
    return [*(f"依据：{reason.text}" for reason in reasons[:shown]), *rest]


def _by_when(alert: Alert, told_at: datetime, known: Known) -> list[str]:
    found = acknowledgement_due(alert, told_at, known.rules)
    return [f"请于{_moment(found[1].lapses_at)}以前签收"] if found else []


def _stale(alert: Alert, at: datetime, known: Known) -> bool:
    """Whether what is behind an alert was long past at a time: then a past was brought in, and nobody is to be called for it."""
    newest = known.newest.get(alert.alert_id, alert.occurred_at)
    return at - newest > timedelta(days=known.rules.policy.notice.stale_days)


def _moment(at: datetime) -> str:
    local = at.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日{local:%H:%M}"
