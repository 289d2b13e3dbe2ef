"""Settings: defaults, refusals of production, messages without secrets."""

import pytest

from infra.settings import Settings, SettingsError, load_settings, unknown_variables

GOOD_KEY = "k" * 32


def test_defaults_are_the_demo(tmp_path, monkeypatch):
    """With nothing set: SQLite in the home folder, the local broker, the demo key."""
    monkeypatch.chdir(tmp_path)
    settings = load_settings()
    assert settings.database_url == "sqlite:///.fuyuan/fuyuan.db"
    assert settings.kafka_bootstrap == "127.0.0.1:19092"
    assert (settings.topic_partitions, settings.kafka_replication) == (6, 1)


def test_variables_and_env_file(tmp_path, monkeypatch):
    """A variable comes before the .env file, an empty one counts as not set."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("FUYUAN_API_PORT=9001\nFUYUAN_LOG_LEVEL=DEBUG\n")
    monkeypatch.setenv("FUYUAN_LOG_LEVEL", "ERROR")
    monkeypatch.setenv("FUYUAN_KAFKA_SASL_USERNAME", "")
    settings = load_settings()
    assert (settings.api_port, settings.log_level, settings.kafka_sasl_username) == (9001, "ERROR", None)


@pytest.mark.parametrize("url", ["postgresql://u:p@h/d", "postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"])
def test_postgres_goes_through_psycopg_3(url):
    """Every way of writing the address ends in the driver we ship; the shown one hides the password."""
    settings = Settings(_env_file=None, database_url=url)
    assert settings.database_url == "postgresql+psycopg://u:p@h/d"
    assert settings.database_url_shown == "postgresql+psycopg://u:***@h/d"
    assert "u:p@" not in repr(settings)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "FUYUAN_TOKEN_KEY"),
        ({"token_key": "short-secret"}, "got 12"),
        ({"token_key": GOOD_KEY, "kafka_security_protocol": "SASL_SSL"}, "FUYUAN_KAFKA_SASL_PASSWORD"),
        ({"token_key": GOOD_KEY, "kafka_ssl_cafile": "/no/such/file.pem"}, "/no/such/file.pem"),
        ({"token_key": GOOD_KEY, "clock_file": __file__}, "FUYUAN_CLOCK_FILE"),
        ({"token_key": GOOD_KEY, "api_port": "many"}, "FUYUAN_API_PORT"),
        ({"token_key": GOOD_KEY, "kafka_prefix": "a b"}, "FUYUAN_KAFKA_PREFIX"),
    ],
)
def test_production_refuses(values, words):
    """The message names what is wrong and never repeats a secret."""
    with pytest.raises(SettingsError, match="设置有误") as refused:
        load_settings(env="production", **values)
    assert words in str(refused.value)
    assert "short-secret" not in str(refused.value)


def test_production_accepts_a_real_key():
    """32 characters that are not the demo's."""
    assert load_settings(env="production", token_key=GOOD_KEY).env == "production"


def test_a_misspelt_variable_is_named(monkeypatch):
    """Production refuses FUYUAN_… variables it does not know, with the nearest name."""
    monkeypatch.setenv("FUYUAN_DATABSE_URL", "x")
    assert unknown_variables({"FUYUAN_DATABSE_URL": "x", "FUYUAN_HOME": "y"}) == {
        "FUYUAN_DATABSE_URL": "，是否为 did you mean FUYUAN_DATABASE_URL?"
    }
    with pytest.raises(SettingsError, match="FUYUAN_DATABASE_URL"):
        load_settings(env="production", token_key=GOOD_KEY)


def test_names_on_a_shared_cluster():
    """Topics and groups carry the prefix."""
    assert Settings(_env_file=None, kafka_prefix="yz.").kafka_name("alert.events.v1") == "yz.alert.events.v1"
