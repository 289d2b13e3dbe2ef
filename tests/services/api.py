"""The API as a user reaches it: uvicorn on a free port, in a thread of the test."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from api.server import make_server
from infra.settings import Settings

START_SECONDS = 20.0


@contextmanager
def running_api(settings: Settings) -> Iterator[httpx.Client]:
    """A server on a free port and a client for it; both end with the block."""
    server = make_server(settings.model_copy(update={"api_port": 0}))
    thread = threading.Thread(target=server.run, name="api", daemon=True)
    thread.start()
    deadline = time.monotonic() + START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("the API did not start")
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30.0) as client:
        yield client
    server.should_exit = True
    thread.join(20.0)
    if thread.is_alive():
        raise RuntimeError("the API did not end")
