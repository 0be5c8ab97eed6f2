"""Runs one service in this process: what `claimstream service NAME` does."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from services.contracts.resources import home_dir
from services.stage.errors import SettingsError


def run_service(name: str, instance: str, web_port: int, loglevel: str = "INFO", package: str = "") -> None:
    """Run `services.PACKAGE.app` in faust's worker until it is stopped. Port 0 takes a free one.

    The package is the service's name where none is given.

    While it runs, `.claimstream/services/NAME-INSTANCE.json` says its process id and web address.
    Raises SettingsError where no cluster is named, and SystemExit at the end.
    """
    os.environ["CLAIMSTREAM_INSTANCE"] = instance
    app = load(package or name)
    app.finalize()
    app.conf.web_port = web_port or free_port(app.conf.web_bind)
    worker = app.conf.Worker(app, loglevel=loglevel, quiet=True, redirect_stdouts=False)
    with announced(name, instance, f"http://{app.conf.web_bind}:{app.conf.web_port}"):
        worker.execute_from_commandline()


def load(name: str) -> Any:  # noqa: ANN401 (to import its type is to import faust)
    """The app of a service. Raises SettingsError for a name that is none."""
    try:
        return import_module(f"services.{name}.app").app
    except ModuleNotFoundError as error:
        if error.name in {f"services.{name}", f"services.{name}.app"}:
            raise SettingsError(f"there is no service {name}") from error
        raise


def free_port(bind: str) -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((bind, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def announced(name: str, instance: str, address: str) -> Iterator[Path]:
    """The file by which other commands find a running service."""
    path = home_dir() / "services" / f"{name}-{instance}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"service": name, "instance": instance, "pid": os.getpid(), "web": address}))
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
