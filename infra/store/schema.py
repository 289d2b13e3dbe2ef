"""Bring a database to the current schema (Alembic) and make its log ready."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, insert, select

from infra.store.event_log import GENESIS
from infra.store.rebuild import rebuild
from infra.store.tables import event_head

_MIGRATIONS = Path(__file__).parent / "migrations"


def _config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine) -> bool:
    """Migrate to the newest schema and write the genesis of the chain; a no-op on a current database.

    Read models that an earlier release wrote are folded anew from the log, as deciding on them half filled would go wrong unseen; True when
    that was so. No worker may run meanwhile.
    """
    earlier = _revision(engine)
    command.upgrade(_config(engine), "head")
    with engine.connect().execution_options(fuyuan_write=True) as connection, connection.begin():
        if connection.execute(select(event_head.c.id)).first() is None:
            connection.execute(insert(event_head), [{"id": 1, "seq": 0, "hash": GENESIS}])
        written = int(connection.execute(select(event_head.c.seq)).scalar_one())
    if written == 0 or earlier is None or earlier == _revision(engine):
        return False
    rebuild(engine)
    return True


def at_head(engine: Engine) -> bool:
    """Whether the database has the schema of this release."""
    return _revision(engine) == ScriptDirectory.from_config(_config(engine)).get_current_head()


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
