"""Regional clusters: what closing a day of the city costs, and what the scans find in the simulated city and miss.

``cost``: made-up cities of 100 and 300 townships × 23 categories, cases by chance alone, one process on one core; days of everyday counts,
and days on which five neighbouring townships have more of three categories.

``quality``: the simulated city by its true categories. Without stories every warning is false. With stories, those whose truth has 区域
are to be found; a warning is a story's when a quarter of its events are. Beside them, clusters put into everyday counts: four to seven
neighbouring townships with 0.3 cases a day more each for two weeks. One cluster that lasts is one warning.

    python -m benchmarks.regional cost
    python -m benchmarks.regional quality --seeds 2 3 4 --step 5 [--models shares circles anywhere permutation expectation]
"""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import log

import numpy as np
import orjson
from rich.console import Console
from rich.table import Table

from infra.rules import load_rules
from infra.settings import Settings
from infra.simulation.simulate import DEFAULT_START, Simulation
from infra.simulation.truth import StoryTruth
from risk_model.local_time import local_day
from risk_model.surveillance.regional.arrivals import Arrivals
from risk_model.surveillance.regional.city_map import CityMap
from risk_model.surveillance.regional.cluster import Cluster
from risk_model.surveillance.regional.clusters import ANYWHERE, CIRCLES, find_clusters
from risk_model.surveillance.regional.settings import RegionalTable
from risk_model.trends.scan import MonteCarlo, Zones, expectation_poisson, permutation, prospective, scan
from schemas.regions import RegionRegistry
from schemas.taxonomy import CATEGORIES, OTHER

DAYS, FIRST_DAY = 270, 60
NEIGHBOURHOOD = ("医疗", "环境污染", "生产经营", "物业")  # of the clusters put in
Find = Callable[[np.ndarray, tuple[str, ...], date, CityMap, RegionalTable], list[Cluster]]
console = Console(width=130)


@dataclass(frozen=True)
class Run:
    """Events of one run: columns are day, day known, township, category and story (-1 for none)."""

    events: np.ndarray
    stories: list[StoryTruth]
    names: list[str]


def simulated(seed: int, townships: Sequence[str], *, with_stories: bool) -> Run:
    """A run of the simulated city by its truth."""
    simulation = Simulation(seed, DAYS, malformed=0, duplicates=0, with_stories=with_stories)
    place, category = {c: n for n, c in enumerate(townships)}, {c: n for n, c in enumerate(CATEGORIES)}
    names: dict[str, int] = {}
    rows = []
    for record in simulation.records():
        truth = record.truth
        if truth.category is None:
            continue
        at = datetime.fromisoformat(orjson.loads(record.value)["data"]["occurred_at"])
        story = -1 if truth.story_id is None else names.setdefault(truth.story_id, len(names))
        day, known = local_day(at).toordinal(), local_day(record.due).toordinal()
        rows.append((day, known, place[truth.township], category[truth.category], story))
    return Run(np.array(rows, dtype=np.int64), simulation.stories, list(names))


def arrivals(events: np.ndarray, townships: tuple[str, ...]) -> Arrivals:
    """The events as the store counts them."""
    day, known, place, category, _ = events.T
    return Arrivals(townships, CATEGORIES, place, category, day, known, np.ones(len(events), dtype=np.int64))


def warnings(
    events: np.ndarray, days: range, find: Find, city: CityMap, table: RegionalTable, only: str = ""
) -> list[list[Cluster]]:
    """What is found on some days, clusters that last together; ``only`` leaves the other categories out of the window."""
    known, episodes = arrivals(events, city.townships), list[list[Cluster]]()
    for back in days:
        day = DEFAULT_START + timedelta(days=int(back))
        counts = known.as_of(day, min(back + 1, table.history_days + table.longest_days), city.townships)
        if only:
            others = [n for n, category in enumerate(CATEGORIES) if category != only]
            counts[others, :, -table.longest_days :] = 0
        for cluster in find(counts, city.townships, day, city, table):
            for episode in episodes:
                last = episode[-1]
                near = (day - last.last).days < table.merge_days + days.step
                if near and last.category == cluster.category and set(last.regions) & set(cluster.regions):
                    episode.append(cluster)
                    break
            else:
                episodes.append([cluster])
    return episodes


def shipped(*methods: str) -> Find:
    """The scans of the product, all or some."""

    def find(
        counts: np.ndarray, regions: tuple[str, ...], day: date, city: CityMap, table: RegionalTable
    ) -> list[Cluster]:
        return find_clusters(counts, CATEGORIES, regions, day, city, table, methods)

    return find


