"""The published examples: every event type has one, and it is what it claims to be."""

import json

import orjson
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from schemas.assessed import decode_assessed
from schemas.domain_events import decode_event, type_name
from schemas.event_types import EVENT_TYPES, PREFIX
from schemas.identifiers import valid_citizen_id, valid_uscc
from schemas.json_schemas import (
    assessed_example,
    assessed_schema,
    dispute_example,
    dispute_schema,
    domain_event_example,
    envelope_example,
    envelope_schema,
)
from schemas.outgoing import OUTGOING
from tests.disputes import decoded, rules


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_dispute_example_is_accepted(kind: str) -> None:
    """The decoder takes it, typed, in a registered region."""
    dispute = decoded(dispute_example(kind))
    assert dispute.type == PREFIX + kind
    assert dispute.data.region.county in rules().regions


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_dispute_example_fits_its_schema_and_broken_ones_do_not(kind: str) -> None:
    """The published schema agrees with the decoder on the example, without required fields, and with another type."""
    schema = dispute_schema(kind)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    example = dispute_example(kind)
    validator.validate(example)
    for field in ("id", "source", "type", "time", "data", "specversion"):
        assert not validator.is_valid({name: value for name, value in example.items() if name != field}), field
    assert not validator.is_valid({**example, "type": "fuyuan.gov.unknown"})
    assert validator.is_valid({**example, "unknown": {"kept": True}})


def test_assessed_example() -> None:
    """The assessed example decodes and fits its schema."""
    schema = assessed_schema()
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(assessed_example())
    assert decode_assessed(orjson.dumps(assessed_example())).category == "问题楼盘"


@pytest.mark.parametrize("name", OUTGOING)
def test_outgoing_examples(name: str) -> None:
    """Every event that other systems receive has an example, alone and in its envelope."""
    example = domain_event_example(name)
    assert type_name(decode_event(orjson.dumps(example))) == name
    schema = envelope_schema(name)
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(envelope_example(name))


def test_examples_name_nobody_real() -> None:
    """Identifiers are valid by their check digits, and all of the fictional prefecture 3790."""
    found = 0
    for kind in EVENT_TYPES:
        for party in dispute_example(kind)["data"].get("parties", ()):
            if "uscc" in party:
                assert valid_uscc(party["uscc"])
                assert party["uscc"][2:6] == "3790"
                found += 1
            if "citizen_id" in party:
                assert valid_citizen_id(party["citizen_id"])
                assert party["citizen_id"].startswith("3790")
                found += 1
    assert found >= 10
    assert "3790" in json.dumps(assessed_example())
