"""A store, contacts and our own servers for the tests of notices."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from infra.dispatching import Dispatcher
from infra.notices.contacts import Contacts, load_contacts
from infra.notices.owing import begin
from infra.notices.sending import Sender
from infra.rules import load_rules
from infra.settings import Settings
from risk_model.rules import Rules
from schemas.assessed import Assessed
from tests.services.notice_receiver import Receiver, receiving
from tests.services.notices import LEADER, write_contacts
from tests.services.seeding import FIRST_DAY, Seeded


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Our own servers."""
    with receiving() as found:
        yield found


@pytest.fixture
def rules(settings: Settings) -> Rules:
    """The shipped rules."""
    return load_rules(settings)


class Dispatched(Seeded):
    """A store whose alerts are released as they are raised, without budget."""

    def add(self, disputes: Iterable[Assessed], at: datetime = FIRST_DAY) -> None:
        """Apply a batch, and let the dispatcher look."""
        super().add(disputes, at)
        given = load_rules(self._settings)
        table = given.policy.dispatch
        plenty = msgspec.structs.replace(table.budget, owner_alerts=1000, county_alerts=1000, min_certainty=0.0)
        policy = msgspec.structs.replace(given.policy, dispatch=msgspec.structs.replace(table, budget=plenty))
        Dispatcher(self.engine, given._replace(policy=policy)).dispatch(at)


@pytest.fixture
def store(database_url: str, settings: Settings) -> Iterator[Seeded]:
    """A store whose notices begin now."""
    seeded = Dispatched(database_url, settings)
    assert begin(seeded.engine, FIRST_DAY)
    assert not begin(seeded.engine, FIRST_DAY)
    yield seeded
    seeded.close()


@pytest.fixture
def contacts(receiver: Receiver, tmp_path: Path) -> Contacts:
    """Leaders have mail and a robot, the offices of the city a webhook."""
    robot = receiver.robots()["wecombot"]
    text = f"""
    [endpoints]
    wecombot = "{robot}"
    [[contact]]
    recipient = "{LEADER}"
    channels = {{ mail = "{receiver.mail()}", wecom = "wecombot://key-1" }}
    [[contact]]
    recipient = "府院联席会议"
    channels = {{ hook = "{receiver.webhook()}" }}
    """
    return load_contacts(write_contacts(tmp_path / "contacts.toml", text))


@pytest.fixture
def sender(store: Seeded, contacts: Contacts, rules: Rules) -> Iterator[Callable[..., Sender]]:
    """Makes senders without jitter; all are closed at the end."""
    made: list[Sender] = []

    def make(**changed: object) -> Sender:
        options = {"draw": lambda: 0.0, "base": "https://fuyuan.example"} | changed
        made.append(Sender(store.engine, contacts, rules.policy.notice, **options))
        return made[-1]

    yield make
    for each in made:
        each.close()
