"""`fuyuan demo` as a new user runs it: to its end, and ended by Ctrl-C."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra import ports
from infra.demo import stored
from infra.kafka.jars import jars_folder
from infra.kafka.local import LocalKafka
from infra.store.engine import open_engine
from infra.store.event_log import StoredEvent, read_events
from risk_model.local_time import SHANGHAI
from tests.services.line import REPOSITORY

RUN_SECONDS = 240.0
END_SECONDS = 60.0
SERVICES = 4  # Kafka, two workers, the API: each in a session of its own

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(400)]


@contextmanager
def demo(home: Path, port: int, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`fuyuan demo …` in a home of its own; it does not outlive the block."""
    env = {
        **os.environ,
        "FUYUAN_HOME": str(home),
        "FUYUAN_KAFKA_LIBS": str(jars_folder(REPOSITORY / ".fuyuan")),
        "FUYUAN_API_PORT": str(port),
        "PYTHONPATH": str(REPOSITORY),
    }
    command = [sys.executable, "-m", "infra.cli.main", "demo", *arguments]
    # A shell that runs the tests in the background has them ignore SIGINT, and they would hand that down.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(
            command, env=env, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
        )
    finally:
        signal.signal(signal.SIGINT, before)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=END_SECONDS)


def test_it_runs_to_its_end(kafka: LocalKafka, tmp_path: Path) -> None:
    """Exit status 0; counts that balance; alerts with reasons and a plan; the stories; the address of the API."""
    (port,) = ports.free_ports(1)
    with demo(tmp_path, port, "--days", "7", "--exit") as process:
        said, _ = process.communicate(timeout=RUN_SECONDS)
    assert process.returncode == 0, said

    def count(stage: str) -> int:
        (found,) = re.findall(rf"│ \S+ {stage} +│ +([\d,]+) │", said)
        return int(found.replace(",", ""))

    published = count("published")
    assert published > 1_000
    assert published == count("accepted") + count("duplicate") + count("quarantined")
    assert min(count("duplicate"), count("quarantined"), count("matters"), count("plans")) > 0
    assert "平衡 balanced" in said
    assert count("alerts") >= count("plans")

    panels = re.findall(r"╭─ \S+色 事项预警：.*?╰", said, re.DOTALL)
    assert panels
    for panel in panels:
        assert "│ ·" in panel
        assert "责任人 " in panel
        assert "处置方案（草稿）" in panel
        assert "│   1、" in panel
        assert "model." not in panel
        assert "None" not in panel
    assert "埋设的故事" in said
    assert "预警告知了谁" in said
    (sums,) = re.findall(r"│ 合计 +│(.*?)（最多", said)
    alerts, *fates = (
        int(n.replace(",", "")) for n in re.findall(r"(?<=│) *([\d,—]+) (?=│)", f"│{sums}│".replace("—", "0"))
    )
    assert alerts == count("alerts") == sum(fates)  # each alert was told to somebody, stands under another, or waits
    assert fates[0] > 0
    told = events_of(tmp_path / "demo" / "fuyuan.db", "AlertReleased")
    assert {item.recorded_at.year for item in told} == {2025}  # by the city's clock
    hours = {item.recorded_at.astimezone(SHANGHAI).hour for item in told}
    assert hours <= {9, 18}
    assert f"http://127.0.0.1:{port}/v1/alerts" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("moment", ["starting", "flowing"])
@pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="没有 /proc：无法列出进程 no /proc to list processes by"
)
def test_ctrl_c_ends_every_child(kafka: LocalKafka, tmp_path: Path, moment: str) -> None:
    """While Kafka starts, or while events flow: nothing it started remains, and its status says that it was interrupted."""
    (port,) = ports.free_ports(1)
    with demo(tmp_path, port, "--days", "30", "--rate", "300", "--exit") as process:
        wait_until(lambda: len(sessions(descendants(process.pid))) >= (1 if moment == "starting" else SERVICES))
        if moment == "flowing":
            wait_until(lambda: events_stored(tmp_path / "demo" / "fuyuan.db") > 100)
        children = descendants(process.pid)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=END_SECONDS)
    assert process.returncode == 130, said
    assert "已结束" in said
    assert "Traceback" not in said
    left = processes()
    assert [pid for pid, (_, session) in left.items() if pid in children or session in sessions(children)] == []


def wait_until(true) -> None:  # type: ignore[no-untyped-def]
    """Wait until it is so; fails after 90 s."""
    deadline = time.monotonic() + 90.0
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def events_stored(database: Path) -> int:
    """Disputes in the demonstration's store; 0 while there is none."""
    if not database.exists():
        return 0
    engine = open_engine(f"sqlite:///{database}")
    try:
        return stored(engine)[0]
    except Exception:  # noqa: BLE001  its tables are being made
        return 0
    finally:
        engine.dispose()


def events_of(database: Path, kind: str) -> list[StoredEvent]:
    """Events of a type in the demonstration's log."""
    engine = open_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        found = read_events(connection, limit=100_000, types=(kind,))
    engine.dispose()
    return found


def processes() -> dict[int, tuple[int, int]]:
    """(parent, session) of every living process, by its id."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent, _, session = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended meanwhile
        if state not in "ZX":
            found[int(folder.name)] = (int(parent), int(session))
    return found


def descendants(pid: int) -> dict[int, tuple[int, int]]:
    """Children of a process, theirs, and so on."""
    living, known = processes(), {pid}
    while more := {child for child, (parent, _) in living.items() if parent in known} - known:
        known |= more
    return {child: living[child] for child in known - {pid}}


def sessions(children: dict[int, tuple[int, int]]) -> set[int]:
    """Sessions of processes, but for our own."""
    return {session for _, session in children.values()} - {os.getsid(0)}
