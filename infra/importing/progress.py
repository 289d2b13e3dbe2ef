"""What an import has done so far, kept on disk so that it can be interrupted at any moment and go on.

`<home>/imports/<import id>.json` is replaced whole (written, synced, renamed); `.rows` beside it holds 17 bytes for each row.
"""

import fcntl
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from infra.importing.errors import ImportConflict
from infra.importing.text_files import FileFacts

_ID = re.compile(r"[\w.\-+@]{1,80}")
_DIGEST_CHARACTERS = 12


@dataclass(frozen=True)
class Progress:
    """State of one import.

    Attributes:
        mapping_sha256: digest of what the mapping says; empty for JSONL events.
        durable_row: every row up to this one is durable in Kafka.
        rows: how many rows the file has; None until its end was reached.
    """

    import_id: str
    file: str
    file_sha256: str
    file_bytes: int
    mapping: str
    mapping_sha256: str
    durable_row: int = 0
    rows: int | None = None

    @property
    def published(self) -> bool:
        """Whether every row is durable in Kafka."""
        return self.rows is not None and self.durable_row >= self.rows


def default_import_id(facts: FileFacts) -> str:
    """File name and the first digits of its digest: the same file is the same import, wherever it lies."""
    name = re.sub(r"[^\w.\-+@]+", "-", facts.path.name)[: 80 - _DIGEST_CHARACTERS - 1]
    return f"{name}-{facts.sha256[:_DIGEST_CHARACTERS]}"


class ImportFolder:
    """The files of one import under `<home>/imports`."""

    def __init__(self, home: Path, import_id: str) -> None:
        if not _ID.fullmatch(import_id) or len(import_id.encode()) > 240:
            raise ImportConflict(
                f"导入编号只能用文字、数字和 . - _ + @，至多 80 个字符；收到 an import id has letters, digits and . - _ + @, at most 80 characters; got {import_id!r}"
            )
        self.import_id = import_id
        self.folder = home / "imports"
        self.progress_file = self.folder / f"{import_id}.json"
        self.rows_file = self.folder / f"{import_id}.rows"
        self.ledger_file = self.folder / f"{import_id}.ledger.json"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold this import for one process.

        Raises:
            ImportConflict: another process is importing it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{self.import_id}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ImportConflict(
                    f"另一个进程正在进行这次导入 another process is running this import: {self.import_id}"
                ) from None
            yield

    def begin(self, fresh: Progress) -> Progress:
        """Progress of an earlier run of the same file and mapping, else `fresh`.

        Raises:
            ImportConflict: the id belongs to another file or mapping.
        """
        try:
            earlier = Progress(**json.loads(self.progress_file.read_text("utf-8")))
        except FileNotFoundError:
            return fresh
        except (ValueError, TypeError) as bad:
            raise ImportConflict(
                f"进度文件已损坏 the progress file is damaged: {self.progress_file} ({bad})。换一个 --import-id 重新导入即可，已入库的记录会计为重复 import again under another --import-id; rows already stored will count as duplicates"
            ) from None
        changed = [
            f"{what}: {before} → {now}"
            for what, before, now in (
                ("文件 file", earlier.file_sha256[:12], fresh.file_sha256[:12]),
                ("映射 mapping", earlier.mapping_sha256[:12], fresh.mapping_sha256[:12]),
            )
            if before != now
        ]
        if changed:
            raise ImportConflict(
                f"导入 {self.import_id} 已用于不同的内容 this import id was used with other content（{'；'.join(changed)}）。\n"
                "  恢复原来的文件和映射以继续，或用新的 --import-id 重新导入（已入库的同编号记录会计为重复，不会重复入库）。\n"
                "  Put the same file and mapping back to go on, or give a new --import-id (rows stored already count as duplicates and are not stored twice)."
            )
        return earlier

    def save(self, progress: Progress) -> None:
        """Replace the progress file; durable when this returns."""
        write_durably(self.progress_file, json.dumps(asdict(progress), ensure_ascii=False, indent=1).encode())


def advanced(progress: Progress, durable_row: int, rows: int | None = None) -> Progress:
    """Progress after more rows became durable."""
    return replace(progress, durable_row=durable_row, rows=rows if rows is not None else progress.rows)


def write_durably(path: Path, content: bytes) -> None:
    """Replace a file so that a crash leaves the old content or the new, never a part."""
    temporary = path.with_name(path.name + ".new")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
