"""MLflow's pages over our runs and model versions, on the loopback address only: they have no sign-in."""

import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Self

from infra import ports, processes
from infra.settings import Settings
from infra.tracking_place import QUIET, TrackingUnavailable, analyst_packages, prepare, tracking_place

PORT = 5080
START_SECONDS = 120.0
GRACE_SECONDS = 10.0
ANSWER_SECONDS = 2.0


class TrackingPages:
    """The server of the pages; use as a context, which starts and ends it.

    Args:
        settings: of the installation.
        port: to listen on; None takes ``PORT``, or another free one when that is taken.

    Raises:
        TrackingUnavailable: MLflow is not installed, or the port asked for is taken.
    """

    def __init__(self, settings: Settings, port: int | None = None) -> None:
        self._place = tracking_place(settings)
        prepare(self._place)
        if port is not None and not ports.is_free(port):
            raise TrackingUnavailable(f"端口 {port} 已被占用，请换一个 / port {port} is taken: choose another")
        self.port = port or (PORT if ports.is_free(PORT) else ports.free_ports(1)[0])
        self.log: Path = self._place.artifacts.parent / "pages.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where a browser finds them."""
        return f"http://{ports.LOOPBACK}:{self.port}"

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            TrackingUnavailable: it ended or did not answer in time; the message ends with its log.
        """
        argv = [sys.executable, "-m", "mlflow", "server", "--host", ports.LOOPBACK, "--port", str(self.port)]
        argv += ["--workers", "1", "--no-serve-artifacts", "--default-artifact-root", self._place.artifacts.as_uri()]
        # The address of the database may hold a password: it goes by the environment, which others cannot read, not by the command line.
        environment = {
            **QUIET,
            "MLFLOW_CONFIGURE_LOGGING": "true",
            "MLFLOW_BACKEND_STORE_URI": self._place.database_url,
            "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
            "PYTHONWARNINGS": "ignore",
            "PYTHONPATH": str(analyst_packages()),
        }
        self._process = processes.launch(argv, output=self.log, env=environment)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                tail = self.log.read_text(errors="replace")[-1500:]
                raise TrackingUnavailable(f"MLflow 页面未能启动 the pages did not start:\n{tail}")
            time.sleep(0.2)

    def wait(self) -> None:
        """Wait until the server ends."""
        if self._process is not None:
            self._process.wait()

    def stop(self) -> None:
        """End the server; a no-op when it does not run."""
        if self._process is not None and self._process.poll() is None:
            processes.end(self._process.pid, grace_seconds=GRACE_SECONDS)
            self._process.wait()
        self._process = None

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/health", timeout=ANSWER_SECONDS) as answer:  # noqa: S310  our own http address
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def __enter__(self) -> Self:
        """Start the server."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End the server."""
        self.stop()
