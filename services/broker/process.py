"""The Java process: its command line, whether it is alive and ours, how it is ended."""

import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import psutil

from services.broker import jars
from services.broker.home import Layout

HEAP_MB: Final = 512
# Processes that this one started, with what their command line says of whose they are: kept so that they are
# reaped, else a killed child stays as a zombie.
_children: dict[int, tuple["subprocess.Popen[bytes]", tuple[str, ...]]] = {}


def java_command(java: str, class_path: Iterable[Path], layout: Layout, *options: str) -> list[str]:
    """The command line of one Kafka program on this home; the main class and its arguments follow.

    Serial collection and the first compiler tier start fastest on few cores; the class archive, where it was
    made, halves the time to load Kafka's classes. `-Xlog` keeps the JVM silent about an archive that does not
    fit, which it then ignores.
    """
    archive = [f"-XX:SharedArchiveFile={jars.ARCHIVE}"] if jars.ARCHIVE.is_file() else []
    return [
        java,
        f"-Xmx{HEAP_MB}m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xshare:auto",
        "-Xlog:disable",
        "-Xlog:all=error:stderr",
        *(options or archive),
        *_marks(layout),
        f"-Dlog4j2.configurationFile={jars.KAFKA / 'log4j2.xml'}",
        f"-Dclaimstream.kafka.log={layout.log}",
        "-cp",
        ":".join(map(str, class_path)),
    ]


def _marks(layout: Layout) -> list[str]:
    """What tells this home's broker from every other process, on its command line."""
    return [f"-Dclaimstream.home={layout.home}"]


def spawn(command: list[str], console: Path) -> int:
    """Start a process in a session of its own, so that a Ctrl-C at the terminal does not reach it."""
    with console.open("wb") as output:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    _children[child.pid] = child, tuple(command)
    return child.pid


def is_ours(pid: int, layout: Layout) -> bool:
    """Is this process alive and the broker of this home? False for a zombie and for a number used again."""
    mark = _marks(layout)[0]
    if pid in _children:
        # not by psutil: a command line can be read as empty for a moment right after the exec
        child, words = _children[pid]
        return child.poll() is None and mark in words
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and mark in process.cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def end(pid: int, layout: Layout, grace: float) -> None:
    """SIGTERM, then SIGKILL after `grace` seconds, at once when that is 0. Returns when it is gone."""
    if not is_ours(pid, layout):
        return
    process = psutil.Process(pid)
    try:
        if grace > 0:
            process.terminate()
            process.resume()  # a stopped process keeps SIGTERM waiting
        else:
            process.kill()
        _wait(process, grace or None)
    except psutil.NoSuchProcess:
        return
    except psutil.TimeoutExpired:
        process.kill()
        _wait(process, None)


def _wait(process: psutil.Process, timeout: float | None) -> None:
    entry = _children.pop(process.pid, None)
    if entry is None:
        process.wait(timeout)
        return
    try:
        entry[0].wait(timeout)
    except subprocess.TimeoutExpired as error:
        _children[process.pid] = entry
        raise psutil.TimeoutExpired(timeout or 0.0, process.pid) from error
