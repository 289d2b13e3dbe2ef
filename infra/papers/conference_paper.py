"""An agenda and the minutes of a conference as official papers. Every sentence is an item, a decision or a fixed phrase of the form."""

from datetime import datetime

import msgspec

from infra.papers.wording import chinese_date, joined, one_line, sentence
from risk_model.conferences.entity import MINUTED, Conference, Topic
from risk_model.local_time import local_day

AGENDA_MARK, DRAFT_MARK = "议程，内部使用", "草稿，须经签发"
LEVEL_NOTE = "所称等级为内部风险等级，不是《突发事件应对法》规定的预警级别，须经人工确认，不得对外公布。"
CHINESE = "零一二三四五六七八九"


class DecisionLine(msgspec.Struct, frozen=True):
    """A row of the table of what was decided (交办)."""

    number: str
    text: str
    lead: str
    support: str
    deadline: str


class TopicPart(msgspec.Struct, frozen=True):
    """An item: its heading, what the members should know, and what came of it."""

    head: str
    lines: tuple[str, ...]
    decided: str


class ConferencePaper(msgspec.Struct, frozen=True):
    """The paper; the names are those a Word template uses.

    Attributes:
        mark: what stands over an agenda and over minutes that are not signed.
        intro: sentences on when, who presided, who was there.
        topics: items with what was decided.
        decisions: all decisions as a table; ``nothing`` is said where there is none.
        issuer, date: 落款, 成文日期.
    """

    title: str
    mark: str
    intro: tuple[str, ...]
    topics: tuple[TopicPart, ...]
    decisions: tuple[DecisionLine, ...]
    nothing: str
    notes: tuple[str, ...]
    issuer: str
    date: str
    drafted_at: datetime


def agenda_paper(conference: Conference, issuer: str) -> ConferencePaper:
    """The agenda of a conference, before it decides."""
    return ConferencePaper(
        title=f"{one_line(conference.title)}议程",
        mark=AGENDA_MARK,
        intro=(f"会议定于{chinese_date(conference.held_on)}召开，议题 {len(conference.topics)} 项。",),
        topics=tuple(_topic(number, topic, minutes=False) for number, topic in enumerate(conference.topics, 1)),
        decisions=(),
        nothing="",
        notes=(LEVEL_NOTE,),
        issuer=issuer,
        date=chinese_date(local_day(conference.called_at)),
        drafted_at=conference.called_at,
    )


def minutes_paper(conference: Conference, issuer: str, now: datetime) -> ConferencePaper:
    """The minutes (会议纪要); a draft until they are signed."""
    signed = conference.minuted
    at = signed.at if signed else now
    decisions = [
        DecisionLine(
            f"{number}.{place}" if len(topic.decisions) > 1 else str(number),
            one_line(decision.text),
            decision.lead,
            joined(decision.support),
            f"{decision.due_days}日内" if decision.due_days else "按任务反馈期限",
        )
        for number, topic in enumerate(conference.topics, 1)
        for place, decision in enumerate(topic.decisions, 1)
    ]
    intro = [
        f"{chinese_date(conference.held_on)}，{one_line(conference.title)}召开，研究议题 {len(conference.topics)} 项。"
    ]
    if signed:
        intro.append(f"会议由{signed.chair}主持，{joined(signed.present)}参加。")
        intro += [f"{joined(signed.absent)}缺席。"] if signed.absent else []
    return ConferencePaper(
        title=f"{one_line(conference.title).removesuffix('会议')}会议纪要",
        mark="" if conference.status == MINUTED else DRAFT_MARK,
        intro=tuple(intro),
        topics=tuple(_topic(number, topic, minutes=True) for number, topic in enumerate(conference.topics, 1)),
        decisions=tuple(decisions),
        nothing="会议没有议定交办事项。",
        notes=("各牵头单位于期限届满前反馈办理情况，经审核后销号。", LEVEL_NOTE),
        issuer=issuer,
        date=chinese_date(local_day(at)),
        drafted_at=at,
    )


def _topic(number: int, topic: Topic, *, minutes: bool) -> TopicPart:
    head = f"（{_numeral(number)}）{one_line(topic.item.title)}"
    lines = tuple(sentence(line) for line in topic.item.lines)
    if not minutes:
        return TopicPart(head, lines, "")
    said = [f"由{d.lead}牵头，{one_line(d.text).rstrip('。')}" for d in topic.decisions]
    decided = f"会议议定：{'；'.join(said)}。" if said else "会议听取了情况，未作议定。"
    if topic.closed is not None:
        decided += f"会议同意销号：{sentence(topic.closed.reason)}"
    return TopicPart(head, lines, decided)


def _numeral(number: int) -> str:
    """Chinese numeral of 1 to 99, the number itself above."""
    if number > 99:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else CHINESE[tens] + "十")
    return head + (CHINESE[ones] if ones else "")
