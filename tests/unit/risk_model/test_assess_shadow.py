"""The challenger's word beside the champion's: recorded, deciding nothing."""

import msgspec

from risk_model.assess import Assessor, Reported
from risk_model.masking import Masker
from schemas.assessed import Assessed, Origin, Shadow, decode_assessed, encode_assessed
from tests.disputes import ScriptedModel, decoded, event, rules


def assess(champion: ScriptedModel, challenger: ScriptedModel | None, *events: dict) -> list[Assessed]:
    """The records of these events."""
    assessor = Assessor(champion, Masker(), rules().policy, rules().regions, b"a-token-key-of-the-tests", challenger)
    return assessor.assess([Reported(decoded(one), Origin("t", 0, n)) for n, one in enumerate(events)])


def other(*script: tuple[str, int]) -> ScriptedModel:
    """A challenger with these judgements."""
    model = ScriptedModel(script)
    model.version = "challenger-1"
    return model


def test_word_of_the_challenger_is_recorded_and_decides_nothing() -> None:
    """But for the shadow, the record is the one without a challenger."""
    events = (event(), event("gov.hotline_ticket", people_involved=62))
    alone = assess(ScriptedModel([("物业", 1), ("合同", 2)]), None, *events)
    both = assess(ScriptedModel([("物业", 1), ("合同", 2)]), other(("劳动争议", 4), ("医疗", 1)), *events)
    assert [record.shadow for record in alone] == [None, None]
    assert [record.shadow for record in both] == [
        Shadow("challenger-1", "劳动争议", 4),
        Shadow("challenger-1", "医疗", 1),
    ]
    assert [msgspec.structs.replace(record, shadow=None) for record in both] == alone
    assert both[1].level == 3  # the floor of fifty people, which the shadow's level leaves out


def test_category_follows_the_same_rule() -> None:
    """Without a narrative the source's category stands, for either model: they agree on it."""
    silent = event("gov.hotline_ticket", narrative="", category="物业", title=...)
    (record,) = assess(ScriptedModel([("合同", 1)]), other(("医疗", 1)), silent)
    assert (record.category, record.shadow.category) == ("物业", "物业")


def test_shadow_survives_the_topic() -> None:
    """Encoded for Kafka and read again."""
    (record,) = assess(ScriptedModel(), other(("医疗", 2)), event())
    assert decode_assessed(encode_assessed(record)).shadow == Shadow("challenger-1", "医疗", 2)
