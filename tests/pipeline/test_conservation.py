"""Twenty patients' whole lives: every encounter in exactly one end state, every dollar in one of them."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from services.cli.run import run
from services.pipeline.intake import intake
from services.pipeline.ledger import State


@pytest.fixture(scope="module")
def out(lives: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `claimstream run` makes of the twenty lives."""
    target = tmp_path_factory.mktemp("out")
    result = CliRunner().invoke(run, [str(lives), "--out", str(target), "--json"])
    assert result.exit_code == 0, result.output
    return target


def lines(file: Path) -> list[dict[str, object]]:
    """The objects of an NDJSON file, decimals exact."""
    return [json.loads(line, parse_float=Decimal) for line in file.read_text().splitlines()]


def test_every_encounter_ends_once_and_every_dollar_is_found_again(lives: Path, out: Path) -> None:
    """Held against a count of the bundles that shares no code with the pipeline, encounter by encounter."""
    expected = intake([lives])
    assert len(expected.charged) > 1_000
    outcomes = lines(out / "outcomes.ndjson")
    ended = {str(outcome["encounter_id"]): outcome["charged"] for outcome in outcomes}
    assert len(ended) == len(outcomes)
    assert ended == expected.charged


def test_claimed_dollars_are_on_claims_and_held_dollars_on_work_items(out: Path) -> None:
    """The states agree with what is on the topics."""
    outcomes = lines(out / "outcomes.ndjson")
    claims = {claim["claim_id"]: claim for claim in lines(out / "claims.ndjson")}
    items = {item["encounter_id"] for item in lines(out / "work-items.ndjson") if item["status"] == "open"}
    states = {outcome["state"] for outcome in outcomes}
    assert {State.CLAIMED.value, State.HELD.value, State.NOT_BILLABLE.value} <= states
    for outcome in outcomes:
        claim_ids = outcome["claim_ids"]
        assert isinstance(claim_ids, list)
        if outcome["state"] == State.CLAIMED:
            assert sum(Decimal(str(claims[ident]["total"])) for ident in claim_ids) == outcome["charged"]
        elif outcome["state"] == State.HELD:
            assert outcome["encounter_id"] in items
        else:
            assert outcome["reason"]


def test_no_note_text_travels_past_the_coder(out: Path) -> None:
    """Minimum necessary: the notes stay on `encounters`; later topics carry snippets of evidence only."""
    texts = [
        str(document["text"])
        for encounter in lines(out / "encounters.ndjson")
        for document in encounter["documents"]  # type: ignore[attr-defined]  # a list, as the contract says
    ]
    assert texts
    later = "".join(
        (out / f"{topic}.ndjson").read_text() for topic in ("coded-encounters", "claims", "work-items")
    )
    assert not any(json.dumps(text)[1:-1] in later for text in texts)


def test_a_second_run_gives_the_same_bytes(lives: Path, out: Path, tmp_path: Path) -> None:
    """File by file, on a part of the lives."""
    some = sorted(lives.glob("*.json"))[:3]
    made = []
    for name in ("first", "second"):
        result = CliRunner().invoke(run, [*map(str, some), "--out", str(tmp_path / name), "--json"])
        assert result.exit_code == 0, result.output
        made.append({file.name: file.read_bytes() for file in sorted((tmp_path / name).iterdir())})
    assert made[0] == made[1]
    assert made[0].keys() == {file.name for file in out.iterdir()}
