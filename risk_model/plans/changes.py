"""What changed between two texts of a plan, a Chinese line each: measures by their wording, facts by the sentence."""

from schemas.domain_events import PlanDrafted, PlannedMeasure
from schemas.levels import Level

_FIELDS = (
    ("lead", "牵头单位"),
    ("support", "配合单位"),
    ("basis", "依据"),
    ("due_days", "期限天数"),
    ("clock", "适用期限"),
)


def changes(before: PlanDrafted, after: PlanDrafted) -> tuple[str, ...]:
    """Lines on what changed; none when the texts are the same."""
    found = []
    if before.title != after.title:
        found.append(f"标题由“{before.title}”改为“{after.title}”")
    if before.level != after.level:
        found.append(f"等级由{Level(before.level).zh}改为{Level(after.level).zh}")
    for name, zh in (("owner", "责任人"), ("issuer", "落款")):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            found.append(f"{zh}由“{old}”改为“{new}”")
    for name, zh in (("facts", "基本情况"), ("findings", "研判")):
        old, new = getattr(before, name), getattr(after, name)
        found += [f"{zh}删去：{text}" for text in old if text not in new]
        found += [f"{zh}增加：{text}" for text in new if text not in old]
    return (*found, *_measures(before.measures, after.measures))


def _measures(before: tuple[PlannedMeasure, ...], after: tuple[PlannedMeasure, ...]) -> list[str]:
    """Measures taken out, put in, and those whose offices, basis or time changed."""
    old, new = {m.text: m for m in before}, {m.text: m for m in after}
    found = [f"删去措施：{text}（{old[text].lead}）" for text in old if text not in new]
    found += [f"增加措施：{text}（{new[text].lead}）" for text in new if text not in old]
    for text, measure in new.items():
        was = old.get(text)
        if was is None or was == measure:
            continue
        said = [
            f"{zh}由“{_shown(getattr(was, name))}”改为“{_shown(getattr(measure, name))}”"
            for name, zh in _FIELDS
            if getattr(was, name) != getattr(measure, name)
        ]
        if said:
            found.append(f"措施“{text}”：{'，'.join(said)}")
    if not found and [m.text for m in before] != [m.text for m in after]:
        found.append("措施的次序改变")
    return found


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "、".join(value)
    return "" if value is None else str(value)
