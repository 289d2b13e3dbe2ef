"""What an alert is about, from what stands behind it: enterprises, projects and matters, what it reaches, whom it concerns."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from risk_model.dispatch.desk import area
from risk_model.entities import Alert, Matter
from risk_model.exposure.statements import trouble
from risk_model.surveillance.entities import Trend
from schemas.assessed import Assessed
from schemas.domain_events import ExposureFound

SURE = ("rule", "floor", "detector", "person")


class Evidence(NamedTuple):
    """What an alert is about; see ``AlertGrouped``.

    Attributes:
        events: ids of the events behind it, as far as they are at hand.
        dispute_ids: the same for an alert of counts, empty for others.
    """

    keys: tuple[str, ...] = ()
    reach: tuple[str, ...] = ()
    dispute_ids: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    people: int = 0
    certainty: float = 1.0


def entity_keys(dispute: Assessed) -> tuple[str, ...]:
    """Keys of the enterprise or project an event is about, as the exposure graph names them."""
    return tuple(dict.fromkeys(key for names in _names(dispute) for key in sorted(names)))


def of_matter(alert: Alert, matter: Matter, disputes: Iterable[Assessed], *, known: Collection[str] = ()) -> Evidence:
    """Evidence of a matter's alert.

    Args:
        alert: as it stands.
        matter: its matter.
        disputes: the events named by its newest facts.
        known: keys it had before.
    """
    found = list(disputes)
    keys = dict.fromkeys([*known, f"matter:{matter.matter_id}", *(key for one in found for key in entity_keys(one))])
    sure = any(reason.source in SURE for reason in alert.reasons)
    certainty = 1.0 if sure else max((sum(d.level_probabilities[alert.level - 1 :]) for d in found), default=0.0)
    events = tuple(sighting.dispute_id for sighting in matter.recent)
    return Evidence(tuple(keys), events=events, people=matter.people, certainty=round(certainty, 3))


def of_counts(
    trends: Iterable[Trend], disputes: Sequence[Assessed], matters: Mapping[str, str], share: float
) -> Evidence:
    """Evidence of an alert of counts: what more than ``share`` of its events is about.

    Args:
        trends: behind the alert.
        disputes: events they counted, as far as at hand.
        matters: matters of these events, by event.
        share: in [0, 1].
    """
    ids = tuple(dict.fromkeys(dispute_id for trend in trends for dispute_id in trend.dispute_ids))
    about = Counter(key for dispute in disputes for key in entity_keys(dispute))
    about.update(f"matter:{matters[dispute_id]}" for dispute_id in ids if matters.get(dispute_id))
    keys = sorted(key for key, number in about.items() if number > share * len(ids))
    people = max((dispute.people_involved or 0 for dispute in disputes), default=0)
    return Evidence(tuple(keys), dispute_ids=ids, events=ids, people=people)


def of_regional(alert: Alert, trends: Iterable[Trend]) -> Evidence:
    """Evidence of a regional alert: the places it reaches."""
    regions = dict.fromkeys(region for trend in trends for region in trend.regions)
    return Evidence(reach=tuple(area(region, alert.category) for region in regions))


def of_systemic(found: Iterable[ExposureFound], disputes: Iterable[Assessed]) -> Evidence:
    """Evidence of a systemic alert: the group under one control, and all that it reaches.

    Args:
        found: its findings.
        disputes: events they rest on: by what other names these know the same enterprises and projects.
    """
    every = sorted(found, key=lambda one: one.finding_id)
    group = dict.fromkeys(key for one in every for key in one.group)
    reached = dict.fromkeys(key for one in every for key in one.entities)
    for dispute in disputes:
        for names in _names(dispute):
            group.update(dict.fromkeys(names) if names & group.keys() else {})
            reached.update(dict.fromkeys(names) if names & reached.keys() else {})
    ids = dict.fromkeys(dispute_id for one in every for dispute_id in one.dispute_ids)
    return Evidence(tuple(sorted(group)), tuple(sorted(reached)), events=tuple(ids))


def _names(dispute: Assessed) -> list[set[str]]:
    """Keys of each enterprise or project an event is about: those of one belong to the same."""
    said = trouble(dispute, 0)
    ends = (said.about, said.project) if said else ()
    return [{key for key in (end.code_key, end.name_key) if key} for end in ends if end]
