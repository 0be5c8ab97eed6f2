"""`claimstream validate` and `claimstream rules`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from services.cli import main
from services.contracts.as_json import as_json
from services.contracts.encounter import Encounter
from services.validator.catalog import builtin
from services.validator.edit_table import edit_table
from tests.validator.build import office

ROOT = Path(__file__).resolve().parents[2]
MINE = (
    "rules:\n  - {id: mine.no_visits, title: t, reference: ref, message: m, fix: do it,"
    " scope: {codes: ['99213']},"
    " require: 'false', examples: [{outcome: pass, set: {lines.0.code: '36415'}}, {outcome: fail}]}\n"
)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    path = tmp_path / "claims.ndjson"
    other = office(encounter_id="e2", patient__patient_key="k2", lines__0__units="1.5")
    path.write_bytes(as_json(office()) + b"\n" + as_json(other) + b"\n")
    return path


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "mine.yaml").write_text(MINE)
    return folder


def test_validate_explains_every_finding(claims: Path) -> None:
    result = run("validate", claims)

    assert result.exit_code == 0, result.output
    assert "e1 clean $150.00, 362 days left to file" in result.output
    assert "e2 held $150.00" in result.output
    assert "fail hold line.units line:l1" in result.output
    assert "do: Correct the units of the charge" in result.output
    assert "not_checked hold ncci.ptp claim" in result.output


def test_validate_answers_programs(claims: Path) -> None:
    result = run("validate", "--json", claims)

    first, second = map(json.loads, result.output.splitlines())
    assert (first["disposition"], first["days_left"]) == ("clean", 362)
    assert "line.units" in {finding["rule"] for finding in second["findings"] if finding["outcome"] == "fail"}


def test_validate_judges_as_of_a_day(claims: Path) -> None:
    result = run("validate", "--json", "--as-of", "2027-04-01", claims)

    first = json.loads(result.output.splitlines()[0])
    assert (first["disposition"], first["days_left"]) == ("held", -30)
    assert first["reason"].startswith("filing.limit: the filing limit passed 30 days ago")


def test_validate_takes_the_users_rules(claims: Path, rules: Path) -> None:
    result = run("validate", "--json", "--rules", rules, claims)

    assert json.loads(result.output.splitlines()[0])["reason"] == "mine.no_visits: m"


def test_validate_codes_what_is_not_coded_yet(tmp_path: Path) -> None:
    facts = office().encounter.model_dump() | {"charges": [{"charge_id": "c1", "amount": "150.00"}]}
    (tmp_path / "encounters.ndjson").write_bytes(as_json(Encounter.model_validate(facts)) + b"\n")

    result = run("validate", "--json", tmp_path / "encounters.ndjson")

    findings = json.loads(result.output)["findings"]
    assert {"diagnosis.required", "charge.unmapped"} <= {finding["rule"] for finding in findings}


def test_validate_says_which_line_it_cannot_read(tmp_path: Path) -> None:
    (tmp_path / "bad.ndjson").write_text("nothing\n")

    result = run("validate", tmp_path / "bad.ndjson")

    assert (result.exit_code, "bad.ndjson, line 1: not JSON" in result.output) == (1, True)


def test_rules_test_runs_every_example() -> None:
    result = run("rules", "test")

    assert result.exit_code == 0, result.output
    assert result.output.endswith(" 0 wrong\n")


def test_rules_test_tells_what_an_example_gives(rules: Path) -> None:
    (rules / "mine.yaml").write_text(MINE.replace("'36415'", "'99213'"))

    result = run("rules", "test", "--rules", rules)

    assert result.exit_code == 1
    assert "mine.no_visits example 1: says pass, gives fail m" in result.output


def test_rules_test_tells_what_cannot_be_judged(rules: Path) -> None:
    (rules / "mine.yaml").write_text(MINE.replace("lines.0.code", "lines.0.kode"))

    result = run("rules", "test", "--rules", rules)

    assert "mine.no_visits example 1: cannot be judged" in result.output


def test_rules_lint_fails_on_errors(rules: Path) -> None:
    assert run("rules", "lint", "--on", "2026-11-21", "--rules", rules).exit_code == 0
    (rules / "mine.yaml").write_text(MINE.replace("['99213']", "['99213-99202']"))

    result = run("rules", "lint", "--rules", rules)

    assert result.exit_code == 1
    assert "error: mine.no_visits: scope: 99213-99202 is no range of codes" in result.output


def test_a_bad_rule_file_is_an_error_message(rules: Path, claims: Path) -> None:
    (rules / "mine.yaml").write_text("rules: 3")

    for arguments in (["rules", "test", "--rules", rules], ["validate", "--rules", rules, claims]):
        result = run(*arguments)
        assert result.exit_code == 1
        assert "Error: mine.yaml: rules: " in result.output


def test_rules_impact_counts_claims_and_dollars(rules: Path, claims: Path) -> None:
    result = run("rules", "impact", "--json", "--rules", rules, claims)

    assert json.loads(result.output) == {
        "judged": {"encounters": 2, "dollars": 300.0},
        "newly held": {"encounters": 1, "dollars": 150.0},
        "released": {"encounters": 0, "dollars": 0.0},
        "+mine.no_visits": {"encounters": 2, "dollars": 300.0},
    }
    assert "newly held" in run("rules", "impact", "--rules", rules, claims).output


@pytest.mark.parametrize("kind", ["rules", "payer"])
def test_rules_schema_is_a_json_schema(kind: str) -> None:
    document = json.loads(run("rules", "schema", kind).output)

    assert document["$schema"].startswith("https://json-schema.org/")
    assert document["additionalProperties"] is False
    assert "rules" in document["properties"]


def test_rules_fields_lists_what_expressions_may_use() -> None:
    assert "line.modifiers" in run("rules", "fields").output


def test_the_page_of_edits_is_the_one_the_rules_make() -> None:
    made = run("rules", "table").output

    assert made.splitlines() == list(edit_table(builtin()))
    assert (ROOT / "docs" / "edits.md").read_text(encoding="utf-8") == made, (
        "run: claimstream rules table > docs/edits.md"
    )
