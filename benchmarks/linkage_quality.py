"""Quality of linkage on a simulated city, whose truth is known: ``python -m benchmarks.linkage_quality [--events 18000] [--seed 11]``.

Pairs of events: those that truly concern one enterprise, development, project (with its phase) or dispute, against those the program puts
together. The hard case has no USCC and no project ids: names alone. First what the stream decides, county by county, with the city's days
closed; then one book of names of the whole city (``benchmarks.names_alone``). Prints precision and recall of pairs, by kind of evidence and
by threshold, the common names that must not be merged, and what equal narratives would add.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Sequence

import msgspec
import numpy as np

from benchmarks.linkage_truth import Report, city_reports, measured, pairs, referred_pairs
from benchmarks.names_alone import common_names, curve, link, pair_quality, plain_quality, telling
from benchmarks.stream_linkage import StreamLinkage
from benchmarks.workbench import console, show
from infra.places import place_names
from infra.rules import load_rules
from infra.settings import load_settings
from risk_model.rules import Rules
from risk_model.text.near_duplicates import shingles

_TOLD = ("MatterOpened", "MatterJoined", "MattersMerged", "NamesLearnt", "NamesUnited", "JoinProposed")


def stream_quality(reports: Sequence[Report], rules: Rules, hard: bool) -> tuple[list[tuple[str, ...]], Counter[str]]:
    """Rows of precision and recall of what the stream decides, and how many facts of each kind it recorded."""
    stream = StreamLinkage(rules)
    for report in reports:
        stream.take(report.event, hard)
    filed = stream.finish(report.event for report in reports)
    referred = referred_pairs(reports)
    firm, development, dispute = (
        pairs(r.truth.respondent_uscc for r in reports),
        pairs(r.development for r in reports),
        pairs(r.truth.incident_id for r in reports),
    )
    said = {
        "企业 enterprise": (pairs(f.keys.get("firm") for f in filed), firm),
        "开发项目 development": (pairs(f.keys.get("dev") for f in filed), development),
        "案号 case": (pairs(f.keys.get("case") for f in filed), dispute),
        "金额 sum": (pairs(f.keys.get("sum") for f in filed), dispute),
        "引用 reference": (referred, dispute),
        "纠纷 dispute": (
            referred | pairs(f.keys.get("case") for f in filed) | pairs(f.keys.get("sum") for f in filed),
            dispute,
        ),
    }
    true = firm | development | dispute | pairs(r.truth.project_id for r in reports)
    together = pairs(f.matter for f in filed)
    rows: list[tuple[str, ...]] = [(kind, *measured(found, of)) for kind, (found, of) in said.items()]
    rows.append(("同一事项 one matter", *measured(together, true)))
    everything = together.union(*(found for found, _ in said.values()))
    rows.append(("任何一种 any", *measured(everything, true)))
    return rows, stream.facts


def narratives(reports: Sequence[Report]) -> list[tuple[str, ...]]:
    """Jaccard similarity of narratives of one dispute, and of other pairs of the same county within 30 days."""
    sets = shingles([report.event.narrative for report in reports])
    sizes = np.diff(sets.indptr)
    same = sorted(pairs(r.truth.incident_id for r in reports))
    rng = np.random.default_rng(7)
    by_county: dict[str, list[int]] = defaultdict(list)
    for number, report in enumerate(reports):
        by_county[report.event.place.county].append(number)
    groups = [np.array(group) for group in by_county.values() if len(group) > 1]
    other = [tuple(rng.choice(groups[i % len(groups)], 2, replace=False)) for i in range(20_000)]
    rows = []
    for label, chosen in (("同一纠纷 one dispute", same), ("同一县区的其他 others of a county", other)):
        left, right = np.array([a for a, _ in chosen]), np.array([b for _, b in chosen])
        both = np.asarray(sets[left].multiply(sets[right]).sum(axis=1)).ravel()
        jaccard = both / np.maximum(1, sizes[left] + sizes[right] - both)
        rows.append(
            (label, f"{len(chosen):,}", *(f"{np.mean(jaccard >= least):.4f}" for least in (0.2, 0.3, 0.5, 0.7)))
        )
    return rows


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--events", type=int, default=18_000)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--per-day", type=float, default=200.0)
    parser.add_argument("--join", type=float, help="another threshold than the policy's")
    parser.add_argument("--stream", action="store_true", help="only what the stream decides")
    options = parser.parse_args()
    rules = load_rules(load_settings())
    places, table = place_names(rules.regions), rules.policy.linkage
    if options.join is not None:
        table = msgspec.structs.replace(table, join=options.join, propose=min(table.propose, options.join))
    reports = city_reports(options.events, options.seed, options.days, options.per_day)
    columns = ("", "真对 true pairs", "精确率 precision", "召回率 recall")
    informed = telling(reports, options.seed)
    for hard, title in ((True, "无信用代码和项目编号"), (False, "有信用代码（按各来源的实际填报）")):
        rows, recorded = stream_quality(reports, rules, hard)
        show(f"{len(reports):,} 件，流上的判定：{title}", columns, rows)
        console.print(
            "事件 facts：" + "，".join(f"{kind} {recorded[kind]:,}" for kind in _TOLD),
        )
    if options.stream:
        return
    outcomes = link(reports, places, table, hard=True, again=False)
    show(f"{len(reports):,} 件，无信用代码和项目编号，全市一本名录，逐件判定", columns, pair_quality(reports, outcomes))
    show(f"同上，只看写有名称的 {len(informed):,} 件", columns, pair_quality(reports, outcomes, informed))
    show("朴素写法：名称去掉空白标点后完全相同", columns, plain_quality(reports))
    again = link(reports, places, table, hard=True, again=True)
    show("同上，全部，事后对未认出的再认一遍", columns, pair_quality(reports, again))
    given = link(reports, places, table, hard=False, again=True)
    show("有信用代码（按各来源的实际填报），事后再认一遍", columns, pair_quality(reports, given))
    show(
        "按证据种类、门槛（困难情形）",
        ("证据", "门槛", "件", "精确率", "召回率", "开发项目对"),
        curve(reports, outcomes),
    )
    show(
        "常见字号：同一字号的不同企业",
        ("字号", "企业数", "误并（登记名）", "简称并对", "简称并错", "请人确认"),
        common_names(places, table),
    )
    show(
        "正文相似度（三字组 Jaccard）达到的比例",
        ("", "对", "≥0.2", "≥0.3", "≥0.5", "≥0.7"),
        narratives(reports),
    )


if __name__ == "__main__":
    main()
