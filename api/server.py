"""The server process: uvicorn on uvloop and httptools, whose open streams end when it is told to stop."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
import uvicorn

from api.app import create_app
from infra import ports
from infra.settings import PREFIX, Settings

DRAIN_SECONDS = 8
"""Requests under way get this long to finish."""

_log = structlog.get_logger(__name__)


class AddressTaken(RuntimeError):
    """Another program has the API's port; the message says what to do."""

    for_operator = True


class Server(uvicorn.Server):
    """uvicorn's server; before it waits for open connections it ends the live streams, which would never end by themselves."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say where."""
        await super().startup(sockets)
        for server in self.servers:
            for bound in server.sockets:
                host, port = bound.getsockname()[:2]
                _log.info("api listens", url=f"http://{host}:{port}")

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take SIGINT and SIGTERM as the wish to stop; uvicorn would raise them again after an orderly end."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then everything else."""
        self.config.loaded_app_context.feed.close()
        await super().shutdown(sockets)


class _Config(uvicorn.Config):
    loaded_app_context: Any = None


def make_server(settings: Settings) -> Server:
    """Server on the settings' host and port.

    Raises:
        AddressTaken: another program listens there.
    """
    host, port = settings.api_host, settings.api_port
    if port and not ports.is_free(port, host):
        raise AddressTaken(
            f"端口 {port} 已被其他程序占用：请设置 {PREFIX}API_PORT 另选，或停止该程序。 "
            f"port {port} is taken by another program: choose another with {PREFIX}API_PORT, or stop that program"
        )
    app = create_app(settings)
    config = _Config(
        app,
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    config.loaded_app_context = app.state.context
    return Server(config)
