"""The text model beside what one would write with plain scikit-learn: speed per event, and macro-F1 on real messages.

Speed: 500 texts of 200 characters in one batch, and one text alone, one thread, both models fitted on the same texts; also masking and
explaining. Quality: the category head's pipeline (hashed n-grams, selection, LogisticRegression) beside TfidfVectorizer on characters
with LinearSVC and with LogisticRegression, the same five folds, on the citizen messages (FUYUAN_REAL_DATA, default ../shared/data).

    OMP_NUM_THREADS=1 python -m benchmarks.text_model [--rounds 15]
"""

import argparse
import csv
import os
import statistics
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import LinearSVC

from infra.simulation.labels import labelled
from infra.simulation.simulate import Simulation
from risk_model.masking import Masker
from risk_model.scoring.doubts import Margins
from risk_model.scoring.fields import ScoringFields
from risk_model.scoring.pipeline import PipelineSettings, as_table, build_pipeline
from risk_model.scoring.runtime import RiskModel
from risk_model.text.columns import ColumnSelector
from risk_model.text.ngrams import NgramHasher

BATCH, CHARACTERS, SEED = 500, 200, 11
REAL = Path(os.environ.get("FUYUAN_REAL_DATA", "../shared/data")) / "citizen_messages"


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
    lines = [line for record in Simulation(SEED, days).records() if (line := labelled(record)) and line["text"]]
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


def quality(console: Console) -> None:
    """Macro-F1 of five folds on real messages, the same folds for every model."""
    models = {
        "本项目的类别头 our category head": lambda: make_pipeline(
            NgramHasher(), ColumnSelector(min_rows=3), LogisticRegression(C=10, max_iter=60, tol=1e-3)
        ),
        "tf-idf + LinearSVC": lambda: make_pipeline(
            TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True), LinearSVC()
        ),
        "tf-idf + LogisticRegression": plain_model,
    }
    table = Table("数据 data", *models, title="citizen_messages，7 类，五折 macro-F1")
    for name in ("labelled_raw.csv", "labelled_tokenised.csv"):
        texts, labels = messages(REAL / name)
        folds = StratifiedKFold(5, shuffle=True, random_state=SEED)
        scores = [
            f1_score(labels, cross_val_predict(make(), texts, labels, cv=folds), average="macro")
            for make in models.values()
        ]
        table.add_row(f"{name}（{len(texts):,}）", *(f"{score:.3f}" for score in scores))
    console.print(table)


def messages(path: Path) -> tuple[list[str], list[str]]:
    """Texts and labels of a file of citizen messages; the blanks of the tokenised file are taken out."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    texts = [f"{row['title']}。{row['text']}" if "title" in row else row["text"].replace(" ", "") for row in rows]
    return texts, [row["label"] for row in rows]


def main() -> None:
    """Run both parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    console = Console()
    warnings.simplefilter("ignore", ConvergenceWarning)
    speed(console, rounds)
    if REAL.is_dir():
        quality(console)
    else:
        console.print(f"跳过真实数据：没有 {REAL}（FUYUAN_REAL_DATA） skipped: no such folder")


if __name__ == "__main__":
    main()
