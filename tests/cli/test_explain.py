"""`claimstream explain`: services and findings under the line that they are about."""

import json
from pathlib import Path

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
