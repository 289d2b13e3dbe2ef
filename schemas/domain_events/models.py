"""Facts of labels and of the models that judge."""

from datetime import datetime

import msgspec

from schemas.domain_events.fact import Fact


class LabelGiven(Fact, frozen=True, tag="LabelGiven"):
    """An official said what a dispute event's category or level should have been; the model learns from it.

    Attributes:
        category, level: the right ones; None where the official said nothing of it, never both.
        given_by: who, as the caller named.
        alert_id: the alert the official was handling, if it was one.
    """

    dispute_id: str
    given_by: str
    given_at: datetime
    reason: str
    category: str | None = None
    level: int | None = None
    alert_id: str | None = None


class ModelPromoted(Fact, frozen=True, tag="ModelPromoted"):
    """A model became the one that judges; running workers switch to it.

    Attributes:
        version, sha256: the artifact, as its manifest names it.
        previous: version of the model that judged before, None for the first.
        metrics: measures of the new model on the data of the promotion gate.
        failed: codes of the gate's checks it did not pass.
        override_reason: why it was promoted all the same; not empty when ``failed`` is not.
        rollback: whether this returns to an earlier champion.
    """

    version: str
    sha256: str
    previous: str | None
    promoted_by: str
    promoted_at: datetime
    reason: str
    metrics: dict[str, float] = msgspec.field(default_factory=dict)
    failed: tuple[str, ...] = ()
    override_reason: str = ""
    rollback: bool = False


class ChallengerNamed(Fact, frozen=True, tag="ChallengerNamed"):
    """A model judges the same events in the shadow of the champion, for comparison; ``version`` None ends that."""

    version: str | None
    sha256: str | None
    named_by: str
    named_at: datetime
    reason: str
