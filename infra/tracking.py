"""Training runs and model versions in MLflow, for analysts: which data, settings and seed gave which figures, and which version serves.

Workers never read any of it: what they load is the artifact in our own store. Where it is kept: ``tracking_place``.
"""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import msgspec
from sqlalchemy.exc import SADeprecationWarning

from infra.settings import Settings
from infra.tracking_place import QUIET, Place, TrackingUnavailable, prepare, tracking_place
from risk_model.scoring.card import CardSubject, as_markdown, model_card_html
from risk_model.scoring.card.blocks import Bullets, Notice
from risk_model.scoring.card.plain import plain_words
from risk_model.scoring.evaluation import Evaluation
from risk_model.scoring.manifest import Manifest, settings_summary

if TYPE_CHECKING:
    from mlflow import MlflowClient

NAME = "fuyuan-risk"  # of the experiment and of the registered model
KIND = {"mlflow.experimentKind": "custom_model_development"}
"""Tells the pages that these are models, not chats."""
VERSION_TAG, SHA_TAG = "fuyuan.version", "fuyuan.model_sha256"
MEASURES = (
    *("category_macro_f1", "category_accuracy", "category_ece", "category_brier", "level_macro_f1", "level_accuracy"),
    *("level_within_one", "level_mean_distance", "level_cost", "constant_cost", "level_ece", "level_brier"),
    *("orange_recall", "orange_precision", "orange_ece", "orange_brier", "red_recall", "needs_person"),
)

Role = Literal["champion", "challenger"]


class Recorded(NamedTuple):
    """A run, and the number MLflow gave the model version."""

    run_id: str
    number: int


class Tracking:
    """Runs and model versions of one installation.

    Args:
        settings: of the installation.

    Raises:
        TrackingUnavailable: MLflow is not installed.
    """

    def __init__(self, settings: Settings) -> None:
        self._place = tracking_place(settings)
        prepare(self._place)
        self._client = _client(self._place)

    def record(self, manifest: Manifest, folder: Path, now: datetime) -> Recorded:
        """Record the training run of an artifact, and register the artifact as a model version.

        An artifact has one model version, however often its training is recorded: the same data give the same artifact.

        Args:
            manifest: of the artifact.
            folder: its files, all of which are copied.
            now: when it is recorded; aware.
        """
        with _quiet():
            client, millis = self._client, int(now.timestamp() * 1000)
            run = client.create_run(
                self._experiment(), start_time=millis, run_name=manifest.version, tags=_tags(manifest) | _note(manifest)
            )
            run_id = run.info.run_id
            client.log_batch(run_id, metrics=_metrics(manifest.evaluation, millis), params=_params(manifest))
            client.log_artifacts(run_id, str(folder), "model")
            client.log_text(run_id, model_card_html(CardSubject(manifest)), "card.html")
            client.log_text(
                run_id, msgspec.json.format(msgspec.json.encode(manifest.evaluation)).decode(), "evaluation.json"
            )
            client.set_terminated(run_id, "FINISHED", end_time=millis)
            found = self._number(manifest.version)
            if found is None:
                found = self._register(manifest, run_id, f"{run.info.artifact_uri}/model")
            return Recorded(run_id, found)

    def set_alias(self, version: str, role: Role) -> None:
        """Let an alias name the model version of an artifact; it leaves the version it named before.

        Raises:
            TrackingUnavailable: the artifact was never recorded.
        """
        with _quiet():
            number = self._number(version)
            if number is None:
                raise TrackingUnavailable(
                    f"MLflow 中没有模型 {version}，请先运行 fuyuan model record 目录 / MLflow does not know this model: record it first"
                )
            self._client.set_registered_model_alias(NAME, role, str(number))

    def clear_alias(self, role: Role) -> None:
        """Let an alias name nothing; a no-op when it does not."""
        with _quiet():
            if self.version_of(role) is not None:
                self._client.delete_registered_model_alias(NAME, role)

    def version_of(self, role: Role) -> str | None:
        """Artifact version that an alias names, None when it names nothing."""
        from mlflow.exceptions import MlflowException

        with _quiet():
            try:
                found = self._client.get_model_version_by_alias(NAME, role)
            except MlflowException:
                return None
            return found.tags.get(VERSION_TAG)

    def _experiment(self) -> str:
        found = self._client.get_experiment_by_name(NAME)
        if found is not None:
            return str(found.experiment_id)
        return str(self._client.create_experiment(NAME, self._place.artifacts.as_uri(), KIND))

    def _register(self, manifest: Manifest, run_id: str, source: str) -> int:
        from mlflow.exceptions import MlflowException

        try:
            self._client.get_registered_model(NAME)
        except MlflowException:
            self._client.create_registered_model(NAME, description="府院联动风险模型：类别和内部风险等级")
        made = self._client.create_model_version(
            NAME, source, run_id, tags=_tags(manifest), description=manifest.trained_on
        )
        return int(made.version)

    def _number(self, version: str) -> int | None:
        """Number of the model version of an artifact."""
        found = self._client.search_model_versions(f"name = '{NAME}' AND tags.`{VERSION_TAG}` = '{version}'")
        return min((int(each.version) for each in found), default=None)


