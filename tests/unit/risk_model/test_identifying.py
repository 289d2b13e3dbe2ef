"""Whom events are about, decided one after the other: keys, matters, what is learnt, merged and asked."""

from datetime import timedelta

import msgspec
import pytest

from risk_model.decide import decide_assessed
from risk_model.state import State
from schemas.assessed import Assessed
from schemas.domain_events import DisputeAssessed, JoinProposed, MatterJoined, MattersMerged, NamesLearnt
from tests.disputes import NOW, assessed, rules
from tests.naming import named


class Town:
    """A county's stream, decided event by event."""

    def __init__(self) -> None:
        self.state = State()
        self.facts: list[object] = []

    def tell(self, record: Assessed) -> str | None:
        """Decide on a record; its matter."""
        self.facts = [item.event for item in decide_assessed(self.state, record, rules())]
        filed = self.state.filed[record.dispute_id]
        return filed.matter_id

    def kinds(self) -> tuple[str, ...]:
        """Kinds of keys of the last record."""
        (fact,) = (fact for fact in self.facts if isinstance(fact, DisputeAssessed))
        assert fact.dispute.naming is None, "what was read is not kept"
        return tuple(key.partition(":")[0] for key in fact.dispute.link_keys)

    def told(self, kind: type) -> list[object]:
        """Facts of a kind that the last record led to."""
        return [fact for fact in self.facts if isinstance(fact, kind)]


FULL = "云州市恒盛建筑工程有限责任公司"


@pytest.mark.parametrize("written", ["恒盛建筑", "恒盛建工", "恒盛建筑工程（云州）有限公司", "云州恒盛建筑工程公司"])
def test_ways_of_writing_join(written: str) -> None:
    """A court's full name and a caller's short one are one matter, and the join says how surely and why."""
    town = Town()
    first = town.tell(named(1, enterprise=FULL))
    assert town.told(NamesLearnt)
    assert town.tell(named(2, enterprise=written)) == first
    (joined,) = town.told(MatterJoined)
    assert isinstance(joined, MatterJoined)
    assert joined.strength is not None
    assert joined.strength >= rules().policy.linkage.join
    assert "恒盛" in joined.evidence.text


def test_common_brands_do_not_join() -> None:
    """幸福物业 and 幸福装饰 are two, and 幸福公司 is neither."""
    town = Town()
    property_firm = town.tell(named(1, enterprise="云州市幸福物业服务有限公司"))
    decorator = town.tell(named(2, enterprise="云州市幸福装饰工程有限公司"))
    assert property_firm != decorator
    assert town.tell(named(3, enterprise="幸福公司")) not in (property_firm, decorator)


def test_nothing_new_is_learnt_from_the_same_name() -> None:
    """The log does not grow with what is known."""
    town = Town()
    town.tell(named(1, enterprise=FULL))
    town.tell(named(2, enterprise=FULL))
    assert not town.told(NamesLearnt)


def test_text_names_whom_no_field_names() -> None:
    """A known enterprise mentioned in running text."""
    town = Town()
    first = town.tell(named(1, enterprise=FULL))
    assert town.tell(named(2, narrative="在恒盛建筑干活三个月，老板拖着工钱不给。")) == first
    assert town.tell(named(3, narrative="在工地干活三个月，老板拖着工钱不给。")) is None


def test_phases_are_related_and_apart() -> None:
    """Phases of one development are matters of their own that share the development's key."""
    town = Town()
    one = town.tell(named(1, project="碧桂园·天玺一期"))
    development = [key for key in _link_keys(town) if key.startswith("dev:")]
    two = town.tell(named(2, project="碧桂园天玺二期"))
    assert one != two
    assert [key for key in _link_keys(town) if key.startswith("dev:")] == development
    assert town.tell(named(3, project="碧桂园•天璽Ⅰ期")) == one


def test_spoken_names_of_one_county() -> None:
    """之 is left out in speech; within a county no two estates may be named so alike, unless their builders differ."""
    town = Town()
    first = town.tell(named(1, project="鑫信隆之花园", enterprise="云州市鑫隆置业有限公司"))
    other = town.tell(named(2, project="鑫信隆花园", enterprise="云州市天茂房地产开发有限公司"))
    assert other != first
    town = Town()
    first = town.tell(named(1, project="鑫信隆之花园", enterprise="云州市鑫隆置业有限公司"))
    assert town.tell(named(2, project="鑫信隆花园小区")) == first


