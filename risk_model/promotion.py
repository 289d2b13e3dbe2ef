"""Promotion: which model judges, and whether a new one may. Pure decisions on the events that give roles.

The gate compares two evaluations on the same labelled data; what it finds is overridden only with a reason, which the event keeps.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from risk_model.quality.thresholds import GateTable
from risk_model.scoring.evaluation import Evaluation
from risk_model.scoring.evaluation.bootstrap import rounded
from schemas.domain_events import ChallengerNamed, DomainEvent, ModelPromoted
from schemas.reasons import Reason


class PromotionRefused(ValueError):
    """A role cannot be given as asked; the message says why and what to do."""

    for_operator = True


class Order(NamedTuple):
    """Who asks for it, when (aware), and why; ``override`` is why the gate is passed over, empty when it is not."""

    by: str
    at: datetime
    reason: str
    override: str = ""


class Candidate(NamedTuple):
    """An artifact: version, and SHA-256 of its model file."""

    version: str
    sha256: str


class Trial(NamedTuple):
    """An evaluation and what it was made on.

    Attributes:
        evaluation: of the model.
        data_sha256: of the labelled data it was judged on.
        learnt_sha256: of the data it learnt from; None where the rows judged were held out of them.
    """

    evaluation: Evaluation
    data_sha256: str
    learnt_sha256: str | None = None


def failed_checks(champion: Trial | None, challenger: Trial, gate: GateTable) -> tuple[Reason, ...]:
    """Checks of the gate that the challenger does not pass, each with its reason; empty when it may be promoted.

    What cannot be measured is not passed: a gate that sees nothing must not stand open.

    Args:
        champion: trial of the model that judges now; None when it cannot be loaded.
        challenger: trial of the model to promote.
        gate: bounds.
    """
    new = challenger.evaluation
    found: list[Reason] = []
    labelled = min(new.category_rows or new.rows, new.level_rows or new.rows)  # of the head with fewer labels
    if labelled < gate.min_rows:
        found.append(_failed("rows", f"有标注的评估样本 {labelled} 条，至少需要 {gate.min_rows} 条"))
    if challenger.learnt_sha256 == challenger.data_sha256:
        found.append(_failed("seen_data", "评估所用的文件就是新模型的训练文件，结果不可信；请换用没有学过的标注"))
    if champion is None:
        found.append(_failed("champion", "现用模型无法加载，无从比较"))
    elif (champion.data_sha256, champion.evaluation.rows) != (challenger.data_sha256, new.rows):
        found.append(_failed("same_data", "两个模型的评估不在同一批数据上，无从比较；请用 --data 给出同一份标注"))
    else:
        old = champion.evaluation
        found += _recall("orange_recall", "橙及以上", old.orange_recall, new.orange_recall, gate.max_recall_drop)
        found += _recall("red_recall", "红", old.red_recall, new.red_recall, gate.max_recall_drop)
    found += _calibration("category_ece", "类别", new.category_ece, gate.max_category_ece)
    found += _calibration("level_ece", "等级", new.level_ece, gate.max_level_ece)
    return tuple(found)


def gate_metrics(champion: Trial | None, challenger: Trial) -> dict[str, float]:
    """Measures the promotion event keeps: the new model's, and the champion's under ``champion_…``; unmeasured ones are left out."""
    kept = {f"champion_{name}": value for name, value in _measures(champion.evaluation).items()} if champion else {}
    return {"rows": float(challenger.evaluation.rows)} | _measures(challenger.evaluation) | kept


def promote(
    past: Sequence[DomainEvent],
    candidate: Candidate,
    before: str | None,
    order: Order,
    failed: Sequence[Reason],
    metrics: dict[str, float],
) -> list[ModelPromoted | ChallengerNamed]:
    """Events that make a model the one that judges; it stops being the challenger.

    Args:
        past: events of the stream, oldest first.
        candidate: the new model.
        before: version of the model that judges when none was promoted yet.
        order: who, when, why.
        failed: checks of the gate it did not pass.
        metrics: measures to keep.

    Raises:
        PromotionRefused: no name or reason, it judges already, or the gate is shut and not overridden.
    """
    _check_order(order)
    judging = champion_version(past, before)
    if candidate.version == judging:
        raise PromotionRefused(f"模型 {candidate.version} 已在使用 / this model judges already")
    if failed and not order.override.strip():
        listed = "；".join(f"[{reason.code}] {reason.text}" for reason in failed)
        raise PromotionRefused(
            f"模型 {candidate.version} 未通过启用检查：{listed}。改进模型，或用 --override 说明仍要启用的理由（将写入事件） "
            "/ the gate is shut: improve the model, or say with --override why it is promoted all the same"
        )
    promoted = ModelPromoted(
        version=candidate.version,
        sha256=candidate.sha256,
        previous=judging,
        promoted_by=order.by,
        promoted_at=order.at,
        reason=order.reason,
        metrics=metrics,
        failed=tuple(reason.code for reason in failed),
        override_reason=order.override.strip() if failed else "",
    )
    return [promoted, *_end_shadow(past, candidate.version, order)]


def rollback(past: Sequence[DomainEvent], target: Candidate, order: Order) -> list[ModelPromoted | ChallengerNamed]:
    """Events that return to the champion before the present one (see ``rollback_target``).

    Raises:
        PromotionRefused: no name or reason, or ``target`` is not the model to return to.
    """
    _check_order(order)
    if rollback_target(past) != target.version:
        raise PromotionRefused("启用记录已变，请重新执行 / the history of promotions changed: run the command again")
    returned = ModelPromoted(
        version=target.version,
        sha256=target.sha256,
        previous=champion_version(past, None),
        promoted_by=order.by,
        promoted_at=order.at,
        reason=order.reason,
        rollback=True,
    )
    return [returned, *_end_shadow(past, target.version, order)]


def rollback_target(past: Sequence[DomainEvent]) -> str:
    """Version to return to: each rollback undoes the latest promotion not yet undone, so that two of them go back two.

    Raises:
        PromotionRefused: nothing is left to undo.
    """
    held: list[str | None] = []
    for event in past:
        if isinstance(event, ModelPromoted):
            if event.rollback:
                held.pop()
            else:
                held += [event.version] if held else [event.previous, event.version]
    target = held[-2] if len(held) > 1 else None
    if target is None:
        raise PromotionRefused("没有可以退回的模型 / there is no earlier model to return to")
    return target


def name_challenger(
    past: Sequence[DomainEvent], candidate: Candidate | None, before: str | None, order: Order
) -> list[ModelPromoted | ChallengerNamed]:
    """Events that let a model judge in the shadow; None ends the shadow.

    Raises:
        PromotionRefused: no name or reason, it judges already, or nothing would change.
    """
    _check_order(order)
    version, sha256 = candidate or (None, None)
    if version is not None and version == champion_version(past, before):
        raise PromotionRefused(
            f"模型 {version} 正在使用，不能同时作为挑战者 / the champion cannot be its own challenger"
        )
    if version == challenger_version(past):
        raise PromotionRefused(
            f"挑战者已是 {version} / it is the challenger already" if version else "没有挑战者 / there is no challenger"
        )
    return [ChallengerNamed(version, sha256, order.by, order.at, order.reason)]


def champion_version(past: Sequence[DomainEvent], before: str | None) -> str | None:
    """Version of the model that judges after these events; ``before`` when none was promoted."""
    return next((event.version for event in reversed(past) if isinstance(event, ModelPromoted)), before)


def challenger_version(past: Sequence[DomainEvent]) -> str | None:
    """Version of the challenger after these events."""
    return next((event.version for event in reversed(past) if isinstance(event, ChallengerNamed)), None)


def _end_shadow(past: Sequence[DomainEvent], version: str, order: Order) -> list[ChallengerNamed]:
    """A champion is not its own challenger."""
    ends = challenger_version(past) == version
    return [ChallengerNamed(None, None, order.by, order.at, "已启用 promoted")] if ends else []


def _check_order(order: Order) -> None:
    for option, value in (("--by", order.by), ("--reason", order.reason)):
        if not value.strip():
            raise PromotionRefused(
                f"{option} 不得为空：记录须写明谁、为什么 / must not be empty: the record says who and why"
            )


def _measures(found: Evaluation) -> dict[str, float]:
    names = ("orange_recall", "orange_precision", "red_recall", "category_ece", "level_ece")
    values = {name: getattr(found, name) for name in ("category_macro_f1", "level_macro_f1", *names)}
    return {name: value for name, value in values.items() if value is not None}


def _recall(code: str, name: str, old: float | None, new: float | None, most: float) -> list[Reason]:
    if old is None or new is None:
        return [_failed(code, f"评估数据中没有{name}的样本，召回率无从比较")]
    if rounded(old - new) > most:
        return [_failed(code, f"{name}召回率由 {old:.3f} 降至 {new:.3f}，至多允许下降 {most:g}")]
    return []


def _calibration(code: str, name: str, error: float | None, most: float) -> list[Reason]:
    if error is None:
        return [_failed(code, f"{name}校准误差没有测得")]
    if error > most:
        return [_failed(code, f"{name}校准误差 {error:.3f}，至多允许 {most:g}")]
    return []


def _failed(check: str, text: str) -> Reason:
    return Reason(f"gate.{check}", text, "rule")
