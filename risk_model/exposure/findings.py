"""What is found about a controlling group: contagion from it, several sectors hit, very many creditors. With paths and disputes."""

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from risk_model.exposure.distress import Fate
from risk_model.exposure.entities import Trouble
from risk_model.exposure.graph import DEVELOPS, Step
from risk_model.exposure.spreading import Reached, controlled, near, reached
from schemas.domain_events import ExposurePath, ExposureStep
from schemas.event_types import type_zh
from schemas.levels import Level
from schemas.reasons import Reason
from schemas.relations import RELATION_KINDS

CONTAGION, SECTORS, CREDITORS = "contagion", "sectors", "creditors"
MOST_PATHS = 20
MOST_DISPUTES = 200
MOST_STEP_DISPUTES = 10
_SHOWN = 3  # entities that a sentence names
_REASONS = 5  # paths that are reasons of their own
_NOBODY = "自然人"
_WORDS = {**RELATION_KINDS, DEVELOPS: "开发"}


class Finding(msgspec.Struct, frozen=True):
    """One kind of systemic risk about one group.

    Attributes:
        anchor: smallest key of the group.
        group: keys of the group, names that belong to its codes too; persons are left out.
        entities: keys of the group and of those reached.
        name: the failing entity, else the one most is reported about.
        category, county: of most of its events, and of the first.
        size: what grows: entities reached, sectors, or creditors.
    """

    kind: str
    anchor: str
    group: tuple[str, ...]
    entities: tuple[str, ...]
    name: str
    category: str
    county: str
    level: int
    size: int
    paths: tuple[ExposurePath, ...]
    sectors: tuple[str, ...]
    reasons: tuple[Reason, ...]
    dispute_ids: tuple[str, ...]


def findings(fate: Fate, touched: Iterable[int] | None = None) -> list[Finding]:
    """Findings of the groups that touched nodes may change, of all groups when None; by kind and anchor.

    Args:
        fate: what is known as of a day.
        touched: nodes with something new.
    """
    graph = fate.graph
    nodes = {graph.node(number) for number in (range(len(graph)) if touched is None else touched)}
    if touched is not None:
        nodes |= {node for node in near(fate, frozenset(nodes)) if fate.failing(node)}
    seen: set[int] = set()
    found: list[Finding] = []
    for node in sorted(nodes, key=graph.keys.__getitem__):
        if node not in seen:
            group = controlled(fate, node)
            seen.update(group)
            found += of_group(fate, group)
    return sorted(found, key=lambda finding: (finding.kind, finding.anchor))


def of_group(fate: Fate, group: Sequence[int]) -> list[Finding]:
    """Findings about one group, given by its nodes in the order of their keys."""
    members = [node for node in group if not _person(fate, node)]
    events = {node: fate.events(node) for node in members}
    if not any(events.values()):
        return []
    found = [_sectors(fate, members, events), _creditors(fate, members, events)]
    failing = [node for node in members if fate.failing(node)]
    if failing:
        found.append(_contagion(fate, members, failing, events))
    return [finding for finding in found if finding is not None]


def _contagion(fate: Fate, members: list[int], failing: list[int], events: dict[int, list[Trouble]]) -> Finding | None:
    table, graph = fate.table, fate.graph
    hit: dict[int, tuple[int, Reached]] = {}
    for source in failing:
        for one in reached(fate, source):
            if one.node not in hit or len(one.path) < len(hit[one.node][1].path):
                hit[one.node] = (source, one)
    if len(hit) < table.min_reached:
        return None
    shortest = sorted(hit.values(), key=lambda pair: (len(pair[1].path), graph.keys[pair[1].node]))
    paths = tuple(_path(fate, one) for _, one in shortest[:MOST_PATHS])
    source, first = shortest[0]
    disputes = [event.dispute_id for node in failing for event in fate.signals(node)]
    disputes += [event.dispute_id for _, one in shortest for event in fate.signals(one.node)]
    disputes += [d for path in paths for step in path.steps for d in step.dispute_ids]
    others = "、".join(_named(fate, one.node) for _, one in shortest[:_SHOWN])
    more = f"等 {len(hit)} 个主体" if len(hit) > _SHOWN else ""
    why = f"{_troubles(fate.signals(first.node))}" if not first.exposed else "往来金额巨大"
    text = (
        f"{_named(fate, source)}已{_troubles(fate.signals(source))}，沿“{paths[0].text}”等关系波及{others}{more}"
        f"（{_named(fate, first.node)}：{why}）"
    )
    grave = len(hit) >= table.grave_reached
    return _finding(
        fate, CONTAGION, members, events, source, grave, len(hit), text, disputes, paths=paths, beyond=list(hit)
    )


