"""Small labelled dispute events for tests of the model: real words, a learnable rule, and noise."""

import random
from datetime import UTC, datetime, timedelta

from risk_model.scoring.examples import LabelledExample
from risk_model.scoring.fields import ScoringFields

SUBJECTS = {
    "劳动争议": ("工地拖欠农民工工资", "公司解除劳动合同不付补偿", "加班工资长期不发", "工伤待遇没有落实"),
    "问题楼盘": ("楼盘停工逾期不交房", "开发商资金断裂项目烂尾", "购房款被挪用监管账户异常", "预售房屋迟迟不能办证"),
    "婚姻家庭": ("夫妻离婚争夺孩子抚养权", "兄弟分家产生赡养纠纷", "家庭暴力反复发生", "继承房产意见不一"),
    "物业": ("小区物业乱收停车费", "电梯故障物业拒不维修", "物业费上涨业主拒交", "公共收益去向不明"),
}
PLACES = ("城东", "青河", "临溪", "石门", "东平")
ENDINGS = ("请求协调处理", "希望尽快解决", "要求给个说法", "多次反映没有结果")
GRAVE = ("扬言集体上访", "情绪激动要拼命", "准备堵路拉横幅")
KINDS = ("gov.petition", "gov.hotline_ticket", "court.case_filed", "gov.grid_report")


def labelled(count: int, seed: int = 7) -> list[LabelledExample]:
    """Examples whose level follows head count and grave words, with a little label noise."""
    chance = random.Random(seed)
    start = datetime(2025, 1, 1, tzinfo=UTC)
    return [_example(chance, start + timedelta(hours=number)) for number in range(count)]


def _example(chance: random.Random, at: datetime) -> LabelledExample:
    category = chance.choice(list(SUBJECTS))
    people = chance.choice((None, 1, 2, 6, 14, 60, 240))
    grave = chance.random() < 0.3
    text = f"{chance.choice(PLACES)}{chance.randint(1, 9)}组群众反映{chance.choice(SUBJECTS[category])}，{chance.choice(ENDINGS)}"
    text += f"，{chance.choice(GRAVE)}。" if grave else "。"
    level = min(4, 1 + ((people or 0) >= 5) + ((people or 0) >= 50) + grave)
    if chance.random() < 0.03:
        level = chance.randint(1, 4)
    fields = ScoringFields(
        chance.choice(KINDS), people, chance.choice((None, 50_000, 90_000_000)), chance.choice((0, 0, 1, 4))
    )
    return LabelledExample(text, fields, category, level, at)


def label_line(example: LabelledExample) -> dict[str, object]:
    """The example as a line of a label file."""
    fields = example.fields
    return {
        "text": example.text,
        "event_type": fields.event_type,
        "people_involved": fields.people_involved,
        "amount_fen": fields.amount_fen,
        "repeat_count": fields.repeat_count,
        "category": example.category,
        "level": example.level,
        "occurred_at": example.occurred_at.isoformat(),
    }
