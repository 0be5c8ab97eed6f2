"""Waits until a broker answers: its port is open, and the cluster lists it."""

import time
from collections.abc import Callable

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from services.broker.errors import StartFailed


def await_ready(bootstrap: str, timeout: float = 60.0, alive: Callable[[], bool] = lambda: True) -> None:
    """Return as soon as the cluster lists a broker.

    Raises `StartFailed` after `timeout` seconds, or when `alive` says no.
    """
    client = AdminClient(
        {
            "bootstrap.servers": bootstrap,
            "log_level": 0,
            "reconnect.backoff.ms": 50,
            "reconnect.backoff.max.ms": 100,
        }
    )
    last = "it lists no broker yet"
    deadline = time.monotonic() + timeout
    while alive():
        try:
            if client.list_topics(timeout=0.5).brokers:
                return
        except KafkaException as error:
            last = str(error)
        if time.monotonic() > deadline:
            raise StartFailed(
                f"No answer from {bootstrap} in {timeout:.0f} s: {last}", "see the broker's log."
            )
    raise StartFailed(f"The broker at {bootstrap} ended before it was ready.", "see the broker's log.")
