"""The notifier, a process of its own: `fuyuan worker notify`. WATCH never waits for a mail server."""

import logging
import os
import random
import socket
import threading
from pathlib import Path

from infra import clock
from infra.lease import Lease
from infra.logs import configure_logging
from infra.notices.contacts import Contacts, ContactsRefused, load_contacts
from infra.notices.owing import begin, gather, owe
from infra.notices.sending import Sender
from infra.rules import load_rules
from infra.settings import Settings, load_settings
from infra.store.engine import open_engine
from infra.store.schema import upgrade

logger = logging.getLogger(__name__)

IDLE_SECONDS = 1.0
RETRY_SECONDS = 5.0
LEASE_SECONDS = 60


def contacts_of(settings: Settings) -> Contacts:
    """Contacts of an installation.

    Raises:
        ContactsRefused: no file is named, or it cannot be used.
    """
    path: Path | None = settings.contacts_file
    if path is None:
        raise ContactsRefused(
            "没有设置 FUYUAN_CONTACTS_FILE（通讯录，见 docs/notices.md），无法发送通知 / "
            "FUYUAN_CONTACTS_FILE is not set, so nobody can be told"
        )
    return load_contacts(path)


def notify_forever(settings: Settings, stopping: threading.Event) -> None:
    """Tell officials until stopped; a failure of the store is logged and tried again, the cursor and the messages keep the place."""
    contacts, rules = contacts_of(settings), load_rules(settings)
    engine = open_engine(settings.database_url, pool_size=2)
    upgrade(engine)
    if begin(engine, clock.now()):
        logger.info("notices: told from here on; what the log held before is not")
    sender = Sender(engine, contacts, rules.policy.notice, settings.public_url, random.random)
    lease = Lease(engine, "notices-sender", f"{socket.gethostname()[:40]}-{os.getpid()}", LEASE_SECONDS)
    while not stopping.is_set():
        try:
            if not lease.claim(clock.now()):
                stopping.wait(IDLE_SECONDS)
                continue
            done = owe(engine, rules, contacts.channels, clock.now())
            done += gather(engine, rules, clock.now())
            done += sender.turn(clock.now(), wait_seconds=0.2)
            if done == 0:
                stopping.wait(0.2 if sender.flying() else IDLE_SECONDS)
        except Exception:
            logger.exception("notices: next try in %s s", RETRY_SECONDS)
            stopping.wait(RETRY_SECONDS)
    sender.turn(clock.now(), wait_seconds=rules.policy.notice.timeout_seconds)
    sender.close()
    engine.dispose()


def main() -> None:
    """Run until SIGTERM; an error the operator can mend ends the process with its message."""
    import signal
    import sys

    from infra.cli.problems import operator_message

    stopping = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    try:
        settings = load_settings()
        clock.follow(settings.clock_file)
        configure_logging(settings, service="notify")
        notify_forever(settings, stopping)
    except Exception as problem:
        message = operator_message(problem)
        if message is None:
            raise
        sys.exit(f"✗ {message}")


if __name__ == "__main__":
    main()
