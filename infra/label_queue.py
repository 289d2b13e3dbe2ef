"""The labelling queue kept for a while: choosing takes seconds of a core, and nothing much changes within minutes."""

import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from infra.rules import load_rules
from infra.settings import Settings
from infra.store.queries.models import current_roles
from infra.store.queries.pages import MAX_PAGE
from infra.store.tables import reads
from risk_model.quality.thresholds import ModelTable

if TYPE_CHECKING:
    from infra.model_quality import QueuedDispute
    from risk_model.scoring.runtime import RiskModel

KEPT = timedelta(minutes=10)
LONGEST = MAX_PAGE


class LabelQueue:
    """Answers with the first of ``LONGEST`` events; a shorter queue is the beginning of a longer one, so one serves all.

    Thread-safe: of several who ask at once one chooses, and the others wait for it.

    Args:
        settings: name the policy, which is read at the first question, and the model that judges while none was promoted.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._model: RiskModel | None = None
        self._version: str | None = None
        self._limits: ModelTable | None = None
        self._chosen: list[QueuedDispute] = []
        self._chosen_at: datetime | None = None

    def ask(self, connection: Connection, size: int, now: datetime) -> "tuple[list[QueuedDispute], datetime]":
        """The first ``size`` events not labelled since, and when they were chosen.

        Raises:
            ModelRefused: the model cannot be used.
        """
        from infra.model_quality import labelling_queue  # scikit-learn takes long to import, and only this needs it

        with self._lock:
            if self._chosen_at is None or not timedelta(0) <= now - self._chosen_at < KEPT:
                self._chosen = labelling_queue(connection, *self._judge(connection), now, LONGEST)
                self._chosen_at = now
            chosen, at = self._chosen, self._chosen_at
        t = reads.labels
        ids = [one.asked.event_id for one in chosen]
        done = set(connection.execute(select(t.c.dispute_id).where(t.c.dispute_id.in_(ids))).scalars())
        return [one for one in chosen if one.asked.event_id not in done][:size], at

    def _judge(self, connection: Connection) -> "tuple[RiskModel, ModelTable]":
        """Model in use and limits; loaded again when another model was promoted."""
        from infra.model_use import model_in_use  # likewise

        version = current_roles(connection).champion
        if self._model is None or version != self._version:
            self._model, self._version = model_in_use(connection, self._settings).model, version
        if self._limits is None:
            self._limits = load_rules(self._settings).policy.model
        return self._model, self._limits
