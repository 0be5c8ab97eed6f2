"""`claimstream tick`: tells the batches what time it is, or that they are to close now."""

from datetime import UTC, datetime

import click

from services.cli.kafka import on_kafka


@click.command()
@click.option("--close", is_flag=True, help="A cut-off: every open batch closes, whatever its age.")
@on_kafka
def tick(*, close: bool) -> None:
    """Publish the time onto batch-ticks, so that batches that are old enough close.

    The batching service does so itself once a minute (CLAIMSTREAM_TICK_SECONDS).
    """
    from services.claims.batching.ticker import tell  # noqa: PLC0415 (the Kafka client is slow to import)
    from services.claims.publishing import EventPublisher  # noqa: PLC0415
    from services.stage.settings import from_environment  # noqa: PLC0415

    count = tell(EventPublisher(from_environment()), datetime.now(UTC), close=close)
    click.echo(f"{count} partitions told" + (" to close their batches" if close else " the time"))
