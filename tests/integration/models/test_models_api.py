"""GET /v1/models, readiness and the feed: who judges, who watches, what is refused, and how it came to that."""

import json
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update

from api.answers.feed import feed_document
from api.readiness import Readiness
from infra.model_role_check import RoleCheck
from infra.rules import load_rules
from infra.store.access import StoreAccess
from infra.store.queries.feed import feed_events
from infra.store.tables import model_artifacts
from risk_model.working_days import WorkingDays
from schemas.assessed import Shadow, Versions
from tests.services.api import running_api
from tests.services.models import ORDER, Shop
from tests.services.seeding import Seeded, assessed


@pytest.fixture
def api(shop: Shop):
    """The API on that store, without Kafka."""
    with running_api(shop.settings.model_copy(update={"kafka_bootstrap": "127.0.0.1:1"})) as client:
        yield client


def test_nothing_promoted_yet(shop: Shop, api: httpx.Client) -> None:
    """Empty, not an error."""
    found = api.get("/v1/models").json()
    assert (found["champion"], found["challenger"], found["history"], found["judging"]) == (None, None, [], {})


def test_roles_and_history(shop: Shop, api: httpx.Client) -> None:
    """After a challenge, a promotion past the gate and a rollback; and what the newest events say of who judges."""
    one, two = shop.add(2), shop.add(3)
    shop.keeper().challenge(two, ORDER)
    shop.promote(one)
    seeded = Seeded(shop.settings.database_url, shop.settings)
    versions = Versions(one, "p", 2)
    seeded.add([assessed(1, versions=versions, shadow=Shadow(two, "合同", 3)), assessed(2, versions=versions)])
    found = api.get("/v1/models").json()
    assert found["champion"] == {
        "version": one,
        "since": "2026-03-01T08:00:00+08:00",
        "by": "张三",
        "reason": "试点",
    }
    assert found["challenger"]["version"] == two
    assert found["judging"] == {one: 2}
    assert found["refused"] == []
    assert {item["version"] for item in found["registered"]} >= {one, two}
    (promotion,) = found["history"]
    assert promotion["override_reason"] == "测试数据太少"
    assert "gate.rows" in promotion["failed"]
    assert api.get(f"/v1/events/{assessed(1).dispute_id}").json()["shadow"] == {
        "model": two,
        "category": "合同",
        "level": "orange",
    }
    assert api.get(f"/v1/events/{assessed(2).dispute_id}").json()["shadow"] is None
    shop.keeper().rollback(ORDER)
    found = api.get("/v1/models").json()
    assert [item["rollback"] for item in found["history"]] == [True, False]
    seeded.close()


def test_refused_model_is_shown(shop: Shop, api: httpx.Client) -> None:
    """Where an official or a monitor looks: in the answer and in readiness, which stays ready for it."""
    one = shop.add(2)
    shop.promote(one)
    with shop.engine.connect().execution_options(fuyuan_write=True) as connection, connection.begin():
        connection.execute(update(model_artifacts).where(model_artifacts.c.version == one).values(signature=b"changed"))
    (refused,) = api.get("/v1/models").json()["refused"]
    assert (refused["version"], refused["code"]) == (one, "signature")
    store = StoreAccess(shop.engine)
    check = Readiness(shop.settings, store, RoleCheck(shop.settings, store), WorkingDays())._model()
    assert check["ok"]
    assert check["refused"] == [{"role": "champion", "version": one, "code": "signature"}]
    assert one in check["zh"]


def test_withdrawn_key_is_noticed(shop: Shop) -> None:
    """The same bytes are looked at again when the trusted keys change."""
    one = shop.add(2)
    shop.promote(one)
    check = RoleCheck(shop.settings, StoreAccess(shop.engine))
    assert check.look() == []
    for public in Path(shop.settings.home / "keys" / "trusted").iterdir():
        public.unlink()
    assert [refused.code for refused in check.look()] == ["key"]


def test_feed_says_it_in_chinese(shop: Shop) -> None:
    """Promotion past the gate, challenge, its end, rollback."""
    one, two = shop.add(2), shop.add(3)
    shop.promote(one)
    shop.keeper().challenge(two, ORDER)
    shop.keeper().challenge(None, ORDER)
    shop.keeper().rollback(ORDER)
    with shop.engine.connect() as connection:
        stored = feed_events(connection, 0, 1_000)
    regions = load_rules(shop.settings).regions
    documents = [json.loads(feed_document(regions, item)) for item in stored]
    said = [document["summary"] for document in documents]
    assert said[0].startswith(f"张三启用模型 {one}：试点（未通过检查")
    assert "理由：测试数据太少" in said[0]
    assert said[1:3] == [f"张三指定挑战者模型 {two}：试点", "张三结束挑战者：试点"]
    assert said[3].startswith("张三退回模型 ")
    assert {document["links"]["models"] for document in documents} == {"/v1/models"}
