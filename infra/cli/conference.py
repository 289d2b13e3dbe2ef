"""fuyuan conference: the agenda that is proposed, conferences, and their minutes."""

import getpass
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from infra import clock
from infra.conferences import NoSuchConference, convene
from infra.papers.conference_paper import agenda_paper, minutes_paper
from infra.papers.conference_word import conference_docx, conference_markdown
from infra.rules import load_rules
from infra.settings import load_settings
from infra.store.access import StoreAccess
from infra.store.engine import open_engine
from infra.store.queries.conferences import conference_by_id, conference_list, proposed_agenda
from risk_model.conferences.entity import ASSIGNED, CLOSED, ITEM_ZH, LISTED, STATUS_ZH
from risk_model.conferences.steps import MOST_ITEMS
from risk_model.rules import Rules
from schemas.levels import Level

app = typer.Typer(no_args_is_help=True, help="联席会议：议程、纪要 the joint conference", rich_markup_mode=None)
console = Console()


class LevelRefused(ValueError):
    """A level that there is not."""

    for_operator = True


MinLevel = Annotated[str | None, typer.Option("--min-level", help="不低于此等级 blue, yellow, orange or red")]


@app.command(help="拟议议程：未办结的橙、红预警，超期的任务，没有答复的请求 the agenda proposed now")
def agenda(
    min_level: MinLevel = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST_ITEMS // 4, help="预警、任务、请求各至多 at most of each")] = 50,
) -> None:
    """Print what a conference called now would have before it."""
    settings = load_settings()
    rules = load_rules(settings)
    with closing(StoreAccess(open_engine(settings.database_url))) as store:
        items = store.read(proposed_agenda, _least(min_level, rules), limit, rules.regions, clock.now())
    table = Table("序号", "等级", "议题", "责任人 owner", "情况")
    for item in items:
        level = Level(item.level).zh if item.level else ""
        table.add_row(item.item_id, level, item.title, item.lead, "\n".join(item.lines))
    console.print(table)


@app.command(help="召集会议：以现在的拟议议程 call a conference with the agenda proposed now")
def call(
    held_on: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="开会之日 the day")],
    title: Annotated[str, typer.Option(help="会议名称 title")] = "府院联席会议",
    min_level: MinLevel = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST_ITEMS // 4, help="预警、任务、请求各至多 at most of each")] = 50,
    by: Annotated[str, typer.Option(help="经办人 who calls it")] = "",
) -> None:
    """Call it and print its id; called again, it is the same conference."""
    settings = load_settings()
    rules = load_rules(settings)
    with closing(StoreAccess(open_engine(settings.database_url))) as store:
        items = store.read(proposed_agenda, _least(min_level, rules), limit, rules.regions, clock.now())
        day = date(held_on.year, held_on.month, held_on.day)
        made = store.write(convene, title, day, by or getpass.getuser(), items, clock.now())
    console.print(f"{made.conference_id}  {made.title}，{made.held_on}，议题 items {len(made.topics)}")


@app.command("list", help="会议，最近的在前 conferences, the latest first")
def list_conferences(limit: Annotated[int, typer.Option(min=1, max=200, help="至多 at most")] = 20) -> None:
    """Print conferences and where their items stand."""
    with closing(StoreAccess(open_engine(load_settings().database_url))) as store:
        found = store.read(conference_list, limit)
    shown = (LISTED, ASSIGNED, CLOSED)
    table = Table("编号 id", "开会之日", "名称", "状态", *(ITEM_ZH[status] for status in shown))
    for each in found:
        counts = [str(sum(topic.status == status for topic in each.topics)) for status in shown]
        table.add_row(each.conference_id, each.held_on.isoformat(), each.title, STATUS_ZH[each.status], *counts)
    console.print(table)


@app.command(help="会议纪要；--agenda 为议程：Word 或 Markdown the minutes, or the agenda, as a paper")
def minutes(
    conference_id: Annotated[str, typer.Argument(help="会议编号 id")],
    to: Annotated[Path, typer.Option(help="写到哪里；.docx 或 .md file to write")],
    as_agenda: Annotated[bool, typer.Option("--agenda", help="议程 the agenda instead")] = False,
) -> None:
    """Write the paper."""
    settings = load_settings()
    issuer = load_rules(settings).policy.plan.issuer.format(county="市")
    with closing(StoreAccess(open_engine(settings.database_url))) as store:
        found = store.read(conference_by_id, conference_id)
    if found is None:
        raise NoSuchConference(conference_id)
    held = found.conference
    paper = agenda_paper(held, issuer) if as_agenda else minutes_paper(held, issuer, clock.now())
    if to.suffix.lower() in {".md", ".markdown"}:
        to.write_text(conference_markdown(paper), encoding="utf-8")
    else:
        to.write_bytes(conference_docx(paper))
    console.print(f"已写入 written: {to}", markup=False, highlight=False)


def _least(code: str | None, rules: Rules) -> int:
    try:
        return int(Level.parse(code or rules.policy.alert.matter_min_level))
    except ValueError as bad:
        raise LevelRefused(str(bad)) from None
