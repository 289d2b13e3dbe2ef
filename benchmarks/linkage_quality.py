"""Quality of linkage on a simulated city, whose truth is known: ``python -m benchmarks.linkage_quality [--events 18000] [--seed 11]``.

Pairs of events: those that truly concern one enterprise, development, project (with its phase) or dispute, against those the program puts
together. The hard case has no USCC and no project ids: names alone. First what the stream decides, county by county, with the city's days
closed; then one book of names of the whole city. Prints precision and recall of pairs, by kind of evidence and by threshold, the common
names that must not be merged, and what equal narratives would add.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import combinations, islice
from typing import NamedTuple

import msgspec
import numpy as np

from benchmarks.stream_linkage import StreamLinkage
from benchmarks.workbench import batches, build_intake, console, show
from infra import clock
from infra.intake import Incoming
from infra.places import place_names
from infra.rules import load_rules
from infra.settings import load_settings
from infra.simulation.city import City
from infra.simulation.enterprises import TRADES
from infra.simulation.simulate import Simulation
from infra.simulation.truth import EventTruth
from risk_model.linking.keys import normalize_name, subject_party
from risk_model.linking.naming import NOBODY, Resolved, Settled, builds, named_in, resolve, settle
from risk_model.names.book import NameBook
from risk_model.names.enterprises import read_enterprise
from risk_model.names.known import ENTERPRISE, Known, matching_enterprises
from risk_model.names.likeness import DEVELOPMENT
from risk_model.names.places import PlaceNames
from risk_model.names.thresholds import LinkageTable
from risk_model.rules import Rules
from risk_model.text.near_duplicates import shingles
from schemas.assessed import Assessed, decode_assessed
from schemas.identifiers import dispute_id

Pairs = set[tuple[int, int]]
_THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99)
_TOLD = ("MatterOpened", "MatterJoined", "MattersMerged", "NamesLearnt", "NamesUnited", "JoinProposed")
_COMMON = ("幸福", "阳光", "和谐", "宏达", "东方", "吉祥", "诚信", "永兴", "平安", "百姓")


class Report(NamedTuple):
    """An event as WATCH receives it, its truth, and the development its project belongs to."""

    event: Assessed
    truth: EventTruth
    development: str | None


class Outcome(NamedTuple):
    """What was decided of one event, and what its target's founding event was truly about."""

    settled: Settled
    resolved: Resolved
    development: str | None


def city_reports(count: int, seed: int, days: int, per_day: float) -> list[Report]:
    """Good, distinct reports of a simulated city through the real intake, with their truth."""
    city = Simulation(seed, days, per_day=per_day, malformed=0.0, duplicates=0.0)
    records = list(islice(city.records(), count))
    truth = {dispute_id(r.truth.source, r.truth.event_id): r.truth for r in records}
    developers = {project.id: project.developer.uscc for project in City(seed).projects}
    intake = build_intake(load_settings())
    incoming = [Incoming("reported", 0, i, record.value) for i, record in enumerate(records)]
    events = [decode_assessed(m.value) for batch in batches(incoming) for m in intake.process(batch, clock.now())]
    return [Report(e, truth[e.dispute_id], developers.get(truth[e.dispute_id].project_id or "")) for e in events]


def link(reports: Sequence[Report], places: PlaceNames, table: LinkageTable, hard: bool, again: bool) -> list[Outcome]:
    """Decide on every event in the order of reports; ``again``: then look once more at those that named nobody known at the time."""
    book, outcomes, where = NameBook(), list[Outcome](), dict[str, int]()
    developments: dict[str, str] = {}  # project: development, named by its first project
    built: dict[str, set[str]] = defaultdict(set)  # developments by their developer

    def decide(report: Report) -> Outcome:
        named = named_in(report.event, places)
        if hard:
            named = named._replace(token=None)
        resolved = resolve(named, book.find(named.lookups()), places, table)
        earlier = next((outcomes[where[r]].settled for r in report.event.references if r in where), NOBODY)
        settled = settle(book, named, resolved, report.event.dispute_id, table, earlier)
        of = resolved.development
        development = developments.get(of.target or "") if of.strength >= table.join else None
        if settled.project:
            development = developments.setdefault(settled.project, development or settled.project)
        if settled.enterprise and development and resolved.enterprise_name and builds(resolved.enterprise_name):
            built[settled.enterprise].add(development)
        if development is None and settled.enterprise and len(built[settled.enterprise]) == 1:
            development = next(iter(built[settled.enterprise]))
        return Outcome(settled, resolved, development)

    for number, report in enumerate(reports):
        outcomes.append(decide(report))
        where[report.event.dispute_id] = number
    for number, report in enumerate(reports if again else ()):
        if outcomes[number].settled.enterprise is None or outcomes[number].development is None:
            new, old = decide(report), outcomes[number]
            outcomes[number] = Outcome(
                Settled(old.settled.enterprise or new.settled.enterprise, old.settled.project or new.settled.project),
                old.resolved,
                old.development or new.development,
            )
    return outcomes


