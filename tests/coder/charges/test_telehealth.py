"""Telehealth: modality and place from the note, the payer's modifier and place, conflicts."""

from datetime import UTC, datetime

import pytest

from services.coder.charges.telehealth import Telehealth, eligible, telehealth
from services.contracts.base import Outcome
from services.contracts.coding import ServiceLine
from services.contracts.encounter import Coverage, EncounterFacts, VisitClass
from tests.coder.charges.build import chart
from tests.coder.encounter.build import encounter

VIDEO = "Seen by video from her home. No chest pain.\n"
SOUND = "Seen by telephone; she was in her car.\n"


def seen(
    note: str, kind: str = "commercial", modifiers: tuple[str, ...] = (), place: str = "10", year: int = 2026
) -> Telehealth:
    when = datetime(year, 3, 2, 15, tzinfo=UTC)
    facts: EncounterFacts = encounter(visit_class=VisitClass.VIRTUAL, when=when).facts()
    facts = facts.model_copy(
        update={
            "visit": facts.visit.model_copy(update={"place_of_service": place}),
            "coverages": (Coverage(coverage_id="c", payer_id="P", payer_kind=kind),),
        }
    )
    line = ServiceLine(line_id="L", code="99213", modifiers=modifiers, service_date=when.date())
    return telehealth(facts, (line,), chart(note), "10")


@pytest.mark.parametrize(
    ("note", "kind", "modifiers", "place"),
    [
        (VIDEO, "commercial", ("95",), "10"),
        (SOUND, "commercial", ("93",), "02"),
        (VIDEO, "medicare", (), "10"),
        (SOUND, "medicare", ("93",), "02"),
        (VIDEO, "medicaid", ("GT",), "10"),
        (VIDEO + "Unable to connect by video, switched to phone.", "other", ("93",), "10"),
    ],
)
def test_the_payers_modifier_and_place_are_filled_in(
    note: str, kind: str, modifiers: tuple[str, ...], place: str
) -> None:
    done = seen(note, kind)
    assert done.lines[0].modifiers == modifiers
    assert done.place == place
    assert all(each.outcome is Outcome.PASS for each in done.findings)


def test_what_the_ehr_states_stays_and_a_conflict_is_told() -> None:
    done = seen(SOUND, modifiers=("95",))
    assert done.lines[0].modifiers == ("95",)
    assert [each.rule for each in done.findings if each.outcome is Outcome.FAIL] == ["telehealth.conflict"]
    assert seen(VIDEO, place="02").place == "02"
    assert seen(VIDEO, place="02").findings[0].outcome is Outcome.FAIL


def test_without_a_word_of_the_modality_nothing_is_added() -> None:
    done = seen("Follow-up of asthma.\n")
    assert done.lines[0].modifiers == ()
    assert [each.outcome for each in done.findings] == [Outcome.NOT_CHECKED]


def test_medicare_asked_for_the_usual_place_and_95_before_2024() -> None:
    done = seen(VIDEO, "medicare", year=2023)
    assert (done.lines[0].modifiers, done.place) == (("95",), "10")


def test_services_outside_the_list_are_left_alone() -> None:
    assert eligible("99213")
    assert not eligible("20610")
    assert not eligible("9921")


def test_a_note_of_a_telehealth_visit_in_an_office_encounter_is_told() -> None:
    facts = encounter().facts()
    line = ServiceLine(line_id="L", code="99213", service_date=facts.service_date)
    done = telehealth(facts, (line,), chart("Telehealth visit by video.\n"), "10")
    assert [each.rule for each in done.findings] == ["telehealth.undeclared"]
