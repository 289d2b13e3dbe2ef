"""Whether the models in their roles could be used here: the check a worker makes, made by who has to report it."""

import threading
from typing import NamedTuple

from infra.model_artifact import Artifact, ModelRefused
from infra.model_keys import ModelKeyError, trusted_keys
from infra.settings import Settings
from infra.store.access import StoreAccess
from infra.store.queries.models import current_roles, stored_artifact


class Refused(NamedTuple):
    """A model that has a role and may not be used: role, version, code of the refusal, and what to do."""

    role: str
    version: str
    code: str
    detail: str


class RoleCheck:
    """Verifies the champion and the challenger as workers do; an artifact that did not change is not opened again.

    Args:
        settings: keys and libraries of this machine are those of the workers, so what is refused here is refused there.
        store: where the artifacts are.
    """

    def __init__(self, settings: Settings, store: StoreAccess) -> None:
        self._settings = settings
        self._store = store
        self._lock = threading.Lock()
        self._opened: dict[str, tuple[Artifact, tuple[str, ...]]] = {}

    def look(self) -> list[Refused]:
        """Roles whose model is refused; empty when all is well. Blocks for a second when a model is new.

        Raises:
            StoreUnavailable: the store is away.
        """
        with self._lock:
            roles = self._store.read(current_roles)
            found = [
                refused
                for role, version in roles._asdict().items()
                if version is not None and (refused := self._refusal(role, version)) is not None
            ]
            self._opened = {version: held for version, held in self._opened.items() if version in roles}
            return found

    def _refusal(self, role: str, version: str) -> Refused | None:
        artifact = self._store.read(stored_artifact, version)
        if artifact is None:
            return Refused(role, version, "missing", f"没有登记过模型 {version} / no such model is registered")
        from infra.model_store import open_serving  # scikit-learn takes long to import, and only this needs it

        try:
            trusted = trusted_keys(self._settings)
            known = (artifact, trusted.fingerprints)
            if self._opened.get(version) != known:
                open_serving(artifact, trusted, f"已登记的模型 {version}")
                self._opened[version] = known
        except (ModelRefused, ModelKeyError) as refused:
            return Refused(role, version, refused.code, str(refused))
        return None
