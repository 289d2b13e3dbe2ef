"""Why a level, join, alert or plan is as it is: every decision carries reasons a person can read."""

from typing import Literal

import msgspec

ReasonSource = Literal["model", "floor", "rule", "detector", "source", "person"]


class Reason(msgspec.Struct, frozen=True, omit_defaults=True):
    """One reason of a decision.

    Attributes:
        code: stable machine name, e.g. ``floor.people_50``.
        text: Chinese sentence for officials, without personal data.
        source: who says so: the model, a policy floor, a rule, a detector, the source system or a person.
        weight: signed contribution to the model's score (log-odds), where there is one.
    """

    code: str
    text: str
    source: ReasonSource
    weight: float | None = None
