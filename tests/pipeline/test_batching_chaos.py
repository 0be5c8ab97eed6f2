"""Batching and the writing of files under kill -9: each claim in one batch and in one file.

The verifier shares no code with the project: it reads with fastavro, the published schema and `str.split`.
"""

import json
import signal
from collections import Counter
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any, Self

import fastavro
from confluent_kafka import Producer

from services.broker import Broker
from services.claims.batching.ticker import tell
from services.claims.publishing import EventPublisher
from services.contracts.codec import EventCodec
from services.contracts.events import CLAIMS
from services.contracts.resources import folder
from services.pipeline.demo import apply_topics
from services.stage.model import Emit
from services.stage.partition import partition_of
from services.stage.settings import from_environment
from tests.claims.x12.samples import claim, payer
from tests.stage import chaos
from tests.stage.chaos import Fleet, Kind, Trouble
from tests.stage.test_chaos import NoBroker
from tests.stage.verifier import read_topic

CLAIMS_MADE = 700
PATIENTS = 60
WORKERS = 2
SECONDS = 4.0
SCHEMAS = {
    topic: fastavro.parse_schema(json.loads((folder("schemas") / f"{topic}.avsc").read_text()))
    for topic in ("claim-batches", "claim-moves")
}
PLAN = [
    Trouble(2.4, Kind.KILL, 0),
    Trouble(3.0, Kind.KILL, WORKERS),
    Trouble(3.6, Kind.KILL, 1),
    Trouble(4.4, Kind.KILL, WORKERS),
]
"""The last worker writes the files."""


def rows(bootstrap: str, topic: str) -> list[dict[str, Any]]:
    """Every committed record."""
    schema = SCHEMAS[topic]
    found: list[dict[str, Any]] = []
    for message in read_topic(bootstrap, topic):
        row: Any = fastavro.schemaless_reader(BytesIO((message.value() or b"")[10:]), schema, schema)
        found.append(row)
    return found


def publish(bootstrap: str, clock: EventPublisher) -> None:
    """Claims of three payers, evenly over the time; a cut-off now and then."""
    producer, codec = Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True}), EventCodec()
    begun = monotonic()
    for number in range(CLAIMS_MADE):
        while monotonic() < begun + SECONDS * number / CLAIMS_MADE:
            producer.poll(0.01)
        if number % 200 == 199:
            tell(clock, datetime.now(UTC), close=True)
        patient = f"key-{number % PATIENTS}"
        made = codec.encode(
            Emit(CLAIMS, claim(number, payers=(payer(f"P{number % 3}"),), patient_key=patient))
        )
        producer.produce(CLAIMS, made.value, made.key, partition_of(patient, 4))
    assert producer.flush(60) == 0


class Upload:
    """Takes files away as they appear, as a clearinghouse's upload does."""

    def __init__(self, out: Path, taken: Path) -> None:
        self._out, self._taken = out, taken
        self._stop = Event()
        self._thread = Thread(target=self._run, daemon=True)
        self.names: list[str] = []
        taken.mkdir()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(0.05):
            self.take()

    def take(self) -> None:
        """Every file that is there now; the same name again is kept beside the first."""
        for file in sorted(self._out.glob("*.x12")):
            file.rename(self._taken / f"{len(self.names)}-{file.name}")
            self.names.append(file.name)

    def claims(self) -> list[str]:
        """Control numbers of all claims in all files."""
        texts = [file.read_text() for file in self._taken.iterdir()]
        return [part.split("*")[1] for text in texts for part in text.split("~") if part.startswith("CLM*")]


def complaints(found: list[dict[str, Any]]) -> list[str]:
    """What is wrong with the batches, if every claim is to be in one and every batch is to be closed."""
    members = Counter((row["claim_id"], row["claim_version"]) for row in found if row["claim_id"])
    expected = {(f"{number:024d}", 1) for number in range(CLAIMS_MADE)}
    sizes = Counter(row["batch_id"] for row in found if row["claim_id"])
    closed = [(row["batch_id"], row["claims"]) for row in found if not row["claim_id"]]
    told = [f"claim {each} is in {members[each]} batches" for each in expected if members[each] != 1]
    told += [f"an unknown claim {each}" for each in members.keys() - expected]
    for ident, size in sizes.items():
        if closed.count((ident, size)) != 1:
            told.append(f"batch {ident} of {size} is closed as {closed.count((ident, size))}")
    return told + (["a batch is closed twice"] if len(closed) != len(sizes) else [])


def test_each_claim_is_in_one_batch_and_one_file_whatever_dies(
    private_broker: Broker, tmp_path: Path
) -> None:
    """Two processes that batch and one that writes, each killed while batches close."""
    bootstrap, out = private_broker.bootstrap, tmp_path / "out"
    environment = {
        "KAFKA_BOOTSTRAP_SERVERS": bootstrap,
        "CLAIMSTREAM_PREFIX": "chaos",
        "CLAIMSTREAM_HOME": str(tmp_path / "home"),
        "CLAIMSTREAM_BATCH_CLAIMS": "40",
    }
    settings = from_environment(environment)
    apply_topics(settings)
    service = ("services.cli", "service", "batching", "--log-level", "WARNING", "--instance")
    commands = [chaos.python(*service, str(number)) for number in range(WORKERS)]
    commands.append(chaos.python("services.cli", "x12", "files", "--out", str(out)))
    fleet = Fleet(commands, tmp_path / "log", environment)
    clock, cut = EventPublisher(settings), [monotonic()]
    feeder = Thread(target=publish, args=(bootstrap, clock), daemon=True)

    def done() -> bool:
        """A cut-off now and then; done when all claims have been taken away in files."""
        if monotonic() - cut[0] > 1.0:
            tell(clock, datetime.now(UTC), close=True)
            cut[0] = monotonic()
        sleep(0.2)
        return not feeder.is_alive() and len(upload.claims()) >= CLAIMS_MADE

    out.mkdir()
    fleet.start()
    feeder.start()
    with Upload(out, tmp_path / "taken") as upload:
        try:
            happened = chaos.run(fleet, PLAN, NoBroker(), done, seconds=90)
        finally:
            codes = fleet.stop(40.0)
    upload.take()
    assert happened[Kind.KILL] == fleet.exits[-signal.SIGKILL] == len(PLAN)
    assert set(codes) == {0}, codes
    found = rows(bootstrap, "claim-batches")
    assert complaints(found) == []
    assert Counter(upload.claims()) == Counter(f"CLAIM{number}" for number in range(CLAIMS_MADE))
    assert len(upload.names) == len(set(upload.names)) == sum(not row["claim_id"] for row in found)
    kinds = Counter(row["kind"] for row in rows(bootstrap, "claim-moves"))
    assert (kinds["created"], kinds["batched"]) == (CLAIMS_MADE, CLAIMS_MADE)
    assert read_topic(bootstrap, "dead-letters") == []


def test_the_verifier_sees_a_claim_in_two_batches_and_one_in_none() -> None:
    """The negative control."""
    ident = "{:024d}".format
    good = [
        {"batch_id": "b", "claim_id": ident(number), "claim_version": 1, "claims": number + 1}
        for number in range(CLAIMS_MADE)
    ]
    closing = {"batch_id": "b", "claim_id": "", "claim_version": 0, "claims": CLAIMS_MADE}
    assert complaints([*good, closing]) == []
    assert complaints(good) != []
    assert complaints([*good[1:], closing]) != []
    assert complaints([*good, {**good[0], "batch_id": "c"}, closing]) != []
