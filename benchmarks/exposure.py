"""Systemic risk: what is found in the simulated city, found falsely and missed; and what judging a large graph costs.

``quality``: the city through the real ASSESS with the shipped model, judged day by day as the surveyor does. An alert is a story's when a
third of the disputes it rests on are the story's. Of the others those are borne out in which one everyday dispute really concerns as many
people as the first of the policy's marks for creditors; the rest are false: everyday relations and troubles that met by chance.

``cost``: a made-up graph; relations and troubles are drawn with popular entities. Processor time of this process, one core.

    python -m benchmarks.exposure quality --seeds 4 5 6 [--days 90]
    python -m benchmarks.exposure cost [--relations 100000]
"""

import argparse
import random
import time
from collections.abc import Iterable, Iterator
from datetime import date

from benchmarks.city_run import Arrival, arrivals
from benchmarks.workbench import console, show
from infra.rules import load_rules
from infra.settings import load_settings
from infra.simulation.simulate import Simulation
from infra.simulation.truth import EventTruth, StoryTruth
from risk_model.exposure.deciding import decide_exposure
from risk_model.exposure.distress import Fate
from risk_model.exposure.entities import ENTERPRISE, End, Stated, Trouble
from risk_model.exposure.findings import findings
from risk_model.exposure.graph import ExposureGraph
from risk_model.exposure.statements import stated_relations, trouble
from risk_model.rules import Rules
from risk_model.state import State
from schemas.domain_events import AlertRaised, ExposureFound
from schemas.taxonomy import CATEGORIES

STORY_SHARE = 1 / 3
DAY = 739_600
COUNTY = "379001"
RELATIONS = ("guarantee", "supplier", "supplier", "contractor", "owner")
TROUBLES = (
    *("gov.petition",) * 60, *("gov.hotline_ticket",) * 100, *("court.case_filed",) * 40, *("court.preservation",) * 8,
    *("court.enforcement_terminated",) * 8, *("gov.wage_arrears_lead",) * 10, *("gov.tax_fee_arrears",) * 4, "court.bankruptcy_petition",
)  # fmt: skip


def by_day(simulation: Simulation, truths: dict[str, EventTruth]) -> Iterator[tuple[date, list[Arrival]]]:
    """Accepted events by the local day of their report; their truth is noted."""
    today: list[Arrival] = []
    for arrival in arrivals(simulation):
        truths[arrival.dispute.dispute_id] = arrival.truth
        if today and arrival.known != today[-1].known:
            yield today[-1].known, today
            today = []
        today.append(arrival)
    if today:
        yield today[-1].known, today


def judged(simulation: Simulation, rules: Rules, truths: dict[str, EventTruth]) -> tuple[State, list[AlertRaised]]:
    """Everything found in a run, and the alerts raised."""
    state, graph, alerts = State(), ExposureGraph(), list[AlertRaised]()
    for day, known in by_day(simulation, truths):
        touched: set[int] = set()
        for arrival in known:
            for relation in stated_relations(arrival.dispute, day.toordinal()):
                touched.update(graph.state(relation))
            told = trouble(arrival.dispute, day.toordinal())
            touched.update(graph.hear(told) if told is not None else ())
        for recorded in decide_exposure(state, graph, touched, day, rules):
            if isinstance(recorded.event, AlertRaised):
                alerts.append(recorded.event)
    return state, alerts


def story_of(found: Iterable[ExposureFound], truths: dict[str, EventTruth]) -> str | None:
    """The story that an alert's findings rest on, None for an everyday alert."""
    behind = {dispute for event in found for dispute in event.dispute_ids}
    shares: dict[str, int] = {}
    for dispute in behind:
        story = truths[dispute].story_id
        if story is not None:
            shares[story] = shares.get(story, 0) + 1
    best = max(shares, key=lambda story: (shares[story], story), default=None)
    return best if best is not None and shares[best] >= STORY_SHARE * len(behind) else None


