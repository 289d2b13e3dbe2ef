"""Bring a database to the current schema (Alembic) and make its log ready."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, insert, select

from infra.store.event_log import GENESIS
from infra.store.tables import event_head

_MIGRATIONS = Path(__file__).parent / "migrations"


def _config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine) -> None:
    """Migrate to the newest schema and write the genesis of the chain; a no-op on a current database."""
    command.upgrade(_config(engine), "head")
    with engine.connect().execution_options(fuyuan_write=True) as connection, connection.begin():
        if connection.execute(select(event_head.c.id)).first() is None:
            connection.execute(insert(event_head), [{"id": 1, "seq": 0, "hash": GENESIS}])


def at_head(engine: Engine) -> bool:
    """Whether the database has the schema of this release."""
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current == ScriptDirectory.from_config(_config(engine)).get_current_head()
