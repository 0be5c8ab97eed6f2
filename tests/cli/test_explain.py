"""`claimstream explain`: services and findings under the line that they are about."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from services.cli import main
from tests.coder.encounter.build import CPT, Life, charge, encounter

NOTE = "ASSESSMENT AND PLAN\n1. Acute cystitis. Nitrofurantoin 100 mg. Ceftriaxone 1 g IM given.\n"


def test_a_line_is_told_with_what_is_documented(tmp_path: Path) -> None:
    coded = Life().code(encounter(note=NOTE, charges=[charge("99215", CPT)]))
    (tmp_path / "coded-encounters.ndjson").write_text(json.dumps(coded.model_dump(mode="json")))
    done = CliRunner().invoke(main, ["explain", "E1", "--from", str(tmp_path)])
    assert done.exit_code == 0, done.output
    line, rest = done.stdout.split("Line 99215")[1].split("\n\n", 1)
    assert "documented visit: 99213" in line
    assert "evidence: «Nitrofurantoin»" in line
    assert "differs: 99215 is charged" in line
    assert "reference: AMA CPT" in line
    assert "documented drug: J0696 x 4" in rest
    assert "not charged: J0696, 4 units (drug.uncharged)" in rest


def test_a_visit_that_charges_too_little_is_not_said_to_agree_with_its_level(tmp_path: Path) -> None:
    coded = Life().code(encounter(note=NOTE, charges=[charge("99212", CPT)]))
    (tmp_path / "coded-encounters.ndjson").write_text("\n" + json.dumps(coded.model_dump(mode="json")))
    said = CliRunner().invoke(main, ["explain", "E1", "--from", str(tmp_path)]).stdout
    assert "agrees: 99212 charges no more than is documented" in said
    assert "differs: 99212 is charged, the documentation supports 99213" in said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"coded": 5}', "line 1: no coded encounter"),
        ('{"encounter": "E1", "codes": []}', "line 1: no coded encounter"),
        ('\n{"encounter": {"encounter_id": "E1"}}', "line 2: field encounter.event_time: Field required"),
        ("{Secretname", "line 1: not JSON"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "coded.ndjson"
    file.write_text(line)
    done = CliRunner().invoke(main, ["explain", "E1", "--from", str(file)])
    assert done.exit_code == 1
    assert done.stderr.startswith(said)
    assert "Secretname" not in done.stderr


def test_without_a_cluster_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLAIMSTREAM_HOME", str(tmp_path))
    monkeypatch.delenv("KAFKA_BOOTSTRAP_SERVERS", raising=False)
    done = CliRunner().invoke(main, ["explain", "E1"])
    assert done.exit_code == 1
    assert "claimstream broker start" in done.stderr
