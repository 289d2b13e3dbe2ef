"""Publish the rows of a file to Kafka: durable, paced, interruptible at any moment, and never past an unacknowledged row."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from kafka import KafkaProducer
from kafka.errors import KafkaError

from infra.importing.errors import PublishStopped
from infra.importing.jsonl_rows import MAX_LINE_BYTES
from infra.importing.mapper import Mapped
from infra.importing.progress import ImportFolder, Progress, advanced
from infra.importing.readers import Opened
from infra.importing.row_register import Expected, RowRegister
from infra.intake import rejection_headers
from schemas.errors import FieldError, field_error

CHECKPOINT_SECONDS = 1.0
MOST_IN_FLIGHT = 4_000
MOST_IN_FLIGHT_BYTES = 16 * 1024 * 1024
ACKNOWLEDGE_SECONDS = 130.0  # longer than the producer's own delivery timeout, which names the cause


class Topics(NamedTuple):
    """Names on the cluster."""

    reported: str
    rejected: str


@dataclass
class Published:
    """What this run did: rows sent now, rows an earlier run had made durable, rejections by the mapping."""

    progress: Progress
    sent: int = 0
    resumed_after: int = 0
    rejected: int = 0
    interrupted: bool = False


class Publisher:
    """Sends rows in their order and remembers how far they are durable.

    Args:
        contract_errors: what intake would find wrong with an event; only used to know what to expect of the store.
        now: reads the clock.
        rate: most rows a second; None is no limit.
        stop: True once the operator wants to end.
        report: called with (rows read so far, rejected by the mapping) now and then.
    """

    def __init__(
        self,
        producer: KafkaProducer,
        topics: Topics,
        folder: ImportFolder,
        *,
        contract_errors: Callable[[bytes], list[FieldError]],
        now: Callable[[], datetime],
        rate: float | None = None,
        stop: Callable[[], bool] = lambda: False,
        report: Callable[[int, int], None] = lambda _row, _rejected: None,
    ) -> None:
        self._producer = producer
        self._topics = topics
        self._folder = folder
        self._contract_errors = contract_errors
        self._now = now
        self._rate = rate
        self._stop = stop
        self._report = report
        self._window: deque[tuple[int, int, Any]] = deque()  # row number, bytes, future
        self._window_bytes = 0

    def publish(self, opened: Opened, progress: Progress) -> Published:
        """Send every row after the last durable one.

        Returns:
            What was done; `interrupted` when `stop` ended it early. Progress is saved either way.

        Raises:
            PublishStopped: Kafka did not take a row; progress up to the last durable row is saved.
        """
        with RowRegister(self._folder.rows_file, progress.durable_row) as register:
            # The register is cut back to what it really holds: a lost register only means that rows are sent once more.
            start = register.kept
            result = Published(advanced(progress, start), resumed_after=start)
            try:
                self._send_all(opened, register, result, start)
            finally:
                self._checkpoint(register, result)
        return result

    def _send_all(self, opened: Opened, register: RowRegister, result: Published, start: int) -> None:
        begun, next_checkpoint, number = time.monotonic(), time.monotonic() + CHECKPOINT_SECONDS, 0
        for row in opened.source.rows():
            number = row.number
            if number <= start:
                continue
            if self._stop():
                result.interrupted = True
                break
            mapped = _within_topic(opened.prepare(row))
            self._send(number, mapped)
            register.add(mapped.dispute_id, self._expected(mapped))
            result.sent += 1
            result.rejected += bool(mapped.errors)
            self._settle(result, most=MOST_IN_FLIGHT)
            if self._rate:
                self._pace(begun, result.sent)
            if time.monotonic() >= next_checkpoint:
                self._checkpoint(register, result)
                self._report(number, result.rejected)
                next_checkpoint = time.monotonic() + CHECKPOINT_SECONDS
        self._flush(result)
        if not result.interrupted:
            result.progress = advanced(result.progress, number, rows=number)
        self._report(number, result.rejected)

    def _expected(self, mapped: Mapped) -> Expected:
        return Expected.REJECTION if mapped.errors or self._contract_errors(mapped.value) else Expected.EVENT

    def _send(self, number: int, mapped: Mapped) -> None:
        import_id = self._folder.import_id
        try:
            if mapped.errors:
                origin = f"import:{import_id}/row/{number}"
                headers = rejection_headers(mapped.errors, origin, self._now(), "import", import_id, number)
                future = self._producer.send(self._topics.rejected, mapped.value, origin.encode(), headers=headers)
            else:
                future = self._producer.send(self._topics.reported, mapped.value, mapped.key)
        except KafkaError as refused:
            raise _stopped(number, refused) from refused
        self._window.append((number, len(mapped.value), future))
        self._window_bytes += len(mapped.value)

    def _settle(self, result: Published, most: int) -> None:
        """Take acknowledged rows off the front of the window; wait while it holds more than `most` rows or too many bytes."""
        window = self._window
        while window:
            number, size, future = window[0]
            if not future.is_done and len(window) <= most and self._window_bytes <= MOST_IN_FLIGHT_BYTES:
                return
            try:
                future.get(ACKNOWLEDGE_SECONDS)
            except KafkaError as refused:
                raise _stopped(number, refused) from refused
            window.popleft()
            self._window_bytes -= size
            result.progress = advanced(result.progress, number)

    def _flush(self, result: Published) -> None:
        """Wait until everything sent is durable."""
        try:
            self._producer.flush(ACKNOWLEDGE_SECONDS)
        except KafkaError as refused:
            raise _stopped(result.progress.durable_row + 1, refused) from refused
        self._settle(result, most=0)

    def _checkpoint(self, register: RowRegister, result: Published) -> None:
        """Remember on disk what is durable: the register first, then the row number that relies on it."""
        register.sync()
        self._folder.save(result.progress)

    def _pace(self, begun: float, sent: int) -> None:
        ahead = sent / (self._rate or 1) - (time.monotonic() - begun)
        while ahead > 0 and not self._stop():
            time.sleep(min(ahead, 0.2))
            ahead = sent / (self._rate or 1) - (time.monotonic() - begun)


def _within_topic(mapped: Mapped) -> Mapped:
    """A rejection instead of an event that the reported topic would not take."""
    if mapped.errors or len(mapped.value) <= MAX_LINE_BYTES:
        return mapped
    error = field_error(
        "too_large",
        "$",
        f"{len(mapped.value)} bytes",
        f"不超过 {MAX_LINE_BYTES} 字节",
        f"at most {MAX_LINE_BYTES} bytes",
        "请拆分附件后重报",
        "leave attachments out and send again",
    )
    return Mapped(mapped.value, None, None, (error,))


def _stopped(number: int, cause: Exception) -> PublishStopped:
    return PublishStopped(
        f"Kafka 未能接收第 {number} 行（{type(cause).__name__}: {cause}）。之前的各行已经写入；请检查 Kafka（fuyuan kafka status），再运行同一命令即可继续。\n"
        f"  Kafka did not take row {number}. Rows before it are safe; check Kafka, then run the same command again to go on."
    )
