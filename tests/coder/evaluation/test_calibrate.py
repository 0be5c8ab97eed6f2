"""The coefficients: a code that is mostly right is thought so, first runs are kept as they were."""

import json
from pathlib import Path

import pytest

from services.coder.evaluation import calibrate
from tests.coder.notes.load import HOME, notes


def test_what_is_mostly_right_is_thought_likelier_right() -> None:
    data = [(["whole"], True)] * 20 + [(["parts"], True)] * 5 + [(["parts"], False)] * 15
    weights = calibrate.fit(data)
    assert calibrate.predict(weights, ["whole"]) > 0.8
    assert calibrate.predict(weights, ["parts"]) < 0.4


def test_a_code_is_judged_without_the_other_codes_of_its_note() -> None:
    # every note is right in all its codes or in none: what is known of the note itself would tell
    data = [(f"n{n}", [f"note.{n}"], n % 2 == 0) for n in range(60) for _ in range(6)]
    judged = calibrate.judge(data)
    assert len(judged) == len(data)
    assert all(0.3 < probability < 0.7 for probability, _ in judged)


def test_a_first_run_is_read_as_it_was_recorded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    note = {"id": "x1", "note": "ASSESSMENT: Gout. Essential hypertension.", "icd10cm": ["M10.9"]}
    (tmp_path / "notes.ndjson").write_text(json.dumps(note))
    calibrate.main(["--record", str(tmp_path / "notes.ndjson")])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(",")[:2] for line in lines] == [["x1", "1"], ["x1", "0"]]
    assert "category.M10" in lines[0]


def test_first_runs_are_of_notes_that_are_open_now() -> None:
    lines = (HOME / "first_runs.csv").read_text(encoding="utf-8").splitlines()
    assert {line.split(",")[0] for line in lines} <= {note.id for note in notes("dev")}
    assert {line.split(",")[1] for line in lines} == {"0", "1"}
