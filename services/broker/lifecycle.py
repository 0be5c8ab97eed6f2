"""Start, stop, kill and restart the local broker of one home."""

import json
import os
import sys
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from subprocess import PIPE, Popen, run
from typing import Final
from uuid import uuid4

from services.broker import jars, ports, process
from services.broker.errors import NoBroker, PortTaken, StartFailed
from services.broker.home import PROJECT, Layout
from services.broker.ports import HOST, Ports
from services.broker.ready import await_ready
from services.broker.toolchain import find_java
from services.contracts.resources import home_dir
from services.contracts.whole import write_whole

READY_SECONDS: Final = 60.0
STOP_SECONDS: Final = 20.0
_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Broker:
    """A running local broker."""

    home: Path
    bootstrap: str
    pid: int
    version: str

    @property
    def data(self) -> Path:
        """The folder of the topics' records."""
        return Layout(self.home).data

    @property
    def alive(self) -> bool:
        """Does the process run?"""
        return process.is_ours(self.pid, Layout(self.home))

    def stop(self) -> None:
        """Stop it gracefully, hard after 20 seconds."""
        stop(self.home)

    def kill(self) -> None:
        """`kill -9`, as a power cut would: data, ports and `broker.json` stay as they are."""
        process.end(self.pid, Layout(self.home), grace=0)

    def restart(self) -> "Broker":
        """The broker again on the same port and data, stopped first if it still runs."""
        if self.alive:
            self.stop()
        return start(self.home, port=int(self.bootstrap.rpartition(":")[2]))


def bootstrap_servers(environ: Mapping[str, str] = os.environ) -> str:
    """The cluster that every command talks to: `KAFKA_BOOTSTRAP_SERVERS`, else the running local broker.

    Raises `NoBroker` when there is neither.
    """
    named = environ.get("KAFKA_BOOTSTRAP_SERVERS", "").strip()
    if named:
        return named
    broker = status(home_dir(environ))
    if broker is None:
        raise NoBroker(
            "No Kafka cluster: KAFKA_BOOTSTRAP_SERVERS is not set and no local broker runs.",
            "run `claimstream broker start`, or set KAFKA_BOOTSTRAP_SERVERS to your cluster.",
        )
    return broker.bootstrap


