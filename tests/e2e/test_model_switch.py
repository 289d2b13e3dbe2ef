"""Hot switch under load: 20,000 events through a promotion and a rollback on a real Kafka and PostgreSQL.

None is lost, none is scored by neither model, and each names the model that judged it: that model gives the same
probabilities when it is asked again.
"""

import secrets
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from kafka import TopicPartition
from sqlalchemy import Engine

from infra import clock
from infra.kafka.clients import consumer
from infra.kafka.local import LocalKafka
from infra.kafka.topics import DISPUTE_ASSESSED
from infra.model_keys import trusted_keys
from infra.model_registry import load_stored, register
from infra.model_roles import RoleKeeper
from infra.model_store import load_manifest, read_artifact
from infra.rules import load_rules
from infra.settings import Settings
from infra.store.engine import open_engine
from infra.store.event_log import read_events, verify_chain
from infra.store.rebuild import rebuild
from infra.store.schema import upgrade
from risk_model.promotion import Order
from risk_model.scoring.fields import fields_of
from risk_model.scoring.runtime import RiskModel
from risk_model.text.lead import scoring_text
from schemas.assessed import Assessed, decode_assessed
from schemas.domain_events import DisputeAssessed, ModelPromoted
from tests.services.line import city, malformed, play, running
from tests.services.models import small_artifact

EVENTS = 20_000
WARM_UP = 200
RATE = 1_500.0  # published a second
PROMOTED_AT, ROLLED_BACK_AT = 3_000, 12_000
SLOWEST_SWITCH_SECONDS = 30.0  # on a machine shared with others; the roles are looked at every two seconds

pytestmark = [pytest.mark.timeout(420), pytest.mark.postgres]


class Roles:
    """Promotes and rolls back while events flow."""

    def __init__(self, settings: Settings, engine: Engine, new: str) -> None:
        self._settings, self._engine, self._new = settings, engine, new
        self._left = [(PROMOTED_AT, self._promote), (ROLLED_BACK_AT, self._roll_back)]

    def meanwhile(self, sent: int) -> None:
        """Act when so many records were sent."""
        if self._left and sent >= self._left[0][0]:
            self._left.pop(0)[1]()

    def _keeper(self) -> RoleKeeper:
        return RoleKeeper(self._engine, self._settings, trusted_keys(self._settings))

    def _promote(self) -> None:
        order = Order("张三", clock.now(), "换模型", override="测试")
        self._keeper().promote(self._new, order, load_rules(self._settings).policy.model.gate, None)

    def _roll_back(self) -> None:
        """Not before the new model has judged something."""
        deadline = time.monotonic() + 60.0
        while not any(record.versions.model == self._new for _, record in judged(self._engine)):
            assert time.monotonic() < deadline, "no worker switched to the new model"
            time.sleep(0.2)
        self._keeper().rollback(Order("张三", clock.now(), "退回"))


def judged(engine: Engine) -> Iterator[tuple[float, Assessed]]:
    """(recorded at, record) of every stored dispute event, in the order of the log."""
    after = 0
    with engine.connect() as connection:
        while stored := read_events(connection, after, 5_000, ("DisputeAssessed",)):
            for item in stored:
                assert isinstance(item.recorded.event, DisputeAssessed)
                yield item.recorded_at.timestamp(), item.recorded.event.dispute
            after = stored[-1].seq


