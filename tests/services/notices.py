"""What tests of notices share: a contacts file, an event that is told, one look at everything."""

from datetime import datetime, timedelta
from pathlib import Path

from infra.notices.contacts import Contacts
from infra.notices.owing import gather, owe
from infra.notices.sending import Sender
from risk_model.rules import Rules
from schemas.assessed import Assessed
from tests.services.seeding import FIRST_DAY, Seeded, against, assessed

MINUTE = timedelta(minutes=1)
LEADER = "县级包案领导"


def write_contacts(path: Path, text: str) -> Path:
    """A contacts file only we may read."""
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


def orange(number: int, at: datetime = FIRST_DAY) -> Assessed:
    """An event that makes an orange matter of its own, and so an alert."""
    return assessed(number, at=at, level=3, title=f"停工 {number}", **against(f"企业{number}"))


def run(store: Seeded, rules: Rules, contacts: Contacts, sender: Sender, now: datetime) -> int:
    """One look at everything, until all attempts begun are recorded."""
    owe(store.engine, rules, contacts.channels, now)
    gather(store.engine, rules, now)
    done = sender.turn(now, 5.0)
    while sender.flying():
        done += sender.turn(now, 5.0)
    return done
