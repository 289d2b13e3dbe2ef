"""Fields an assessed record has no place of its own for: carried along under ``extra``, masked like everything else."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from schemas.dispute import Dispute, DisputeData
from schemas.unknown_fields import unknown_fields

FEWEST_DIGITS = 7  # a number of so many digits may be a telephone or an ID that the source did not quote


@lru_cache(maxsize=64)
def _own_fields(kind: type[DisputeData]) -> tuple[str, ...]:
    """Fields of a typed event beyond those the record has a place for."""
    return tuple(name for name in kind.model_fields if name not in DisputeData.model_fields)


def carried_fields(dispute: Dispute) -> dict[str, Any]:
    """Type-specific and unknown fields, plain JSON values.

    Unknown fields of ``data`` stand at the top, those of an object in it under its name (``region``, ``project``, …; parties and
    references by their number), those of the envelope under ``cloudevent``. What a source adds about a *person* stays behind:
    it cannot be masked by form, and persons are not scored. So does what it adds to a relation with a person.
    """
    data = dispute.data
    own = _own_fields(type(data))
    carried: dict[str, Any] = {name: getattr(data, name) for name in own} if own else {}
    for path, fields in unknown_fields(dispute).items():
        name, _, number = path.removeprefix("data").removeprefix(".").partition("[")
        if path == "data":
            carried.update(fields)
        elif not path:
            carried["cloudevent"] = fields
        elif not number:
            carried[name] = fields
        elif not _about_person(data, name, int(number.partition("]")[0])):
            carried.setdefault(name, {})[number.replace("]", "", 1)] = fields
    return carried


def _about_person(data: DisputeData, name: str, number: int) -> bool:
    """Whether a numbered object of the data is a person, or a relation with one."""
    if name == "parties":
        return data.parties[number].kind == "person"
    if name == "relations":
        return "person" in (data.relations[number].from_.kind, data.relations[number].to.kind)
    return False


def texts_in(value: Any) -> list[str]:
    """Every text of a JSON value in a fixed order: strings, names of fields, and long whole numbers as text."""
    found: list[str] = []

    def keep(text: str) -> str:
        found.append(text)
        return text

    _changed(value, keep)
    return found


def with_texts(value: Any, texts: Iterator[str]) -> Any:
    """A copy of a JSON value with each text of ``texts_in`` replaced by the next of ``texts``."""
    return _changed(value, lambda _: next(texts))


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        copy: dict[str, Any] = {}
        for name, item in value.items():
            masked = change(name)
            while masked in copy:  # two names that differ only in what was masked
                masked += "·"
            copy[masked] = _changed(item, change)
        return copy
    if isinstance(value, list):
        return [_changed(item, change) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**18:
        text = str(int(value))
    elif isinstance(value, int) and not isinstance(value, bool):
        text = str(value)
    else:
        return value
    if len(text) < FEWEST_DIGITS:
        return value
    masked = change(text)
    return value if masked == text else masked
