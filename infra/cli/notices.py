"""fuyuan notices: what was told to whom, who cannot be told, try a channel, send a failed message again."""

import getpass
from contextlib import closing
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from infra import clock
from infra.rules import load_rules
from infra.settings import load_settings
from infra.store.access import StoreAccess
from infra.store.engine import open_engine, opened_engine
from infra.store.event_log import moment
from infra.store.queries.notices import Gap, MessageFilter, gaps, message_page, notice_figures
from risk_model.local_time import SHANGHAI
from risk_model.notices.entities import FAILED, STATUS_ZH, WAITING
from risk_model.notices.known import named
from risk_model.rules import Rules
from schemas.levels import Level

app = typer.Typer(no_args_is_help=True, help="通知：列出、通讯录、重发 notices: list, contacts, retry")
console = Console()


class ChannelSilent(RuntimeError):
    """A channel did not take a test message."""

    for_operator = True


@app.command("list")
def list_messages(
    failed: Annotated[bool, typer.Option("--failed", help="只看未能送达的 failed ones only")] = False,
    waiting: Annotated[bool, typer.Option("--waiting", help="只看待送达的 waiting ones only")] = False,
    limit: Annotated[int, typer.Option(help="最多行数 at most", min=1, max=200)] = 50,
) -> None:
    """最近的消息，新的在前 newest messages."""
    status = FAILED if failed else WAITING if waiting else None
    with closing(StoreAccess(open_engine(load_settings().database_url))) as store:
        page = store.read(message_page, MessageFilter(status), None, limit)
        figures = store.read(notice_figures, clock.now())
    table = Table("编号 id", "时间 at", "收件人 recipient", "渠道", "条", "状态 status", "次", "内容、原因 what, why")
    for listed in page.items:
        message = listed.message
        what = listed.notices[0].title + (f" 等 {len(listed.notices)} 条" if len(listed.notices) > 1 else "")
        table.add_row(
            message.message_id,
            f"{message.at.astimezone(SHANGHAI):%m-%d %H:%M}",
            message.recipient,
            message.channel,
            str(len(listed.notices)),
            STATUS_ZH[message.status],
            str(message.attempts),
            "\n".join(filter(None, (what, message.reason))),
        )
    console.print(table)
    console.print(
        f"待送达 waiting {figures.waiting}，未能送达 failed {figures.failed}，没有联系方式的通知 to nobody {figures.unaddressed}"
    )


@app.command()
def contacts() -> None:
    """核对通讯录：本策略的责任人有没有联系方式，哪些通知没有人能收到 check the contacts: who can be told, and who could not."""
    from infra.notices.worker import contacts_of

    settings = load_settings()
    rules, known = load_rules(settings), contacts_of(settings)
    with closing(StoreAccess(open_engine(settings.database_url))) as store:
        missed = {(gap.recipient, gap.county): gap for gap in store.read(gaps)}
    table = Table("收件人 recipient", "县 county", "渠道 channels", "没有送出的通知 notices to nobody")
    for recipient, county in [*_owners(rules), *(place for place in missed if place not in set(_owners(rules)))]:
        channels = known.channels(recipient, county)
        table.add_row(
            recipient,
            rules.regions.name(county) if county else "",
            "、".join(channels) or "[bold red]没有 none[/]",
            _missed(missed.get((recipient, county))),
        )
    console.print(table)


@app.command()
def test(
    recipient: Annotated[str, typer.Argument(help="收件人 owner or office")],
    county: Annotated[str, typer.Option(help="县级区划代码 county code")] = "",
) -> None:
    """向一个收件人的每个渠道各发一条试验消息 send a test message by each channel of a recipient."""
    from infra.notices.answers import Outcome
    from infra.notices.channels import Outgoing, send
    from infra.notices.contacts import ContactsRefused
    from infra.notices.worker import contacts_of

    settings = load_settings()
    known = contacts_of(settings)
    channels = known.channels(recipient, county)
    if not channels:
        raise ContactsRefused(f"通讯录中没有 {recipient} / the contacts have no {recipient}")
    message = Outgoing(
        "test", "【府院联动】试验消息", "收到即表示本渠道可用，无须处理。", False, {"recipient": recipient}
    )
    timeout = load_rules(settings).policy.notice.timeout_seconds
    refused = []
    for channel in channels:
        target = known.target(recipient, county, channel)
        assert target is not None, "the contacts named it just now"
        answer = send(target, message, timeout)
        console.print(f"{channel}: {'已送达 delivered' if answer.outcome is Outcome.DELIVERED else answer.said}")
        refused += [channel] if answer.outcome is not Outcome.DELIVERED else []
    if refused:
        raise ChannelSilent(f"渠道 {'、'.join(refused)} 没有收下试验消息 did not take the test message")


@app.command()
def retry(
    message_id: Annotated[str, typer.Argument(help="消息编号 id of the message")],
    by: Annotated[str, typer.Option(help="经办人 who retries")] = "",
) -> None:
    """重发一条未能送达的消息 send a failed message again."""
    from infra.notices.retrying import retry as send_again

    with opened_engine(load_settings().database_url) as engine:
        send_again(engine, message_id, by or getpass.getuser(), clock.now())
    console.print(f"已列入待送达 waiting again: {message_id}")


def _owners(rules: Rules) -> list[tuple[str, str]]:
    """Owners whom the policy names for each county, of the levels that are alerted."""
    least = Level.parse(rules.policy.alert.matter_min_level)
    found = [
        (name, county.code)
        for county in rules.regions.counties()
        for level in Level
        if level >= least
        for name in named(rules.policy.owner(level, county.name))
    ]
    return list(dict.fromkeys(found))


def _missed(gap: Gap | None) -> str:
    if gap is None:
        return ""
    return f"{gap.notices}，最近 last {moment(gap.last_us).astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
