"""Child processes: started so that they end with us, remembered so that only our own are ever signalled."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

_held: dict[int, subprocess.Popen[bytes]] = {}
"""Remembered processes that this process started, by pid: `end` collects their exit status."""


def launch(
    argv: Sequence[str | Path],
    *,
    output: Path | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    tied: bool = True,
    death_signal: str = "TERM",
    user: str | None = None,
) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, so that a terminal's Ctrl-C reaches only us.

    Args:
        argv: the command, as a list.
        output: file to append standard output and error to; None leaves them as ours.
        env: variables added to ours.
        cwd: working folder.
        tied: on Linux, have the kernel send `death_signal` when the *thread* that calls this ends, however it ends.
        death_signal: name of that signal, without SIG.
        user: system user to run as (needs root).
    """
    command = [*_prefix(tied, death_signal, user), *(str(part) for part in argv)]
    environment = None if env is None else {**os.environ, **env}
    if output is None:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, env=environment, cwd=cwd, start_new_session=True)
    output.parent.mkdir(parents=True, exist_ok=True)
    with output.open("ab") as sink:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=cwd,
            start_new_session=True,
        )


def _prefix(tied: bool, death_signal: str, user: str | None) -> list[str]:
    """Return the setpriv call that ties the process to us and changes its user; setpriv becomes the command, so the pid stays."""
    setpriv = shutil.which("setpriv")
    if user is not None and setpriv is None:
        raise OSError("需要 setpriv（util-linux）才能换用户运行 setpriv (util-linux) is needed to run as another user")
    if setpriv is None or not (tied or user):
        return []
    prefix = [setpriv]
    if user is not None:
        prefix += ["--reuid", user, "--regid", user, "--init-groups"]
    if tied:
        prefix += ["--pdeathsig", death_signal]
    return [*prefix, "--"]


def remember(record: Path, process: subprocess.Popen[bytes]) -> None:
    """Write down that this process is ours, with the moment it started, so that a reused number is not taken for it."""
    record.write_text(json.dumps({"pid": process.pid, "started": _started(process.pid)}))
    _held[process.pid] = process


def recorded(record: Path) -> int | None:
    """Return the pid in `record` if that very process still runs, else None (no file, ended, or the number was reused)."""
    try:
        note = json.loads(record.read_text())
        pid, started = int(note["pid"]), note["started"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return pid if started is not None and _started(pid) == started else None


def end(pid: int, *, grace_seconds: float) -> bool:
    """Ask a process to end and wait for it; after `grace_seconds` end it with SIGKILL.

    Returns:
        True if it ended by itself, False if it had to be killed.
    """
    started = _started(pid)
    _send(pid, signal.SIGTERM)
    obeyed = _wait_gone(pid, started, grace_seconds)
    if not obeyed:
        kill(pid)
    elif (process := _held.pop(pid, None)) is not None:
        process.wait()
    return obeyed


def kill(pid: int) -> None:
    """End a process with SIGKILL, as a crash would, and wait until it is gone."""
    started = _started(pid)
    _send(pid, signal.SIGKILL)
    _wait_gone(pid, started, 10.0)
    if (process := _held.pop(pid, None)) is not None:
        process.wait()


def _send(pid: int, name: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, name)


def _wait_gone(pid: int, started: str | None, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while started is not None and _started(pid) == started:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _started(pid: int) -> str | None:
    """Return something that is the same for one process all its life and differs for another of the same number; None when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return None if Path("/proc/self").exists() else _started_by_ps(pid)
    except ProcessLookupError:
        return None
    return None if fields[0] in "ZX" else fields[19]


def _started_by_ps(pid: int) -> str | None:
    """The same where there is no /proc (macOS)."""
    answer = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True)
    state, _, started = answer.stdout.strip().partition(" ")
    return started.strip() if state and not state.startswith("Z") else None
