"""Events to bytes and back, held against Apache's avro."""

import json
from io import BytesIO
from typing import Any

import avro.io
import avro.schema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts.avro_schema import avro_schema
from services.contracts.base import Contract
from services.contracts.errors import InvalidEvent, NotAnEvent, UnknownFingerprint, UnknownTopic
from services.contracts.events import EVENT_TYPES
from services.contracts.wire import HEADER_LENGTH, MARKER, TopicWire, crc64
from services.contracts.work import Decision, DecisionAction, WorkItem
from tests.contracts.strategies import TIMES, events

TOPICS = sorted(EVENT_TYPES)
DECISION = TopicWire("decisions")


@pytest.mark.parametrize("topic", TOPICS)
def test_any_event_comes_back_as_it_was(topic: str) -> None:
    """Round trip of every contract, and the same bytes each time."""
    wire = TopicWire(topic)

    @settings(max_examples=20)  # large events: a few say as much as a hundred
    @given(events(EVENT_TYPES[topic].model))
    def check(event: Contract) -> None:
        value = wire.encode(event)
        assert value[:HEADER_LENGTH] == MARKER + crc64(avro_schema(wire.model))
        assert wire.decode(value) == event
        assert TopicWire(topic).encode(event) == value

    check()


@given(events(Decision))
def test_apache_avro_reads_what_we_write(event: Contract) -> None:
    """The body is plain Avro: Apache's reader sees the same fields."""
    schema = avro.schema.parse(json.dumps(avro_schema(Decision)))
    reader = avro.io.DatumReader(schema, schema)
    record = reader.read(avro.io.BinaryDecoder(BytesIO(DECISION.encode(event)[HEADER_LENGTH:])))
    assert Decision.model_validate(record) == event


def without_logical_types(schema: Any) -> Any:
    """The schema as its canonical form sees it (Avro 1.12 specification, Parsing Canonical Form)."""
    if isinstance(schema, list):
        return [without_logical_types(each) for each in schema]
    if isinstance(schema, dict) and "logicalType" in schema:
        return schema["type"]
    if isinstance(schema, dict):
        return {name: without_logical_types(value) for name, value in schema.items() if name != "default"}
    return schema


@pytest.mark.parametrize("topic", TOPICS)
def test_the_fingerprint_is_apaches(topic: str) -> None:
    """CRC-64-AVRO of the canonical form. (Apache's Python canonical form forgets to drop logical types.)"""
    schema = avro_schema(EVENT_TYPES[topic].model)
    apache = avro.schema.parse(json.dumps(without_logical_types(schema)))
    assert crc64(schema) == apache.fingerprint("CRC-64-AVRO")


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=5), TIMES)
def test_the_order_of_a_map_does_not_change_the_bytes(entries: dict[str, str], time: Any) -> None:
    """Maps are written in the order of their keys."""
    wire = TopicWire("work-items")
    common: dict[str, Any] = {
        "item_id": "i",
        "kind": "edit_hold",
        "encounter_id": "e",
        "patient_key": "p",
        "stage": "validator",
        "queue": "billing",
        "opened_at": time,
    }
    turned = dict(reversed(entries.items()))
    items = [WorkItem(**common, versions=versions) for versions in (entries, turned)]
    assert wire.encode(items[0]) == wire.encode(items[1])


def decision(**changes: Any) -> Decision:
    """A decision."""
    return Decision(
        decision_id="d",
        encounter_id="e",
        patient_key="p",
        action=DecisionAction.ACCEPT,
        reason="r",
        role="coder",
        decided_at="2026-10-02T12:00:00Z",
        **changes,
    )


def test_an_unknown_fingerprint_is_named() -> None:
    """The error says which fingerprint it met and which it knows."""
    value = DECISION.encode(decision())
    with pytest.raises(UnknownFingerprint, match="0102030405060708"):
        DECISION.decode(MARKER + bytes(range(1, 9)) + value[HEADER_LENGTH:])


@pytest.mark.parametrize("value", [b"", b"\xc3", b"{}", MARKER, b"\x00\x00\x00\x00\x01abc"])
def test_what_is_not_an_event_is_refused(value: bytes) -> None:
    """Without marker or without registry there is nothing to read."""
    with pytest.raises(NotAnEvent):
        DECISION.decode(value)


@given(st.data())
def test_a_truncated_or_flipped_event_never_escapes_the_contract_errors(data: st.DataObject) -> None:
    """Whatever the bytes: an event, or one of the contract's own errors."""
    value = bytearray(DECISION.encode(decision(target="code:E11.9")))
    cut = data.draw(st.integers(HEADER_LENGTH, len(value)))
    value[data.draw(st.integers(HEADER_LENGTH, len(value) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        DECISION.decode(bytes(value[:cut]))
    except (NotAnEvent, InvalidEvent):
        return


def test_an_event_that_breaks_its_contract_names_the_field_and_not_the_value() -> None:
    """The path is told, the value is not."""
    value = DECISION.encode(decision().model_copy(update={"action": "secret-name"}))
    with pytest.raises(InvalidEvent) as caught:
        DECISION.decode(value)
    assert caught.value.places[0][0] == "action"
    assert "secret-name" not in str(caught.value)


def test_a_topic_without_contract_is_refused() -> None:
    """The error lists the topics that have one."""
    with pytest.raises(UnknownTopic, match="decisions"):
        TopicWire("nonsense")
