"""Registry and roles on both databases: what is promoted is found, what may not be used is not registered, the log says who and why."""

import json

import msgspec
import pytest
from sqlalchemy import update

from infra.model_artifact import MANIFEST_FILE, REFERENCE_FILE, SIGNATURE_FILE, ModelRefused
from infra.model_keys import SigningKey, installation_key, trusted_keys
from infra.model_registry import Outcome, RegistryError, load_stored, register
from infra.model_roles import GateData
from infra.model_store import load_model, read_artifact
from infra.model_use import UsedModel, model_in_use
from infra.store.event_log import Conflict, verify_chain
from infra.store.queries.models import Roles, registered
from infra.store.rebuild import rebuild
from infra.store.tables import model_artifacts
from risk_model.promotion import PromotionRefused
from schemas.domain_events import ChallengerNamed, ModelPromoted
from tests.examples import labelled
from tests.services.models import AT, FORCED, ORDER, Shop, small_artifact


def test_registering_is_idempotent(shop: Shop) -> None:
    """The second time nothing is added; a signature of another trusted key replaces the first."""
    version = shop.add(2)
    artifact = read_artifact(shop.settings.home / "model2")
    assert register(shop.engine, artifact, shop.trusted, "王五", AT)[1] is Outcome.KNOWN
    other = SigningKey.fresh()
    (shop.settings.home / "keys" / "trusted" / "other.pub").write_bytes(other.public_pem())
    again = artifact._replace(signature=other.sign(artifact.manifest))
    assert register(shop.engine, again, trusted_keys(shop.settings), "王五", AT)[1] is Outcome.SIGNED_ANEW
    with shop.engine.connect() as connection:
        (row,) = registered(connection)
    assert (row.version, row.registered_by, row.registered_at) == (version, "李四", AT)
    assert load_stored(shop.engine, version, trusted_keys(shop.settings)).model.version == version


def test_one_version_has_one_manifest(shop: Shop) -> None:
    """Other margins under the same version would be another model."""
    shop.add(2)
    folder = shop.settings.home / "model2"
    manifest = json.loads((folder / MANIFEST_FILE).read_text())
    manifest["margins"]["coverage"] += 0.1
    (folder / MANIFEST_FILE).write_text(json.dumps(manifest))
    (folder / SIGNATURE_FILE).write_bytes(
        installation_key(shop.settings.home).sign((folder / MANIFEST_FILE).read_bytes())
    )
    with pytest.raises(RegistryError, match="清单不同"):
        register(shop.engine, read_artifact(folder), shop.trusted, "李四", AT)


def test_what_may_not_be_used_is_not_registered(shop: Shop) -> None:
    """Nor promoted from the store, were it put there otherwise."""
    folder = shop.settings.home / "foreign"
    version = small_artifact(folder, 3, key=SigningKey.fresh())
    with pytest.raises(ModelRefused) as caught:
        register(shop.engine, read_artifact(folder), shop.trusted, "李四", AT)
    assert caught.value.code == "key"
    with pytest.raises(RegistryError, match="没有登记过"):
        shop.promote(version)


def test_model_of_other_categories_does_not_judge(shop: Shop) -> None:
    """Trained on any set of labels it may be measured, but not registered."""
    folder = shop.settings.home / "free"
    small_artifact(folder, 3, shop.settings.home, prefix="甲")
    assert load_model(folder, shop.trusted).manifest.categories[0].startswith("甲")
    with pytest.raises(ModelRefused) as caught:
        register(shop.engine, read_artifact(folder), shop.trusted, "李四", AT)
    assert caught.value.code == "serving"


@pytest.mark.parametrize(("column", "code"), [("model", "hash"), ("manifest", "signature"), ("signature", "signature")])
def test_a_row_changed_in_the_database_is_refused(shop: Shop, column: str, code: str) -> None:
    """The store is not trusted either."""
    version = shop.add(2)
    with shop.engine.connect().execution_options(fuyuan_write=True) as connection, connection.begin():
        connection.execute(update(model_artifacts).values({column: b"changed"}))
    with pytest.raises(ModelRefused) as caught:
        load_stored(shop.engine, version, shop.trusted)
    assert caught.value.code == code


