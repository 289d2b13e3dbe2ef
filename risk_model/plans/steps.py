"""What officials may do with a plan: edit, sign, adopt, send back, reopen, drop. Pure decisions."""

from datetime import datetime
from typing import Literal

import msgspec

from risk_model.clocks.book import ClockBook
from risk_model.clocks.wording import deadline_zh
from risk_model.plans.coercion import coercive_errors
from risk_model.plans.entity import ADOPTED, DRAFT, DROPPED, SENT_BACK, SIGNED, STATUS_ZH, Plan, PlanStep
from risk_model.refusals import LONGEST_NAME, LONGEST_REASON, Incomplete, NotAllowed, allowed_from, text_errors
from schemas.domain_events import (
    PlanAdopted,
    PlanDropped,
    PlannedMeasure,
    PlanReopened,
    PlanRevised,
    PlanSentBack,
    PlanSigned,
)
from schemas.errors import FieldError, field_error

LONGEST_TEXT = 500
MOST_MEASURES = 60
MOST_LINES = 100

StepKind = Literal["revise", "take_redraft", "sign", "adopt", "send_back", "reopen", "drop"]
STEP_ZH: dict[str, str] = {
    "revise": "修改",
    "take_redraft": "采用重拟稿",
    "sign": "签发",
    "adopt": "交办",
    "send_back": "退回",
    "reopen": "重新修订",
    "drop": "不予签发",
}
FROM: dict[str, tuple[str, ...]] = {
    "revise": (DRAFT, SENT_BACK),
    "take_redraft": (DRAFT, SENT_BACK),
    "sign": (DRAFT,),
    "adopt": (SIGNED,),
    "send_back": (DRAFT, SIGNED),
    "reopen": (SIGNED, ADOPTED, DROPPED),
    "drop": (DRAFT, SENT_BACK),
}
"""From which status each step may be taken. What was signed is edited no more unless it is reopened, which is a fact of its own."""
_EXPLAINED = ("send_back", "reopen", "drop")


class PlanText(msgspec.Struct, frozen=True):
    """A plan's text as an official leaves it."""

    title: str
    facts: tuple[str, ...]
    findings: tuple[str, ...]
    measures: tuple[PlannedMeasure, ...]
    issuer: str = ""


class PlanCommand(msgspec.Struct, frozen=True):
    """What an official does with a plan.

    Attributes:
        by: the official; ``office`` the post, of a signer.
        reason: why; of an edit, what was changed.
        text: of an edit.
    """

    kind: StepKind
    by: str
    reason: str = ""
    office: str = ""
    text: PlanText | None = None


def decide_plan(plan: Plan, command: PlanCommand, book: ClockBook, words: tuple[str, ...], now: datetime) -> PlanStep:
    """The fact that follows from a command.

    Args:
        plan: as it stands.
        command: what an official does.
        book: deadlines measures may name.
        words: words of coercive measures, which no text may have.
        now: aware.

    Raises:
        Incomplete: something is missing or wrong, or a measure is coercive.
        NotAllowed: the plan's status does not allow it.
    """
    errors = text_errors(
        [
            ("by", command.by, LONGEST_NAME, True, "经办人姓名"),
            ("office", command.office, LONGEST_NAME, False, "职务"),
            ("reason", command.reason, LONGEST_REASON, command.kind in _EXPLAINED, "理由"),
        ]
    )
    if (command.kind == "revise") != (command.text is not None):
        errors.append(
            field_error("not_allowed", "text", "", "修改时填写全文，其余步骤不填", "the whole text, for an edit only")
        )
    if command.text is not None:
        errors += _wrong(command.text, book) + coercive_errors(command.text.measures, words)
    if errors:
        raise Incomplete(errors)
    allowed_from(FROM, STEP_ZH, STATUS_ZH, plan.status, command.kind)
    who, said = (plan.plan_id, command.by, now), command.reason
    match command.kind:
        case "revise" | "take_redraft":
            return _revised(plan, command, book, now)
        case "sign":
            if plan.redraft is not None:
                raise NotAllowed(
                    f"预警升级后另有重拟稿（第 {plan.redraft_version} 稿），请先采用或者比对修改后再签发",
                    "the machine has drafted anew since: take it over, or edit in view of it, before signing",
                    ("take_redraft", "revise"),
                )
            return PlanSigned(*who, command.office, said)
        case "adopt":
            return PlanAdopted(*who, said)
        case "send_back":
            return PlanSentBack(*who, said)
        case "reopen":
            return PlanReopened(*who, said)
        case "drop":
            return PlanDropped(*who, said)


