"""ASSESS, the pure part: typed dispute events in, masked and judged records out, by batch."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

import msgspec
import numpy as np

from risk_model.carried_fields import carried_fields, texts_in, with_texts
from risk_model.grading import Floors
from risk_model.linkage import link_keys
from risk_model.masking.names import mask_name
from risk_model.masking.parties import hiding
from risk_model.policy import Policy
from risk_model.pseudonyms import tokens
from risk_model.scoring.fields import ScoringFields
from risk_model.scoring.judgements import Judgements
from risk_model.scoring.runtime import RiskModel, scoring_text
from risk_model.state import local_day
from schemas.assessed import Assessed, AssessedParty, Lift, Origin, Place, Project, Shadow, Versions
from schemas.dispute import SCHEMA_VERSION, Dispute, DisputeData, Party, RegionRef
from schemas.event_types import EVENT_TYPES, PREFIX
from schemas.identifiers import dispute_id
from schemas.levels import Level
from schemas.reasons import Reason
from schemas.regions import RegionRegistry
from schemas.taxonomy import OTHER

_LEVEL_NAMES = {int(level): level.zh for level in Level}
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
        challenger: model whose word is recorded beside, and decides nothing.
    """

    def __init__(
        self,
        model: RiskModel,
        masker: Masks,
        policy: Policy,
        regions: RegionRegistry,
        token_key: bytes,
        challenger: RiskModel | None = None,
    ) -> None:
        self._model = model
        self._challenger = challenger
        self._regions = regions
        self._masker = masker
        self._floors = Floors(policy)
        self._key = token_key
        self._versions = Versions(model.version, policy.version, SCHEMA_VERSION)

    def assess(self, reported: Sequence[Reported]) -> list[Assessed]:
        """Assessed records of a batch, in its order."""
        masked = self._masked_texts(reported)
        parties = self._parties(reported, masked)
        texts = [scoring_text(one.title, one.narrative) for one in masked]
        fields = [_fields(item.dispute) for item in reported]
        judged = self._model.assess(texts, fields)
        judgements = _judgements(judged)
        explained = self._explained(texts, fields, judgements)
        lifts = self._model.lifts(judged)
        shadows = self._shadows(reported, masked, texts, fields)
        return list(map(self._record, reported, masked, parties, texts, judgements, explained, lifts, shadows))

    def _explained(
        self, texts: Sequence[str], fields: Sequence[ScoringFields], judgements: Sequence["_Judgement"]
    ) -> list[list[Reason]]:
        """The model's own words on each event, none below ``EXPLAINED_FROM``."""
        grave = [row for row, judgement in enumerate(judgements) if judgement.level >= EXPLAINED_FROM]
        reasons: list[list[Reason]] = [[]] * len(texts)
        if grave:
            words = self._model.explain_levels([texts[row] for row in grave], [fields[row] for row in grave])
            for row, own in zip(grave, words, strict=True):
                reasons[row] = own
        return reasons

    def _shadows(
        self,
        reported: Sequence[Reported],
        masked: Sequence["_Masked"],
        texts: Sequence[str],
        fields: Sequence[ScoringFields],
    ) -> Sequence[Shadow | None]:
        """What the challenger says of each event; its category by the same rule as the champion's, its level before floors."""
        if self._challenger is None:
            return [None] * len(reported)
        judged = self._challenger.assess(texts, fields)
        version, lifts = self._challenger.version, self._challenger.lifts(judged)
        return [
            Shadow(version, _category(judgement, item.dispute.data, one.title, one.narrative)[0], judgement.level, lift)
            for item, one, judgement, lift in zip(reported, masked, _judgements(judged), lifts, strict=True)
        ]

    def _record(
        self,
        item: Reported,
        masked: "_Masked",
        parties: tuple[AssessedParty, ...],
        text: str,
        judgement: "_Judgement",
        explained: list[Reason],
        lift: Lift | None,
        shadow: Shadow | None,
    ) -> Assessed:
        dispute, data = item.dispute, item.dispute.data
        name = dispute.type.removeprefix(PREFIX)
        category, category_reason = _category(judgement, data, masked.title, masked.narrative)
        level, floors = self._floors.apply(judgement.level, name, text, data.people_involved, data.repeat_count)
        says = Reason(
            "model.level",
            f"模型判为{_LEVEL_NAMES[judgement.level]}（概率 {judgement.level_p:.2f}）",
            "model",
        )
        county, project, cause, subject = data.region.county, data.project, data.cause, data.subject
        held = Project(project.id, project.name) if project else None
        keys = link_keys(name, county, parties, held, data.case_number)
        about = bool(keys or data.references)  # else there is no subject that could have a history
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
            category_probability=judgement.shown_category_p,
            level=level,
            model_level=judgement.level,
            level_probabilities=judgement.shown_level_p,
            reasons=(says, category_reason, *explained, *floors),
            versions=self._versions,
            origin=item.origin,
            parties=parties,
            project=held,
            people_involved=data.people_involved,
            amount_fen=data.amount_fen,
            repeat_count=data.repeat_count,
            case_number=data.case_number,
            cause=cause.name if cause else None,
            cause_version=cause.code_version if cause else None,
            cause_code=cause.code if cause else None,
            source_category=data.category,
            subject_scheme=subject.scheme if subject else None,
            subject=tuple(subject.path) if subject else (),
            references=tuple([dispute_id(r.source, r.id) for r in data.references]) if data.references else (),
            link_keys=keys,
            needs_person=judgement.doubtful,
            lift=lift if about else None,
            shadow=shadow if about or shadow is None else msgspec.structs.replace(shadow, lift=None),
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
        kept: list[tuple[list[bool], dict[str, Any]]] = []
        for item in reported:
            data, extra = item.dispute.data, carried_fields(item.dispute)
            free, people = hiding(data.parties)
            found = [data.title or "", data.narrative]
            if True in free:
                found += [party.name for party, is_free in zip(data.parties, free, strict=True) if is_free]
            if extra:
                found += texts_in(extra)
            texts += found
            names += [people] * len(found)
            kept.append((free, extra))
        masked = iter(self._masker.mask_batch(texts, names))
        return [
            _Masked(
                next(masked),
                next(masked),
                [next(masked) if is_free else None for is_free in free],
                with_texts(extra, masked) if extra else {},
            )
            for free, extra in kept
        ]

    def _parties(self, reported: Sequence[Reported], masked: Sequence["_Masked"]) -> list[tuple[AssessedParty, ...]]:
        """Parties of each event with tokens in place of identifiers, one keyed call a kind for the whole batch."""
        flat = [party for item in reported for party in item.dispute.data.parties]
        enterprises = iter(tokens(self._key, "uscc", [party.uscc for party in flat if party.uscc]))
        persons = iter(tokens(self._key, "citizen_id", [party.citizen_id for party in flat if party.citizen_id]))

        def hidden(party: Party, shown: str | None) -> AssessedParty:
            token = next(enterprises) if party.uscc else None
            if party.citizen_id:
                personal = next(persons)
                token = token or personal
            if shown is None:
                shown = mask_name(party.name) if party.kind == "person" else party.name
            return AssessedParty(party.role, party.kind, shown, token)

        return [
            tuple(map(hidden, item.dispute.data.parties, one.names)) for item, one in zip(reported, masked, strict=True)
        ]


class _Masked(NamedTuple):
    """Masked texts of an event; ``names`` has those of its parties that are masked as text, None for the others."""

    title: str
    narrative: str
    names: list[str | None]
    extra: dict[str, Any]


class _Judgement(NamedTuple):
    """What the model says of one event; the ``shown`` probabilities are rounded to four digits."""

    category: str
    category_p: float
    shown_category_p: float
    level: int
    level_p: float
    shown_level_p: tuple[float, ...]
    doubtful: bool


def _judgements(judged: Judgements) -> list[_Judgement]:
    """The rows of a batch's judgements, rounded together."""
    levels = judged.level.tolist()
    return list(
        map(
            _Judgement,
            judged.category_names(),
            judged.category_probability.tolist(),
            judged.category_probability.round(4).tolist(),
            levels,
            judged.level_probabilities[np.arange(len(levels)), judged.level - 1].tolist(),
            map(tuple, judged.level_probabilities.round(4).tolist()),
            judged.needs_person.tolist(),
        )
    )


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
    return ScoringFields(
        dispute.type.removeprefix(PREFIX),
        data.people_involved,
        data.amount_fen,
        data.repeat_count,
        data.region.county,
        local_day(data.occurred_at).month,
    )


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
