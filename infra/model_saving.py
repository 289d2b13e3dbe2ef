"""A trained model is written as an artifact folder; see ``model_store`` for the way back."""

import hashlib
from pathlib import Path
from typing import NamedTuple

import msgspec
import skops
import skops.io

from infra.model_archive import canonical_archive
from infra.model_artifact import CARD_FILE, MANIFEST_FILE, MODEL_FILE, SIGNATURE_FILE
from risk_model.scoring.card import model_card
from risk_model.scoring.doubts import Margins
from risk_model.scoring.manifest import Manifest, encode_manifest, feature_digest, library_versions
from risk_model.scoring.training import FittedModel


class TrainingData(NamedTuple):
    """What a model was trained on.

    Attributes:
        sha256: of the label file's bytes.
        rows: examples in it.
        first, last: span of the events, ISO 8601.
        description: sentence for officials, in Chinese first.
    """

    sha256: str
    rows: int
    first: str
    last: str
    description: str


def version_of(model_sha256: str, margins: Margins) -> str:
    """Id of a model: the same weights with other costs or margins judge otherwise, and are another model."""
    return f"linear-{hashlib.sha256(model_sha256.encode() + msgspec.json.encode(margins)).hexdigest()[:12]}"


def save_model(fitted: FittedModel, data: TrainingData, folder: Path) -> Manifest:
    """Write an artifact folder; the same model and data give the same bytes. It is unsigned until ``sign_artifact``.

    Returns:
        The manifest written.
    """
    archive = canonical_archive(skops.io.dumps(fitted.pipeline))
    digest = hashlib.sha256(archive).hexdigest()
    heads = fitted.pipeline.named_steps["heads"]
    manifest = Manifest(
        version=version_of(digest, fitted.margins),
        trained_on=data.description,
        data_sha256=data.sha256,
        data_rows=data.rows,
        data_from=data.first,
        data_to=data.last,
        train_rows=fitted.train_rows,
        test_rows=fitted.test_rows,
        seed=fitted.seed,
        settings=fitted.settings,
        margins=fitted.margins,
        categories=tuple(str(name) for name in heads.classes_[0]),
        levels=tuple(int(level) for level in heads.classes_[1]),
        features=feature_digest(fitted.settings),
        libraries=library_versions(skops.__version__),
        evaluation=fitted.evaluation,
        model_sha256=digest,
        split=fitted.split,
        refit=fitted.refit,
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MODEL_FILE).write_bytes(archive)
    (folder / CARD_FILE).write_text(model_card(manifest), encoding="utf-8")
    (folder / MANIFEST_FILE).write_bytes(encode_manifest(manifest))
    (folder / SIGNATURE_FILE).unlink(missing_ok=True)
    return manifest
