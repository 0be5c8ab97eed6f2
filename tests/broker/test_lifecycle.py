import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from services.broker import Broker, NoBroker, PortTaken, StartFailed, bootstrap_servers, start, status, stop
from services.broker import process as processes
from services.broker.home import PROJECT, Layout
from services.broker.ports import HOST, is_free


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    stop(tmp_path)


def write(broker: Broker, topic: str, *values: bytes) -> None:
    admin = AdminClient({"bootstrap.servers": broker.bootstrap, "log_level": 0})
    for future in admin.create_topics([NewTopic(topic, 1, 1)]).values():
        future.result()
    producer = Producer({"bootstrap.servers": broker.bootstrap, "acks": "all", "log_level": 0})
    for value in values:
        producer.produce(topic, value)
    assert producer.flush(20) == 0


def read(broker: Broker, topic: str, number: int) -> list[bytes]:
    settings = {"bootstrap.servers": broker.bootstrap, "group.id": "reader", "auto.offset.reset": "earliest"}
    consumer = Consumer({**settings, "enable.auto.commit": False, "log_level": 0})
    consumer.subscribe([topic])
    try:
        return [message.value() or b"" for message in consumer.consume(number, timeout=20)]
    finally:
        consumer.close()


def test_records_survive_kill_9_and_a_graceful_restart(home: Path) -> None:
    broker = start(home)
    write(broker, "kept", b"one", b"two")

    broker.kill()
    assert not broker.alive
    assert status(home) is None
    again = broker.restart()
    assert (again.bootstrap, again.pid != broker.pid) == (broker.bootstrap, True)
    assert read(again, "kept", 2) == [b"one", b"two"]

    third = again.restart()
    assert (third.bootstrap, again.alive) == (broker.bootstrap, False)
    assert read(third, "kept", 2) == [b"one", b"two"]


def test_two_starts_at_once_give_one_broker_and_a_stale_pid_file_is_no_broker(home: Path) -> None:
    stale = {"bootstrap": f"{HOST}:1", "pid": os.getpid(), "version": "4"}
    Layout(home).state.write_text(json.dumps(stale))
    assert status(home) is None

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(start, [home, home])
    assert first == second == status(home)
    assert json.loads(Layout(home).state.read_text())["bootstrap"] == first.bootstrap
    assert bootstrap_servers({"CLAIMSTREAM_HOME": str(home)}) == first.bootstrap

    with pytest.raises(PortTaken, match="already runs at"):
        start(home, port=1)
    assert stop(home)
    assert not stop(home)
    assert not Layout(home).state.exists()
    assert is_free(int(first.bootstrap.split(":")[1]))


def test_the_broker_goes_when_the_process_that_runs_it_is_killed(home: Path) -> None:
    script = (
        "import sys, time, pathlib\n"
        "from services.broker import running\n"
        "with running(pathlib.Path(sys.argv[1])) as broker:\n"
        "    print(broker.pid, flush=True)\n"
        "    time.sleep(600)\n"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", script, str(home)], stdout=subprocess.PIPE, text=True, cwd=PROJECT
    )
    assert owner.stdout is not None
    broker = psutil.Process(int(owner.stdout.readline()))
    owner.kill()
    owner.communicate()
    broker.wait(30)
    assert status(home) is None


def test_a_broker_that_does_not_listen_to_sigterm_is_stopped_all_the_same(tmp_path: Path) -> None:
    deaf = (
        "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    )
    layout = Layout(tmp_path)
    console = tmp_path / "console"
    pid = processes.spawn([sys.executable, "-c", deaf, f"-Dclaimstream.home={tmp_path}"], console)
    while "deaf" not in console.read_text():
        time.sleep(0.01)
    assert processes.is_ours(pid, layout)
    assert not processes.is_ours(pid, Layout(tmp_path / "other"))

    processes.end(pid, layout, grace=0.2)
    assert not processes.is_ours(pid, layout)


def test_a_stopped_broker_can_be_stopped(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    command = [sys.executable, "-c", "import time; time.sleep(600)", f"-Dclaimstream.home={tmp_path}"]
    pid = processes.spawn(command, tmp_path / "console")
    os.kill(pid, signal.SIGSTOP)
    started = time.monotonic()
    processes.end(pid, layout, grace=30)
    assert not processes.is_ours(pid, layout)
    assert time.monotonic() - started < 10


def test_a_taken_port_is_refused_before_anything_is_started(home: Path) -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        with pytest.raises(PortTaken, match="not by this home's broker"):
            start(home, port=other.getsockname()[1])
    assert not Layout(home).state.exists()


def test_a_broker_that_dies_at_start_leaves_its_last_words_and_no_pid_file(home: Path) -> None:
    layout = Layout(home)
    layout.data.mkdir(parents=True)
    (layout.data / "meta.properties").write_text("version=1\nnode.id=7\ncluster.id=x\n")
    with pytest.raises(StartFailed, match=r"(?s)ended before it was ready.*node id 7") as caught:
        start(home)
    assert "remove" in caught.value.fix
    assert not layout.state.exists()


def test_no_broker_names_both_ways_out(tmp_path: Path) -> None:
    with pytest.raises(NoBroker, match="claimstream broker start"):
        bootstrap_servers({"CLAIMSTREAM_HOME": str(tmp_path)})
    assert bootstrap_servers({"KAFKA_BOOTSTRAP_SERVERS": " a:1,b:2 "}) == "a:1,b:2"
