"""The model a worker holds: it follows the roles, and whatever goes wrong it goes on judging."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import update

from infra.model_artifact import ModelRefused
from infra.model_keys import SigningKey, trusted_keys
from infra.model_registry import register
from infra.model_source import ModelSource
from infra.model_store import read_artifact
from infra.settings import Settings
from infra.store.tables import model_artifacts
from risk_model.scoring.runtime import RiskModel
from tests.services.models import AT, FORCED, ORDER, Shop, small_artifact

NOBODY_ANSWERS = "postgresql+psycopg://nobody@127.0.0.1:1/none"


def versions(champion: RiskModel, challenger: RiskModel | None) -> tuple[str, str | None]:
    """A bundle that only says which models it holds."""
    return champion.version, challenger.version if challenger else None


@contextmanager
def followed(settings: Settings, poll_seconds: float = 0.05) -> Iterator[ModelSource]:
    """A started source."""
    source = ModelSource(settings, versions, poll_seconds).start()
    yield source
    source.stop()


def wait(source: ModelSource, expected: tuple[str, str | None]) -> None:
    """Until the source gives this bundle."""
    deadline = time.monotonic() + 10
    while source.current() != expected:
        assert time.monotonic() < deadline, f"still {source.current()}, expected {expected}"
        time.sleep(0.01)


def base(shop: Shop) -> str:
    """Version of the model of the settings."""
    return str(json.loads((shop.settings.model_dir / "manifest.json").read_text())["version"])


def test_follows_promotion_challenge_and_rollback(shop: Shop) -> None:
    """Without a restart."""
    with followed(shop.settings) as source:
        assert source.current() == (base(shop), None)
        one, two = shop.add(2), shop.add(3)
        shop.keeper().challenge(one, ORDER)
        wait(source, (base(shop), one))
        shop.promote(one)
        wait(source, (one, None))
        shop.keeper().challenge(two, ORDER)
        wait(source, (one, two))
        shop.keeper().rollback(ORDER)
        wait(source, (base(shop), two))
        shop.keeper().challenge(None, ORDER)
        wait(source, (base(shop), None))


def test_starts_with_the_champion(shop: Shop) -> None:
    """Even when the model of the settings cannot be used any more."""
    one = shop.add(2)
    shop.promote(one)
    (shop.settings.model_dir / "model.skops").write_bytes(b"x")
    with followed(shop.settings) as source:
        assert source.current() == (one, None)


def test_starts_with_the_last_champion_without_the_store(shop: Shop) -> None:
    """A worker restarted while the database is away does not fall back to an older model."""
    one = shop.add(2)
    shop.promote(one)
    with followed(shop.settings):
        pass
    away = shop.settings.model_copy(update={"database_url": NOBODY_ANSWERS})
    with followed(away) as source:
        assert source.current() == (one, None)


@pytest.mark.parametrize("kept", [None, b"damaged"])
def test_starts_with_its_own_model_without_the_store(shop: Shop, kept: bytes | None) -> None:
    """When nothing usable was kept."""
    if kept is not None:
        (shop.settings.home / "models").mkdir()
        (shop.settings.home / "models" / "champion.artifact").write_bytes(kept)
    with followed(shop.settings.model_copy(update={"database_url": NOBODY_ANSWERS})) as source:
        assert source.current() == (base(shop), None)


def test_refused_champion_leaves_the_present_one(shop: Shop) -> None:
    """Changed in the database after it was registered: judged on with the other; once mended, a new start takes it."""
    one = shop.add(2)
    shop.promote(one)
    good = (shop.settings.home / "model2" / "model.skops").read_bytes()
    overwrite(shop, model=b"changed")
    with followed(shop.settings) as source:
        source.look()
        assert source.current() == (base(shop), None)
    overwrite(shop, model=good)
    with followed(shop.settings) as source:
        assert source.current() == (one, None)


def test_refused_challenger_casts_no_shadow(shop: Shop) -> None:
    """The champion judges on."""
    one = shop.add(2)
    shop.keeper().challenge(one, ORDER)
    overwrite(shop, signature=b"changed")
    with followed(shop.settings) as source:
        source.look()
        assert source.current() == (base(shop), None)


def test_nothing_to_judge_with_ends_the_start(shop: Shop) -> None:
    """An unsigned model and no promotion."""
    (shop.settings.model_dir / "signature").unlink()
    with pytest.raises(ModelRefused) as caught:
        ModelSource(shop.settings, versions, 0.05).start()
    assert caught.value.code == "unsigned"


def test_key_withdrawn_after_promotion(shop: Shop) -> None:
    """Workers that start after it refuse the model; the settings' own model, of the remaining key, judges."""
    other = SigningKey.fresh()
    public = shop.settings.home / "keys" / "trusted" / "other.pub"
    public.write_bytes(other.public_pem())
    small_artifact(shop.settings.home / "model4", 4, key=other)
    shop.trusted = trusted_keys(shop.settings)
    four = register(shop.engine, read_artifact(shop.settings.home / "model4"), shop.trusted, "李四", AT)[0].version
    shop.promote(four, FORCED)
    public.unlink()
    with followed(shop.settings) as source:
        assert source.current() == (base(shop), None)


def overwrite(shop: Shop, **columns: bytes) -> None:
    """Change stored artifacts behind the registry's back; all but the settings' own."""
    with shop.engine.connect().execution_options(fuyuan_write=True) as connection, connection.begin():
        connection.execute(update(model_artifacts).where(model_artifacts.c.version != base(shop)).values(**columns))
