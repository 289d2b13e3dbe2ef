"""A deadline in one sentence of a plan: from when, how long, whether it may be extended, how its last day moves."""

from risk_model.clocks.rules import UNIT_ZH, ClockRule


def deadline_zh(rule: ClockRule) -> str:
    """Chinese sentence of a kind of deadline, without its articles."""
    length = f"{rule.length}{UNIT_ZH[rule.unit]}"
    if rule.direction == "before":
        return f"{rule.name}：{rule.starts}{length}前" + _last_day(rule)
    text = f"{rule.name}：自{rule.starts}之日起{length}内"
    if rule.unit == "hours":
        text = f"{rule.name}：自{rule.starts}时起{length}内"
    if rule.extension is not None:
        text += f"，经{rule.extension.approver}批准可延长一次、最多{rule.extension.max}{UNIT_ZH[rule.unit]}"
    return text + _last_day(rule)


def _last_day(rule: ClockRule) -> str:
    if rule.last_day == "next_working_day":
        return "，最后一日逢休息日顺延"
    if rule.last_day == "previous_working_day":
        return "，逢休息日提前"
    return ""
