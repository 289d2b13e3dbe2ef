"""A rehearsal: every row mapped and held against the contract, nothing sent."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from infra.importing.readers import Opened
from schemas.errors import FieldError

_EXAMPLES = 3


@dataclass
class Rehearsal:
    """What an import would come to, before the store is asked for duplicates.

    Attributes:
        rows: rows of the file.
        good: rows that become events within the contract.
        refused: rows by the code of their first reason.
        repeated: good rows whose identity came earlier in the file.
        events: JSON of the first good rows.
        examples: (row, reasons) of the first refused rows of each code.
    """

    rows: int = 0
    good: int = 0
    repeated: int = 0
    blank_lines: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    events: list[bytes] = field(default_factory=list)
    examples: list[tuple[int, tuple[FieldError, ...]]] = field(default_factory=list)


def rehearse(
    opened: Opened,
    contract_errors: Callable[[bytes], list[FieldError]],
    *,
    shown: int,
    stop: Callable[[], bool] = lambda: False,
) -> Rehearsal:
    """Map and check every row of a file.

    Args:
        opened: the file.
        contract_errors: what intake would find wrong with an event.
        shown: how many events to keep for showing.
        stop: True once the operator wants to end.
    """
    result = Rehearsal()
    seen: set[str] = set()
    for row in opened.source.rows():
        if stop():
            break
        result.rows += 1
        mapped = opened.prepare(row)
        errors = mapped.errors or tuple(contract_errors(mapped.value))
        if errors:
            result.refused[errors[0].code] += 1
            if result.refused[errors[0].code] <= _EXAMPLES:
                result.examples.append((row.number, errors))
            continue
        result.good += 1
        if mapped.dispute_id in seen:
            result.repeated += 1
        elif mapped.dispute_id is not None:
            seen.add(mapped.dispute_id)
        if len(result.events) < shown:
            result.events.append(mapped.value)
    result.blank_lines = opened.source.blank_lines
    return result