def pairs(keys: Iterable[Hashable | None]) -> Pairs:
    """Pairs of positions with the same key."""
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for number, key in enumerate(keys):
        if key is not None:
            groups[key].append(number)
    return {pair for group in groups.values() for pair in combinations(group, 2)}


def measured(said: Pairs, true: Pairs) -> tuple[str, str, str]:
    """Number of true pairs, precision, recall."""
    right = len(said & true)
    return f"{len(true):,}", f"{right / max(1, len(said)):.4f}", f"{right / max(1, len(true)):.4f}"


def pair_quality(
    reports: Sequence[Report], outcomes: Sequence[Outcome], within: set[int] | None = None
) -> list[tuple[str, ...]]:
    """Rows of precision and recall of pairs; ``within``: only events that say whom they are about."""

    def kept(found: Pairs) -> Pairs:
        return found if within is None else {pair for pair in found if pair[0] in within and pair[1] in within}

    numbers = {report.event.dispute_id: n for n, report in enumerate(reports)}
    referred = {
        (min(n, numbers[r]), max(n, numbers[r]))
        for n, report in enumerate(reports)
        for r in report.event.references
        if r in numbers
    }
    cases = pairs((r.event.place.county, r.event.case_number) if r.event.case_number else None for r in reports)
    said = {
        "企业 enterprise": kept(pairs(o.settled.enterprise for o in outcomes)),
        "项目（分期）project": kept(pairs(exact_projects(outcomes))),
        "开发项目 development": kept(pairs(o.development for o in outcomes)),
        "纠纷（引用、案号）dispute": kept(referred | cases),
    }
    true = {
        "企业 enterprise": kept(pairs(r.truth.respondent_uscc for r in reports)),
        "项目（分期）project": kept(pairs(r.truth.project_id for r in reports)),
        "开发项目 development": kept(pairs(r.development for r in reports)),
        "纠纷（引用、案号）dispute": kept(pairs(r.truth.incident_id for r in reports)),
    }
    rows = [(kind, *measured(said[kind], true[kind])) for kind in said]
    everything, any_true = set[tuple[int, int]]().union(*said.values()), set[tuple[int, int]]().union(*true.values())
    rows.append(("任何一种 any", *measured(everything, any_true)))
    return rows


def stream_quality(reports: Sequence[Report], rules: Rules, hard: bool) -> tuple[list[tuple[str, ...]], Counter[str]]:
    """Rows of precision and recall of what the stream decides, and how many facts of each kind it recorded."""
    stream = StreamLinkage(rules)
    for report in reports:
        stream.take(report.event, hard)
    filed = stream.finish(report.event for report in reports)
    numbers = {report.event.dispute_id: n for n, report in enumerate(reports)}
    referred = {
        (min(n, numbers[r]), max(n, numbers[r]))
        for n, report in enumerate(reports)
        for r in report.event.references
        if r in numbers
    }
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
    rows = [(kind, *measured(found, of)) for kind, (found, of) in said.items()]
    rows.append(("同一事项 one matter", *measured(together, true)))
    everything = together.union(*(found for found, _ in said.values()))
    rows.append(("任何一种 any", *measured(everything, true)))
    return rows, stream.facts


def plain_quality(reports: Sequence[Report]) -> list[tuple[str, ...]]:
    """The plain way: names equal but for blanks and punctuation, over the whole city."""
    firms, sites = list[str | None](), list[str | None]()
    for event, _, _ in reports:
        party = subject_party(event.type, event.parties)
        firms.append(normalize_name(party.name) or None if party else None)
        sites.append(normalize_name(event.project.name or "") or None if event.project else None)
    true = [pairs(key(r) for r in reports) for key in (lambda r: r.truth.respondent_uscc, lambda r: r.truth.project_id)]
    return [
        ("企业 enterprise", *measured(pairs(firms), true[0])),
        ("项目（分期）project", *measured(pairs(sites), true[1])),
    ]


def exact_projects(outcomes: Sequence[Outcome]) -> list[str | None]:
    """Project of each event, where it is told with its phase or its development has none: 恒大名都 of three phases is no project."""
    phased: dict[str, bool] = {}
    for outcome in outcomes:
        name = outcome.resolved.project_name
        if outcome.settled.project and name is not None:
            phased[outcome.settled.project] = phased.get(outcome.settled.project, False) or bool(name.phases)
    several = {o.development for o in outcomes if o.settled.project and phased.get(o.settled.project)}
    return [
        o.settled.project if o.development not in several or phased.get(o.settled.project or "") else None
        for o in outcomes
    ]


