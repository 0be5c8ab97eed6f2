"""The whole of it on a real broker, under kill -9, SIGSTOP and the broker's death; and the control."""

import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from threading import Thread

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from services import broker
from services.broker import Broker
from services.stage.partition import partition_of
from tests.stage import chaos
from tests.stage.chaos import Fleet, Kind
from tests.stage.verifier import read_topic, verify_topic

SEED = 20261121
RECORDS, KEYS, PARTITIONS = 20_000, 2_000, 4
SECONDS = 45.0


@pytest.fixture
def private_broker(tmp_path: Path) -> Iterator[Broker]:
    """A broker that this test may kill."""
    with broker.running(tmp_path / "home") as running:
        yield running


def topics(bootstrap: str, *names: str) -> list[str]:
    admin = AdminClient({"bootstrap.servers": bootstrap})
    for future in admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in names]).values():
        future.result(30)
    return list(names)


def workload(records: int, keys: int) -> tuple[list[tuple[str, int]], dict[str, int]]:
    """Keys in a seeded order with their running numbers; and how many each key has."""
    random, counts = Random(SEED), dict.fromkeys((f"k{n}" for n in range(keys)), 0)
    events = []
    for number in range(records):
        key = f"k{number}" if number < keys else f"k{random.randrange(keys)}"
        counts[key] += 1
        events.append((key, counts[key]))
    return events, counts


def publish(bootstrap: str, topic: str, events: list[tuple[str, int]], seconds: float) -> None:
    """Produce the events evenly over `seconds`; idempotent, so that the broker's death doubles none."""
    producer = Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True, "linger.ms": 5})
    begun = time.monotonic()
    for number, (key, seq) in enumerate(events):
        due = begun + seconds * number / len(events)
        while time.monotonic() < due:
            producer.poll(0.01)
        value = json.dumps({"key": key, "seq": seq, "version": seq})
        producer.produce(topic, value, key, partition_of(key, PARTITIONS))
    assert producer.flush(60) == 0


def test_nothing_is_lost_or_doubled_whatever_dies(private_broker: Broker, tmp_path: Path) -> None:
    bootstrap = private_broker.bootstrap
    source, middle, output, dead = topics(bootstrap, "in", "mid", "out", "dead")
    events, expected = workload(RECORDS, KEYS)
    common = ["--bootstrap", bootstrap, "--dead", dead, "--sleep", "0.05"]
    fleet = Fleet(
        [
            chaos.python("tests.stage.examples.worker", handler, str(instance), *common, *ends)
            for handler, ends in (
                ("passing", ["--input", source, "--output", middle]),
                ("counting", ["--input", middle, "--output", output]),
            )
            for instance in range(3)
        ],
        tmp_path / "workers.log",
    )
    feeder = Thread(target=publish, args=(bootstrap, source, events, SECONDS), daemon=True)

    def done() -> bool:
        return not feeder.is_alive() and len(read_topic(bootstrap, output)) >= RECORDS

    fleet.start()
    feeder.start()
    try:
        plan = chaos.make_plan(SEED, len(fleet.commands), SECONDS)
        happened = chaos.run(fleet, plan, private_broker, done, seconds=150)
    finally:
        codes = fleet.stop()
    assert happened[Kind.KILL] >= 6
    assert (happened[Kind.FREEZE], happened[Kind.BROKER]) == (2, 1)
    assert fleet.exits[-signal.SIGKILL] >= 6
    assert set(codes) == {0}, codes
    report = verify_topic(bootstrap, output, expected)
    assert report.clean, report
    assert report.seen == RECORDS
    assert read_topic(bootstrap, dead) == []


class NoBroker:
    """Where no broker is to die."""

    def kill(self) -> None:
        raise AssertionError("not in the plan")

    restart = kill


@pytest.mark.parametrize(("order", "fault"), [("offsets-first", "lost"), ("outputs-first", "duplicated")])
def test_the_verifier_sees_what_a_broken_stage_does(
    kafka_bootstrap: str, tmp_path: Path, order: str, fault: str
) -> None:
    """The negative control: killed exactly between offsets and outputs, it must show."""
    tag = f"{order}-{time.time_ns()}"
    source, output = topics(kafka_bootstrap, f"in-{tag}", f"out-{tag}")
    events, expected = workload(1_000, 100)
    publish(kafka_bootstrap, source, events, 0.0)
    once = tmp_path / "killed"
    ends = ["--bootstrap", kafka_bootstrap, "--input", source, "--output", output, "--once", str(once)]
    command = chaos.python("tests.stage.examples.broken", "--order", order, *ends)
    fleet = Fleet([command], tmp_path / "workers.log")
    counts: list[int] = []

    def done() -> bool:
        """The kill has been, and the output has stopped growing."""
        counts.append(len(read_topic(kafka_bootstrap, output)))
        time.sleep(0.5)
        return once.exists() and counts[-1] > 0 and len(counts) > 6 and len(set(counts[-6:])) == 1

    fleet.start()
    try:
        chaos.run(fleet, [], NoBroker(), done, seconds=60)
    finally:
        fleet.stop()
    assert fleet.exits == {-signal.SIGKILL: 1}
    report = verify_topic(kafka_bootstrap, output, expected)
    assert getattr(report, fault) > 0
    assert not report.clean
