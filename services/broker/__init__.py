"""The life of the local broker: a real Apache Kafka (KRaft, one node) on this machine's loopback address.

    broker = start()          # idempotent; ready when it returns
    broker.bootstrap          # "127.0.0.1:<port>"
    broker.kill()             # kill -9
    broker = broker.restart() # same port, same data
    broker.stop()

`running(home)` is the same for the length of a `with` block. Everything is under one home folder
(`home_dir`), so that any number of brokers can live side by side.
"""

from services.broker.errors import (
    BrokerError,
    InstallFailed,
    JavaTooOld,
    NoBroker,
    PortTaken,
    StartFailed,
    ToolMissing,
)
from services.broker.install import install
from services.broker.lifecycle import Broker, bootstrap_servers, running, start, status, stop
from services.contracts.resources import home_dir

__all__ = [
    "Broker",
    "BrokerError",
    "InstallFailed",
    "JavaTooOld",
    "NoBroker",
    "PortTaken",
    "StartFailed",
    "ToolMissing",
    "bootstrap_servers",
    "home_dir",
    "install",
    "running",
    "start",
    "status",
    "stop",
]
