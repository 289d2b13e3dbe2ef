"""Settings of one installation, from FUYUAN_… variables and an optional .env file; read in entry points only."""

import os
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit, urlunsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "FUYUAN_"
DEMO_TOKEN_KEY = "demo-key-for-fictional-data-only"  # noqa: S105  refused in production
SHORTEST_TOKEN_KEY = 32
NOT_SETTINGS = frozenset({"FUYUAN_PYTHON", "FUYUAN_KAFKA_LIBS", "FUYUAN_WORKER_INSTANCE"})
"""Variables of the set-up scripts, of the local Kafka and of one worker process, which are not settings of the installation."""

_SHIPPED = Path(__file__).resolve().parent


class SettingsError(RuntimeError):
    """The settings cannot be used; the message names each variable, what was got and what to do. It holds no secret."""


class Settings(BaseSettings):
    """Every setting of Fuyuan; `fuyuan settings show` prints them with secrets hidden.

    Attributes:
        env: demo accepts the shipped secrets; production refuses them.
        home: the folder for what running leaves behind: the local Kafka, the embedded database, simulated cities.
        database_url: SQLAlchemy address of the event store; default is SQLite in `home`.
        kafka_bootstrap: `host:port` separated by commas.
        kafka_replication: copies of each topic partition; 3 in production.
        kafka_prefix: put before the name of every topic and consumer group, on a cluster shared with others.
        topic_partitions: partitions of each topic; the most workers that can share one kind of work.
        token_key: secret of the keyed tokens that stand for persons (HMAC); the same for all time, or links are lost.
        policy_file: the city's policy (TOML); None is the shipped one.
        playbooks_file, clocks_file, articles_file: the city's playbooks, deadlines and articles (TOML); None is the shipped one of each.
        plan_template: the city's Word template of plans; None is the shipped one.
        contacts_file: who is reached how by notices (TOML, holds secrets); None sends none.
        public_url: address under which officials reach this installation, for links in notices.
        regions_dir: folder of region registries (TOML).
        model_dir: folder of the model artifact that judges while none is promoted.
        model_keys_dir: folder of the public keys (`*.pub`) whose models are trusted; None is `keys/trusted` in `home`.
        clock_file: clock that a demonstration's processes follow; refused in production. None is the wall clock.
        log_format: auto is console text on a terminal and JSON lines elsewhere.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    env: Literal["demo", "production"] = "demo"
    home: Path = Path(".fuyuan")
    database_url: str = Field(default="", repr=False)

    kafka_bootstrap: str = "127.0.0.1:19092"
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None = None
    kafka_sasl_username: str | None = None
    kafka_sasl_password: SecretStr | None = None
    kafka_ssl_cafile: Path | None = None
    kafka_ssl_certfile: Path | None = None
    kafka_ssl_keyfile: Path | None = None
    kafka_ssl_key_password: SecretStr | None = None
    kafka_replication: int = Field(default=1, ge=1, le=9)
    kafka_prefix: str = Field(default="", pattern=r"^[A-Za-z0-9._-]{0,60}$")
    topic_partitions: int = Field(default=6, ge=1, le=1000)

    api_host: str = "127.0.0.1"
    api_port: int = Field(default=8080, ge=0, le=65535)

    token_key: SecretStr = SecretStr(DEMO_TOKEN_KEY)
    policy_file: Path | None = None
    playbooks_file: Path | None = None
    clocks_file: Path | None = None
    articles_file: Path | None = None
    plan_template: Path | None = None
    contacts_file: Path | None = None
    public_url: str = Field(default="", pattern=r"^(https?://\S+)?$")
    regions_dir: Path = _SHIPPED / "regions"
    model_dir: Path = _SHIPPED.parent / "risk_model" / "artifact"
    model_keys_dir: Path | None = None

    clock_file: Path | None = None

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["auto", "console", "json"] = "auto"

    @field_validator("database_url")
    @classmethod
    def _name_driver(cls, url: str) -> str:
        """Let people write postgresql://… and still get psycopg 3."""
        for plain in ("postgresql://", "postgres://"):
            if url.startswith(plain):
                return "postgresql+psycopg://" + url.removeprefix(plain)
        return url

    @model_validator(mode="before")
    @classmethod
    def _drop_empty(cls, values: dict[str, object]) -> dict[str, object]:
        """Treat `FUYUAN_X=` as not set, as compose files and shells write it."""
        return {name: value for name, value in values.items() if value != ""}

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{self.home / 'fuyuan.db'}")
        if self.kafka_security_protocol.startswith("SASL") and not (
            self.kafka_sasl_mechanism and self.kafka_sasl_username and self.kafka_sasl_password
        ):
            raise ValueError(
                f"{PREFIX}KAFKA_SECURITY_PROTOCOL={self.kafka_security_protocol} 需要同时设置 needs "
                f"{PREFIX}KAFKA_SASL_MECHANISM, {PREFIX}KAFKA_SASL_USERNAME, {PREFIX}KAFKA_SASL_PASSWORD"
            )
        tables = (
            self.policy_file,
            self.playbooks_file,
            self.clocks_file,
            self.articles_file,
            self.plan_template,
            self.contacts_file,
        )
        for path in (self.kafka_ssl_cafile, self.kafka_ssl_certfile, self.kafka_ssl_keyfile, self.clock_file, *tables):
            if path is not None and not path.is_file():
                raise ValueError(f"找不到文件 there is no file {path}")
        if self.model_keys_dir is not None and not self.model_keys_dir.is_dir():
            raise ValueError(f"找不到目录 there is no folder {self.model_keys_dir}")
        if self.env == "production":
            self._fit_for_production()
        return self

    def _fit_for_production(self) -> None:
        if self.clock_file is not None:
            raise ValueError(
                f"生产环境不得使用演示的时钟：请去掉 {PREFIX}CLOCK_FILE production refuses a demonstration's clock: unset {PREFIX}CLOCK_FILE"
            )
        key = self.token_key.get_secret_value()
        if key == DEMO_TOKEN_KEY:
            raise ValueError(
                f"生产环境不得使用演示密钥：请设置 {PREFIX}TOKEN_KEY（至少 {SHORTEST_TOKEN_KEY} 个字符，妥善保存，不可更换）。 "
                f"production refuses the demo secret: set {PREFIX}TOKEN_KEY to at least {SHORTEST_TOKEN_KEY} characters and keep it"
            )
        if len(key) < SHORTEST_TOKEN_KEY:
            raise ValueError(
                f"{PREFIX}TOKEN_KEY 过短 is too short: 有 got {len(key)} 个字符 characters, 至少 expected at least {SHORTEST_TOKEN_KEY}"
            )
        if unknown := unknown_variables(dict(os.environ)):
            raise ValueError("; ".join(f"未知的设置 unknown setting {name}{hint}" for name, hint in unknown.items()))

    @property
    def database_url_shown(self) -> str:
        """The database address with its password hidden."""
        parts = urlsplit(self.database_url)
        if not parts.password:
            return self.database_url
        return urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", ":***@")))

    def kafka_name(self, name: str) -> str:
        """Return the name on the cluster of a topic or consumer group of ours."""
        return self.kafka_prefix + name


def load_settings(**overrides: object) -> Settings:
    """Read the settings from the environment; `overrides` come first.

    Raises:
        SettingsError: one or more settings cannot be used.
    """
    try:
        return Settings(**overrides)
    except ValidationError as invalid:
        lines = []
        for problem in invalid.errors(include_input=False, include_url=False):
            name = "_".join(str(part) for part in problem["loc"]).upper()
            message = problem["msg"].removeprefix("Value error, ")
            lines.append(f"{PREFIX}{name}: {message}" if name else message)
        raise SettingsError("设置有误 the settings cannot be used:\n  " + "\n  ".join(lines)) from None


def unknown_variables(environment: dict[str, str]) -> dict[str, str]:
    """Return the FUYUAN_… variables that are no setting, each with a hint at the nearest one ("" when none is near)."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    strange = [name for name in environment if name.startswith(PREFIX) and name not in known | NOT_SETTINGS]
    return {
        name: f"，是否为 did you mean {near[0]}?" if (near := get_close_matches(name, known, 1)) else ""
        for name in sorted(strange)
    }
