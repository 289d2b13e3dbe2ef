"""A book of known names in memory: the same answers as the store's index, for replay, back-tests and measurement."""

from collections.abc import Iterable
from typing import NamedTuple

from risk_model.names.keys import ADDRESS, enterprise_keys, project_keys, token_key
from risk_model.names.known import Known

MOST_BEARERS = (
    16  # of one key: a brand of more says nothing by itself, and the name with its trade has a key of its own
)

MOST_MENTIONED = 12  # of a key that comes from running text


class Lookups(NamedTuple):
    """Keys of names that an event has in its fields or in full, and of what its running text may mention."""

    named: tuple[str, ...]
    mentioned: tuple[str, ...]

    def within(self, scope: str) -> "Lookups":
        """The same keys in the book of one place."""
        return Lookups(tuple([scope + key for key in self.named]), tuple([scope + key for key in self.mentioned]))


def keys_of(known: Known) -> set[str]:
    """Keys under which an enterprise or a project is found again."""
    keys = set(enterprise_keys(known.enterprise)) if known.enterprise else set()
    for project in known.projects:
        keys.update(project_keys(project))
    if known.token:
        keys.add(token_key(known.token))
    keys.update(ADDRESS + address for address in known.addresses)
    return keys


class NameBook:
    """Known enterprises and projects by the keys of their names: all of them, or the slice that a batch of events needs.

    Attributes:
        touched: ids that were added or learnt a name, county, code or developer.
        new_keys: (key, id) that were added.
    """

    def __init__(self) -> None:
        self._known: dict[str, Known] = {}
        self._targets: dict[str, dict[str, None]] = {}
        self.touched: set[str] = set()
        self.new_keys: list[tuple[str, str]] = []

    def __len__(self) -> int:
        return len(self._known)

    def __getitem__(self, target: str) -> Known:
        return self._known[target]

    def __contains__(self, target: str) -> bool:
        return target in self._known

    def hold(self, known: Iterable[Known], bearers: Iterable[tuple[str, str]]) -> None:
        """Take over what a store knows: enterprises and projects, and (key, id) of every key that may be asked for or written."""
        self._known.update((one.target, one) for one in known)
        for key, target in bearers:
            self._targets.setdefault(key, {})[target] = None

    def learns(self, known: Known) -> bool:
        """Whether this is not yet known of the enterprise or project."""
        old = self._known.get(known.target)
        return old is None or not old.says(known)

    def add(self, known: Known, scope: str = "") -> None:
        """Write down an enterprise or a project, or what else is known of one.

        Args:
            known: what is learnt.
            scope: put before its keys: the book of one place.
        """
        old = self._known.get(known.target)
        whole = known if old is None else old.together(known)
        if whole == old:
            return
        self._known[known.target] = whole
        self.touched.add(known.target)
        for key in sorted(scope + key for key in keys_of(known)):
            bearers = self._targets.setdefault(key, {})
            if len(bearers) < MOST_BEARERS and known.target not in bearers:
                bearers[known.target] = None
                self.new_keys.append((key, known.target))

    def forget_changes(self) -> None:
        """Keep what is known and forget what was added: it is stored, or nobody stores it."""
        self.touched.clear()
        self.new_keys.clear()

    def find(self, lookups: Lookups) -> list[Known]:
        """Everything known under one of the keys, in the order of their ids.

        A brand or estate that many bear says nothing in running text: its key is left out there.
        """
        targets = {target for key in lookups.named for target in self._targets.get(key, ())}
        for key in lookups.mentioned:
            bearers = self._targets.get(key, ())
            if len(bearers) <= MOST_MENTIONED:
                targets.update(bearers)
        return [self._known[target] for target in sorted(targets)]
