"""fuyuan settings show."""

import os

import typer
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from infra.settings import DEMO_TOKEN_KEY, PREFIX, load_settings, unknown_variables

app = typer.Typer(no_args_is_help=True, help="设置 the settings")


@app.callback()
def _group() -> None:
    """Keep `show` a subcommand although it is the only one."""


@app.command(help="显示全部设置，密钥隐藏 every setting, secrets hidden")
def show() -> None:
    """Print every setting with the variable that sets it."""
    settings = load_settings()
    table = Table("变量 variable", "值 value", "", box=None)
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        shown = "" if value is None else str(value)
        if isinstance(value, SecretStr):
            shown = "演示密钥 demo key" if value.get_secret_value() == DEMO_TOKEN_KEY else "已设置，隐藏 set, hidden"
        elif name == "database_url":
            shown = settings.database_url_shown
        table.add_row(PREFIX + name.upper(), shown, "*" if name in settings.model_fields_set else "")
    console = Console()
    console.print(table)
    console.print("[dim]* 已设置，其余为默认值 set; the others are defaults[/dim]")
    for name, hint in unknown_variables(dict(os.environ)).items():
        console.print(f"[yellow]未知的设置 unknown setting {name}{hint}[/yellow]")