def quality(seeds: list[int], days: int) -> None:
    """Print what is found in each city, with stories and without."""
    rules = load_rules(load_settings())
    mark = rules.policy.systemic.creditor_marks[0]
    rows, lags = [], []
    for seed in seeds:
        for with_stories in (True, False):
            truths: dict[str, EventTruth] = {}
            simulation = Simulation(seed, days, with_stories=with_stories)
            state, alerts = judged(simulation, rules, truths)
            of_stories, borne_out, false = dict[str, AlertRaised](), 0, 0
            for alert in alerts:
                found = [event for event in state.exposures.values() if event.alert_id == alert.alert_id]
                story = story_of(found, truths)
                if story is not None:
                    of_stories.setdefault(story, alert)
                elif any(truths[d].incident_people >= mark for event in found for d in event.dispute_ids):
                    borne_out += 1
                else:
                    false += 1
            right = [s for s in simulation.stories if "系统" in s.warnings]
            others = len(of_stories.keys() - {s.id for s in right})
            lags += [lag_row(seed, story, of_stories.get(story.id), state) for story in right]
            hit = sum(story.id in of_stories for story in right)
            rows.append([f"{seed} {'有' if with_stories else '无'}剧情", f"{len(truths):,}", f"{len(alerts)}", f"{hit}/{len(right)}", f"{others}", f"{borne_out}", f"{false}"])  # fmt: skip
            console.print(f"seed {seed}: {'; '.join(alert.title for alert in alerts)}", style="dim")
    columns = ("城市 city", "事件 events", "预警 alerts", "该报的剧情 right stories", "其他剧情 other stories", f"日常、确有 {mark} 人 borne out", "日常、误报 false")  # fmt: skip
    show(f"{days} 天的系统性风险 systemic risk", columns, rows)
    show("剧情 stories", ("剧情 story", "首次上报 first report", "首次预警 first alert", "天 days", "种类 kinds"), lags)


def lag_row(seed: int, story: StoryTruth, alert: AlertRaised | None, state: State) -> list[str]:
    """When a story was found, and in which ways."""
    first = story.first_day
    if alert is None or alert.day is None or first is None:
        return [f"{seed} {story.id}", str(first), "—", "—", "—"]
    kinds = sorted({event.kind for event in state.exposures.values() if event.alert_id == alert.alert_id})
    return [f"{seed} {story.id}", str(first), str(alert.day), str((alert.day - first).days), "、".join(kinds)]


def cost(relations: int) -> None:
    """Print what building and judging a graph costs."""
    rng, table = random.Random(1), load_rules(load_settings()).policy.systemic
    firms = [End(ENTERPRISE, f"{n:032x}", f"企业{n}有限公司", COUNTY) for n in range(relations * 3 // 5)]
    graph = ExposureGraph()

    def popular() -> End:
        return firms[int(rng.random() ** 1.5 * len(firms))]

    start = time.process_time()
    for n in range(relations):
        graph.state(Stated(f"r{n}", rng.choice(RELATIONS), popular(), popular(), 0, DAY - rng.randrange(360), DAY))
    for n in range(2 * relations):
        kind, category, people = rng.choice(TROUBLES), rng.choice(CATEGORIES), rng.choice((0, 0, 0, 5, 30))
        source, level, day = f"/s{rng.randrange(9)}", 1 + (rng.random() < 0.2), DAY - rng.randrange(360)
        graph.hear(Trouble(f"t{n}", kind, category, source, level, COUNTY, popular(), None, people, (), day, DAY))
    rows = [["建图 building", f"{time.process_time() - start:.2f} s"]]
    start = time.process_time()
    found = findings(Fate(graph, DAY, table))
    rows.append([f"全部 all, {len(found)} 项 found", f"{time.process_time() - start:.2f} s"])
    for touched, rounds in ((1, 200), (100, 20), (600, 10)):
        start = time.process_time()
        for _ in range(rounds):
            findings(Fate(graph, DAY, table), {rng.randrange(len(graph)) for _ in range(touched)})
        rows.append([f"{touched} 个有新情况 touched", f"{(time.process_time() - start) / rounds * 1e3:.1f} ms"])
    show(f"{relations:,} 条关系、{2 * relations:,} 件事件 relations, troubles", ("", "处理器时间 CPU"), rows)


def main() -> None:
    """Run one of the two."""
    parser = argparse.ArgumentParser(prog="benchmarks.exposure", description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=("quality", "cost"))
    parser.add_argument("--seeds", type=int, nargs="+", default=[4, 5, 6])
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--relations", type=int, default=100_000)
    asked = parser.parse_args()
    if asked.what == "quality":
        quality(asked.seeds, asked.days)
    else:
        cost(asked.relations)


if __name__ == "__main__":
    main()
