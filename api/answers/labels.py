"""Officials' labels as shown."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api.answers.parts import LevelShown, level_shown, local
from infra.store.queries.labels import ListedLabel
from schemas.domain_events import LabelGiven
from schemas.levels import Level


class LabelShown(BaseModel):
    """一条标注：谁、何时、认为应是什么类别和等级、为什么."""

    dispute_id: str
    version: Annotated[int, Field(description="该事件记录的版本")]
    category: Annotated[str | None, Field(description="应有的类别；未说则为空")]
    level: Annotated[LevelShown | None, Field(description="应有的等级；未说则为空")]
    reason: str
    labelled_by: str
    labelled_at: datetime
    alert_id: Annotated[str | None, Field(description="处理哪条预警时标注的")]


class LabelItem(LabelShown):
    """一条标注，及系统原来的判断."""

    title: Annotated[str, Field(description="事件标题（已脱敏）")]
    judged_category: Annotated[str, Field(description="系统原来判定的类别")]
    judged_level: Annotated[LevelShown, Field(description="系统原来判定的等级（底线生效后）")]
    links: dict[str, str]


class LabelRecorded(BaseModel):
    """标注的结果."""

    dispute_id: str
    version: Annotated[int, Field(description="该事件记录现在的版本，下次标注时作为 expected_version")]
    recorded: Annotated[bool, Field(description="是否写入了新标注；与现有标注相同时不写，为 false")]
    label: LabelShown | None


class AlertLabelsRecorded(BaseModel):
    """为一条预警的全部事件标注的结果."""

    alert_id: str
    events: Annotated[int, Field(description="预警背后的事件数")]
    labelled: Annotated[int, Field(description="写入新标注的事件数")]
    unchanged: Annotated[int, Field(description="现有标注已相同、未再写入的事件数")]
    overruled: Annotated[list[str], Field(description="其中与他人先前标注不同的事件；训练时作为冲突列出")]


def label_shown(label: LabelGiven, version: int) -> LabelShown:
    """Label as it was recorded."""
    return LabelShown(
        dispute_id=label.dispute_id,
        version=version,
        category=label.category,
        level=None if label.level is None else level_shown(label.level),
        reason=label.reason,
        labelled_by=label.given_by,
        labelled_at=local(label.given_at),
        alert_id=label.alert_id,
    )


def label_summary(label: LabelGiven) -> str:
    """One Chinese line on a label."""
    level = None if label.level is None else f"{Level(label.level).zh}色"
    said = "、".join(filter(None, (label.category, level)))
    return f"{label.given_by} 标注为{said}：{label.reason}"


def label_item(listed: ListedLabel) -> LabelItem:
    """Label beside what the system had judged."""
    links = {"event": f"/v1/events/{listed.label.dispute_id}"}
    if listed.label.alert_id:
        links["alert"] = f"/v1/alerts/{listed.label.alert_id}"
    return LabelItem(
        **dict(label_shown(listed.label, listed.version)),
        title=listed.title,
        judged_category=listed.judged_category,
        judged_level=level_shown(listed.judged_level),
        links=links,
    )
