"""The manifest beside a stored model: what it is, what it was made from, and what it may be loaded by."""

import hashlib
import platform
from typing import Any

import msgspec
import numpy as np
import scipy
import sklearn

from risk_model.history import history_columns
from risk_model.scoring.doubts import Margins
from risk_model.scoring.evaluation import Evaluation
from risk_model.scoring.fields import FieldEncoder, ScoringFields, number_arrays, numeric_columns
from risk_model.scoring.pipeline import PipelineSettings
from risk_model.text.ngrams import NgramHasher, ngram_buckets
from risk_model.text.symbols import symbols

FORMAT = 2
_PROBE_TEXT = "农民工王某等38人反映：被拖欠工资１２.5万元，Ａ项目已停工！\t𠮷"
_PROBE_FIELDS = (ScoringFields("gov.petition", 38, 12_500_000, 2), ScoringFields("court.judgment", None, None, 0))


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an artifact.

    Attributes:
        format: layout of the artifact folder and shape of what it holds; raised when either changes.
        version: id of the artifact, named by every assessment; a digest of the model file and the margins.
        trained_on: sentence on the training data, shown to officials.
        data_sha256, data_rows, data_from, data_to: the label file and the span of its events (ISO 8601).
        train_rows, test_rows: sizes of the two parts of the split.
        split: how they were told apart: ``time``, or ``random`` where the data has no times.
        refit: whether it was fitted on both parts after it was evaluated on the one held out.
        seed, settings, margins: as trained.
        categories, levels: classes in the order of the model.
        features: digest of what the feature code makes of a fixed probe.
        libraries: versions it was trained with.
        evaluation: on the latest part of the data.
        model_sha256: of ``model.skops``.
    """

    format: int = FORMAT
    version: str
    trained_on: str
    data_sha256: str
    data_rows: int
    data_from: str
    data_to: str
    train_rows: int
    test_rows: int
    seed: int
    settings: PipelineSettings
    margins: Margins
    categories: tuple[str, ...]
    levels: tuple[int, ...]
    features: str
    libraries: dict[str, str]
    evaluation: Evaluation
    model_sha256: str
    split: str = "time"
    refit: bool = False


def library_versions(skops_version: str) -> dict[str, str]:
    """Versions of everything that shapes an artifact."""
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "scikit-learn": sklearn.__version__,
        "skops": skops_version,
    }


def feature_digest(settings: PipelineSettings) -> str:
    """Digest of the features of a fixed probe: it changes when the code no longer computes what the model was trained on."""
    codes, bounds = symbols([_PROBE_TEXT])
    orders = NgramHasher(ngram_range=(settings.ngram_low, settings.ngram_high)).orders
    digest = hashlib.sha256(ngram_buckets(codes, bounds, orders, settings.bits).astype("<u4").tobytes())
    for column in numeric_columns(number_arrays(_PROBE_FIELDS), FieldEncoder().ramps):
        digest.update(np.round(column.astype(np.float64), 4).astype("<f8").tobytes())
    digest.update(np.round(history_columns(7, 3), 4).astype("<f8").tobytes())
    return digest.hexdigest()


def encode_manifest(manifest: Manifest) -> bytes:
    """Indented JSON, the same bytes for the same manifest."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def decode_manifest(value: bytes) -> Manifest:
    """Manifest from JSON; msgspec.DecodeError or ValidationError when it is not one."""
    return msgspec.json.decode(value, type=Manifest)


def settings_summary(manifest: Manifest) -> dict[str, Any]:
    """Settings as plain values, for tables."""
    summary: dict[str, Any] = msgspec.to_builtins(manifest.settings)
    return summary
