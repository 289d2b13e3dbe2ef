"""fuyuan trends tick: close days by hand."""

from datetime import date, datetime
from typing import Annotated

import typer
from rich.console import Console

from infra import clock
from infra.kafka.topics import DISPUTE_REJECTED
from infra.rules import load_rules
from infra.settings import load_settings
from infra.store.engine import opened_engine
from infra.store.schema import upgrade
from infra.surveying import Surveyor
from infra.watching import Watch
from risk_model.local_time import local_day

console = Console()


def tick(
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="关闭到哪一天（含），默认为最新的县的当日 last day to close"),
    ] = None,
) -> None:
    """关闭日期：各县和全市逐日判断趋势、区域，用于导入或演示结束之后 close days after an import or a demo.

    没有上报的县也关闭；之后才送到的更早的上报，计入其发生之日，但这些日子的全市判断不再重做。
    """
    settings = load_settings()
    rules = load_rules(settings)
    with opened_engine(settings.database_url) as engine:
        upgrade(engine)
        surveyor = Surveyor(engine, rules, Watch(engine, rules, settings.kafka_name(DISPUTE_REJECTED)))
        last = until.date() if until else surveyor.newest()
        if last is None:
            console.print("还没有任何县的记录，无日可关 no county has events yet: nothing to close")
            raise typer.Exit(1)
        appended = surveyor.close_until(_checked(last), clock.now())
    console.print(f"已关闭到 {last}，新增 {appended:,} 个事件 closed up to {last}, {appended:,} events appended")


def _checked(day: date) -> date:
    """The day, which must be over: reports of a day to come would count as late for ever."""
    if day >= local_day(clock.now()):
        raise typer.BadParameter(
            f"{day} 还没有过完，只能关闭今天以前的日子 / {day} is not over: only days before today can be closed"
        )
    return day
