"""The commands of claims: what they print, and how they fail."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from services.cli import main
from services.contracts.as_json import as_json
from services.contracts.claim import Frequency, PayerSequence
from tests.claims.life.payer import Payer
from tests.claims.x12.samples import claim, payer


def run(*arguments: str | Path) -> Result:
    """A command, to its end."""
    return CliRunner().invoke(main, [str(each) for each in arguments])


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Three claims, and a remittance of two."""
    made = [claim(number, payers=(payer("A"), payer("B", PayerSequence.SECONDARY))) for number in (1, 2, 3)]
    claims = tmp_path / "claims.ndjson"
    claims.write_bytes(b"".join(as_json(each) + b"\n" for each in made))
    desk = Payer()
    answer = tmp_path / "answer.835"
    answer.write_text(desk.remit(desk.pay(made[0]), desk.deny(made[1])))
    return claims, answer


def rows(result: Result) -> list[dict[str, object]]:
    """Standard output as JSON lines."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_written_files_are_read_and_checked(files: tuple[Path, Path], tmp_path: Path) -> None:
    wrote = run("x12", "write", files[0], "--out", tmp_path / "out", "--json")
    (row,) = rows(wrote)
    assert (row["claims"], row["dollars"], row["payer_id"]) == (3, "723.00", "A")
    checked = run("x12", "check", tmp_path / "out" / str(row["file"]), "--json")
    assert checked.exit_code == 0
    assert rows(checked)[0]["findings"] == 0


def test_a_claim_with_gaps_is_told_and_the_others_are_written(tmp_path: Path) -> None:
    file = tmp_path / "claims.ndjson"
    broken = claim(1, payers=(payer("A", member_id=""),), diagnoses=())
    file.write_bytes(as_json(broken) + b"\n" + as_json(claim(2, payers=(payer("A"),))) + b"\n")
    wrote = run("x12", "write", file, "--out", tmp_path / "out")
    assert wrote.exit_code == 1
    assert "payers[0].member_id" in wrote.stderr
    assert "diagnoses no diagnosis" in wrote.stderr
    assert "1 claims, 241.00 dollars" in wrote.stdout


def test_what_is_no_claim_is_said_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "claims.ndjson"
    file.write_text('{"claim_id": "x", "version": 1}\n')
    wrote = run("x12", "write", file, "--out", tmp_path / "out")
    assert wrote.exit_code == 1
    assert "claims.ndjson:1: no claim record" in wrote.stderr


def test_answers_become_events(files: tuple[Path, Path]) -> None:
    told = rows(run("x12", "read", files[1], "--claims", files[0]))
    assert [(row["kind"], row["control_number"]) for row in told] == [
        ("paid", "CLAIM1"),
        ("denied", "CLAIM2"),
    ]
    assert told[0]["claim_id"] == claim(1).claim_id


def test_a_damaged_answer_is_located_and_nothing_is_told(files: tuple[Path, Path]) -> None:
    files[1].write_text(files[1].read_text().replace("BPR*I*144.60", "BPR*I*144.70"))
    told = run("x12", "read", files[1], "--json")
    assert told.exit_code == 1
    assert told.stdout == ""
    fault = json.loads(told.stderr.splitlines()[0])
    assert "BPR02" in fault["path"]
    assert "difference 0.10" in fault["message"]


def test_the_life_of_a_claim_is_shown(files: tuple[Path, Path]) -> None:
    shown = run("claim", "show", "CLAIM1", "--claims", files[0], "--answers", files[1])
    assert shown.exit_code == 0, shown.output
    for word in (
        "created",
        "batched",
        "paid",
        "241.00 charged = paid 144.60 + contractual 76.40 + patient 20.00",
    ):
        assert word in shown.stdout.replace("\n", " ")
    machine = rows(run("claim", "show", "CLAIM1", "--claims", files[0], "--answers", files[1], "--json"))
    assert [row["kind"] for row in machine] == ["created", "batched", "paid"]
    assert run("claim", "show", "NONE", "--claims", files[0]).exit_code == 1


def test_denials_underpayments_and_the_next_payer(files: tuple[Path, Path], tmp_path: Path) -> None:
    given = ("--claims", files[0], "--answers", files[1])
    denials = rows(run("claim", "denials", *given))
    assert [(row["stage"], row["carc"]) for row in denials] == [("authorisation", "197")] * 2
    assert "commercial.imaging_authorisation" in str(denials[0]["caught_by"])
    assert rows(run("claim", "denials", "--suggest", *given)) == []
    contracts = tmp_path / "contracts.yaml"
    contracts.write_text("contracts:\n  - {payer_id: A, basis: fees, fees: {'99213': '95.00'}}\n")
    short = rows(run("claim", "underpaid", *given, "--contracts", contracts))
    assert [Decimal(str(row["short"])) for row in short] == [Decimal("12.7")] * 2
    (second,) = rows(run("claim", "secondary", *given))
    assert isinstance(second["payers"], list)
    assert [each["payer_id"] for each in second["payers"]] == ["B", "A"]
    issued = tmp_path / "second.ndjson"
    issued.write_text(json.dumps(second))
    shown = run("claim", "show", str(second["claim_id"]), "--claims", issued).stdout.replace("\n", "")
    assert f"follows claim {second['follows']}" in shown
    assert len(rows(run("claim", "fhir", "--claims", files[0]))) == 3
    assert len(rows(run("claim", "follow", *given))) == 8


def test_a_replacement_names_the_payers_claim(files: tuple[Path, Path], tmp_path: Path) -> None:
    """The number that the payer gave in its first answer goes into REF*F8."""
    again = claim(
        1,
        payers=(payer("A"), payer("B", PayerSequence.SECONDARY)),
        version=2,
        frequency=Frequency.REPLACEMENT,
    )
    events = tmp_path / "events.ndjson"
    events.write_text(run("claim", "follow", "--claims", files[0], "--answers", files[1]).stdout)
    with files[0].open("ab") as out:
        out.write(as_json(again) + b"\n")
    wrote = run("x12", "write", files[0], "--events", events, "--out", tmp_path / "out")
    assert wrote.exit_code == 0, wrote.output
    (file,) = (tmp_path / "out").iterdir()
    assert "11:B:7" in file.read_text()
    assert "REF*F8*ICNCLAIM1~" in file.read_text()
