"""The `fuyuan` command. Each group is loaded only when it is called, so that `fuyuan --help` and `fuyuan kafka status` are quick."""

import sys
from importlib import import_module

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

COMMANDS: dict[str, tuple[str, str]] = {
    # name: (module:attribute — a typer.Typer, or a function that is one command — , one line of help)
    "demo": ("infra.cli.demo:demo", "演示：虚构城市 90 天的全流程 a fictional city, end to end"),
    "kafka": ("infra.cli.kafka:app", "本地 Kafka：启动、停止、状态 the local Kafka: start, stop, status"),
    "topics": ("infra.cli.topics:app", "主题：创建并核对、列出 the topics: ensure, list"),
    "model": (
        "infra.cli.model:app",
        "风险模型：训练、评估、登记、启用 the risk model: train, evaluate, register, promote",
    ),
    "worker": ("infra.cli.processes:worker", "运行工作进程 assess、watch 或 notify run a worker"),
    "api": ("infra.cli.processes:api", "运行接口服务 run the HTTP interface"),
    "trends": ("infra.cli.trends:app", "趋势：数量异常、曲线、预警额度 counts above their history"),
    "alerts": ("infra.cli.alerts:app", "预警：准确率 alerts: how often they were right"),
    "matters": (
        "infra.cli.matters:app",
        "事项：查看、归并、拆分、降级、销号、回访 matters: show, merge, split, settle, visit",
    ),
    "notices": ("infra.cli.notices:app", "通知：列出、核对通讯录、重发 notices: list, contacts, retry"),
    "conference": ("infra.cli.conference:app", "联席会议：议程、会议纪要 the joint conference"),
    "report": ("infra.cli.report:app", "研判报告：按月导出 Word、Markdown the monthly report"),
    "plan": ("infra.cli.plan:app", "处置方案：导出 Word、Markdown response plans: export, template"),
    "duties": ("infra.cli.duties:app", "任务：列出 duties: list"),
    "ledger": ("infra.cli.ledger:app", "府院台账：列出、办理率、导出 the ledger of requests: list, report, export"),
    "deadlines": ("infra.cli.deadlines:app", "期限：列出、查提醒 deadlines: list, tick"),
    "store": ("infra.cli.store:app", "事件库：建库升级、重建、摘要、校验 the event store"),
    "quarantine": ("infra.cli.quarantine:app", "隔离区：查看、重试 messages set aside: list, show, retry"),
    "simulate": (
        "infra.cli.simulate:simulate",
        "模拟城市：发布到 Kafka 或写文件 play the fictional city into Kafka or a file",
    ),
    "import": (
        "infra.cli.import_file:import_file",
        "导入 CSV、Excel、JSONL，可中断续传，附台账 import files, with a ledger",
    ),
    "names": ("infra.cli.names:app", "名称：拆解、比较、归并名单 names: read, compare, link lists"),
    "contract": ("infra.cli.contract:app", "数据合同：生成或核对公布的文件 the contract: write or check its files"),
    "settings": ("infra.cli.settings:app", "查看设置（密钥不显示） show the settings, secrets hidden"),
}


class LazyGroup(TyperGroup):
    """Lists the commands from the table and imports a command's module only to run it."""

    _listing = False

    def list_commands(self, ctx: typer.Context) -> list[str]:  # noqa: ARG002  the base class's signature
        """Return the names in the table's order."""
        return list(COMMANDS)

    def get_command(self, ctx: typer.Context, cmd_name: str):
        """Return the command, imported; for the list of `--help` only its name and line of help."""
        if cmd_name not in COMMANDS:
            return None
        place, line = COMMANDS[cmd_name]
        if self._listing or ctx.resilient_parsing:
            return TyperCommand(cmd_name, help=line)
        module, _, attribute = place.partition(":")
        found = getattr(import_module(module), attribute)
        if not isinstance(found, typer.Typer):
            single = typer.Typer(add_completion=False)
            single.command(help=line)(found)
            found = single
        command = get_command(found)
        command.name = cmd_name
        return command

    def format_help(self, ctx: typer.Context, formatter) -> None:
        """Write the help text without importing any command."""
        self._listing = True
        try:
            super().format_help(ctx, formatter)
        finally:
            self._listing = False


_app = typer.Typer(cls=LazyGroup, add_completion=False, no_args_is_help=True, rich_markup_mode=None)


@_app.callback(help="府院联动风险预警 Fuyuan: early warning of disputes for government-court linkage")
def _root() -> None:
    """Nothing happens before a command."""


def app() -> None:
    """Run the command line; an error an operator can act on ends in its message and exit status 1, not in a traceback."""
    try:
        _app()
    except Exception as problem:
        from infra.cli.problems import operator_message

        message = operator_message(problem)
        if message is None:
            raise
        sys.stderr.write(f"✗ {message}\n")
        sys.exit(1)


if __name__ == "__main__":
    app()
