"""``[dispatch]`` of the policy: how alerts are grouped, silenced, held within a budget and told."""

from datetime import time
from typing import Annotated

import msgspec

from risk_model.policy_table import AtLeast0, AtLeast1, PolicyTable, Share

Weekday = Annotated[int, msgspec.Meta(ge=1, le=7)]


class QuietHours(PolicyTable, frozen=True):
    """``[dispatch.quiet.LEVEL]``: local times between which alerts of a level wait; over midnight where ``begins`` is the later."""

    begins: time
    ends: time


class TellingBudget(PolicyTable, frozen=True):
    """``[dispatch.budget]``: alerts below red that are told.

    Attributes:
        owner_alerts, county_alerts: at most so many in ``window_days`` to one owner, and of one county.
        min_certainty: an alert that the model alone grades, and is less certain of, waits for the digest though there is room.
        digest_weekday, digest_at: 1 is Monday; when what is still held is told at once, local time.
    """

    owner_alerts: AtLeast1
    county_alerts: AtLeast1
    window_days: AtLeast1
    min_certainty: Share
    digest_weekday: Weekday
    digest_at: time


class FlappingTable(PolicyTable, frozen=True):
    """``[dispatch.flapping]``: an alert below red raised again and again within ``window_days`` waits until it was not for ``stable_days``."""

    max_raises: AtLeast1
    window_days: AtLeast1
    stable_days: AtLeast1


class DispatchTable(PolicyTable, frozen=True):
    """``[dispatch]``.

    Attributes:
        group_share: an alert belongs with another when more than this share of its events is about the same thing,
        group_min_events: and it has at least so many.
        absorb_days: a regional alert absorbs alerts of its category and places that are at most so many days older or younger.
        silence_days: a silence lasts at most so long.
        silence_red: whether red alerts can be silenced.
        quiet: by level code; a level that is not named has no quiet hours.
    """

    group_share: Share
    group_min_events: AtLeast1
    absorb_days: AtLeast0
    silence_days: AtLeast1
    silence_red: bool
    budget: TellingBudget
    flapping: FlappingTable
    quiet: dict[str, QuietHours]
