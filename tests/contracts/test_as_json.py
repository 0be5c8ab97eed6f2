"""Events as lines of JSON."""

import json
from decimal import Decimal

from services.contracts.as_json import as_json
from services.contracts.claim import Claim
from services.contracts.dead_letter import DeadLetter, LocatedError
from services.contracts.fields import field_rows
from services.contracts.labels import BoundedLabel

LETTER = DeadLetter(
    letter_id="t/0/1",
    stage="ingest",
    source_topic="t",
    source_partition=0,
    source_offset=1,
    errors=(LocatedError(path="a.b", message="m"),),
    original=b"\xff\x00",
    original_size=2,
    charged=Decimal("125.10"),
)


def test_money_keeps_its_cents_and_bytes_are_base64() -> None:
    """A decimal is a number with all of its digits."""
    line = as_json(LETTER)
    assert b'"charged":125.10' in line
    back = json.loads(line, parse_float=Decimal)
    assert back["charged"] == Decimal("125.10")
    assert back["original"] == "/wA="


def test_every_field_of_a_claim_is_documented_with_its_path() -> None:
    """The table reaches into the lines, and the money of a line has its 837 element."""
    rows = {row.path: row for row in field_rows(Claim)}
    assert rows["lines[].amount"].x12 == "SV102 / SV203"
    assert rows["total"].x12 == "CLM02"
    assert rows["payers[].subscriber.birth_date"].fhir == "Patient.birthDate"


def test_labels_stay_bounded() -> None:
    """The first values keep their name, later ones share one."""
    label = BoundedLabel(most=2)
    assert [label("a"), label("b"), label("c"), label("a"), label("")] == ["a", "b", "other", "a", "other"]
