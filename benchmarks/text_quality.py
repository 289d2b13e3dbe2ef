"""The category model on real Chinese text: macro-F1 with bootstrap intervals, calibration, learning curves; beside plain scikit-learn.

Citizen messages (words cut beforehand, and raw; random folds, and for raw the latest fifth), causes of civil judgments with at least five
texts, elements of wage and loan judgments by document (mean F1 over elements with at least twenty sentences). Every contestant sees the
same folds. Needs FUYUAN_REAL_DATA (default ../shared/data). Words of raw text are compared when rjieba is installed.

    OMP_NUM_THREADS=1 python -m benchmarks.text_quality [--quick]
"""

import argparse
import csv
import importlib
import importlib.util
import json
import os
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold, StratifiedKFold
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from risk_model.scoring.doubts import Margins
from risk_model.scoring.evaluation import calibration_error
from risk_model.scoring.examples import LabelledExample
from risk_model.scoring.fields import ScoringFields
from risk_model.scoring.pipeline import settings_for
from risk_model.scoring.runtime import RiskModel
from risk_model.scoring.training import fit_pipeline
from risk_model.text.lead import scoring_text

SEED, FOLDS, RESAMPLES = 11, 5, 1_000
LEAST_TEXTS, LEAST_SENTENCES = 5, 20
SIZES = (100, 300, 1_000, 3_000)
LATEST_SHARE = 0.2
REAL = Path(os.environ.get("FUYUAN_REAL_DATA", "../shared/data"))
START = datetime(2025, 1, 1, tzinfo=UTC)

Split = tuple[NDArray[np.int64], NDArray[np.int64]]


class Texts(NamedTuple):
    """Texts, their words joined by blanks (None when nothing cuts them), labels, in order of time where there is one."""

    name: str
    texts: list[str]
    words: list[str] | None
    labels: NDArray[np.str_]


class Answers(NamedTuple):
    """Labels given, and the probability stated of each (None of contestants that state none)."""

    labels: NDArray[np.str_]
    probability: NDArray[np.float64] | None


Contestant = Callable[[Sequence[str], NDArray[np.str_], Sequence[str]], Answers]


def ours(texts: Sequence[str], labels: NDArray[np.str_], unseen: Sequence[str]) -> Answers:
    """The project's model with its default settings, trained as ``fuyuan model train`` trains it."""
    fields = ScoringFields("gov.petition")
    examples = [
        LabelledExample(text, fields, str(label), None, START + timedelta(minutes=row))
        for row, (text, label) in enumerate(zip(texts, labels, strict=True))
    ]
    pipeline = fit_pipeline(examples, settings_for(has_levels=False), SEED)
    judged = RiskModel.from_pipeline(pipeline, Margins(), "bench").assess(list(unseen), [fields] * len(unseen))
    return Answers(np.array(judged.category_names()), judged.category_probability)


def plain(make: Callable[[], Any]) -> Contestant:
    """A plain scikit-learn pipeline."""

    def answer(texts: Sequence[str], labels: NDArray[np.str_], unseen: Sequence[str]) -> Answers:
        model = make().fit(texts, labels)
        stated = model.predict_proba(unseen).max(axis=1) if hasattr(model, "predict_proba") else None
        return Answers(model.predict(unseen), stated)

    return answer


def characters() -> TfidfVectorizer:
    """Character 1- to 3-grams, sublinear."""
    return TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True)


def cut_words() -> TfidfVectorizer:
    """Words and pairs of words between blanks, sublinear."""
    return TfidfVectorizer(token_pattern=r"\S+", ngram_range=(1, 2), min_df=2, sublinear_tf=True)


def unblanked() -> TfidfVectorizer:
    """Characters of text without its blanks."""
    return TfidfVectorizer(
        analyzer="char",
        ngram_range=(1, 3),
        min_df=2,
        sublinear_tf=True,
        preprocessor=lambda text: text.replace(" ", ""),
    )


ON_TEXTS: dict[str, Contestant] = {
    "本项目 ours": ours,
    "字 characters + LinearSVC": plain(lambda: make_pipeline(characters(), LinearSVC())),
    "字 characters + LogisticRegression": plain(
        lambda: make_pipeline(
            TfidfVectorizer(analyzer="char", ngram_range=(1, 3), max_features=50_000),
            LogisticRegression(max_iter=60, tol=1e-3),
        )
    ),
}
ON_WORDS: dict[str, Contestant] = {
    "词 words + LinearSVC": plain(lambda: make_pipeline(cut_words(), LinearSVC())),
    "字与词 both + LinearSVC": plain(lambda: make_pipeline(make_union(unblanked(), cut_words()), LinearSVC())),
}


