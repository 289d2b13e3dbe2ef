"""Floors of the shipped policy, as a table."""

import pytest

from risk_model.grading import Floors
from tests.disputes import rules

BLUE, YELLOW, ORANGE, RED = 1, 2, 3, 4
FLOORS = Floors(rules().policy)


@pytest.mark.parametrize(
    ("model", "kind", "text", "people", "repeat", "level", "codes"),
    [
        (BLUE, "gov.petition", "要求修路", None, 0, BLUE, []),
        (BLUE, "gov.petition", "要求修路", 9, 2, BLUE, []),
        (BLUE, "gov.petition", "要求修路", 10, 0, YELLOW, ["floor.people_10"]),
        (BLUE, "gov.petition", "要求修路", 49, 0, YELLOW, ["floor.people_10"]),
        (BLUE, "gov.petition", "要求修路", 50, 0, ORANGE, ["floor.people_50"]),
        (YELLOW, "gov.petition", "要求修路", 50, 0, ORANGE, ["floor.people_50"]),
        (ORANGE, "gov.petition", "要求修路", 500, 9, ORANGE, []),
        (RED, "gov.petition", "扬言要跳楼", 500, 9, RED, ["floor.violence_signal"]),
        (BLUE, "gov.petition", "扬言要跳楼", 60, 9, ORANGE, ["floor.violence_signal", "floor.people_50"]),
        (BLUE, "gov.petition", "要求修路", None, 3, YELLOW, ["floor.repeat_3"]),
        (BLUE, "gov.petition", "扬言要跳楼", None, 0, ORANGE, ["floor.violence_signal"]),
        (BLUE, "gov.petition", "他说要同归于尽，还要喝农药", None, 0, ORANGE, ["floor.violence_signal"]),
        (BLUE, "gov.petition", "没有自杀倾向", None, 0, BLUE, []),
        (BLUE, "gov.petition", "并未持刀", None, 0, BLUE, []),
        (BLUE, "gov.petition", "双方未曾拼命", None, 0, BLUE, []),
        (BLUE, "gov.petition", "防止民转刑", None, 0, BLUE, []),
        (BLUE, "gov.petition", "避免跳楼等极端事件", None, 0, BLUE, []),
        (BLUE, "gov.petition", "无自杀倾向", None, 0, BLUE, []),
        (BLUE, "gov.petition", "不会轻生", None, 0, BLUE, []),
        (BLUE, "gov.petition", "之前没有自杀，昨晚扬言自杀", None, 0, ORANGE, ["floor.violence_signal"]),
        (BLUE, "gov.petition", "不跳楼没人管", None, 0, ORANGE, ["floor.violence_signal"]),
        (BLUE, "court.group_litigation", "", 9, 0, BLUE, []),
        (BLUE, "court.group_litigation", "", 10, 0, ORANGE, ["floor.group_litigation"]),
        (BLUE, "court.bankruptcy_accepted", "", None, 0, YELLOW, ["floor.bankruptcy_accepted"]),
        (BLUE, "court.bankruptcy_petition", "", None, 0, BLUE, []),
        (BLUE, "gov.escrow_anomaly", "", None, 0, YELLOW, ["floor.escrow_anomaly"]),
        (BLUE, "gov.project_stalled", "", None, 0, YELLOW, ["floor.project_stalled"]),
    ],
)
def test_floors(
    model: int, kind: str, text: str, people: int | None, repeat: int, level: int, codes: list[str]
) -> None:
    """Level after floors, and exactly the floors that give it; signal words are always named."""
    found, reasons = FLOORS.apply(model, kind, text, people, repeat)
    assert found == level
    assert sorted(reason.code for reason in reasons) == sorted(codes)
    assert all(reason.source == "floor" and "{" not in reason.text for reason in reasons)


def test_reasons_name_the_words_and_numbers() -> None:
    """An official reads what was found."""
    _, reasons = FLOORS.apply(BLUE, "gov.petition", "要跳楼，要跳楼，还拿着汽油要泼汽油", 63, 0)
    texts = {reason.code: reason.text for reason in reasons}
    assert texts["floor.violence_signal"].endswith("泼汽油、跳楼")
    assert "63 人" in texts["floor.people_50"]


@pytest.mark.parametrize("people", range(0, 120, 7))
@pytest.mark.parametrize("model", [BLUE, YELLOW, ORANGE, RED])
def test_floors_never_lower_and_rise_with_people(model: int, people: int) -> None:
    """A floor is a floor."""
    level, _ = FLOORS.apply(model, "gov.petition", "", people, 0)
    more, _ = FLOORS.apply(model, "gov.petition", "", people + 7, 0)
    assert model <= level <= more
