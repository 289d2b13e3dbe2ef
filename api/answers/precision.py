"""Precision of alerts as shown."""

from typing import Annotated

from pydantic import BaseModel, Field

from api.answers.alerts import KINDS
from risk_model.alerts.precision import CONFIDENCE, Precision, PrecisionTable
from schemas.regions import RegionRegistry


class PrecisionShown(BaseModel):
    """已办结预警的准确率：属实占属实与误报之和的比例；重复的另计."""

    closed: Annotated[int, Field(description="已办结的条数")]
    true: Annotated[int, Field(description="属实")]
    false_alarm: Annotated[int, Field(description="误报")]
    duplicate: Annotated[int, Field(description="重复")]
    precision: Annotated[float | None, Field(description="属实 / (属实 + 误报)；二者皆无则为空")]
    low: Annotated[float | None, Field(description="Wilson 区间下限")]
    high: Annotated[float | None, Field(description="Wilson 区间上限")]


class PrecisionOf(PrecisionShown):
    """一个种类、规则、单位或县的准确率."""

    key: str
    name: str


class PrecisionReport(PrecisionShown):
    """全部及分项的准确率."""

    confidence: Annotated[float, Field(description="区间的置信水平")] = CONFIDENCE
    kinds: list[PrecisionOf]
    rules: Annotated[
        list[PrecisionOf], Field(description="按依据的代码和检测方法；一条预警有几项依据的，在每项各计一次")
    ]
    models: Annotated[list[PrecisionOf], Field(description="按判定引发预警的事件的模型版本")]
    agencies: Annotated[list[PrecisionOf], Field(description="按背后事件的来源；几个来源的各计一次")]
    counties: list[PrecisionOf]


def precision_report(regions: RegionRegistry, table: PrecisionTable) -> PrecisionReport:
    """Table with readable names."""
    names = {
        "kind": lambda key: KINDS.get(key, key),
        "rule": lambda key: key,
        "model": lambda key: key,
        "agency": lambda key: key,
        "county": regions.place,
    }
    groups = {
        name: [PrecisionOf(key=key, name=names[name](key), **_figures(found)) for key, found in rows]
        for name, rows in table.groups.items()
    }
    return PrecisionReport(
        **_figures(table.overall),
        kinds=groups["kind"],
        rules=groups["rule"],
        models=groups["model"],
        agencies=groups["agency"],
        counties=groups["county"],
    )


def _figures(found: Precision) -> dict[str, int | float | None]:
    return {
        "closed": found.true + found.false_alarm + found.duplicate,
        "true": found.true,
        "false_alarm": found.false_alarm,
        "duplicate": found.duplicate,
        "precision": None if found.share is None else round(found.share, 4),
        "low": None if found.low is None else round(found.low, 4),
        "high": None if found.high is None else round(found.high, 4),
    }