def messages(name: str) -> Texts:
    """A file of citizen messages."""
    with (REAL / "citizen_messages" / name).open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    labels = np.array([row["label"] for row in rows])
    if "title" not in rows[0]:
        cut = [row["text"] for row in rows]
        return Texts("留言（已分词） tokenised", [text.replace(" ", "") for text in cut], cut, labels)
    order = sorted(range(len(rows)), key=lambda row: _moment(rows[row]["time"]))
    texts = [scoring_text(rows[row]["title"], rows[row]["text"]) for row in order]
    return Texts("留言（原文） raw", texts, jieba_words(texts), labels[order])


def _moment(value: str) -> datetime:
    return datetime.strptime(value, "%Y/%m/%d %H:%M:%S").replace(tzinfo=UTC)


def jieba_words(texts: Iterable[str]) -> list[str] | None:
    """Words joined by blanks, when rjieba is installed."""
    if importlib.util.find_spec("rjieba") is None:
        return None
    cut = importlib.import_module("rjieba").cut
    return [" ".join(cut(text)) for text in texts]


def causes() -> Texts:
    """Civil judgments by cause of action."""
    with (REAL / "court_texts" / "civil_docs.jsonl").open(encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream]
    sizes = Counter(row["casename"] for row in rows)
    rows = [row for row in rows if sizes[row["casename"]] >= LEAST_TEXTS]
    texts = [row["context"] for row in rows]
    return Texts("裁判文书案由 causes", texts, jieba_words(texts), np.array([row["casename"] for row in rows]))


def folds_of(labels: NDArray[np.str_]) -> list[Split]:
    """Stratified random folds."""
    return list(StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(labels, labels))


def latest(count: int) -> list[Split]:
    """One split: the earlier part, and the latest fifth."""
    cut = count - round(count * LATEST_SHARE)
    return [(np.arange(cut), np.arange(cut, count))]


def interval(truth: NDArray[np.str_], given: NDArray[np.str_]) -> str:
    """Macro-F1 with the 95 % bootstrap interval over texts."""
    draw = np.random.default_rng(SEED)
    names, codes = np.unique(np.concatenate([truth, given]), return_inverse=True)
    true, answer = codes[: len(truth)], codes[len(truth) :]
    within = np.unique(true)

    def macro(rows: NDArray[np.int64]) -> float:
        table = np.bincount(true[rows] * len(names) + answer[rows], minlength=len(names) ** 2)
        table = table.reshape(len(names), len(names))
        right, sums = np.diag(table), table.sum(axis=0) + table.sum(axis=1)
        return float((2 * right[within] / np.maximum(sums[within], 1)).mean())

    found = [macro(draw.integers(0, len(truth), len(truth))) for _ in range(RESAMPLES)]
    low, high = np.quantile(found, (0.025, 0.975))
    return f"{macro(np.arange(len(truth))):.3f} [{low:.3f}, {high:.3f}]"


def compare(console: Console, data: Texts, splits: list[Split], kind: str) -> None:
    """All contestants over the same splits."""
    table = Table("方法 contestant", "macro-F1 [95 %]", "准确率 accuracy", "ECE")
    table.title = f"{data.name} · {kind} · {len(data.texts):,} 条 {len(set(data.labels.tolist()))} 类"
    runs = [(name, contestant, data.texts) for name, contestant in ON_TEXTS.items()]
    if data.words is not None:
        runs += [(name, contestant, data.words) for name, contestant in ON_WORDS.items()]
    for name, contestant, texts in track(runs, table.title, console=console, transient=True):
        answers = [
            contestant([texts[row] for row in learn], data.labels[learn], [texts[row] for row in judge])
            for learn, judge in splits
        ]
        truth = np.concatenate([data.labels[judge] for _, judge in splits])
        given = np.concatenate([answer.labels for answer in answers])
        stated = [answer.probability for answer in answers if answer.probability is not None]
        ece = f"{calibration_error(np.concatenate(stated), given == truth):.3f}" if stated else "—"
        table.add_row(name, interval(truth, given), f"{(given == truth).mean():.3f}", ece)
    console.print(table)


