"""An installation as an operator has it: ASSESS, WATCH and the API as processes, the `fuyuan` command, and a client."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from infra import ports
from infra.settings import Settings
from infra.supervisor import Child, Supervisor, python_module
from tests.services.line import REPOSITORY, Line, running

START_SECONDS = 30.0
COMMAND_SECONDS = 240.0


@dataclass(frozen=True)
class Installation:
    """The running line, a client of its API, and the environment of its commands."""

    line: Line
    api: httpx.Client
    env: dict[str, str]

    def fuyuan(self, *arguments: object, status: int = 0) -> bytes:
        """Run `fuyuan …` to its end and return what it printed; the exit status must be `status`."""
        ended = subprocess.run(
            [sys.executable, "-m", "infra.cli.main", *map(str, arguments)],
            env=self.env,
            cwd=self.line.settings.home,
            capture_output=True,
            timeout=COMMAND_SECONDS,
        )
        assert ended.returncode == status, (ended.stdout + ended.stderr).decode()
        return ended.stdout

    def get(self, path: str, **parameters: Any) -> dict[str, Any]:
        """The JSON a GET answers; it must be a 200."""
        answer = self.api.get(path, params={name: value for name, value in parameters.items() if value is not None})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def all_items(self, path: str, **parameters: Any) -> list[dict[str, Any]]:
        """The items of every page, by following the cursor."""
        items, cursor = [], None
        while True:
            page = self.get(path, cursor=cursor, **parameters)
            items += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return items


@contextmanager
def installed(settings: Settings, database_url: str, logs: Path) -> Iterator[Installation]:
    """Start the three processes on `settings`' broker and this store; all end with the block."""
    port = ports.free_ports(1)[0]
    env = {
        "FUYUAN_HOME": str(settings.home),
        "FUYUAN_KAFKA_BOOTSTRAP": settings.kafka_bootstrap,
        "FUYUAN_KAFKA_PREFIX": settings.kafka_prefix,
        "FUYUAN_DATABASE_URL": database_url,
        "FUYUAN_API_PORT": str(port),
        "PYTHONPATH": str(REPOSITORY),
    }
    api = Child("api", python_module("api"), env=env, output=logs / "api.log")
    with (
        running(settings, database_url, logs) as line,
        Supervisor([api]) as processes,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30.0) as client,
    ):
        _wait_ready(client, processes, logs / "api.log")
        yield Installation(line, client, {**os.environ, **env, "COLUMNS": "200"})


def _wait_ready(client: httpx.Client, processes: Supervisor, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass  # not listening yet
        if time.monotonic() > deadline:
            raise RuntimeError(f"the API did not become ready: {processes.status()}\n{log.read_text()}")
        time.sleep(0.1)
