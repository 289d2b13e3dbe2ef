"""Laws of the dispatch: no alert vanishes, what is held has its reason, a plan stands where its alert stands, replay equals live, independent alerts do not disturb each other."""

from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_model.alerts.status import CLOSED, RAISED
from risk_model.dispatch.deciding import end_silence, pass_time
from risk_model.dispatch.desk import ABSORBERS
from risk_model.dispatch.entities import ABSORBED, DAMPED, GROUPED, QUEUED, SILENCED, TOLD
from risk_model.dispatch.holding import ESCALATED, REOPENED, active, told_in_group
from risk_model.dispatch.plans import stand
from risk_model.dispatch.wording import DispatchFact
from risk_model.folding import evolve, record
from risk_model.plans.entity import Plan, drafted
from risk_model.state import State
from schemas.domain_events import PlanDrafted, SilenceLifted, SilenceSet
from schemas.domain_events.dispatch import SilenceMatch
from schemas.levels import Level
from tests.dispatch import MORNING, Office, alert, table

KEYS = ("name:甲", "name:乙", "project:丙")
OWNERS = {2: "街道", 3: "县级", 4: "联席会议"}

raised = st.tuples(
    st.just("raise"),
    st.sampled_from(("matter", "matter", "matter", "emerging", "systemic")),
    st.integers(2, 4),
    st.sets(st.sampled_from(KEYS), max_size=2),
)
about = st.integers(0, 11)
steps = st.lists(
    st.one_of(
        raised,
        st.tuples(st.just("escalate"), about),
        st.tuples(st.just("close"), about, st.sampled_from(("true", "false_alarm"))),
        st.tuples(st.just("reopen"), about),
        st.tuples(st.just("wait"), st.integers(1, 200)),
        st.tuples(st.just("silence"), st.integers(2, 3), st.integers(1, 100)),
        st.tuples(st.just("lift")),
    ),
    max_size=25,
)


def _draft(alert_id: str, level: int) -> PlanDrafted:
    """What the machine drafts for an alert."""
    return PlanDrafted(f"p{alert_id}", alert_id, "方案", level, "379001", (), (), (), "test", issuer="联席办")


class World(Office):
    """An office in which things happen; time never stands still."""

    def __init__(self) -> None:
        budget = msgspec.structs.replace(table().budget, owner_alerts=2)
        super().__init__(msgspec.structs.replace(table(), budget=budget))
        self.now = MORNING
        self.plans: dict[str, Plan] = {}

    def do(self, step: tuple[Any, ...], prefix: str = "") -> None:
        """One step; those about an alert that is not there, or not so, do nothing. Then plans follow what became of their alerts."""
        before = len(self.log)
        self._take(step, prefix)
        state = self.desk.state
        for one in state.alerts.values():
            plan = self.plans.get(one.alert_id)
            if one.status != CLOSED and one.level >= Level.ORANGE and (plan is None or plan.text.level < one.level):
                self.plans[one.alert_id] = drafted(
                    plan, _draft(one.alert_id, one.level), (plan.version if plan else 0) + 1
                )
        touched = {item.event.alert_id for item in self.log[before:] if isinstance(item.event, DispatchFact)}
        for alert_id in sorted(touched & self.plans.keys()):
            self.log += stand(self.desk, alert_id, self.plans[alert_id], self.now, self.table)
            assert stand(self.desk, alert_id, self.plans[alert_id], self.now, self.table) == []

    def _take(self, step: tuple[Any, ...], prefix: str) -> None:
        self.now += timedelta(minutes=1)
        name, *rest = step
        state = self.desk.state
        if name == "raise":
            kind, level, keys = rest
            one = alert(f"{prefix}{len(state.alerts):02}", kind=kind, level=level, owner=prefix + OWNERS[level])
            one.occurred_at, one.county = self.now, prefix or "379001"
            mine = tuple(key + prefix for key in sorted(keys))
            self.raise_(one, mine, self.now, reach=mine if kind in ABSORBERS else ())
        elif name == "wait":
            self.now += timedelta(hours=rest[0])
            self.log += pass_time(self.desk, self.now, self.table)
        elif name == "silence":
            until = self.now + timedelta(hours=rest[1])
            match = SilenceMatch(rest[0], category="合同")
            event = SilenceSet(f"s{self.now}", match, "王某", self.now, "专班", until)
            self.log.append(record(state, f"silence-{event.silence_id}", event))
        elif name == "lift":
            for silence in self.desk.silences(self.now):
                self.log += end_silence(
                    self.desk, SilenceLifted(silence.silence_id, "李某", self.now, "不需要"), self.table
                )
        else:
            self._handle(name, rest)

    def _handle(self, name: str, rest: list[Any]) -> None:
        every = list(self.desk.state.alerts.values())
        if rest[0] >= len(every):
            return
        one = every[rest[0]]
        if name == "escalate" and one.status != CLOSED and one.level < Level.RED:
            one.level += 1
            one.owner = OWNERS[one.level]
            self.say(ESCALATED, one, None, self.now)
        elif name == "close" and one.status != CLOSED:
            self.close(one.alert_id, rest[1], self.now)
        elif name == "reopen" and one.status == CLOSED:
            one.status, one.outcome = RAISED, None
            self.say(REOPENED, one, None, self.now)

    def check(self) -> None:
        """What holds at every moment."""
        state = self.desk.state
        assert state.alerts.keys() == state.cards.keys(), "no alert vanishes"
        for one in state.alerts.values():
            card = state.cards[one.alert_id]
            assert card.reason is not None
            assert card.reason.text
            if one.status == CLOSED:
                continue
            if card.stage == ABSORBED:
                absorber = state.alerts[card.absorbed_by or ""]
                assert absorber.status != CLOSED
                assert absorber.level >= one.level
            elif card.stage == GROUPED:
                assert told_in_group(self.desk, one) is not None
            elif card.stage == TOLD:
                assert any(told.level >= one.level and told.owner == one.owner for told in card.told)
            else:
                assert card.stage in (QUEUED, SILENCED, DAMPED)
                assert one.level < Level.RED, "red is never held"
                assert card.until is not None
            if one.alert_id in self.plans:
                assert card.plan is not None, "a plan always stands somewhere"
                assert card.plan.stage == card.stage, "where its alert stands"
                assert card.plan.reason is not None and card.plan.reason.text
                if card.plan.stage == TOLD:
                    assert card.plan.since is not None
                    assert card.plan.since >= min(told.not_before for told in card.told), "not before the alert"
            if card.stage == SILENCED:
                silence = state.silences[card.silence_id or ""]
                assert active(silence, self.now) or silence.until <= self.now
            if card.stage == QUEUED:
                assert card.until is not None
                assert card.until <= self.now + timedelta(days=7)

    def budget_holds(self) -> None:
        """At most two in any seven days to one owner below red, but for what an owner must hear of at once and digests."""
        by_owner: dict[str, list[Any]] = {}
        for card in self.desk.state.cards.values():
            for told in card.told:
                if told.level < Level.RED and told.cause not in ("digest", "escalated", "reopened"):
                    by_owner.setdefault(told.owner, []).append(told.at)
        for times in by_owner.values():
            for end in times:
                assert sum(end - timedelta(days=7) < at <= end for at in times) <= 2


