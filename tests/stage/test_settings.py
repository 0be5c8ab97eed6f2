"""One set of environment variables for librdkafka and for faust."""

import ssl
from pathlib import Path

import pytest

from services.stage.errors import SettingsError
from services.stage.kafka_config import consumer_config, identity, producer_config
from services.stage.settings import Settings, faust_broker, from_environment, security
from tests.stage.examples.stages import build

ONE = {"KAFKA_BOOTSTRAP_SERVERS": "a:1, b:2"}


def test_every_kafka_variable_is_a_property_of_librdkafka() -> None:
    settings = from_environment(
        {
            **ONE,
            "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "KAFKA_SSL_CA_LOCATION": "/ca",
            "KAFKA_HEAP_OPTS": "-Xmx1g",
        }
    )
    assert settings.bootstrap == "a:1, b:2"
    assert settings.extra == {"security.protocol": "SASL_SSL", "ssl.ca.location": "/ca"}
    assert settings.client["ssl.ca.location"] == "/ca"
    assert faust_broker(settings) == "kafka://a:1;kafka://b:2"


@pytest.mark.parametrize(
    "name",
    [
        "KAFKA_ISOLATION_LEVEL",
        "KAFKA_ENABLE_AUTO_COMMIT",
        "KAFKA_TRANSACTIONAL_ID",
        "KAFKA_GROUP_INSTANCE_ID",
    ],
)
def test_what_the_guarantee_rests_on_cannot_be_changed(name: str) -> None:
    with pytest.raises(SettingsError, match="exactly-once guarantee rests on"):
        from_environment({**ONE, name: "x"})


def test_without_a_cluster_the_error_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="claimstream broker start"):
        from_environment({"CLAIMSTREAM_HOME": str(tmp_path)})


def test_ids_are_of_stage_and_instance_and_stay_over_restarts() -> None:
    stage = build("counting", ("in",), "out", "dead")
    settings = from_environment({**ONE, "CLAIMSTREAM_INSTANCE": "pod-2"})
    assert identity(stage, settings) == "claimstream-counting-pod-2"
    consumer = consumer_config(stage, settings)
    assert consumer["group.instance.id"] == producer_config(stage, settings, 1, 2)["transactional.id"]
    assert consumer["group.id"] == "claimstream-counting"


def test_several_inputs_with_state_need_the_range_assignor() -> None:
    settings = Settings("a:1")
    strategy = "partition.assignment.strategy"
    assert consumer_config(build("counting", ("a", "b"), "out", "dead"), settings)[strategy] == "range"
    assert (
        consumer_config(build("passing", ("a", "b"), "out", "dead"), settings)[strategy]
        == "cooperative-sticky"
    )
    assert (
        consumer_config(build("counting", ("a",), "out", "dead"), settings)[strategy] == "cooperative-sticky"
    )


def test_the_environment_tunes_but_batches_stay_under_the_smallest_limit() -> None:
    settings = from_environment({**ONE, "KAFKA_LINGER_MS": "50"})
    config = producer_config(build("passing", ("in",), "out", "dead"), settings, 10_000, 20_000_000)
    assert (config["linger.ms"], config["batch.size"], config["message.max.bytes"]) == (
        "50",
        10_000,
        20_000_000,
    )


def test_security_in_aiokafkas_terms() -> None:
    assert security(Settings("a:1")).protocol == "PLAINTEXT"
    how = security(
        Settings(
            "a:1",
            {
                "security.protocol": "sasl_ssl",
                "sasl.mechanisms": "SCRAM-SHA-512",
                "sasl.username": "u",
                "sasl.password": "p",
                "ssl.endpoint.identification.algorithm": "none",
            },
        )
    )
    assert (how.protocol, how.mechanism, how.username, how.password) == (
        "SASL_SSL",
        "SCRAM-SHA-512",
        "u",
        "p",
    )
    assert how.context is not None
    assert (how.context.check_hostname, how.context.verify_mode) == (False, ssl.CERT_REQUIRED)
    unverified = security(
        Settings("a:1", {"security.protocol": "SSL", "enable.ssl.certificate.verification": "false"})
    )
    assert unverified.context is not None
    assert unverified.context.verify_mode == ssl.CERT_NONE


def test_a_way_to_sign_in_that_faust_has_not_is_refused() -> None:
    with pytest.raises(SettingsError, match="GSSAPI"):
        security(Settings("a:1", {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "GSSAPI"}))
