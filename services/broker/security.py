"""The security settings of the environment, in the names of kafka-python.

One set of variables serves both clients: `KAFKA_SECURITY_PROTOCOL`, `KAFKA_SASL_*` and `KAFKA_SSL_*`, named
after librdkafka's settings (`KAFKA_SASL_USERNAME` is `sasl.username`). kafka-python, which makes the topics,
calls the same things by other names.
"""

from collections.abc import Mapping
from typing import Any, Final

from services.broker.errors import UnknownSetting

_NAMES: Final = {
    "security.protocol": "security_protocol",
    "sasl.mechanism": "sasl_mechanism",
    "sasl.mechanisms": "sasl_mechanism",
    "sasl.username": "sasl_plain_username",
    "sasl.password": "sasl_plain_password",
    "sasl.kerberos.service.name": "sasl_kerberos_service_name",
    "ssl.ca.location": "ssl_cafile",
    "ssl.certificate.location": "ssl_certfile",
    "ssl.key.location": "ssl_keyfile",
    "ssl.key.password": "ssl_password",
    "ssl.crl.location": "ssl_crlfile",
}
_PREFIXES: Final = ("KAFKA_SASL_", "KAFKA_SSL_")
_CHECK_HOST: Final = "ssl.endpoint.identification.algorithm"


def kafka_python(librdkafka: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of librdkafka as kafka-python's. Raises `UnknownSetting` for one it does not have."""
    settings: dict[str, Any] = {}
    for name, value in librdkafka.items():
        if name == _CHECK_HOST:
            settings["ssl_check_hostname"] = value != "none"
        elif name == "security.protocol":
            settings["security_protocol"] = str(value).upper()
        elif name in _NAMES:
            settings[_NAMES[name]] = value
        else:
            raise UnknownSetting(
                f"{name} has no equal in kafka-python, which makes the topics.",
                f"use one of {', '.join(sorted({*_NAMES, _CHECK_HOST}))}.",
            )
    return settings


def from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """The security settings of the environment for kafka-python. Raises `UnknownSetting`."""
    return kafka_python(
        {
            name.removeprefix("KAFKA_").lower().replace("_", "."): value
            for name, value in sorted(environ.items())
            if value and (name == "KAFKA_SECURITY_PROTOCOL" or name.startswith(_PREFIXES))
        }
    )
