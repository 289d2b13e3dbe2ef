"""What every table of a policy is: frozen, without unknown keys; and the bounds of its values."""

from typing import Annotated

import msgspec

AtLeast0 = Annotated[int, msgspec.Meta(ge=0)]
AtLeast1 = Annotated[int, msgspec.Meta(ge=1)]
AtLeast2 = Annotated[int, msgspec.Meta(ge=2)]
NotNegative = Annotated[float, msgspec.Meta(ge=0)]
Positive = Annotated[float, msgspec.Meta(gt=0)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Chance = Annotated[float, msgspec.Meta(gt=0, lt=1)]
NonEmpty = Annotated[str, msgspec.Meta(min_length=1)]


class PolicyTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the policy file."""
