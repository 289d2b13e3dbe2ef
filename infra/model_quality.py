"""Drift, quota junk and the labelling queue of what is recorded: reads the store and the model's reference, and lets the pure parts judge."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from infra.model_artifact import REFERENCE_FILE
from infra.model_use import UsedModel
from infra.store.queries.observed import RecordedDispute, recorded_disputes
from risk_model.quality.drift import DriftReport, compare
from risk_model.quality.junk import JunkFinding, quota_junk
from risk_model.quality.label_delay import Answered, LabelDelay, delay_findings, label_delays
from risk_model.quality.observed import Observed, observed_examples, observed_record
from risk_model.quality.profile import EVERYTHING, FORMAT, Profile, decode_profile, encode_profile, profile
from risk_model.quality.queue import Asked, Known, choose
from risk_model.quality.thresholds import DriftTable, JunkTable, ModelTable
from risk_model.scoring.examples import LabelledExample
from risk_model.scoring.runtime import RiskModel


class ReferenceMissing(RuntimeError):
    """There is no profile of the training data beside the model; the message says what to do."""

    for_operator = True


class NothingRecorded(RuntimeError):
    """There are no events in the time asked about; the message says which."""

    for_operator = True


class DriftOutcome(NamedTuple):
    """A drift report and what it is of.

    Attributes:
        report: what stands out and every comparison; findings on labels are among them.
        delays: labels by source; empty for a file.
        rows: present events.
        first, last: span of the present events.
        reference: rows and span of the training data.
        model: version of the model.
    """

    report: DriftReport
    delays: dict[str, LabelDelay]
    rows: int
    first: datetime
    last: datetime
    reference: tuple[int, datetime, datetime]
    model: str


class QueuedDispute(NamedTuple):
    """An event to be labelled, and how it was recorded."""

    asked: Asked
    recorded: RecordedDispute


def write_reference(
    folder: Path, examples: Sequence[LabelledExample], held_out: Sequence[LabelledExample], model: RiskModel
) -> Profile | None:
    """Write the profile of the training data beside the model; none, and no older one either, where times are not known.

    Args:
        folder: artifact folder.
        examples: all examples of the label file.
        held_out: those of them that ``model`` did not learn from.
        model: as evaluated on ``held_out``; its version is that of the artifact.
    """
    path = folder / REFERENCE_FILE
    path.unlink(missing_ok=True)
    if any(example.occurred_at is None for example in examples):
        return None
    apart = set(map(id, held_out))
    unseen = frozenset(str(number) for number, example in enumerate(examples) if id(example) in apart)
    made = profile(observed_examples(examples), model, unseen)
    path.write_bytes(encode_profile(made))
    return made


def reference_of(used: UsedModel) -> Profile:
    """Profile of the data a model was trained on.

    Raises:
        ReferenceMissing: there is none, it cannot be read, or it is another model's.
    """
    retrain = "请重新训练（fuyuan model train 会写入） / train again, which writes it"
    version = used.model.version
    if used.reference is None:
        raise ReferenceMissing(f"模型 {version} 没有训练数据的概况（{REFERENCE_FILE}），漂移无从比较；{retrain}")
    try:
        found = decode_profile(used.reference)
    except (msgspec.ValidationError, msgspec.DecodeError) as bad:
        raise ReferenceMissing(f"模型 {version} 的 {REFERENCE_FILE} 读不懂：{bad}；{retrain}") from None
    if found.format != FORMAT or found.model != version:
        raise ReferenceMissing(
            f"{REFERENCE_FILE} 属于模型 {found.model}（格式 {found.format}），现用模型为 {version}（格式 {FORMAT}）；{retrain}"
        )
    return found


def recorded_drift(
    connection: Connection, model: RiskModel, reference: Profile, limits: DriftTable, now: datetime, days: int
) -> DriftOutcome:
    """Drift of the events reported in the ``days`` before ``now``.

    Raises:
        NothingRecorded: there are none.
    """
    recorded = _recorded(connection, now, days)
    answered = [Answered(r.record.source, r.record.reported_at, r.labelled_at) for r in recorded]
    delays = label_delays(answered, now)
    outcome = file_drift(_observed(recorded), model, reference, limits)
    findings = (*outcome.report.findings, *delay_findings(delays, limits))
    return outcome._replace(report=msgspec.structs.replace(outcome.report, findings=findings), delays=delays)


def file_drift(observed: Sequence[Observed], model: RiskModel, reference: Profile, limits: DriftTable) -> DriftOutcome:
    """Drift of events that are not in the store, such as those of a label file."""
    current = profile(observed, model)
    then = (reference.scopes[EVERYTHING].rows, reference.first, reference.last)
    report = compare(reference, current, limits)
    return DriftOutcome(report, {}, len(observed), current.first, current.last, then, model.version)


def recorded_junk(connection: Connection, limits: JunkTable, since: datetime, until: datetime) -> list[JunkFinding]:
    """Quota junk among the events reported within ``[since, until)``."""
    return quota_junk(_observed(list(recorded_disputes(connection, since, until))), limits)


def labelling_queue(
    connection: Connection, model: RiskModel, limits: ModelTable, now: datetime, size: int
) -> list[QueuedDispute]:
    """The recorded, unlabelled events whose labels would teach most, best first; junk is left out."""
    recorded = _window(connection, now, limits.queue.window_days)
    observed = _observed(recorded)
    junk = {event_id for finding in quota_junk(observed, limits.junk) for event_id in finding.event_ids}
    labelled = [
        Known(one.text, one.fields) for one, r in zip(observed, recorded, strict=True) if r.labelled_at is not None
    ]
    free = [
        (one, r)
        for one, r in zip(observed, recorded, strict=True)
        if r.labelled_at is None and one.event_id not in junk and one.text
    ]
    candidates = [one for one, _ in free]
    judged = model.assess([one.text for one in candidates], [one.fields for one in candidates])
    asked = choose(candidates, judged, model.margins.costs, labelled, size, limits.queue)
    by_id = {one.event_id: r for one, r in free}
    return [QueuedDispute(each, by_id[each.event_id]) for each in asked]


def _recorded(connection: Connection, now: datetime, days: int) -> list[RecordedDispute]:
    found = _window(connection, now, days)
    if not found:
        raise NothingRecorded(
            f"截至 {now:%Y-%m-%d} 的 {days} 天内没有入库的事件；可用 --until 换一个日期 / no events recorded in those {days} days"
        )
    return found


def _window(connection: Connection, now: datetime, days: int) -> list[RecordedDispute]:
    return list(recorded_disputes(connection, now - timedelta(days=days), now))


def _observed(recorded: Sequence[RecordedDispute]) -> list[Observed]:
    return [observed_record(one.record, one.matter_id) for one in recorded]