def _sectors(fate: Fate, members: list[int], events: dict[int, list[Trouble]]) -> Finding | None:
    table, graph = fate.table, fate.graph
    found = fate.sectors(members)
    if len(found) < table.min_sectors or not any(map(fate.failing, members)):
        return None
    listed = "、".join(f"{name} {len(troubles)} 件" for name, troubles in found.items())
    who = max(members, key=lambda node: (len(events[node]), graph.keys[node]))
    control = f"同一控制关系下 {len(members)} 个主体、项目" if len(members) > 1 else _named(fate, who)
    text = f"{control}在 {table.window_days} 天内同时涉及 {len(found)} 个领域：{listed}"
    disputes = [event.dispute_id for troubles in found.values() for event in troubles]
    grave = len(found) >= table.grave_sectors
    return _finding(fate, SECTORS, members, events, who, grave, len(found), text, disputes, sectors=tuple(found))


def _creditors(fate: Fate, members: list[int], events: dict[int, list[Trouble]]) -> Finding | None:
    table = fate.table
    counted = fate.creditors(members)
    passed = [mark for mark in table.creditor_marks if counted.least >= mark]
    if not passed:
        return None
    who = max(members, key=lambda node: (fate.creditors([node]).least, fate.graph.keys[node]))
    text = (
        f"{_named(fate, who)}的债权人、投资人至少 {counted.least} 人，达到 {passed[-1]} 人"
        f"（{counted.sources} 个来源上报，相互印证的一次为 {counted.crowd} 人，"
        f"可逐一辨认 {counted.named} 人；各次上报不相加）"
    )
    return _finding(fate, CREDITORS, members, events, who, len(passed) > 1, passed[-1], text, counted.dispute_ids)


def _finding(
    fate: Fate,
    kind: str,
    members: list[int],
    events: dict[int, list[Trouble]],
    who: int,
    grave: bool,
    size: int,
    text: str,
    dispute_ids: Sequence[str],
    paths: tuple[ExposurePath, ...] = (),
    sectors: tuple[str, ...] = (),
    beyond: Sequence[int] = (),
) -> Finding:
    graph, table = fate.graph, fate.table
    troubles = [event for node in members for event in events[node]]
    first = min(troubles, key=lambda event: (event.day, event.dispute_id))
    counts = Counter(event.category for event in troubles)
    group = _keys(fate, members)
    return Finding(
        kind,
        min(graph.keys[node] for node in members),
        group,
        tuple(sorted({*group, *_keys(fate, beyond)})),
        _named(fate, who),
        min(counts, key=lambda category: (-counts[category], category)),
        first.county,
        Level.parse(table.grave_level if grave else table.level),
        size,
        paths,
        sectors,
        (
            Reason(f"exposure.{kind}", text, "rule"),
            *(Reason("exposure.path", p.text, "rule") for p in paths[:_REASONS]),
        ),
        tuple(dict.fromkeys(dispute_ids))[:MOST_DISPUTES],
    )


def _path(fate: Fate, one: Reached) -> ExposurePath:
    """The path as officials read it: ``甲 —担保→ 乙 ←控股— 丙``, arrows as the relations point."""
    text = _named(fate, one.path[0][0])
    steps: list[ExposureStep] = []
    for at, step in one.path:
        word = _WORDS[step.kind]
        text += (f" —{word}→ " if step.forward else f" ←{word}— ") + _named(fate, step.other)
        steps.append(_step(fate, at, step))
    return ExposurePath(text, tuple(steps))


def _step(fate: Fate, at: int, step: Step) -> ExposureStep:
    start, end = (at, step.other) if step.forward else (step.other, at)
    said = tuple(sorted(step.link.dispute_ids)[:MOST_STEP_DISPUTES])
    return ExposureStep(step.kind, fate.graph.keys[start], fate.graph.keys[end], said, step.link.amount_fen)


def _troubles(events: Sequence[Trouble]) -> str:
    counts = Counter(type_zh(event.type) for event in events)
    return "、".join(kind if n == 1 else f"{kind} {n} 件" for kind, n in counts.items())


def _named(fate: Fate, node: int) -> str:
    if _person(fate, node):
        return _NOBODY
    return fate.graph.name(node) or "未具名主体"


def _person(fate: Fate, node: int) -> bool:
    return fate.graph.keys[node].startswith("person:")


def _keys(fate: Fate, nodes: Sequence[int]) -> tuple[str, ...]:
    return tuple(sorted(fate.graph.keys[part] for node in nodes for part in fate.graph.parts(node)))
