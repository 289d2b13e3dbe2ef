"""What is still owed for a matter, by either side: deadlines that run, duties, and requests between court and government."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection

from infra.store.event_log import micros
from infra.store.queries.deadlines import DeadlineFilter, deadline_page
from infra.store.queries.duties import DutyFilter, ListedDuty, duty_page
from infra.store.queries.ledger import LedgerFilter, ListedRequest, ledger_page
from risk_model.deadlines.entity import Deadline

MOST_OWED = 50


class Owed(msgspec.Struct, frozen=True):
    """As in their own lists, the first ``MOST_OWED`` of each."""

    deadlines: list[Deadline]
    duties: list[ListedDuty]
    requests: list[ListedRequest]


def owed_for(connection: Connection, matter_id: str, now: datetime) -> Owed:
    """What is open for a matter and all that are part of it."""
    deadlines = DeadlineFilter("open", matter_id=matter_id)
    duties = DutyFilter(status="open", matter_id=matter_id)
    requests = LedgerFilter(status="open", matter_id=matter_id)
    return Owed(
        deadline_page(connection, deadlines, now, None, MOST_OWED).items,
        duty_page(connection, duties, micros(now), None, MOST_OWED).items,
        ledger_page(connection, requests, now, None, MOST_OWED).items,
    )
