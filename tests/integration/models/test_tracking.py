"""Runs and model versions in MLflow: on a SQLite file and on PostgreSQL beside our own tables."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import Request, urlopen

import msgspec
import pytest
from rich.console import Console
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url

from infra import ports
from infra.cli.model_tracking import follow_roles
from infra.model_store import load_manifest
from infra.settings import Settings
from infra.store.engine import open_engine
from infra.store.schema import at_head, upgrade
from infra.tracking import NAME, Tracking
from infra.tracking_pages import TrackingPages
from infra.tracking_place import SCHEMA, TrackingUnavailable, prepare, tracking_place
from risk_model.scoring.evaluation import Evaluation
from tests.services.availability import unavailable

SHIPPED = Path(__file__).resolve().parents[3] / "risk_model" / "artifact"
NOW = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def mlflow(tmp_path: Path) -> None:
    """MLflow, from the analysts' packages of `make setup`."""
    try:
        prepare(tracking_place(settings_for(tmp_path)))
    except TrackingUnavailable as missing:
        unavailable("MLflow", missing)


def settings_for(home: Path, database_url: str = "") -> Settings:
    """Settings without an .env file."""
    return Settings(_env_file=None, home=home, database_url=database_url)


@pytest.mark.usefixtures("mlflow")
def test_recorded_and_read_back(tmp_path: Path, database_url: str) -> None:
    """Settings, data, figures and files of a run; one model version an artifact; aliases that move."""
    engine = open_engine(database_url)
    upgrade(engine)
    settings = settings_for(tmp_path / "home", database_url)
    manifest = load_manifest(SHIPPED)
    tracking = Tracking(settings)
    first = tracking.record(manifest, SHIPPED, NOW)
    again = tracking.record(manifest, SHIPPED, NOW)
    assert first.number == again.number == 1
    assert first.run_id != again.run_id

    from mlflow import MlflowClient

    place = tracking_place(settings)
    client = MlflowClient(place.database_url, place.database_url)
    run = client.get_run(first.run_id)
    assert run.info.run_name == manifest.version
    assert run.info.status == "FINISHED"
    assert run.info.start_time == NOW.timestamp() * 1000
    assert run.data.params["seed"] == str(manifest.seed)
    assert run.data.params["data.sha256"] == manifest.data_sha256
    assert run.data.params["data.rows"] == str(manifest.data_rows)
    assert run.data.params["data.from"] == manifest.data_from
    assert run.data.params["max_columns"] == str(manifest.settings.max_columns)
    assert run.data.metrics["category_macro_f1"] == manifest.evaluation.category_macro_f1
    assert run.data.metrics["red_recall"] == manifest.evaluation.red_recall
    files = Path(run.info.artifact_uri.removeprefix("file://"))
    for path in SHIPPED.iterdir():
        assert (files / "model" / path.name).read_bytes() == path.read_bytes()
    assert "<svg" in (files / "card.html").read_text(encoding="utf-8")
    assert msgspec.json.decode((files / "evaluation.json").read_bytes(), type=Evaluation) == manifest.evaluation

    other = msgspec.structs.replace(manifest, version="linear-other")
    assert tracking.record(other, SHIPPED, NOW).number == 2
    assert tracking.version_of("champion") is None
    tracking.set_alias(manifest.version, "champion")
    tracking.set_alias("linear-other", "challenger")
    tracking.set_alias("linear-other", "champion")
    assert tracking.version_of("champion") == tracking.version_of("challenger") == "linear-other"
    tracking.clear_alias("challenger")
    tracking.clear_alias("challenger")
    assert tracking.version_of("challenger") is None
    with pytest.raises(TrackingUnavailable, match="fuyuan model record"):
        tracking.set_alias("linear-unknown", "champion")

    said = Console(record=True, width=200)
    follow_roles(settings, manifest.version, None, said)
    assert (tracking.version_of("champion"), tracking.version_of("challenger")) == (manifest.version, None)
    follow_roles(settings, manifest.version, "linear-unknown", said)
    assert "fuyuan model record" in said.export_text()

    assert at_head(engine)
    with engine.connect() as connection:
        names = set(inspect(connection).get_table_names())
    assert "registered_models" not in names
    if engine.dialect.name == "postgresql":
        theirs = create_engine(database_url)
        tables = set(inspect(theirs).get_table_names(schema=SCHEMA))
        theirs.dispose()
        assert {"registered_models", "runs", "alembic_version"} <= tables
    engine.dispose()


