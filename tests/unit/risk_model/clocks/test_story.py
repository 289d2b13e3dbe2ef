"""Whole stories on a virtual calendar, told tick by tick as a worker would: what is said on which day, to whom."""

from datetime import date, datetime, timedelta

from risk_model.clocks.clock import Clock, Granted, end, extend, resume, start, suspend
from risk_model.clocks.status import notices, status
from risk_model.local_time import SHANGHAI
from tests.clocks import book, lapse, noon

Log = list[tuple[str, str, str]]


class Office:
    """One deadline and a clock that ticks at midnight."""

    def __init__(self, code: str, started: date) -> None:
        self.rule = book().rule(code)
        self.clock: Clock = start(self.rule, "c", noon(started))
        self.now = noon(started)
        self.told: Log = []

    def until(self, day: date) -> "Office":
        """Tick each midnight up to noon of the day."""
        midnight = datetime(self.now.year, self.now.month, self.now.day, tzinfo=SHANGHAI)
        while self.now < noon(day):
            midnight += timedelta(days=1)
            following = min(midnight, noon(day))
            for notice in notices(self.clock, book(), self.now, following):
                self.told.append((f"{notice.at.astimezone(SHANGHAI):%m-%d}", notice.kind, notice.owing))
            self.now = following
        return self

    @property
    def state(self) -> str:
        return status(self.clock, book(), self.now).state


def test_a_reconsideration_over_the_spring_festival() -> None:
    """受理, 调解中止, 恢复, 延长, 春节, 届满: warned anew each time the last day moved, told up the chain after it."""
    office = Office("reconsideration.decide", date(2025, 11, 17))  # 60 days: 16 January 2026
    office.until(date(2025, 12, 22))
    office.clock = suspend(office.clock, office.rule, office.now, "当事人同意调解", lapse(office.clock))
    assert office.state == "suspended"
    assert status(office.clock, book(), office.now).left_on_resuming == 26
    office.until(date(2026, 1, 19))
    assert office.told == []  # the first last day passed in silence: nothing lapses while it stands still
    office.clock = resume(office.clock, office.rule, office.now)  # 28 days later: 13 February
    office.until(date(2026, 1, 30))
    assert office.told == [("01-29", "warning", "承办人")]
    granted = Granted(5, office.now, "行政复议机构负责人", "案情复杂")
    office.clock = extend(
        office.clock, office.rule, granted, lapse(office.clock)
    )  # 18 February: in the Spring Festival
    lapses = status(office.clock, book(), office.now).due
    assert lapses is not None
    assert lapses.day == date(2026, 2, 24)
    assert [step.partition("，")[0] for step in lapses.steps] == [
        "自 2025-11-17 起算 60 日",
        "2025-12-22 至 2026-01-19 中止 28 日（当事人同意调解）",
        "经批准延长 5 日",
        "2026-02-18 为休息日",
    ]
    office.until(date(2026, 2, 24))
    assert office.state == "warning"
    office.until(date(2026, 3, 10))
    assert office.state == "lapsed"
    assert office.told == [
        ("01-29", "warning", "承办人"),
        ("02-09", "warning", "承办人"),
        ("02-19", "warning", "承办人"),
        ("02-25", "lapse", "承办机构负责人"),
        ("03-04", "lapse", "承办单位主要负责人"),
    ]
    office.clock = end(office.clock, office.rule, office.now, "answered")
    assert office.state == "answered_late"


def test_a_request_answered_in_time_is_quiet_after() -> None:
    """Ten working days over the National Day, three of them lost to missing papers; answered on the last day."""
    office = Office("request.information", date(2025, 9, 22))
    office.until(date(2025, 9, 28))  # a worked Sunday
    office.clock = suspend(office.clock, office.rule, office.now, "材料不全，等待补正", lapse(office.clock))
    office.until(date(2025, 10, 9))
    office.clock = resume(office.clock, office.rule, office.now)
    lapses = status(office.clock, book(), office.now).due
    assert lapses is not None
    assert lapses.day == date(2025, 10, 15)  # 23-26 September, then 9-11, 13-15 October
    office.until(date(2025, 10, 15))
    office.clock = end(office.clock, office.rule, office.now, "answered")
    office.until(date(2025, 12, 1))
    assert office.state == "answered"
    assert office.told == [("10-12", "warning", "承办联络员")]


def test_a_red_alert_on_new_years_eve_goes_up_the_chain_at_night() -> None:
    """Hours know no holiday."""
    office = Office("alert.acknowledge.red", date(2025, 1, 28))
    office.until(date(2025, 1, 30))
    assert [owing for _, _, owing in office.told] == [
        "预警责任人",
        "上一级责任人",
        "府院联席会议办公室",
        "府院联席会议召集人",
    ]
