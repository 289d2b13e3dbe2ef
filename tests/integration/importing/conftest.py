"""The import command as a process, a small trained model, and a file with known faults."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[3]
MAPPING = """
name = "工单"
source = "/gov/379001/tickets"
id = "{编号}"

[type]
fixed = "gov.hotline_ticket"

[time]
occurred_at = "日期"

[region]
county = "县区"

[fields]
narrative = "内容"
"""
COUNTIES = ("云中区", "青河县", "临溪县", "石门县", "东平区", "云山市")


@dataclass(frozen=True)
class FaultyFile:
    """A CSV in GB18030 whose faults are counted.

    Attributes:
        accepted: distinct identities among the good rows.
        duplicate: good rows whose identity came earlier in the file (same content, or other).
        reasons: rows the mapping or the contract refuses, by code.
    """

    path: Path
    mapping: Path
    rows: int
    accepted: int
    duplicate: int
    reasons: dict[str, int]


@pytest.fixture
def faulty(tmp_path: Path) -> FaultyFile:
    """4,000 rows over six counties: 10 % repeat an identity, 3 % are bad in five ways."""
    chance = random.Random(20261123)
    lines, seen, reasons, duplicate = ["编号,日期,县区,内容"], {}, {}, 0
    faults: list[tuple[str, Callable[[str, str], str]]] = [
        ("bad_time", lambda key, place: f"{key},2025-13-01,{place},日期错误"),
        ("unknown_region", lambda key, _place: f"{key},2025-09-01,不存在县,属地错误"),
        ("column_count", lambda key, place: f"{key},2025-09-01,{place}"),
        ("bad_quoting", lambda key, place: f'{key},2025-09-01,{place},"引号"错误"'),
        ("future_date", lambda key, place: f"{key},2099-01-01,{place},日期在将来"),
    ]
    for number in range(1, 4001):
        place = chance.choice(COUNTIES)
        kind = chance.random()
        if kind < 0.03:
            code, make = chance.choice(faults)
            # Half of the bad rows carry the identity of a good one: they are still bad, not duplicates.
            key = chance.choice(list(seen)) if seen and chance.random() < 0.5 else f"K{number}"
            lines.append(make(key, place))
            reasons[code] = reasons.get(code, 0) + 1
        elif kind < 0.13 and seen:
            key = chance.choice(list(seen))
            lines.append(
                seen[key] if chance.random() < 0.5 else f"{key},2025-09-{chance.randint(1, 28):02},{place},改过的内容"
            )
            duplicate += 1
        else:
            line = f'K{number},2025-09-{chance.randint(1, 28):02},{place},"反映第{number}件，\n请处理"'
            seen[f"K{number}"] = line
            lines.append(line)
    path, mapping = tmp_path / "工单.csv", tmp_path / "工单.toml"
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("gb18030"))
    mapping.write_text(MAPPING, encoding="utf-8")
    return FaultyFile(path, mapping, len(lines) - 1, len(seen), duplicate, reasons)


@dataclass(frozen=True)
class ImportCommand:
    """`fuyuan import` on one installation."""

    settings: Settings
    database_url: str

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        """Start it; the caller waits."""
        env = {
            **os.environ,
            "FUYUAN_HOME": str(self.settings.home),
            "FUYUAN_KAFKA_BOOTSTRAP": self.settings.kafka_bootstrap,
            "FUYUAN_KAFKA_PREFIX": self.settings.kafka_prefix,
            "FUYUAN_DATABASE_URL": self.database_url,
            "PYTHONPATH": str(REPOSITORY),
            "COLUMNS": "200",
        }
        command = [sys.executable, "-m", "infra.cli.main", "import", *map(str, arguments)]
        return subprocess.Popen(
            command, env=env, cwd=self.settings.home, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def run(self, *arguments: object, status: int = 0) -> str:
        """Run it to its end and return what it printed; the exit status must be `status`."""
        process = self.start(*arguments)
        output, _ = process.communicate(timeout=240)
        assert process.returncode == status, output
        return output

    def ledger(self, import_id: str) -> dict:
        """The ledger file of an import."""
        return json.loads((self.settings.home / "imports" / f"{import_id}.ledger.json").read_text("utf-8"))

    def progress(self, import_id: str) -> dict:
        """The progress file of an import; empty before the first checkpoint."""
        path = self.settings.home / "imports" / f"{import_id}.json"
        return json.loads(path.read_text("utf-8")) if path.exists() else {}


@pytest.fixture
def command(kafka_settings: Settings, sqlite_url: str) -> ImportCommand:
    """The command on the session's broker, topics of its own, an SQLite store of its own."""
    return ImportCommand(kafka_settings, sqlite_url)