def test_roles_without_runs(tmp_path: Path, database_url: str) -> None:
    """Where nothing was ever recorded, roles go without aliases, and nothing is made."""
    said = Console(record=True)
    follow_roles(settings_for(tmp_path / "home", database_url), "linear-1", None, said)
    assert said.export_text() == ""
    assert not (tmp_path / "home" / "mlflow").exists()


@pytest.mark.postgres
@pytest.mark.usefixtures("mlflow")
def test_a_schema_made_by_an_administrator_is_enough(tmp_path: Path, postgres_url: str) -> None:
    """The account of the installation need not be allowed to make schemas."""
    admin = create_engine(postgres_url)
    with admin.begin() as connection:
        connection.execute(text("CREATE ROLE clerk LOGIN"))
        connection.execute(text(f"CREATE SCHEMA {SCHEMA} AUTHORIZATION clerk"))
    admin.dispose()
    clerk = make_url(postgres_url).set(username="clerk").render_as_string(hide_password=False)
    settings = settings_for(tmp_path, clerk)
    assert Tracking(settings).record(load_manifest(SHIPPED), SHIPPED, NOW).number == 1


@pytest.mark.usefixtures("mlflow")
def test_pages_answer_on_loopback(tmp_path: Path) -> None:
    """Started, asked for a page and for the model, stopped; nothing is left listening."""
    settings = settings_for(tmp_path)
    Tracking(settings).record(load_manifest(SHIPPED), SHIPPED, NOW)
    with TrackingPages(settings, ports.free_ports(1)[0]) as pages:
        with urlopen(f"{pages.address}/", timeout=20) as page:
            assert page.status == 200
            assert b"MLflow" in page.read()
        asked = Request(f"{pages.address}/api/2.0/mlflow/registered-models/get?name={NAME}")
        with urlopen(asked, timeout=20) as answer:
            assert NAME in answer.read().decode()
        with pytest.raises(TrackingUnavailable, match="port"):
            TrackingPages(settings, pages.port)
        port = pages.port
    assert not ports.answers(port)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("postgresql://u:p%40ss@h:1/d", "-csearch_path=mlflow"),
        ("postgresql+psycopg://u@h/d?options=-cwork_mem%3D64MB", "-cwork_mem=64MB -csearch_path=mlflow"),
    ],
)
def test_place_on_postgresql(tmp_path: Path, given: str, expected: str) -> None:
    """A schema of its own, whatever else the address says; the password stays."""
    url = make_url(tracking_place(settings_for(tmp_path, given)).database_url)
    assert url.query["options"] == expected
    assert url.password == make_url(given).password
    assert url.drivername == "postgresql+psycopg"


def test_nothing_else_imports_mlflow() -> None:
    """Commands and modules load without MLflow; only recording and the pages need it."""
    program = (
        "import sys\n"
        "import infra.cli.model, infra.tracking, infra.tracking_pages\n"
        "print('LOADED', sorted({'mlflow', 'flask', 'pandas'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert "LOADED []" in answer.stdout, answer.stdout + answer.stderr


def test_without_mlflow_one_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation without the analysts' packages."""
    monkeypatch.setattr("infra.tracking_place.importlib.util.find_spec", lambda _: None)
    with pytest.raises(TrackingUnavailable, match="make setup"):
        Tracking(settings_for(tmp_path))
