"""What would differ if the challenger judged: agreement, moves of level and category, and the alerts of both. Pure.

The alerts come from folding the same recorded disputes twice through the live decisions, once as they were recorded and once
with the challenger's word in place of the champion's (the floors of the policy applied after it, as always).
"""

import heapq
from collections import Counter
from collections.abc import Iterable

import msgspec

from risk_model.decide import decide_assessed
from risk_model.grading import Floors
from risk_model.rules import Rules
from risk_model.state import State
from risk_model.text.lead import scoring_text
from schemas.assessed import Assessed
from schemas.levels import Level
from schemas.reasons import Reason

EXAMPLES = 20  # most telling events that are named
PAIRS = 20  # most frequent changes of category that are named


class Moves(msgspec.Struct):
    """How many events of a group the challenger judges otherwise; levels are the models', before floors."""

    events: int = 0
    category: int = 0
    raised: int = 0
    lowered: int = 0


class Example(msgspec.Struct, frozen=True, order=True):
    """An event the models disagree on; ordered by how much. ``title`` is masked."""

    weight: tuple[int, int, str]
    dispute_id: str
    title: str
    type: str
    county: str
    category: str
    category_by_challenger: str
    level: int
    level_by_challenger: int


class AlertMove(msgspec.Struct, frozen=True):
    """An alert that only one of the models leads to, or that ends at another level; None: there is none."""

    alert_id: str
    title: str
    county: str
    kind: str
    level: int | None
    level_by_challenger: int | None

    @property
    def change(self) -> str:
        """What the challenger would have changed: ``new``, ``gone``, ``raised`` or ``lowered``."""
        if self.level is None or self.level_by_challenger is None:
            return "new" if self.level is None else "gone"
        return "raised" if self.level_by_challenger > self.level else "lowered"


class Comparison(msgspec.Struct, frozen=True):
    """Champion and challenger over the same events.

    Attributes:
        challenger: version whose word was compared.
        champions: events by the version that judged them.
        events: events with its word.
        other_policy: of these, judged under another policy than the present one, whose floors are used here.
        same_category, same_level: events on which they agree; levels are the models', before floors.
        same_final_level: events with the same level after floors.
        levels: 4 × 4, rows the champion's level, columns the challenger's, blue … red.
        categories: (champion's, challenger's, events), most frequent first.
        by_type, by_county: moves by event type and by county.
        examples: events on which they differ most.
        alerts: alerts from the recorded judgements.
        alert_moves: what the challenger would have changed in them.
    """

    challenger: str
    champions: dict[str, int]
    events: int
    other_policy: int
    same_category: int
    same_level: int
    same_final_level: int
    levels: list[list[int]]
    categories: list[tuple[str, str, int]]
    by_type: dict[str, Moves]
    by_county: dict[str, Moves]
    examples: list[Example]
    alerts: int
    alert_moves: list[AlertMove]

    def alert_changes(self) -> dict[str, int]:
        """How many alerts would be new, gone, raised and lowered."""
        counted = Counter(move.change for move in self.alert_moves)
        return {change: counted[change] for change in ("new", "gone", "raised", "lowered")}


