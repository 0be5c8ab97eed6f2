"""`deploy/compose.yaml`, by its structure; and as Docker reads it, where its compose plugin is installed."""

import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from services.broker.home import PROJECT
from services.broker.jars import KAFKA
from services.contracts.topology import LOOP, TOPOLOGY
from tests.kafka_container import IMAGE, NoContainer, container_settings, require_engine

DEPLOY: Final = PROJECT / "deploy"
SERVICES: Final = (*TOPOLOGY, *LOOP)
# The addresses and folders of a container are not those of the local broker.
ITS_OWN: Final = {"KAFKA_LISTENERS", "KAFKA_ADVERTISED_LISTENERS", "KAFKA_CONTROLLER_QUORUM_VOTERS"} | {
    "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return loaded


def server_properties() -> str:
    return (KAFKA / "server.properties").read_text()


def test_kafka_has_the_settings_of_the_local_broker(compose: dict[str, Any]) -> None:
    there = {name: str(value) for name, value in compose["services"]["kafka"]["environment"].items()}
    local = container_settings(server_properties(), "unused")
    assert local.keys() <= there.keys()
    assert {name: there[name] for name in local.keys() - ITS_OWN} == {
        name: local[name] for name in local.keys() - ITS_OWN
    }


def test_one_version_of_kafka_everywhere(compose: dict[str, Any]) -> None:
    pom = (KAFKA / "pom.xml").read_text()
    version = pom.partition("<kafka.version>")[2].partition("</kafka.version>")[0]
    assert compose["services"]["kafka"]["image"] == IMAGE == f"apache/kafka:{version}"


def test_every_service_runs_once_its_topics_are_there_and_tells_its_health(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert services["topics"]["command"] == ["topics", "apply"]
    assert services["topics"]["depends_on"] == {"kafka": {"condition": "service_healthy"}}
    for name in SERVICES:
        service = services[name]
        assert service["command"] == ["service", name, "--web-port", "6066"]
        assert service["depends_on"] == {"topics": {"condition": "service_completed_successfully"}}
        assert service["environment"]["KAFKA_BOOTSTRAP_SERVERS"] == "kafka:9092"
        assert "127.0.0.1:6066/health" in service["healthcheck"]["test"][-1]
    endless = services.keys() - {"topics"}
    assert all("test" in services[name]["healthcheck"] for name in endless)


def test_files_for_payers_and_from_them_share_a_volume(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, command in (("files", ["x12", "files"]), ("answers", ["x12", "publish"])):
        assert services[name]["command"][:2] == command
        assert services[name]["volumes"] == ["exchange:/exchange"]
        assert any(str(part).startswith("/exchange/") for part in services[name]["command"])


def test_what_is_published_is_published_on_the_loopback_address_only(compose: dict[str, Any]) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_prometheus_asks_every_service(compose: dict[str, Any]) -> None:
    assert compose["services"]["prometheus"]["profiles"] == ["metrics"]
    config = yaml.safe_load((DEPLOY / "prometheus.yml").read_text())
    (job,) = config["scrape_configs"]
    assert job["static_configs"] == [{"targets": [f"{name}:6066" for name in SERVICES]}]


def test_every_file_that_compose_and_the_image_name_is_there(compose: dict[str, Any]) -> None:
    build = compose["services"]["ingest"]["build"]
    context = (DEPLOY / build["context"]).resolve()
    dockerfile = context / build["dockerfile"]
    assert context == PROJECT
    lines = dockerfile.read_text().splitlines()
    copied = [line.split()[1] for line in lines if line.startswith("COPY ") and "--from=" not in line]
    allowed = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    assert copied
    assert all((context / name).exists() and f"!{name}" in allowed for name in copied)
    for service in compose["services"].values():
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert source in compose["volumes"] or (DEPLOY / source).exists()


def test_docker_accepts_it_where_its_compose_plugin_is_installed() -> None:
    assert yaml.safe_load((DEPLOY / "compose.yaml").read_text())["name"] == "claimstream"
    docker = shutil.which("docker")
    if (
        docker is None
        or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode
    ):
        return  # the tests above have read it by its structure
    command = [
        docker,
        "compose",
        "-f",
        str(DEPLOY / "compose.yaml"),
        "--profile",
        "metrics",
        "config",
        "--quiet",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_without_an_engine_the_reason_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoContainer, match=r"no Docker engine answers at unix://.*No such file"):
        require_engine(f"unix://{tmp_path}/docker.sock")
    with pytest.raises(NoContainer, match=r"no Docker engine answers at tcp://127\.0\.0\.1:1 "):
        require_engine("tcp://127.0.0.1:1")
