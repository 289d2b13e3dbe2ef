"""The model a running worker judges with: follows the roles in the store, and is asked for once a batch.

A background thread looks at the roles; a change becomes one new bundle behind one reference, so a batch is judged by one model
throughout. Nothing that goes wrong here stops the judging: the worker keeps the model it has, and says so in its log.
"""

import secrets
import threading
import time
from collections.abc import Callable
from typing import Generic, NamedTuple, Self, TypeVar

import msgspec
import structlog

from infra.model_artifact import Artifact, ModelRefused
from infra.model_keys import ModelKeyError, trusted_keys
from infra.model_registry import RegistryError, read_stored
from infra.model_store import open_serving, read_artifact
from infra.settings import Settings
from infra.store.access import StoreAccess, StoreUnavailable
from infra.store.engine import open_engine
from infra.store.queries.models import Roles, current_roles
from risk_model.scoring.runtime import RiskModel

Bundle = TypeVar("Bundle")

POLL_SECONDS = 2.0
FIRST_LOOK_SECONDS = 10.0
"""A start waits so long for the store before it begins with the model it last knew."""

REFUSED_RETRY_SECONDS = 60.0
"""A refused artifact is looked at again after this: its key may have been added since."""

_log = structlog.get_logger(__name__)


class _Serving(NamedTuple):
    champion: RiskModel
    challenger: RiskModel | None


class ModelSource(Generic[Bundle]):
    """Gives the bundle of the present roles.

    Args:
        settings: of the installation; ``model_dir`` judges while no model was promoted.
        build: makes what judges a batch from the champion and the challenger (None: nobody).
        poll_seconds: how often the roles are looked at.
    """

    def __init__(
        self,
        settings: Settings,
        build: Callable[[RiskModel, RiskModel | None], Bundle],
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._settings = settings
        self._build = build
        self._poll_seconds = poll_seconds
        self._store = StoreAccess(open_engine(settings.database_url, pool_size=1))
        self._kept = settings.home / "models" / "champion.artifact"
        self._serving: _Serving | None = None
        self._current: Bundle | None = None
        self._refused: dict[str, float] = {}  # version: when it may be tried again, monotonic seconds
        self._away = False
        self._looked = threading.Event()
        self._ends = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> Self:
        """Begin to follow the roles; returns when there is a model to judge with.

        Raises:
            ModelRefused: there is none: neither a promoted one nor the one of the settings can be used.
        """
        refusal: Exception | None = None
        try:
            self._serve(_Serving(self._last_known(), None))
        except (ModelRefused, ModelKeyError) as refused:
            refusal = refused
        self._thread = threading.Thread(target=self._follow, name="model-roles", daemon=True)
        self._thread.start()
        self._looked.wait(FIRST_LOOK_SECONDS)
        if self._current is None:
            self.stop()
            assert refusal is not None, "without a refusal something is served"
            raise refusal
        return self

    def stop(self) -> None:
        """End following and close the connection; the bundle stays."""
        self._ends.set()
        if self._thread is not None:
            self._thread.join(FIRST_LOOK_SECONDS)

    def current(self) -> Bundle:
        """What judges the next batch."""
        assert self._current is not None, "started"
        return self._current

    def look(self) -> None:
        """Follow the roles as they are now; what cannot be read or used changes nothing."""
        try:
            roles = self._store.read(current_roles)
            self._adopt(roles)
        except StoreUnavailable as away:
            if not self._away:
                _log.warning("roles of models cannot be read; judging goes on with the same model", reason=str(away))
            self._away = True
        else:
            if self._away:
                _log.info("roles of models can be read again")
            self._away = False

    def _follow(self) -> None:
        while not self._ends.is_set():
            try:
                self.look()
            except Exception:  # noqa: BLE001  whatever it is, the worker judges on and looks again
                _log.exception("following the roles of models failed; judging goes on with the same model")
            self._looked.set()
            self._ends.wait(self._poll_seconds)
        self._store.close()

    def _adopt(self, roles: Roles) -> None:
        serving = self._serving
        champion = serving.champion if serving else None
        if roles.champion is not None and (champion is None or champion.version != roles.champion):
            champion = self._promoted(roles.champion) or champion
        if champion is None:
            return
        challenger = None
        if roles.challenger not in (None, champion.version):
            challenger = self._model(roles.challenger)
        if serving is None or (champion, challenger) != serving:
            self._serve(_Serving(champion, challenger))

    def _serve(self, serving: _Serving) -> None:
        before = self._serving
        self._current = self._build(serving.champion, serving.challenger)
        self._serving = serving
        _log.info(
            "model in use",
            model=serving.champion.version,
            challenger=serving.challenger.version if serving.challenger else None,
            before=before.champion.version if before else None,
        )

    def _promoted(self, version: str) -> RiskModel | None:
        """The champion, remembered on disk for a start without the store; None when it is refused."""
        model = self._model(version)
        if model is not None:
            try:
                self._keep(self._store.read(read_stored, version))
            except OSError as full:
                _log.warning("the champion could not be kept on disk", path=str(self._kept), reason=str(full))
        return model

    def _model(self, version: str | None) -> RiskModel | None:
        """A registered model, one already loaded where there is; None when it is refused, which is logged."""
        assert version is not None
        for held in self._serving or ():
            if held is not None and held.version == version:
                return held
        if time.monotonic() < self._refused.get(version, 0.0):
            return None
        try:
            artifact = self._store.read(read_stored, version)
            model = open_serving(artifact, trusted_keys(self._settings), version).model
        except (ModelRefused, ModelKeyError, RegistryError) as refused:
            self._refused[version] = time.monotonic() + REFUSED_RETRY_SECONDS
            _log.error(  # the message is the operator's; a traceback would hide it
                "model refused; judging goes on without it",
                model=version,
                code=getattr(refused, "code", "missing"),
                reason=str(refused),
            )
            return None
        self._refused.pop(version, None)
        return model

    def _last_known(self) -> RiskModel:
        """The champion last kept on disk, else the model of the settings."""
        trusted = trusted_keys(self._settings)
        try:
            kept = msgspec.msgpack.decode(self._kept.read_bytes(), type=Artifact)
            return open_serving(kept, trusted, str(self._kept)).model
        except FileNotFoundError:
            pass
        except (OSError, msgspec.DecodeError, ModelRefused) as unusable:
            _log.warning("the champion kept on disk cannot be used", path=str(self._kept), reason=str(unusable))
        folder = self._settings.model_dir
        return open_serving(read_artifact(folder), trusted, str(folder)).model

    def _keep(self, artifact: Artifact) -> None:
        self._kept.parent.mkdir(parents=True, exist_ok=True)
        draft = self._kept.with_name(f".{self._kept.name}.{secrets.token_hex(4)}")
        draft.write_bytes(msgspec.msgpack.encode(artifact))
        draft.replace(self._kept)
