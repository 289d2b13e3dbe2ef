"""How an entity fares: its distress, the sectors it hits, its creditors. All of them only grow with the events known."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from risk_model.exposure.entities import Trouble
from risk_model.exposure.graph import ExposureGraph
from risk_model.exposure.settings import Signal, SystemicTable
from schemas.levels import Level

_ROUNDING = 1e-6
NOTHING: frozenset[str] = frozenset()


class Creditors(NamedTuple):
    """Creditors and investors: at least so many, and where that is from.

    Attributes:
        least: lower bound. Reports are never added up, as the same people may stand behind several, and one office's slip of the
            pen is no crowd: it is the most that was reported and that enough other offices bear out, or the claimants that can
            be told apart.
        crowd: the reported figure that is borne out.
        named: claimants that can be told apart.
        sources: offices that reported.
        dispute_ids: the reports.
    """

    least: int
    crowd: int
    named: int
    sources: int
    dispute_ids: tuple[str, ...]


class Fate:
    """Distress, sectors and creditors of nodes as of a day, by the rules of the policy.

    Args:
        graph: what is known.
        day: proleptic ordinal; events older than the window before it count for nothing.
        table: ``[systemic]``.
    """

    def __init__(self, graph: ExposureGraph, day: int, table: SystemicTable) -> None:
        self.graph = graph
        self.day = day
        self.table = table
        self.since = day - table.window_days
        self.related_since = day - table.relation_days
        self._signal: dict[str, Signal] = {kind: signal for signal in table.signal for kind in signal.types}
        self._sectors: dict[str, list[str]] = {}
        for sector in table.sector:
            for name in (*sector.categories, *sector.types):
                self._sectors.setdefault(name, []).append(sector.name)
        self._least = Level.parse(table.sector_level)
        self._scores: dict[int, float] = {}

    def events(self, node: int) -> list[Trouble]:
        """Troubles of a node within the window, by day."""
        return sorted(
            (event for event in self.graph.events(node) if event.day > self.since),
            key=lambda event: (event.day, event.dispute_id),
        )

    def distress(self, node: int) -> float:
        """Distress of a node: the sum of its signals' weights, each counted at most as often as the policy says."""
        score = self._scores.get(node)
        if score is None:
            score = self._scores[node] = self.distress_without(node, NOTHING)
        return score

    def distress_without(self, node: int, left_out: Collection[str]) -> float:
        """Distress of a node that does not rest on some disputes."""
        counted: dict[int, int] = {}
        score = 0.0
        for event in self.graph.events(node):
            signal = self._signal.get(event.type)
            if signal is None or event.day <= self.since or event.dispute_id in left_out:
                continue
            seen = counted.get(id(signal), 0)
            if seen < signal.most:
                counted[id(signal)] = seen + 1
                score += signal.weight
        return round(score, 9)

    def signals(self, node: int) -> list[Trouble]:
        """Troubles of a node that make its distress, by day."""
        return [event for event in self.events(node) if event.type in self._signal]

    def failing(self, node: int) -> bool:
        """Whether a node fails."""
        return self._could_reach(node, self.table.failing_at) and self.distress(node) >= self.table.failing_at

    def distressed(self, node: int, left_out: Collection[str]) -> bool:
        """Whether a node is in distress that does not rest on some disputes."""
        least = self.table.distressed_at
        return self._could_reach(node, least) and self.distress_without(node, left_out) >= least

    def _could_reach(self, node: int, score: float) -> bool:
        """Whether the types of its events allow for such a distress; most nodes are dismissed by this."""
        kinds = {kind for part in self.graph.parts(node) for kind in self.graph.types[part]}
        signals = {id(signal): signal for kind in kinds if (signal := self._signal.get(kind)) is not None}
        return sum(signal.weight * signal.most for signal in signals.values()) >= score - _ROUNDING

    def sectors(self, nodes: Iterable[int]) -> dict[str, list[Trouble]]:
        """Troubles of the nodes by the sector they hit, sectors in the policy's order, each dispute once a sector."""
        found: dict[str, dict[str, Trouble]] = {sector.name: {} for sector in self.table.sector}
        for node in nodes:
            for event in self.events(node):
                if event.level < self._least:
                    continue
                for name in (*self._sectors.get(event.category, ()), *self._sectors.get(event.type, ())):
                    found[name][event.dispute_id] = event
        by_day = {name: sorted(events.values(), key=lambda e: (e.day, e.dispute_id)) for name, events in found.items()}
        return {name: events for name, events in by_day.items() if len(events) >= self.table.min_sector_events}

    def creditors(self, nodes: Iterable[int]) -> Creditors:
        """Creditors and investors of the nodes together."""
        largest: dict[str, int] = {}
        named, dispute_ids = set[str](), set[str]()
        for node in nodes:
            for event in self.graph.events(node):
                if event.category in self.table.creditor_categories and event.day > self.since:
                    largest[event.source] = max(largest.get(event.source, 0), event.people)
                    named.update(event.claimants)
                    dispute_ids.add(event.dispute_id)
        by_source = sorted(largest.values(), reverse=True)
        agreed = self.table.creditor_sources
        crowd = 0
        if len(by_source) >= agreed:
            crowd = min(by_source[0], int(by_source[agreed - 1] / self.table.creditor_agreement))
        return Creditors(max(crowd, len(named)), crowd, len(named), len(largest), tuple(sorted(dispute_ids)))
