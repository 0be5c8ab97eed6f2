"""A Kafka in a container, where a Docker engine answers: Apache's image, the settings of the local broker."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit

from docker.errors import DockerException
from testcontainers.core.container import DockerContainer

from services.broker import BrokerError
from services.broker.jars import KAFKA
from services.broker.ports import pick
from services.broker.ready import await_ready

IMAGE: Final = "apache/kafka:4.4.0"
_SOCKET: Final = "unix:///var/run/docker.sock"


class NoContainer(Exception):
    """No Kafka container can be had here; the message says why."""


@contextmanager
def kafka_container() -> Iterator[str]:
    """Bootstrap servers of a Kafka in a container, at a port picked beforehand, or `NoContainer`."""
    require_engine(os.environ.get("DOCKER_HOST", _SOCKET))
    try:
        container, address = _start()
    except (DockerException, BrokerError) as error:
        raise NoContainer(f"the container did not start ({str(error)[:300]})") from error
    try:
        yield address
    finally:
        container.stop()


def require_engine(host: str) -> None:
    """Raise `NoContainer` unless something listens where the Docker engine should.

    Asked before the Docker client is, because that one leaks a socket when it finds nobody.
    """
    url = urlsplit(host)
    family, address = (
        (socket.AF_UNIX, url.path) if url.scheme == "unix" else (socket.AF_INET, (url.hostname, url.port))
    )
    with socket.socket(family) as probe:
        probe.settimeout(3)
        try:
            probe.connect(address)
        except OSError as error:
            raise NoContainer(f"no Docker engine answers at {host} ({error})") from error


def container_settings(properties: str, address: str) -> dict[str, str]:
    """The environment of the apache/kafka image for these `server.properties` and this advertised address."""
    settings = dict(
        line.split("=", 1) for line in properties.splitlines() if line and not line.startswith("#")
    )
    settings |= {
        "listeners": "PLAINTEXT://:9092,CONTROLLER://:9093",
        "advertised.listeners": f"PLAINTEXT://{address}",
        "controller.quorum.voters": "1@localhost:9093",
    }
    return {"KAFKA_" + name.upper().replace(".", "_"): value for name, value in settings.items()}


def _start() -> tuple[DockerContainer, str]:
    container, port = DockerContainer(IMAGE), pick()
    address = f"{container.get_docker_client().host()}:{port}"
    for name, value in container_settings((KAFKA / "server.properties").read_text(), address).items():
        container.with_env(name, value)
    container.with_bind_ports(9092, port).start()
    try:
        await_ready(address)
    except BrokerError:
        container.stop()
        raise
    return container, address
