"""The least that is exactly once: confluent-kafka's transactional loop (KIP-447), nothing around it.

Its clients are set up as the stage's, so that only the loops differ.
"""

import sys

from confluent_kafka import Consumer, Producer

BATCH = 2_000


def main(bootstrap: str, source: str, target: str) -> None:
    """Run until killed."""
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": f"raw-{target}",
            "enable.auto.commit": False,
            "isolation.level": "read_committed",
            "auto.offset.reset": "earliest",
            "enable.auto.offset.store": False,
            "fetch.wait.max.ms": 100,
            "queued.min.messages": 5_000,
            "queued.max.messages.kbytes": 16_384,
            "fetch.error.backoff.ms": 50,
            "fetch.queue.backoff.ms": 20,
        }
    )
    producer = Producer(
        {
            "bootstrap.servers": bootstrap,
            "transactional.id": f"raw-{target}",
            "linger.ms": 2,
            "queue.buffering.max.messages": 100_000,
            "delivery.report.only.error": True,
        }
    )
    producer.init_transactions()
    consumer.subscribe([source])
    while True:
        messages = consumer.consume(BATCH, 0.1)
        if messages:
            producer.begin_transaction()
            for message in messages:
                producer.produce(target, value=message.value(), key=message.key())
            producer.send_offsets_to_transaction(
                consumer.position(consumer.assignment()), consumer.consumer_group_metadata()
            )
            producer.commit_transaction()


if __name__ == "__main__":
    main(*sys.argv[1:])