def _client(place: Place) -> "MlflowClient":
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    with _quiet():
        from mlflow import MlflowClient

        return MlflowClient(place.database_url, place.database_url)


@contextmanager
def _quiet() -> Iterator[None]:
    """MLflow 3.17 maps with SQLAlchemy's ``noload``, which 2.1 calls deprecated: not ours to mend."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The ``noload`` loader", SADeprecationWarning)
        yield


def _tags(manifest: Manifest) -> dict[str, str]:
    return {VERSION_TAG: manifest.version, SHA_TAG: manifest.model_sha256}


def _note(manifest: Manifest) -> dict[str, str]:
    """What the page of a run says on top: what the model learnt from, and how good it is in plain words."""
    words = as_markdown(
        (Notice("从什么学来 Learnt from", manifest.trained_on), Bullets(tuple(plain_words(manifest.evaluation))))
    )
    return {"mlflow.note.content": words}


def _params(manifest: Manifest) -> list[Any]:
    """Everything the run was made with."""
    from mlflow.entities import Param

    margins: dict[str, Any] = msgspec.to_builtins(manifest.margins)
    values = {
        **settings_summary(manifest),
        **{f"margins.{name}": value for name, value in margins.items()},
        **{name: getattr(manifest, name) for name in ("seed", "split", "train_rows", "test_rows", "features")},
        **{f"data.{name}": getattr(manifest, f"data_{name}") for name in ("sha256", "rows", "from", "to")},
        **{f"library.{name}": value for name, value in manifest.libraries.items()},
        "categories": len(manifest.categories),
        "trained_on": manifest.trained_on,
    }
    return [Param(name, str(value)) for name, value in values.items()]


def _metrics(found: Evaluation, millis: int) -> list[Any]:
    """Measures with the ends of their intervals, F1 of each class, and recall and precision at each alert budget."""
    from mlflow.entities import Metric

    values: dict[str, float] = {}
    for name in MEASURES:
        if (value := getattr(found, name)) is not None:
            values[name] = value
            if name in found.intervals:
                values[f"{name}.low"], values[f"{name}.high"] = found.intervals[name]
    for head, classes in (("category", found.category_classes), ("level", found.level_classes)):
        values |= {f"{head}_f1/{each.name}": each.f1.value for each in classes}
    for each in found.budgets:
        place = "budget " + each.budget.replace("%", " percent").replace("/", " a ")  # MLflow's names have no %
        shares = {"recall": each.grave_recall, "red recall": each.red_recall, "precision": each.precision}
        values |= {f"{place}/{name}": share.value for name, share in shares.items() if share is not None}
    return [Metric(name, value, millis, 0) for name, value in values.items()]
