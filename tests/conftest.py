"""What every test may ask for: a real Kafka, topics of its own, the same hypothesis examples at every run."""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from hypothesis import settings

from services import broker

settings.register_profile("claimstream", derandomize=True, deadline=None, database=None)
settings.load_profile("claimstream")

MakeTopics = Callable[..., list[str]]


@pytest.fixture(scope="session")
def kafka_bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Bootstrap servers of a real Kafka: the named cluster, a container, or the local broker.

    Never skips: where none of the three is possible it fails and says why for each.
    """
    named = os.environ.get("KAFKA_BOOTSTRAP_SERVERS", "").strip()
    if named:
        yield named
        return
    from tests.kafka_container import NoContainer, kafka_container  # noqa: PLC0415 (half a second to import)

    with ExitStack() as stack:
        try:
            bootstrap = stack.enter_context(kafka_container())
        except NoContainer as error:
            bootstrap = _local(stack, tmp_path_factory.mktemp("kafka"), str(error))
        yield bootstrap


@pytest.fixture
def make_topics(kafka_bootstrap: str, request: pytest.FixtureRequest) -> Iterator[MakeTopics]:
    """Makes topics with names of this test's own, deleted when the test ends.

    `make_topics("in", "out", partitions=4, config={...})` returns their names, in that order.
    """
    admin = AdminClient({"bootstrap.servers": kafka_bootstrap, "log_level": 0})
    made: list[str] = []
    numbers = count()

    def make(*names: str, partitions: int = 4, config: dict[str, str] | None = None) -> list[str]:
        unique = [f"{name}-{os.getpid()}-{id(request):x}-{next(numbers)}" for name in names]
        _settled(admin.create_topics([NewTopic(name, partitions, 1, config=config or {}) for name in unique]))
        made.extend(unique)
        return unique

    yield make
    if made:
        _settled(admin.delete_topics(made))


def _settled(futures: Mapping[str, Future[Any]]) -> None:
    for future in futures.values():
        future.result(timeout=30)


def _local(stack: ExitStack, home: Path, no_container: str) -> str:
    """The local broker in a home of its own; stopped at the end, even if this process is killed."""
    try:
        return stack.enter_context(broker.running(home)).bootstrap
    except broker.BrokerError as error:
        reasons = (
            "No Kafka for this test:",
            "KAFKA_BOOTSTRAP_SERVERS is not set",
            f"no container: {no_container}",
            f"no local broker: {error}",
        )
        pytest.fail("\n- ".join(reasons), pytrace=False)
