"""Does the queue teach more than chance: macro-F1 after learning from queue-chosen events and from as many drawn at random.

Both learn from the same first labels and are judged on the same later events, round by round, over several seeds; the difference is given with
its standard error over the seeds. ``doubt`` asks for the most uncertain events without regard to density and diversity. Data: a simulated city (both
heads; judged on its last days) and, where they are (FUYUAN_REAL_DATA, default ../shared/data), the citizen messages (category only: levels
are made up and weigh nothing).

    OMP_NUM_THREADS=1 python -m benchmarks.active_learning [--seeds 5] [--rounds 6] [--batch 50]
"""

import argparse
import csv
import os
import warnings
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from sklearn.metrics import f1_score

from infra.rules import load_rules
from infra.settings import load_settings
from infra.simulation.labels import labelled
from infra.simulation.simulate import Simulation
from risk_model.quality.observed import observed_examples
from risk_model.quality.queue import Known, choose, uncertainty
from risk_model.quality.thresholds import QueueTable
from risk_model.scoring.doubts import Margins
from risk_model.scoring.examples import LabelledExample
from risk_model.scoring.fields import ScoringFields
from risk_model.scoring.judgements import Judgements
from risk_model.scoring.pipeline import PipelineSettings
from risk_model.scoring.runtime import RiskModel
from risk_model.scoring.training import fit_pipeline

SEED = 11
REAL = Path(os.environ.get("FUYUAN_REAL_DATA", "../shared/data")) / "citizen_messages"
POOL, JUDGED = 4_000, 2_000
SETTINGS = PipelineSettings(min_rows=2)


class Turn(NamedTuple):
    """One round: the model so far, events without and with a label, how many to ask, and the seed's own chance."""

    model: RiskModel
    pool: Sequence[LabelledExample]
    known: Sequence[LabelledExample]
    size: int
    chance: np.random.Generator

    def judged(self) -> Judgements:
        """What the model says of the events without a label."""
        return self.model.assess([e.text for e in self.pool], [e.fields for e in self.pool])


Chooser = Callable[[Turn], list[int]]


def by_chance(turn: Turn) -> list[int]:
    """Any events."""
    return turn.chance.choice(len(turn.pool), min(turn.size, len(turn.pool)), replace=False).tolist()


def by_doubt(limits: QueueTable) -> Chooser:
    """The most uncertain events."""

    def chosen(turn: Turn) -> list[int]:
        total = uncertainty(turn.judged(), turn.model.margins.costs).total(limits)
        return np.argsort(-total, kind="stable")[: turn.size].tolist()

    return chosen


def by_queue(limits: QueueTable) -> Chooser:
    """As `fuyuan model queue` chooses."""

    def chosen(turn: Turn) -> list[int]:
        known = [Known(e.text, e.fields) for e in turn.known]
        costs = turn.model.margins.costs
        asked = choose(observed_examples(turn.pool), turn.judged(), costs, known, turn.size, limits)
        return [int(one.event_id) for one in asked]

    return chosen


def learn(
    pool: Sequence[LabelledExample],
    judged: Sequence[LabelledExample],
    choose_next: Chooser,
    seed: int,
    rounds: int,
    batch: int,
) -> NDArray[np.float64]:
    """Category and level macro-F1 after each round, shape (rounds + 1, 2)."""
    chance = np.random.default_rng(seed)
    first = set(chance.choice(len(pool), batch, replace=False).tolist())
    known, rest = [pool[i] for i in sorted(first)], [e for i, e in enumerate(pool) if i not in first]
    scores = []
    for turn in range(rounds + 1):
        pipeline = fit_pipeline(known, SETTINGS, seed)
        model = RiskModel.from_pipeline(pipeline, Margins(), "round")
        found = model.assess([e.text for e in judged], [e.fields for e in judged])
        scores.append(
            [
                f1_score([e.category for e in judged], found.category_names(), average="macro", zero_division=0),
                f1_score([e.level for e in judged], found.level, average="macro", zero_division=0),
            ]
        )
        if turn < rounds:
            asked = choose_next(Turn(model, rest, known, batch, chance))
            known += [rest[i] for i in asked]
            taken = set(asked)
            rest = [e for i, e in enumerate(rest) if i not in taken]
    return np.array(scores)


