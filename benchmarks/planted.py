"""Which planted story of the simulated city a warning is about: the rule by which warnings are called right, explained or false.

A *signal* is one count above its bound (or one finding) that an official can read; signals that share an alert are one *warning*.

- A signal is **explained** by a story when at least ``LEAST`` events of the story are in the count (those known by then), and without them the count would
  not have passed the bound; a matter or a systemic finding, when more than half of the events behind
  it are the story's.
- It is **right** when it is explained, its kind is one the story's truth names (a matter's alert: any story that is not benign), and at least half of
  the story's events in the count are truly of the story's category, under the name of that category or of a class of the source's own.
  The place needs no further condition: events counted in a region lie in it.
- A warning is **false** when none of its signals is explained, or when the story that explains it must not lead to any warning (quota junk).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from infra.simulation.truth import StoryTruth
from risk_model.series import measures
from schemas.assessed import Assessed

LEAST = 3  # fewer events of a story may tip a count by chance
KINDS = {"emerging": "苗头", "trending": "趋势", "regional": "区域", "systemic": "系统", "matter": "事项"}
ANY_KIND = "计数"  # a naive rule has no kinds: right for every story that may lead to a warning of counts


class Signal(NamedTuple):
    """A count above its bound, or a finding.

    Attributes:
        warning_id: the alert it belongs to.
        kind: 苗头, 趋势, 区域, 系统, 事项 or ``ANY_KIND``.
        seen: local day on which it can be read.
        regions: region keys counted together; empty where ``dispute_ids`` say what it rests on.
        measure: what is counted.
        first, last: days counted.
        observed, upper: the count, and the bound it passed.
        dispute_ids: events it rests on, where it is no count.
        held: recorded, but the alert budget allowed no alert: nobody read it.
    """

    warning_id: str
    kind: str
    seen: date
    regions: tuple[str, ...] = ()
    measure: str = ""
    first: date = date.min
    last: date = date.max
    observed: int = 0
    upper: float = 0.0
    dispute_ids: tuple[str, ...] = ()
    held: bool = False


class Verdict(NamedTuple):
    """A signal and the story that explains it, if one does."""

    signal: Signal
    story: str | None
    right: bool


class _StoryEvent(NamedTuple):
    day: date
    story: str
    true_category: str


@dataclass
class Planted:
    """What is known so far of the stories' events; fed in the order of the stream, and asked as signals come."""

    stories: dict[str, StoryTruth] = field(default_factory=dict)
    _counted: dict[tuple[str, str], list[_StoryEvent]] = field(default_factory=dict)
    _story_of: dict[str, str] = field(default_factory=dict)

    def plant(self, stories: Iterable[StoryTruth]) -> None:
        """Take note of stories."""
        self.stories.update({story.id: story for story in stories})

    def count(self, dispute: Assessed, day: date, story: str, true_category: str) -> None:
        """An event of a story became known."""
        self._story_of[dispute.dispute_id] = story
        event = _StoryEvent(day, story, true_category)
        for region in dispute.place.region_keys():
            for measure in measures(dispute):
                self._counted.setdefault((region, measure), []).append(event)

    def judge(self, signal: Signal) -> Verdict:
        """Whether a story explains the signal, and whether it is a right one."""
        if signal.dispute_ids:
            return self._judge_finding(signal)
        behind = self._behind(signal)
        best: Verdict | None = None
        for story_id in sorted({event.story for event in behind}):
            own = [event for event in behind if event.story == story_id]
            if len(own) < LEAST or signal.observed - len(own) > signal.upper:
                continue
            story = self.stories[story_id]
            named = signal.measure.startswith("subject:") or signal.measure == f"category:{story.category}"
            meant = 2 * sum(event.true_category == story.category for event in own) >= len(own)
            fits = bool(story.warnings) if signal.kind == ANY_KIND else signal.kind in story.warnings
            verdict = Verdict(signal, story_id, named and meant and fits)
            if best is None or verdict.right > best.right:
                best = verdict
        return best or Verdict(signal, None, False)

    def _behind(self, signal: Signal) -> list[_StoryEvent]:
        """Story events counted, each once: a region and its parts may both be named."""
        regions: Sequence[str] = [
            one for one in signal.regions if not any(one != other and one.startswith(other) for other in signal.regions)
        ]
        return [
            event
            for region in regions
            for event in self._counted.get((region, signal.measure), ())
            if signal.first <= event.day <= signal.last
        ]

    def _judge_finding(self, signal: Signal) -> Verdict:
        stories = [self._story_of[one] for one in signal.dispute_ids if one in self._story_of]
        if not stories:
            return Verdict(signal, None, False)
        most = max(sorted(set(stories)), key=stories.count)
        if 2 * stories.count(most) <= len(signal.dispute_ids):
            return Verdict(signal, None, False)
        story = self.stories[most]
        fits = not story.benign if signal.kind == KINDS["matter"] else signal.kind in story.warnings
        return Verdict(signal, most, fits)
