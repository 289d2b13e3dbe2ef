"""Alerts as shown: in lists, and one with its trends, matter, events and history."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api.answers.alert_steps import AlertStepShown, DispatchStepShown
from api.answers.disputes import DisputePageShown
from api.answers.matters import MatterItem
from api.answers.parts import (
    LevelShown,
    PlaceShown,
    ReasonShown,
    level_shown,
    local,
    local_or_none,
    place_shown,
    reasons_shown,
)
from infra.store.queries.alerts import ListedAlert
from risk_model.alerts.overdue import acknowledgement_due
from risk_model.alerts.status import OUTCOME_ZH, STATUS_ZH, possible
from risk_model.dispatch.entities import PENDING, STAGE_ZH
from risk_model.entities import Alert
from risk_model.rules import Rules
from risk_model.series import measure_name
from risk_model.surveillance.entities import Trend
from schemas.regions import RegionRegistry

KINDS = {"matter": "重大事项", "emerging": "苗头", "trending": "趋势", "regional": "区域", "systemic": "系统"}


class AlertItem(BaseModel):
    """一条预警."""

    alert_id: str
    kind: Annotated[
        str, Field(description="matter 重大事项，emerging 苗头，trending 趋势，regional 区域，systemic 系统")
    ]
    kind_name: str
    level: LevelShown
    status: Annotated[
        str, Field(description="raised 待签收，acknowledged 已签收，in_hand 办理中，answered 已反馈，closed 已办结")
    ]
    status_name: str
    since: Annotated[datetime | None, Field(description="何时起为此状态")]
    handled_by: Annotated[str, Field(description="最近一步的经办人；系统重新打开的和无人办理的为空")]
    outcome: Annotated[str | None, Field(description="办结结论：true 属实，false_alarm 误报，duplicate 重复")]
    outcome_name: str | None
    duplicate_of: Annotated[str | None, Field(description="按重复办结的，所重复的预警")]
    acknowledge_by: Annotated[
        datetime | None, Field(description="应在此时以前签收（等级升高、重新打开后须再签收）；不必签收的为空")
    ]
    possible_steps: Annotated[
        list[str],
        Field(description="现在可以做的步骤，见 POST /v1/alerts/{alert_id}/steps；办结附结论，如 close.false_alarm"),
    ]
    title: str
    category: str
    place: PlaceShown
    owner: Annotated[str, Field(description="责任人（按策略）")]
    route: Annotated[str, Field(description="定出责任人的路由规则；空为按等级")]
    stage: Annotated[
        str,
        Field(
            description="发出之后：pending 待分派，told 已通知，grouped 并入同组，absorbed 已被吸收，silenced 静默中，"
            "queued 额度外待发，damped 反复起落待稳定"
        ),
    ]
    stage_name: str
    stage_reason: Annotated[ReasonShown | None, Field(description="为何如此；待分派的为空")]
    told_at: Annotated[datetime | None, Field(description="最近一次告知责任人的时间（静默时段已过）；没有告知过的为空")]
    group_id: Annotated[str | None, Field(description="同组牵头的预警；自己牵头的即自己")]
    absorbed_by: Annotated[str | None, Field(description="吸收它的预警")]
    reasons: list[ReasonShown]
    occurred_at: Annotated[datetime, Field(description="引发预警的事件发生时间")]
    raised_at: Annotated[datetime | None, Field(description="本系统发出预警的时间")]
    measure: Annotated[str | None, Field(description="苗头监测的指标：category:… 或 subject:…")] = None
    measure_name: str | None = None
    day: date | None = None
    last_day: date | None = None
    policy_version: str
    version: Annotated[int, Field(description="预警记录的版本，办理、为其事件标注时作为 expected_version")]
    matter_id: str | None = None
    plan_id: str | None = None
    links: dict[str, str]


class TrendPointShown(BaseModel):
    """一段时间的数字：迟报使其变化的，为最近一次修订之后的数字."""

    day: Annotated[date, Field(description="该段最后一天")]
    observed: Annotated[int, Field(description="件数")]
    expected: Annotated[float, Field(description="预计件数")]
    upper: Annotated[float, Field(description="上限")]
    p_value: Annotated[float, Field(description="一切如常时出现这么多件的概率")]
    recurrence_days: Annotated[float, Field(description="在全部监测的序列中，凭偶然多少天一次")]


class TrendShown(BaseModel):
    """一次数量异常：某地某指标，从开始到回落."""

    trend_id: str
    kind: Annotated[str, Field(description="emerging 苗头，trending 趋势，regional 区域")]
    kind_name: str
    status: Annotated[str, Field(description="open 持续，cleared 已回落")]
    place: PlaceShown
    regions: Annotated[list[PlaceShown], Field(description="区域聚集所含的各地，其余为空")]
    measure: str
    measure_name: str
    day: Annotated[date, Field(description="发现时该段的最后一天")]
    period_days: Annotated[int, Field(description="每段的天数：1 为当日，7 为七天合计")]
    method: Annotated[str, Field(examples=["短期基线"])]
    observed: Annotated[int, Field(description="发现时的件数，迟报之后为修订数")]
    expected: Annotated[float, Field(description="预计件数")]
    upper: Annotated[float, Field(description="上限")]
    p_value: Annotated[float, Field(description="一切如常时出现这么多件的概率")]
    recurrence_days: Annotated[float, Field(description="在全部监测的序列中，凭偶然多少天一次")]
    history: Annotated[list[int], Field(description="此前各段件数，由远到近")]
    points: Annotated[list[TrendPointShown], Field(description="各段的数字，由远到近")]
    revisions: Annotated[int, Field(description="数字变化的次数")]
    held: Annotated[str, Field(description="没有发出预警的原因：budget 超出预警额度；空为已预警")]
    alert_id: str | None
    dispute_ids: Annotated[list[str], Field(description="计入的事件，最多 200 件")]


class AlertBrief(BaseModel):
    """一条预警的要点."""

    alert_id: str
    title: str
    level: LevelShown
    kind_name: str
    status_name: str
    link: str


class AlertShown(AlertItem):
    """一条预警及其背后的事项、趋势、事件和经过."""

    matter: MatterItem | None
    trends: list[TrendShown]
    history: Annotated[
        list[AlertStepShown], Field(description="发出、升级、签收、办理、反馈、办结、重新打开、逾期，由先到后")
    ]
    dispatch: Annotated[
        list[DispatchStepShown], Field(description="发出之后的每一步：归组、吸收、返回、暂不告知、告知，由先到后")
    ]
    under: Annotated[list[AlertBrief], Field(description="同组的和被它吸收的预警")]
    events: Annotated[DisputePageShown, Field(description="背后的纠纷事件，首页；其余见 links.events")]


def alert_item(rules: Rules, listed: ListedAlert) -> AlertItem:
    """Alert with its links."""
    alert = listed.alert
    base = f"/v1/alerts/{alert.alert_id}"
    card = listed.card
    stage = card.stage if card else PENDING
    links = {
        "self": base,
        "events": f"{base}/events",
        "steps": f"{base}/steps",
        "labels": f"/v1/labels?alert_id={alert.alert_id}",
    }
    if alert.duplicate_of:
        links["duplicate_of"] = f"/v1/alerts/{alert.duplicate_of}"
    if alert.matter_id:
        links["matter"] = f"/v1/matters/{alert.matter_id}"
    if card is not None and card.group_id != alert.alert_id:
        links["group"] = f"/v1/alerts/{card.group_id}"
    if card is not None and card.absorbed_by:
        links["absorbed_by"] = f"/v1/alerts/{card.absorbed_by}"
    if listed.plan_id:
        links["plan"] = f"/v1/plans/{listed.plan_id}"
    return AlertItem(
        alert_id=alert.alert_id,
        kind=alert.kind,
        kind_name=KINDS.get(alert.kind, alert.kind),
        level=level_shown(alert.level),
        status=alert.status,
        status_name=STATUS_ZH[alert.status],
        since=local_or_none(listed.since),
        handled_by=alert.handled_by,
        outcome=alert.outcome,
        outcome_name=OUTCOME_ZH[alert.outcome] if alert.outcome else None,
        duplicate_of=alert.duplicate_of,
        acknowledge_by=_acknowledge_by(listed, rules),
        possible_steps=list(possible(alert)),
        title=alert.title,
        category=alert.category,
        place=place_shown(rules.regions, alert.region),
        owner=alert.owner,
        route=alert.route,
        stage=stage,
        stage_name=STAGE_ZH[stage],
        stage_reason=reasons_shown([card.reason])[0] if card and card.reason else None,
        told_at=local(card.told[-1].not_before) if card and card.told else None,
        group_id=card.group_id if card else None,
        absorbed_by=card.absorbed_by if card else None,
        reasons=reasons_shown(alert.reasons),
        occurred_at=local(alert.occurred_at),
        raised_at=local_or_none(listed.raised_at),
        measure=alert.measure,
        measure_name=measure_name(alert.measure) if alert.measure else None,
        day=alert.day,
        last_day=alert.last_day,
        policy_version=alert.policy_version,
        version=alert.version,
        matter_id=alert.matter_id,
        plan_id=listed.plan_id,
        links=links,
    )


def alert_brief(alert: Alert) -> AlertBrief:
    """The gist of an alert."""
    return AlertBrief(
        alert_id=alert.alert_id,
        title=alert.title,
        level=level_shown(alert.level),
        kind_name=KINDS.get(alert.kind, alert.kind),
        status_name=STATUS_ZH[alert.status],
        link=f"/v1/alerts/{alert.alert_id}",
    )


def _acknowledge_by(listed: ListedAlert, rules: Rules) -> datetime | None:
    found = None if listed.asked_at is None else acknowledgement_due(listed.alert, listed.asked_at, rules)
    return None if found is None else local(found[1].lapses_at)


def trend_shown(regions: RegionRegistry, trend: Trend) -> TrendShown:
    """Trend with readable names."""
    first = trend.point(trend.day) or trend.points[0]
    return TrendShown(
        trend_id=trend.trend_id,
        kind=trend.kind,
        kind_name=KINDS.get(trend.kind, trend.kind),
        status=trend.status,
        place=place_shown(regions, trend.region),
        regions=[place_shown(regions, region) for region in trend.regions],
        measure=trend.measure,
        measure_name=measure_name(trend.measure),
        day=trend.day,
        period_days=trend.period_days,
        method=trend.method,
        observed=first.observed,
        expected=first.expected,
        upper=first.upper,
        p_value=first.p_value,
        recurrence_days=first.recurrence_days,
        history=trend.history,
        points=[TrendPointShown(**point._asdict()) for point in trend.points],
        revisions=trend.revisions,
        held=trend.held,
        alert_id=trend.alert_id,
        dispute_ids=trend.dispute_ids,
    )
