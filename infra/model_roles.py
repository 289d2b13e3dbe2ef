"""Who judges and who watches: roles of models, given by events on the stream ``models`` and kept in the read model ``model_roles``."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlalchemy import Engine

from infra.model_artifact import ModelRefused
from infra.model_keys import TrustedKeys
from infra.model_registry import RegistryError, load_stored, register
from infra.model_store import LoadedModel, read_artifact
from infra.settings import Settings
from infra.store.event_log import Conflict, append, write_transaction
from infra.store.projection import save
from infra.store.queries.models import STREAM, role_history
from infra.store.queries.recordings import history
from infra.store.tables import reads
from risk_model import promotion
from risk_model.folding import evolve, record
from risk_model.promotion import Candidate, Order, Trial
from risk_model.quality.thresholds import GateTable
from risk_model.scoring.evaluation import EvaluationSettings, evaluate
from risk_model.scoring.examples import LabelledExample
from risk_model.scoring.manifest import Manifest
from risk_model.state import State
from schemas.domain_events import ChallengerNamed, DomainEvent, ModelPromoted
from schemas.reasons import Reason

_MEASURES = EvaluationSettings(resamples=0)  # the gate needs no intervals


class GateData(NamedTuple):
    """Labelled examples both models are judged on, and the SHA-256 of their file."""

    examples: Sequence[LabelledExample]
    sha256: str


class Verdict(NamedTuple):
    """What the gate found: checks not passed, and the measures the event keeps."""

    failed: tuple[Reason, ...]
    metrics: dict[str, float]


class RoleKeeper:
    """Gives roles on one store; each change is one event and its projection in one transaction.

    Args:
        engine: the store.
        settings: names the model that judges while none was promoted.
        trusted: keys whose models may be used.
    """

    def __init__(self, engine: Engine, settings: Settings, trusted: TrustedKeys) -> None:
        self._engine = engine
        self._settings = settings
        self._trusted = trusted
        with engine.connect() as connection:
            self._past = role_history(connection)

    def promote(
        self, version: str, order: Order, gate: GateTable, data: GateData | None
    ) -> tuple[Verdict, list[DomainEvent]]:
        """Let a registered model judge from now on, if it passes the gate or the order overrides it.

        The model that judged so far without being promoted is registered on the way, so that a rollback finds it.

        Args:
            version: of a registered artifact.
            order: who, when, why.
            gate: bounds of the policy.
            data: what both models are judged on; None takes the evaluations their manifests state.

        Raises:
            PromotionRefused, ModelRefused, RegistryError: with the reason.
            Conflict: another change of roles came first.
        """
        loaded = load_stored(self._engine, version, self._trusted)
        before, judging = self._judging(order)
        verdict = _weigh(judging, loaded, gate, data)
        candidate = Candidate(version, loaded.manifest.model_sha256)
        decide = promotion.promote
        return verdict, self._record(
            lambda past: decide(past, candidate, before, order, verdict.failed, verdict.metrics), order
        )

    def rollback(self, order: Order) -> list[DomainEvent]:
        """Return to the champion before the present one; errors as ``promote``."""
        version = promotion.rollback_target(self._past)
        target = Candidate(version, load_stored(self._engine, version, self._trusted).manifest.model_sha256)
        return self._record(lambda past: promotion.rollback(past, target, order), order)

    def challenge(self, version: str | None, order: Order) -> list[DomainEvent]:
        """Let a registered model judge in the shadow, or nobody; errors as ``promote``."""
        candidate = None
        if version is not None:
            candidate = Candidate(version, load_stored(self._engine, version, self._trusted).manifest.model_sha256)
        before = self._judging(order)[0] if version is not None else None
        return self._record(lambda past: promotion.name_challenger(past, candidate, before, order), order)

    def _judging(self, order: Order) -> tuple[str | None, LoadedModel | None]:
        """Version of the model that judges now, and the model itself; None where it cannot be loaded."""
        version = promotion.champion_version(self._past, None)
        try:
            if version is None:
                artifact = read_artifact(self._settings.model_dir)
                version = register(self._engine, artifact, self._trusted, order.by, order.at)[0].version
            return version, load_stored(self._engine, version, self._trusted)
        except (ModelRefused, RegistryError):
            return version, None

    def _record(
        self, decide: Callable[[Sequence[DomainEvent]], Sequence[ModelPromoted | ChallengerNamed]], order: Order
    ) -> list[DomainEvent]:
        with write_transaction(self._engine) as connection:
            stored = history(connection, STREAM)
            if len(stored) != len(self._past):
                raise Conflict(
                    "模型角色刚被他人更改，请核对后重新执行 / the roles were changed by somebody else: look again and repeat"
                )
            state = State()
            for item in stored:
                evolve(state, item.recorded)
            recorded = [record(state, STREAM, event) for event in decide(self._past)]
            append(connection, recorded, order.at)
            save(connection, reads, state)
        self._past += [item.event for item in recorded]
        return [item.event for item in recorded]


def _weigh(champion: LoadedModel | None, challenger: LoadedModel, gate: GateTable, data: GateData | None) -> Verdict:
    if data is None:
        old, new = None if champion is None else _stated(champion.manifest), _stated(challenger.manifest)
    else:
        old, new = None if champion is None else _tried(champion, data), _tried(challenger, data)
    return Verdict(promotion.failed_checks(old, new, gate), promotion.gate_metrics(old, new))


def _stated(manifest: Manifest) -> Trial:
    """The evaluation made at training, on rows that were held out."""
    return Trial(manifest.evaluation, manifest.data_sha256)


def _tried(loaded: LoadedModel, data: GateData) -> Trial:
    return Trial(evaluate(loaded.model, data.examples, _MEASURES), data.sha256, loaded.manifest.data_sha256)
