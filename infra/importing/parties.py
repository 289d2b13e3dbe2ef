"""The parties of a row: several names in one cell, kinds by the ending of the name."""

import re
from typing import Any

from infra.importing.assignment_spec import AssignmentRule
from infra.importing.assignments import Compiler, Getter
from infra.importing.cells import bad_cell
from infra.importing.errors import Unmappable
from infra.importing.rows import Row
from infra.importing.spec import PartyRule

_DETAILS = ("uscc", "citizen_id", "phone")


class PartyMaker:
    """Makes `data.parties`."""

    def __init__(self, rules: list[PartyRule], compiler: Compiler) -> None:
        self._rules = [
            (
                rule,
                compiler.value(rule.name),
                {key: compiler.value(getattr(rule, key)) for key in _DETAILS if getattr(rule, key)},
            )
            for rule in rules
        ]

    def __call__(self, row: Row) -> list[dict[str, Any]] | None:
        """Parties of a row, None where no name is given; raises Unmappable when details cannot be told to belong to whom."""
        found: list[dict[str, Any]] = []
        for rule, name, details in self._rules:
            names = _several(rule.name, name, row)
            parties = [{"role": rule.role, "kind": _kind(rule, each), "name": each} for each in names]
            for key, getter in details.items():
                _add(parties, key, _several(getattr(rule, key), getter, row), getattr(rule, key))
            found.extend(parties)
        return found or None


def _several(spec: AssignmentRule, getter: Getter | None, row: Row) -> list[str]:
    value = getter(row) if getter is not None else None
    if value is None:
        return []
    if spec.split is None:
        return [str(value)]
    return [part.strip() for part in re.split(f"[{re.escape(spec.split)}]", str(value)) if part.strip()]


def _add(parties: list[dict[str, Any]], key: str, values: list[str], spec: AssignmentRule) -> None:
    if not values or not parties:
        return
    if len(values) != len(parties):
        raise Unmappable(
            bad_cell(
                "ambiguous_parties",
                spec.column or key,
                f"{len(values)} 项",
                f"与当事人数相同的 {len(parties)} 项",
                f"{len(parties)} values, as many as names",
                "请逐人分列，或分行填写",
                "give one for each name, or one party a row",
            )
        )
    for party, value in zip(parties, values, strict=True):
        party[key] = value


def _kind(rule: PartyRule, name: str) -> str:
    for kind, endings in rule.suffixes.items():
        if name.endswith(tuple(endings)):
            return kind
    return rule.kind
