"""`tail` and `dead-letters` on a real Kafka."""

import json
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from confluent_kafka import Producer

from services.cli import main
from services.cli.tail import on_a_line
from services.contracts.codec import EventCodec
from services.contracts.dead_letter import DeadLetter, LocatedError
from services.contracts.events import DEAD_LETTERS, DECISIONS, EHR_INBOUND
from services.contracts.work import Decision
from services.pipeline.reader import TopicReader
from services.stage.model import Emit, Record
from services.stage.settings import Settings
from tests.contracts.test_wire import decision


def invoke(*arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(main, list(arguments))


def put(cluster: Settings, topic: str, *values: bytes) -> None:
    """Put values on a topic."""
    producer = Producer(cluster.client)
    for value in values:
        producer.produce(topic, value=value)
    assert producer.flush(30) == 0


def letter(ident: str, **changes: Any) -> DeadLetter:
    """A dead letter of a message of ingest."""
    values: dict[str, Any] = {
        "letter_id": ident,
        "stage": "ingest",
        "source_topic": EHR_INBOUND,
        "source_partition": 1,
        "source_offset": 7,
        "source_key": "message-7",
        "source_headers": {"format": "fhir+json"},
        "errors": (LocatedError(path="Bundle.entry[3]", message="no subject", fix="name the patient"),),
        "original": ident.encode(),
        "original_size": len(ident),
        "charged": "12.50",
    }
    return DeadLetter(**values | changes)


def encoded(*letters: DeadLetter) -> list[bytes]:
    """As they lie on the topic."""
    return [EventCodec().encode(Emit(DEAD_LETTERS, each)).value for each in letters]


def records(cluster: Settings, topic: str) -> list[Record]:
    """All that lies on a topic."""
    with TopicReader(cluster, [topic]) as reader:
        return list(reader.to_end())


def test_tail_prints_events_and_names_what_cannot_be_decoded(cluster: Settings) -> None:
    ident = uuid4().hex
    event: Decision = decision(target=f"code:{ident}")
    put(cluster, DECISIONS, b"nonsense", EventCodec().encode(Emit(DECISIONS, event)).value)
    result = invoke("tail", DECISIONS, "--from-beginning", "--no-follow")
    assert result.exit_code == 0, result.output
    lines = [json.loads(line) for line in result.output.splitlines() if line.startswith("{")]
    assert [line for line in lines if line.get("target") == f"code:{ident}"]
    assert any("C3 01" in line.get("error", "") and line["place"].startswith(DECISIONS) for line in lines)


def test_tail_stops_after_the_number_that_was_asked_for(cluster: Settings) -> None:
    put(cluster, EHR_INBOUND, b'{\n"a": 1\n}', b"no JSON", b'{"b": 2}')
    result = invoke("tail", EHR_INBOUND, "--from-beginning", "--max", "3")
    assert result.exit_code == 0
    assert len([json.loads(line) for line in result.output.splitlines()]) == 3


def test_a_message_of_an_ehr_is_printed_on_one_line() -> None:
    assert on_a_line(b'{\n"a": 1\n}') == b'{"a":1}'
    assert on_a_line(b"\xff") == b'{"not_json":"/w=="}'


def test_dead_letters_are_listed_with_errors_fixes_and_dollars(cluster: Settings) -> None:
    ident = uuid4().hex
    put(cluster, DEAD_LETTERS, *encoded(letter(ident), letter(f"{ident}-coder", stage="coder")))
    result = invoke("dead-letters", "list", "--stage", "ingest", "--json")
    listed = {found["letter_id"]: found for found in map(json.loads, result.output.splitlines())}
    assert listed[ident]["errors"] == [
        {"path": "Bundle.entry[3]", "message": "no subject", "fix": "name the patient"}
    ]
    assert f"{ident}-coder" not in listed
    table = invoke("dead-letters", "list").output
    assert "name" in table
    assert "dollars" in table


def test_replay_publishes_the_original_where_it_came_from(cluster: Settings) -> None:
    ident = uuid4().hex
    put(cluster, DEAD_LETTERS, *encoded(letter(ident)))
    result = invoke("dead-letters", "replay", ident)
    assert (result.exit_code, "1 replayed" in result.output) == (0, True), result.output
    (again,) = [record for record in records(cluster, EHR_INBOUND) if record.value == ident.encode()]
    assert (again.partition, again.key) == (1, b"message-7")
    assert again.headers == {"format": b"fhir+json", "replay-of": ident.encode()}


def test_replay_refuses_what_it_cannot_replay(cluster: Settings) -> None:
    ident = uuid4().hex
    put(cluster, DEAD_LETTERS, *encoded(letter(ident, truncated=True)))
    assert "not replayed" in invoke("dead-letters", "replay", ident).output
    unknown = invoke("dead-letters", "replay", "nobody")
    assert unknown.exit_code == 1
    assert "no such dead letter: nobody" in unknown.output
    assert invoke("dead-letters", "replay").exit_code == 2
    assert invoke("dead-letters", "replay", "x", "--all").exit_code == 2


def test_without_a_cluster_the_command_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
    monkeypatch.setattr("services.pipeline.reader.SECONDS", 1.0)
    result = invoke("tail", DECISIONS, "--no-follow")
    assert result.exit_code == 1
    assert "claimstream broker status" in result.output
