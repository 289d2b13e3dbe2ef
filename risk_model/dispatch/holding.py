"""What keeps an alert from being told now: a silence, its group, that it comes and goes, or the budget of its owner."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from risk_model.dispatch.desk import Desk, series_of
from risk_model.dispatch.entities import DAMPED, DIGEST, GROUPED, QUEUED, SILENCED, Silence
from risk_model.dispatch.settings import DispatchTable, FlappingTable, TellingBudget
from risk_model.entities import Alert
from risk_model.linking.keys import normalize_name
from risk_model.local_time import SHANGHAI
from schemas.domain_events import AlertHeld
from schemas.domain_events.dispatch import SilenceMatch
from schemas.levels import Level
from schemas.reasons import Reason

RAISED, ESCALATED, REOPENED, RETURNED = "raised", "escalated", "reopened", "returned"
REGROUPED, SILENCE_OVER, SETTLED, ROOM, MERGED = "regrouped", "silence_over", "settled", "room", "merged"
_BUDGETED = (RAISED, RETURNED, REGROUPED, SILENCE_OVER, SETTLED)  # an alert told before is told of what is graver


def silenced(desk: Desk, alert: Alert, cause: str, now: datetime, table: DispatchTable) -> AlertHeld | None:
    """Held by a silence that fits; the one that lasts longest."""
    if alert.level >= Level.RED and not table.silence_red:
        return None
    fits = [s for s in desk.silences(now) if matches(s.match, alert, desk.card(alert.alert_id).keys)]
    silence = max(fits, key=lambda s: (s.until, s.silence_id), default=None)
    if silence is None:
        return None
    text = f"{silence.by}设置静默至 {silence.until.astimezone(SHANGHAI):%m-%d %H:%M}：{silence.reason}"
    reason = Reason("held.silence", text, "person")
    return AlertHeld(alert.alert_id, SILENCED, cause, reason, now, silence.until, silence.silence_id)


def matches(match: SilenceMatch, alert: Alert, keys: Iterable[str]) -> bool:
    """Whether a silence is for an alert."""
    named = (
        (match.county, alert.county),
        (match.category, alert.category),
        (match.kind, alert.kind),
        (match.matter_id, alert.matter_id),
    )
    return (
        alert.level <= match.max_level
        and all(wanted is None or wanted == value for wanted, value in named)
        and (match.entity is None or _about(match.entity, keys))
    )


def grouped(desk: Desk, alert: Alert, cause: str, now: datetime) -> AlertHeld | None:
    """Held because its owner was told of an alert of its group that is as grave."""
    if cause == REOPENED:
        return None
    told = told_in_group(desk, alert)
    if told is None:
        return None
    reason = Reason("held.group", f"同组预警“{told.title}”已告知{alert.owner}，本条列于其下", "rule")
    return AlertHeld(alert.alert_id, GROUPED, cause, reason, now)


def told_in_group(desk: Desk, alert: Alert) -> Alert | None:
    """Another open alert of its group, as grave, that its owner was told of."""
    for other in desk.find("group", desk.card(alert.alert_id).group_id):
        card = desk.card(other)
        if other != alert.alert_id and any(t.owner == alert.owner and t.level >= alert.level for t in card.told):
            return desk.alert(other)
    return None


def told_before(desk: Desk, alert: Alert) -> Alert | None:
    """An alert as grave that its owner was told of and that was closed as a repeat of it, as their matters were merged."""
    for other in desk.find("duplicate", alert.alert_id):
        if any(told.owner == alert.owner and told.level >= alert.level for told in desk.card(other).told):
            return desk.alert(other)
    return None


def damped(desk: Desk, alert: Alert, cause: str, now: datetime, table: FlappingTable) -> AlertHeld | None:
    """Held because it was raised again and again."""
    if alert.level >= Level.RED or cause not in (RAISED, REOPENED):
        return None
    since = now - timedelta(days=table.window_days)
    earlier = [at for one in desk.find("series", series_of(alert)) for at in desk.card(one).raised if at > since]
    times = len(earlier) + (cause == REOPENED)  # this raise stands on the card already, a reopening does not
    if times <= table.max_raises:
        return None
    until = now + timedelta(days=table.stable_days)
    text = f"{table.window_days} 天内第 {times} 次发出，反复起落；{table.stable_days} 天不再起落后告知"
    return AlertHeld(alert.alert_id, DAMPED, cause, Reason("held.flapping", text, "rule"), now, until)


def queued(desk: Desk, alert: Alert, cause: str, now: datetime, table: TellingBudget) -> AlertHeld | None:
    """Held because the budget is spent."""
    if alert.level >= Level.RED or cause not in _BUDGETED:
        return None
    doubt = doubtful(desk, alert, table)
    spent = doubt or over_budget(desk, alert, now, table)
    if not spent:
        return None
    until = next_digest(now, table)
    order = "" if doubt else "按轻重待发，至迟"
    text = f"{spent}；{order}列入 {until.astimezone(SHANGHAI):%m-%d %H:%M} 的周报"
    code = "held.doubt" if doubt else "held.budget"
    return AlertHeld(alert.alert_id, QUEUED, cause, Reason(code, text, "rule"), now, until)


def doubtful(desk: Desk, alert: Alert, table: TellingBudget) -> str:
    """Why an alert is too uncertain to be told by itself; empty when it is not."""
    certainty = desk.card(alert.alert_id).certainty
    if certainty >= table.min_certainty:
        return ""
    return f"只凭模型判级，把握 {certainty:.2f}，不足 {table.min_certainty:g}"


def over_budget(desk: Desk, alert: Alert, now: datetime, table: TellingBudget) -> str:
    """Why the budget has no room for an alert; empty when it has."""
    for index, key, most, who in (
        ("owner", alert.owner, table.owner_alerts, alert.owner),
        ("county", alert.county, table.county_alerts, "本县（市、区）"),
    ):
        if _told(desk, index, key, now, table) >= most:
            return f"{who}近 {table.window_days} 天已收到红色以下预警 {most} 条"
    return ""


def next_digest(now: datetime, table: TellingBudget) -> datetime:
    """The next weekly digest after a time."""
    local = now.astimezone(SHANGHAI)
    days = (table.digest_weekday - local.isoweekday()) % 7
    digest = datetime.combine(local.date() + timedelta(days=days), table.digest_at, SHANGHAI)
    return (digest if digest > now else digest + timedelta(days=7)).astimezone(now.tzinfo)


def _told(desk: Desk, index: str, key: str, now: datetime, table: TellingBudget) -> int:
    """Alerts below red told within the window, digests aside."""
    since = now - timedelta(days=table.window_days)
    return sum(
        told.at > since
        and told.level < Level.RED
        and told.cause not in (DIGEST, MERGED)
        and (index == "county" or told.owner == key)
        for one in desk.find(index, key)
        for told in desk.card(one).told
    )


def _about(entity: str, keys: Iterable[str]) -> bool:
    """Whether one of an alert's keys is an entity, named as officials write it or by its key."""
    name = normalize_name(entity)
    return any(key == entity or (name and key.partition(":")[2].rpartition(":")[2] == name) for key in keys)


def active(silence: Silence | None, now: datetime) -> bool:
    """Whether a silence holds."""
    return silence is not None and silence.lifted_at is None and now < silence.until
