"""Runs the worker processes of one machine: restarts one that ends, and ends them all when we end."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Self

from infra import processes

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 10.0
STEADY_SECONDS = 20.0
"""A child that ran this long is healthy: its next end counts as the first again."""


@dataclass(frozen=True)
class Child:
    """One process to keep running.

    Attributes:
        name: unique among the children.
        argv: the command; `python_module` writes one for a module of ours.
        env: variables added to ours.
        output: file for its standard output and error; None leaves them as ours.
        restarts: False for a process that may end by itself.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    output: Path | None = None
    restarts: bool = True


@dataclass(frozen=True)
class ChildStatus:
    """`state` is running, waiting (before a restart), or ended; `ends` counts how often it ended by itself."""

    name: str
    state: str
    pid: int | None
    ends: int
    last_exit: int | None


@dataclass
class _Watched:
    child: Child
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float | None = 0.0
    quick_ends: int = 0
    ends: int = 0
    last_exit: int | None = None


def python_module(*arguments: str) -> list[str]:
    """Return the command that runs a module with this interpreter: `python_module("streams.assess")`."""
    return [sys.executable, "-m", *arguments]


class Supervisor:
    """Keeps children running; use it as a context manager, so that none outlives the block.

    A child that ends is started again after 0.2 s, then 0.4 s, … at most 10 s, until it runs steadily. Children live in process
    groups of their own: Ctrl-C in a terminal reaches only us, and we end them in order. If we are killed, the kernel ends them
    (Linux).

    Args:
        children: what to run.
        on_end: called in the supervising thread with the child's name and its exit status whenever one ends by itself.
    """

    def __init__(self, children: Sequence[Child], on_end: Callable[[str, int], None] | None = None) -> None:
        if len({child.name for child in children}) != len(children):
            raise ValueError(f"子进程重名 names of children must differ: {[child.name for child in children]}")
        self._watched = {child.name: _Watched(child) for child in children}
        self._on_end = on_end
        self._stopping = threading.Event()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._failure: Exception | None = None
        self._grace_seconds = 15.0

    def start(self) -> None:
        """Start every child; returns once each has been started."""
        self._thread = threading.Thread(target=self._supervise, name="supervisor", daemon=True)
        self._thread.start()
        with self._changed:
            self._changed.wait_for(lambda: self._failure is not None or self._all_started())
        self._raise_failure()

    def stop(self, grace_seconds: float = 15.0) -> None:
        """End every child: SIGTERM to all at once, SIGKILL to the groups of those that remain after `grace_seconds`."""
        self._grace_seconds = grace_seconds
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def kill(self, name: str, signal_name: signal.Signals = signal.SIGKILL) -> int:
        """Send a signal to one running child and return its process id; the supervisor then restarts it.

        Raises:
            LookupError: the child does not run at this moment.
        """
        with self._changed:
            self._raise_failure()
            process = self._watched[name].process
            if process is None or process.poll() is not None:
                raise LookupError(f"子进程 {name} 此刻未运行 child {name} does not run at this moment")
            process.send_signal(signal_name)
            return process.pid

    def status(self) -> list[ChildStatus]:
        """Return the state of each child; an error of the supervising thread is raised here."""
        with self._changed:
            self._raise_failure()
            return [
                ChildStatus(
                    name=name,
                    state="running" if w.process is not None else "waiting" if w.due is not None else "ended",
                    pid=w.process.pid if w.process is not None else None,
                    ends=w.ends,
                    last_exit=w.last_exit,
                )
                for name, w in self._watched.items()
            ]

    def wait_restarted(self, name: str, ends: int, timeout_seconds: float = 30.0) -> None:
        """Wait until the child has ended at least `ends` times and runs again.

        Raises:
            TimeoutError: it did not within `timeout_seconds`.
        """
        with self._changed:
            watched = self._watched[name]
            if not self._changed.wait_for(
                lambda: self._failure is not None or (watched.ends >= ends and watched.process is not None),
                timeout=timeout_seconds,
            ):
                raise TimeoutError(
                    f"子进程 {name} 在 {timeout_seconds:.0f} 秒内没有重启 child {name} was not restarted in {timeout_seconds:.0f} s"
                )
            self._raise_failure()

    def __enter__(self) -> Self:
        """Start the children."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End the children."""
        self.stop()

    def _supervise(self) -> None:
        # The kernel ties each child to the thread that started it, so one thread starts them all and ends them all.
        try:
            while not self._stopping.is_set():
                for watched in self._watched.values():
                    self._notice_end(watched)
                    self._start_if_due(watched)
                self._stopping.wait(0.05)
        except Exception as failure:  # noqa: BLE001  raised again in the caller's thread by the next call
            with self._changed:
                self._failure = failure
        self._end_all()

    def _end_all(self) -> None:
        deadline = time.monotonic() + self._grace_seconds
        running = [w.process for w in self._watched.values() if w.process is not None]
        for process in running:
            _signal_group(process.pid, signal.SIGTERM)
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=max(0.0, deadline - time.monotonic()))
            _signal_group(process.pid, signal.SIGKILL)
            process.wait()
        with self._changed:
            for watched in self._watched.values():
                watched.process, watched.due = None, None
            self._changed.notify_all()

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _notice_end(self, watched: _Watched) -> None:
        process = watched.process
        if process is None or (status := process.poll()) is None:
            return
        _signal_group(process.pid, signal.SIGKILL)  # whatever it had started itself
        ran = time.monotonic() - watched.started
        with self._changed:
            watched.process = None
            watched.last_exit = status
            watched.ends += 1
            watched.quick_ends = 1 if ran >= STEADY_SECONDS else watched.quick_ends + 1
            pause = min(FIRST_PAUSE_SECONDS * 2 ** (watched.quick_ends - 1), LONGEST_PAUSE_SECONDS)
            watched.due = time.monotonic() + pause if watched.child.restarts else None
            self._changed.notify_all()
        if self._on_end is not None:
            self._on_end(watched.child.name, status)

    def _start_if_due(self, watched: _Watched) -> None:
        if watched.process is not None or watched.due is None or time.monotonic() < watched.due:
            return
        child = watched.child
        process = processes.launch(child.argv, output=child.output, env=child.env)
        with self._changed:
            watched.process = process
            watched.started = time.monotonic()
            self._changed.notify_all()

    def _all_started(self) -> bool:
        return all(w.process is not None or w.ends for w in self._watched.values())


def _signal_group(pid: int, name: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(pid, name)


@contextmanager
def sigterm_unwinds() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into SystemExit in this block, so that every `with` is left in order. Main thread only."""

    def leave(number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = {name: signal.signal(name, leave) for name in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
