"""Readiness: is everything there that a request may need? Each check says what it found and what to do."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from confluent_kafka import KafkaException

from infra import clock
from infra.kafka.probe import KafkaProbe, lag
from infra.kafka.topics import DISPUTE_ASSESSED, DISPUTE_REJECTED, DISPUTE_REPORTED, TOPICS, worker_group
from infra.model_role_check import RoleCheck
from infra.settings import Settings
from infra.store.access import StoreAccess, StoreUnavailable
from infra.store.queries.feed import stored_offsets
from infra.store.queries.notices import notice_figures
from risk_model.local_time import local_day
from risk_model.working_days import WorkingDays

CALENDAR_DAYS = 45
"""Holidays of a year are asked for so many days before it begins; the State Council publishes them in November."""
KEPT_SECONDS = 1.0
"""An answer is kept this long, so that many askers cost one look."""


class Readiness:
    """Looks at the database, at Kafka, and at the models in their roles."""

    def __init__(self, settings: Settings, store: StoreAccess, role_check: RoleCheck, calendar: WorkingDays) -> None:
        self._settings = settings
        self._calendar = calendar
        self._store = store
        self._role_check = role_check
        self._probe: KafkaProbe | None = None
        self._lock = threading.Lock()
        self._seen: tuple[float, dict[str, Any]] | None = None

    def look(self) -> dict[str, Any]:
        """The checks by name, each with `ok`, `zh` and `en`; blocks up to a few seconds."""
        with self._lock:
            if self._seen is None or time.monotonic() - self._seen[0] > KEPT_SECONDS:
                checks = {"database": self._database(), "kafka": self._kafka()}
                if all(check["ok"] for check in checks.values()):
                    checks["calendar"] = self._holidays()
                    checks["lag"] = self._lag()
                    checks["model"] = self._model()
                    checks["notices"] = self._notices()
                self._seen = (time.monotonic(), checks)
            return self._seen[1]

    def close(self) -> None:
        """Close the connections to Kafka."""
        with self._lock:
            if self._probe is not None:
                self._probe.close()
                self._probe = None

    def _database(self) -> dict[str, Any]:
        try:
            if self._store.at_head():
                return {"ok": True, "zh": "事件库可用", "en": "the event store answers"}
        except StoreUnavailable as away:
            return {"ok": False, "zh": f"事件库没有应答：{away}", "en": f"the event store does not answer: {away}"}
        return {
            "ok": False,
            "zh": "事件库结构不是本版本的，请运行 fuyuan store upgrade",
            "en": "the event store has not this release's schema: run fuyuan store upgrade",
        }

    def _kafka(self) -> dict[str, Any]:
        if self._probe is None:
            self._probe = KafkaProbe(self._settings, worker_group("assess"))
        state = self._probe.state([topic.name for topic in TOPICS])
        if state is None:
            return {
                "ok": False,
                "zh": f"Kafka（{self._settings.kafka_bootstrap}）没有应答，上报将返回 503",
                "en": f"Kafka ({self._settings.kafka_bootstrap}) does not answer; reports get 503",
            }
        if state.missing_topics:
            names = "、".join(state.missing_topics)
            return {
                "ok": False,
                "zh": f"缺少主题 {names}，请运行 fuyuan topics ensure",
                "en": f"topics are missing ({names}): run fuyuan topics ensure",
            }
        return {"ok": True, "brokers": state.brokers, "zh": "Kafka 可用", "en": "Kafka answers"}

    def _lag(self) -> dict[str, Any]:
        """Messages the workers have yet to handle; unknown rather than unready when it cannot be told."""
        probe = self._probe
        assert probe is not None, "Kafka was looked at before"
        behind = {
            "assess": _try(lambda: lag(probe.ends(DISPUTE_REPORTED), probe.committed(DISPUTE_REPORTED))),
            "watch": _try(
                lambda: lag(
                    probe.ends(DISPUTE_ASSESSED) | probe.ends(DISPUTE_REJECTED), self._store.read(stored_offsets)
                )
            ),
        }
        return {"ok": True, **behind, "zh": "尚未处理的消息数", "en": "messages not yet handled"}

    def _notices(self) -> dict[str, Any]:
        """Messages that failed or wait, and notices for nobody; the operator's to mend, and no unreadiness."""
        figures = self._store.read(notice_figures, clock.now())
        return {
            "ok": True,
            **{name: getattr(figures, name) for name in figures.__struct_fields__},
            "zh": f"通知：待送达 {figures.waiting}，未能送达 {figures.failed}，没有联系方式 {figures.unaddressed}",
            "en": f"notices: {figures.waiting} waiting, {figures.failed} failed, {figures.unaddressed} to nobody",
        }

    def _holidays(self) -> dict[str, Any]:
        """Whether the holidays of the next months are known; the operator's to enter, and no unreadiness."""
        today = local_day(clock.now())
        years = sorted({today.year, (today + timedelta(days=CALENDAR_DAYS)).year})
        unknown = [year for year in years if not self._calendar.published(year)]
        zh, en = "放假安排齐全", "holidays of the next months are known"
        if unknown:
            named = "、".join(map(str, unknown))
            zh = f"不知道 {named} 年的放假安排，期限和趋势只按周六、周日算，请写进 clocks.toml 的 [[calendar]]"
            en = f"holidays of {named} are not known: enter them in clocks.toml ([[calendar]])"
        return {"ok": True, "unknown_years": unknown, "zh": zh, "en": en}

    def _model(self) -> dict[str, Any]:
        """Models that have a role and may not be used; workers judge on with what they have, so this is no unreadiness."""
        try:
            refused = self._role_check.look()
        except StoreUnavailable:
            refused = []
        if not refused:
            return {
                "ok": True,
                "refused": [],
                "zh": "各角色的模型均可使用",
                "en": "the models in their roles can be used",
            }
        return {
            "ok": True,
            "refused": [{"role": r.role, "version": r.version, "code": r.code} for r in refused],
            "zh": "；".join(f"{r.version} 被拒绝（{r.code}），工作进程继续用手上的模型：{r.detail}" for r in refused),
            "en": "; ".join(
                f"{r.version} is refused ({r.code}): workers judge on with the model they have" for r in refused
            ),
        }


def _try(count: Callable[[], int]) -> int | None:
    try:
        return count()
    except (KafkaException, StoreUnavailable, TimeoutError):
        return None