def status(home: Path | None = None) -> Broker | None:
    """The running broker of this home, or None. A pid file left behind by a crash counts as none."""
    layout = Layout(home or home_dir())
    try:
        state = json.loads(layout.state.read_text())
        broker = Broker(layout.home, state["bootstrap"], state["pid"], state["version"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    return broker if broker.alive else None


def start(
    home: Path | None = None,
    *,
    port: int | None = None,
    timeout: float = READY_SECONDS,
    java: Sequence[str] = (),
) -> Broker:
    """The running broker of this home: started if it is not there, ready when this returns.

    Without `port` it takes the port of its last start, or a free one where that is taken. Installs Kafka's
    jars first when they are missing. `java` are more options of the Java machine. Raises a `BrokerError`.
    """
    layout = Layout(home or home_dir())
    with jars.locked(layout.lock):
        running_now = status(layout.home)
        if running_now is not None:
            return _unless_elsewhere(running_now, port)
        if port is not None and not ports.is_free(port):
            raise PortTaken(
                f"Port {port} of {HOST} is taken, and not by this home's broker.",
                "stop the process that listens there, or leave out the port to get a free one.",
            )
        return _start_on_free_ports(layout, port, timeout, java)


def stop(home: Path | None = None, *, timeout: float = STOP_SECONDS) -> bool:
    """Stop the broker of this home, hard after `timeout` seconds. False when none was running."""
    layout = Layout(home or home_dir())
    with jars.locked(layout.lock):
        broker = status(layout.home)
        if broker is not None:
            process.end(broker.pid, layout, timeout)
        layout.state.unlink(missing_ok=True)
    return broker is not None


@contextmanager
def running(home: Path | None = None, *, port: int | None = None) -> Iterator[Broker]:
    """A broker for the length of a block, stopped at its end, and also when this very process is killed."""
    folder = home or home_dir()
    guard = Popen(
        [sys.executable, "-c", _GUARD, str(folder)],
        stdin=PIPE,
        start_new_session=True,
        cwd=PROJECT,
    )
    try:
        yield start(folder, port=port)
    finally:
        stop(folder)
        guard.kill()
        guard.communicate()


# Its standard input ends when the process that started it ends, however that happens.
_GUARD: Final = (
    "import sys, pathlib; sys.stdin.read(); from services.broker import stop; stop(pathlib.Path(sys.argv[1]))"
)


def _unless_elsewhere(broker: Broker, port: int | None) -> Broker:
    if port is not None and broker.bootstrap != Ports(port, 0).bootstrap:
        raise PortTaken(
            f"This home's broker already runs at {broker.bootstrap}, not on port {port}.",
            "run `claimstream broker stop` first, or leave out the port.",
        )
    return broker


def _start_on_free_ports(layout: Layout, port: int | None, timeout: float, java: Sequence[str]) -> Broker:
    """Start; where a port was picked, not asked for, and is snatched before the broker has it, pick again."""
    for _ in range(_TRIES - 1):
        try:
            return _launch(layout, _choose_ports(layout, port), timeout, java)
        except StartFailed as error:
            if port is not None or "Address already in use" not in error.message:
                raise
            layout.ports.unlink(missing_ok=True)
    return _launch(layout, _choose_ports(layout, port), timeout, java)


def _choose_ports(layout: Layout, port: int | None) -> Ports:
    try:
        last = Ports(**json.loads(layout.ports.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        last = Ports(0, 0)
    client = port or (last.client if last.client and ports.is_free(last.client) else ports.pick())
    controller = last.controller
    if not controller or controller == client or not ports.is_free(controller):
        controller = ports.pick(client)
    return Ports(client, controller)


def _launch(layout: Layout, chosen: Ports, timeout: float, options: Sequence[str]) -> Broker:
    java = find_java()
    class_path = jars.ensure()
    _configure(layout, chosen)
    _format(process.java_command(java, class_path, layout), layout)
    command = process.java_command(java, class_path, layout, *options)
    pid = process.spawn([*command, "kafka.Kafka", str(layout.config)], layout.console)
    broker = Broker(layout.home, chosen.bootstrap, pid, jars.version(class_path))
    state = {"bootstrap": broker.bootstrap, "pid": pid, "version": broker.version, "data": str(broker.data)}
    _write(layout.state, json.dumps(state) + "\n")
    _await_ready(broker, layout, timeout)
    return broker


def _configure(layout: Layout, chosen: Ports) -> None:
    """Write `server.properties` for these ports and this folder."""
    client, controller = f"PLAINTEXT://{chosen.bootstrap}", f"{HOST}:{chosen.controller}"
    own = {
        "listeners": f"{client},CONTROLLER://{controller}",
        "advertised.listeners": client,
        "controller.quorum.voters": f"1@{controller}",
        "log.dirs": str(layout.data),
    }
    shared = (jars.KAFKA / "server.properties").read_text()
    _write(layout.config, shared + "\n" + "".join(f"{name}={value}\n" for name, value in own.items()))
    _write(layout.ports, json.dumps(asdict(chosen)) + "\n")


def _format(command: list[str], layout: Layout) -> None:
    """Give a new data folder its cluster id, as `kafka-storage.sh format` does."""
    if (layout.data / "meta.properties").is_file():
        return
    cluster = urlsafe_b64encode(uuid4().bytes).decode().rstrip("=")
    arguments = ["format", "--ignore-formatted", f"--cluster-id={cluster}", f"--config={layout.config}"]
    done = run([*command, "kafka.tools.StorageTool", *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StartFailed(
            f"Kafka could not format {layout.data}:\n{(done.stdout + done.stderr)[-2000:]}",
            f"see that {layout.folder} can be written and has room; remove it to start with empty topics.",
        )


def _await_ready(broker: Broker, layout: Layout, timeout: float) -> None:
    try:
        await_ready(broker.bootstrap, timeout, lambda: broker.alive)
    except StartFailed as error:
        process.end(broker.pid, layout, grace=0)
        layout.state.unlink(missing_ok=True)
        raise StartFailed(
            f"{error.message} Its last words:\n{_last_words(layout)}",
            f"read {layout.log}; remove {layout.folder} to start with empty topics.",
        ) from error


def _last_words(layout: Layout) -> str:
    texts = [
        path.read_text(errors="replace")[-1500:] for path in (layout.log, layout.console) if path.is_file()
    ]
    return "\n".join(texts).strip()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, [text.encode()])
