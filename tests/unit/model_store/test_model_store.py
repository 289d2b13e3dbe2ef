"""Artifacts: saved alike, loaded only when everything agrees."""

import copy
import hashlib
import json
import pickle
from pathlib import Path

import msgspec
import numpy as np
import pytest
import skops.io
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from infra.model_archive import canonical_archive
from infra.model_artifact import CARD_FILE, MANIFEST_FILE, MODEL_FILE, SIGNATURE_FILE, ModelRefused
from infra.model_keys import SigningKey, TrustedKeys, trusted_keys
from infra.model_saving import TrainingData, save_model
from infra.model_store import load_manifest, load_model, sign_artifact
from infra.settings import Settings
from risk_model.scoring.costs import step_costs
from risk_model.scoring.doubts import Margins
from risk_model.scoring.pipeline import PipelineSettings
from risk_model.scoring.training import FittedModel, train
from tests.examples import labelled

DATA = TrainingData("0" * 64, 600, "2025-01-01T00:00:00+00:00", "2025-01-25T00:00:00+00:00", "测试数据 test data")


KEY = SigningKey.fresh()


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> TrustedKeys:
    """Trust in ``KEY``."""
    folder = tmp_path_factory.mktemp("trusted")
    (folder / "a.pub").write_bytes(KEY.public_pem())
    return trusted_keys(Settings(_env_file=None, model_keys_dir=folder))


@pytest.fixture(scope="module")
def fitted() -> FittedModel:
    """A small trained model."""
    return train(labelled(600), seed=1, settings=PipelineSettings(max_columns=1_000))


@pytest.fixture
def artifact(fitted: FittedModel, tmp_path: Path) -> Path:
    """Its artifact folder, signed."""
    save_model(fitted, DATA, tmp_path / "artifact")
    sign_artifact(tmp_path / "artifact", KEY)
    return tmp_path / "artifact"


def change_manifest(artifact: Path, **changes: object) -> None:
    """Overwrite members of the manifest and sign it again: what a signature alone does not catch."""
    path = artifact / MANIFEST_FILE
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    (artifact / SIGNATURE_FILE).write_bytes(KEY.sign(path.read_bytes()))


def refusal(artifact: Path, trusted: TrustedKeys) -> ModelRefused:
    """The error loading ends in."""
    with pytest.raises(ModelRefused) as caught:
        load_model(artifact, trusted)
    return caught.value


def test_loads_what_was_saved(fitted: FittedModel, artifact: Path, trusted: TrustedKeys) -> None:
    """The loaded model judges as the fitted one, to the bit."""
    loaded = load_model(artifact, trusted)
    examples = labelled(50, seed=2)
    texts, fields = [e.text for e in examples], [e.fields for e in examples]
    assert np.array_equal(
        loaded.model.assess(texts, fields).level_score, fitted.risk_model("x").assess(texts, fields).level_score
    )
    assert loaded.model.version == loaded.manifest.version
    assert loaded.manifest.trained_on == DATA.description


def test_other_costs_are_another_model(fitted: FittedModel, tmp_path: Path) -> None:
    """The same weights that grade by other costs have another version."""
    other = msgspec.structs.replace(fitted, margins=Margins(costs=step_costs((1.0, 1.0, 9.0))))
    versions = {save_model(each, DATA, tmp_path / str(number)).version for number, each in enumerate((fitted, other))}
    assert len(versions) == 2


def test_same_data_same_bytes(artifact: Path, tmp_path: Path) -> None:
    """Training and signing again gives the same four files."""
    again = train(labelled(600), seed=1, settings=PipelineSettings(max_columns=1_000))
    save_model(again, DATA, tmp_path / "again")
    sign_artifact(tmp_path / "again", KEY)
    for name in (MODEL_FILE, MANIFEST_FILE, SIGNATURE_FILE, CARD_FILE):
        assert (tmp_path / "again" / name).read_bytes() == (artifact / name).read_bytes()


def test_card_says_what_it_was_trained_on(artifact: Path) -> None:
    """The card holds the origin of the data and the limits."""
    card = (artifact / CARD_FILE).read_text(encoding="utf-8")
    assert DATA.description in card
    assert "没有带“风险等级”标注的中文文本" in card


def test_changed_file_is_refused(artifact: Path, trusted: TrustedKeys) -> None:
    """One byte is enough."""
    path = artifact / MODEL_FILE
    value = bytearray(path.read_bytes())
    value[100] ^= 1
    path.write_bytes(value)
    assert refusal(artifact, trusted).code == "hash"


def test_pickle_is_refused(artifact: Path, trusted: TrustedKeys) -> None:
    """Even with the right hash, a pickle is not opened."""
    value = pickle.dumps({"a": 1})
    (artifact / MODEL_FILE).write_bytes(value)
    _agree(artifact, value)
    assert refusal(artifact, trusted).code == "content"


