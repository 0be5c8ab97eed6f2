"""What a newcomer meets: the Makefile's checks, the lock files, what CI runs."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Final

import pytest

from services.broker.home import PROJECT
from tests.broker.test_toolchain import java, program

SETUP: Final = PROJECT / "deploy" / "setup"
LOCKS: Final = [
    PROJECT / name for name in ("requirements.lock", "deploy/requirements.lock", "bench/requirements.lock")
]
# What any machine has; the test decides what else is on the path.
COMMON: Final = ("bash", "env", "sed", "grep", "cat", "dirname")


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A folder for `PATH` with nothing but the shell's everyday commands."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in COMMON:
        (folder / name).symlink_to(shutil.which(name) or pytest.fail(f"no {name} here"))
    return folder


def run(script: str, path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SETUP / script], env={"PATH": str(path), **environment}, capture_output=True, text=True, check=False
    )


def test_with_all_tools_there_nothing_is_said(bare: Path) -> None:
    java(bare, "21.0.2")
    program(bare, "mvn", "true")
    done = run("java.sh", bare)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_every_missing_tool_is_named_with_what_to_install(bare: Path) -> None:
    done = run("java.sh", bare)
    assert done.returncode == 1
    assert "No Java. Install a JDK 17" in done.stderr
    assert "No mvn. Install Apache Maven" in done.stderr


def test_an_old_java_is_named(bare: Path) -> None:
    java(bare, "1.8.0_402")
    program(bare, "mvn", "true")
    done = run("java.sh", bare)
    assert (done.returncode, "java is Java 8; Kafka needs 17" in done.stderr) == (1, True)


def test_java_home_comes_first(bare: Path, tmp_path: Path) -> None:
    java(bare, "1.8.0_402")
    java(tmp_path / "jdk" / "bin", "17.0.1")
    program(bare, "mvn", "true")
    assert run("java.sh", bare, JAVA_HOME=str(tmp_path / "jdk")).returncode == 0


@pytest.fixture
def no_distribution(tmp_path: Path) -> dict[str, str]:
    """As if the distribution had no Python."""
    return {"DISTRIBUTION": str(tmp_path / "none")}


def test_the_first_python_that_will_do_is_taken(bare: Path, no_distribution: dict[str, str]) -> None:
    program(bare, "python3", "exit 1")  # too old
    fine = program(bare, "python3.12", "exit 0")
    assert run("python.sh", bare, **no_distribution).stdout == f"{fine}\n"


def test_the_distributions_python_comes_first(bare: Path, tmp_path: Path) -> None:
    program(bare, "python3", "exit 0")
    theirs = program(tmp_path / "usr", "python3", "exit 0")
    assert run("python.sh", bare, DISTRIBUTION=str(theirs.parent)).stdout == f"{theirs}\n"


def test_a_python_with_headers_comes_before_one_without(bare: Path, tmp_path: Path) -> None:
    bare_one = program(tmp_path / "usr", "python3", "case $2 in *Python.h*) exit 1;; esac")
    there = {"DISTRIBUTION": str(bare_one.parent)}
    assert run("python.sh", bare, **there).stdout == f"{bare_one}\n"  # better than none
    full = program(bare, "python3.13", "exit 0")
    assert run("python.sh", bare, **there).stdout == f"{full}\n"


def test_a_python_that_is_named_is_the_only_one_asked(bare: Path, tmp_path: Path) -> None:
    program(bare, "python3", "exit 0")
    mine = program(tmp_path / "mine", "python", "case $2 in *Python.h*) exit 1;; esac")
    assert run("python.sh", bare, PYTHON=str(mine)).stdout == f"{mine}\n"
    program(tmp_path / "mine", "python", "exit 1")
    assert "No Python 3.11" in run("python.sh", bare, PYTHON=str(mine)).stderr


def test_a_missing_python_and_a_missing_venv_module_are_told_apart(
    bare: Path, no_distribution: dict[str, str]
) -> None:
    done = run("python.sh", bare, **no_distribution)
    assert (done.returncode, "No Python 3.11 or newer" in done.stderr) == (1, True)
    program(bare, "python3", "case $2 in *version_info*) exit 0;; *) exit 1;; esac")
    done = run("python.sh", bare, **no_distribution)
    assert (done.returncode, "apt-get install python3-venv" in done.stderr) == (1, True)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_lock_pins_every_version_by_hash_and_names_no_address(lock: Path) -> None:
    text = lock.read_text().replace("\\\n", "")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert lines
    assert all(re.match(r"[a-z0-9][a-z0-9._-]*==\S+ .*--hash=sha256:[0-9a-f]{64}", line) for line in lines)
    assert not re.search(r"https?:|--index|--find-links|file:|@", text)


def names(lock: Path) -> dict[str, set[str]]:
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([a-z0-9._-]+)==(\S+)", lock.read_text(), re.MULTILINE):
        versions.setdefault(name, set()).add(version)
    return versions


def test_every_dependency_is_locked_and_the_image_has_the_tested_versions() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    tested, shipped = names(LOCKS[0]), names(LOCKS[1])
    runtime = {re.split(r"[\[<>=~!; ]", line)[0].lower() for line in project["dependencies"]}
    extras = [line for extra in project["optional-dependencies"].values() for line in extra]
    tools = {re.split(r"[\[<>=~!; ]", line)[0].lower() for line in extras} - {project["name"]}
    assert runtime <= shipped.keys()
    assert runtime | tools <= tested.keys()
    assert not tools & shipped.keys()
    assert all(versions <= tested[name] for name, versions in shipped.items())


def test_no_file_of_the_deployment_names_a_registry_or_a_path_of_this_machine() -> None:
    texts = [*PROJECT.joinpath("deploy").glob("*.*"), *PROJECT.joinpath("deploy").glob("[ks]*/*.*")]
    texts += [PROJECT / "Makefile", PROJECT / ".ci" / "run", PROJECT / "pyproject.toml", *LOCKS]
    for path in texts:
        if path.suffix == ".jar" or not path.is_file():
            continue
        hosts = set(re.findall(r"https?://([^/\s\"'<>]+)", path.read_text()))
        assert hosts <= {"maven.apache.org", "127.0.0.1:6066", "127.0.0.1:9090"}, path
        assert str(PROJECT) not in path.read_text(), path


def test_the_makefile_does_what_the_readme_promises() -> None:
    done = subprocess.run(["make", "help"], cwd=PROJECT, capture_output=True, text=True, check=True)
    offered = {line.split()[1] for line in done.stdout.splitlines()}
    assert {"setup", "demo", "test", "lint", "types", "bench", "soak", "lock", "clean"} <= offered
    dry = subprocess.run(
        ["make", "-n", "test"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout
    assert all(step in dry for step in ("bin/ruff check", "bin/ruff format --check", "bin/mypy", "-m pytest"))
    assert "bin/claimstream compile" in dry, "which alone knows whether a source of the coder has changed"


def test_ci_hands_a_signal_on_and_calls_make_test(tmp_path: Path) -> None:
    fake = tmp_path / "bin"
    program(fake, "make", "echo make $*")
    path = f"{fake}:{os.environ['PATH']}"
    done = subprocess.run(
        [PROJECT / ".ci" / "run"],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "make test\n")
    program(fake, "make", "exit 3")
    failed = subprocess.run([PROJECT / ".ci" / "run"], env={**os.environ, "PATH": path}, check=False)
    assert failed.returncode == 3

    program(fake, "make", "trap 'echo told to stop; exit 1' TERM\necho running\nwhile :; do sleep 0.05; done")
    running = subprocess.Popen(
        [PROJECT / ".ci" / "run"], env={**os.environ, "PATH": path}, stdout=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    assert running.stdout.readline() == "running\n"
    running.terminate()
    assert running.communicate(timeout=20)[0] == "told to stop\n"
    assert running.returncode == 143
