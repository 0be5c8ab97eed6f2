from pathlib import Path

import pytest

from services.broker import JavaTooOld, ToolMissing
from services.broker.toolchain import find_java, find_maven


def program(folder: Path, name: str, script: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def java(folder: Path, version: str) -> Path:
    return program(folder, "java", f"echo 'openjdk version \"{version}\" 2026-01-20' >&2")


@pytest.mark.parametrize("version", ["17", "17.0.15", "21.0.1-ea", "25"])
def test_java_17_and_newer_will_do(tmp_path: Path, version: str) -> None:
    found = java(tmp_path, version)
    assert find_java({"PATH": str(tmp_path)}) == str(found)


@pytest.mark.parametrize(("version", "release"), [("1.8.0_402", "8"), ("11.0.2", "11"), ("16", "16")])
def test_an_older_java_is_named_with_what_to_install(tmp_path: Path, version: str, release: str) -> None:
    java(tmp_path, version)
    with pytest.raises(JavaTooOld, match=f"is Java {release};.*\n.*JDK 17"):
        find_java({"PATH": str(tmp_path)})


def test_java_home_comes_before_the_path(tmp_path: Path) -> None:
    java(tmp_path / "path", "11")
    found = java(tmp_path / "jdk" / "bin", "21")
    assert find_java({"PATH": str(tmp_path / "path"), "JAVA_HOME": str(tmp_path / "jdk")}) == str(found)


def test_what_is_missing_is_named_with_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(ToolMissing, match="apt-get install openjdk"):
        find_java({"PATH": str(tmp_path)})
    with pytest.raises(ToolMissing, match=r"JAVA_HOME is .*no bin/java"):
        find_java({"JAVA_HOME": str(tmp_path)})
    with pytest.raises(ToolMissing, match="apt-get install maven"):
        find_maven({"PATH": str(tmp_path)})


def test_a_java_that_tells_no_version_is_no_java(tmp_path: Path) -> None:
    program(tmp_path, "java", "echo nonsense >&2")
    with pytest.raises(ToolMissing, match="did not tell a version"):
        find_java({"PATH": str(tmp_path)})
