from datetime import date
from typing import Any

import orjson
import pytest

from services.contracts.codec import EventCodec
from services.contracts.dead_letter import DeadLetter
from services.contracts.encounter import Encounter
from services.contracts.events import DEAD_LETTERS, EHR_INBOUND, ENCOUNTERS
from services.contracts.topics import TOPICS
from services.contracts.topology import stage_of
from services.ingest.fhir.bundle import MAX_BYTES
from services.ingest.handler import IngestHandler
from services.ingest.metrics import ENCOUNTERS_READ
from services.stage.errors import Rejected
from services.stage.memory import MemoryLog, run
from services.stage.model import Context, Emit, Record
from tests.ingest.bundles import SITE, SITE_FOLDER, bundle, neighbour, visit

HANDLER = IngestHandler(SITE)


def record(value: bytes, **headers: bytes) -> Record:
    return Record(EHR_INBOUND, 2, 17, b"msg-1", value, headers, 1_772_000_000_000)


def handled(value: bytes, **headers: bytes) -> list[Emit]:
    return list(HANDLER.handle(value, Context(record(value, **headers), {})))


def half_broken() -> bytes:
    resources = neighbour(visit())
    resources["Encounter/e1"]["period"] = {"start": "?"}
    return bundle(resources.values())


def test_encounters_and_dead_letters_of_one_message() -> None:
    first, second = handled(half_broken(), origin=b"5")
    assert (first.topic, first.event.encounter_id) == (ENCOUNTERS, "e2")
    assert second.topic == DEAD_LETTERS
    letter = second.event
    assert isinstance(letter, DeadLetter)
    assert letter.letter_id == "ehr-inbound/2/17/e1"
    assert (letter.stage, letter.source_key, letter.source_headers) == ("ingest", "msg-1", {"origin": "5"})
    assert (letter.encounter_id, str(letter.charged)) == ("e1", "180.20")
    assert letter.original_size == len(letter.original)
    assert not letter.truncated


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (b'{"resourceType": "Bundle"', "message"),
        (b'{"resourceType": "Patient"}', "resourceType"),
        (b" " * (20 * 2**20), "message"),
        (bundle([visit()["Patient/p1"]]), "Bundle.entry"),
    ],
    ids=["truncated", "wrong resourceType", "20 MB", "no encounter"],
)
def test_a_message_of_which_nothing_can_be_used_is_rejected_whole(value: bytes, path: str) -> None:
    with pytest.raises(Rejected) as caught:
        handled(value)
    (fault,) = caught.value.faults
    assert fault.path == path
    assert fault.message
    assert fault.fix


def test_the_format_header() -> None:
    assert len(handled(bundle(visit().values()), format=b"FHIR+JSON")) == 1
    with pytest.raises(Rejected, match="not a format that is read") as caught:
        handled(bundle(visit().values()), format=b"hl7v2")
    assert "fhir+json" in caught.value.faults[0].fix


def test_a_duplicate_message_gives_the_same_bytes() -> None:
    codec = EventCodec()
    first, second = ([codec.encode(emit) for emit in handled(half_broken())] for _ in range(2))
    assert first == second


def test_as_of() -> None:
    value = bundle(visit().values())
    (emit,) = IngestHandler(SITE, as_of=date(2027, 1, 2)).handle(value, Context(record(value), {}))
    assert emit.event.event_time.date() == date(2027, 1, 2)


def test_as_a_stage_nothing_is_lost_of_good_and_bad_messages() -> None:
    log = MemoryLog(
        {topic.name: topic.partitions for topic in TOPICS},
        {topic.name: topic.max_message_bytes for topic in TOPICS},
    )
    for number, value in enumerate([bundle(visit().values()), b"{", half_broken(), b"[]"]):
        log.append(EHR_INBOUND, value, key=str(number))
    stage = stage_of("ingest", lambda: HANDLER)
    run(log, [stage])
    codec = EventCodec()
    events: list[Any] = [codec.decode(r) for topic in (ENCOUNTERS, DEAD_LETTERS) for r in log.records(topic)]
    assert sorted(e.encounter_id for e in events if isinstance(e, Encounter)) == ["e1", "e2"]
    letters = [e for e in events if isinstance(e, DeadLetter)]
    assert sorted(len(letter.letter_id.split("/")) for letter in letters) == [3, 3, 4]


def test_the_original_of_the_largest_message_fits_the_dead_letter_topic() -> None:
    resources = neighbour(visit())
    resources["Encounter/e1"]["status"] = "?"
    attachment = resources["DocumentReference/n1"]["content"][0]["attachment"]
    attachment["data"] = "QUFB" * ((MAX_BYTES - 20_000) // 4)
    value = bundle(resources.values())
    assert MAX_BYTES - 20_000 < len(value) <= MAX_BYTES
    letter = next(emit for emit in handled(value) if emit.topic == DEAD_LETTERS)
    limit = next(topic.max_message_bytes for topic in TOPICS if topic.name == DEAD_LETTERS)
    assert len(EventCodec().encode(letter).value) < limit
    assert orjson.loads(letter.event.original)["resourceType"] == "Bundle"


def test_what_was_committed_is_counted() -> None:
    counter = ENCOUNTERS_READ.labels("ambulatory", "finished")
    before = counter._value.get()
    HANDLER.observe(handled(half_broken()), 0)
    assert counter._value.get() == before + 1


def test_it_remembers_nothing() -> None:
    assert list(HANDLER.fold(None)) == []
    HANDLER.refresh()


def test_the_site_of_the_environment_and_the_example_one_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("CLAIMSTREAM_SITE", raising=False)
    value = bundle(visit().values())
    (emit,) = IngestHandler.from_environment().handle(value, Context(record(value), {}))
    assert emit.event.source == SITE.source
    assert "example site" in caplog.text
    caplog.clear()
    monkeypatch.setenv("CLAIMSTREAM_SITE", str(SITE_FOLDER))
    IngestHandler.from_environment()
    assert caplog.text == ""
