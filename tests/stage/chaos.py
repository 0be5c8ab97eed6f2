"""Trouble for worker processes, by a plan that a seed makes: kill -9, SIGSTOP, a broker that goes away.

Knows nothing of what the workers do. Give it their commands, a plan, and a way to see that all is done.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Protocol

_TICK = 0.05
_SETTLE_SECONDS = 0.5


class Broker(Protocol):
    """A broker that may die."""

    def kill(self) -> object:
        """At once, as by kill -9."""

    def restart(self) -> object:
        """On the same port and data; returns when it is ready."""


class Kind(StrEnum):
    """What can happen."""

    KILL = "kill"
    FREEZE = "freeze"
    THAW = "thaw"
    BROKER = "broker"


@dataclass(frozen=True, slots=True, order=True)
class Trouble:
    """One event of a plan: seconds after the start, what, and to which worker."""

    at: float
    kind: Kind
    worker: int = -1


def make_plan(
    seed: int, workers: int, seconds: float, *, kills: int = 6, freezes: int = 2, frozen: float = 9.0
) -> list[Trouble]:
    """`kills` and `freezes` of random workers and one broker restart half-way, spread over `seconds`.

    Seeded: the same seed makes the same plan.
    """
    random = Random(seed)
    plan = [Trouble(seconds / 2, Kind.BROKER)]
    for number in range(kills):
        at = seconds * (number + random.random()) / kills
        plan.append(Trouble(at, Kind.KILL, random.randrange(workers)))
    for number in range(freezes):
        at = seconds * (number + random.random() / 2) / freezes
        worker = random.randrange(workers)
        plan += [Trouble(at, Kind.FREEZE, worker), Trouble(at + frozen, Kind.THAW, worker)]
    return sorted(plan)


@dataclass(slots=True)
class Fleet:
    """Worker processes, each started again at once when it has died, as a supervisor would."""

    commands: Sequence[Sequence[str]]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    exits: Counter[int] = field(default_factory=Counter)
    """How often workers ended with which code, apart from those that were stopped in the end."""
    _processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _frozen: set[int] = field(default_factory=set)

    def start(self) -> None:
        """Start every worker."""
        self._processes = [self._spawn(command) for command in self.commands]

    def tend(self) -> None:
        """Start those again that have died."""
        for index, process in enumerate(self._processes):
            code = process.poll()
            if code is not None:
                self.exits[code] += 1
                self._frozen.discard(index)
                self._processes[index] = self._spawn(self.commands[index])

    def kill(self, worker: int) -> None:
        """End a worker at once and start it again.

        One that ended by itself, as some do while the broker is away, is started again and killed then.
        """
        killed = False
        while not killed:
            self.tend()
            self._processes[worker].kill()
            killed = self._processes[worker].wait() == -signal.SIGKILL
        self.tend()

    def signal(self, worker: int, number: signal.Signals) -> None:
        """Send a signal to a worker."""
        if number == signal.SIGSTOP:
            self._frozen.add(worker)
        elif number == signal.SIGCONT:
            self._frozen.discard(worker)
        self._processes[worker].send_signal(number)

    @contextmanager
    def held(self, seconds: float) -> Iterator[None]:
        """All workers stand still, wherever they are, for `seconds` and the length of a block."""
        moving = [process for n, process in enumerate(self._processes) if n not in self._frozen]
        for process in moving:
            process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        try:
            yield
        finally:
            for process in moving:
                process.send_signal(signal.SIGCONT)

    def stop(self, seconds: float = 20.0) -> list[int]:
        """SIGTERM to all; their exit codes. Whoever does not end in time is killed (-9).

        Before that it gets a SIGUSR1, so that it can say where it hangs.
        """
        for process in self._processes:
            process.send_signal(signal.SIGCONT)
            process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and any(process.poll() is None for process in self._processes):
            time.sleep(_TICK)
        for process in self._processes:
            if process.poll() is None:
                process.send_signal(signal.SIGUSR1)
                time.sleep(4 * _TICK)
            process.kill()
        return [process.wait() for process in self._processes]

    def _spawn(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **self.environment})


def run(
    fleet: Fleet,
    plan: Sequence[Trouble],
    broker: Broker,
    done: Callable[[], bool],
    seconds: float,
) -> Counter[Kind]:
    """Carry out the plan while tending the fleet, then tend until `done`. Returns what was done.

    Raises TimeoutError when it is not done `seconds` after the start.
    """
    begun = time.monotonic()
    happened: Counter[Kind] = Counter()
    left = list(plan)
    while left or not done():
        elapsed = time.monotonic() - begun
        if elapsed > seconds:
            raise TimeoutError(f"not done after {elapsed:.0f} s; see {fleet.log}")
        fleet.tend()
        while left and left[0].at <= elapsed:
            trouble = left.pop(0)
            happened[trouble.kind] += 1
            _make(trouble, fleet, broker)
        time.sleep(_TICK)
    return happened


def _make(trouble: Trouble, fleet: Fleet, broker: Broker) -> None:
    numbers = {Kind.FREEZE: signal.SIGSTOP, Kind.THAW: signal.SIGCONT}
    if trouble.kind is Kind.BROKER:
        # A single Kafka node that dies between a transaction's prepare and its end markers may come back
        # without the markers: its loss, not ours to test. Standing still for a moment, the workers keep
        # open transactions, but none that the broker is just completing.
        with fleet.held(_SETTLE_SECONDS):
            broker.kill()
        broker.restart()
    elif trouble.kind is Kind.KILL:
        fleet.kill(trouble.worker)
    else:
        fleet.signal(trouble.worker, numbers[trouble.kind])


def python(module: str, *arguments: str) -> list[str]:
    """The command that runs a module in this interpreter."""
    return [sys.executable, "-m", module, *arguments]
