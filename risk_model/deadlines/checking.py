"""The policy's table of deadlines against the deadlines there are: a table that names another would stop WATCH at the first event."""

from risk_model.clocks.book import ClockBook
from risk_model.deadlines.rules import DeadlineRule
from risk_model.policy import PolicyError


def check_deadlines(table: tuple[DeadlineRule, ...], book: ClockBook) -> None:
    """Check that every deadline the policy starts is in ``clocks.toml``.

    Raises:
        PolicyError: one is not; names its place.
    """
    for number, rule in enumerate(table):
        where = f"deadline[{number}] ({rule.clock})"
        found = book.rules.get(rule.clock)
        if found is None:
            raise PolicyError(
                f"{where}.clock: clocks.toml 没有 {rule.clock!r} / no clock {rule.clock!r} in clocks.toml"
            )
        if (found.direction == "before") != bool(rule.at):
            raise PolicyError(
                f"{where}.at: 倒算的期限须写明开庭等时间的字段，其余不写 / a deadline counted backwards needs the field of its day, others do not"
            )
