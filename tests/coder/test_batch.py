"""`claimstream code`, `eval coding` and `explain`: NDJSON in and out, located errors, the rest goes on."""

import io
import json
import os
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from services.cli import main
from services.cli.coding import there
from services.coder.batch import Coder, encounter_of
from services.coder.engine.coder import code_note
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


class Drops(io.BytesIO):
    """A stream that gives some bytes at a time."""

    def __init__(self, content: bytes, size: int) -> None:
        super().__init__(content)
        self.size = size

    def read1(self, _: int | None = -1) -> bytes:
        return self.read(self.size)


@given(st.lists(st.binary().filter(lambda line: b"\n" not in line), min_size=1), st.integers(1, 9))
def test_lines_are_the_same_however_they_arrive(lines: list[bytes], size: int) -> None:
    assert [line for some in there(Drops(b"\n".join(lines), size)) for line in some] == lines


def test_a_line_that_comes_alone_does_not_wait_for_more() -> None:
    source, sink = os.pipe()
    with os.fdopen(source, "rb") as stream, os.fdopen(sink, "wb", buffering=0) as sender:
        sender.write(b"one\ntw")
        arriving = there(stream)
        assert next(arriving) == [b"one"]
        sender.write(b"o\nthree\nfour\n")
        assert next(arriving) == [b"two", b"three", b"four"]


def test_notes_coded_together_are_coded_as_each_alone(coder: Coder) -> None:
    tasks = [coder.task(note.request()) for note in notes()[::9]]
    assert list(coder.codes(tasks)) == [
        code_note(t.text, t.encounter, coder.vocabulary, t.valid) for t in tasks
    ]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"date": "yesterday"}, "date"),
        ({"date": 5}, "date"),
        ({"age": -1}, "age"),
        ({"age": True}, "age"),
        ({"sex": "x"}, "sex"),
        ({"class": "spaceship"}, "class"),
    ],
)
def test_a_wrong_field_is_named(row: dict[str, Any], field: str) -> None:
    with pytest.raises(NoteError, match=f"field {field}"):
        encounter_of(row)


def test_the_gate_is_a_switch(coder: Coder) -> None:
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
    assert measured["full"] == {"precision": 0.75, "recall": 0.75, "f1": 0.75}
    assert measured["category"]["f1"] == 1.0
    assert measured["exact_notes"] == 0.5
    assert measured["evidence_valid"] == 1.0
    assert measured["not_billable"] == 0
    assert [point["coverage"] for point in measured["gate_curve"]] == sorted(
        (point["coverage"] for point in measured["gate_curve"]), reverse=True
    )
    code, out, _ = run("eval", "coding", str(file))
    assert code == 0
    assert "gate 0.95" in out


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
