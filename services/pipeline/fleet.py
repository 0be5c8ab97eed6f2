"""Services as processes of this machine, started and stopped together."""

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from subprocess import DEVNULL, STDOUT, Popen, TimeoutExpired
from types import TracebackType
from typing import Final, Self

from services.contracts.topology import TOPOLOGY
from services.pipeline.errors import ServiceDied

STOP_SECONDS: Final = 15.0


class Fleet:
    """One process for each service and instance; logs in files, so that nothing is lost when one dies."""

    def __init__(
        self,
        logs: Path,
        environ: Mapping[str, str],
        instances: int = 1,
        services: Sequence[str] = tuple(TOPOLOGY),
    ) -> None:
        """`environ` is added to this process's environment."""
        self._services = services
        self._logs = logs
        self._environ = {**os.environ, **environ}
        self._instances = instances
        self._processes: dict[str, Popen[bytes]] = {}

    def __enter__(self) -> Self:
        """Start every service."""
        self._logs.mkdir(parents=True, exist_ok=True)
        for name in self._services:
            for instance in range(self._instances):
                self._start(name, str(instance))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop every service gracefully, hard after a time."""
        for process in self._processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self._processes.values():
            try:
                process.wait(STOP_SECONDS)
            except TimeoutExpired:
                process.kill()
                process.wait()

    def check(self) -> None:
        """Raise `ServiceDied` where a service has ended by itself."""
        for name, process in self._processes.items():
            code = process.poll()
            if code is not None:
                raise ServiceDied(f"the service {name} ended with exit code {code}: see {self._log(name)}")

    def pids(self) -> dict[str, int]:
        """Process ids by service and instance."""
        return {name: process.pid for name, process in self._processes.items()}

    def _start(self, service: str, instance: str) -> None:
        name = f"{service}-{instance}"
        command = [
            sys.executable,
            "-m",
            "services.cli",
            "service",
            service,
            "--instance",
            instance,
            "--web-port",
            "0",
        ]
        with self._log(name).open("ab") as log:
            self._processes[name] = Popen(  # noqa: S603 (our own program)
                command, stdin=DEVNULL, stdout=log, stderr=STDOUT, env=self._environ, start_new_session=True
            )

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"