def other_model(name: str) -> Find:
    """Circles with another idea of what is usual, as rare as the product asks for."""

    def find(
        counts: np.ndarray, regions: tuple[str, ...], day: date, city: CityMap, table: RegionalTable
    ) -> list[Cluster]:
        zones, allowed = city.circles(regions, table.min_townships, table.min_counties), 1 / table.recurrence_days / 22
        assert zones is not None
        activity = counts.sum(axis=(0, 1)).astype(float)
        found = [
            _one(name, counts[n], category, zones, activity, day, allowed, table)
            for n, category in enumerate(CATEGORIES)
            if category != OTHER and counts[n, :, -table.longest_days :].sum() >= table.min_count
        ]
        return [cluster for cluster in found if cluster]

    return find


def _one(
    name: str,
    counts: np.ndarray,
    category: str,
    zones: Zones,
    activity: np.ndarray,
    day: date,
    allowed: float,
    table: RegionalTable,
) -> Cluster | None:
    window = table.longest_days
    if name == "permutation":
        model = permutation(counts)
    else:
        past = counts[:, :-window].sum(axis=1) + 0.5
        model = expectation_poisson(counts[:, -window:], np.outer(past, activity[-window:] / activity[:-window].sum()))
    windows = prospective(model.counts.shape[1], window)
    best = scan(model, zones, windows, rule="per_center", at_most=1, least_cases=table.min_count)
    if not best.clusters or best.clusters[0].log_likelihood_ratio < -log(allowed) - 1.5:
        return None
    chance = MonteCarlo(day.toordinal(), 199, gumbel=True)
    (cluster,) = scan(
        model, zones, windows, rule="per_center", at_most=1, least_cases=table.min_count, monte_carlo=chance
    ).clusters
    if cluster.p_value is None or cluster.p_value > allowed:
        return None
    first = day - timedelta(days=cluster.last_period - cluster.first_period)
    counted, usual = (cluster.observed,), (cluster.expected,)
    return Cluster(category, cluster.regions, first, day, counted, usual, 0.0, cluster.p_value, 0.0, name)


MODELS: dict[str, Find] = {
    "shares": shipped(),
    "circles": shipped(CIRCLES),
    "anywhere": shipped(ANYWHERE),
    "permutation": other_model("permutation"),
    "expectation": other_model("expectation"),
}


def quality(seeds: Sequence[int], step: int, models: Sequence[str]) -> None:
    """Print what each model finds."""
    rules = load_rules(Settings(_env_file=None))
    table, whole = rules.policy.regional, CityMap(rules.regions, rules.policy.regional)
    codes = tuple(code for code in whole.townships if code.startswith("3790"))
    city = CityMap(rules.regions, table)
    city.townships = codes
    days = range(FIRST_DAY, DAYS, step)
    quiet = [simulated(seed, codes, with_stories=False) for seed in seeds]
    eventful = [simulated(seed, codes, with_stories=True) for seed in seeds]
    shown = Table(
        "model", "false, without stories", "other, with stories", "developers found", "funds found", "neighbours found"
    )
    for name in models:
        false = sum(len(warnings(run.events, days, MODELS[name], city, table)) for run in quiet)
        other, delays = 0, dict[str, list[int | None]](developer=[], funds=[])
        for run in eventful:
            own = _by_story(warnings(run.events, days, MODELS[name], city, table), run, codes)
            other += sum(len(found) for story, found in own.items() if story.split("-")[0] not in delays)
            for story in run.stories:
                begun = story.first_day or DEFAULT_START
                if "区域" in story.warnings and (begun - DEFAULT_START).days > FIRST_DAY:
                    found = own.get(story.id)
                    delays[story.id.split("-")[0]].append((found[0] - begun).days if found else None)
        near = [
            _neighbourhood(run, seed, MODELS[name], city, table, codes) for seed, run in zip(seeds, quiet, strict=True)
        ]
        cells = [_told(delays["developer"]), _told(delays["funds"]), _told([delay for some in near for delay in some])]
        shown.add_row(name, str(false), str(other), *cells)
        console.print(name, false, other, *cells, sep=" | ", markup=False, highlight=False)
    console.print(
        f"{len(seeds)} × {DAYS - FIRST_DAY} days, every {step} days looked at; found: how many, median days (step included)"
    )
    console.print(shown)


def _told(delays: list[int | None]) -> str:
    found = sorted(delay for delay in delays if delay is not None)
    return f"{len(found)} of {len(delays)}" + (f", {found[len(found) // 2]} days" if found else "")