def test_a_contractor_is_not_its_site() -> None:
    """A builder's matter is its project's; a contractor works on many sites."""
    town = Town()
    site = town.tell(named(1, project="锦溪华庭", enterprise="云州市恒盛建筑工程有限公司"))
    assert town.tell(named(2, enterprise="恒盛建筑工程有限公司")) != site
    estate = town.tell(named(3, project="云湖府", enterprise="云州市云湖置业有限公司"))
    assert town.tell(named(4, enterprise="云湖置业")) == estate


def test_a_code_unites_what_names_opened() -> None:
    """A matter opened by a name becomes part of the one of the enterprise's code, when an event has both."""
    town = Town()
    by_name = town.tell(named(1, enterprise=FULL))
    by_code = town.tell(named(2, enterprise=FULL, token="t1"))
    (merged,) = town.told(MattersMerged)
    assert isinstance(merged, MattersMerged)
    assert (merged.into_id, merged.from_id, merged.by) == (by_code, by_name, "")
    town.tell(named(3, enterprise=FULL, token="t1"))
    assert not town.told(MattersMerged)


def test_what_is_not_sure_is_asked_once() -> None:
    """One character more or less is for a person, and only once."""
    town = Town()
    first = town.tell(named(1, project="锦溪华庭苑"))
    second = town.tell(named(2, project="锦溪大华庭苑"))
    (asked,) = town.told(JoinProposed)
    assert isinstance(asked, JoinProposed)
    assert (asked.matter_id, asked.other_id) == (first, second)
    assert rules().policy.linkage.propose <= asked.strength < rules().policy.linkage.join
    town.tell(named(3, project="锦溪大华庭苑"))
    assert not town.told(JoinProposed)


@pytest.mark.parametrize(
    ("amount_fen", "days", "one"),
    [(11_360_000, 1, True), (11_360_000, 200, False), (100_000_000, 1, False)],
)
def test_the_same_sum(amount_fen: int, days: int, one: bool) -> None:
    """An exact sum in one township and category is one dispute for a while; a round one says nothing."""
    town = Town()
    told = {"township": "379001001", "category": "劳动争议", "amount_fen": amount_fen, "enterprise": FULL}
    first = town.tell(named(1, **told))
    again = named(2, **(told | {"enterprise": None}), at=NOW + timedelta(days=days))
    assert (town.tell(again) == first) is one


def test_one_case_gives_an_anonymous_matter_its_subject() -> None:
    """该公司 with a case number, and later the name with the same number: one matter."""
    town = Town()
    case = "（2026）云9001民初1号"
    first = town.tell(named(1, kind="court.case_filed", case_number=case))
    assert town.tell(named(2, kind="court.case_filed", case_number=case, enterprise=FULL)) == first
    assert town.tell(named(3, enterprise="恒盛建筑")) == first


def test_whom_an_event_does_not_name() -> None:
    """Wages on a site were always about one contractor: an event that names the site alone is of it too, for its category only."""
    town = Town()
    told = {"project": "锦溪华庭", "category": "劳动争议"}
    town.tell(named(1, enterprise=FULL, **told))
    town.tell(named(2, enterprise=FULL, **told))
    town.tell(named(3, **told))
    assert "firm" in town.kinds()
    town.tell(named(4, project="锦溪华庭", category="物业"))
    assert "firm" not in town.kinds()


def test_records_of_earlier_releases_are_filed_as_before() -> None:
    """Without names that were read, exact keys decide; and a matter opened so is found by later events with names."""
    town = Town()
    first = town.tell(assessed(1, enterprise="甲公司"))
    assert town.tell(assessed(2, enterprise="甲公司")) == first
    assert town.tell(named(3, enterprise="甲 公司")) in (first, None)


def _link_keys(town: Town) -> tuple[str, ...]:
    (fact,) = town.told(DisputeAssessed)
    assert isinstance(fact, DisputeAssessed)
    return msgspec.structs.asdict(fact.dispute)["link_keys"]
