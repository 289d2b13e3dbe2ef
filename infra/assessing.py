"""ASSESS: reported bytes in; assessed records and rejections out. Decoding, the pure assessor, and nothing else."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from infra.intake import Incoming, import_marks, rejection_headers
from risk_model.assess import Assessor, Reported
from schemas.assessed import Origin, encode_assessed
from schemas.decode import decode
from schemas.errors import ContractError, FieldError
from schemas.limits import Limits
from schemas.regions import RegionRegistry

SLICE = 250  # records that go through all steps together: of more, a step finds what the one before made no longer in the cache


class Outgoing(NamedTuple):
    """A message to publish: ``accepted`` goes to the assessed topic, everything else to quarantine."""

    accepted: bool
    key: bytes | None
    value: bytes
    headers: Sequence[tuple[str, bytes]] = ()


class Intake:
    """Turns batches of reported messages into what is published."""

    def __init__(self, assessor: Assessor, registry: RegionRegistry, limits: Limits) -> None:
        self._assessor = assessor
        self._registry = registry
        self._limits = limits

    def process(self, records: Sequence[Incoming], now: datetime) -> list[Outgoing]:
        """One message out for every message in, in order within each county."""
        accepted: list[Outgoing] = []
        rejected: list[Outgoing] = []
        for start in range(0, len(records), SLICE):
            accepted += self._accepted(records[start : start + SLICE], now, rejected)
        return accepted + rejected

    def _accepted(self, records: Sequence[Incoming], now: datetime, rejected: list[Outgoing]) -> list[Outgoing]:
        reported: list[Reported] = []
        for record in records:
            try:
                dispute = decode(record.value, self._registry, self._limits, now)
            except ContractError as broken:
                rejected.append(self._reject(record, broken.errors, now))
                continue
            origin = Origin(record.topic, record.partition, record.offset, dispute.importid, dispute.importrow)
            reported.append(Reported(dispute, origin))
        return [Outgoing(True, a.place.county.encode(), encode_assessed(a)) for a in self._assessor.assess(reported)]

    def _reject(self, record: Incoming, errors: Sequence[FieldError], now: datetime) -> Outgoing:
        import_id, row = import_marks(record.value)
        origin = f"{record.topic}/{record.partition}/{record.offset}"
        return Outgoing(
            False, record.key, record.value, rejection_headers(errors, origin, now, "assess", import_id, row)
        )
