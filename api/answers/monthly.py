"""The monthly report as shown in JSON; a figure that there is no data for is null, never 0."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.answers.precision import PrecisionReport, precision_report
from risk_model.reporting.monthly import MonthlyReport
from schemas.regions import RegionRegistry


class _Shown(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class ComparedShown(_Shown):
    """件数及环比、同比；记录没有覆盖的月份为空，不是零."""

    now: Annotated[int | None, Field(description="本月")]
    before: Annotated[int | None, Field(description="上月")]
    change: Annotated[float | None, Field(description="环比", examples=[0.25])]
    year_ago: Annotated[int | None, Field(description="去年同月")]
    year_change: Annotated[float | None, Field(description="同比")]
    partial: Annotated[bool, Field(description="所比的月份中有记录不全的")]


class CountRow(_Shown):
    """一个类别或一个县的件数."""

    name: Annotated[str, Field(description="类别，或县级区划代码")]
    count: ComparedShown


class AlertFiguresShown(_Shown):
    """引发时间在本月的预警."""

    by_level: Annotated[dict[int, int], Field(description="按等级（1 蓝 … 4 红）")]
    by_kind: dict[str, int]
    by_status: Annotated[dict[str, int], Field(description="按现在的状态")]


class TrendRow(_Shown):
    """本月发现、发出预警的数量异常，最少见的在前."""

    alert_id: str | None
    kind: str
    region: str
    measure: str
    status: str
    first_day: date
    points: Annotated[list[tuple[date, int, float, float]], Field(description="日期、件数、常态、上限，旧的在前")]


class WideRow(_Shown):
    """区域性、系统性预警."""

    alert_id: str
    kind: str
    level: int
    title: str
    county: str
    status: str
    reasons: list[str]


class MatterRow(_Shown):
    """本月有事件的重点事项：等级高的在前."""

    matter_id: str
    title: str
    category: str
    county: str
    level: int
    events: Annotated[int, Field(description="本月件数")]
    events_in_all: int
    sources: int
    people: int
    amount_fen: int


class SuitRow(_Shown):
    """万人起诉率."""

    county: str
    filed: Annotated[int | None, Field(description="本月上报的立案；从未上报过立案的县为空")]
    population: Annotated[int | None, Field(description="区划登记表中的人口；没有则为空")]
    per_ten_thousand: float | None


class ShareShown(_Shown):
    """一个比例；无从计算的为空，并说明原因."""

    part: int | None
    whole: int | None
    share: float | None
    why: str


class DutyFiguresShown(_Shown):
    """本月交办的任务，按现在的情况."""

    assigned: int
    answered: Annotated[int, Field(description="已反馈（没有退回）")]
    accepted: Annotated[int, Field(description="已销号")]
    withdrawn: int
    overdue: Annotated[int, Field(description="未销号而已超期")]


class AnsweringShown(_Shown):
    """本月提出的府院协助请求的办理；只按被请求单位，从不按请求单位."""

    office: Annotated[str, Field(description="被请求单位；全部的为空")]
    asked: int
    answered: int
    in_time: int
    settled: int
    open: int
    overdue: int
    sent_back: int
    fulfilled: Annotated[float | None, Field(description="已答复 / (已答复 + 超期未答复)；无从计算的为空")]
    median_days: float | None


class MonthlyShown(_Shown):
    """月度研判报告."""

    month: str
    complete: Annotated[bool, Field(description="本月已结束，各县的日期都已关闭")]
    total: ComparedShown
    categories: list[CountRow]
    counties: list[CountRow]
    alerts: AlertFiguresShown
    trends: list[TrendRow]
    wide: list[WideRow]
    matters: list[MatterRow]
    suits: list[SuitRow]
    lost: Annotated[ShareShown, Field(description="行政案件败诉率")]
    appeared: Annotated[ShareShown, Field(description="行政机关负责人出庭应诉率")]
    precision: PrecisionReport
    duties: DutyFiguresShown
    requests: AnsweringShown
    offices: list[AnsweringShown]


def monthly_shown(regions: RegionRegistry, report: MonthlyReport) -> MonthlyShown:
    """The report as JSON."""
    parts = {name: getattr(report, name) for name in report.__struct_fields__ if name != "precision"}
    return MonthlyShown.model_validate({**parts, "precision": precision_report(regions, report.precision)})
