"""The fixture `kafka_bootstrap` itself, in a pytest of its own: what it takes, and that it never skips."""

import subprocess
import sys
from pathlib import Path

from services.broker.home import PROJECT

TEST = "def test_kafka(kafka_bootstrap):\n    print('Kafka is', kafka_bootstrap)\n"


def run_pytest(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(TEST)
    options = ["-p", "tests.conftest", "-c", str(PROJECT / "pyproject.toml"), "--rootdir", str(folder), "-s"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(folder)],
        cwd=PROJECT,
        env={"PATH": str(folder), "HOME": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_named_cluster_comes_first(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, KAFKA_BOOTSTRAP_SERVERS="elsewhere:9092")
    assert "Kafka is elsewhere:9092" in done.stdout
    assert done.returncode == 0


def test_without_any_kafka_the_test_fails_with_every_reason(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, DOCKER_HOST=f"unix://{tmp_path}/none.sock")
    assert done.returncode == 1, done.stdout
    assert "KAFKA_BOOTSTRAP_SERVERS is not set" in done.stdout
    assert "no container: no Docker engine answers at unix://" in done.stdout
    assert "no local broker: No java on the PATH" in done.stdout
    assert "skipped" not in done.stdout
