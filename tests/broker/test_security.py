import pytest
from kafka.admin import KafkaAdminClient

from services.broker.errors import UnknownSetting
from services.broker.security import kafka_python
from services.stage.settings import from_environment

ENVIRONMENT = {
    "KAFKA_BOOTSTRAP_SERVERS": "broker:9093",
    "KAFKA_SECURITY_PROTOCOL": "sasl_ssl",
    "KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
    "KAFKA_SASL_USERNAME": "claimstream",
    "KAFKA_SASL_PASSWORD": "secret",
    "KAFKA_SSL_CA_LOCATION": "/ca.pem",
    "KAFKA_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM": "none",
    "KAFKA_STATISTICS_INTERVAL_MS": "5000",
}


def test_one_environment_serves_both_clients() -> None:
    settings = kafka_python(from_environment(ENVIRONMENT).extra)
    assert settings == {
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "claimstream",
        "sasl_plain_password": "secret",
        "ssl_cafile": "/ca.pem",
        "ssl_check_hostname": False,
    }
    assert settings.keys() <= KafkaAdminClient.DEFAULT_CONFIG.keys()


def test_a_setting_that_kafka_python_does_not_have_is_named_without_its_value() -> None:
    with pytest.raises(UnknownSetting, match=r"ssl\.keystore\.location has no equal") as caught:
        kafka_python({"ssl.keystore.location": "/private/place"})
    assert "/private/place" not in str(caught.value)