def same_command(event: object, command: PlanCommand) -> bool:
    """Whether an event records a command."""
    match event:
        case PlanRevised():
            if command.kind == "take_redraft":
                return (event.by, event.note) == (command.by, command.reason)
            return (
                command.kind == "revise"
                and (event.by, event.note) == (command.by, command.reason)
                and _says(event, command.text)
            )
        case PlanSigned():
            return command == PlanCommand("sign", event.by, event.note, event.office)
        case PlanAdopted():
            return command == PlanCommand("adopt", event.by, event.note)
        case PlanSentBack():
            return command == PlanCommand("send_back", event.by, event.reason)
        case PlanReopened():
            return command == PlanCommand("reopen", event.by, event.reason)
        case PlanDropped():
            return command == PlanCommand("drop", event.by, event.reason)
    return False


def worded(measure: PlannedMeasure, book: ClockBook) -> PlannedMeasure:
    """A measure with its time in words, as drafts have it."""
    said = [f"方案签发之日起{measure.due_days}日内"] if measure.due_days is not None else []
    if measure.clock is not None:
        said.append(deadline_zh(book.rule(measure.clock)))
    return msgspec.structs.replace(measure, deadline="；".join(said))


def _revised(plan: Plan, command: PlanCommand, book: ClockBook, now: datetime) -> PlanRevised:
    if command.kind == "take_redraft":
        draft = plan.redraft
        if draft is None or plan.redraft_version is None:
            raise NotAllowed("没有重拟稿", "there is no redraft", ("revise",))
        text, on, measures = draft, plan.redraft_version, draft.measures
        title, facts, findings, issuer = text.title, text.facts, text.findings, text.issuer
    else:
        assert command.text is not None, "checked before"
        on, sent = plan.text_version, command.text
        title, facts, findings, issuer = sent.title, sent.facts, sent.findings, sent.issuer or plan.text.issuer
        measures = tuple(worded(measure, book) for measure in sent.measures)
    newest = plan.redraft or plan.text
    return PlanRevised(
        plan.plan_id,
        command.by,
        now,
        on,
        title,
        facts,
        findings,
        measures,
        newest.level,
        newest.owner,
        issuer,
        command.reason,
    )


def _says(event: PlanRevised, text: PlanText | None) -> bool:
    """Whether an edit left this very text; times in words are the system's own."""
    return (
        text is not None
        and (text.title, text.facts, text.findings, text.issuer or event.issuer)
        == (event.title, event.facts, event.findings, event.issuer)
        and list(map(_plain, text.measures)) == list(map(_plain, event.measures))
    )


def _plain(measure: PlannedMeasure) -> PlannedMeasure:
    return msgspec.structs.replace(measure, deadline="")


def _wrong(text: PlanText, book: ClockBook) -> list[FieldError]:
    fields = [("title", text.title, LONGEST_TEXT, True, "标题"), ("issuer", text.issuer, LONGEST_NAME, False, "落款")]
    for name, lines, zh in (("facts", text.facts, "基本情况"), ("findings", text.findings, "研判")):
        fields += [(f"{name}[{n}]", line, LONGEST_TEXT, True, zh) for n, line in enumerate(lines)]
    for n, measure in enumerate(text.measures):
        fields += [
            (f"measures[{n}].text", measure.text, LONGEST_TEXT, True, "措施"),
            (f"measures[{n}].lead", measure.lead, LONGEST_NAME, True, "牵头单位"),
        ]
        fields += [
            (f"measures[{n}].support[{k}]", name, LONGEST_NAME, True, "配合单位")
            for k, name in enumerate(measure.support)
        ]
    errors = text_errors(fields)
    for name, count, most in (
        ("measures", len(text.measures), MOST_MEASURES),
        ("facts", len(text.facts), MOST_LINES),
        ("findings", len(text.findings), MOST_LINES),
    ):
        if count > most:
            errors.append(field_error("too_long", name, str(count), f"至多 {most} 项", f"at most {most}"))
    if not text.measures:
        errors.append(field_error("missing", "measures", "nothing", "至少一项措施", "at least one measure"))
    for n, measure in enumerate(text.measures):
        if measure.due_days is None and measure.clock is None:
            zh, en = "须写明 due_days 或者 clock", "due_days or clock is expected"
            errors.append(field_error("missing", f"measures[{n}].due_days", "nothing", zh, en))
        if measure.clock is not None and measure.clock not in book.rules:
            zh, en = "期限文件里有的代码", "a code of clocks.toml"
            errors.append(field_error("not_allowed", f"measures[{n}].clock", measure.clock, zh, en))
    texts = [m.text for m in text.measures]
    if len(set(texts)) != len(texts):
        errors.append(
            field_error("not_allowed", "measures", "重复 repeated", "各项措施互不相同", "measures that differ")
        )
    return errors
