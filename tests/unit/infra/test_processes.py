"""Processes: only our own are recognised, and they end with us."""

import json
import os
import signal
import subprocess
import sys
import time

from infra import processes

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_a_record_names_one_process_only(tmp_path):
    """A missing, broken, ended or reused record is no process of ours."""
    record = tmp_path / "pid.json"
    assert processes.recorded(record) is None
    record.write_text("not json")
    assert processes.recorded(record) is None
    child = processes.launch(SLEEP)
    processes.remember(record, child)
    assert processes.recorded(record) == child.pid
    note = json.loads(record.read_text())
    record.write_text(json.dumps(note | {"started": "1"}))
    assert processes.recorded(record) is None, "the number was reused by another process"
    processes.remember(record, child)
    assert processes.end(child.pid, grace_seconds=5)
    assert processes.recorded(record) is None


def test_a_process_that_ignores_sigterm_is_killed(tmp_path):
    """`end` tells that it had to kill."""
    stubborn = "import signal, time, pathlib; signal.signal(signal.SIGTERM, signal.SIG_IGN); pathlib.Path('ready').touch(); time.sleep(60)"
    child = processes.launch([sys.executable, "-c", stubborn], cwd=tmp_path)
    _wait((tmp_path / "ready").exists)
    assert not processes.end(child.pid, grace_seconds=0.2)
    assert child.wait(timeout=5) == -signal.SIGKILL


def test_children_end_when_their_parent_is_killed(tmp_path):
    """The kernel ends a tied child although its parent had no chance to."""
    program = (
        "import sys, pathlib, time; from infra import processes; "
        f"child = processes.launch({SLEEP!r}); pathlib.Path(sys.argv[1]).write_text(str(child.pid)); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program, str(tmp_path / "pid")])
    _wait(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
    child = int((tmp_path / "pid").read_text())
    assert _runs(child)
    parent.kill()
    parent.wait()
    _wait(lambda: not _runs(child))


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return processes._started(pid) is not None


def _wait(condition, seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
