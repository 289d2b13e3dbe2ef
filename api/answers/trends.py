"""Trends as shown: the curve behind one, and the alert budget by county and month."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field

from api.answers.alerts import TrendShown, trend_shown
from infra.store.queries.trends import BudgetRow, Curve
from risk_model.surveillance.settings import BudgetTable
from schemas.regions import RegionRegistry


class CurvePointShown(BaseModel):
    """曲线上的一段."""

    day: Annotated[date, Field(description="该段最后一天")]
    observed: Annotated[int, Field(description="件数")]
    expected: Annotated[float | None, Field(description="预计件数；记录太短时为空")]
    upper: Annotated[float | None, Field(description="上限")]
    p_value: Annotated[float | None, Field(description="一切如常时出现这么多件的概率")]
    alarm: Annotated[bool, Field(description="是否超过上限")]
    said: Annotated[bool, Field(description="是否为趋势事件当时所记的数字；否则为按当时的常态现算")]


class CurveShown(BaseModel):
    """一次数量异常的曲线，由远到近."""

    trend: TrendShown
    learnt: Annotated[date | None, Field(description="所依常态的学习日；尚未学习时为空")]
    points: list[CurvePointShown]


class BudgetMonth(BaseModel):
    """一个县一个月的苗头、趋势预警."""

    county: str
    county_name: str
    month: Annotated[str, Field(examples=["2025-10"])]
    alerts: Annotated[int, Field(description="发出的、计入额度的预警")]
    beyond: Annotated[int, Field(description="发出的、太罕见而不计入额度的预警")]
    trends: Annotated[int, Field(description="并入预警的数量异常")]
    held: Annotated[int, Field(description="超出额度、只记录的数量异常")]


class BudgetShown(BaseModel):
    """预警额度与实际."""

    alerts: Annotated[int, Field(description="每个县在 window_days 天内至多的苗头、趋势预警")]
    window_days: int
    always_years: Annotated[float, Field(description="凭偶然这么多年才有一次的总是预警，不计入额度")]
    months: list[BudgetMonth]


def curve_shown(regions: RegionRegistry, curve: Curve) -> CurveShown:
    """Curve with readable names."""
    points = [CurvePointShown(**point._asdict(), alarm=point.alarm) for point in curve.points]
    return CurveShown(trend=trend_shown(regions, curve.trend), learnt=curve.learnt, points=points)


def budget_shown(regions: RegionRegistry, budget: BudgetTable, rows: list[BudgetRow]) -> BudgetShown:
    """Budget and what became of it."""
    return BudgetShown(
        alerts=budget.alerts,
        window_days=budget.window_days,
        always_years=budget.always_years,
        months=[
            BudgetMonth(
                county=row.county,
                county_name=regions.name(row.county),
                month=row.month,
                alerts=row.alerts,
                beyond=row.beyond,
                trends=row.trends,
                held=row.held,
            )
            for row in rows
        ],
    )
