"""`claimstream code`, `eval coding` and `explain`: NDJSON in and out, located errors, the rest goes on."""

import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner

from services.cli import main
from services.coder.batch import Coder, encounter_of
from services.coder.engine.coder import code_notes
from services.coder.errors import NoteError
from tests.coder.encounter.build import Life, charge, diagnosis, encounter
from tests.coder.notes.load import notes

NOTE = "ASSESSMENT\n\n1. Hypertension.\n2. Left knee osteoarthritis.\n"


def run(*arguments: str, text: str = "") -> tuple[int, str, str]:
    done = CliRunner().invoke(main, list(arguments), input=text)
    return done.exit_code, done.stdout, done.stderr


def test_lines_in_lines_out() -> None:
    lines = [
        json.dumps(
            {"id": 1, "note": NOTE, "date": "2026-03-01", "age": 61, "sex": "female", "class": "ambulatory"}
        ),
        "not json",
        json.dumps({"id": 2, "note": 5}),
        json.dumps({"id": 3, "note": "", "date": None}),
    ]
    code, out, err = run("code", "-", text="\n".join(lines))
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [answer["id"] for answer in answers] == [1, 3]
    assert [each["code"] for each in answers[0]["codes"]] == ["I10", "M17.12"]
    assert [each["role"] for each in answers[0]["codes"]] == ["first_listed", "secondary"]
    quote = answers[0]["codes"][1]["evidence"][0]
    assert NOTE[quote["start"] : quote["end"]] == quote["text"]
    assert answers[1] == {"id": 3, "codes": [], "queries": []}
    assert "line 2" in err
    assert "line 3: field note" in err


def test_notes_coded_together_are_coded_as_each_alone(coder: Coder) -> None:
    tasks = [coder.task(note.request()) for note in notes()[::9]]
    assert list(coder.codes(tasks)) == [
        each for task in tasks for each in code_notes([task], coder.vocabulary)
    ]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"date": "yesterday"}, "date"),
        ({"date": 5}, "date"),
        ({"date": "20260101"}, "date"),
        ({"date": "2026-W01-1"}, "date"),
        ({"age": -1}, "age"),
        ({"age": True}, "age"),
        ({"sex": "x"}, "sex"),
        ({"class": "spaceship"}, "class"),
    ],
)
def test_a_wrong_field_is_named(row: dict[str, Any], field: str) -> None:
    with pytest.raises(NoteError, match=f"field {field}"):
        encounter_of(row)


@pytest.mark.parametrize("day", ["1901-01-01", "2014-05-01", "9999-12-31"])
def test_a_day_without_a_code_set_is_refused(day: str, coder: Coder) -> None:
    with pytest.raises(NoteError, match="field date: no ICD-10-CM of that day; there is 2015-10-01 to "):
        coder.task({"note": NOTE, "date": day})


def test_a_promise_that_nobody_measured_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    line = json.dumps({"id": 1, "note": NOTE})
    assert "no such promise was measured" in run("code", "-", "--gate", "0.7", text=line)[2]
    _, out, _ = run("code", "-", "--gate", "1", text=line)
    assert {each["route"] for each in json.loads(out)["codes"]} == {"review"}
    monkeypatch.setenv("CLAIMSTREAM_GATE", "abc")
    for command in (["code", "-"], ["eval", "coding", "-"]):
        code, _, err = run(*command, text=line)
        assert (code, "gate abc" in err) == (2, True)


@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_a_labelled_file_without_rows_is_no_perfect_score(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "labelled.jsonl"
    file.write_bytes(content)
    for kind in ("coding", "context", "sections"):
        code, _, err = run("eval", kind, str(file))
        assert (code, "no rows" in err) == (1, True)


def test_eval_names_line_and_field_and_shows_no_measure_without_cases() -> None:
    row = {"sentence": "No FEVER.", "concept": "fever", "negation": "Negated"}
    _, out, _ = run("eval", "context", "-", "--json", text=json.dumps(row))
    assert json.loads(out)["measures"]["experiencer"] == {
        "precision": None,
        "recall": None,
        "f1": None,
        "positive": 0,
    }
    code, _, err = run("eval", "coding", "-", text=json.dumps({"note": NOTE, "icd10cm": "I10"}))
    assert (code, "line 1: field icd10cm" in err) == (1, True)


def test_what_reaches_the_threshold_needs_no_person(coder: Coder) -> None:
    row = {"id": 1, "note": NOTE}
    routes = {each["route"] for each in Coder(coder.vocabulary, coder.codesets, 0.0).answer(row)["codes"]}
    assert routes == {"auto"}


def test_eval_measures_a_labelled_file(tmp_path: Path) -> None:
    file = tmp_path / "labelled.jsonl"
    rows = [
        {"id": "a", "note": NOTE, "icd10cm": ["I10", "M17.11"]},
        {"id": "b", "note": NOTE, "icd10cm": ["I10", "M17.12"]},
    ]
    file.write_bytes(b"\n".join(map(orjson.dumps, rows)))
    code, out, _ = run("eval", "coding", str(file), "--json")
    measured = json.loads(out)
    assert code == 0
    assert measured["full"] == {"precision": 0.75, "recall": 0.75, "f1": 0.75, "positive": 4}
    assert measured["category"]["f1"] == 1.0
    assert measured["exact_notes"] == 0.5
    assert measured["first_listed"] == 1.0
    assert measured["category_without_external_causes"] == measured["category"]
    assert measured["gate"]["promise"] == 0.95
    assert measured["evidence_valid"] == 1.0
    assert measured["not_billable"] == 0
    assert [point["coverage"] for point in measured["thresholds"]] == sorted(
        (point["coverage"] for point in measured["thresholds"]), reverse=True
    )
    code, out, _ = run("eval", "coding", str(file))
    assert code == 0
    assert "promise 0.95: threshold 0." in out


def test_explain_tells_codes_evidence_and_alternatives(tmp_path: Path) -> None:
    note = "ASSESSMENT\n\n1. Hypertension.\n2. Heart failure.\n"
    coded = Life().code(encounter(diagnosis("Prediabetes (finding)"), note=note, charges=[charge()]))
    (tmp_path / "coded-encounters.ndjson").write_text(coded.model_dump_json() + "\n", encoding="utf-8")
    code, out, _ = run("explain", "E1", "--from", str(tmp_path))
    assert code == 0
    for words in (
        "I11.0",
        "«Hypertension»",
        "not I10: replaced by the combination code",
        "Line 99213  $125.00",
    ):
        assert words in out
    code, _, err = run("explain", "E2", "--from", str(tmp_path))
    assert code == 1
    assert "no coded encounter E2" in err
