"""The five known bursts of the district tickets through the live decisions in memory: recorded on the first day that could have shown them."""

import pytest

from benchmarks import real_bursts
from benchmarks.real_bursts import BURSTS, DailyCounts, about, district, first_possible, ours
from infra.rules import load_rules
from infra.settings import Settings
from tests.services.line import REPOSITORY

FIRST_DAYS = {"食药监": "2018-10-09", "野生动植物病虫害": "2018-10-10", "公共交通管理": "2018-10-29", "房地产": "2018-11-09", "教育统筹": "2018-11-21"}  # fmt: skip


pytestmark = pytest.mark.slow


def test_bursts_are_seen_on_the_first_day_that_could_have_shown_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever alpha is asked for within reason; and each has an alert in its week."""
    file = (
        real_bursts.FILE
        if real_bursts.FILE.is_file()
        else REPOSITORY.parent / "shared/data/district_tickets/tickets.csv"
    )
    if not file.is_file():
        pytest.skip(f"真实数据不在 the real tickets are not at {file} (FUYUAN_REAL_DATA)")
    monkeypatch.setattr(real_bursts, "FILE", file)
    rules = load_rules(Settings(_env_file=None))
    disputes = district(rules)
    daily, signals = DailyCounts(disputes), ours(disputes, rules)
    for burst in BURSTS:
        for alpha in real_bursts.ALPHAS:
            assert str(first_possible(daily, burst, alpha, rules.policy.trend.min_count)) == FIRST_DAYS[burst.name]
        own = [signal for signal in signals if about(signal, burst)]
        assert str(min(signal.seen for signal in own)) == FIRST_DAYS[burst.name]
        assert any(not signal.held for signal in own)
