"""The four real services under kill -9, SIGSTOP and the broker's death: every claim once, versions gapless.

The verifier shares no code with the project: it decodes the claims with fastavro and the published schema.
That it can fail is shown beside the stage (tests/stage/test_chaos.py), where a broken stage is caught by it.
"""

import json
import signal
from io import BytesIO
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any

import fastavro
import pytest
from confluent_kafka import Producer

from services.broker import Broker
from services.contracts.resources import folder
from services.contracts.topology import TOPOLOGY
from services.pipeline.demo import apply_topics
from services.stage.partition import partition_of
from services.stage.settings import from_environment
from tests.pipeline.visits import net, visit
from tests.stage import chaos
from tests.stage.chaos import Fleet, Kind
from tests.stage.verifier import read_topic, verify

SEED = 20261121
INSTANCES = 3
PARTITIONS = 4
SCHEMA = fastavro.parse_schema(json.loads((folder("schemas") / "claims.avsc").read_text()))


def claims(bootstrap: str) -> list[dict[str, Any]]:
    """Every committed claim as the verifier wants it: encounter, its version, the claim's version."""
    found = []
    for message in read_topic(bootstrap, "claims"):
        claim: Any = fastavro.schemaless_reader(BytesIO((message.value() or b"")[10:]), SCHEMA, SCHEMA)
        seq, version = claim["encounter_version"], claim["version"]
        found.append({"key": claim["encounter_id"], "seq": seq, "version": version})
    return found


def publish(bootstrap: str, encounters: int, versions: int, seconds: float) -> None:
    """Each encounter in all of its versions, each with another price, evenly over the time."""
    producer = Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True, "linger.ms": 5})
    begun, total = monotonic(), encounters * versions
    for number in range(total):
        while monotonic() < begun + seconds * number / total:
            producer.poll(0.01)
        version, ident = 1 + number // encounters, f"e{number % encounters}"
        value = visit(ident, net(100.0 + version), version=version)
        producer.produce("ehr-inbound", value, ident, partition_of(ident, PARTITIONS))
    assert producer.flush(60) == 0


def under_chaos(
    private_broker: Broker, tmp_path: Path, encounters: int, versions: int, seconds: float
) -> None:
    """Feed, disturb, wait, and hold the claims against what was fed."""
    bootstrap = private_broker.bootstrap
    environment = {"KAFKA_BOOTSTRAP_SERVERS": bootstrap, "CLAIMSTREAM_PREFIX": "chaos"}
    apply_topics(from_environment(environment))
    commands = [
        chaos.python("services.cli", "service", name, "--instance", str(instance), "--log-level", "WARNING")
        for name in TOPOLOGY
        for instance in range(INSTANCES)
    ]
    fleet = Fleet(commands, tmp_path / "services.log", environment)
    feeder = Thread(target=publish, args=(bootstrap, encounters, versions, seconds), daemon=True)

    def done() -> bool:
        sleep(0.5)
        return not feeder.is_alive() and len(claims(bootstrap)) >= encounters * versions

    fleet.start()
    feeder.start()
    try:
        plan = chaos.make_plan(SEED, len(commands), seconds)
        happened = chaos.run(fleet, plan, private_broker, done, seconds=seconds * 5 + 60)
    finally:
        codes = fleet.stop(40.0)
    assert happened[Kind.KILL] >= 6
    assert (happened[Kind.FREEZE], happened[Kind.BROKER]) == (2, 1)
    assert fleet.exits[-signal.SIGKILL] >= 6
    assert set(codes) == {0}, codes
    report = verify(claims(bootstrap), {f"e{number}": versions for number in range(encounters)})
    assert report.clean, report
    assert report.seen == encounters * versions
    assert read_topic(bootstrap, "dead-letters") == []


def test_no_claim_is_lost_or_doubled_whatever_dies(private_broker: Broker, tmp_path: Path) -> None:
    """Three processes of each service, twelve hundred events."""
    under_chaos(private_broker, tmp_path, encounters=600, versions=2, seconds=30.0)


@pytest.mark.soak
def test_twenty_thousand_encounters_under_chaos(private_broker: Broker, tmp_path: Path) -> None:
    """The same for longer."""
    under_chaos(private_broker, tmp_path, encounters=10_000, versions=2, seconds=240.0)
