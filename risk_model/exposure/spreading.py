"""How trouble spreads: who is under the same control, and who is reached from a failing entity, along which relations."""

from collections import deque
from typing import NamedTuple

from risk_model.exposure.distress import Fate
from risk_model.exposure.graph import DEVELOPS, OWNER, Step


class Reached(NamedTuple):
    """A node that trouble reaches: the path from the failing one, as (node before, step), and whether the amount alone says so."""

    node: int
    path: tuple[tuple[int, Step], ...]
    exposed: bool


def controlled(fate: Fate, node: int) -> tuple[int, ...]:
    """Nodes under the same control: the closure over owners and developers, by key. Owners of very many make no group."""
    return tuple(sorted(_closure(fate, node, (OWNER, DEVELOPS)), key=fate.graph.keys.__getitem__))


def _closure(fate: Fate, node: int, kinds: tuple[str, ...]) -> set[int]:
    graph, seen, waiting = fate.graph, {node}, deque([node])
    while waiting:
        at = waiting.popleft()
        owned = [step for step in graph.steps(at, fate.related_since) if step.kind in kinds]
        if sum(step.forward for step in owned) > fate.table.most_owned:
            continue
        for step in owned:
            if step.other not in seen:
                seen.add(step.other)
                waiting.append(step.other)
    return seen


def reached(fate: Fate, source: int) -> list[Reached]:
    """Nodes hit by a failing one within the policy's steps, by key: distressed for reasons of their own, or owed very much.

    A developer and its projects are one trouble, whatever names they go by, and not counted; persons are passed through.
    """
    graph, table = fate.graph, fate.table
    same = _closure(fate, source, (DEVELOPS,))
    own = {event.dispute_id for event in fate.signals(source)}
    came: dict[int, tuple[tuple[int, Step], ...]] = {source: ()}
    waiting, found = deque([source]), list[Reached]()
    while waiting:
        at = waiting.popleft()
        if at != source and graph.degree(at) > table.hub_links:
            continue
        for step in graph.steps(at, fate.related_since):
            if step.other in came or not _runs(fate, step):
                continue
            path = came[step.other] = (*came[at], (at, step))
            if len(path) < table.max_steps:
                waiting.append(step.other)
            if step.other in same or graph.keys[step.other].startswith("person:"):
                continue
            hit = fate.distressed(step.other, own)
            exposed = at == source and 0 < table.exposed_fen <= step.link.amount_fen
            if hit or exposed:
                found.append(Reached(step.other, path, exposed and not hit))
    return sorted(found, key=lambda one: graph.keys[one.node])


def near(fate: Fate, nodes: frozenset[int]) -> set[int]:
    """Nodes within the policy's steps of these, whichever way: whose findings may change when these do."""
    graph, seen, edge = fate.graph, set(nodes), set(nodes)
    for _ in range(fate.table.max_steps):
        passing = [node for node in edge if node in nodes or graph.degree(node) <= fate.table.hub_links]
        edge = {other for node in passing for other in graph.neighbours(node, fate.related_since)} - seen
        seen |= edge
    return seen


def _runs(fate: Fate, step: Step) -> bool:
    """Whether trouble runs along a link in this direction."""
    way = "both" if step.kind == DEVELOPS else getattr(fate.table.spreads, step.kind, "none")
    return way == "both" or way == ("from_to" if step.forward else "to_from")
