"""Playbooks (处置预案): conditions, measures, lead departments, legal basis and deadlines, as data."""

import msgspec

from risk_model.policy import PolicyError
from schemas.domain_events import PlannedMeasure


class Playbook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[[playbook]]``: when any condition named holds, its measures go into the draft; ``fallback`` when none does."""

    id: str
    name: str
    measures: tuple[PlannedMeasure, ...]
    categories: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    floors: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    min_people: int | None = None
    fallback: bool = False


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    playbook: tuple[Playbook, ...]


def parse_playbooks(document: bytes) -> tuple[Playbook, ...]:
    """Playbooks from the bytes of their TOML file; PolicyError names the path of what does not hold."""
    try:
        return msgspec.toml.decode(document, type=_Document).playbook
    except (msgspec.ValidationError, msgspec.DecodeError) as bad:
        raise PolicyError(f"处置预案文件有误：{bad} / playbooks: {bad}") from None
