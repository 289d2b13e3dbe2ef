"""Artifacts: saved alike, loaded only when everything agrees."""

import hashlib
import json
import pickle
from pathlib import Path

import numpy as np
import pytest
import skops.io
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from infra.model_archive import canonical_archive
from infra.model_store import (
    CARD_FILE,
    MANIFEST_FILE,
    MODEL_FILE,
    ModelRefused,
    TrainingData,
    load_manifest,
    load_model,
    save_model,
)
from risk_model.scoring.pipeline import PipelineSettings
from risk_model.scoring.training import FittedModel, train
from tests.examples import labelled

DATA = TrainingData("0" * 64, 600, "2025-01-01T00:00:00+00:00", "2025-01-25T00:00:00+00:00", "测试数据 test data")


@pytest.fixture(scope="module")
def fitted() -> FittedModel:
    """A small trained model."""
    return train(labelled(600), seed=1, settings=PipelineSettings(max_columns=1_000))


@pytest.fixture
def artifact(fitted: FittedModel, tmp_path: Path) -> Path:
    """Its artifact folder."""
    save_model(fitted, DATA, tmp_path / "artifact")
    return tmp_path / "artifact"


def change_manifest(artifact: Path, **changes: object) -> None:
    """Overwrite members of the manifest."""
    path = artifact / MANIFEST_FILE
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def refusal(artifact: Path) -> ModelRefused:
    """The error loading ends in."""
    with pytest.raises(ModelRefused) as caught:
        load_model(artifact)
    return caught.value


def test_loads_what_was_saved(fitted: FittedModel, artifact: Path) -> None:
    """The loaded model judges as the fitted one, to the bit."""
    loaded = load_model(artifact)
    examples = labelled(50, seed=2)
    texts, fields = [e.text for e in examples], [e.fields for e in examples]
    assert np.array_equal(
        loaded.model.assess(texts, fields).level_score, fitted.risk_model("x").assess(texts, fields).level_score
    )
    assert loaded.model.version == loaded.manifest.version == f"linear-{loaded.manifest.model_sha256[:12]}"
    assert loaded.manifest.trained_on == DATA.description


def test_same_data_same_bytes(artifact: Path, tmp_path: Path) -> None:
    """Training again gives the same three files."""
    again = train(labelled(600), seed=1, settings=PipelineSettings(max_columns=1_000))
    save_model(again, DATA, tmp_path / "again")
    for name in (MODEL_FILE, MANIFEST_FILE, CARD_FILE):
        assert (tmp_path / "again" / name).read_bytes() == (artifact / name).read_bytes()


def test_card_says_what_it_was_trained_on(artifact: Path) -> None:
    """The card holds the origin of the data and the limits."""
    card = (artifact / CARD_FILE).read_text(encoding="utf-8")
    assert DATA.description in card
    assert "没有带“风险等级”标注的中文文本" in card


def test_changed_file_is_refused(artifact: Path) -> None:
    """One byte is enough."""
    path = artifact / MODEL_FILE
    value = bytearray(path.read_bytes())
    value[100] ^= 1
    path.write_bytes(value)
    assert refusal(artifact).code == "hash"


def test_pickle_is_refused(artifact: Path) -> None:
    """Even with the right hash, a pickle is not opened."""
    value = pickle.dumps({"a": 1})
    (artifact / MODEL_FILE).write_bytes(value)
    _agree(artifact, value)
    assert refusal(artifact).code == "content"


def test_foreign_type_is_refused(artifact: Path) -> None:
    """A type that is not on our list is named and not loaded."""
    value = skops.io.dumps(Pipeline([("x", FunctionTransformer(func=print))]))
    (artifact / MODEL_FILE).write_bytes(value)
    _agree(artifact, value)
    refused = refusal(artifact)
    assert refused.code == "type"
    assert "print" in str(refused)


def test_other_content_is_refused(artifact: Path) -> None:
    """An array is not a model."""
    value = skops.io.dumps(np.zeros(3))
    (artifact / MODEL_FILE).write_bytes(value)
    _agree(artifact, value)
    assert refusal(artifact).code == "content"


def test_other_library_is_refused(artifact: Path) -> None:
    """The minor version of scikit-learn must agree; a patch version may differ."""
    libraries = load_manifest(artifact).libraries
    minor = ".".join(libraries["scikit-learn"].split(".")[:2])
    change_manifest(artifact, libraries=libraries | {"scikit-learn": f"{minor}.99"})
    load_model(artifact)
    change_manifest(artifact, libraries=libraries | {"scikit-learn": "1.2.0"})
    refused = refusal(artifact)
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
def test_manifest_that_does_not_agree_is_refused(artifact: Path, changes: dict[str, object], code: str) -> None:
    """Features, layout, classes and types of the manifest are checked."""
    change_manifest(artifact, **changes)
    assert refusal(artifact).code == code


@pytest.mark.parametrize("name", [MODEL_FILE, MANIFEST_FILE])
def test_missing_file_is_refused(artifact: Path, name: str) -> None:
    """A missing file says what to do."""
    (artifact / name).unlink()
    refused = refusal(artifact)
    assert refused.code == "missing"
    assert "fuyuan model train" in str(refused)


def test_canonical_archive_is_stable() -> None:
    """Ids and dates are gone; canonising again changes nothing."""
    first = canonical_archive(skops.io.dumps(Pipeline([("x", FunctionTransformer())])))
    second = canonical_archive(skops.io.dumps(Pipeline([("x", FunctionTransformer())])))
    assert first == second == canonical_archive(first)


def _agree(artifact: Path, value: bytes) -> None:
    change_manifest(artifact, model_sha256=hashlib.sha256(value).hexdigest())
