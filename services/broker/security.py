"""Security settings in the names of kafka-python, the client that makes the topics.

`services.stage.settings` reads them from the environment in librdkafka's names (`KAFKA_SASL_USERNAME` is
`sasl.username`), so that one set of variables serves every client.
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
_SECURITY: Final = ("security.", "sasl.", "ssl.")
_CHECK_HOST: Final = "ssl.endpoint.identification.algorithm"


def kafka_python(librdkafka: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of librdkafka as kafka-python's. Raises `UnknownSetting` for one it does not have."""
    settings: dict[str, Any] = {}
    for name, value in librdkafka.items():
        if not name.startswith(_SECURITY):
            continue  # tuning of the data plane
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
