"""The record ASSESS publishes on ``dispute.assessed.v1``: checked, masked, judged, with reasons and versions."""

from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any

import msgspec

from schemas.event_types import Side
from schemas.naming import Naming
from schemas.reasons import Reason

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Ordinal = Annotated[int, msgspec.Meta(ge=1, le=4, description="内部风险等级 internal level: 1 蓝 blue … 4 红 red")]
Probability = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Origin(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where the reported bytes stand: topic, partition and offset; import id and row when a file brought them."""

    topic: str
    partition: int
    offset: int
    import_id: str | None = None
    import_row: int | None = None


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """Region of an event: county (six digits), township (nine digits), community name."""

    county: str
    township: str | None = None
    community: str | None = None

    def region_keys(self) -> tuple[str, ...]:
        """Region keys from finest to coarsest: ``township/community``, ``township``, ``county``."""
        return _region_keys(self.county, self.township, self.community)


@lru_cache(maxsize=16_384)  # a city's regions come again with every event
def _region_keys(county: str, township: str | None, community: str | None) -> tuple[str, ...]:
    keys: tuple[str, ...] = (county,)
    if township:
        keys = (township, *keys)
    if community:
        keys = (f"{township or county}/{community}", *keys)
    return keys


class AssessedParty(msgspec.Struct, frozen=True, omit_defaults=True):
    """A party after masking: persons by surname only, identifiers as keyed tokens."""

    role: str
    kind: str
    name: str
    token: str | None = None


class Project(msgspec.Struct, frozen=True, omit_defaults=True):
    """A building or other project: local id and name."""

    id: str | None = None
    name: str | None = None


class RelatedEnd(msgspec.Struct, frozen=True, omit_defaults=True):
    """One end of a relation after masking: a person is a token and nothing else.

    Attributes:
        kind: ``enterprise``, ``project`` or ``person``.
        name: of an enterprise or a project; None for a person.
        token: keyed identifier of an enterprise or a person, the same as a party's.
        id: a project's number in the source.
    """

    kind: str
    name: str | None = None
    token: str | None = None
    id: str | None = None


class AssessedRelation(msgspec.Struct, frozen=True, omit_defaults=True):
    """A relation the source knows of, masked: guarantee, supplier, owner or contractor, see ``schemas.relations``."""

    kind: str
    from_: RelatedEnd = msgspec.field(name="from")
    to: RelatedEnd
    amount_fen: int | None = None


class Versions(msgspec.Struct, frozen=True):
    """What judged the event: model, policy and contract version."""

    model: str
    policy: str
    schema: int


class History(msgspec.Struct, frozen=True):
    """What had been reported of the event's subject in its county before it: events and distinct sources within the window."""

    events: int
    sources: int
    window_days: int


class Lift(msgspec.Struct, frozen=True):
    """What history would weigh in the level: ASSESS, which has no memory, leaves it to WATCH, which knows the matter.

    Attributes:
        score: the model's level score without history, log-odds.
        cuts: (level, score above which it begins), rising.
        weights: of ``log10(1 + events)`` and ``log10(1 + sources)``, none below 0: history only raises.
        window_days: days of history the model learnt with.
    """

    score: float
    cuts: tuple[tuple[Ordinal, float], ...]
    weights: tuple[float, float]
    window_days: int


class Shadow(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the challenger model says of the event, for comparison only; nothing is decided by it.

    Attributes:
        level: before floors and history.
        lift: what history would weigh with it, until it was weighed.
        lifted: level with history, where that is higher.
    """

    model: str
    category: str
    level: Ordinal
    lift: Lift | None = None
    lifted: Ordinal | None = None


class Assessed(msgspec.Struct, frozen=True, omit_defaults=True):
    """A dispute event after ASSESS.

    Attributes:
        dispute_id: digest of (source, id): the event's identity, see ``identifiers.dispute_id``.
        type: event type without prefix, e.g. ``gov.petition``.
        occurred_at: when it happened (UTC); counts and windows use this.
        reported_at: when the source system reported it (UTC).
        narrative, title: masked text.
        amount_fen: amount at stake in fen.
        subject: the source's own classification, coarse to fine, with its scheme.
        level: final internal level (1 blue … 4 red) after floors and history; ``model_level`` is the model's, without either.
        level_probabilities: calibrated or raw model probabilities, order blue … red, each in [0, 1].
        link_keys: keyed identities for linkage, strongest first (``uscc:…``, ``project:…``, ``case:…``); once WATCH has decided, those
            that it was filed by (``site:…`` and ``firm:…`` are ids of known projects and enterprises).
        cause, cause_code, cause_version: 案由, its code and the version of the code.
        source_category: the category as the source judged it, whatever the model says.
        lift: what history would weigh; None once it was weighed, or where it cannot matter.
        history: what was known of the subject when the event was recorded; None where it has none.
        shadow: what the challenger model says, while there is one.
        relations: guarantees, supplies, control and contracts that the source knows of.
        extra: unknown and type-specific fields, masked; those of the envelope under ``cloudevent``.
        naming: names of the enterprise and project, read; None once WATCH has decided whom they mean.
    """

    dispute_id: str
    source: str
    source_event_id: str
    type: str
    side: Side
    occurred_at: Instant
    reported_at: Instant
    place: Place
    title: str
    narrative: str
    category: str
    category_probability: Probability
    level: Ordinal
    model_level: Ordinal
    level_probabilities: tuple[Probability, ...]
    reasons: tuple[Reason, ...]
    versions: Versions
    origin: Origin
    parties: tuple[AssessedParty, ...] = ()
    project: Project | None = None
    people_involved: int | None = None
    amount_fen: int | None = None
    repeat_count: int = 0
    case_number: str | None = None
    cause: str | None = None
    cause_version: str | None = None
    cause_code: str | None = None
    source_category: str | None = None
    subject_scheme: str | None = None
    subject: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    link_keys: tuple[str, ...] = ()
    needs_person: bool = False
    shadow: Shadow | None = None
    lift: Lift | None = None
    history: History | None = None
    relations: tuple[AssessedRelation, ...] = ()
    extra: dict[str, Any] = {}
    naming: Naming | None = None


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Assessed)


def encode_assessed(record: Assessed) -> bytes:
    """JSON bytes of an assessed record."""
    return _encoder.encode(record)


def decode_assessed(value: bytes) -> Assessed:
    """Assessed record from JSON bytes; msgspec.ValidationError when it is not one."""
    return _decoder.decode(value)
