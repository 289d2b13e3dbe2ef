"""What every domain event is: a frozen fact with a stable type name."""

import msgspec


class Fact(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="type"):
    """A fact of the event store, tagged with its type name; fields at their default are not stored."""
