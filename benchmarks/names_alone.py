"""Quality of names alone: one book of names of the whole simulated city, event by event, with curves. Used by ``benchmarks.linkage_quality``."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from benchmarks.linkage_truth import Pairs, Report, measured, pairs, referred_pairs
from infra.simulation.city import City
from infra.simulation.enterprises import TRADES
from risk_model.linking.keys import normalize_name, subject_party
from risk_model.linking.naming import NOBODY, Resolved, Settled, builds, named_in, resolve, settle
from risk_model.names.book import NameBook
from risk_model.names.enterprises import read_enterprise
from risk_model.names.known import ENTERPRISE, Known, matching_enterprises
from risk_model.names.likeness import DEVELOPMENT
from risk_model.names.places import PlaceNames
from risk_model.names.thresholds import LinkageTable

_THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99)
_COMMON = ("幸福", "阳光", "和谐", "宏达", "东方", "吉祥", "诚信", "永兴", "平安", "百姓")


class Outcome(NamedTuple):
    """What was decided of one event, and what its target's founding event was truly about."""

    settled: Settled
    resolved: Resolved
    development: str | None


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


def pair_quality(
    reports: Sequence[Report], outcomes: Sequence[Outcome], within: set[int] | None = None
) -> list[tuple[str, ...]]:
    """Rows of precision and recall of pairs; ``within``: only events that say whom they are about."""

    def kept(found: Pairs) -> Pairs:
        return found if within is None else {pair for pair in found if pair[0] in within and pair[1] in within}

    referred = referred_pairs(reports)
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
