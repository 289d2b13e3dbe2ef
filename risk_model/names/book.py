"""A book of known names in memory: the same answers as the store's index, for replay, back-tests and measurement."""

from collections.abc import Iterable

from risk_model.names.keys import enterprise_keys, project_keys, token_key
from risk_model.names.enterprises import read_enterprise
from risk_model.names.known import ENTERPRISE, Known
from risk_model.names.places import PlaceNames
from risk_model.names.projects import read_project

MOST_BEARERS = 64  # of one key: a brand of more says nothing by itself, and the name with its trade has a key of its own

MOST_NAMES = 32  # ways of writing that are kept of one enterprise or project


def name_keys(kind: str, name: str, places: PlaceNames) -> tuple[str, ...]:
    """Keys under which a name of an enterprise or a project is found again; none when it names nobody."""
    if kind == ENTERPRISE:
        enterprise = read_enterprise(name, places)
        return enterprise_keys(enterprise) if enterprise else ()
    project = read_project(name, places)
    return project_keys(project) if project else ()


class NameBook:
    """Known enterprises and projects by the keys of their names: all of them, or the slice that a batch of events needs.

    Args:
        places: region words.

    Attributes:
        touched: ids that were added or learnt a name, county, code or developer.
        new_keys: (key, id) that were added.
    """

    def __init__(self, places: PlaceNames) -> None:
        self._places = places
        self._known: dict[str, Known] = {}
        self._targets: dict[str, dict[str, None]] = {}
        self.touched: set[str] = set()
        self.new_keys: list[tuple[str, str]] = []

    def __len__(self) -> int:
        return len(self._known)

    def __getitem__(self, target: str) -> Known:
        return self._known[target]

    def hold(self, known: Iterable[Known], bearers: Iterable[tuple[str, str]]) -> None:
        """Take over what a store knows: enterprises and projects, and (key, id) of every key that may be asked for or written."""
        self._known.update((one.target, one) for one in known)
        for key, target in bearers:
            self._targets.setdefault(key, {})[target] = None

    def add(self, known: Known) -> None:
        """Write down an enterprise or a project, or what else is known of one."""
        old = self._known.get(known.target)
        whole = known if old is None else _together(old, known)
        if whole == old:
            return
        self._known[known.target] = whole
        self.touched.add(known.target)
        keys = {key for name in whole.names[len(old.names) if old else 0 :] for key in name_keys(whole.kind, name, self._places)}
        if known.token:
            keys.add(token_key(known.token))
        for key in sorted(keys):
            bearers = self._targets.setdefault(key, {})
            if len(bearers) < MOST_BEARERS and known.target not in bearers:
                bearers[known.target] = None
                self.new_keys.append((key, known.target))

    def find(self, keys: Iterable[str]) -> list[Known]:
        """Everything known under one of the keys, in the order of their ids."""
        targets = {target for key in keys for target in self._targets.get(key, ())}
        return [self._known[target] for target in sorted(targets)]


def _together(old: Known, new: Known) -> Known:
    return Known(
        old.target,
        old.kind,
        tuple(dict.fromkeys(old.names + new.names))[:MOST_NAMES],
        tuple(dict.fromkeys(old.counties + new.counties)),
        old.token or new.token,
        tuple(dict.fromkeys(old.developers + new.developers)),
    )