def _by_story(episodes: list[list[Cluster]], run: Run, codes: tuple[str, ...]) -> dict[str, list[date]]:
    """First days of warnings by the story that a quarter of their events belong to; those of none under an empty name."""
    day, known, place, category, story = run.events.T
    own: dict[str, list[date]] = {}
    for episode in episodes:
        votes: dict[str, int] = {}
        for c in episode:
            inside = (day >= c.first.toordinal()) & (day <= c.last.toordinal()) & (known <= c.last.toordinal())
            inside &= (category == CATEGORIES.index(c.category)) & np.isin(place, [codes.index(r) for r in c.regions])
            for n in set(story[inside].tolist()) - {-1}:
                if (story[inside] == n).sum() >= 0.25 * inside.sum():
                    votes[run.names[n]] = votes.get(run.names[n], 0) + 1
        own.setdefault(max(votes, key=lambda name: votes[name]) if votes else "", []).append(episode[0].last)
    return {name: sorted(days) for name, days in own.items()}


def _neighbourhood(
    run: Run, seed: int, find: Find, city: CityMap, table: RegionalTable, codes: tuple[str, ...]
) -> list[int | None]:
    """Days until each cluster put in is found, None for those missed."""
    rng, delays = np.random.default_rng(seed), list[int | None]()
    distances = city.distances(codes)
    for category in NEIGHBOURHOOD:
        begin, size = int(rng.integers(90, 230)), int(rng.integers(4, 8))
        near = np.argsort(distances[int(rng.integers(len(codes)))], kind="stable")[:size]
        first = DEFAULT_START.toordinal() + begin
        more = [
            (first + n, first + n, place, CATEGORIES.index(category), -1)
            for n in range(14) for place in near for _ in range(rng.poisson(0.3))
        ]  # fmt: skip
        events = np.vstack([run.events, np.array(more, dtype=np.int64)])
        places = {codes[n] for n in near}
        hits = [
            episode[0].last
            for episode in warnings(events, range(begin + 2, begin + 18, 2), find, city, table, category)
            if episode[0].category == category and len(places & set(episode[0].regions)) >= 3
        ]
        delays.append((min(hits) - DEFAULT_START).days - begin if hits else None)
    return delays


def cost(sizes: Sequence[int], days: int) -> None:
    """Print what a day of the city costs."""
    shown = Table("townships", "cases a day", "days", "median, processor ms", "largest", "clusters")
    for size in sizes:
        for trouble in (False, True):
            spent, found = _timed(size, days, trouble=trouble)
            row = (f"{1000 * float(np.median(spent)):,.0f}", f"{1000 * max(spent):,.0f}", str(found))
            shown.add_row(str(size), str(3 * size) + (" and three clusters" if trouble else ""), str(days), *row)
    console.print(shown)


def _timed(size: int, days: int, *, trouble: bool) -> tuple[list[float], int]:
    rng = np.random.default_rng(size)
    places = rng.uniform(0, 60 * np.sqrt(size / 100), (size, 2))
    townships = [
        {"code": f"{100000 + n // 12}{n % 12:03d}", "name": str(n), "centroid_km": [float(x), float(y)]}
        for n, (x, y) in enumerate(places)
    ]
    counties = [
        {"code": f"{100000 + n}", "name": str(n), "township": townships[12 * n : 12 * n + 12]}
        for n in range(-(-size // 12))
    ]
    table = load_rules(Settings(_env_file=None)).policy.regional
    city = CityMap(RegionRegistry.from_tables([{"county": counties}]), table)
    rates = rng.gamma(1.0, 1.0, (len(CATEGORIES), 1, 1)) * rng.gamma(3.0, 1.0, (1, size, 1))
    rates *= 3 * size / rates.sum()
    n_days = table.history_days + table.longest_days
    counts = rng.poisson(np.broadcast_to(rates, (len(CATEGORIES), size, n_days + days)))
    if trouble:
        near = np.argsort(np.hypot(*(places - places[0]).T))[:5]
        for category in (1, 5, 9):
            counts[category, near, n_days - 5 :] += rng.poisson(1.5, (5, days + 5))
    spent, found = [], 0
    for n in range(days):
        begun = time.process_time()
        some = find_clusters(
            counts[:, :, n : n + n_days], CATEGORIES, city.townships, DEFAULT_START + timedelta(n), city, table
        )
        spent.append(time.process_time() - begun)
        found += len(some)
    return spent, found


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    costs = commands.add_parser("cost")
    costs.add_argument("--townships", type=int, nargs="+", default=[100, 300])
    costs.add_argument("--days", type=int, default=15)
    finds = commands.add_parser("quality")
    finds.add_argument("--seeds", type=int, nargs="+", default=[2, 3, 4])
    finds.add_argument("--step", type=int, default=5)
    finds.add_argument("--models", nargs="+", choices=list(MODELS), default=list(MODELS))
    asked = parser.parse_args()
    if asked.command == "cost":
        cost(asked.townships, asked.days)
    else:
        quality(asked.seeds, asked.step, asked.models)


if __name__ == "__main__":
    main()
