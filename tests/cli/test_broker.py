import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from click.testing import CliRunner, Result

from services import broker
from services.cli import main


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of this test's own, and no cluster named by the environment."""
    monkeypatch.setenv("CLAIMSTREAM_HOME", str(tmp_path))
    monkeypatch.delenv("KAFKA_BOOTSTRAP_SERVERS", raising=False)
    yield tmp_path
    broker.stop(tmp_path)


def claimstream(*arguments: str, exits: int = 0) -> Result:
    result = CliRunner().invoke(main, ["broker", *arguments])
    assert result.exit_code == exits, result.output
    return result


def as_json(*arguments: str, exits: int = 0) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(claimstream(*arguments, "--json", exits=exits).output)
    return answer


def test_a_brokers_life(home: Path) -> None:
    assert as_json("status", exits=1) == {"running": False}
    assert "claimstream broker start" in claimstream("status", exits=1).output

    started = as_json("start")
    assert started.keys() == {"running", "bootstrap", "pid", "data", "version"}
    assert started["bootstrap"].startswith("127.0.0.1:")
    assert psutil.pid_exists(started["pid"])
    assert Path(started["data"]).is_relative_to(home)
    assert as_json("start") == as_json("status") == started
    assert json.loads((home / "broker.json").read_text())["bootstrap"] == started["bootstrap"]
    told = claimstream("status").output
    assert all(str(started[name]) in told for name in ("bootstrap", "pid", "data", "version"))

    assert as_json("stop") == {"stopped": True}
    assert as_json("stop") == {"stopped": False}
    assert claimstream("stop").output == "No local broker was running.\n"
    assert not psutil.pid_exists(started["pid"])
    assert Path(started["data"], "meta.properties").is_file()


def test_a_named_cluster_is_left_alone_and_no_local_broker_started(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "elsewhere:9092")
    assert "no local broker is started" in claimstream("start").output
    assert (
        as_json("start")
        == as_json("status")
        == {"running": False, "bootstrap": "elsewhere:9092", "external": True}
    )
    assert as_json("stop") == {"stopped": False}
    assert not (home / "broker.json").exists()


def test_an_error_names_its_fix_and_shows_no_traceback(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(home))
    output = claimstream("start", exits=1).output
    assert output.startswith("Error: JAVA_HOME is ")
    assert "\nFix: install a JDK 17 or newer" in output


def test_what_is_installed_is_not_installed_again(home: Path) -> None:
    broker.install()
    assert claimstream("install").output == "Kafka was installed already.\n"
    assert list(home.iterdir()) == []
