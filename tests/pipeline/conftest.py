"""The worlds that the pipeline's tests run in."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

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


LIVES = pytest.StashKey[Future[Path]]()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begins to make the twenty lives, which takes a minute of a core, while other tests run."""
    if any("lives" in getattr(item, "fixturenames", ()) for item in session.items):
        folder = Path(mkdtemp(prefix="claimstream-lives-"))
        session.config.stash[LIVES] = ThreadPoolExecutor(1).submit(patients, 20, 7, folder)


@pytest.fixture(scope="session")
def lives(request: pytest.FixtureRequest) -> Iterator[Path]:
    """The whole lives of twenty synthetic patients."""
    made = request.config.stash[LIVES].result()
    yield made
    rmtree(made.parent)