@settings(max_examples=150, deadline=None)
@given(steps)
def test_nothing_vanishes_and_what_is_held_has_its_reason(given_steps: list[tuple[Any, ...]]) -> None:
    """At every moment; and after a week and a digest nobody has been left waiting."""
    world = World()
    for step in given_steps:
        world.do(step)
        world.check()
    world.budget_holds()
    for _ in range(3):
        world.do(("wait", 24 * 8))
        world.check()
    left = [card.stage for one, card in world.desk.state.cards.items() if world.desk.alert(one).status != CLOSED]
    assert not {QUEUED, SILENCED, DAMPED} & set(left)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_replay_is_live(given_steps: list[tuple[Any, ...]]) -> None:
    """Folding the log anew gives the same cards and silences; a desk made of them decides the same."""
    world = World()
    for step in given_steps:
        world.do(step)
    again = State()
    for fact in world.log:
        evolve(again, fact)
    assert again.cards == world.desk.state.cards
    assert again.silences == world.desk.state.silences
    again.alerts = world.desk.state.alerts
    other = type(world.desk)(again)
    later = world.now + timedelta(days=9)
    assert pass_time(other, later, world.table) == pass_time(world.desk, later, world.table)


@settings(max_examples=60, deadline=None)
@given(st.lists(raised, max_size=6), st.lists(raised, max_size=6), st.randoms(use_true_random=False))
def test_independent_alerts_in_any_order(here: list[Any], there: list[Any], chance: Any) -> None:
    """Two counties with nothing in common: how their alerts interleave decides nothing."""

    def play(order: list[str]) -> dict[str, tuple[str, str]]:
        world, left = World(), {"甲": list(here), "乙": list(there)}
        made = dict.fromkeys(left, 0)
        for county in order:
            world.now = MORNING + timedelta(minutes=made[county])
            made[county] += 1
            step = left[county].pop(0)
            one = alert(f"{county}{made[county]}", kind=step[1], level=step[2], owner=county + OWNERS[step[2]])
            one.occurred_at, one.county, one.region = world.now, county, county
            mine = tuple(key + county for key in sorted(step[3]))
            world.raise_(one, mine, world.now, reach=mine if step[1] in ABSORBERS else ())
        return {one: (card.stage, card.group_id) for one, card in world.desk.state.cards.items()}

    order = ["甲"] * len(here) + ["乙"] * len(there)
    mixed = list(order)
    chance.shuffle(mixed)
    assert play(order) == play(mixed)
