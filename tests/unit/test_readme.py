"""The documents name only what exists, and name all of it: commands, make targets, links, settings, policy keys, codes, addresses."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import typer
from typer.main import get_command

from api.app import create_app
from infra.cli.main import COMMANDS, _app
from infra.cli.processes import Worker
from infra.importing.errors import MAPPING_CODES
from infra.settings import NOT_SETTINGS, PREFIX, Settings
from schemas.errors import REASON_CODES

REPOSITORY = Path(__file__).resolve().parents[2]
DOCUMENTS = [REPOSITORY / "README.md", REPOSITORY / "CHANGELOG.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
TEXTS = {path.relative_to(REPOSITORY).as_posix(): path.read_text(encoding="utf-8") for path in DOCUMENTS}
EVERYTHING = "\n".join(TEXTS.values())
OTHER_VARIABLES = NOT_SETTINGS | {"FUYUAN_REAL_DATA"}

CODE = re.compile(r"```.*?\n(.*?)```|`([^`\n]+)`", re.DOTALL)
CALL = re.compile(r"^\s*(?:\.venv/bin/)?fuyuan\s+(?P<rest>[a-z].*)$")
MAKE = re.compile(r"(?:^|[\s;&])make\s+([a-z]+)\b")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")

documents = pytest.mark.parametrize("name", TEXTS)


def code_lines(text: str) -> Iterator[str]:
    """Lines of code in a Markdown text, without their comments."""
    for fenced, inline in CODE.findall(text):
        for line in (fenced or inline).splitlines():
            yield line.partition("#")[0].rstrip()


def commands() -> dict[str, list[str]]:
    """Every command of one or two words with its options; `worker` has one for each worker."""
    root = get_command(_app)
    context = typer.Context(root)
    found: dict[str, list[str]] = {}
    for name in COMMANDS:
        command = root.get_command(context, name)
        children = getattr(command, "commands", None) or {}
        for child, below in children.items():
            found[f"{name} {child}"] = options(below)
        if not children:
            names = [f"worker {each}" for each in Worker] if name == "worker" else [name]
            found |= dict.fromkeys(names, options(command))
    return found


def options(command) -> list[str]:
    """Options of a command, as they are written."""
    return [spelling for param in command.params for spelling in (*param.opts, *param.secondary_opts)] + ["--help"]


def calls(text: str, known: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """(command, the whole line) of each call of `fuyuan` in a text's code; `a b|c` is two commands."""
    single = {name for name in known if " " not in name}
    for line in code_lines(text):
        if (found := CALL.match(line)) is None:
            continue
        first, _, rest = found["rest"].partition(" ")
        if first in single:
            yield first, line
        else:
            for second in rest.split(" ")[0].split("|"):
                yield f"{first} {second}".strip(), line


@pytest.fixture(scope="module")
def known() -> dict[str, list[str]]:
    """The command line as it is."""
    return commands()


@documents
def test_commands_exist(name: str, known: dict[str, list[str]]) -> None:
    """Each `fuyuan …` and its options."""
    for command, line in calls(TEXTS[name], known):
        assert command in known, f"{name}: `{line}`: no such command"
        for option in re.findall(r"(?<!\S)--?[a-z][a-z-]*", line):
            assert option in known[command], f"{name}: `{line}`: {command} has no {option}"


def test_every_command_is_documented(known: dict[str, list[str]]) -> None:
    """A command nobody can find is not there."""
    written = {command for text in TEXTS.values() for command, _ in calls(text, known)}
    assert sorted(known.keys() - written) == []


@documents
def test_make_targets_exist(name: str) -> None:
    """Each `make …`."""
    targets = set(re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {target for line in code_lines(TEXTS[name]) for target in MAKE.findall(line)}
    assert sorted(named - targets) == []


@documents
def test_links_lead_somewhere(name: str) -> None:
    """Links to files of this repository."""
    folder = (REPOSITORY / name).parent
    dead = [link for link in LINK.findall(TEXTS[name]) if "://" not in link and not (folder / link).exists()]
    assert dead == []


@documents
def test_named_files_exist(name: str) -> None:
    """Paths of this repository that are written as code."""
    tops = "|".join(("schemas", "risk_model", "infra", "streams", "api", "tests", "benchmarks", "docs"))
    paths = re.findall(rf"`((?:{tops})/[\w./*-]+)`", TEXTS[name])
    assert [path for path in paths if not any(REPOSITORY.glob(path.rstrip("/")))] == []


def test_settings_are_documented() -> None:
    """Every setting is explained in the operator's manual, and no document names one that does not exist."""
    settings = {PREFIX + field.upper() for field in Settings.model_fields}
    manual = set(re.findall(r"FUYUAN_[A-Z_]*[A-Z]", TEXTS["docs/operations.md"]))
    assert sorted(settings - manual) == []
    named = set(re.findall(r"(?<!\w)FUYUAN_[A-Z_]*[A-Z](?![A-Z_…=])", EVERYTHING))
    assert sorted(named - settings - OTHER_VARIABLES) == []


def test_policy_is_documented() -> None:
    """Every table and key of the default policy, and every code of a floor or matter rule."""
    text = TEXTS["docs/policy.md"]
    policy = msgspec.toml.decode((REPOSITORY / "risk_model" / "policy" / "default.toml").read_bytes())
    missing = []
    for table, value in policy.items():
        entries = value if isinstance(value, list) else [value]
        for entry in entries:
            names = [*entry, *filter(None, [entry.get("code")])] if isinstance(entry, dict) else []
            missing += [f"{table}.{key}" for key in names if f"`{key}`" not in text]
        missing += (
            [table] if f"`{table}`" not in text and f"`[{table}]`" not in text and f"`[[{table}]]`" not in text else []
        )
    assert missing == []


def test_reason_codes_are_documented() -> None:
    """Every code a quarantined message may carry."""
    assert sorted(code for code in REASON_CODES | MAPPING_CODES if f"| `{code}` |" not in TEXTS["docs/policy.md"]) == []


def test_every_address_is_documented(settings: Settings) -> None:
    """Every path of the API stands in the README."""
    paths = create_app(settings).openapi()["paths"]
    assert [path for path in paths if f"{path}`" not in TEXTS["README.md"]] == []
