"""A book of known names in memory: the same answers as the store's index, for replay, back-tests and measurement."""

from collections.abc import Iterable

from risk_model.names.keys import enterprise_keys, project_keys, token_key
from risk_model.names.enterprises import read_enterprise
from risk_model.names.known import ENTERPRISE, Known
from risk_model.names.places import PlaceNames
from risk_model.names.projects import read_project

MOST_BEARERS = 64  # of one key: a brand of more says nothing by itself, and the name with its trade has a key of its own


def name_keys(kind: str, name: str, places: PlaceNames) -> tuple[str, ...]:
    """Keys under which a name of an enterprise or a project is found again; none when it names nobody."""
    if kind == ENTERPRISE:
        enterprise = read_enterprise(name, places)
        return enterprise_keys(enterprise) if enterprise else ()
    project = read_project(name, places)
    return project_keys(project) if project else ()


class NameBook:
    """Known enterprises and projects by the keys of their names.

    Args:
        places: region words.
    """

    def __init__(self, places: PlaceNames) -> None:
        self._places = places
        self._known: dict[str, Known] = {}
        self._targets: dict[str, dict[str, None]] = {}

    def __len__(self) -> int:
        return len(self._known)

    def add(self, known: Known) -> None:
        """Write down an enterprise or a project, or what else is known of one."""
        old = self._known.get(known.target)
        if old is not None:
            known = Known(
                known.target,
                old.kind,
                tuple(dict.fromkeys(old.names + known.names)),
                tuple(dict.fromkeys(old.counties + known.counties)),
                old.token or known.token,
                tuple(dict.fromkeys(old.developers + known.developers)),
            )
        self._known[known.target] = known
        keys = [key for name in known.names[len(old.names) if old else 0 :] for key in name_keys(known.kind, name, self._places)]
        for key in [*keys, token_key(known.token)] if known.token else keys:
            bearers = self._targets.setdefault(key, {})
            if len(bearers) < MOST_BEARERS:
                bearers[known.target] = None

    def find(self, keys: Iterable[str]) -> list[Known]:
        """Everything known under one of the keys, in the order of their ids."""
        targets = {target for key in keys for target in self._targets.get(key, ())}
        return [self._known[target] for target in sorted(targets)]