def test_promote_and_roll_back(shop: Shop) -> None:
    """The first promotion registers the model that judged before, so that there is a way back."""
    new = shop.add(2)
    verdict, (event,) = shop.promote(new)
    assert {reason.code for reason in verdict.failed} >= {"gate.rows", "gate.same_data"}
    assert isinstance(event, ModelPromoted)
    assert (event.version, event.promoted_by, event.reason) == (new, "张三", "试点")
    assert event.override_reason == "测试数据太少"
    assert shop.roles() == Roles(new, None)
    (back,) = shop.keeper().rollback(ORDER)
    assert isinstance(back, ModelPromoted)
    assert (back.version, back.rollback, back.previous) == (event.previous, True, new)
    assert shop.roles() == Roles(event.previous, None)
    with pytest.raises(PromotionRefused, match="没有可以退回"):
        shop.keeper().rollback(ORDER)
    assert shop.past() == [event, back]
    with shop.engine.connect() as connection:
        verify_chain(connection)
    assert rebuild(shop.engine).same
    assert shop.roles() == Roles(event.previous, None)


def test_the_model_in_use(shop: Shop) -> None:
    """That of the settings, then the champion with the profile of its own training data, then that of the settings again."""

    def used() -> UsedModel:
        with shop.engine.connect() as connection:
            return model_in_use(connection, shop.settings)

    folder = shop.settings.model_dir
    (folder / REFERENCE_FILE).write_bytes(b"of the first")
    first = used()
    assert first.reference == b"of the first"
    new = shop.add(2)
    shop.promote(new)
    assert (used().model.version, used().reference) == (new, None)
    shop.keeper().rollback(ORDER)
    assert (used().model.version, used().reference) == (first.model.version, b"of the first")


def test_gate_judges_both_on_the_same_labels(shop: Shop) -> None:
    """With labels of both models' kind the gate opens; the event keeps both models' measures."""
    shop.gate = msgspec.structs.replace(shop.gate, max_level_ece=0.5)  # 600 examples do not calibrate a model
    new = shop.add(2)
    verdict, (event,) = shop.promote(new, ORDER, GateData(labelled(1500, seed=99), "e" * 64))
    assert verdict.failed == ()
    assert isinstance(event, ModelPromoted)
    assert event.metrics["rows"] == 1500
    assert event.metrics.keys() >= {"orange_recall", "champion_orange_recall", "level_ece"}
    assert (event.failed, event.override_reason) == ((), "")


def test_shut_gate_changes_nothing(shop: Shop) -> None:
    """No event, no role."""
    new = shop.add(2)
    with pytest.raises(PromotionRefused, match=r"gate\.rows"):
        shop.promote(new, ORDER, GateData(labelled(100, seed=99), "e" * 64))
    assert shop.past() == []
    assert shop.roles() == Roles(None, None)


def test_challenger_until_promoted(shop: Shop) -> None:
    """Named, then promoted, which ends its shadow in the same transaction."""
    new = shop.add(2)
    shop.keeper().challenge(new, ORDER)
    assert shop.roles() == Roles(None, new)
    shop.promote(new)
    assert shop.roles() == Roles(new, None)
    assert [type(event) for event in shop.past()] == [ChallengerNamed, ModelPromoted, ChallengerNamed]
    assert rebuild(shop.engine).same


def test_somebody_else_came_first(shop: Shop) -> None:
    """A decision on an outdated history is not recorded."""
    one, two = shop.add(2), shop.add(3)
    slow = shop.keeper()
    shop.promote(one)
    with pytest.raises(Conflict):
        slow.promote(two, FORCED, shop.gate, None)
    assert shop.roles().champion == one
