"""Which errors are the operator's to mend: their messages say what to do, so a traceback would only hide it."""

from infra.kafka.jars import JarsMissing
from infra.kafka.java import JavaMissing
from infra.kafka.node import KafkaError
from infra.settings import SettingsError

OPERATOR_ERRORS: tuple[type[Exception], ...] = (SettingsError, KafkaError, JavaMissing, JarsMissing)


def operator_message(problem: Exception) -> str | None:
    """Return the message to show, or None when the error is a defect and its traceback is wanted.

    Any error class may join by setting `for_operator = True`.
    """
    if isinstance(problem, OPERATOR_ERRORS) or getattr(problem, "for_operator", False):
        return str(problem)
    return None
