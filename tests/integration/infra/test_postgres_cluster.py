"""The tests' own PostgreSQL: its data survive a kill, and each test has an empty database."""

import psycopg
import pytest

pytestmark = pytest.mark.postgres


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


def test_committed_rows_survive_kill_and_restart(postgres, postgres_url):
    """SIGKILL of the server loses nothing that was committed."""
    with psycopg.connect(_plain(postgres_url)) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1)")
    postgres.kill()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(_plain(postgres_url), connect_timeout=2)
    postgres.start()
    with psycopg.connect(_plain(postgres_url)) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(1,)]
    postgres.restart()
    with psycopg.connect(_plain(postgres_url)) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1,)


def test_databases_are_empty(postgres_url):
    """No table of another test is there."""
    with psycopg.connect(_plain(postgres_url)) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert tables == (0,)


def test_each_backend_is_given(database_url):
    """The parametrised fixture gives SQLite and PostgreSQL."""
    assert database_url.startswith(("sqlite:///", "postgresql+psycopg://"))
