"""A worker as it must not be: offsets and outputs in two steps, and killed exactly between them, once.

For the negative control: `python -m tests.stage.examples.broken --help`. Imports nothing of the project.
"""

import os
import signal
from pathlib import Path

import click
from confluent_kafka import Consumer, Producer


@click.command()
@click.option("--order", type=click.Choice(["offsets-first", "outputs-first"]), required=True)
@click.option("--bootstrap", required=True)
@click.option("--input", "source", required=True)
@click.option("--output", required=True)
@click.option("--once", type=click.Path(path_type=Path), required=True, help="Exists: the kill has been.")
def main(order: str, bootstrap: str, source: str, output: str, once: Path) -> None:
    """Pass records on, at most or at least once."""
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": f"broken-{source}",
            "group.instance.id": "broken",
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
        }
    )
    producer = Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True})
    consumer.subscribe([source])
    while True:
        messages = [message for message in consumer.consume(200, 0.2) if message.error() is None]
        if not messages:
            continue

        def outputs(messages=messages) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
            for message in messages:
                producer.produce(output, message.value(), message.key(), message.partition())
            producer.flush(10)

        def offsets() -> None:
            consumer.commit(asynchronous=False)

        steps = (offsets, outputs) if order == "offsets-first" else (outputs, offsets)
        steps[0]()
        if not once.exists():
            once.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        steps[1]()


if __name__ == "__main__":
    main()
