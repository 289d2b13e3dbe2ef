"""What a model is trained on: officials' labels from the event store, a label file, or both; and the report on doubtful labels."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from infra.label_file import LabelFile, training_data
from infra.model_saving import TrainingData
from infra.store.queries.labels import LabelledDispute, labelled_disputes
from risk_model.label_review import KINDS_ZH, LabelDoubt, LabelReview
from risk_model.labelling import in_force
from risk_model.scoring.examples import LabelledExample
from risk_model.scoring.fields import fields_of
from risk_model.text.lead import scoring_text
from schemas.domain_events import LabelGiven

OFFICIALS = "officials"
"""Origin of examples labelled by officials."""

REPORT_FILE = "label_report.md"
SHOWN_DOUBTS = 500
_SHOWN_TEXT = 60
_encoder = msgspec.json.Encoder(order="deterministic")


class NothingLabelled(RuntimeError):
    """There is no labelled event to train from; the message says how there will be."""

    for_operator = True


class OfficialLabels(NamedTuple):
    """Recorded events with officials' labels in force, by (time of occurrence, id); and all their labels, by event."""

    examples: list[LabelledExample]
    given: Mapping[str, Sequence[LabelGiven]]


class TrainingSet(NamedTuple):
    """Examples to train from, what the manifest says of them, and officials' labels by event."""

    examples: list[LabelledExample]
    data: TrainingData
    given: Mapping[str, Sequence[LabelGiven]]


def official_labels(connection: Connection, since: datetime | None = None) -> OfficialLabels:
    """Examples of recorded events as ASSESS saw them (text masked, fields of the record), with the labels in force.

    Args:
        connection: to the event store.
        since: only events that occurred then or later.

    Raises:
        NothingLabelled: there is none.
    """
    found = list(labelled_disputes(connection, since))
    if not found:
        raise NothingLabelled(
            "事件库中没有符合条件的标注：请先通过接口标注（POST /v1/events/{dispute_id}/labels），或改用 --data "
            "/ the store has no such labels: label events through the API first, or use --data"
        )
    return OfficialLabels([_example(one) for one in found], {one.dispute.dispute_id: one.labels for one in found})


def training_set(base: LabelFile | None, official: OfficialLabels | None, description: str) -> TrainingSet:
    """Both sources as one; of an event in both, what officials said goes before what the file says, head by head.

    Args:
        base: a label file; events are recognised by its id column, which must hold dispute ids.
        official: labels from the store.
        description: sentence on the origin of the file.

    Raises:
        ValueError: neither is given.
    """
    if official is None:
        if base is None:
            raise ValueError("expected a label file, labels of officials, or both")
        return TrainingSet(base.examples, base.data, {})
    ours = {example.example_id: example for example in official.examples}
    rest: list[LabelledExample] = []
    for example in base.examples if base else ():
        known = ours.get(example.example_id)
        if known is None:
            rest.append(example)
            continue
        ours[known.example_id] = msgspec.structs.replace(
            known,
            category=example.category if known.category is None else known.category,
            level=example.level if known.level is None else known.level,
        )
    examples = [*rest, *ours.values()]
    digest = hashlib.sha256((base.data.sha256 if base else "").encode())
    for example in ours.values():
        digest.update(_encoder.encode(example))
    said = f"有权人员在事件库中标注 {len(ours):,} 条 events labelled by officials"
    told = f"{said}；{description}（{len(rest):,} 条）" if base else said
    return TrainingSet(examples, training_data(digest.hexdigest(), examples, told), official.given)


def without(training: TrainingSet, review: LabelReview) -> TrainingSet:
    """The training set without the examples a review leaves out."""
    kept = [example for index, example in enumerate(training.examples) if index not in review.left_out]
    description = training.data.description
    if review.left_out:
        description += f"；标注存疑、未用于训练的 {len(review.left_out):,} 条 left out as doubtful"
    return training._replace(examples=kept, data=training_data(training.data.sha256, kept, description))


def label_report(training: TrainingSet, review: LabelReview, *, kept: bool) -> str:
    """Markdown report on doubtful labels, Chinese first.

    Args:
        training: all examples, before any was left out.
        review: the doubts.
        kept: whether they were used all the same.
    """
    used = "仍用于训练（--keep-doubtful）kept" if kept else "未用于训练 left out"
    lines = [
        "# 标注存疑报告 Doubtful labels",
        "",
        f"样本 {len(training.examples):,} 条，其中 {len(review.left_out):,} 条标注存疑，{used}。请有权人员核对后重新标注。",
        "",
        "| 情形 | 处 | 存疑样本 |",
        "|---|---|---|",
        *(
            f"| {zh} | {sum(doubt.kind == kind for doubt in review.doubts):,} | {review.count(kind):,} |"
            for kind, zh in KINDS_ZH.items()
        ),
        "",
    ]
    for doubt in review.doubts[:SHOWN_DOUBTS]:
        lines += _doubt_lines(training.examples, doubt)
    if len(review.doubts) > SHOWN_DOUBTS:
        lines += [f"……共 {len(review.doubts):,} 处，以上为前 {SHOWN_DOUBTS} 处。", ""]
    return "\n".join(lines)


def _doubt_lines(examples: Sequence[LabelledExample], doubt: LabelDoubt) -> list[str]:
    head = {"category": "类别", "level": "等级"}.get(doubt.head, "")
    lines = [f"## {KINDS_ZH[doubt.kind]}{f'（{head}）' if head else ''}：{doubt.detail}", ""]
    for index in doubt.examples:
        example = examples[index]
        text = " ".join(example.text.split())[:_SHOWN_TEXT].replace("|", "｜").replace("`", "'")
        who = f"，{example.labelled_by}" if example.labelled_by else ""
        mark = "存疑" if index in doubt.left_out else "保留"
        lines.append(f"- {mark} `{example.example_id or index}`{who}：`{text}`")
    return [*lines, ""]


def _example(one: LabelledDispute) -> LabelledExample:
    d = one.dispute
    category, level = in_force(one.labels)
    return LabelledExample(
        text=scoring_text(d.title, d.narrative),
        fields=fields_of(d),
        category=category,
        level=level,
        occurred_at=d.occurred_at,
        source=d.source,
        county=d.place.county,
        example_id=d.dispute_id,
        labelled_by=one.labels[-1].given_by,
        origin=OFFICIALS,
    )
