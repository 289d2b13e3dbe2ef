"""Failed messages sent again: an operator's command."""

from datetime import datetime

from sqlalchemy import Engine

from infra.store.event_log import append, write_transaction
from infra.store.notices import load_messages
from infra.store.projection import save
from infra.store.tables import reads
from risk_model.folding import record
from risk_model.notices.entities import FAILED, STATUS_ZH
from risk_model.state import State
from schemas.domain_events import NoticeRetried


class NotToRetry(LookupError):
    """There is no such message, or it has not failed."""

    for_operator = True


def retry(engine: Engine, message_id: str, by: str, now: datetime) -> None:
    """Have a failed message sent again, as if it were new; its key stays.

    Raises:
        NotToRetry: there is none of this id, or it has not failed.
    """
    with write_transaction(engine) as connection:
        state = State()
        load_messages(connection, reads, state, [message_id])
        message = state.messages.get(message_id)
        if message is None or message.status != FAILED:
            stands = "不存在 does not exist" if message is None else STATUS_ZH[message.status]
            raise NotToRetry(
                f"消息 {message_id} {stands}，只能重发未能送达的；用 fuyuan notices list --failed 查看 / "
                f"only a failed message is sent again; see fuyuan notices list --failed"
            )
        append(connection, [record(state, f"message-{message_id}", NoticeRetried(message_id, by, now))], now)
        save(connection, reads, state)
