"""A plain faust agent that awaits each send: at least once."""

import sys
from collections.abc import AsyncIterable
from tempfile import mkdtemp

import faust


def main(bootstrap: str, source: str, target: str) -> None:
    """Run until killed."""
    app = faust.App(
        f"faust-{target}",
        broker=f"kafka://{bootstrap}",
        datadir=mkdtemp(),
        web_enabled=False,
        stream_wait_empty=False,
        topic_disable_leader=True,
    )
    inbound = app.topic(source, value_type=bytes, value_serializer="raw")
    outbound = app.topic(target, value_type=bytes, value_serializer="raw")

    @app.agent(inbound)
    async def passing(values: AsyncIterable[bytes]) -> None:
        async for value in values:
            await outbound.send(value=value)

    app.finalize()
    faust.Worker(app, loglevel="ERROR", quiet=True, redirect_stdouts=False).execute_from_commandline()


if __name__ == "__main__":
    main(*sys.argv[1:])
