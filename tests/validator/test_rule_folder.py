"""The user's rules while the service runs: taken up between batches, refused whole when bad."""

import os
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from services.codesets.catalog import CodeSets
from services.validator.errors import BadRule
from services.validator.memory_tables import MemoryTables
from services.validator.rule_folder import RuleFolder
from services.validator.tables import Tables
from services.validator.validate import Validator
from tests.validator.build import office

RULE = """
rules:
  - id: own.total
    title: A small claim
    reference: our own policy
    require: claim.total < {limit}
    message: too much
    fix: look again
"""


def write(folder: Path, limit: str, name: str = "own.yaml") -> None:
    """Write a rule file; its time of change is moved on, as clocks of file systems are coarse."""
    path = folder / name
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(RULE.format(limit=limit), encoding="utf-8")
    os.utime(path, ns=(before + 10**9, before + 10**9))


def refused() -> float:
    return REGISTRY.get_sample_value("claimstream_validator_refused_rules_total") or 0.0


@pytest.fixture
def validator(tmp_path: Path, codesets: CodeSets) -> Validator:
    write(tmp_path, "1000.0")
    return Validator(RuleFolder(tmp_path), Tables(codesets, MemoryTables()))


def held_by(validator: Validator) -> set[str]:
    return {each.rule for each in validator.judge(office()).event.findings if each.rule.startswith("own.")}


def test_changed_rules_judge_from_the_next_batch_and_are_named(tmp_path: Path, validator: Validator) -> None:
    before = validator.judge(office()).event
    write(tmp_path, "100.0")
    unread = held_by(validator)
    validator.refresh()
    after = validator.judge(office()).event

    assert (unread, held_by(validator)) == (set(), {"own.total"})
    assert before.versions["validator-rules"] != after.versions["validator-rules"]


def test_a_new_file_and_a_file_taken_away_are_taken_up(tmp_path: Path, validator: Validator) -> None:
    (tmp_path / "own.yaml").rename(tmp_path / "other.yml")
    validator.refresh()
    renamed = {rule.id for rule in validator.catalog.rules if rule.id.startswith("own.")}
    (tmp_path / "other.yml").unlink()
    validator.refresh()

    assert renamed == {"own.total"}
    assert not any(rule.id.startswith("own.") for rule in validator.catalog.rules)


@pytest.mark.parametrize("bad", ["claim.total <", "claim.no_such_field", "1"])
def test_a_bad_file_is_refused_and_the_rules_in_use_stay(
    tmp_path: Path, validator: Validator, bad: str, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path, "100.0")
    validator.refresh()
    version, count = validator.catalog.version, refused()
    write(tmp_path, bad)
    validator.refresh()
    validator.refresh()

    assert (validator.catalog.version, held_by(validator)) == (version, {"own.total"})
    assert refused() == count + 1
    assert "own.yaml: own.total: " in caplog.text


def test_a_folder_that_goes_away_is_refused_and_comes_back(tmp_path: Path, validator: Validator) -> None:
    version, aside = validator.catalog.version, tmp_path.with_name("aside")
    tmp_path.rename(aside)
    validator.refresh()
    gone = validator.catalog.version
    aside.rename(tmp_path)
    validator.refresh()

    assert (gone, validator.catalog.version) == (version, version)


def test_bytes_that_are_no_text_are_a_bad_file(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_bytes(b"rules: \xff")

    with pytest.raises(BadRule, match=r"own\.yaml: cannot be read as UTF-8 text"):
        RuleFolder(tmp_path)
