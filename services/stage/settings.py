"""Where Kafka is and how to speak to it: environment variables, in librdkafka's words and in faust's."""

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from services.stage.errors import SettingsError

_PREFIX: Final = "KAFKA_"
_NOT_LIBRDKAFKA: Final = frozenset(
    {
        "KAFKA_HOME",
        "KAFKA_OPTS",
        "KAFKA_DEBUG",
        "KAFKA_HEAP_OPTS",
        "KAFKA_GC_LOG_OPTS",
        "KAFKA_JMX_OPTS",
        "KAFKA_JVM_PERFORMANCE_OPTS",
        "KAFKA_LOG4J_OPTS",
    }
)
"""What Kafka's own shell scripts read; often set on machines that have a Kafka."""

_KEPT: Final = frozenset(
    {
        "enable.auto.commit",
        "enable.auto.offset.store",
        "enable.idempotence",
        "enable.partition.eof",
        "group.id",
        "group.instance.id",
        "group.protocol",
        "isolation.level",
        "partition.assignment.strategy",
        "transactional.id",
    }
)
"""What the guarantee rests on; not for the environment to change."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One cluster: its address, and everything else librdkafka is told by the environment."""

    bootstrap: str
    extra: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    prefix: str = "claimstream"
    """Group ids and transactional ids begin with it."""
    instance: str = "0"
    """Tells this instance of a stage from the others; the same after a restart."""

    @property
    def client(self) -> dict[str, Any]:
        """What every librdkafka client needs to connect."""
        return {
            "bootstrap.servers": self.bootstrap,
            "reconnect.backoff.ms": 50,
            "reconnect.backoff.max.ms": 1_000,
            **self.extra,
        }


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process.

    `KAFKA_BOOTSTRAP_SERVERS`, else the broker that `claimstream broker start` runs; every other
    `KAFKA_X_Y=v` is librdkafka's `x.y=v`; `CLAIMSTREAM_INSTANCE`, `CLAIMSTREAM_PREFIX`.
    Raises SettingsError.
    """
    extra: dict[str, str] = {}
    for name, value in sorted(environ.items()):
        if name.startswith(_PREFIX) and name not in _NOT_LIBRDKAFKA:
            extra[name.removeprefix(_PREFIX).lower().replace("_", ".")] = value
    bootstrap = extra.pop("bootstrap.servers", "") or _local_broker(environ)
    forbidden = sorted(extra.keys() & _KEPT)
    if forbidden:
        names = ", ".join(forbidden)
        raise SettingsError(
            f"the exactly-once guarantee rests on {names}: unset the KAFKA_ variables for them"
        )
    return Settings(
        bootstrap,
        MappingProxyType(extra),
        prefix=environ.get("CLAIMSTREAM_PREFIX", "claimstream"),
        instance=environ.get("CLAIMSTREAM_INSTANCE", "0"),
    )


def _local_broker(environ: Mapping[str, str]) -> str:
    from services.broker import BrokerError, bootstrap_servers  # noqa: PLC0415 (not needed where Kafka is named)

    try:
        return bootstrap_servers(environ)
    except BrokerError as error:
        raise SettingsError(str(error)) from error


def faust_broker(settings: Settings) -> str:
    """The bootstrap servers as faust's list of URLs."""
    return ";".join(f"kafka://{each.strip()}" for each in settings.bootstrap.split(","))


@dataclass(frozen=True, slots=True)
class Security:
    """The same security settings in aiokafka's terms."""

    protocol: str
    mechanism: str
    username: str
    password: str
    context: ssl.SSLContext | None


def security(settings: Settings) -> Security:
    """Librdkafka's security settings translated. Raises SettingsError for what aiokafka cannot do."""
    extra = settings.extra
    protocol = extra.get("security.protocol", "plaintext").upper()
    mechanism = extra.get("sasl.mechanism", extra.get("sasl.mechanisms", "PLAIN")).upper()
    if protocol.startswith("SASL_") and mechanism not in {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"}:
        raise SettingsError(f"the control plane cannot sign in with {mechanism}: use PLAIN or SCRAM")
    return Security(
        protocol,
        mechanism,
        extra.get("sasl.username", extra.get("sasl.user.name", "")),
        extra.get("sasl.password", ""),
        _tls(extra) if protocol.endswith("SSL") else None,
    )


def _tls(extra: Mapping[str, str]) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=extra.get("ssl.ca.location"))
    certificate = extra.get("ssl.certificate.location")
    if certificate:
        context.load_cert_chain(certificate, extra.get("ssl.key.location"), extra.get("ssl.key.password"))
    if extra.get("ssl.endpoint.identification.algorithm", "https") == "none":
        context.check_hostname = False
    if extra.get("enable.ssl.certificate.verification", "true") == "false":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