def telling(reports: Sequence[Report], seed: int) -> set[int]:
    """Events whose fields or text have any way of writing the enterprise or the project they are about."""
    city = City(seed)
    firms = {e.uscc: e.variants for e in city.enterprises}
    sites = {p.id: p.aliases for p in city.projects}
    found = set()
    for number, (event, truth, _) in enumerate(reports):
        text = "\n".join(
            [
                event.title,
                event.narrative,
                *(p.name for p in event.parties),
                (event.project and event.project.name) or "",
            ]
        )
        names = (*firms.get(truth.respondent_uscc or "", ()), *sites.get(truth.project_id or "", ()))
        if any(name in text for name in names):
            found.add(number)
    return found


def curve(reports: Sequence[Report], outcomes: Sequence[Outcome]) -> list[tuple[str, ...]]:
    """By kind of evidence and threshold: share of right ones among candidates at least so strong, and of all that could be found.

    A project is right by its phase, which few events name; the last column takes any phase of its development for right.
    """
    founding: dict[str, Report] = {}
    seen: tuple[set[str], set[str]] = (set(), set())
    tried: dict[str, list[tuple[float, bool, bool]]] = defaultdict(list)
    possible: Counter[str] = Counter()
    truths: tuple[Callable[[Report], str | None], ...] = (
        lambda r: r.truth.respondent_uscc,
        lambda r: r.truth.project_id,
    )
    for report, outcome in zip(reports, outcomes, strict=True):
        for which, (best, settled) in enumerate(
            zip((outcome.resolved.enterprise, outcome.resolved.project), outcome.settled, strict=True)
        ):
            true = truths[which](report)
            if best.target is not None and best.target in founding and best.relation != DEVELOPMENT:
                right = true is not None and true == truths[which](founding[best.target])
                of = report.development
                near = right or (which == 1 and of is not None and of == founding[best.target].development)
                tried[best.kinds[0]].append((best.strength, right, near))
                possible[best.kinds[0]] += true is not None and true in seen[which]
            if settled is not None:
                founding.setdefault(settled, report)
            if true is not None:
                seen[which].add(true)
    rows = []
    for kind, found in sorted(tried.items()):
        for least in _THRESHOLDS:
            strong = [right for strength, right, _ in found if strength >= least]
            near_by = [near for strength, _, near in found if strength >= least]
            rows.append(
                (
                    kind,
                    f"{least:.2f}",
                    f"{len(strong):,}",
                    f"{np.mean(strong):.4f}" if strong else "—",
                    f"{sum(strong) / max(1, possible[kind]):.4f}",
                    f"{np.mean(near_by):.4f}" if near_by else "—",
                )
            )
    return rows


def common_names(places: PlaceNames, table: LinkageTable) -> list[tuple[str, ...]]:
    """Different enterprises with one common brand, in all trades: how many are merged when each is met in turn, and when named shortly."""
    rows = []
    for brand in _COMMON:
        endings = {e.replace("有限责任公司", "有限公司") for _, all_endings in TRADES.values() for e in all_endings}
        registered = [f"云州市{brand}{ending}" for ending in sorted(endings)]
        book, merged = NameBook(), 0
        for number, written in enumerate(registered):
            name = read_enterprise(written, places)
            if name is None:
                continue
            matches = matching_enterprises(name, "379001", list(_all(book)), table.rarity)
            merged += any(match.strength >= table.join for match in matches if match.relation == "same")
            book.add(Known(f"e{number}", ENTERPRISE, name, (), ("379001",)))
        wrong = right = asked = 0
        for number, ending in enumerate(sorted(endings)):
            short = brand + ending.removesuffix("有限公司").removesuffix("有限责任公司")
            for written in (short, f"{brand}公司", short[:4]):
                name = read_enterprise(written, places)
                found = matching_enterprises(name, "379001", list(_all(book)), table.rarity) if name else []
                best = found[0] if found else None
                if best is not None and best.strength >= table.join:
                    same = best.target == f"e{number}"
                    right, wrong = right + same, wrong + (not same and written == short)
                asked += best is not None and table.propose <= best.strength < table.join
        rows.append((brand, f"{len(registered)}", f"{merged}", f"{right}", f"{wrong}", f"{asked}"))
    return rows


def _all(book: NameBook) -> Iterable[Known]:
    return (book[target] for target in sorted(book.touched))


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
