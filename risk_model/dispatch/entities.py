"""What the fold knows of an alert on its way to its owner, and of silences."""

from datetime import datetime
from typing import NamedTuple

import msgspec

from schemas.domain_events.dispatch import SilenceMatch
from schemas.reasons import Reason

PENDING, TOLD, GROUPED, ABSORBED = "pending", "told", "grouped", "absorbed"
SILENCED, QUEUED, DAMPED = "silenced", "queued", "damped"
PAST = "past"  # of a plan alone
STAGE_ZH = {
    PENDING: "待分派",
    TOLD: "已通知",
    GROUPED: "并入同组",
    ABSORBED: "已被吸收",
    SILENCED: "静默中",
    QUEUED: "额度外待发",
    DAMPED: "反复起落待稳定",
}
DIGEST = "digest"


class Told(NamedTuple):
    """One release: when, to whom, of which level, and why."""

    at: datetime
    not_before: datetime
    owner: str
    level: int
    cause: str


class PlanStanding(msgspec.Struct, frozen=True):
    """Where the draft plan of an alert stands with whoever signs it.

    Attributes:
        stage: ``told``, where its alert stands while it is held, or ``past``; empty before anything was decided.
        since: from when; of ``told`` the end of quiet hours.
        draft: version of the plan's event that gave the newest text told; 0 when none was.
        asked: what the time for signing counts from: 1 the first draft, else the version of the fact that released it.
    """

    stage: str = ""
    since: datetime | None = None
    draft: int = 0
    asked: int = 1
    reason: Reason | None = None


class Card(msgspec.Struct):
    """An alert on its way.

    Attributes:
        stage: where it stands, see ``STAGE_ZH``.
        before: its stage before it was absorbed.
        cause: what it would be told for while it is held.
        raised: when it was raised, and opened again by the machine.
        told: every release.
        plan: where its draft plan stands; None while it has none that anybody is to look at.
    """

    alert_id: str
    group_id: str
    stage: str = PENDING
    keys: list[str] = []
    reach: list[str] = []
    dispute_ids: list[str] = []
    people: int = 0
    certainty: float = 1.0
    absorbed_by: str | None = None
    before: str = PENDING
    cause: str = ""
    reason: Reason | None = None
    until: datetime | None = None
    silence_id: str | None = None
    raised: list[datetime] = []
    told: list[Told] = []
    plan: PlanStanding | None = None
    version: int = 0

    @property
    def told_level(self) -> int:
        """The gravest level told; 0 when nothing was."""
        return max((told.level for told in self.told), default=0)

    @property
    def newest(self) -> datetime:
        """When something last became of it that counts for budget or flapping."""
        return max([*self.raised, *(told.at for told in self.told)])


def asked_since(asked_at: datetime | None, card: Card | None) -> datetime | None:
    """Since when an acknowledgement is owed: nobody owes one for what they were not told.

    Args:
        asked_at: when the fact that asks for it was recorded; None when nothing does.
        card: of the alert; None when the dispatch has not seen it.
    """
    if asked_at is None or card is None:
        return asked_at
    if card.stage != TOLD:
        return None
    return max(asked_at, *(told.not_before for told in card.told))


class Silence(msgspec.Struct):
    """A silence and whether it still holds: ``lifted_at`` is None while it does."""

    silence_id: str
    match: SilenceMatch
    by: str
    at: datetime
    reason: str
    until: datetime
    lifted_by: str = ""
    lifted_at: datetime | None = None
    lifted_for: str = ""
    version: int = 0