def learning_curve(console: Console, data: Texts, folds: list[Split]) -> None:
    """Mean macro-F1 when only so many texts are learnt from; the first texts of a shuffled fold, so that sizes are nested."""
    table = Table("学习条数 learnt from", *ON_TEXTS, title=f"{data.name} · 学习曲线 learning curve")
    draw = np.random.default_rng(SEED)
    shuffled = [(draw.permutation(learn), judge) for learn, judge in folds]
    full = len(folds[0][0])
    for size in [*(size for size in SIZES if size < full), full]:
        scores = []
        for contestant in ON_TEXTS.values():
            found = []
            for learn, judge in shuffled:
                part = learn[:size]
                given = contestant([data.texts[i] for i in part], data.labels[part], [data.texts[i] for i in judge])
                found.append(f1_score(data.labels[judge], given.labels, average="macro", zero_division=0))
            scores.append(f"{np.mean(found):.3f}")
        table.add_row(f"{size:,}", *scores)
    console.print(table)


def elements(name: str) -> tuple[list[str], list[set[str]], list[int], list[str]]:
    """Sentences, their elements, their documents, and the elements frequent enough."""
    with (REAL / "court_texts" / f"{name}.json").open(encoding="utf-8") as stream:
        rows = [
            (row["sentence"], set(row["labels"]), doc) for doc, line in enumerate(stream) for row in json.loads(line)
        ]
    sizes = Counter(tag for _, tags, _ in rows for tag in tags)
    frequent = sorted(tag for tag, size in sizes.items() if size >= LEAST_SENTENCES)
    return [text for text, _, _ in rows], [tags for _, tags, _ in rows], [doc for _, _, doc in rows], frequent


def compare_elements(console: Console, name: str, folds: int) -> None:
    """Each element a yes or no; no document on both sides."""
    texts, tags, documents, frequent = elements(name)
    splits = list(GroupKFold(FOLDS).split(texts, groups=documents))[:folds]
    title = f"{name}：{len(texts):,} 句 {len(frequent)} 个要素 elements"
    table = Table("方法 contestant", "平均 F1 mean", "ECE", title=title)
    for contestant_name, contestant in ON_TEXTS.items():
        scores: list[float] = []
        errors: list[float] = []
        for tag in track(frequent, title, console=console, transient=True):
            labels = np.array(["有" if tag in own else "无" for own in tags])
            answers = [
                contestant([texts[i] for i in learn], labels[learn], [texts[i] for i in judge])
                for learn, judge in splits
            ]
            truth = np.concatenate([labels[judge] for _, judge in splits])
            given = np.concatenate([answer.labels for answer in answers])
            scores.append(f1_score(truth, given, pos_label="有"))
            stated = [answer.probability for answer in answers if answer.probability is not None]
            if stated:
                errors.append(calibration_error(np.concatenate(stated), given == truth))
        ece = f"{np.mean(errors):.3f}" if errors else "—"
        table.add_row(contestant_name, f"{np.mean(scores):.3f}", ece)
    console.print(table)


def parts(console: Console, quick: bool) -> Iterator[Callable[[], None]]:
    """The parts, cheapest first."""
    count = 2 if quick else FOLDS
    raw, cut, cause = messages("labelled_raw.csv"), messages("labelled_tokenised.csv"), causes()
    yield lambda: compare(console, raw, folds_of(raw.labels)[:count], "随机五折 random folds")
    yield lambda: compare(console, raw, latest(len(raw.texts)), "最近五分之一 latest fifth")
    yield lambda: learning_curve(console, raw, folds_of(raw.labels)[:count])
    yield lambda: compare(console, cut, folds_of(cut.labels)[: 1 if quick else FOLDS], "随机五折 random folds")
    yield lambda: compare(console, cause, folds_of(cause.labels)[:count], "随机五折 random folds")
    yield lambda: compare_elements(console, "labor", count)
    yield lambda: compare_elements(console, "loan", count)
    if not quick:
        yield lambda: learning_curve(console, cut, folds_of(cut.labels)[:2])


def main() -> None:
    """Run every part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer folds, no long learning curve")
    quick = parser.parse_args().quick
    console = Console()
    if not REAL.is_dir():
        raise SystemExit(f"没有 {REAL}（FUYUAN_REAL_DATA） / no such folder; set FUYUAN_REAL_DATA to the real data")
    warnings.simplefilter("ignore", ConvergenceWarning)
    for part in parts(console, quick):
        part()


if __name__ == "__main__":
    main()
