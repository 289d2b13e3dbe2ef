"""Relations without personal data: identifiers become the tokens that parties have, persons lose their names."""

from collections.abc import Iterator, Sequence

from risk_model.masking.parties import is_free
from risk_model.pseudonyms import tokens
from schemas.assessed import AssessedRelation, RelatedEnd
from schemas.dispute import DisputeData
from schemas.relations import Relation, RelationEnd


def named_persons(data: DisputeData) -> list[str]:
    """Names of the persons among the ends: they are hidden in the event's texts like those of parties."""
    return [end.name for end in _ends(data.relations) if end.kind == "person" and end.name]


def names_as_text(data: DisputeData) -> list[str]:
    """Names of enterprises and projects that are masked as texts, because a number stands beside them."""
    return [end.name for end in _ends(data.relations) if end.name and end.kind != "person" and is_free(end.name)]


def masked_relations(data: DisputeData, shown: Sequence[str], key: bytes) -> tuple[AssessedRelation, ...]:
    """Relations of one event; few events have any.

    Args:
        data: the event's data.
        shown: masked texts of ``names_as_text``, in the same order.
        key: secret of the keyed tokens.
    """
    texts = iter(shown)
    return tuple(
        AssessedRelation(
            relation.kind, _hidden(relation.from_, texts, key), _hidden(relation.to, texts, key), relation.amount_fen
        )
        for relation in data.relations
    )


def _hidden(end: RelationEnd, shown: Iterator[str], key: bytes) -> RelatedEnd:
    if end.kind == "person":
        return RelatedEnd(end.kind, None, tokens(key, "citizen_id", [end.citizen_id])[0] if end.citizen_id else None)
    name = next(shown) if end.name and is_free(end.name) else end.name
    return RelatedEnd(end.kind, name, tokens(key, "uscc", [end.uscc])[0] if end.uscc else None, end.id)


def _ends(relations: Sequence[Relation]) -> Iterator[RelationEnd]:
    for relation in relations:
        yield relation.from_
        yield relation.to
