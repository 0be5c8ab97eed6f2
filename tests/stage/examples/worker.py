"""One instance of an example stage as a process: `python -m tests.stage.examples.worker --help`."""

import faulthandler
import signal
import sys
import time
from logging import WARNING, basicConfig

import click

from services.stage.kafka import kafka_loop
from services.stage.loop import Step
from services.stage.plane import DataPlane
from services.stage.ports import Monitor
from services.stage.settings import Settings
from tests.stage.examples.stages import build


@click.command()
@click.argument("handler")
@click.argument("instance")
@click.option("--bootstrap", required=True)
@click.option("--input", "source", required=True)
@click.option("--output", required=True)
@click.option("--dead", required=True)
@click.option("--sleep", default=0.0, help="Seconds to rest inside every transaction, so that kills hit one.")
def main(
    handler: str, instance: str, *, bootstrap: str, source: str, output: str, dead: str, sleep: float
) -> None:
    """Run it until SIGTERM."""
    basicConfig(level=WARNING, stream=sys.stderr, format=f"%(asctime)s {handler}-{instance} %(message)s")

    def rest(step: Step) -> None:
        if step in {Step.OFFSETS, Step.COMMIT}:
            time.sleep(sleep / 2)

    stage = build(handler, (source,), output, dead)
    settings = Settings(bootstrap, instance=instance)
    plane = DataPlane(handler, lambda: kafka_loop(stage, settings, probe=rest), Monitor())
    signal.signal(signal.SIGTERM, lambda _number, _frame: plane.terminate())
    faulthandler.register(signal.SIGUSR1)  # says where it hangs, for whom it does not stop
    plane.start()
    while not plane.join(0.2):
        continue


if __name__ == "__main__":
    main()
