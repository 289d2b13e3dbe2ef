"""Records with the names that ASSESS reads, for tests of whom an event is about."""

from typing import Any

import msgspec

from risk_model.linking.naming import naming
from schemas.assessed import Assessed
from tests.disputes import assessed, rules


def read(record: Assessed) -> Assessed:
    """A record with its names read."""
    return msgspec.structs.replace(record, naming=naming(record, rules().places))


def named(number: int, **fields: Any) -> Assessed:
    """An assessed record whose names were read."""
    return read(assessed(number, **fields))
