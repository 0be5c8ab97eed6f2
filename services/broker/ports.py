"""Ports of the loopback address: picked free, outside the range that the system gives to clients.

A client that keeps knocking at a closed port of the ephemeral range can, by TCP's simultaneous open,
connect to itself and so occupy the very port that a restarting broker needs. Ports below that range cannot
be taken so.
"""

import random
import socket
from dataclasses import dataclass
from typing import Final

from services.broker.errors import PortTaken

HOST: Final = "127.0.0.1"
_RANGE: Final = range(20000, 32000)


@dataclass(frozen=True, slots=True)
class Ports:
    """Where one broker listens on the loopback address."""

    client: int
    controller: int

    @property
    def bootstrap(self) -> str:
        """What clients connect to."""
        return f"{HOST}:{self.client}"


def is_free(port: int) -> bool:
    """Could a server listen on this port of the loopback address now?"""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def pick(*taken: int) -> int:
    """A free port that is none of `taken`."""
    for port in random.sample(_RANGE, 200):
        if port not in taken and is_free(port):
            return port
    raise PortTaken(
        f"No free port between {_RANGE[0]} and {_RANGE[-1]}.", "stop servers that you no longer need."
    )
