"""ASSESS, the pure part: typed dispute events in, masked and judged records out, by batch."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from risk_model.carried_fields import carried_fields, texts_in, with_texts
from risk_model.grading import apply_floors
from risk_model.linkage import link_keys
from risk_model.masking.lists import people_of
from risk_model.masking.names import mask_name
from risk_model.policy import Policy
from risk_model.pseudonyms import tokens
from risk_model.scoring.fields import ScoringFields
from risk_model.scoring.runtime import RiskModel, scoring_text
from schemas.assessed import Assessed, AssessedParty, Origin, Place, Project, Versions
from schemas.dispute import SCHEMA_VERSION, Dispute, DisputeData, Party, RegionRef
from schemas.event_types import EVENT_TYPES, PREFIX
from schemas.identifiers import dispute_id
from schemas.levels import Level
from schemas.reasons import Reason
from schemas.regions import RegionRegistry
from schemas.taxonomy import OTHER

_LEVEL_NAMES = {int(level): level.zh for level in Level}
_LONG_NUMBER = re.compile(r"[0-9０-９][0-9０-９ \-]{5,}[0-9０-９]")
EXPLAINED_FROM = Level.ORANGE  # the model's own words are listed from this level on


class Masks(Protocol):
    """What ASSESS needs of a masker (``masking.Masker``)."""

    def mask_batch(self, texts: Sequence[str], names: Sequence[Sequence[str]]) -> list[str]:
        """Texts without personal data; ``names`` are the person names to hide in each text."""


class Reported(NamedTuple):
    """A typed dispute event and where its bytes stand."""

    dispute: Dispute
    origin: Origin


class Assessor:
    """Masks, pseudonymises, classifies and grades batches of dispute events. Pure: same input, same output.

    Args:
        model: judges category and level.
        masker: removes personal data from text.
        policy: floors and versions.
        regions: finds the code of a township that a source names only.
        token_key: secret of the keyed tokens.
    """

    def __init__(
        self, model: RiskModel, masker: Masks, policy: Policy, regions: RegionRegistry, token_key: bytes
    ) -> None:
        self._model = model
        self._regions = regions
        self._masker = masker
        self._policy = policy
        self._key = token_key
        self._versions = Versions(model.version, policy.version, SCHEMA_VERSION)

    def assess(self, reported: Sequence[Reported]) -> list[Assessed]:
        """Assessed records of a batch, in its order."""
        masked = self._masked_texts(reported)
        parties = self._parties(reported, masked)
        texts = [scoring_text(one.title, one.narrative) for one in masked]
        fields = [_fields(item.dispute) for item in reported]
        judged = self._model.assess(texts, fields)
        names, levels = judged.category_names(), judged.level.tolist()
        category_p, level_p = judged.category_probability.tolist(), judged.level_probabilities.tolist()
        doubtful = judged.needs_person.tolist()
        records = []
        for i, item in enumerate(reported):
            judgement = _Judgement(names[i], category_p[i], levels[i], tuple(level_p[i]), doubtful[i])
            reasons = self._model.explain_level(texts[i], fields[i]) if levels[i] >= EXPLAINED_FROM else []
            records.append(self._record(item, masked[i], parties[i], judgement, reasons))
        return records

    def _record(
        self,
        item: Reported,
        masked: "_Masked",
        parties: tuple[AssessedParty, ...],
        judgement: "_Judgement",
        explained: list[Reason],
    ) -> Assessed:
        dispute, data = item.dispute, item.dispute.data
        name = dispute.type.removeprefix(PREFIX)
        category, category_reason = _category(judgement, data, masked.title, masked.narrative)
        level, floors = apply_floors(
            self._policy,
            judgement.level,
            name,
            f"{masked.title}。{masked.narrative}",
            data.people_involved,
            data.repeat_count,
        )
        says = Reason(
            "model.level",
            f"模型判为{_LEVEL_NAMES[judgement.level]}（概率 {judgement.level_p[judgement.level - 1]:.2f}）",
            "model",
        )
        county, project = data.region.county, data.project
        held = Project(project.id, project.name) if project else None
        return Assessed(
            dispute_id=dispute_id(dispute.source, dispute.id),
            source=dispute.source,
            source_event_id=dispute.id,
            type=name,
            side=EVENT_TYPES[name].side,
            occurred_at=_utc(data.occurred_at),
            reported_at=_utc(dispute.time),
            place=self._place(data.region),
            title=masked.title,
            narrative=masked.narrative,
            category=category,
            category_probability=round(judgement.category_p, 4),
            level=level,
            model_level=judgement.level,
            level_probabilities=tuple(round(p, 4) for p in judgement.level_p),
            reasons=(says, category_reason, *explained, *floors),
            versions=self._versions,
            origin=item.origin,
            parties=parties,
            project=held,
            people_involved=data.people_involved,
            amount_fen=data.amount_fen,
            repeat_count=data.repeat_count,
            case_number=data.case_number,
            cause=data.cause.name if data.cause else None,
            cause_version=data.cause.code_version if data.cause else None,
            cause_code=data.cause.code if data.cause else None,
            source_category=data.category,
            subject_scheme=data.subject.scheme if data.subject else None,
            subject=tuple(data.subject.path) if data.subject else (),
            references=tuple(dispute_id(r.source, r.id) for r in data.references),
            link_keys=link_keys(name, county, parties, held, data.case_number),
            needs_person=judgement.doubtful,
            extra=masked.extra,
        )

    def _place(self, region: RegionRef) -> Place:
        township = region.township
        if township is None and region.township_name:
            township = self._regions.township_code(region.county, region.township_name)
        return Place(region.county, township, region.community_name)

    def _masked_texts(self, reported: Sequence[Reported]) -> list["_Masked"]:
        """Masked texts of each event, masked in one call for the whole batch."""
        texts: list[str] = []
        names: list[Sequence[str]] = []
        extras = [carried_fields(item.dispute) for item in reported]
        for item, extra in zip(reported, extras, strict=True):
            data = item.dispute.data
            found = [data.title or "", data.narrative, *(p.name for p in data.parties if _is_free(p))]
            if extra:
                found += texts_in(extra)
            texts += found
            names += [_people(data.parties)] * len(found)
        masked = iter(self._masker.mask_batch(texts, names))
        return [
            _Masked(
                next(masked),
                next(masked),
                [next(masked) for party in item.dispute.data.parties if _is_free(party)],
                with_texts(extra, masked) if extra else {},
            )
            for item, extra in zip(reported, extras, strict=True)
        ]

    def _parties(self, reported: Sequence[Reported], masked: Sequence["_Masked"]) -> list[tuple[AssessedParty, ...]]:
        """Parties of each event with tokens in place of identifiers, one keyed call a kind for the whole batch."""
        flat = [party for item in reported for party in item.dispute.data.parties]
        found = {
            kind: iter(tokens(self._key, kind, [v for p in flat if (v := getattr(p, kind))]))
            for kind in ("uscc", "citizen_id")
        }
        found["name"] = iter([name for one in masked for name in one.names])
        return [tuple(self._party(party, found) for party in item.dispute.data.parties) for item in reported]

    def _party(self, party: Party, found: dict[str, Any]) -> AssessedParty:
        token = next(found["uscc"]) if party.uscc else None
        if party.citizen_id:
            personal = next(found["citizen_id"])
            token = token or personal
        name = (
            next(found["name"]) if _is_free(party) else mask_name(party.name) if party.kind == "person" else party.name
        )
        return AssessedParty(party.role, party.kind, name, token)


class _Masked(NamedTuple):
    """Masked texts of an event; ``names`` are those of its parties that are masked as text."""

    title: str
    narrative: str
    names: list[str]
    extra: dict[str, Any]


def _is_free(party: Party) -> bool:
    """Whether a party's name is masked as a text: a group, persons in a list, or a name with a number beside it."""
    name = party.name
    if party.kind == "person":
        # only if every one of them is found; else ``mask_name`` leaves nothing but the first character
        return ("、" in name or "等" in name) and len(people_of(name)) == name.partition("等")[0].count("、") + 1
    return party.kind == "group" or _LONG_NUMBER.search(name) is not None


