"""A PostgreSQL cluster of our own: started, killed, restarted, thrown away."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

import psycopg

from infra import ports, processes

STILL_ENDING = "pre-existing shared memory block"
START_SECONDS = 60.0


class PostgresUnavailable(RuntimeError):
    """No PostgreSQL server can be run here; the message says why."""


def find_binaries() -> Path:
    """Return the folder that holds initdb and postgres: on the PATH, or the newest of Debian's.

    Raises:
        PostgresUnavailable: there is none.
    """
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if not debian:
        raise PostgresUnavailable("未安装 PostgreSQL 服务器 no initdb found: install the package postgresql")
    return debian[-1].parent


class PostgresCluster:
    """One server on a free port of the loopback address, trust authentication, in a folder under the system's /tmp.

    Args:
        durable: True keeps fsync (for benchmarks); False is faster, and still loses nothing when only the server is killed.
        settings: more server settings, for example {"max_connections": "50"}.
    """

    def __init__(self, *, durable: bool = False, settings: dict[str, str] | None = None) -> None:
        self.binaries = find_binaries()
        # PostgreSQL refuses to run as root, and its own user cannot reach folders under /root or pytest's.
        self.user = "postgres" if os.geteuid() == 0 else None
        self.superuser = "fuyuan"
        self.port = ports.free_ports(1)[0]
        self.folder = Path(tempfile.mkdtemp(prefix="fuyuan-pg-"))
        self._settings = {"fsync": "on" if durable else "off", "max_connections": "60", **(settings or {})}
        self._process: subprocess.Popen[bytes] | None = None
        self._databases = 0
        if self.user is not None:
            try:
                entry = pwd.getpwnam(self.user)
            except KeyError:
                raise PostgresUnavailable("没有系统用户 postgres there is no system user postgres") from None
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)

    def start(self) -> None:
        """Initialise the folder if it is new, start the server, and wait until it answers."""
        if not (self.folder / "data").exists():
            self._initialise()
        settings = {
            "listen_addresses": ports.LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
            "timezone": "UTC",
            **self._settings,
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        deadline = time.monotonic() + START_SECONDS
        while True:
            self._process = processes.launch(
                [self.binaries / "postgres", "-D", self.folder / "data", *options],
                output=self.folder / "server.log",
                cwd=self.folder,
                death_signal="INT",
                user=self.user,
            )
            try:
                return self._wait_ready()
            except PostgresUnavailable as failed:  # after a kill its children take a moment to notice and end
                if STILL_ENDING not in str(failed) or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def _initialise(self) -> None:
        process = processes.launch(
            [
                *(self.binaries / "initdb", "-D", self.folder / "data", "-U", self.superuser, "--auth=trust"),
                *("--encoding=UTF8", "--locale=C", "--no-sync"),
            ],
            output=self.folder / "initdb.log",
            cwd=self.folder,
            user=self.user,
        )
        if process.wait(timeout=120) != 0:
            raise PostgresUnavailable("initdb: " + (self.folder / "initdb.log").read_text()[-800:])

    def _wait_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self._conninfo("postgres"), connect_timeout=2).close()
            except psycopg.OperationalError as refused:
                if self._process is None or self._process.poll() is not None or time.monotonic() > deadline:
                    log = (self.folder / "server.log").read_text(errors="replace")[-1500:]
                    raise PostgresUnavailable(f"服务器未启动 the server did not start: {refused}\n{log}") from refused
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """End the server at once but in order (fast shutdown); the data stay."""
        self._end(signal.SIGINT, 30.0)

    def kill(self) -> None:
        """End the server with SIGKILL, as a crash would; its own children notice and end."""
        self._end(signal.SIGKILL, 10.0)

    def _end(self, name: signal.Signals, seconds: float) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(name)
        try:
            self._process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def restart(self) -> None:
        """Stop and start on the same port and data."""
        self.stop()
        self.start()

    def remove(self) -> None:
        """Stop the server and delete its folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def new_database(self) -> str:
        """Create an empty database and return its SQLAlchemy address (psycopg 3)."""
        self._databases += 1
        name = f"fuyuan_{self._databases}"
        self._execute(f'CREATE DATABASE "{name}"')
        return f"postgresql+psycopg://{self.superuser}@{ports.LOOPBACK}:{self.port}/{name}"

    def drop_database(self, url: str) -> None:
        """Drop a database made by `new_database`, ending connections that were left open."""
        name = url.rpartition("/")[2]
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._conninfo("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _conninfo(self, database: str) -> str:
        return f"host={ports.LOOPBACK} port={self.port} user={self.superuser} dbname={database}"

    def __enter__(self) -> Self:
        """Start the server."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the server and delete its folder."""
        self.remove()
