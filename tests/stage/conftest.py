"""The log that a scenario runs on."""

from collections.abc import Iterator

import pytest

from tests.conftest import MakeTopics
from tests.stage.worlds import KafkaWorld, MemoryWorld, World


@pytest.fixture(params=["memory", "kafka"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Each scenario runs twice: in memory and on a real broker."""
    made: World
    if request.param == "memory":
        made = MemoryWorld()
    else:
        make_topics: MakeTopics = request.getfixturevalue("make_topics")
        made = KafkaWorld(request.getfixturevalue("kafka_bootstrap"), make_topics)
    yield made
    made.close()