def _people(parties: Sequence[Party]) -> list[str]:
    """Names to hide in an event's texts: its parties that are persons, and the persons its groups name."""
    names: list[str] = []
    for party in parties:
        if party.kind == "person" and not _is_free(party):
            names.append(party.name)
        if party.kind == "group" or (party.kind == "person" and ("、" in party.name or "等" in party.name)):
            names += people_of(party.name)
    return names


class _Judgement(NamedTuple):
    category: str
    category_p: float
    level: int
    level_p: tuple[float, ...]
    doubtful: bool


def _category(judgement: _Judgement, data: DisputeData, title: str, narrative: str) -> tuple[str, Reason]:
    """Category: the model's from a narrative; without one the source's own, else the model's from the title, else 其他."""
    if not narrative and data.category:
        return str(data.category), Reason("source.category", "无正文，采用来源分类", "source")
    if narrative or title:
        said = f"模型判为{judgement.category}（概率 {judgement.category_p:.2f}）"
        return judgement.category, Reason("model.category", said if narrative else f"无正文，按标题{said}", "model")
    return OTHER, Reason("source.no_text", "无正文且来源未分类", "source")


def _fields(dispute: Dispute) -> ScoringFields:
    data = dispute.data
    return ScoringFields(dispute.type.removeprefix(PREFIX), data.people_involved, data.amount_fen, data.repeat_count)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
