"""Kafka's jars: fetched once by Maven from `deploy/kafka/pom.xml`, then found on disk."""

import fcntl
import hashlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from services.broker.errors import InstallFailed
from services.broker.home import PROJECT
from services.broker.toolchain import find_maven

KAFKA: Final = PROJECT / "deploy" / "kafka"
TARGET: Final = KAFKA / "target"
ARCHIVE: Final = TARGET / "kafka.jsa"
_STAMP: Final = "pom.sha256"


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on a file, made when missing, so that two processes take turns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def installed(target: Path = TARGET, pom: Path = KAFKA / "pom.xml") -> bool:
    """Are the jars there that this `pom.xml` asks for?"""
    stamp = target / "libs" / _STAMP
    return stamp.is_file() and stamp.read_text() == _digest(pom)


def ensure(target: Path = TARGET, pom: Path = KAFKA / "pom.xml") -> list[Path]:
    """The jars of the broker's class path, sorted; fetched by Maven when missing or when the pom changed.

    The folder appears whole or not at all. Raises `ToolMissing` or `InstallFailed`.
    """
    libs = target / "libs"
    with locked(target / "install.lock"):
        if not installed(target, pom):
            _fetch(pom, libs)
    return sorted(libs.glob("*.jar"))


def version(jars: list[Path]) -> str:
    """Kafka's version, from the name of its jar."""
    for jar in jars:
        match = re.fullmatch(r"kafka_2\.\d+-(.+)\.jar", jar.name)
        if match:
            return match[1]
    return "unknown"


def _fetch(pom: Path, libs: Path) -> None:
    fresh = libs.with_name("libs.new")
    shutil.rmtree(fresh, ignore_errors=True)
    command = [find_maven(), "-B", "-q", "-Dstyle.color=never", "-f", str(pom), f"-Dlibs={fresh}", "package"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0 or not any(fresh.glob("kafka_*.jar")):
        said = "\n".join(line for line in done.stdout.splitlines() if "ERROR" in line)[:2000]
        raise InstallFailed(
            f"Maven could not fetch Kafka (exit {done.returncode}):\n{said or done.stderr[:2000]}",
            f"see that Maven reaches its repository (settings.xml, proxy), then run: mvn -f {pom} package",
        )
    (fresh / _STAMP).write_text(_digest(pom))
    libs.with_name(ARCHIVE.name).unlink(missing_ok=True)
    shutil.rmtree(libs, ignore_errors=True)
    fresh.rename(libs)


def _digest(pom: Path) -> str:
    return hashlib.sha256(pom.read_bytes()).hexdigest()
