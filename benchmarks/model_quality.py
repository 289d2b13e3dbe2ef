"""How often the drift report cries wolf and whether it sees real change; precision and recall of the quota-junk detector.

Drift: the reference is one simulated city's 150 days; other cities (seeds) and other times of year are compared with it 30 days at a time, and
nothing should be said. Then one agency of each is changed (a field left empty, another form of text), and its alarm should come. Junk: every
seed's 90 days through the real intake, against the truth of the planted story, event by event.

    OMP_NUM_THREADS=1 python -m benchmarks.model_quality [--windows 20] [--seeds 6] [--only drift|junk]
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

import msgspec
import orjson
from rich.console import Console

from benchmarks.workbench import build_intake
from infra import clock
from infra.intake import Incoming
from infra.label_file import read_labels
from infra.model_artifact import REFERENCE_FILE
from infra.model_keys import trusted_keys
from infra.model_store import load_model
from infra.rules import load_rules
from infra.settings import load_settings
from infra.simulation.labels import labelled
from infra.simulation.simulate import Simulation
from risk_model.quality.drift import DriftReport, compare
from risk_model.quality.junk import quota_junk
from risk_model.quality.observed import Observed, observed_examples, observed_record
from risk_model.quality.profile import decode_profile, profile
from schemas.assessed import decode_assessed
from schemas.identifiers import dispute_id

BATCH = 500
FIRST = date(2024, 9, 15)
CHANGED = "/gov/379001/petition"
FORM = "【工单流转】来电人反映情况如下，请按职责办理并限期反馈："
console = Console(width=130)


def window(seed: int, start: date, days: int = 30) -> list[Observed]:
    """Events of a simulated city as a label file gives them, masked."""
    with tempfile.TemporaryDirectory(prefix="fuyuan-bench-") as folder:
        path = Path(folder) / "labels.jsonl"
        lines = list(labelled(Simulation(seed, days, start).records()))
        path.write_bytes(b"\n".join(orjson.dumps(line) for line in lines))
        return observed_examples(read_labels(path, "").examples)


def without_people(events: Sequence[Observed]) -> list[Observed]:
    """One agency no longer states how many people are concerned in two reports of three."""
    return [
        msgspec.structs.replace(e, fields=msgspec.structs.replace(e.fields, people_involved=None))
        if e.source == CHANGED and int(e.event_id) % 3
        else e
        for e in events
    ]


def in_another_form(events: Sequence[Observed]) -> list[Observed]:
    """One agency writes a form's heading before every text."""
    return [msgspec.structs.replace(e, text=FORM + e.text) if e.source == CHANGED else e for e in events]


def drift(windows: int) -> None:
    """False alarms and alarms."""
    settings = load_settings()
    model = load_model(settings.model_dir, trusted_keys(settings)).model
    reference = decode_profile((settings.model_dir / REFERENCE_FILE).read_bytes())
    limits = load_rules(settings).policy.model.drift
    changes: dict[str, Callable[[Sequence[Observed]], list[Observed]]] = {
        "人数缺失 people left empty": without_people,
        "换了文书格式 another form": in_another_form,
    }
    said: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    judged = comparisons = 0
    smallest = 1.0
    for number in range(windows):
        events = window(100 + number, FIRST + timedelta(days=37 * number))
        report = compare(reference, profile(events, model), limits)
        comparisons += len(report.comparisons)
        smallest = min([smallest, *(c.p_value for c in report.comparisons)])
        said.update(f.verdict for f in report.findings)
        said["reports"] += bool(report.findings)
        for finding in report.findings:
            console.print(f"  {number}: {finding.verdict} {finding.reason.text}")
        judged += _judges(report)
        if _judges(report):
            for name, change in changes.items():
                found = compare(reference, profile(change(events), model), limits)
                seen[name] += any(f.scope == CHANGED and f.verdict == "alarm" for f in found.findings)
    console.print(
        f"漂移：{windows} 个没有变化的 30 天（其他城市、其他季节），{comparisons:,} 项比较，出现任何提示的报告 {said['reports']} 份"
        f"（名义 {limits.false_alarm:.0%}），警报 {said['alarm']} 项，最小 p {smallest:.1e}"
    )
    for name, count in seen.items():
        console.print(f"  {CHANGED} {name}：{count} / {judged} 份报出警报")


def _judges(report: DriftReport) -> bool:
    return any(c.scope == CHANGED for c in report.comparisons)


def junk(seeds: int) -> None:
    """Events flagged against events planted."""
    intake, limits = build_intake(load_settings()), load_rules(load_settings()).policy.model.junk
    right = wrong = missed = months = 0
    for seed in range(1, seeds + 1):
        city = Simulation(seed, 90)
        values = [record.value for record in city.records()]
        batches = [values[start : start + BATCH] for start in range(0, len(values), BATCH)]
        records = {}
        for batch in batches:
            for made in intake.process([Incoming("reported", 0, i, v) for i, v in enumerate(batch)], clock.now()):
                if made.accepted:
                    record = decode_assessed(made.value)
                    records.setdefault(record.dispute_id, record)
        observed = [observed_record(r, r.link_keys[0] if r.link_keys else None) for r in records.values()]
        found = quota_junk(observed, limits)
        planted = {
            dispute_id(*event) for story in city.stories if story.kind == "quota_junk" for event in story.event_ids
        }
        flagged = {event_id for finding in found for event_id in finding.event_ids}
        months += len(found)
        right, wrong = right + len(flagged & planted), wrong + len(flagged - planted)
        missed += len(planted - flagged)
        console.print(
            f"  seed {seed}: {len(observed):,} 件，凑数 {len(planted)}，标出 {len(flagged)}，误标 {len(flagged - planted)}"
        )
    console.print(
        f"凑数：{seeds} 座城市 90 天，标出 {months} 个上报人月，精确率 precision {right / max(right + wrong, 1):.3f}，"
        f"召回率 recall {right / max(right + missed, 1):.3f}，误标 {wrong} 件"
    )


def main() -> None:
    """Both, or one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--windows", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--only", choices=("drift", "junk"))
    given = parser.parse_args()
    if given.only != "junk":
        drift(given.windows)
    if given.only != "drift":
        junk(given.seeds)


if __name__ == "__main__":
    main()
