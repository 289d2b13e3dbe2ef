"""Words of the articles cited: all there, none idle, and saying what the deadlines say."""

import pytest

from infra.rules import load_articles
from infra.settings import Settings
from risk_model.plans.articles import cited, parse_articles
from risk_model.policy import PolicyError
from tests.clocks import book
from tests.disputes import rules

ARTICLES = load_articles(Settings(_env_file=None))


def _cited_by_rules() -> set[str]:
    texts = [basis for playbook in rules().playbooks for measure in playbook.measures for basis in measure.basis]
    for rule in book().rules.values():
        texts += [*rule.basis, rule.last_day_basis, rule.suspension]
        texts += rule.extension.basis if rule.extension else ()
    return set(cited(texts))


def test_every_citation_has_its_words() -> None:
    """And no words are kept that nothing cites."""
    assert _cited_by_rules() == set(ARTICLES)


# what the article says, in its own words, beside the number the deadline counts with
SAID = [
    ("advice.reply", "《最高人民法院关于综合治理类司法建议工作若干问题的规定》第8条", "一般不超过两个月", 2),
    ("advice.regulation_reply", "《最高人民法院关于适用〈行政诉讼法〉的解释》第149条", "六十日内予以书面答复", 60),
    ("reconsideration.opinion_report", "《行政复议法》第76条", "六十日内", 60),
    ("reconsideration.accept", "《行政复议法》第30条", "五日内", 5),
    ("reconsideration.answer", "《行政复议法》第48条", "十日内", 10),
    ("reconsideration.decide", "《行政复议法》第62条", "六十日内作出行政复议决定", 60),
    ("reconsideration.decide_summary", "《行政复议法》第62条", "三十日内作出行政复议决定", 30),
    ("petition.register", "《信访工作条例》第22条", "15日内", 15),
    ("petition.inform", "《信访工作条例》第23条", "15日内", 15),
    ("petition.objection", "《信访工作条例》第23条", "5个工作日内提出异议", 5),
    ("petition.conclude", "《信访工作条例》第34条", "60日内办结", 60),
    ("petition.review_request", "《信访工作条例》第35条", "30日内请求原办理机关", 30),
    ("petition.review", "《信访工作条例》第35条", "30日内提出复查意见", 30),
    ("petition.second_review", "《信访工作条例》第36条", "30日内提出复核意见", 30),
    ("labor.arbitrate", "《劳动争议调解仲裁法》第43条", "四十五日内结束", 45),
    ("hearing.official_notice", "《最高人民法院关于行政机关负责人出庭应诉若干问题的规定》第5条", "开庭三日前送达", 3),
    ("sme.transfer", "《保障中小企业款项支付条例》第25条", "10个工作日内", 10),
    ("sme.resolve", "《保障中小企业款项支付条例》第25条", "30日内形成处理结果", 30),
    ("mediation.confirm", "《人民调解法》第33条", "三十日内共同向人民法院申请司法确认", 30),
    ("bankruptcy.accept", "《企业破产法》第10条", "十五日内裁定是否受理", 15),
    ("bankruptcy.notify_creditors", "《企业破产法》第14条", "二十五日内通知已知债权人", 25),
    ("bankruptcy.reorganisation_plan", "《企业破产法》第79条", "六个月内", 6),
    ("land.announce", "《土地管理法实施条例》第31条", "十五个工作日内", 15),
]


@pytest.mark.parametrize(("code", "cite", "words", "length"), SAID)
def test_deadlines_say_what_their_articles_say(code: str, cite: str, words: str, length: int) -> None:
    """The number counted with is the number written."""
    assert words in ARTICLES[cite].text
    assert cite in book().rule(code).basis
    assert book().rule(code).length == length


def test_every_statutory_deadline_is_in_the_table() -> None:
    """A new one is checked against its words too."""
    assert {code for code, *_ in SAID} == {code for code, rule in book().rules.items() if rule.statutory}


@pytest.mark.parametrize(
    ("code", "words", "most"),
    [
        ("reconsideration.decide", "延长期限最多不得超过三十日", 30),
        ("petition.conclude", "延长期限不得超过30日", 30),
        ("labor.arbitrate", "延长期限不得超过十五日", 15),
        ("bankruptcy.accept", "可以延长十五日", 15),
        ("bankruptcy.reorganisation_plan", "延期三个月", 3),
        ("sme.resolve", "处理期限最长不得超过90日", 60),  # 30 and 60
    ],
)
def test_extensions_say_what_their_articles_say(code: str, words: str, most: int) -> None:
    """The most that is allowed."""
    extension = book().rule(code).extension
    assert extension is not None
    assert extension.max == most
    assert any(words in ARTICLES[cite].text for cite in extension.basis)


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ('[[article]]\ncite = "某法一条"\ntext = "x"\nseen = "y"', r"article\[0\]\.cite.*《法律名称》第N条"),
        ('[[article]]\ncite = "《某法》第1条"\ntext = ""\nseen = "y"', r"\$\.article\[0\]\.text"),
        ('[[article]]\ncite = "《某法》第1条"\ntext = "x"\nseen = "y"\n' * 2, r"article\[1\]\.cite.*重复"),
    ],
)
def test_errors_name_their_path(document: str, path: str) -> None:
    """What is wrong and where."""
    with pytest.raises(PolicyError, match=path):
        parse_articles(document.encode())


def test_citations_in_order_each_once() -> None:
    """Names without an article are no citation."""
    texts = ["《甲法》第2条、《乙〈丙〉办法》第10条", "当地规定", "参照《甲法》第2条"]
    assert cited(texts) == ["《甲法》第2条", "《乙〈丙〉办法》第10条"]
