"""What a response plan says as an official paper. Every sentence is a fact, a reason, a playbook's measure or a fixed phrase of the form."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from infra.papers.wording import articles_joined, chinese_date, joined, one_line, sentence
from infra.store.queries.disputes import ListedDispute
from infra.store.queries.plans import ListedPlan
from risk_model.clocks.book import ClockBook
from risk_model.clocks.rules import Chain, ClockRule
from risk_model.local_time import SHANGHAI, local_day
from risk_model.plans.articles import Article, cited
from schemas.domain_events import PlanDrafted, PlannedMeasure
from schemas.event_types import type_zh
from schemas.levels import Level
from schemas.regions import RegionRegistry

DRAFT_MARK = "草稿，须经签发"
LEVEL_NOTE = "本方案所称等级为内部风险等级，不是《突发事件应对法》规定的预警级别，须经人工确认，不得对外公布。"
COERCION_NOTE = "本方案不含强制措施；确需采取的，由有权机关依法另行决定。"
_DUTY = "duty.answer"
SIGNED_STATUSES = ("signed", "adopted")
_MARKS = {"dropped": "不予签发"}


class MeasureLine(msgspec.Struct, frozen=True):
    """A row of the table of measures."""

    number: int
    text: str
    lead: str
    support: str
    basis: str
    deadline: str


class EventLine(msgspec.Struct, frozen=True):
    """A row of the list of events."""

    number: int
    date: str
    type: str
    place: str
    level: str
    title: str


class PlanPaper(msgspec.Struct, frozen=True):
    """A plan as a paper; the names are those a Word template uses.

    Attributes:
        mark: what stands over a draft, empty once it is signed.
        addressees: 主送机关, the offices that lead a measure.
        facts, findings: 基本情况, 研判; a sentence each.
        duties: 时限与责任; a sentence each.
        notes: what a reader must know of the paper.
        issuer, date: 落款, 成文日期; ``date_note`` says what date it is.
        signer: 签发人, the post and name of who signed; empty while nobody has.
        copies: 抄送, offices that support only.
        events, events_note: the attached list, and how much of all it is.
        articles: the attached words of articles.
        attachments: names of what is attached.
    """

    title: str
    mark: str
    edition: str
    addressees: str
    facts: tuple[str, ...]
    findings: tuple[str, ...]
    measures: tuple[MeasureLine, ...]
    duties: tuple[str, ...]
    notes: tuple[str, ...]
    issuer: str
    date: str
    date_note: str
    copies: str
    events: tuple[EventLine, ...]
    events_note: str
    articles: tuple[Article, ...]
    attachments: tuple[str, ...]
    drafted_at: datetime | None
    signer: str = ""


def plan_paper(
    listed: ListedPlan,
    events: Sequence[ListedDispute],
    total: int,
    regions: RegionRegistry,
    clocks: ClockBook,
    articles: Mapping[str, Article],
) -> PlanPaper:
    """A plan as a paper.

    Args:
        listed: the plan, its status and version.
        events: events behind its alert, as many as are to be listed, newest first.
        total: how many there are in all.
        regions: names of places.
        clocks: deadlines, for who is warned and told.
        articles: words of articles, by citation.
    """
    plan, held = listed.plan, listed.held
    draft = listed.status not in SIGNED_STATUSES
    drafted = local_day(listed.drafted_at) if listed.drafted_at else None
    signed = local_day(held.signed_at) if held is not None and held.signed_at else None
    dated = signed if signed and not draft else drafted
    quoted = tuple(
        articles[cite] for cite in cited(basis for m in plan.measures for basis in m.basis) if cite in articles
    )
    leads = list(dict.fromkeys(measure.lead for measure in plan.measures))
    supports = dict.fromkeys(name for measure in plan.measures for name in measure.support)
    return PlanPaper(
        title=one_line(plan.title if draft else plan.title.replace("（草稿）", "")),
        mark=_MARKS.get(listed.status, DRAFT_MARK) if draft else "",
        edition=f"第 {listed.version} 稿" if draft else "",
        addressees=joined(leads),
        facts=tuple(sentence(fact) for fact in plan.facts),
        findings=tuple(sentence(finding) for finding in plan.findings or (f"内部风险等级：{Level(plan.level).zh}",)),
        measures=tuple(_line(number, measure) for number, measure in enumerate(plan.measures, 1)),
        duties=tuple(_duties(plan, leads, clocks)),
        notes=(LEVEL_NOTE, COERCION_NOTE, f"策略版本：{plan.policy_version}。"),
        issuer=plan.issuer or "府院联席会议办公室",
        date=chinese_date(dated) if dated else "",
        date_note="（拟稿日期，签发后以签发日期为准）" if draft and drafted else "",
        copies=joined([name for name in supports if name not in leads]),
        events=tuple(_event(number, event, regions) for number, event in enumerate(events, 1)),
        events_note=_events_note(len(events), total),
        articles=quoted,
        attachments=("相关上报清单", *(["引用法条摘录"] if quoted else [])),
        drafted_at=listed.drafted_at,
        signer=f"{held.signed_office} {held.signed_by}".strip() if held is not None and not draft else "",
    )


def _line(number: int, measure: PlannedMeasure) -> MeasureLine:
    deadline = measure.deadline or (f"方案签发之日起{measure.due_days}日内" if measure.due_days else "")
    return MeasureLine(
        number,
        one_line(measure.text),
        measure.lead,
        joined(measure.support),
        articles_joined(measure.basis),
        deadline,
    )


def _duties(plan: PlanDrafted, leads: Sequence[str], clocks: ClockBook) -> list[str]:
    """Who answers, who leads which measures, and who is warned and told of each deadline."""
    said = [f"预警责任人：{plan.owner}。"] if plan.owner else []
    shares = [f"{lead}牵头第{_numbers(plan, lead)}项" for lead in leads]
    said.append(f"{'；'.join(shares)}。各牵头单位于期限届满前反馈办理情况。")
    without_clock = [number for number, measure in enumerate(plan.measures, 1) if measure.clock not in clocks.rules]
    for number, measure in enumerate(plan.measures, 1):
        if measure.clock in clocks.rules:
            said.append(f"第{number}项{_told(clocks.rules[measure.clock], clocks)}")
    if without_clock and _DUTY in clocks.rules:
        rule = clocks.rules[_DUTY]
        said.append(f"第{'、'.join(map(str, without_clock))}项逾期的，{_steps(clocks.chain_of(rule))}。")
    return said


def _numbers(plan: PlanDrafted, lead: str) -> str:
    return "、".join(str(number) for number, measure in enumerate(plan.measures, 1) if measure.lead == lead)


def _told(rule: ClockRule, clocks: ClockBook) -> str:
    chain = clocks.chain_of(rule)
    before = [f"{days}日" for days in rule.warn_days] + [f"{hours}小时" for hours in rule.warn_hours]
    warned = joined([name for name in (chain.warned.owing, chain.warned.asking) if name])
    return f"届满{'、'.join(before)}前提醒{warned}；逾期的，{_steps(chain)}。"


def _steps(chain: Chain) -> str:
    owing = joined([step.owing for step in chain.lapsed])
    asking = joined(list(dict.fromkeys(step.asking for step in chain.lapsed if step.asking)))
    return f"逐级告知{owing}" + (f"，并告知{asking}" if asking else "")


def _event(number: int, event: ListedDispute, regions: RegionRegistry) -> EventLine:
    return EventLine(
        number,
        f"{event.occurred_at.astimezone(SHANGHAI):%Y-%m-%d}",
        type_zh(event.type),
        regions.place(event.region),
        Level(event.level).zh,
        one_line(event.title) or event.category,
    )


def _events_note(listed: int, total: int) -> str:
    return f"共 {total} 件。" if listed == total else f"共 {total} 件，列出最近的 {listed} 件。"
