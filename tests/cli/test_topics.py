import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from services.cli import main
from services.contracts.topics import TOPICS

NAMES = [topic.name for topic in TOPICS]


@pytest.fixture
def cluster(kafka_bootstrap: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", kafka_bootstrap)
    return kafka_bootstrap


def claimstream(*arguments: str, exits: int = 0) -> Result:
    result = CliRunner().invoke(main, ["topics", *arguments])
    assert result.exit_code == exits, result.output
    return result


def as_json(*arguments: str) -> list[dict[str, Any]]:
    answer: list[dict[str, Any]] = json.loads(claimstream(*arguments, "--json").output)
    return answer


@pytest.mark.usefixtures("cluster")
def test_the_topics_are_there_after_apply_and_a_second_apply_changes_nothing() -> None:
    first = as_json("apply")
    assert [change["topic"] for change in first] == NAMES
    assert {change["action"] for change in first} <= {"create", "alter", "keep"}
    second = as_json("apply")
    assert {change["action"] for change in second} == {"keep"}
    assert claimstream("apply").output.count("as it should be") == len(NAMES)

    listed = as_json("list")
    assert [topic["topic"] for topic in listed] == NAMES
    assert all(topic["exists"] and topic["drift"] == [] and topic["partitions"] == 4 for topic in listed)
    told = claimstream("list").output
    assert all(name in told for name in NAMES)


@pytest.mark.usefixtures("cluster")
def test_another_number_of_partitions_is_refused_with_the_way_out() -> None:
    claimstream("apply")
    output = claimstream("apply", "--partitions", "5", exits=1).output
    assert "claims has 4, not 5" in output
    assert "Fix: name the existing number with --partitions" in output
    assert {change["action"] for change in as_json("apply")} == {"keep"}


def test_without_a_cluster_the_command_says_how_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KAFKA_BOOTSTRAP_SERVERS", raising=False)
    monkeypatch.setenv("CLAIMSTREAM_HOME", str(tmp_path))
    assert "claimstream broker start" in claimstream("list", exits=1).output


@pytest.mark.usefixtures("cluster")
def test_a_security_setting_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_SSL_KEYSTORE_LOCATION", "/private/place")
    output = claimstream("apply", exits=1).output
    assert "ssl.keystore.location" in output
    assert "/private/place" not in output
