"""Dispute events without personal data: texts masked, identifiers of parties replaced by keyed tokens, a whole batch at a time."""

from collections.abc import Sequence
from itertools import islice
from typing import Any, NamedTuple, Protocol

from risk_model.carried_fields import carried_fields, texts_in, with_texts
from risk_model.masked_relations import named_persons, names_as_text
from risk_model.masking.names import mask_name
from risk_model.masking.parties import hiding
from risk_model.pseudonyms import tokens
from schemas.assessed import AssessedParty
from schemas.dispute import Dispute, Party


class Masks(Protocol):
    """What is needed of a masker (``masking.Masker``)."""

    def mask_batch(self, texts: Sequence[str], names: Sequence[Sequence[str]]) -> list[str]:
        """Texts without personal data; ``names`` are the person names to hide in each text."""


class MaskedTexts(NamedTuple):
    """Masked texts of an event.

    Attributes:
        names: of its parties, those that are masked as text; None for the others.
        related: names at the ends of its relations that are masked as text, in order.
    """

    title: str
    narrative: str
    names: list[str | None]
    extra: dict[str, Any]
    related: Sequence[str] = ()


def masked_texts(disputes: Sequence[Dispute], masker: Masks) -> list[MaskedTexts]:
    """Masked texts of each event, masked in one call for the whole batch."""
    texts: list[str] = []
    names: list[Sequence[str]] = []
    kept: list[tuple[list[bool], dict[str, Any], int]] = []
    for dispute in disputes:
        data, extra = dispute.data, carried_fields(dispute)
        free, people = hiding(data.parties)
        found = [data.title or "", data.narrative]
        if True in free:
            found += [party.name for party, is_free in zip(data.parties, free, strict=True) if is_free]
        if extra:
            found += texts_in(extra)
        beside: Sequence[str] = ()
        if data.relations:
            people += named_persons(data)
            beside = names_as_text(data)
            found += beside
        texts += found
        names += [people] * len(found)
        kept.append((free, extra, len(beside)))
    masked = iter(masker.mask_batch(texts, names))
    return [
        MaskedTexts(
            next(masked),
            next(masked),
            [next(masked) if is_free else None for is_free in free],
            with_texts(extra, masked) if extra else {},
            tuple(islice(masked, beside)) if beside else (),
        )
        for free, extra, beside in kept
    ]


def masked_parties(
    disputes: Sequence[Dispute], masked: Sequence[MaskedTexts], key: bytes
) -> list[tuple[AssessedParty, ...]]:
    """Parties of each event with tokens in place of identifiers, one keyed call a kind for the whole batch.

    Args:
        disputes: the events.
        masked: their masked texts, in the same order.
        key: secret of the keyed tokens.
    """
    flat = [party for dispute in disputes for party in dispute.data.parties]
    enterprises = iter(tokens(key, "uscc", [party.uscc for party in flat if party.uscc]))
    persons = iter(tokens(key, "citizen_id", [party.citizen_id for party in flat if party.citizen_id]))

    def hidden(party: Party, shown: str | None) -> AssessedParty:
        token = next(enterprises) if party.uscc else None
        if party.citizen_id:
            personal = next(persons)
            token = token or personal
        if shown is None:
            shown = mask_name(party.name) if party.kind == "person" else party.name
        return AssessedParty(party.role, party.kind, shown, token)

    return [tuple(map(hidden, dispute.data.parties, one.names)) for dispute, one in zip(disputes, masked, strict=True)]
