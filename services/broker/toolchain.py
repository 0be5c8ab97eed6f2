"""Finds Java and Maven, and says what to install when one is missing."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from services.broker.errors import JavaTooOld, ToolMissing

OLDEST_JAVA: Final = 17
_INSTALL_JAVA: Final = (
    "install a JDK 17 or newer (Debian: apt-get install openjdk-17-jdk-headless) or set JAVA_HOME."
)
_INSTALL_MAVEN: Final = (
    "install Apache Maven (Debian: apt-get install maven) and see that mvn is on the PATH."
)


def find_java(environ: Mapping[str, str] = os.environ) -> str:
    """The path of a Java of 17 or newer: `JAVA_HOME` first, else the `PATH`.

    Raises `ToolMissing` or `JavaTooOld`.
    """
    java = _java_path(environ)
    version = _java_version(java)
    if version < OLDEST_JAVA:
        raise JavaTooOld(f"{java} is Java {version}; Kafka 4 needs {OLDEST_JAVA} or newer.", _INSTALL_JAVA)
    return java


def _java_path(environ: Mapping[str, str]) -> str:
    java_home = environ.get("JAVA_HOME", "")
    if java_home:
        java = Path(java_home) / "bin" / "java"
        if not java.is_file():
            raise ToolMissing(f"JAVA_HOME is {java_home}, but there is no bin/java in it.", _INSTALL_JAVA)
        return str(java)
    found = shutil.which("java", path=environ.get("PATH"))
    if found is None:
        raise ToolMissing("No java on the PATH; Kafka runs on Java.", _INSTALL_JAVA)
    return found


def _java_version(java: str) -> int:
    """The feature release: 17 of `17.0.15`, 8 of the old style `1.8.0_402`."""
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    match = re.search(r'version "(?:1\.)?(\d+)', said)
    if match is None:
        raise ToolMissing(f"{java} -version did not tell a version.", _INSTALL_JAVA)
    return int(match[1])


def find_maven(environ: Mapping[str, str] = os.environ) -> str:
    """The path of `mvn`. Raises `ToolMissing`."""
    found = shutil.which("mvn", path=environ.get("PATH"))
    if found is None:
        raise ToolMissing("No mvn on the PATH; Kafka's jars come from Maven.", _INSTALL_MAVEN)
    return found
