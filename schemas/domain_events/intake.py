"""What was accepted, what was set aside, and by which policy."""

from datetime import datetime

from schemas.assessed import Assessed, Origin
from schemas.domain_events.fact import Fact
from schemas.errors import FieldError


class PolicyAdopted(Fact, frozen=True, tag="PolicyAdopted"):
    """A policy came into force; every later decision names its version."""

    version: str
    sha256: str
    adopted_by: str


class DisputeAssessed(Fact, frozen=True, tag="DisputeAssessed"):
    """A dispute event was accepted: checked, masked and judged."""

    dispute: Assessed


class DisputeQuarantined(Fact, frozen=True, tag="DisputeQuarantined"):
    """A message broke the contract and was set aside; its original bytes stay on the rejected topic."""

    quarantine_id: str
    quarantined_at: datetime
    origin: Origin
    reasons: tuple[FieldError, ...]
    size_bytes: int
    sha256: str
    rejected_topic: str
    rejected_partition: int
    rejected_offset: int


class QuarantineRetried(Fact, frozen=True, tag="QuarantineRetried"):
    """A person sent quarantined bytes (as they were, or corrected) through intake again."""

    quarantine_id: str
    retried_by: str
    retried_at: datetime
