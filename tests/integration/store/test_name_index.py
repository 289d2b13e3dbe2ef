"""The index of known names gives the same answers as the book in memory, on both databases."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine

from infra.store.engine import open_engine
from infra.store.name_index import load_names, save_names
from infra.store.schema import at_head, upgrade
from infra.store.tables import reads
from risk_model.linking.joining import Link
from risk_model.linking.naming import named_in, resolve, settle
from risk_model.names.book import MOST_BEARERS, MOST_MENTIONED, Lookups, NameBook
from risk_model.names.enterprises import read_enterprise
from risk_model.names.keys import enterprise_lookups
from risk_model.names.known import ENTERPRISE, Known
from schemas.assessed import Assessed
from tests.disputes import assessed, rules
from tests.unit.names.places import places

TABLE = rules().policy.linkage
TOLD = [
    # respondent's name, token, project, text
    ("云州市恒盛建筑工程有限公司", "t1", None, ""),
    ("恒盛建工", None, "恒大名都二期", "在恒大名都做木工"),
    (None, None, None, "恒盛建工拖欠工资"),
    (None, "t1", "恒大名都Ⅱ期", ""),
    ("云州恒大置业有限公司", None, "恒大名都一期", ""),
    ("恒大置业", None, "“恒大名都”项目", "一期业主反映"),
    (None, None, None, "“锦绣·江南”小区漏水，云州市锦江物业服务有限公司不管"),
    ("锦江物业", None, "锦绣江南", ""),
    ("阳光公司", None, None, ""),
    ("阳光超市", None, None, ""),
    ("云州阳光物业服务有限公司", None, "锦绣江南（备案名：锦绣华庭）", ""),
    (None, None, "锦绣华庭", "阳光物业收费"),
]


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An empty store on SQLite, then on PostgreSQL."""
    engine = open_engine(database_url)
    upgrade(engine)
    yield engine
    engine.dispose()


def events() -> list[Assessed]:
    """The events of ``TOLD``."""
    return [
        assessed(
            number,
            enterprise=name or ("不详" if token else None),
            token=token,
            project=project,
            narrative=text,
            title="",
        )
        for number, (name, token, project, text) in enumerate(TOLD)
    ]


def in_memory() -> list[tuple[Link, Link]]:
    """Verdicts with one book for all events."""
    book, verdicts = NameBook(), []
    for event in events():
        named = named_in(event, places())
        resolved = resolve(named, book.find(named.lookups()), places(), TABLE)
        settle(book, named, resolved, event.dispute_id, TABLE)
        verdicts.append((resolved.enterprise, resolved.project))
    return verdicts


def in_store(engine: Engine, batch: int) -> list[tuple[Link, Link]]:
    """Verdicts with the store's index, so many events in a transaction."""
    verdicts, told = [], events()
    for start in range(0, len(told), batch):
        with engine.connect().execution_options(fuyuan_write=True) as connection, connection.begin():
            verdicts += _batch(connection, told[start : start + batch])
    return verdicts


def _batch(connection: Connection, told: list[Assessed]) -> list[tuple[Link, Link]]:
    verdicts = []
    named = [named_in(event, places()) for event in told]
    book = load_names(connection, reads, [one.lookups() for one in named])
    for event, one in zip(told, named, strict=True):
        resolved = resolve(one, book.find(one.lookups()), places(), TABLE)
        settle(book, one, resolved, event.dispute_id, TABLE)
        verdicts.append((resolved.enterprise, resolved.project))
    save_names(connection, reads, book)
    return verdicts


@pytest.mark.parametrize("batch", [1, 5, 100])
def test_same_answers_as_in_memory(engine: Engine, batch: int) -> None:
    """However events are cut into batches."""
    assert at_head(engine)
    assert in_store(engine, batch) == in_memory()


def test_common_brand_is_bounded(engine: Engine) -> None:
    """A key has a bounded number of bearers; in running text a brand of many bearers is not looked up at all."""
    known = [
        Known(f"e{number:03d}", ENTERPRISE, read_enterprise(f"云州市幸福{trade}{number}有限公司", places()), (), ())
        for number, trade in enumerate(["超市"] * (MOST_BEARERS + 20))
    ]
    name = read_enterprise("幸福超市", places())
    assert name is not None
    lookups = Lookups(enterprise_lookups(name), ())
    for one in known:  # an event each
        with engine.connect().execution_options(fuyuan_write=True) as connection, connection.begin():
            assert one.enterprise is not None
            book = load_names(connection, reads, [Lookups(enterprise_lookups(one.enterprise), ())])
            book.add(one)
            save_names(connection, reads, book)
    with engine.connect() as connection:
        assert MOST_MENTIONED < len(load_names(connection, reads, [lookups]).find(lookups)) <= MOST_BEARERS
        mentioned = Lookups((), lookups.named)
        assert load_names(connection, reads, [mentioned]).find(mentioned) == []
