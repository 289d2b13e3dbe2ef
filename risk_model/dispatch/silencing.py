"""Silences: what a named official may let wait, and for how long. Pure decisions."""

from datetime import datetime, timedelta

from risk_model.dispatch.desk import ABSORBERS, COUNTS
from risk_model.dispatch.entities import Silence
from risk_model.dispatch.settings import DispatchTable
from risk_model.dispatch.wording import match_zh
from risk_model.local_time import SHANGHAI
from risk_model.refusals import LONGEST_NAME, LONGEST_REASON, Incomplete, NotAllowed, text_errors
from schemas.domain_events import SilenceLifted, SilenceSet
from schemas.domain_events.dispatch import SilenceMatch
from schemas.errors import FieldError, field_error
from schemas.identifiers import derived_id
from schemas.levels import Level
from schemas.taxonomy import CATEGORIES

KINDS = ("matter", *COUNTS, *ABSORBERS)


def silence_id(match: SilenceMatch, by: str, reason: str, until: datetime) -> str:
    """Id of a silence: the same request sent again is the same silence."""
    return derived_id("silence", match_zh(match), by, reason, until.isoformat())


def decide_silence(
    match: SilenceMatch, by: str, reason: str, until: datetime, now: datetime, table: DispatchTable
) -> SilenceSet:
    """The fact that follows when an official sets a silence.

    Args:
        match: which alerts.
        by: the official.
        reason: why, masked.
        until: aware.
        now: aware.
        table: ``[dispatch]``.

    Raises:
        Incomplete: it names nothing, has no end within the policy's days, silences red, or a name or reason is missing.
    """
    if errors := [*_wrong_words(by, reason), *_wrong_match(match, table), *_wrong_end(until, now, table)]:
        raise Incomplete(errors)
    return SilenceSet(silence_id(match, by, reason, until), match, by, now, reason, until)


def decide_lifting(silence: Silence, by: str, reason: str, now: datetime) -> SilenceLifted:
    """The fact that follows when an official lifts a silence.

    Raises:
        Incomplete: a name or reason is missing.
        NotAllowed: it is over already.
    """
    if errors := _wrong_words(by, reason):
        raise Incomplete(errors)
    if silence.lifted_at is not None or silence.until <= now:
        over = silence.lifted_at or silence.until
        raise NotAllowed(
            f"静默已于 {over.astimezone(SHANGHAI):%m-%d %H:%M} 解除（{silence.lifted_by or '到期'}）",
            f"the silence has been over since {over.isoformat()}",
        )
    return SilenceLifted(silence.silence_id, by, now, reason)


def _wrong_words(by: str, reason: str) -> list[FieldError]:
    return text_errors([("by", by, LONGEST_NAME, True, "经办人姓名"), ("reason", reason, LONGEST_REASON, True, "理由")])


def _wrong_match(match: SilenceMatch, table: DispatchTable) -> list[FieldError]:
    errors = []
    if not any((match.county, match.category, match.kind, match.matter_id, match.entity)):
        zh = "县、类别、种类、事项、企业或项目至少一项：不能静默全部预警"
        en = "at least one of county, category, kind, matter_id, entity: not all alerts can be silenced"
        errors.append(field_error("missing", "match", "nothing", zh, en))
    most = Level.RED if table.silence_red else Level.ORANGE
    if not Level.BLUE <= match.max_level <= most:
        zh = f"至多 {most.zh}色" + ("" if table.silence_red else "：红色不能静默")
        got = Level(match.max_level).code if match.max_level in set(Level) else str(match.max_level)
        errors.append(field_error("not_allowed", "max_level", got, zh, f"at most {most.code}"))
    for name, value, choices in (("category", match.category, CATEGORIES), ("kind", match.kind, KINDS)):
        if value is not None and value not in choices:
            zh, en = f"{'、'.join(choices)} 之一", f"one of {', '.join(choices)}"
            errors.append(field_error("not_allowed", name, value, zh, en))
    return errors


def _wrong_end(until: datetime, now: datetime, table: DispatchTable) -> list[FieldError]:
    last = now + timedelta(days=table.silence_days)
    if now < until <= last:
        return []
    zh = f"现在之后、至多 {table.silence_days} 天（{last.astimezone(SHANGHAI):%Y-%m-%d %H:%M} 以前）"
    en = f"after now and at most {table.silence_days} days ahead"
    return [field_error("out_of_range", "until", until.isoformat(), zh, en)]
