"""Which errors are the operator's to mend: their messages say what to do, so a traceback would only hide it."""

from infra.kafka.jars import JarsMissing
from infra.kafka.java import JavaMissing
from infra.kafka.node import KafkaError
from infra.settings import SettingsError
from infra.store.access import StoreUnavailable

OPERATOR_ERRORS: tuple[type[Exception], ...] = (SettingsError, KafkaError, JavaMissing, JarsMissing)


def operator_message(problem: Exception) -> str | None:
    """Return the message to show, or None when the error is a defect and its traceback is wanted.

    Any error class may join by setting `for_operator = True`.
    """
    if isinstance(problem, StoreUnavailable):  # its own message is the driver's
        return (
            f"事件库不可用（{problem}）；请核对 FUYUAN_DATABASE_URL、数据库是否在运行，并运行 fuyuan store upgrade "
            "/ the event store is not available: check its address, that it runs, and run fuyuan store upgrade"
        )
    if isinstance(problem, OPERATOR_ERRORS) or getattr(problem, "for_operator", False):
        return str(problem)
    return None
