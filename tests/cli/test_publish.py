import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from click.testing import CliRunner, Result
from confluent_kafka import Consumer, KafkaException, Message, TopicPartition

from services.cli import main
from services.contracts.events import EHR_INBOUND
from services.contracts.resources import folder
from services.ingest.fhir.bundle import MAX_BYTES
from services.ingest.publisher import Publisher
from services.stage.errors import TopicsError
from services.stage.settings import Settings

BUNDLES = folder("examples") / "bundles"


class Tap:
    """Reads what is published after it was opened."""

    def __init__(self, bootstrap: str) -> None:
        self._consumer = Consumer(
            {"bootstrap.servers": bootstrap, "group.id": "test-publish", "enable.auto.commit": False}
        )
        partitions = self._consumer.list_topics(EHR_INBOUND, 15).topics[EHR_INBOUND].partitions
        places = [TopicPartition(EHR_INBOUND, partition) for partition in partitions]
        self._consumer.assign([TopicPartition(p.topic, p.partition, self._end(p)) for p in places])

    def _end(self, place: TopicPartition) -> int:
        for _ in range(50):  # a topic that was just made may not have its leader yet
            try:
                end: int = self._consumer.get_watermark_offsets(place, 15)[1]
            except KafkaException:
                sleep(0.2)
            else:
                return end
        raise TimeoutError(f"no leader for {place}")

    def messages(self, count: int) -> list[Message]:
        found: list[Message] = []
        while len(found) < count:
            message = self._consumer.poll(15)
            assert message is not None, f"{len(found)} of {count} messages arrived"
            assert message.error() is None
            found.append(message)
        assert self._consumer.poll(0.5) is None
        return found

    def close(self) -> None:
        self._consumer.close()


@pytest.fixture
def tap(cluster: Settings) -> Iterator[Tap]:
    opened = Tap(cluster.bootstrap)
    yield opened
    opened.close()


def publish(*arguments: Any, exits: int = 0) -> Result:
    result = CliRunner().invoke(main, ["publish", *map(str, arguments)])
    assert result.exit_code == exits, result.output
    return result


def test_every_example_arrives_as_it_is_in_the_order_of_each_patient(tap: Tap) -> None:
    files = sorted(BUNDLES.glob("*.json"))
    answer = json.loads(publish(BUNDLES, "--json").stdout)
    assert answer == {"published": len(files), "failed": []}
    found = tap.messages(len(files))
    assert sorted(m.value() or b"" for m in found) == sorted(file.read_bytes() for file in files)
    assert all(m.headers() == [("format", b"fhir+json")] for m in found)
    keys = {m.key(): (m.partition() or 0, m.offset() or 0) for m in found}
    first, second = keys[b"correction-1-first"], keys[b"correction-2-second-version"]
    assert first[0] == second[0]
    assert first[1] < second[1]


def test_lines_of_a_file_are_messages(tap: Tap, tmp_path: Path) -> None:
    lines = [json.dumps(json.loads(file.read_text())) for file in sorted(BUNDLES.glob("correction-*.json"))]
    (tmp_path / "two.ndjson").write_text("\n".join([*lines, "", "{}"]))
    assert "3 messages published" in publish(tmp_path / "two.ndjson").output
    assert len(tap.messages(3)) == 3


def test_what_cannot_be_published_is_named_and_the_rest_goes_on(tap: Tap, tmp_path: Path) -> None:
    (tmp_path / "large.json").write_bytes(b" " * (MAX_BYTES + 1))
    (tmp_path / "long.ndjson").write_bytes(b"{}\n" + b"x" * (MAX_BYTES + 1))
    (tmp_path / "empty.json").write_bytes(b"\n")
    (tmp_path / "nothing").mkdir()
    good = BUNDLES / "office-visit.json"
    paths = [tmp_path, tmp_path / "gone.json", tmp_path / "nothing", good]
    failed = {e["place"]: e["error"] for e in json.loads(publish(*paths, "--json", exits=1).stdout)["failed"]}
    assert set(failed) == {
        str(tmp_path / name) for name in ("large.json", "long.ndjson:2", "empty.json", "gone.json", "nothing")
    }
    assert "over the limit of 16 MiB; send each patient" in failed[str(tmp_path / "large.json")]
    assert "cannot be read" in failed[str(tmp_path / "gone.json")]
    assert sorted(m.value() or b"" for m in tap.messages(2)) == sorted([b"{}", good.read_bytes()])
    assert str(tmp_path / "empty.json") in publish(tmp_path / "empty.json", exits=1).output


def test_a_message_of_just_the_limit_passes(tap: Tap, tmp_path: Path) -> None:
    (tmp_path / "limit.json").write_bytes(b"{}" + b" " * (MAX_BYTES - 2))
    publish(tmp_path / "limit.json")
    assert len(tap.messages(1)[0].value() or b"") == MAX_BYTES


def test_an_unknown_format_names_the_known(tmp_path: Path) -> None:
    assert "fhir+json" in publish(tmp_path, "--format", "hl7v2", exits=2).output


def test_a_missing_topic_says_how_to_make_it(cluster: Settings) -> None:
    with pytest.raises(TopicsError, match="claimstream topics apply"):
        Publisher(cluster, topic="no-such-topic")


def test_without_a_cluster_the_command_says_how_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KAFKA_BOOTSTRAP_SERVERS", raising=False)
    monkeypatch.setenv("CLAIMSTREAM_HOME", str(tmp_path))
    assert "claimstream broker start" in publish(BUNDLES, exits=1).output


def test_a_message_that_the_cluster_refuses_is_a_failure_not_silence(
    cluster: Settings, make_topics: Any
) -> None:
    (topic,) = make_topics("small", config={"max.message.bytes": "2000"})
    publisher = Publisher(cluster, topic=topic)
    publisher.publish("fits", b"{}", "fhir+json")
    noise = b"".join(sha256(bytes([number])).digest() for number in range(100))  # does not compress
    publisher.publish("too-large", noise, "fhir+json")
    publisher.finish()
    assert publisher.delivered == 1
    assert list(publisher.failed) == ["too-large"]
