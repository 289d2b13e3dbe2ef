"""The exposure graph: enterprises, projects and owners as nodes, relations as links, troubles at the nodes.

What is added may come in any order and more than once; the graph is the same. A name belongs to the code it was seen with, as
long as that is one code: a name that two enterprises use stands for itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from sys import intern
from typing import NamedTuple

from risk_model.exposure.entities import End, Stated, Trouble

OWNER = "owner"
DEVELOPS = "develops"  # of an enterprise and its project: told by an event about both, not stated as a relation


@dataclass(slots=True)
class Link:
    """A relation of two nodes: first and last seen (ordinals), the largest amount stated, the disputes that said so."""

    first: int
    last: int
    amount_fen: int = 0
    dispute_ids: set[str] = field(default_factory=set)

    def with_(self, other: "Link") -> "Link":
        """Both as one: the same relation, stated of names that belong together."""
        return Link(
            min(self.first, other.first),
            max(self.last, other.last),
            max(self.amount_fen, other.amount_fen),
            self.dispute_ids | other.dispute_ids,
        )


class Step(NamedTuple):
    """A link as seen from one of its nodes; ``forward`` when that is the relation's ``from``."""

    kind: str
    other: int
    forward: bool
    link: Link


class ExposureGraph:
    """Nodes are numbers; ``node`` says which one stands for another (a name for its code).

    Attributes:
        keys: key of each node.
        shown: name to show of each node, the longest it was written with.
        troubles: events at each node by dispute id.
        types: their types.
    """

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.shown: list[str] = []
        self.troubles: list[dict[str, Trouble]] = []
        self.types: list[set[str]] = []
        self._links: list[dict[tuple[str, int, bool], Link]] = []
        self._index: dict[str, int] = {}
        self._partners: list[set[int]] = []  # of a name its codes, of a code its names
        self._heard: set[str] = set()
        self._ends: dict[End, End] = {}

    def __len__(self) -> int:
        return len(self.keys)

    def state(self, stated: Stated) -> tuple[int, ...]:
        """Add a relation; the nodes it touches, none when it was known."""
        start, end = self._enter(stated.start), self._enter(stated.end)
        known = self._links[start[0]].get((stated.kind, end[0], True))
        if start[0] == end[0] or (
            known is not None and stated.dispute_id in known.dispute_ids and stated.amount_fen <= known.amount_fen
        ):
            return (*start, *end) if len(start) + len(end) > 2 else ()  # a name may have been learnt all the same
        self._link(stated.kind, start[0], end[0], stated.amount_fen, stated.day, stated.dispute_id)
        return (*start, *end)

    def hear(self, trouble: Trouble) -> tuple[int, ...]:
        """Add an event; the nodes it touches, none when it was known."""
        if trouble.dispute_id in self._heard:
            return ()
        self._heard.add(trouble.dispute_id)
        trouble = self._shared(trouble)
        about = self._enter(trouble.about)
        self._attach(about[0], trouble)
        if trouble.project is None or trouble.project == trouble.about:
            return about
        project = self._enter(trouble.project)
        self._attach(project[0], trouble)
        self._link(DEVELOPS, about[0], project[0], 0, trouble.day, trouble.dispute_id)
        return (*about, *project)

    def find(self, key: str) -> int | None:
        """Node of a key as it stands, None when there is none."""
        node = self._index.get(key)
        return None if node is None else self.node(node)

    def node(self, number: int) -> int:
        """The node that stands for this one: the code a name belongs to, else itself."""
        if self._is_name(number) and len(self._partners[number]) == 1:
            return next(iter(self._partners[number]))
        return number

    def parts(self, node: int) -> list[int]:
        """The node and the names that belong to it."""
        if self._is_name(node):
            return [node]
        return [node, *(name for name in self._partners[node] if len(self._partners[name]) == 1)]

    def name(self, node: int) -> str:
        """Name to show; empty for a person."""
        return max((self.shown[part] for part in self.parts(node)), key=lambda name: (len(name), name))

    def events(self, node: int) -> Iterator[Trouble]:
        """Troubles of a node."""
        for part in self.parts(node):
            yield from self.troubles[part].values()

    def steps(self, node: int, since: int) -> list[Step]:
        """Links of a node that were last seen since a day, ends as they stand, in an order that nothing depends on."""
        found: dict[tuple[str, int, bool], Link] = {}
        for part in self.parts(node):
            for (kind, other, forward), link in self._links[part].items():
                if link.last < since or self.node(other) == node:
                    continue
                key = (kind, self.node(other), forward)
                found[key] = found[key].with_(link) if key in found else link
        return sorted(
            (Step(kind, other, forward, link) for (kind, other, forward), link in found.items()),
            key=lambda step: (step.kind, self.keys[step.other], step.forward),
        )

    def neighbours(self, node: int, since: int) -> set[int]:
        """Nodes that links last seen since a day lead to."""
        return {
            self.node(other)
            for part in self.parts(node)
            for (_, other, _), link in self._links[part].items()
            if link.last >= since
        }

    def degree(self, node: int) -> int:
        """Links of a node, old ones too."""
        return sum(len(self._links[part]) for part in self.parts(node))

    def _shared(self, trouble: Trouble) -> Trouble:
        """The same of words and ends that are in memory once: a year of events says the same ones over and over."""
        about, project = trouble.about, trouble.project
        return trouble._replace(
            type=intern(trouble.type),
            category=intern(trouble.category),
            source=intern(trouble.source),
            county=intern(trouble.county),
            about=self._ends.setdefault(about, about),
            project=None if project is None else self._ends.setdefault(project, project),
        )

    def _attach(self, node: int, trouble: Trouble) -> None:
        self.troubles[node][trouble.dispute_id] = trouble
        self.types[node].add(trouble.type)

    def _is_name(self, number: int) -> bool:
        return self.keys[number].startswith(("name:", "site:"))

    def _enter(self, end: End) -> tuple[int, ...]:
        """Nodes of an end, the one that things are attached to first; a name seen with a code is learnt to belong to it."""
        code, name = end.code_key, end.name_key
        if not code or not name:
            return (self._number(code or name, end.name),)
        first, second = self._number(code, end.name), self._number(name, end.name)
        if second in self._partners[first]:
            return (first,)
        touched = {first, second, *self._partners[second]}  # those it may have belonged to before
        self._partners[first].add(second)
        self._partners[second].add(first)
        return (first, *sorted(touched - {first}))

    def _number(self, key: str, name: str) -> int:
        number = self._index.get(key)
        if number is None:
            number = self._index[key] = len(self.keys)
            self.keys.append(key)
            self.shown.append(name)
            self.troubles.append({})
            self.types.append(set())
            self._links.append({})
            self._partners.append(set())
        elif (len(name), name) > (len(self.shown[number]), self.shown[number]):
            self.shown[number] = name
        return number

    def _link(self, kind: str, start: int, end: int, amount_fen: int, day: int, dispute_id: str) -> None:
        link = self._links[start].get((kind, end, True))
        if link is None:
            link = Link(day, day)
            self._links[start][kind, end, True] = self._links[end][kind, start, False] = link
        link.first, link.last = min(link.first, day), max(link.last, day)
        link.amount_fen = max(link.amount_fen, amount_fen)
        link.dispute_ids.add(dispute_id)
