"""All deadlines, chains and local calendar years of an installation, from one TOML file."""

import msgspec

from risk_model.clocks.rules import Chain, ClockRule
from risk_model.policy import PolicyError
from risk_model.policy_table import PolicyTable
from risk_model.working_days import LocalYear, WorkingDays


class _Document(PolicyTable, frozen=True):
    clock: tuple[ClockRule, ...]
    chain: tuple[Chain, ...]
    calendar: tuple[LocalYear, ...] = ()


class ClockBook:
    """Deadlines by code, chains by id, and the calendar they count by: the one of all that is counted by days."""

    def __init__(
        self, rules: tuple[ClockRule, ...], chains: tuple[Chain, ...], local_years: tuple[LocalYear, ...]
    ) -> None:
        self.rules = {rule.code: rule for rule in rules}
        self.chains = {chain.id: chain for chain in chains}
        self.local_years = local_years
        self.calendar = WorkingDays(local_years)

    def rule(self, code: str) -> ClockRule:
        """Deadline of a code.

        Raises:
            PolicyError: there is none; names the code.
        """
        found = self.rules.get(code)
        if found is None:
            raise PolicyError(f"没有名为 {code!r} 的期限，请查 clocks.toml / no clock {code!r} in clocks.toml")
        return found

    def chain_of(self, rule: ClockRule) -> Chain:
        """Who is told of a deadline."""
        return self.chains[rule.chain]


def parse_clocks(document: bytes) -> ClockBook:
    """Deadlines from the bytes of their TOML file.

    Raises:
        PolicyError: a key, type, code, chain or combination does not hold; names its path and what was expected.
    """
    try:
        read = msgspec.toml.decode(document, type=_Document)
    except (msgspec.ValidationError, msgspec.DecodeError) as bad:
        raise PolicyError(f"期限文件有误：{bad} / clocks: {bad}") from None
    _check_chains(read)
    _check_calendar(read)
    seen: set[str] = set()
    for number, rule in enumerate(read.clock):
        where = f"clock[{number}] ({rule.code})"
        if rule.code in seen:
            raise PolicyError(f"{where}.code: 代码重复 / given twice")
        seen.add(rule.code)
        if rule.chain not in {chain.id for chain in read.chain}:
            raise PolicyError(f"{where}.chain: 没有名为 {rule.chain!r} 的链 / no [[chain]] {rule.chain!r}")
        _check_rule(where, rule)
    return ClockBook(read.clock, read.chain, read.calendar)


def _check_chains(read: _Document) -> None:
    seen: set[str] = set()
    for number, chain in enumerate(read.chain):
        where = f"chain[{number}] ({chain.id})"
        if chain.id in seen:
            raise PolicyError(f"{where}.id: 重复 / given twice")
        seen.add(chain.id)
        if not chain.lapsed:
            raise PolicyError(
                f"{where}.lapsed: 至少一步，否则超期无人知晓 / at least one step, or nobody hears of a lapse"
            )
        times = [step.after for step in chain.lapsed]
        if sorted(set(times)) != times:
            raise PolicyError(f"{where}.lapsed: 各步时间须由早到晚、互不相同 / steps must rise in time")


def _check_calendar(read: _Document) -> None:
    for number, year in enumerate(read.calendar):
        for name, days in (("holidays", year.holidays), ("working", year.working)):
            strange = [day for day in days if day.year != year.year]
            if strange:
                raise PolicyError(f"calendar[{number}].{name}: {strange[0]} 不在 {year.year} 年 / not in {year.year}")
        both = set(year.holidays) & set(year.working)
        if both:
            raise PolicyError(f"calendar[{number}]: {min(both)} 既休又上班 / both a holiday and worked")


def _check_rule(where: str, rule: ClockRule) -> None:
    """What types cannot say: combinations that would count wrongly or warn never."""
    problems = [
        (rule.last_day != "as_counted" and rule.unit == "hours", "last_day", "按小时计算的须为 as_counted"),
        (
            rule.last_day == "next_working_day" and rule.direction == "before",
            "last_day",
            "倒算的期限不能往后移：须为 previous_working_day 或 as_counted",
        ),
        (
            rule.last_day == "previous_working_day" and rule.direction == "after",
            "last_day",
            "顺算的期限不往前移：须为 next_working_day 或 as_counted",
        ),
        (
            rule.statutory and rule.last_day == "next_working_day" and not rule.last_day_basis,
            "last_day_basis",
            "顺延须写明依据的条文",
        ),
        (rule.direction == "before" and rule.extension is not None, "extension", "倒算的期限不能延长"),
        (rule.direction == "before" and bool(rule.suspension), "suspension", "倒算的期限不能中止"),
        (not rule.warnings, "warn_days", "至少一次届满前提醒（warn_days 或 warn_hours）"),
    ]
    for wrong, key, expected in problems:
        if wrong:
            raise PolicyError(f"{where}.{key}: {expected} / see docs/plans.md#期限-clocks")
