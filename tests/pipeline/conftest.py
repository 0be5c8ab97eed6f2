"""The worlds that the pipeline's tests run in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services import broker
from services.broker import Broker
from services.pipeline.synthea import patients
from tests.pipeline.worlds import KafkaWorld, MemoryWorld, World, kafka_world


@pytest.fixture(scope="session")
def on_kafka(kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaWorld]:
    """The services on a real Kafka, started once."""
    with kafka_world(kafka_bootstrap, tmp_path_factory.mktemp("services")) as world:
        yield world


@pytest.fixture(params=["memory", "kafka"])
def world(request: pytest.FixtureRequest) -> World:
    """The pipeline in memory, and on Kafka."""
    if request.param == "memory":
        return MemoryWorld()
    kafka: KafkaWorld = request.getfixturevalue("on_kafka")
    return kafka


@pytest.fixture
def private_broker(tmp_path: Path) -> Iterator[Broker]:
    """A broker that this test may kill."""
    with broker.running(tmp_path / "home") as running:
        yield running


@pytest.fixture(scope="session")
def lives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole lives of twenty synthetic patients."""
    return patients(20, 7, tmp_path_factory.mktemp("lives"))
