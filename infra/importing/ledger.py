"""The account of an import: every row of the file is found in the store as accepted, duplicate or quarantined, or is named."""

from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError, ProgrammingError

from infra.importing.errors import LedgerMismatch
from infra.importing.row_register import Expected, RegisteredRows
from infra.store.event_log import IN_CHUNK
from infra.store.queries.imports import accepted_rows, counted, origins, quarantine_reasons, quarantined_rows
from schemas.errors import FieldError

_SHOWN_ROWS = 20


@dataclass(frozen=True)
class Ledger:
    """The account; every number but `read` was counted in the store, row by row.

    Attributes:
        read: rows of the file.
        accepted: rows whose dispute is stored with this import's id and the row's number.
        duplicate: rows whose dispute is stored from elsewhere: within_file of them from another row of this import.
        quarantined: rows in quarantine under this import's id and the row's number.
        reasons: quarantined rows by the code of their first reason.
        waiting: rows in none of these yet; `waiting_rows` names the first of them.
    """

    import_id: str
    read: int
    accepted: int
    duplicate: int
    within_file: int
    quarantined: int
    waiting: int
    reasons: dict[str, int] = field(default_factory=dict)
    waiting_rows: tuple[int, ...] = ()

    @property
    def balanced(self) -> bool:
        """Whether every row is accounted for."""
        return self.waiting == 0 and self.read == self.accepted + self.duplicate + self.quarantined

    def document(self) -> dict[str, Any]:
        """What the JSON file holds."""
        return {**asdict(self), "balanced": self.balanced}


def take_account(connection: Connection, import_id: str, rows_file: Path) -> Ledger:
    """Look up every row of the register in the store.

    A row that breaks the contract never counts as a duplicate: it waits for its quarantine entry (or for acceptance, when the
    worker's limits differ from ours). A quarantined row that was retried and accepted counts as accepted.

    Raises:
        LedgerMismatch: the store has disputes of this import that the file does not have.
    """
    register = RegisteredRows(rows_file)
    read = len(register)
    accepted = _accepted(connection, import_id, register)
    codes: dict[int, str] = {}
    for row, code in quarantined_rows(connection, import_id):
        if 1 <= row <= read and not accepted[row]:
            codes.setdefault(row, code)
    left = [row for row in range(1, read + 1) if not accepted[row] and row not in codes]
    duplicate = within_file = 0
    waiting: list[int] = []
    for start in range(0, len(left), IN_CHUNK):
        rows = left[start : start + IN_CHUNK]
        ids = {row: register.dispute_id(row) if register.expected(row) is Expected.EVENT else None for row in rows}
        stored = origins(connection, sorted({dispute_id for dispute_id in ids.values() if dispute_id}))
        for row, dispute_id in ids.items():
            place = stored.get(dispute_id or "")
            if place is None:
                waiting.append(row)
            elif place == (import_id, row):  # stored since the accepted rows were read
                accepted[row] = 1
            else:
                duplicate += 1
                within_file += place.import_id == import_id
    reasons = dict(Counter(codes.values()).most_common())
    return Ledger(
        import_id,
        read,
        sum(accepted),
        duplicate,
        within_file,
        len(codes),
        len(waiting),
        reasons,
        tuple(waiting[:_SHOWN_ROWS]),
    )


def _accepted(connection: Connection, import_id: str, register: RegisteredRows) -> bytearray:
    """1 at the number of every row that is stored as this import's."""
    accepted = bytearray(len(register) + 1)
    with closing(accepted_rows(connection, import_id)) as stored:
        for row, dispute_id in stored:
            if not 1 <= row <= len(register) or register.dispute_id(row) != dispute_id:
                raise LedgerMismatch(
                    f"数据库中导入 {import_id} 的第 {row} 行不是本文件的第 {row} 行：这个编号以前用于别的文件或映射。请用新的 --import-id 重新导入（已入库的记录会计为重复）。\n"
                    f"  Row {row} of import {import_id} in the store is not row {row} of this file: the id was used before for another file or mapping. "
                    "Import again under a new --import-id (rows already stored count as duplicates)."
                )
            accepted[row] = 1
    return accepted


def rejected_rows(connection: Connection, import_id: str) -> dict[int, tuple[FieldError, ...]]:
    """Row -> reasons, of the rows in quarantine that were not accepted later."""
    reasons = quarantine_reasons(connection, import_id)
    for row, _ in accepted_rows(connection, import_id):
        reasons.pop(row, None)
    return reasons


class LedgerWatch:
    """Takes the account again and again until it balances or nothing moves any more.

    Args:
        patience_seconds: how long nothing may move before waiting ends.
        monotonic, sleep: time for waiting.
        stop: True once the operator wants to end.
        report: called with each account.
    """

    def __init__(
        self,
        engine: Engine,
        import_id: str,
        rows_file: Path,
        *,
        patience_seconds: float,
        monotonic: Callable[[], float],
        sleep: Callable[[float], None],
        stop: Callable[[], bool] = lambda: False,
        report: Callable[[Ledger], None] = lambda _ledger: None,
        poll_seconds: float = 0.5,
    ) -> None:
        self._engine = engine
        self._import_id = import_id
        self._rows_file = rows_file
        self._patience_seconds = patience_seconds
        self._monotonic = monotonic
        self._sleep = sleep
        self._stop = stop
        self._report = report
        self._poll_seconds = poll_seconds

    def wait(self) -> Ledger:
        """Account at the end of waiting; `balanced` says whether every row is in it."""
        ledger, due = self._timed_account()
        seen, moved_at = self._counts(), self._monotonic()
        while not ledger.balanced and not self._stop() and self._monotonic() - moved_at < self._patience_seconds:
            self._sleep(self._poll_seconds)
            counts = self._counts()
            if counts != seen:
                seen, moved_at = counts, self._monotonic()
                self._report(replace(ledger, accepted=counts[0], quarantined=counts[1]))
            # A whole account looks every row up: when the counts reach the end, or now and then (duplicates move no count).
            if sum(counts) + ledger.duplicate >= ledger.read or self._monotonic() >= due:
                before = ledger.waiting
                ledger, due = self._timed_account()
                moved_at = self._monotonic() if ledger.waiting < before else moved_at
                self._report(ledger)
        return ledger

    def _timed_account(self) -> tuple[Ledger, float]:
        """Account, and when the next one is due: it may take a tenth of the time."""
        begun = self._monotonic()
        ledger = self._account()
        ended = self._monotonic()
        return ledger, ended + max(self._poll_seconds, 9 * (ended - begun))

    def _account(self) -> Ledger:
        try:
            with self._engine.connect() as connection:
                return take_account(connection, self._import_id, self._rows_file)
        except (OperationalError, ProgrammingError):  # no tables yet: no worker has run on this database
            read = len(RegisteredRows(self._rows_file))
            return Ledger(self._import_id, read, 0, 0, 0, 0, read, {}, tuple(range(1, min(read, _SHOWN_ROWS) + 1)))

    def _counts(self) -> tuple[int, int]:
        try:
            with self._engine.connect() as connection:
                return counted(connection, self._import_id)
        except (OperationalError, ProgrammingError):
            return 0, 0
