"""fuyuan model train, and the commands of the files named at the end."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from infra.cli import (
    model_compare,
    model_drift,
    model_evaluate,
    model_junk,
    model_keys,
    model_predict,
    model_queue,
    model_roles,
    model_tracking,
)
from infra.cli.evaluation_tables import summary_table
from infra.cli.label_options import (
    Labels,
    progress_of,
    read_shown,
    with_columns,
)
from infra.cli.model_options import DATA, SEED, TEST_SHARE, Seed, TestShare
from infra.label_training import (
    REPORT_FILE,
    OfficialLabels,
    TrainingSet,
    label_report,
    official_labels,
    training_set,
    without,
)
from infra.model_artifact import CARD_FILE
from infra.model_keys import installation_key
from infra.model_quality import write_reference
from infra.model_saving import save_model
from infra.model_store import sign_artifact
from infra.rules import load_rules
from infra.settings import load_settings
from infra.store.access import StoreAccess
from infra.store.engine import opened_engine
from risk_model.label_review import KINDS_ZH, LabelReview, review_labels
from risk_model.local_time import SHANGHAI
from risk_model.quality.junk import suspicious
from risk_model.scoring.costs import step_costs
from risk_model.scoring.doubts import Margins
from risk_model.scoring.examples import SplitBy
from risk_model.scoring.training import train

app = typer.Typer(no_args_is_help=True, help="风险模型 the risk model")

SIMULATED = (
    "模拟数据：虚构的云州市，由 fuyuan simulate 生成，等级为模拟器按规则给出的标签，**不是真实案件，也不是任何城市的标注**。"
    "城市有自己的标注后应重新训练。 Simulated events of a fictional city with simulated labels; retrain on a city's own labels."
)
_SPLITS = {
    "time": "按时间切分，留作评估的是最近的部分 split by time, the latest part held out",
    "random": "没有完整的时间，按类别分层随机切分（种子固定） split at random within each class, by the fixed seed",
}


@app.command("train", help="训练并保存模型 train a model from labelled events")
@with_columns
def train_command(
    out: Annotated[Path, typer.Option("--out", help="写入的目录 folder to write")],
    data: Annotated[Path | None, DATA] = None,
    from_store: Annotated[
        bool,
        typer.Option(
            "--from-store", help="用事件库中有权人员的标注，可与 --data 合用 officials' labels of the event store"
        ),
    ] = False,
    since: Annotated[
        datetime | None,
        typer.Option("--since", formats=["%Y-%m-%d"], help="事件库中只取该日及以后发生的 only events since that day"),
    ] = None,
    seed: Seed = SEED,
    trained_on: Annotated[
        str, typer.Option("--trained-on", help="训练数据的来源，写入模型卡 origin of the data, for the card")
    ] = "",
    simulated: Annotated[
        bool, typer.Option("--simulated", help="数据来自 fuyuan simulate the data was simulated")
    ] = False,
    test_share: TestShare = TEST_SHARE,
    split: Annotated[
        SplitBy, typer.Option("--split", help="auto 有时间则按时间，否则分层随机 how the part for evaluation is chosen")
    ] = "auto",
    refit: Annotated[
        bool,
        typer.Option("--refit/--no-refit", help="评估之后用全部样本再训练一次 fit all examples after the evaluation"),
    ] = True,
    record: Annotated[bool, typer.Option("--record", help="也记入 MLflow record the run in MLflow too")] = False,
    labels: Labels = "auto",
    keep_doubtful: Annotated[
        bool, typer.Option("--keep-doubtful", help="标注存疑的也用于训练 train on doubtful labels too")
    ] = False,
    *,
    columns: dict[str, str],
) -> None:
    """Gather, review, train, evaluate on the part held out, save."""
    if data is None and not from_store:
        raise typer.BadParameter("请给出 --data、--from-store 或两者 give --data, --from-store or both")
    console = Console()
    with progress_of(console) as progress:
        origin = trained_on or (
            SIMULATED if simulated else f"来源未说明（文件 {data.name if data else ''}） origin not stated"
        )
        base = None if data is None else read_shown(data, origin, progress, columns, labels)
        gathered = training_set(base, _official(since, progress) if from_store else None, origin)
        task = progress.add_task("核对标注 reviewing labels", total=None)
        policy = load_rules(load_settings()).policy.model
        review = review_labels(gathered.examples, gathered.given, lambda examples: suspicious(examples, policy.junk))
        used = gathered if keep_doubtful else without(gathered, review)
        fitted = train(
            used.examples,
            seed,
            margins=Margins(costs=step_costs(policy.missed_costs)),
            test_share=test_share,
            step=lambda name: progress.update(task, description=name),
            split_by=split,
            refit=refit,
        )
        progress.update(task, description="保存 saving", total=1, completed=1)
        manifest = save_model(fitted, used.data, out)
        write_reference(out, used.examples, fitted.held_out, fitted.evaluated_model(manifest.version))
        sign_artifact(out, installation_key(load_settings().home))
    for note in base.notes if base else ():
        console.print(note, soft_wrap=True)
    console.print(f"{_SPLITS[fitted.split]}：{manifest.train_rows:,} + {manifest.test_rows:,}", soft_wrap=True)
    if refit:
        console.print(
            "下列指标来自较少的样本；评估之后已用全部样本再训练 the measures are of the fit before the last, on fewer"
        )
    _report(console, gathered, review, out, kept=keep_doubtful)
    console.print(
        summary_table(fitted.evaluation, f"{manifest.version}：留作评估的 {manifest.test_rows:,} 条 held out")
    )
    size = sum(path.stat().st_size for path in out.iterdir() if path.is_file())
    console.print(f"已保存 saved {out}（{size / 1e6:.2f} MB），模型卡 card {out / CARD_FILE}", soft_wrap=True)
    if record:
        model_tracking.record(out, console)


def _official(since: datetime | None, progress: Progress) -> OfficialLabels:
    task = progress.add_task("读取事件库 reading the store", total=None)
    with opened_engine(load_settings().database_url) as engine:
        found = StoreAccess(engine).read(official_labels, None if since is None else since.replace(tzinfo=SHANGHAI))
    progress.remove_task(task)
    return found


def _report(console: Console, gathered: TrainingSet, review: LabelReview, out: Path, *, kept: bool) -> None:
    """Say which labels are in doubt, and write the report beside the model; an earlier report is removed."""
    path = out / REPORT_FILE
    path.unlink(missing_ok=True)
    if not review.doubts:
        console.print("没有发现矛盾或可疑的标注 no contradicting or suspicious labels")
        return
    path.write_text(label_report(gathered, review, kept=kept), encoding="utf-8")
    done = "仍用于训练 kept" if kept else "未用于训练 left out"
    console.print(f"[yellow]标注存疑 {len(review.left_out):,} 条，{done}；明细 details {path}[/yellow]", soft_wrap=True)
    for kind, zh in KINDS_ZH.items():
        if doubted := review.doubted(kind):
            console.print(f"  {zh}：涉及 {doubted:,} 条，其中不用 left out {0 if kept else review.count(kind):,} 条")


app.add_typer(model_predict.app)
app.add_typer(model_evaluate.app)
app.add_typer(model_drift.app)
app.add_typer(model_junk.app)
app.add_typer(model_queue.app)
app.add_typer(model_tracking.app)
app.add_typer(model_keys.app)
app.add_typer(model_roles.app)
app.add_typer(model_compare.app)
