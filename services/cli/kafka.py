"""What the commands that talk to Kafka share."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import click

P = ParamSpec("P")


def on_kafka(command: Callable[P, None]) -> Callable[P, None]:
    """Tell trouble with the cluster in a line that says what to do, and stop quietly on Ctrl-C."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        from confluent_kafka import KafkaException  # noqa: PLC0415 (slow to import)

        from services.claims.errors import ClaimError  # noqa: PLC0415
        from services.pipeline.errors import PipelineError  # noqa: PLC0415
        from services.stage.errors import ConfigurationError  # noqa: PLC0415

        try:
            command(*args, **kwargs)
        except (ConfigurationError, PipelineError, ClaimError) as error:
            raise click.ClickException(str(error)) from error
        except KafkaException as error:
            raise click.ClickException(
                f"Kafka: {error}; is the cluster up (`claimstream broker status`)?"
            ) from error
        except KeyboardInterrupt:
            click.echo("", err=True)

    return wrapped
