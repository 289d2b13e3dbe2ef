"""``[systemic]`` of the policy: what makes an entity fail, along which relations that spreads, and when it is systemic."""

from typing import Literal

from risk_model.policy_table import AtLeast0, AtLeast1, AtLeast2, Chance, NonEmpty, PolicyTable, Positive

Spread = Literal["from_to", "to_from", "both", "none"]


class Signal(PolicyTable, frozen=True):
    """``[[systemic.signal]]``: what events of these types add to the distress of the entity they are about; at most ``most`` count."""

    types: tuple[NonEmpty, ...]
    weight: Positive
    most: AtLeast1 = 1


class Sector(PolicyTable, frozen=True):
    """``[[systemic.sector]]``: part of society that is hit, known by the category or type of an event."""

    name: NonEmpty
    categories: tuple[NonEmpty, ...] = ()
    types: tuple[NonEmpty, ...] = ()


class Spreads(PolicyTable, frozen=True):
    """``[systemic.spreads]``: which way trouble runs along each kind of relation, from its ``from`` to its ``to`` or back."""

    guarantee: Spread
    supplier: Spread
    owner: Spread
    contractor: Spread


class SystemicTable(PolicyTable, frozen=True):
    """``[systemic]``.

    Attributes:
        window_days: events older than this count for nothing.
        relation_days: relations not stated again for this long are forgotten.
        max_steps: relations trouble may run along.
        failing_at, distressed_at: distress from which an entity fails, and from which one that is reached counts as hit.
        min_reached: entities hit from which it is contagion.
        exposed_fen: amount of a relation with a failing entity from which its other end counts as hit, distressed or not.
        hub_links: entities with more relations (banks, the city's own companies) pass nothing on.
        most_owned: owners of more entities make no controlling group.
        min_sectors, min_sector_events, sector_level: sectors hit, each by so many events of such a level, from which a failing
            group is systemic.
        creditor_marks: creditors and investors, rising: systemic from the first on, red from the second on.
        creditor_sources, creditor_agreement: offices that must have reported of them, and the share of a figure that makes another
            office's report bear it out.
        creditor_categories: categories whose people are creditors or investors.
        level, grave_level: of a finding, and of a grave one.
        grave_reached, grave_sectors: entities hit, and sectors, from which a finding is grave.
        grave_kinds: kinds of finding about one group from which its alert is grave.
    """

    window_days: AtLeast1
    relation_days: AtLeast1
    max_steps: AtLeast1
    failing_at: Positive
    distressed_at: Positive
    min_reached: AtLeast1
    exposed_fen: AtLeast0
    hub_links: AtLeast1
    most_owned: AtLeast1
    min_sectors: AtLeast2
    min_sector_events: AtLeast1
    sector_level: str
    creditor_marks: tuple[AtLeast1, ...]
    creditor_sources: AtLeast1
    creditor_agreement: Chance
    creditor_categories: tuple[NonEmpty, ...]
    level: str
    grave_level: str
    grave_reached: AtLeast1
    grave_sectors: AtLeast2
    grave_kinds: AtLeast2
    spreads: Spreads
    signal: tuple[Signal, ...]
    sector: tuple[Sector, ...]
