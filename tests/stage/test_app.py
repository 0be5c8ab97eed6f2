"""A stage as a service: faust's worker around the data plane, as a person and a supervisor see it."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer

from services.stage.errors import EXIT_CONFIGURATION, EXIT_FATAL
from services.stage.partition import partition_of
from services.stage.worker import free_port
from tests.conftest import MakeTopics
from tests.stage.verifier import read_topic


@dataclass(frozen=True, slots=True)
class Service:
    """One running worker of the example app."""

    process: subprocess.Popen[bytes]
    port: int

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()


@dataclass(frozen=True, slots=True)
class Place:
    """Where the example runs: its cluster, its topics, and the environment that says so."""

    bootstrap: str
    source: str
    output: str
    environment: Mapping[str, str]

    def publish(self, count: int) -> None:
        producer = Producer({"bootstrap.servers": self.bootstrap})
        for number in range(count):
            key = f"k{number % 5}"
            value = json.dumps({"key": key, "seq": number // 5 + 1})
            producer.produce(self.source, value, key, partition_of(key, 4))
        producer.flush(15)

    def command(self, **message: str) -> None:
        producer = Producer({"bootstrap.servers": self.bootstrap})
        producer.produce(f"{self.environment['CLAIMSTREAM_PREFIX']}-control", json.dumps(message))
        producer.flush(15)

    @contextmanager
    def service(self, instance: str = "0") -> Iterator[Service]:
        port = free_port("127.0.0.1")
        own = {"CLAIMSTREAM_INSTANCE": instance, "CLAIMSTREAM_WEB_PORT": str(port)}
        command = [sys.executable, "-m", "faust", "-A", "tests.stage.examples.app", "worker", "-l", "warn"]
        process = subprocess.Popen(command, env={**os.environ, **self.environment, **own})
        try:
            yield Service(process, port)
        finally:
            process.kill()
            process.wait()


@pytest.fixture
def place(kafka_bootstrap: str, make_topics: MakeTopics, tmp_path: Path) -> Place:
    source, output, dead = make_topics("in", "out", "dead")
    environment = {
        "KAFKA_BOOTSTRAP_SERVERS": kafka_bootstrap,
        "CLAIMSTREAM_HOME": str(tmp_path / "deep" / "home"),
        "CLAIMSTREAM_PREFIX": f"test-{time.time_ns()}",
        "EXAMPLE_INPUT": source,
        "EXAMPLE_OUTPUT": output,
        "EXAMPLE_DEAD": dead,
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    return Place(kafka_bootstrap, source, output, environment)


def until(what: str, condition: Callable[[], Any], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if condition():
                return
        except OSError:  # the web server is not there yet
            pass
        time.sleep(0.1)
    pytest.fail(f"waited {seconds:.0f} s for: {what}")


def test_a_service_works_says_so_obeys_and_ends_in_about_a_second(place: Place) -> None:
    place.publish(20)
    with place.service() as service:
        until("the first outputs", lambda: len(read_topic(place.bootstrap, place.output)) == 20)
        until("health", lambda: service.get("/health")[0] == 200)
        assert json.loads(service.get("/health")[1]) == {"stage": "example", "well": True, "reasons": []}
        until("the state's size", lambda: 'state_keys{partition="' in service.get("/metrics")[1])
        metrics = service.get("/metrics")[1]
        assert 'claimstream_stage_records_total{direction="in",stage="example"} 20.0' in metrics

        def paused() -> bool:
            place.command(command="pause", stage="example")
            return "paused" in service.get("/health")[1]

        until("the pause", paused)
        place.command(command="dance")
        place.publish(20)
        time.sleep(0.5)
        assert len(read_topic(place.bootstrap, place.output)) == 20
        place.command(command="resume")
        until("the rest", lambda: len(read_topic(place.bootstrap, place.output)) == 40)
        begun = time.monotonic()
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(10) == 0
        assert time.monotonic() - begun < 5


def test_a_signal_while_it_starts_ends_it_too(place: Place) -> None:
    with place.service() as service:
        time.sleep(0.9)
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(30) in {0, -signal.SIGTERM}


def test_a_second_instance_of_the_same_name_ends_the_first(place: Place) -> None:
    place.publish(5)
    with place.service() as first:
        until("the first outputs", lambda: len(read_topic(place.bootstrap, place.output)) == 5)
        with place.service() as second:
            until("the first's end", lambda: first.process.poll() is not None)
            assert first.process.returncode == EXIT_FATAL
            place.publish(5)
            until("the second's outputs", lambda: len(read_topic(place.bootstrap, place.output)) == 10)
            second.process.send_signal(signal.SIGTERM)
            assert second.process.wait(10) == 0


def test_a_topic_that_is_missing_ends_it_for_good(place: Place) -> None:
    nowhere = {**place.environment, "EXAMPLE_INPUT": "nowhere"}
    with Place(place.bootstrap, "nowhere", place.output, nowhere).service() as service:
        assert service.process.wait(30) == EXIT_CONFIGURATION


def test_an_unknown_service_is_said_so() -> None:
    command = [sys.executable, "-c", "from services.cli import main; main()", "service", "no-such"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert done.returncode == EXIT_CONFIGURATION
    assert "there is no service no-such" in done.stderr
    assert "Traceback" not in done.stderr
