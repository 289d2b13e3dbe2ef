"""Model artifacts are read, checked, opened and signed here; what is not as it should be is refused.

Nothing but skops is ever loaded, and of skops only the types listed here. The signature (see ``model_keys``) is over the manifest's
bytes, which name the model file's SHA-256; it is checked before anything else is read.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import skops
import skops.io
from sklearn.pipeline import Pipeline

from infra.model_artifact import MANIFEST_FILE, MODEL_FILE, REFERENCE_FILE, SIGNATURE_FILE, Artifact, ModelRefused
from infra.model_keys import SigningKey, TrustedKeys
from risk_model.scoring.manifest import FORMAT, Manifest, decode_manifest, feature_digest, library_versions
from risk_model.scoring.runtime import RiskModel
from schemas.taxonomy import CATEGORIES

RETRAIN = "用本机的库重新训练（fuyuan model train），或安装清单所列版本 / retrain here, or install the versions in the manifest"

TRUSTED_TYPES = frozenset(
    {
        "risk_model.scoring.fields.FieldEncoder",
        "risk_model.scoring.heads.TwoHeads",
        "risk_model.scoring.hinge.HingeClassifier",
        "risk_model.scoring.ordinal.OrdinalLogit",
        "risk_model.text.columns.ColumnSelector",
        "risk_model.text.ngrams.NgramHasher",
    }
)
"""Types of ours that an artifact may hold, beside those skops itself trusts."""


class LoadedModel(NamedTuple):
    """A model ready to judge, and its manifest."""

    model: RiskModel
    manifest: Manifest


def sign_artifact(folder: Path, key: SigningKey) -> None:
    """Sign the artifact of a folder, in place of any signature it had.

    Raises:
        ModelRefused: its files are missing or do not agree: what cannot be used is not signed either.
    """
    manifest = _read(folder / MANIFEST_FILE)
    _check_hash(_manifest(manifest, str(folder)), _read(folder / MODEL_FILE), str(folder))
    (folder / SIGNATURE_FILE).write_bytes(key.sign(manifest))


def load_manifest(folder: Path) -> Manifest:
    """Manifest of an artifact folder, to be shown; nothing is verified.

    Raises:
        ModelRefused: it is missing, unreadable or of another layout.
    """
    return _manifest(_read(folder / MANIFEST_FILE), str(folder))


def read_artifact(folder: Path) -> Artifact:
    """Bytes of an artifact folder.

    Raises:
        ModelRefused: a file is missing; without ``signature`` the artifact is unsigned.
    """
    manifest, model = _read(folder / MANIFEST_FILE), _read(folder / MODEL_FILE)
    if not (folder / SIGNATURE_FILE).is_file():
        raise ModelRefused(
            "unsigned",
            f"{folder} 没有签名：核实来源后用 fuyuan model sign {folder} 签名，或在本机训练 "
            "/ the artifact is unsigned: make sure of its source and sign it, or train it here",
        )
    reference = folder / REFERENCE_FILE
    return Artifact(
        manifest,
        model,
        (folder / SIGNATURE_FILE).read_bytes(),
        reference.read_bytes() if reference.is_file() else None,
    )


def load_model(folder: Path, trusted: TrustedKeys) -> LoadedModel:
    """Model of an artifact folder after every check.

    Raises:
        ModelRefused: a file is missing, or signature, hash, library, features or a type does not agree.
    """
    return open_artifact(read_artifact(folder), trusted, str(folder))


def open_artifact(artifact: Artifact, trusted: TrustedKeys, where: str) -> LoadedModel:
    """Model of an artifact after every check.

    Args:
        artifact: its bytes.
        trusted: keys whose signature is accepted.
        where: names the artifact in messages.

    Raises:
        ModelRefused: signature, hash, library, features or a type does not agree.
    """
    trusted.check(artifact.manifest, artifact.signature, where)
    manifest = _manifest(artifact.manifest, where)
    _check_library(manifest)
    _check_hash(manifest, artifact.model, where)
    if manifest.features != feature_digest(manifest.settings):
        raise ModelRefused("feature", f"模型 {manifest.version} 的特征与本程序计算的特征不一致；{RETRAIN}")
    pipeline = _load_pipeline(artifact.model, where)
    try:
        model = RiskModel.from_pipeline(pipeline, manifest.margins, manifest.version)
    except (AttributeError, AssertionError, KeyError, ValueError) as other:
        raise ModelRefused(
            "content", f"模型 {manifest.version} 是另一版本的程序训练的，本程序读不了（{other}）；{RETRAIN}"
        ) from None
    if (model.categories, model.weights.levels) != (manifest.categories, manifest.levels):
        raise ModelRefused("content", f"模型文件的类别或等级与清单不一致；{RETRAIN}")
    return LoadedModel(model, manifest)


def open_serving(artifact: Artifact, trusted: TrustedKeys, where: str) -> LoadedModel:
    """As ``open_artifact``, for a model that is to judge events: it must speak the taxonomy and have levels.

    Raises:
        ModelRefused: also with ``serving``: it is for evaluation and prediction only.
    """
    loaded = open_artifact(artifact, trusted, where)
    strange = sorted(set(loaded.manifest.categories) - set(CATEGORIES))
    if strange or not loaded.manifest.categories or not loaded.manifest.levels:
        what = f"类别 {'、'.join(strange[:5])} 不在类别表中" if strange else "没有类别或等级"
        raise ModelRefused(
            "serving",
            f"模型 {loaded.manifest.version} 的{what}：只能用于评估和预测，不能判定事件；请用类别表中的类别和等级标注重新训练 "
            "/ for evaluation and prediction only: to judge events, train with categories of the taxonomy and levels",
        )
    return loaded


def _manifest(value: bytes, where: str) -> Manifest:
    try:
        manifest = decode_manifest(value)
    except (msgspec.DecodeError, msgspec.ValidationError) as broken:
        raise ModelRefused(
            "manifest",
            f"{where} 的 {MANIFEST_FILE} 不是有效的模型清单：{broken}；请重新训练或恢复文件 / not a model manifest; retrain or restore it",
        ) from None
    if manifest.format != FORMAT:
        raise ModelRefused("format", f"模型布局为 {manifest.format}，本程序读取 {FORMAT}；{RETRAIN}")
    return manifest


def _check_hash(manifest: Manifest, archive: bytes, where: str) -> None:
    digest = hashlib.sha256(archive).hexdigest()
    if digest != manifest.model_sha256:
        raise ModelRefused(
            "hash",
            f"{where} 的 {MODEL_FILE} 的 SHA-256 为 {digest}，清单为 {manifest.model_sha256}：文件被改动或不完整，请从原处重新复制 "
            "/ the model file was changed or is incomplete; copy it again from its source",
        )


def _load_pipeline(archive: bytes, where: str) -> Pipeline:
    try:
        foreign = sorted(set(skops.io.get_untrusted_types(data=archive)) - TRUSTED_TYPES)
    except Exception as broken:  # noqa: BLE001 - any failure to read the archive is the same refusal
        raise ModelRefused(
            "content",
            f"{where} 的 {MODEL_FILE} 不是 skops 文件（{type(broken).__name__}）；只接受 skops，不接受 pickle / not a skops file; pickles are never loaded",
        ) from None
    if foreign:
        raise ModelRefused(
            "type", f"{where} 含有未列入清单的类型 {', '.join(foreign)}；不要使用来历不明的模型，{RETRAIN}"
        )
    pipeline = skops.io.loads(archive, trusted=sorted(TRUSTED_TYPES))
    if not isinstance(pipeline, Pipeline):
        raise ModelRefused("content", f"{where} 装的是 {type(pipeline).__name__}，应为 Pipeline；{RETRAIN}")
    return pipeline


def _check_library(manifest: Manifest) -> None:
    """The exact minor version of scikit-learn must agree: estimators change between minor versions."""
    made, here = manifest.libraries.get("scikit-learn", "?"), library_versions(skops.__version__)["scikit-learn"]
    if _minor(made) != _minor(here):
        raise ModelRefused("library", f"模型用 scikit-learn {made} 训练，本机为 {here}，次版本须一致；{RETRAIN}")


def _minor(version: str) -> Sequence[str]:
    return version.split(".")[:2]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as missing:
        raise ModelRefused(
            "missing",
            f"读不到 {path}（{missing.strerror}）；请训练模型：fuyuan model train，或检查 FUYUAN_MODEL_DIR / cannot read it; train a model or check FUYUAN_MODEL_DIR",
        ) from None