def test_switch_under_load(kafka: LocalKafka, postgres_url: str, tmp_path: Path) -> None:
    """Two workers of each kind switch twice, between batches."""
    records = city(EVENTS)
    settings = Settings(
        _env_file=None,
        home=tmp_path,
        kafka_bootstrap=kafka.bootstrap,
        kafka_prefix=f"m{secrets.token_hex(4)}.",
        database_url=postgres_url,
    )
    shipped = load_manifest(settings.model_dir).version
    small_artifact(tmp_path / "new", 5, tmp_path)
    engine = open_engine(postgres_url)
    upgrade(engine)
    new = register(engine, read_artifact(tmp_path / "new"), trusted_keys(settings), "张三", clock.now())[0].version
    with running(settings, postgres_url, tmp_path / "logs", each=2, restarts=False) as line:
        play(line, records[:WARM_UP], 0)  # until the workers have started and taken their partitions
        line.wait_settled(records[:WARM_UP], 150.0)
        play(line, records[WARM_UP:], RATE, Roles(settings, engine, new).meanwhile)
        line.wait_settled(records, 180.0)
        assert line.quarantined() == malformed(records)
    stored = list(judged(engine))
    models = [record.versions.model for _, record in stored]
    seen = Counter(models)
    assert set(seen) == {shipped, new}
    assert models[0] == models[-1] == shipped
    assert min(seen.values()) > 1_000
    for version in seen:
        model = load_stored(engine, version, trusted_keys(settings)).model
        assert_judged_by(model, [record for _, record in stored if record.versions.model == version])
    promoted, back = (item for item in role_events(engine) if isinstance(item[1], ModelPromoted))
    assert (promoted[1].version, back[1].version, back[1].rollback) == (new, shipped, True)
    first, last = span_of(settings, new)
    first_stored = next(at for at, record in stored if record.versions.model == new)
    print(
        f"\n{seen}; from the promotion to the first record by the new model: {first - promoted[0]:.2f} s in the topic, "
        f"{first_stored - promoted[0]:.2f} s in the store; from the rollback to the last one by it: {last - back[0]:.2f} s"
    )
    assert 0 < first - promoted[0] < SLOWEST_SWITCH_SECONDS
    assert last - back[0] < SLOWEST_SWITCH_SECONDS
    assert_few_changes(stored, shipped)
    with engine.connect() as connection:
        assert verify_chain(connection) > EVENTS
    assert rebuild(engine).same
    engine.dispose()


def span_of(settings: Settings, version: str) -> tuple[float, float]:
    """When ASSESS wrote the first and the last record that names this model, seconds since the epoch."""
    reader = consumer(settings, None)
    topic = settings.kafka_name(DISPUTE_ASSESSED)
    places = [TopicPartition(topic, number) for number in reader.partitions_for_topic(topic)]
    reader.assign(places)
    reader.seek_to_beginning(*places)
    ends, moments = reader.end_offsets(places), []
    while any(reader.position(place) < ends[place] for place in places):
        for records in reader.poll(timeout_ms=1_000, max_records=5_000).values():
            moments += [r.timestamp / 1000 for r in records if decode_assessed(r.value).versions.model == version]
    reader.close()
    return min(moments), max(moments)


def role_events(engine: Engine) -> list:
    """(recorded at, event) of the stream of roles."""
    with engine.connect() as connection:
        stored = read_events(connection, 0, 100, ("ModelPromoted", "ChallengerNamed"))
    return [(item.recorded_at.timestamp(), item.recorded.event) for item in stored]


def assert_judged_by(model: RiskModel, records: Sequence[Assessed]) -> None:
    """The model says the same again, of every record that names it."""
    texts = [scoring_text(r.title, r.narrative) for r in records]
    fields = [fields_of(r) for r in records]
    again = model.assess(texts, fields)
    assert again.level.tolist() == [r.model_level for r in records]
    assert [tuple(round(p, 4) for p in row) for row in again.level_probabilities.tolist()] == [
        r.level_probabilities for r in records
    ]


def assert_few_changes(stored: Sequence[tuple[float, Assessed]], first: str) -> None:
    """Within a partition the models follow one another as the roles did: one, the other, the one again."""
    by_partition: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for _, record in stored:
        by_partition[record.origin.partition].append((record.origin.offset, record.versions.model))
    for partition, rows in by_partition.items():
        order = [model for _, model in sorted(rows)]
        changes = sum(one != other for one, other in pairwise(order))
        assert order[0] == first, f"partition {partition}"
        assert changes <= 2, f"partition {partition} changed its model {changes} times"
