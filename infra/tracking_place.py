"""Where training runs are kept, and the extra packages that keep them.

The tracking store and registry are tables of a database: a file of their own beside SQLite, the schema ``mlflow`` of the same server
with PostgreSQL, so that neither MLflow's tables nor its Alembic history meet ours. Artifacts are local files. MLflow is in the extra
``analyst`` and is imported only when it is used; its telemetry is off.
"""

import importlib.util
import site
import sys
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url

from infra.settings import Settings

SCHEMA = "mlflow"
QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "MLFLOW_CONFIGURE_LOGGING": "false"}
"""Environment under which MLflow keeps to itself."""


class TrackingUnavailable(RuntimeError):
    """Runs cannot be recorded or read; the message says what to do."""

    for_operator = True


class Place(NamedTuple):
    """Where runs are kept: a SQLAlchemy address for MLflow (it may hold a password), and the folder of artifacts."""

    database_url: str
    artifacts: Path


def tracking_place(settings: Settings) -> Place:
    """Where this installation keeps its runs; nothing is made yet."""
    folder = (settings.home / "mlflow").resolve()
    url = make_url(settings.database_url)
    if url.get_backend_name() != "postgresql":
        return Place(f"sqlite:///{folder / 'mlflow.db'}", folder / "artifacts")
    given = url.query.get("options", "")
    options = f"{given if isinstance(given, str) else ' '.join(given)} -csearch_path={SCHEMA}".strip()
    drivername = "postgresql+psycopg" if url.drivername == "postgresql" else url.drivername
    ours = url.set(drivername=drivername).update_query_dict({"options": options})
    return Place(ours.render_as_string(hide_password=False), folder / "artifacts")


def analyst_packages() -> Path:
    """Folder beside the environment's own packages where ``make setup`` puts those of analysts, if it did."""
    return Path(sys.prefix) / "analyst"


def _found_mlflow() -> bool:
    """Whether MLflow can be imported, from the analysts' folder where it is not among the packages themselves."""
    if importlib.util.find_spec("mlflow") is None and analyst_packages().is_dir():
        site.addsitedir(str(analyst_packages()))  # comes last: what both have is taken from the environment
    return importlib.util.find_spec("mlflow") is not None


def tracking_exists(settings: Settings) -> bool:
    """Whether runs were ever recorded here: the file, or with PostgreSQL the schema, is there. MLflow is not imported for it."""
    place = tracking_place(settings)
    if place.database_url.startswith("sqlite"):
        return (place.artifacts.parent / "mlflow.db").exists()
    engine = create_engine(settings.database_url)
    try:
        with engine.connect() as connection:
            return _has_schema(connection)
    finally:
        engine.dispose()


def prepare(place: Place) -> None:
    """Make the folders, and with PostgreSQL the schema.

    Raises:
        TrackingUnavailable: MLflow is not installed.
    """
    if not _found_mlflow():
        raise TrackingUnavailable(
            "未安装 MLflow，请运行 make setup，或 pip install -r requirements/analyst.txt / MLflow is not installed: run make setup"
        )
    place.artifacts.mkdir(parents=True, exist_ok=True)
    if not place.database_url.startswith("sqlite"):
        engine = create_engine(place.database_url)
        try:
            with engine.begin() as connection:
                # IF NOT EXISTS asks for the right to create schemas even where the schema is there.
                if not _has_schema(connection):
                    connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{SCHEMA}"'))
        finally:
            engine.dispose()


def _has_schema(connection: Connection) -> bool:
    found = connection.execute(text("SELECT to_regnamespace(:name) IS NOT NULL"), {"name": SCHEMA})
    return bool(found.scalar_one())
