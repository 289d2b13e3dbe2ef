"""fuyuan model record|pages: training runs and model versions in MLflow."""

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from infra import clock
from infra.model_store import load_manifest
from infra.settings import Settings, load_settings
from infra.tracking import NAME, Tracking
from infra.tracking_pages import TrackingPages
from infra.tracking_place import TrackingUnavailable, tracking_exists

app = typer.Typer()


def follow_roles(settings: Settings, champion: str | None, challenger: str | None, console: Console) -> None:
    """Let the aliases of the registry name the models in their roles, where runs are recorded at all; say what could not be done."""
    if not tracking_exists(settings):
        return
    try:
        tracking = Tracking(settings)
        for role, version in (("champion", champion), ("challenger", challenger)):
            if version is None:
                tracking.clear_alias(role)
            else:
                tracking.set_alias(version, role)
    except TrackingUnavailable as missing:
        console.print(f"[yellow]MLflow 的别名未更新 aliases not moved：{missing}[/]", soft_wrap=True)


def record(folder: Path, console: Console) -> None:
    """Record the training of an artifact."""
    manifest = load_manifest(folder)
    with console.status("记入 MLflow recording"):
        recorded = Tracking(load_settings()).record(manifest, folder, clock.now())
    console.print(
        f"已记入 MLflow recorded {manifest.version}：运行 run {recorded.run_id}，{NAME} 第 {recorded.number} 版 version",
        soft_wrap=True,
    )


@app.command("record", help="把一次训练记入 MLflow record the training of an artifact in MLflow")
def record_command(
    folder: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, metavar="目录", help="模型目录 artifact folder")
    ],
) -> None:
    """Record settings, data, figures and files, and register the artifact as a model version."""
    record(folder, Console())


@app.command("pages", help="打开 MLflow 页面，Ctrl-C 结束 MLflow's pages, ended by Ctrl-C")
def pages_command(
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="端口，默认 5080 或另一空闲端口 default 5080 or a free one")
    ] = None,
) -> None:
    """Serve the pages on this machine only until interrupted."""
    console = Console()
    pages = TrackingPages(load_settings(), port)
    with suppress(KeyboardInterrupt):
        with console.status("正在启动 MLflow starting MLflow…"):
            pages.start()
        console.print(
            f"MLflow 页面 pages: [bold]{pages.address}[/bold]（只在本机可见，没有登录 this machine only, no sign-in）",
            soft_wrap=True,
        )
        console.print("[dim]Ctrl-C 结束 to end[/dim]")
        pages.wait()
    pages.stop()
    console.print("MLflow 已停止 stopped")
