"""fuyuan matters proposals, accept, decline: joins that a person is asked about."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from infra import clock
from infra.expecting import Moved
from infra.proposals import NoSuchProposal, answer_proposal
from infra.rules import load_rules
from infra.settings import load_settings
from infra.store.access import StoreAccess
from infra.store.engine import opened_engine
from infra.store.queries.proposals import ProposalFilter, proposal_page
from risk_model.matters.proposing import Decision
from risk_model.refusals import Incomplete, NotAllowed

MOST = 200
Id = Annotated[str, typer.Argument(help="建议的编号 id of the proposal")]
By = Annotated[str, typer.Option(help="经办人 the official")]
Why = Annotated[str, typer.Option("--reason", help="理由 why")]
Seen = Annotated[int, typer.Option(help="所见的版本，见 list the version you saw")]


def listed(
    status: Annotated[str, typer.Option(help="open 待确认、accepted 已同意、declined 已否决")] = "open",
    county: Annotated[str | None, typer.Option(help="县区代码 county code")] = None,
) -> None:
    """List proposals."""
    settings, console = load_settings(), Console()
    with opened_engine(settings.database_url) as engine:
        page = StoreAccess(engine).read(proposal_page, ProposalFilter(status, county), None, MOST)
    table = Table("强度 strength", "事项 matter", "另一个 other", "依据 why", "编号 id", "版本 version")
    for detail in page.items:
        one = detail.proposal
        other = detail.other.title if detail.other is not None else f"事件 event {one.dispute_id}"
        why = "；".join(reason.text for reason in one.reasons)
        table.add_row(f"{one.strength:.2f}", detail.matter.title, other, why, one.proposal_id, str(one.version))
    console.print(table if page.items else "没有归并建议 no proposals")


def accept(proposal_id: Id, by: By, reason: Why, seen: Seen = 1) -> None:
    """Accept a proposal."""
    _decide(proposal_id, Decision(True, by, reason), seen)


def decline(proposal_id: Id, by: By, reason: Why, seen: Seen = 1) -> None:
    """Decline a proposal."""
    _decide(proposal_id, Decision(False, by, reason), seen)


def _decide(proposal_id: str, decision: Decision, seen: int) -> None:
    settings = load_settings()
    rules = load_rules(settings)
    with opened_engine(settings.database_url) as engine:
        try:
            StoreAccess(engine).write(answer_proposal, proposal_id, decision, seen, clock.now(), rules)
        except NoSuchProposal:
            raise typer.BadParameter(f"没有编号为 {proposal_id} 的建议 there is no such proposal") from None
        except Moved as moved:
            raise typer.BadParameter(
                f"所见版本为 {moved.expected}，现为 {moved.version}，请重新查看 look again"
            ) from None
        except (Incomplete, NotAllowed) as refused:
            raise typer.BadParameter(str(refused)) from None
    Console().print("已记录 recorded")
