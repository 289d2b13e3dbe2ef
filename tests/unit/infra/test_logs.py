"""Logs: one JSON line an event, no payload in it."""

import json
import logging

import pytest
import structlog

from infra.logs import configure_logging
from infra.settings import Settings


@pytest.fixture
def _restored():
    """Put the logging of the test run back."""
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    yield
    root.handlers[:], root.level = before[0], before[1]
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.mark.usefixtures("_restored")
def test_no_payload_is_logged(capsys):
    """Payload keys and bytes are hidden, long text is cut, everything else stays; the standard library goes the same way."""
    configure_logging(Settings(_env_file=None, log_format="json"), service="assess")
    structlog.get_logger("fuyuan.assess").info(
        "quarantined", narrative="某甲与某乙", origin="t/0/5", blob=b"\x00", note="长" * 900
    )
    logging.getLogger("other").warning("said %s", "hello")
    first, second = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert first["narrative"] == first["blob"] == "[hidden]"
    assert first["origin"] == "t/0/5"
    assert len(first["note"]) < 600
    assert first["service"] == "assess"
    assert (second["event"], second["level"], second["logger"]) == ("said hello", "warning", "other")
