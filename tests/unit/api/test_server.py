"""`python -m api` when it cannot start: one message that says what to do, exit status 1, no traceback."""

import socket

import pytest

from api import __main__ as command
from infra.ports import LOOPBACK


def test_a_setting_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The variable is named."""
    monkeypatch.setenv("FUYUAN_API_PORT", "x")
    assert command.main() == 1
    assert "FUYUAN_API_PORT" in capsys.readouterr().err


def test_a_port_that_is_taken(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The port is named, and the setting that chooses another."""
    monkeypatch.setattr(command, "configure_logging", lambda *_, **__: None)
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setenv("FUYUAN_API_PORT", str(port))
        assert command.main() == 1
    message = capsys.readouterr().err
    assert str(port) in message
    assert "FUYUAN_API_PORT" in message
