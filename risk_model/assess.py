"""ASSESS, the pure part: typed dispute events in, masked and judged records out, by batch."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from risk_model.grading import Floors
from risk_model.linking.keys import link_keys
from risk_model.linking.naming import namings
from risk_model.linking.told import Told
from risk_model.masked import MaskedTexts, Masks, masked_parties, masked_texts
from risk_model.masked_relations import masked_relations
from risk_model.names.places import PlaceNames
from risk_model.policy import Policy
from risk_model.scoring.fields import ScoringFields, reported_fields
from risk_model.scoring.judgements import Judgement
from risk_model.scoring.runtime import RiskModel
from risk_model.text.lead import scoring_text
from schemas.assessed import Assessed, AssessedParty, Lift, Origin, Place, Project, Shadow, Versions
from schemas.dispute import SCHEMA_VERSION, Dispute, DisputeData, RegionRef
from schemas.event_types import EVENT_TYPES, PREFIX
from schemas.identifiers import dispute_id
from schemas.levels import Level
from schemas.naming import Naming
from schemas.reasons import Reason
from schemas.regions import RegionRegistry
from schemas.taxonomy import OTHER

_LEVEL_NAMES = {int(level): level.zh for level in Level}
EXPLAINED_FROM = Level.ORANGE  # the model's own words are listed from this level on


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
        places: region words, to read the names of enterprises and projects by; without them WATCH joins by exact keys only.
    """

    def __init__(
        self,
        model: RiskModel,
        masker: Masks,
        policy: Policy,
        regions: RegionRegistry,
        token_key: bytes,
        challenger: RiskModel | None = None,
        places: PlaceNames | None = None,
    ) -> None:
        self._model = model
        self._challenger = challenger
        self._places = places
        self._regions = regions
        self._masker = masker
        self._floors = Floors(policy)
        self._key = token_key
        self._versions = Versions(model.version, policy.version, SCHEMA_VERSION)

    def assess(self, reported: Sequence[Reported]) -> list[Assessed]:
        """Assessed records of a batch, in its order."""
        disputes = [item.dispute for item in reported]
        masked = masked_texts(disputes, self._masker)
        parties = masked_parties(disputes, masked, self._key)
        texts = [scoring_text(one.title, one.narrative) for one in masked]
        fields = [reported_fields(dispute) for dispute in disputes]
        judged = self._model.assess(texts, fields)
        judgements = judged.each()
        explained = self._explained(texts, fields, judgements)
        lifts = self._model.lifts(judged)
        shadows = self._shadows(reported, masked, texts, fields)
        projects = [Project(p.id, p.name) if (p := dispute.data.project) else None for dispute in disputes]
        namings = self._namings(fields, masked, parties, projects)
        return list(
            map(
                self._record, reported, masked, parties, projects, texts, judgements, explained, lifts, shadows, namings
            )
        )

    def _namings(
        self,
        fields: Sequence[ScoringFields],
        masked: Sequence[MaskedTexts],
        parties: Sequence[tuple[AssessedParty, ...]],
        projects: Sequence[Project | None],
    ) -> Sequence[Naming | None]:
        """What each event says of the names of its enterprise and project."""
        if self._places is None:
            return [None] * len(fields)
        told = [
            Told(of.event_type, of.county, own, project, one.title, one.narrative)
            for of, own, project, one in zip(fields, parties, projects, masked, strict=True)
        ]
        return namings(told, self._places)

    def _explained(
        self, texts: Sequence[str], fields: Sequence[ScoringFields], judgements: Sequence[Judgement]
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
        masked: Sequence[MaskedTexts],
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
            for item, one, judgement, lift in zip(reported, masked, judged.each(), lifts, strict=True)
        ]

    def _record(
        self,
        item: Reported,
        masked: MaskedTexts,
        parties: tuple[AssessedParty, ...],
        project: Project | None,
        text: str,
        judgement: Judgement,
        explained: list[Reason],
        lift: Lift | None,
        shadow: Shadow | None,
        naming: Naming | None,
    ) -> Assessed:
        dispute, data = item.dispute, item.dispute.data
        name = dispute.type.removeprefix(PREFIX)
        category, category_reason = _category(judgement, data, masked.title, masked.narrative)
        level, floors = self._floors.apply(judgement.level, name, text, data.people_involved, data.repeat_count)
        says = Reason(
            "model.level",
            f"模型判为{_LEVEL_NAMES[judgement.level]}（概率 {judgement.level_probability:.2f}）",
            "model",
        )
        cause, subject = data.cause, data.subject
        keys = link_keys(name, data.region.county, parties, project, data.case_number)
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
            category_probability=judgement.shown_category_probability,
            level=level,
            model_level=judgement.level,
            level_probabilities=judgement.shown_level_probabilities,
            reasons=(says, category_reason, *explained, *floors),
            versions=self._versions,
            origin=item.origin,
            parties=parties,
            project=project,
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
            needs_person=judgement.needs_person,
            lift=lift if about else None,
            shadow=shadow if about or shadow is None else msgspec.structs.replace(shadow, lift=None),
            relations=masked_relations(data, masked.related, self._key) if data.relations else (),
            extra=masked.extra,
            naming=naming,
        )

    def _place(self, region: RegionRef) -> Place:
        township = region.township
        if township is None and region.township_name:
            township = self._regions.township_code(region.county, region.township_name)
        return Place(region.county, township, region.community_name)


def _category(judgement: Judgement, data: DisputeData, title: str, narrative: str) -> tuple[str, Reason]:
    """Category: the model's from a narrative; without one the source's own, else the model's from the title, else 其他."""
    if not narrative and data.category:
        return str(data.category), Reason("source.category", "无正文，采用来源分类", "source")
    if narrative or title:
        said = f"模型判为{judgement.category}（概率 {judgement.category_probability:.2f}）"
        return judgement.category, Reason("model.category", said if narrative else f"无正文，按标题{said}", "model")
    return OTHER, Reason("source.no_text", "无正文且来源未分类", "source")


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
