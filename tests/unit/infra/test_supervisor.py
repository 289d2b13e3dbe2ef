"""The supervisor: restarts what ends, ends everything it started."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from infra.supervisor import Child, Supervisor


def _python(program: str) -> list[str]:
    return [sys.executable, "-c", program]


SLEEP = _python("import time; time.sleep(60)")


def test_a_killed_child_is_restarted():
    """With a new process, and the caller is told how the old one ended."""
    ends = []
    with Supervisor([Child("a", SLEEP), Child("b", SLEEP)], on_end=lambda *end: ends.append(end)) as supervisor:
        before = {status.name: status.pid for status in supervisor.status()}
        assert supervisor.kill("a") == before["a"]
        supervisor.wait_restarted("a", ends=1)
        after = {status.name: status.pid for status in supervisor.status()}
        assert after["a"] not in (None, before["a"])
        assert after["b"] == before["b"]
    assert ends == [("a", -signal.SIGKILL)]
    assert all(not _runs(pid) for pid in (*before.values(), *after.values()))


def test_a_child_that_keeps_ending_is_restarted_more_and_more_slowly():
    """After 0.2, 0.4 and 0.8 s, so at least 1.4 s pass before the fourth start."""
    began = time.monotonic()
    with Supervisor([Child("broken", _python("raise SystemExit(3)"))]) as supervisor:
        supervisor.wait_restarted("broken", ends=3)
        assert time.monotonic() - began > 1.4
        assert supervisor.status()[0].last_exit == 3


def test_a_child_that_may_end_is_not_restarted():
    """Its exit status is kept."""
    with Supervisor([Child("once", _python("raise SystemExit(7)"), restarts=False)]) as supervisor:
        _wait(lambda: supervisor.status()[0].state == "ended")
        assert (supervisor.status()[0].last_exit, supervisor.status()[0].ends) == (7, 1)
        with pytest.raises(LookupError):
            supervisor.kill("once")


def test_what_ignores_sigterm_is_killed_with_its_own_children(tmp_path):
    """No grandchild outlives stop()."""
    program = (
        "import signal, subprocess, sys, time, pathlib; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        f"grandchild = subprocess.Popen({SLEEP!r}); pathlib.Path({str(tmp_path / 'pid')!r}).write_text(str(grandchild.pid)); time.sleep(60)"
    )
    supervisor = Supervisor([Child("stubborn", _python(program))])
    supervisor.start()
    _wait(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
    supervisor.stop(grace_seconds=0.3)
    _wait(lambda: not _runs(int((tmp_path / "pid").read_text())))


def test_a_command_that_cannot_be_started_is_an_error(tmp_path):
    """It is raised by start(), and what had been started is ended."""
    children = [Child("good", SLEEP), Child("bad", SLEEP, output=tmp_path)]
    supervisor = Supervisor(children)
    with pytest.raises(IsADirectoryError):
        supervisor.start()
    supervisor.stop()


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_children_end_with_their_supervisor(tmp_path, name):
    """However it ends: asked, by Ctrl-C, or killed."""
    program = (
        "import time, pathlib, signal; from infra.supervisor import Child, Supervisor, sigterm_unwinds\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have started us with Ctrl-C ignored\n"
        "with sigterm_unwinds():\n"
        f"    with Supervisor([Child('a', {SLEEP!r})]) as supervisor:\n"
        f"        pathlib.Path({str(tmp_path / 'pid')!r}).write_text(str(supervisor.status()[0].pid))\n"
        "        time.sleep(60)\n"
    )
    parent = subprocess.Popen(_python(program), stderr=subprocess.DEVNULL)
    _wait(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
    child = int((tmp_path / "pid").read_text())
    parent.send_signal(name)
    parent.wait(timeout=20)
    _wait(lambda: not _runs(child))


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _wait(condition, seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
