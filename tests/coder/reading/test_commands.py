"""`claimstream context`, `claimstream eval context` and `claimstream eval sections`, on streams."""

import json
from pathlib import Path

from click.testing import CliRunner

from services.cli import main


def run(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
    result = CliRunner().invoke(main, arguments, input=stdin)
    return result.exit_code, result.stdout, result.stderr


def test_context_answers_line_by_line() -> None:
    rows = [
        {"id": "1", "sentence": "She denies CHEST   PAIN.", "concept": "chest pain"},
        {"id": "2", "sentence": "Her mother had GOUT.", "concept": "gout"},
    ]
    status, out, err = run("context", "-", stdin="\n".join(map(json.dumps, rows)))
    answers = [json.loads(line) for line in out.splitlines()]
    assert (status, err) == (0, "")
    assert answers[0] == {
        "id": "1",
        "negated": True,
        "historical": False,
        "experiencer": "patient",
        "possible": False,
        "hypothetical": False,
    }
    assert answers[1]["experiencer"] == "family"


def test_bad_lines_are_reported_and_the_rest_is_answered() -> None:
    good = json.dumps({"id": 4, "sentence": "No fever.", "concept": "FEVER"})
    absent = json.dumps({"id": 3, "sentence": "Secret text.", "concept": "gout"})
    status, out, err = run("context", "-", stdin=f"{{bad\n[1]\n{absent}\n{good}\n")
    assert status == 1
    assert json.loads(out)["id"] == 4
    assert [line.split(":")[0] for line in err.splitlines()] == ["line 1", "line 2", "line 3"]
    assert "Secret" not in err


def test_eval_context_prints_measures(tmp_path: Path) -> None:
    file = tmp_path / "labelled.jsonl"
    row = {
        "id": "1",
        "sentence": "No FEVER.",
        "concept": "fever",
        "negation": "Negated",
        "temporality": "Recent",
    }
    file.write_text(json.dumps(row) + "\n")
    status, out, _ = run("eval", "context", str(file), "--json")
    assert status == 0
    assert json.loads(out)["measures"]["negation"] == {"precision": 1, "recall": 1, "f1": 1, "positive": 1}
    assert "negation" in run("eval", "context", str(file))[1]


def test_eval_sections_prints_measures(tmp_path: Path) -> None:
    file = tmp_path / "labelled.jsonl"
    row = {
        "note": "HPI\nCough.\nPLAN\nRest.",
        "divisions": {"subjective": "HPI Cough.", "assessment_and_plan": "PLAN Rest."},
    }
    file.write_text(json.dumps(row) + "\n")
    status, out, _ = run("eval", "sections", str(file), "--json")
    assert status == 0
    assert json.loads(out)["measures"]["assessment_and_plan"]["f1"] == 1


def test_eval_refuses_a_file_with_faults(tmp_path: Path) -> None:
    file = tmp_path / "labelled.jsonl"
    file.write_text('{"sentence": "x"}\n')
    status, _, err = run("eval", "context", str(file))
    assert status == 1
    assert "line 1" in err