def test_foreign_type_is_refused(artifact: Path, trusted: TrustedKeys) -> None:
    """A type that is not on our list is named and not loaded."""
    value = skops.io.dumps(Pipeline([("x", FunctionTransformer(func=print))]))
    (artifact / MODEL_FILE).write_bytes(value)
    _agree(artifact, value)
    refused = refusal(artifact, trusted)
    assert refused.code == "type"
    assert "print" in str(refused)


def test_a_model_of_another_release_is_refused(artifact: Path, trusted: TrustedKeys, fitted: FittedModel) -> None:
    """Its estimators hold other things than this release reads."""
    older = copy.deepcopy(fitted.pipeline)
    del older.named_steps["heads"].level_.thresholds_
    value = canonical_archive(skops.io.dumps(older))
    (artifact / MODEL_FILE).write_bytes(value)
    _agree(artifact, value)
    refused = refusal(artifact, trusted)
    assert refused.code == "content"
    assert "fuyuan model train" in str(refused)


def test_other_content_is_refused(artifact: Path, trusted: TrustedKeys) -> None:
    """An array is not a model."""
    value = skops.io.dumps(np.zeros(3))
    (artifact / MODEL_FILE).write_bytes(value)
    _agree(artifact, value)
    assert refusal(artifact, trusted).code == "content"


def test_other_library_is_refused(artifact: Path, trusted: TrustedKeys) -> None:
    """The minor version of scikit-learn must agree; a patch version may differ."""
    libraries = load_manifest(artifact).libraries
    minor = ".".join(libraries["scikit-learn"].split(".")[:2])
    change_manifest(artifact, libraries=libraries | {"scikit-learn": f"{minor}.99"})
    load_model(artifact, trusted)
    change_manifest(artifact, libraries=libraries | {"scikit-learn": "1.2.0"})
    refused = refusal(artifact, trusted)
    assert refused.code == "library"
    assert "fuyuan model train" in str(refused)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"features": "0" * 64}, "feature"),
        ({"format": 99}, "format"),
        ({"categories": ["合同"]}, "content"),
        ({"seed": "x"}, "manifest"),
    ],
)
def test_manifest_that_does_not_agree_is_refused(
    artifact: Path, changes: dict[str, object], code: str, trusted: TrustedKeys
) -> None:
    """Features, layout, classes and types of the manifest are checked."""
    change_manifest(artifact, **changes)
    assert refusal(artifact, trusted).code == code


@pytest.mark.parametrize("name", [MODEL_FILE, MANIFEST_FILE])
def test_missing_file_is_refused(artifact: Path, name: str, trusted: TrustedKeys) -> None:
    """A missing file says what to do."""
    (artifact / name).unlink()
    refused = refusal(artifact, trusted)
    assert refused.code == "missing"
    assert "fuyuan model train" in str(refused)


def test_tampered_manifest_is_refused(artifact: Path, trusted: TrustedKeys) -> None:
    """One figure of its margins changes what the model says; the signature shows it."""
    path = artifact / MANIFEST_FILE
    manifest = json.loads(path.read_text())
    manifest["margins"]["coverage"] += 0.1
    path.write_text(json.dumps(manifest))
    assert refusal(artifact, trusted).code == "signature"


def test_tampered_pair_is_refused(artifact: Path, trusted: TrustedKeys) -> None:
    """A model file changed together with its hash in the manifest."""
    value = pickle.dumps({"a": 1})
    (artifact / MODEL_FILE).write_bytes(value)
    manifest = json.loads((artifact / MANIFEST_FILE).read_text())
    (artifact / MANIFEST_FILE).write_text(json.dumps(manifest | {"model_sha256": hashlib.sha256(value).hexdigest()}))
    assert refusal(artifact, trusted).code == "signature"


def test_unsigned_is_refused(fitted: FittedModel, artifact: Path, trusted: TrustedKeys) -> None:
    """Without the file, and after saving anew; the message names the command."""
    save_model(fitted, DATA, artifact)
    refused = refusal(artifact, trusted)
    assert refused.code == "unsigned"
    assert "fuyuan model sign" in str(refused)


def test_unknown_key_is_refused(artifact: Path, trusted: TrustedKeys) -> None:
    """Signed, but by a key nobody here trusts."""
    sign_artifact(artifact, SigningKey.fresh())
    assert refusal(artifact, trusted).code == "key"


def test_what_does_not_agree_is_not_signed(artifact: Path) -> None:
    """Signing looks at the hash first."""
    (artifact / MODEL_FILE).write_bytes(b"x")
    with pytest.raises(ModelRefused) as caught:
        sign_artifact(artifact, KEY)
    assert caught.value.code == "hash"


def test_canonical_archive_is_stable() -> None:
    """Ids and dates are gone; canonising again changes nothing."""
    first = canonical_archive(skops.io.dumps(Pipeline([("x", FunctionTransformer())])))
    second = canonical_archive(skops.io.dumps(Pipeline([("x", FunctionTransformer())])))
    assert first == second == canonical_archive(first)


def _agree(artifact: Path, value: bytes) -> None:
    change_manifest(artifact, model_sha256=hashlib.sha256(value).hexdigest())
