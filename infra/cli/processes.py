"""fuyuan worker assess|watch|notify and fuyuan api: this process becomes the worker or the server."""

import os
import sys
from enum import StrEnum
from typing import Annotated

import typer


class Worker(StrEnum):
    """The two stream workers, and the sender of notices."""

    ASSESS = "assess"
    WATCH = "watch"
    NOTIFY = "notify"


def worker(name: Annotated[Worker, typer.Argument(help="assess 核验分级，watch 归并预警，notify 发送通知")]) -> None:
    """Become `python -m streams.<name>`, or the sender of notices."""
    _become("-m", "infra.notices.worker" if name is Worker.NOTIFY else f"streams.{name.value}")


def api() -> None:
    """Become `python -m api`."""
    _become("-m", "api")


def _become(*arguments: str) -> None:
    """Replace this process, so that signals and the exit status are the worker's own (infra may not import streams or api)."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606  our own interpreter and module
