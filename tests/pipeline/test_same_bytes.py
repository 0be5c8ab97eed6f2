"""The same input gives the same claims, byte by byte: in one process, on Kafka, and when it is replayed."""

from pathlib import Path

from services.contracts.resources import folder
from services.pipeline.inbox import files, messages
from tests.pipeline.visits import visit
from tests.pipeline.worlds import KafkaWorld, MemoryWorld, World


def feed(world: World, values: list[bytes]) -> None:
    """Publish all, in order."""
    for value in values:
        world.publish(value, key="one-partition-keeps-the-order")


def encounters(world: World, values: list[bytes]) -> set[str]:
    """The encounters of the values, by a pipeline in memory that ended them all."""
    feed(world, values)
    seen = world.until(lambda seen: not seen.ledger.waiting())
    return set(seen.outcomes())


def test_run_and_the_services_on_kafka_give_identical_claims(on_kafka: KafkaWorld, lives: Path) -> None:
    """Examples and a life, with ids that the cluster has not seen."""
    unique = on_kafka.unique
    life = min(lives.glob("*.json"), key=lambda file: file.stat().st_size)
    bundles = [*files([folder("examples") / "bundles"]), life]
    values = [message.value for file in bundles for message in messages(file)]
    values += [visit(f"same-{number}{unique}", patient=f"same{unique}") for number in range(5)]
    memory = MemoryWorld()
    idents = encounters(memory, values)
    expected = memory.seen.claim_bytes(idents)
    assert len(expected) > 10
    feed(on_kafka, values)
    seen = on_kafka.until(lambda seen: seen.claim_bytes(idents).keys() >= expected.keys())
    assert seen.claim_bytes(idents) == expected


def test_replaying_the_topic_issues_nothing_new_and_a_new_pipeline_the_same(on_kafka: KafkaWorld) -> None:
    """The inbound topic again: no new version of any claim."""
    unique = on_kafka.unique
    values = [visit(f"replay-{number}{unique}") for number in range(4)]
    idents = {f"replay-{number}{unique}" for number in range(4)}
    feed(on_kafka, values)
    seen = on_kafka.until(lambda seen: idents <= seen.outcomes().keys())
    first = seen.claim_bytes(idents)
    feed(on_kafka, values)
    marker = f"replay-marker{unique}"
    feed(on_kafka, [visit(marker)])
    seen = on_kafka.until(lambda seen: marker in seen.outcomes())
    assert seen.claim_bytes(idents) == first
    fresh = MemoryWorld()
    assert encounters(fresh, values) == idents
    assert fresh.seen.claim_bytes(idents) == first
