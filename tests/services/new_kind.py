"""A kind of dispute the simulated city does not have: low-altitude cargo drones over homes, which officials call 行政争议 (who drew the route, and may it be there)."""

import random
from datetime import datetime, timedelta
from typing import Any

from schemas.levels import Level

CATEGORY = "行政争议"
_WHAT = ("低空货运无人机", "送餐无人机", "无人机快递航线", "低空观光飞行器", "楼顶无人机起降坪", "无人配送机队")
_DOES = (
    "每隔几分钟从阳台外掠过，旋翼嗡鸣声整日不断",
    "贴着居民楼窗口悬停，下洗气流掀翻晾晒衣物",
    "夜间航行灯直射卧室，孩子无法入睡",
    "起降架次越来越密，旋翼嗡鸣声盖过电视",
    "在小区上空盘旋排队，低频嗡鸣让老人心慌",
)
_GRAVE = ("已有居民用弹弓击落一架", "居民准备集体堵住起降坪", "有人扬言放风筝缠机")
_ASKS = ("要求重划低空航线", "要求起降坪另选址", "要求重新核定航班架次", "航线划设前没有征求意见", "要求收回起降坪备案")


def new_kind(count: int, seed: int, last: datetime) -> list[tuple[dict[str, Any], Level]]:
    """Events as a hotline reports them, an hour apart up to ``last``, each with the level officials give it."""
    chance = random.Random(seed)
    return [_event(chance, f"UAV-{seed}-{n}", last - timedelta(hours=count - n)) for n in range(count)]


def label_line(event: dict[str, Any], level: Level) -> dict[str, Any]:
    """The event as a line of a label file."""
    data = event["data"]
    return {
        "title": data["title"],
        "text": data["narrative"],
        "event_type": event["type"],
        "people_involved": data["people_involved"],
        "category": CATEGORY,
        "level": int(level),
        "occurred_at": data["occurred_at"],
    }


def _event(chance: random.Random, event_id: str, at: datetime) -> tuple[dict[str, Any], Level]:
    what, does, asks = chance.choice(_WHAT), chance.choice(_DOES), chance.choice(_ASKS)
    grave = chance.random() < 0.4
    narrative = (
        f"{chance.randint(1, 30)}栋住户来电：{what}{does}，{chance.choice(_GRAVE) + '，' if grave else ''}{asks}。"
    )
    event = {
        "specversion": "1.0",
        "id": event_id,
        "source": "/gov/379001/hotline",
        "type": "fuyuan.gov.hotline_ticket",
        "time": (at + timedelta(minutes=20)).isoformat(),
        "datacontenttype": "application/json",
        "schemaversion": 2,
        "data": {
            "occurred_at": at.isoformat(),
            "region": {"county": "379001", "township": "379001001", "community_name": f"第{chance.randint(1, 40)}社区"},
            "title": f"反映{what}",
            "narrative": narrative,
            "parties": [],
            "people_involved": chance.choice((1, 3, 8)),
        },
    }
    return event, Level.ORANGE if grave else Level.YELLOW
