"""The text model beside what one would write with plain scikit-learn: speed per event, and of training.

500 texts of 200 characters in one batch, and one text alone, one thread, both models fitted on the same texts; also masking and
explaining; with --train, training on so many simulated events. How good the model is: ``benchmarks.text_quality``.

    OMP_NUM_THREADS=1 python -m benchmarks.text_model [--rounds 15] [--train 100000]
"""

import argparse
import statistics
import time
import warnings
from collections.abc import Callable
from datetime import datetime

import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from infra.simulation.labels import labelled
from infra.simulation.simulate import Simulation
from risk_model.masking import Masker
from risk_model.scoring.doubts import Margins
from risk_model.scoring.examples import LabelledExample
from risk_model.scoring.fields import ScoringFields
from risk_model.scoring.pipeline import PipelineSettings, as_table, build_pipeline
from risk_model.scoring.runtime import RiskModel
from risk_model.scoring.training import train

BATCH, CHARACTERS, SEED = 500, 200, 11
EVENTS_A_DAY = 200  # a little fewer than the simulated city has


def plain_model() -> Pipeline:
    """What one would write first: character tf-idf and logistic regression."""
    return make_pipeline(
        TfidfVectorizer(analyzer="char", ngram_range=(1, 3), max_features=50_000),
        LogisticRegression(max_iter=60, tol=1e-3),
    )


def timed(work: Callable[[], object], rows: int, rounds: int) -> float:
    """Median processor microseconds a row; processor time is steadier than the clock on a shared machine."""
    spans = []
    for _ in range(rounds):
        begin = time.process_time()
        work()
        spans.append(time.process_time() - begin)
    return statistics.median(spans) / rows * 1e6


def simulated(days: int) -> tuple[list[str], list[ScoringFields], list[str], list[int]]:
    """Texts of about 200 characters, fields, categories and levels of simulated events."""
    lines = [line for line in labelled(Simulation(SEED, days).records()) if line["text"]]
    texts = [(line["text"] * (CHARACTERS // len(line["text"]) + 1))[:CHARACTERS] for line in lines]
    fields = [
        ScoringFields(line["event_type"], line["people_involved"], line["amount_fen"], line["repeat_count"])
        for line in lines
    ]
    return texts, fields, [line["category"] for line in lines], [line["level"] for line in lines]


def speed(console: Console, rounds: int) -> None:
    """Time both models on the same texts in one run."""
    texts, fields, categories, levels = simulated(days=20)
    targets = np.empty((len(texts), 2), dtype=object)
    targets[:, 0], targets[:, 1] = categories, levels
    model = RiskModel.from_pipeline(
        build_pipeline(PipelineSettings()).fit(as_table(texts, fields), targets), Margins(), "bench"
    )
    plain = plain_model().fit(texts, categories)
    masker, batch, own = Masker(), texts[:BATCH], fields[:BATCH]
    people = [("张小三", "李四明")] * BATCH
    rows = [
        ("tf-idf + LogisticRegression，500 条", timed(lambda: plain.predict_proba(batch), BATCH, max(rounds // 5, 3))),
        ("本项目 ours：两头 both heads，500 条", timed(lambda: model.assess(batch, own), BATCH, rounds)),
        ("tf-idf + LogisticRegression，单条 single", timed(lambda: plain.predict_proba(batch[:1]), 1, rounds)),
        ("本项目 ours，单条 single", timed(lambda: model.assess(batch[:1], own[:1]), 1, rounds * 10)),
        ("脱敏 masking，500 条", timed(lambda: masker.mask_batch(batch, people), BATCH, rounds)),
        (
            "逐项说明 explain_level",
            timed(lambda: [model.explain_level(t, f) for t, f in zip(batch[:50], own[:50], strict=True)], 50, rounds),
        ),
    ]
    table = Table(
        "工作 work", "µs/条 CPU a row", "倍数 ratio", title=f"{CHARACTERS} 字 characters，训练 fitted on {len(texts):,}"
    )
    base = {"批": rows[0][1], "单": rows[2][1]}
    for name, micros in rows:
        ratio = (
            base["单" if "single" in name else "批"] / micros
            if "explain" not in name and "masking" not in name
            else None
        )
        table.add_row(name, f"{micros:,.1f}", "" if ratio is None else f"{ratio:.1f}×")
    console.print(table)


def training(console: Console, rows: int) -> None:
    """Train as ``fuyuan model train`` does, on so many simulated events as they are; wall time and processor time."""
    examples = [
        LabelledExample(
            line["text"],
            ScoringFields(line["event_type"], line["people_involved"], line["amount_fen"], line["repeat_count"]),
            line["category"],
            line["level"],
            datetime.fromisoformat(line["occurred_at"]),
        )
        for line in labelled(Simulation(SEED, rows // EVENTS_A_DAY + 1).records())
    ][:rows]
    begin, begin_cpu = time.perf_counter(), time.process_time()
    fitted = train(examples, SEED)
    wall, cpu = time.perf_counter() - begin, time.process_time() - begin_cpu
    table = Table("工作 work", "值", title=f"训练 training on {len(examples):,} events")
    table.add_row("时间 wall, s", f"{wall:.1f}")
    table.add_row("处理器时间 CPU, s", f"{cpu:.1f}")
    table.add_row("类别 macro-F1 held out", f"{fitted.evaluation.category_macro_f1:.3f}")
    console.print(table)


def main() -> None:
    """Time judging, and training when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--train", type=int, default=0, help="events to train on; 0 leaves training out")
    options = parser.parse_args()
    console = Console()
    warnings.simplefilter("ignore", ConvergenceWarning)
    speed(console, options.rounds)
    if options.train:
        training(console, options.train)


if __name__ == "__main__":
    main()
