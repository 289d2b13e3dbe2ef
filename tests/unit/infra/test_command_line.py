"""The `fuyuan` command: quick, every command there, errors without a traceback."""

import subprocess
import sys

from infra.cli.main import COMMANDS

FUYUAN = [sys.executable, "-m", "infra.cli.main"]


def _run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    import os

    return subprocess.run(
        [*FUYUAN, *arguments], capture_output=True, text=True, timeout=60, env={**os.environ, "COLUMNS": "160", **env}
    )


def test_help_lists_every_command():
    """In the table's order, with its line of help."""
    shown = _run("--help").stdout
    assert all(f"  {name} " in shown and line.split(" ")[0] in shown for name, (_, line) in COMMANDS.items())


def test_every_command_can_be_loaded():
    """`--help` of each imports its module; all in one process, for each start takes a second."""
    program = (
        "import sys\n"
        "from infra.cli.main import COMMANDS, app\n"
        "for name in COMMANDS:\n"
        "    sys.argv = ['fuyuan', name, '--help']\n"
        "    try:\n        app()\n    except SystemExit as end:\n        assert end.code == 0, name\n"
        "    print('SHOWN', name)\n"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert answer.returncode == 0, answer.stdout[-500:] + answer.stderr
    assert answer.stdout.count("SHOWN ") == len(COMMANDS)


def test_help_imports_no_heavy_library():
    """The list of commands appears without Kafka, SQL, numpy or rich tables being loaded."""
    program = (
        "import sys; sys.argv = ['fuyuan', '--help']\n"
        "from infra.cli.main import app\n"
        "try:\n    app()\nexcept SystemExit:\n    pass\n"
        "print('LOADED', sorted({'kafka', 'sqlalchemy', 'numpy', 'pydantic', 'faust', 'fastapi'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert "LOADED []" in answer.stdout, answer.stdout + answer.stderr


def test_an_operators_error_is_a_message(tmp_path):
    """Exit status 1, what to do, no traceback."""
    answer = _run("settings", "show", FUYUAN_ENV="production", FUYUAN_HOME=str(tmp_path))
    assert answer.returncode == 1
    assert "FUYUAN_TOKEN_KEY" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_store_that_is_not_there_is_a_message(tmp_path):
    """It names the setting and the command that mends it."""
    answer = _run("model", "junk", FUYUAN_HOME=str(tmp_path))
    assert answer.returncode == 1
    assert "fuyuan store upgrade" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_settings_show_hides_secrets(tmp_path):
    """Neither the token key nor a password is printed."""
    answer = _run(
        *("settings", "show"),
        FUYUAN_HOME=str(tmp_path),
        FUYUAN_TOKEN_KEY="very-secret-token-key",
        FUYUAN_DATABASE_URL="postgresql://u:pass-word@h/d",
        FUYUAN_KAFKA_BOTSTRAP="x",
    )
    assert answer.returncode == 0, answer.stderr
    assert "very-secret" not in answer.stdout
    assert "pass-word" not in answer.stdout
    assert "FUYUAN_KAFKA_BOOTSTRAP?" in answer.stdout
