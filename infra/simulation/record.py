"""One record of the simulation."""

from dataclasses import dataclass
from datetime import datetime

from infra.simulation.truth import EventTruth


@dataclass(frozen=True, slots=True)
class SimRecord:
    """One record as a sender puts it on the wire.

    Attributes:
        key: Kafka key, the county code; None for a record whose sender did not know it.
        value: exact bytes.
        due: when it is reported, aware UTC.
        truth: what is true about it.
    """

    key: bytes | None
    value: bytes
    due: datetime
    truth: EventTruth
