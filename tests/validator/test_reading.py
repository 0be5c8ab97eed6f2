"""Files of encounters and claims, judged again."""

from pathlib import Path

import pytest

from services.claims.build import bills
from services.claims.handler import ClaimsHandler
from services.contracts.as_json import as_json
from services.contracts.claim import Claim
from services.contracts.validation import Disposition
from services.stage.model import Context, Record
from services.validator.errors import UnreadableLine
from services.validator.impact import impact
from services.validator.reading import read_lines
from services.validator.replay import replay
from services.validator.setup import installed
from services.validator.validate import Validator
from tests.validator.build import inpatient, office


def written(tmp_path: Path, *lines: bytes) -> Path:
    path = tmp_path / "in.ndjson"
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


def test_coded_and_validated_encounters_are_read_alike(tmp_path: Path, validator: Validator) -> None:
    coded = office()
    event = validator.judge(coded).event

    assert list(read_lines(written(tmp_path, as_json(coded), b"", as_json(event)))) == [coded, coded]


@pytest.mark.parametrize("case", ["office", "inpatient"])
def test_a_clean_encounters_claims_are_clean(tmp_path: Path, validator: Validator, case: str) -> None:
    event = validator.judge(office() if case == "office" else inpatient()).event
    context = Context(Record("", 0, 0, None, b"", {}, 0), {})
    claims: list[Claim] = [emit.event for emit in ClaimsHandler().handle(event, context)]

    again = list(replay(validator, read_lines(written(tmp_path, *map(as_json, claims)))))

    assert len(claims) == len(bills(event)) == 1
    assert [each.disposition for each in again] == [Disposition.CLEAN]
    assert again[0].passed > 20


@pytest.mark.parametrize(
    ("line", "reason"),
    [(b"{", "line 1: not JSON"), (b"3", "line 1: not an object"), (b'{"encounter": 3}', "line 1: encounter")],
)
def test_an_unreadable_line_is_named(tmp_path: Path, line: bytes, reason: str) -> None:
    with pytest.raises(UnreadableLine, match=reason):
        list(read_lines(written(tmp_path, line)))


def test_encounters_of_a_patient_are_each_others_history(validator: Validator) -> None:
    first, second = office(lines__0__code="36415"), office(encounter_id="e2", lines__0__code="36415")

    held = [event.disposition for event in replay(validator, [first, second])]

    assert held == [Disposition.CLEAN, Disposition.HELD]


def test_impact_weighs_a_new_rule(tmp_path: Path, validator: Validator) -> None:
    (tmp_path / "mine.yaml").write_text(
        "rules:\n  - {id: mine.no_99213, title: t, reference: ref, message: m, fix: do it,"
        " scope: {codes: ['99213']}, require: 'false'}\n"
    )
    encounters = [
        office(),
        office(encounter_id="e2", lines__0__code="36415"),
        office(encounter_id="e3", coverages=[]),
    ]

    found = impact(validator, installed(tmp_path), encounters)

    assert (found.judged.encounters, str(found.judged.dollars)) == (3, "450.00")
    assert (found.newly_held.encounters, str(found.newly_held.dollars)) == (1, "150.00")
    assert found.released.encounters == 0
    assert {name: tally.encounters for name, tally in found.by_rule.items()} == {"+mine.no_99213": 1}
    assert found.examples == {"+mine.no_99213": ["e1"]}


def test_impact_counts_what_is_released(tmp_path: Path, validator: Validator) -> None:
    (tmp_path / "medicare.yaml").write_text("payer: medicare\ntitle: t\ninherits: base\nkinds: [medicare]\n")
    therapy = [office(lines__0__code="97110", visit__end="2026-03-02T15:00:00Z")]

    found = impact(validator, installed(tmp_path), therapy)

    assert (found.newly_held.encounters, found.released.encounters) == (0, 1)
    assert list(found.by_rule) == ["-medicare.therapy_plan"]
