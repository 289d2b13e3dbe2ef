"""Which dispute each row became: 17 bytes a row on disk, so that the ledger can ask the store about every one of them."""

import os
from enum import IntEnum
from pathlib import Path
from typing import Self

_RECORD = 17
_NO_ID = bytes(16)


class Expected(IntEnum):
    """What a row should become, by the contract as it is here; the store has the last word."""

    EVENT = 1
    REJECTION = 2


class RowRegister:
    """The register of one import.

    Args:
        keep: rows to keep of an earlier run; later ones are cut off and written again.
    """

    def __init__(self, path: Path, keep: int) -> None:
        self._path = path
        path.touch()
        self._file = path.open("r+b")
        size = self._file.seek(0, os.SEEK_END) // _RECORD
        self.kept = min(keep, size)
        self._file.truncate(self.kept * _RECORD)
        self._file.seek(self.kept * _RECORD)

    def add(self, dispute_id: str | None, expected: Expected) -> None:
        """Note the next row."""
        self._file.write((bytes.fromhex(dispute_id) if dispute_id else _NO_ID) + bytes((expected,)))

    def sync(self) -> None:
        """Make what was added durable."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class RegisteredRows:
    """A register read back; rows count from 1.

    Args:
        path: the register's file; it may still grow, what stands there now is read.
    """

    def __init__(self, path: Path) -> None:
        self._bytes = path.read_bytes()

    def __len__(self) -> int:
        return len(self._bytes) // _RECORD

    def dispute_id(self, row: int) -> str | None:
        """Dispute a row became, None where it has no readable identity."""
        start = (row - 1) * _RECORD
        identity = self._bytes[start : start + 16]
        return None if identity == _NO_ID else identity.hex()

    def expected(self, row: int) -> Expected:
        """What a row should become."""
        return Expected(self._bytes[row * _RECORD - 1])
