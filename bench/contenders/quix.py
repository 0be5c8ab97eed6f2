"""Quix Streams, exactly once."""

import sys
from tempfile import mkdtemp

from quixstreams import Application


def main(bootstrap: str, source: str, target: str) -> None:
    """Run until killed."""
    app = Application(
        broker_address=bootstrap,
        consumer_group=f"quix-{target}",
        processing_guarantee="exactly-once",
        auto_offset_reset="earliest",
        auto_create_topics=False,
        state_dir=mkdtemp(),
        loglevel="ERROR",
        commit_every=2_000,
        commit_interval=0.5,
    )
    inbound = app.topic(source, value_deserializer="bytes", key_deserializer="bytes")
    outbound = app.topic(target, value_serializer="bytes", key_serializer="bytes")
    app.dataframe(inbound).to_topic(outbound)
    app.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