def compared(
    console: Console,
    name: str,
    draw: Callable[[int], tuple[list[LabelledExample], list[LabelledExample]]],
    heads: Sequence[str],
    choosers: dict[str, Chooser],
    seeds: int,
    rounds: int,
    batch: int,
) -> None:
    """Learn in every way on every seed and print the curves."""
    curves = {
        way: np.array([learn(*draw(seed), chooser, seed, rounds, batch) for seed in range(seeds)])
        for way, chooser in choosers.items()
    }
    table = Table("标注数 labels", title=f"{name}，{seeds} 次 seeds，macro-F1")
    for head in heads:
        for way in choosers:
            table.add_column(f"{head} {way}", justify="right")
        table.add_column(f"{head} 差 gain ± se", justify="right")
    for turn in range(rounds + 1):
        cells = [str((turn + 1) * batch)]
        for column, _ in enumerate(heads):
            at = {way: curve[:, turn, column] for way, curve in curves.items()}
            gain = at["queue"] - at["chance"]
            cells += [f"{values.mean():.3f}" for values in at.values()]
            cells.append(f"{gain.mean():+.3f} ± {gain.std(ddof=1) / np.sqrt(seeds):.3f}")
        table.add_row(*cells)
    console.print(table)


def simulated(days: int = 60) -> list[LabelledExample]:
    """Events of a simulated city with exact categories and simulated levels."""
    lines = list(labelled(Simulation(SEED, days, date(2025, 9, 1)).records()))
    return [
        LabelledExample(
            line["text"],
            ScoringFields(line["event_type"], line["people_involved"], line["amount_fen"], line["repeat_count"]),
            line["category"],
            line["level"],
            datetime.fromisoformat(line["occurred_at"]),
            line["source"],
        )
        for line in lines
    ]


def messages(path: Path) -> tuple[list[str], list[str]]:
    """Texts and labels of the tokenised citizen messages; the blanks are taken out."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [row["text"].replace(" ", "") for row in rows], [row["label"] for row in rows]


def main() -> None:
    """Both kinds of data."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--batch", type=int, default=50)
    given = parser.parse_args()
    warnings.filterwarnings(
        "ignore", message="The number of unique classes"
    )  # the first rounds know few events of each
    console = Console(width=140)
    limits = load_rules(load_settings()).policy.model.queue
    ways = lambda table: {"chance": by_chance, "doubt": by_doubt(table), "queue": by_queue(table)}  # noqa: E731
    events = simulated()
    earlier, later = events[: len(events) * 3 // 4], events[len(events) * 3 // 4 :]

    def city(seed: int) -> tuple[list[LabelledExample], list[LabelledExample]]:
        chance = np.random.default_rng(1_000 + seed)
        draw = lambda part, size: [part[i] for i in sorted(chance.choice(len(part), size, replace=False).tolist())]  # noqa: E731
        return draw(earlier, POOL), draw(later, JUDGED)

    sizes = (given.seeds, given.rounds, given.batch)
    compared(console, "模拟城市 simulated city", city, ("类别 category", "等级 level"), ways(limits), *sizes)
    path = REAL / "labelled_tokenised.csv"
    if not path.is_file():
        console.print(f"跳过真实数据：没有 {path}（FUYUAN_REAL_DATA） skipped: no such file")
        return
    start = datetime(2025, 1, 1, tzinfo=UTC)
    real = [
        LabelledExample(
            text, ScoringFields("gov.hotline_ticket"), label, 1 + number % 2, start + timedelta(hours=number)
        )
        for number, (text, label) in enumerate(zip(*messages(path), strict=True))
    ]

    def mailbox(seed: int) -> tuple[list[LabelledExample], list[LabelledExample]]:
        order = np.random.default_rng(2_000 + seed).permutation(len(real)).tolist()
        return [real[i] for i in order[:POOL]], [real[i] for i in order[POOL : POOL + JUDGED]]

    category_only = msgspec.structs.replace(limits, level_weight=0.0)
    compared(console, "市长信箱 citizen messages", mailbox, ("类别 category",), ways(category_only), *sizes)


if __name__ == "__main__":
    main()
