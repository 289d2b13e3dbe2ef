"""One import from file to ledger: the steps, without their display."""

import errno
import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from kafka.errors import KafkaError as ClientError

from infra import clock
from infra.importing.errors import FileRefused, PublishStopped
from infra.importing.ledger import Ledger, LedgerWatch, rejected_rows
from infra.importing.mapping import digest
from infra.importing.progress import ImportFolder, Progress, default_import_id, write_durably
from infra.importing.publish import Published, Publisher, Topics
from infra.importing.readers import Opened, open_rows
from infra.importing.rejected import write_rejected
from infra.importing.spec import Mapping
from infra.importing.text_files import FileFacts, examine
from infra.kafka.clients import durable_producer
from infra.kafka.topics import DISPUTE_REJECTED, DISPUTE_REPORTED, ensure_topics
from infra.settings import Settings
from infra.store.engine import open_engine
from risk_model.rules import Rules
from schemas.decode import decode
from schemas.errors import ContractError, FieldError


@dataclass(frozen=True)
class Import:
    """A file, its mapping and its import id, checked against each other."""

    settings: Settings
    rules: Rules
    mapping: Mapping | None
    facts: FileFacts
    folder: ImportFolder
    opened: Opened

    @property
    def import_id(self) -> str:
        """Import id."""
        return self.folder.import_id

    def contract_errors(self, value: bytes) -> list[FieldError]:
        """What intake would find wrong with an event now, by this installation's policy and regions."""
        try:
            decode(value, self.rules.regions, self.rules.policy.event_limits, clock.now())
        except ContractError as broken:
            return broken.errors
        return []

    def publish(self, *, rate: float | None, stop: Callable[[], bool], report: Callable[[int, int], None]) -> Published:
        """Publish what an earlier run did not.

        Raises:
            ImportConflict: the import id is taken.
            PublishStopped: Kafka did not take a row.
            KafkaError: the cluster does not answer, or its topics are wrong.
            FileRefused: the file changed while it was read.
        """
        fresh = Progress(
            self.import_id,
            self.facts.path.name,
            self.facts.sha256,
            self.facts.bytes,
            self.mapping.name if self.mapping else "",
            digest(self.mapping) if self.mapping else "",
        )
        progress = self.folder.begin(fresh)
        if progress.published and self.folder.rows_file.exists():
            return Published(progress, resumed_after=progress.durable_row)
        ensure_topics(self.settings)
        before = self.facts.path.stat()
        topics = Topics(self.settings.kafka_name(DISPUTE_REPORTED), self.settings.kafka_name(DISPUTE_REJECTED))
        try:
            producer = durable_producer(self.settings)
        except (ClientError, OSError) as refused:
            raise PublishStopped(
                f"无法连接 Kafka cannot reach Kafka: {refused}。请检查后再运行同一命令 check it and run the same command again"
            ) from refused
        try:
            publisher = Publisher(
                producer,
                topics,
                self.folder,
                contract_errors=self.contract_errors,
                now=clock.now,
                rate=rate,
                stop=stop,
                report=report,
            )
            published = publisher.publish(self.opened, progress)
        finally:
            producer.close(timeout=5)
        after = self.facts.path.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise FileRefused(
                f"文件在导入过程中被改动 the file was changed during the import: {self.facts.path}。请用新的 --import-id 重新导入 import it again under a new --import-id"
            )
        return published

    def account(self, *, patience_seconds: float, stop: Callable[[], bool], report: Callable[[Ledger], None]) -> Ledger:
        """Wait until the store accounts for every row, or nothing moves for `patience_seconds`; written to the ledger file.

        Raises:
            LedgerMismatch: the store has other rows under this import id.
        """
        engine = open_engine(self.settings.database_url)
        try:
            waiting = LedgerWatch(
                engine,
                self.import_id,
                self.folder.rows_file,
                patience_seconds=patience_seconds,
                monotonic=time.monotonic,
                sleep=time.sleep,
                stop=stop,
                report=report,
            )
            ledger = waiting.wait()
        finally:
            engine.dispose()
        document = {
            "file": self.facts.path.name,
            "file_sha256": self.facts.sha256,
            "taken_at": clock.now().isoformat(),
            **ledger.document(),
        }
        write_durably(self.folder.ledger_file, json.dumps(document, ensure_ascii=False, indent=1).encode())
        return ledger

    def write_rejected(self, path: Path) -> Path:
        """Write the rejected rows as CSV to `path`, or beside the progress file where `path` cannot be written; return where."""
        engine = open_engine(self.settings.database_url)
        try:
            with engine.connect() as connection:
                reasons = rejected_rows(connection, self.import_id)
        finally:
            engine.dispose()
        for place in (path, self.folder.folder / f"{self.import_id}.rejected.csv"):
            try:
                write_rejected(place, self.opened.source, reasons)
            except OSError as failed:
                if failed.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
                    raise
                continue
            return place
        raise FileRefused(
            f"无法写入被拒记录文件 cannot write the file of rejected rows: {path}。请用 --rejected-file 指定 name another with --rejected-file"
        )


def prepare(settings: Settings, rules: Rules, file: Path, mapping: Mapping | None, import_id: str | None) -> Import:
    """Examine a file and fit the mapping to it.

    Raises:
        FileRefused, MappingError, ImportConflict: see there.
    """
    facts = examine(file, mapping.file.encoding if mapping else "auto")
    folder = ImportFolder(settings.home, import_id or default_import_id(facts))
    opened = open_rows(facts, mapping, rules.regions, folder.import_id)
    return Import(settings, rules, mapping, facts, folder, opened)


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Give a function that is True after Ctrl-C or SIGTERM; a second Ctrl-C ends at once."""
    asked = False

    def ask(_signal: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
