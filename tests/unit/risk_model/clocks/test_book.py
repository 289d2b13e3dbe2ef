"""The shipped deadlines against the table of the domain, and errors of a deadline file that name their path."""

import pytest

from risk_model.clocks.book import parse_clocks
from risk_model.policy import PolicyError
from schemas.levels import Level
from tests.clocks import CLOCKS_FILE, book

# the table of statutory deadlines: code, length, unit, extension, article
STATUTORY = [
    ("advice.reply", 2, "months", None, "综合治理类司法建议工作若干问题的规定》第8条"),
    ("advice.regulation_reply", 60, "days", None, "行政诉讼法〉的解释》第149条"),
    ("reconsideration.opinion_report", 60, "days", None, "行政复议法》第76条"),
    ("petition.register", 15, "days", None, "信访工作条例》第22条"),
    ("petition.objection", 5, "working_days", None, "信访工作条例》第23条"),
    ("petition.conclude", 60, "days", 30, "信访工作条例》第34条"),
    ("petition.review", 30, "days", None, "信访工作条例》第35条"),
    ("petition.second_review", 30, "days", None, "信访工作条例》第36条"),
    ("labor.arbitrate", 45, "days", 15, "劳动争议调解仲裁法》第43条"),
    ("reconsideration.decide", 60, "days", 30, "行政复议法》第62条"),
    ("reconsideration.decide_summary", 30, "days", None, "行政复议法》第62条"),
    ("hearing.official_notice", 3, "days", None, "出庭应诉若干问题的规定》第5条"),
    ("sme.transfer", 10, "working_days", None, "保障中小企业款项支付条例》第25条"),
    ("sme.resolve", 30, "days", 60, "保障中小企业款项支付条例》第25条"),
    ("mediation.confirm", 30, "days", None, "人民调解法》第33条"),
]


@pytest.mark.parametrize(("code", "length", "unit", "extension", "article"), STATUTORY)
def test_statutory_deadlines(code: str, length: int, unit: str, extension: int | None, article: str) -> None:
    """Length, unit, extension and article of each row of the table."""
    rule = book().rule(code)
    assert (rule.length, rule.unit) == (length, unit)
    assert (rule.extension.max if rule.extension else None) == extension
    assert any(article in basis for basis in rule.basis), rule.basis
    assert rule.statutory
    assert rule.warnings


def test_every_level_has_a_time_to_acknowledge() -> None:
    """The policy's own: the graver, the sooner."""
    for level in Level:
        assert not book().rule(f"alert.acknowledge.{level.code}").statutory


def test_an_unknown_code_is_named() -> None:
    """Not a KeyError."""
    with pytest.raises(PolicyError, match=r"petition\.concluded"):
        book().rule("petition.concluded")


GOOD = """
[[chain]]
id = "x"
warned = { owing = "甲" }
lapsed = [{ owing = "乙" }, { after_days = 2, owing = "丙" }]
[[clock]]
code = "a"
name = "甲事"
length = 5
unit = "days"
starts = "收到"
owing = "甲"
last_day = "as_counted"
warn_days = [1]
chain = "x"
"""


@pytest.mark.parametrize(
    ("change", "by", "path"),
    [
        ("length = 5", "length = 0", r"\$\.clock\[0\]\.length"),
        ('unit = "days"', 'unit = "weeks"', r"\$\.clock\[0\]\.unit"),
        ("warn_days = [1]", "", r"clock\[0\] \(a\)\.warn_days"),
        ('chain = "x"', 'chain = "y"', r"clock\[0\] \(a\)\.chain.*'y'"),
        ('last_day = "as_counted"', 'last_day = "previous_working_day"', r"last_day.*顺算"),
        (
            'last_day = "as_counted"',
            'last_day = "next_working_day"\nbasis = ["《某法》第1条"]',
            r"last_day_basis.*顺延须写明依据",
        ),
        ('unit = "days"', 'unit = "hours"\nlast_day_basis = "x"', None),
        ("length = 5", 'length = 5\ndirection = "before"\nsuspension = "x"', r"suspension.*倒算"),
        (
            "length = 5",
            'length = 5\ndirection = "before"\nextension = {max = 1, approver = "x", basis = ["y"]}',
            r"extension.*倒算",
        ),
        ("after_days = 2, ", "", r"chain\[0\] \(x\)\.lapsed.*由早到晚"),
        ('lapsed = [{ owing = "乙" }, { after_days = 2, owing = "丙" }]', "lapsed = []", r"lapsed.*至少一步"),
        (
            "[[clock]]",
            "[[calendar]]\nyear = 2027\nholidays = [2026-10-01]\n[[clock]]",
            r"calendar\[0\]\.holidays.*2026-10-01",
        ),
        (
            "[[clock]]",
            "[[calendar]]\nyear = 2027\nholidays = [2027-10-01]\nworking = [2027-10-01]\n[[clock]]",
            r"calendar\[0\]: 2027-10-01 既休又上班",
        ),
        ("[[clock]]", "colour = 1\n[[clock]]", "colour"),
        ('name = "甲事"', 'name = "甲事"\ncolour = 1', "colour"),
    ],
)
def test_errors_name_their_path(change: str, by: str, path: str | None) -> None:
    """What is wrong, where, and what was expected."""
    document = GOOD.replace(change, by, 1)
    assert document != GOOD
    if path is None:
        assert parse_clocks(document.encode()).rule("a").unit == "hours"
        return
    with pytest.raises(PolicyError, match=path):
        parse_clocks(document.encode())


def test_a_code_given_twice() -> None:
    """Two rules of one code would hide each other."""
    second = GOOD[GOOD.index("[[clock]]") :]
    with pytest.raises(PolicyError, match=r"clock\[1\] \(a\)\.code: 代码重复"):
        parse_clocks((GOOD + second).encode())


def test_a_city_adds_a_published_year() -> None:
    """The year's holidays count at once."""
    year = "[[calendar]]\nyear = 2035\nholidays = [2035-10-01, 2035-10-02]\nworking = [2035-10-06]\n"
    calendar = parse_clocks((year + GOOD).encode()).calendar
    assert calendar.published(2035)
    assert not book().calendar.published(2035)


def test_the_shipped_file_is_read() -> None:
    """Every chain is used, every clock has its chain."""
    used = {rule.chain for rule in book().rules.values()}
    assert used == set(book().chains)
    assert CLOCKS_FILE.name == "clocks.toml"