class Comparing:
    """Takes recorded disputes in the order of the log; those without the challenger's word are the history both share.

    Args:
        challenger: version whose word is compared.
        rules: policy, playbooks and regions of the decisions.
    """

    def __init__(self, challenger: str, rules: Rules) -> None:
        self._challenger = challenger
        self._rules = rules
        self._floors = Floors(rules.policy)
        self._recorded, self._otherwise = State(), State()
        self._champions: Counter[str] = Counter()
        self._same: Counter[str] = Counter()
        self._levels = [[0] * len(Level) for _ in Level]
        self._categories: Counter[tuple[str, str]] = Counter()
        self._by_type: dict[str, Moves] = {}
        self._by_county: dict[str, Moves] = {}
        self._examples: list[Example] = []

    def add(self, dispute: Assessed, *, counted: bool = True) -> None:
        """Take the next dispute; ``counted`` False makes it history whatever shadow it has."""
        otherwise = dispute
        if counted and dispute.shadow is not None and dispute.shadow.model == self._challenger:
            otherwise = challenged(dispute, self._floors)
            self._count(dispute, otherwise)
        for state, judged in ((self._recorded, dispute), (self._otherwise, otherwise)):
            decide_assessed(state, judged, self._rules)
            state.forget_changes()

    def result(self) -> Comparison:
        """What was found so far."""
        return Comparison(
            challenger=self._challenger,
            champions=dict(sorted(self._champions.items())),
            events=self._champions.total(),
            other_policy=self._same["other_policy"],
            same_category=self._same["category"],
            same_level=self._same["level"],
            same_final_level=self._same["final"],
            levels=self._levels,
            categories=[(one, other, n) for (one, other), n in self._categories.most_common(PAIRS)],
            by_type=dict(sorted(self._by_type.items())),
            by_county=dict(sorted(self._by_county.items())),
            examples=sorted(self._examples, reverse=True),
            alerts=len(self._recorded.alerts),
            alert_moves=_alert_moves(self._recorded, self._otherwise),
        )

    def _count(self, dispute: Assessed, otherwise: Assessed) -> None:
        before, after = dispute.model_level, otherwise.model_level
        self._champions[dispute.versions.model] += 1
        self._same["other_policy"] += dispute.versions.policy != self._rules.policy.version
        self._same["category"] += dispute.category == otherwise.category
        self._same["level"] += before == after
        self._same["final"] += dispute.level == otherwise.level
        self._levels[before - 1][after - 1] += 1
        if dispute.category != otherwise.category:
            self._categories[dispute.category, otherwise.category] += 1
        for moves in (
            self._by_type.setdefault(dispute.type, Moves()),
            self._by_county.setdefault(dispute.place.county, Moves()),
        ):
            moves.events += 1
            moves.category += dispute.category != otherwise.category
            moves.raised += after > before
            moves.lowered += after < before
        weight = (abs(after - before), int(dispute.category != otherwise.category), dispute.dispute_id)
        if weight[:2] != (0, 0):
            example = Example(
                weight,
                dispute.dispute_id,
                dispute.title,
                dispute.type,
                dispute.place.county,
                dispute.category,
                otherwise.category,
                before,
                after,
            )
            keep = heapq.heappush if len(self._examples) < EXAMPLES else heapq.heappushpop
            keep(self._examples, example)


def challenged(dispute: Assessed, floors: Floors) -> Assessed:
    """The dispute as it would have been assessed had its challenger judged it.

    Raises:
        ValueError: no challenger judged it.
    """
    shadow = dispute.shadow
    if shadow is None:
        raise ValueError(f"{dispute.dispute_id} has no shadow")
    text = scoring_text(dispute.title, dispute.narrative)
    level, held = floors.apply(shadow.level, dispute.type, text, dispute.people_involved, dispute.repeat_count)
    says = Reason("model.level", f"模型判为{Level(shadow.level).zh}", "model")
    return msgspec.structs.replace(
        dispute,
        category=shadow.category,
        level=max(level, shadow.lifted or level),
        model_level=shadow.level,
        reasons=(says, *held),
    )


def _alert_moves(recorded: State, otherwise: State) -> list[AlertMove]:
    """Alerts that differ, gravest first."""
    moves = list(_differing(recorded, otherwise))
    return sorted(moves, key=lambda m: (-max(m.level or 0, m.level_by_challenger or 0), m.alert_id))


def _differing(recorded: State, otherwise: State) -> Iterable[AlertMove]:
    for alert_id in recorded.alerts.keys() | otherwise.alerts.keys():
        one, other = recorded.alerts.get(alert_id), otherwise.alerts.get(alert_id)
        known = one or other
        assert known is not None, "it is in one of the two"
        before, after = one.level if one else None, other.level if other else None
        if before != after:
            yield AlertMove(alert_id, known.title, known.county, known.kind, before, after)
