"""The guidelines over the whole encounter: what two notes say, what the EHR states, what the visit is."""

import pytest

from services.coder.site import SiteRules
from services.coder.switches import switches_of
from services.contracts.coding import CodeRole, Route
from services.contracts.encounter import VisitClass
from tests.coder.encounter.build import Life, charge, codes, document, encounter, icd, trusting

AP = "ASSESSMENT AND PLAN:\n"
HYPERTENSION = icd("I10", "Essential (primary) hypertension", "d1")
FAILURE = icd("I50.22", "Chronic systolic (congestive) heart failure", "d2")
KIDNEY = icd("N18.4", "Chronic kidney disease, stage 4 (severe)", "d3")


def test_what_the_ehr_states_apart_is_combined() -> None:
    life = Life(trusting())
    assert codes(life.code(encounter(HYPERTENSION, FAILURE))) == ["I11.0", "I50.22"]
    assert codes(Life(trusting()).code(encounter(HYPERTENSION, KIDNEY))) == ["I12.9", "N18.4"]
    combined = Life(trusting()).code(encounter(HYPERTENSION, FAILURE, KIDNEY)).codes
    assert [each.code for each in combined] == ["I13.0", "I50.22", "N18.4"]
    assert combined[0].diagnosis_ids == ("d1", "d2", "d3")
    assert combined[0].role is CodeRole.FIRST_LISTED


@pytest.mark.parametrize("note", ["1. Hypertension.\n2. Chronic systolic heart failure.\n", ""])
def test_a_combination_is_no_surer_than_its_parts(note: str) -> None:
    coded = Life().code(encounter(HYPERTENSION, FAILURE, note=note and AP + note))
    assert codes(coded) == ["I11.0", "I50.22"]
    assert coded.route is (Route.AUTO if note else Route.REVIEW)


def test_what_two_documents_say_is_combined_with_the_evidence_of_both() -> None:
    notes = [document(f"{AP}1. Hypertension.", "N1"), document(f"{AP}1. CKD stage 4.", "N2")]
    coded = Life().code(encounter(documents=notes))
    assert codes(coded) == ["I12.9", "N18.4"]
    assert [quote.document_id for quote in coded.codes[0].evidence] == ["N1", "N2"]
    assert coded.codes[0].confidence == min(
        Life().code(encounter(note=each.text)).codes[0].confidence for each in notes
    )


def test_the_ehr_and_a_note_are_combined() -> None:
    coded = Life(trusting()).code(
        encounter(HYPERTENSION, note=f"{AP}1. Hypertension, stable.\n2. Chronic systolic heart failure.\n")
    )
    assert codes(coded) == ["I11.0", "I50.22"]


def test_the_examination_comes_first_where_a_note_and_the_visit_give_it() -> None:
    note = f"{AP}1. Annual physical exam, normal.\n2. Hypertension, stable, continue lisinopril.\n"
    kind = "General examination of patient (procedure)"
    coded = Life().code(encounter(HYPERTENSION, note=note, kind=kind))
    assert codes(coded) == ["Z00.00", "I10"]
    assert coded.codes[0].role is CodeRole.FIRST_LISTED


def test_a_symptom_of_a_stated_disease_gives_way() -> None:
    listed = (icd("J18.9", "Pneumonia", "d1"), icd("R05.9", "Cough", "d2"))
    line = charge(diagnosis_ids=("d2",))
    coded = Life(trusting()).code(encounter(*listed, charges=[line]))
    assert codes(coded) == ["J18.9"]
    assert coded.lines[0].pointers == ("J18.9",)


def test_what_no_note_bears_out_takes_nothing_away() -> None:
    note = f"{AP}1. Cough. No pneumonia on the film.\n"
    coded = Life().code(encounter(icd("J18.9", "Pneumonia"), note=note))
    assert set(codes(coded)) == {"J18.9", "R05.9"}
    assert {each.code: each.route for each in coded.codes}["J18.9"] is Route.REVIEW


def test_a_combination_is_present_on_admission_only_if_its_parts_are() -> None:
    late = FAILURE.model_copy(update={"present_on_admission": "N"})
    early = HYPERTENSION.model_copy(update={"present_on_admission": "Y"})
    coded = Life(trusting()).code(encounter(early, late, visit_class=VisitClass.INPATIENT))
    assert [each.present_on_admission for each in coded.codes] == ["N", "N"]


def test_a_switch_leaves_out_what_the_rules_add() -> None:
    switches = switches_of({"stated_without_note": "auto", "status_codes": "off"})
    assert not switches.wants("Z96.651")
    assert SiteRules(switches).switches.wants("I11.0")


def test_the_same_encounter_gives_the_same_bytes() -> None:
    notes = [document(f"{AP}1. Hypertension.", "N1"), document(f"{AP}1. CKD stage 4.", "N2")]
    event = encounter(HYPERTENSION, FAILURE, documents=notes)
    assert Life().code(event).model_dump_json() == Life().code(event).model_dump_json()


@pytest.mark.parametrize(
    "notes",
    [
        [f"{AP}1. Iron deficiency anemia.\n2. Iron deficiency."],
        [f"{AP}1. Iron deficiency anemia.", f"{AP}1. Iron deficiency."],
    ],
)
def test_what_an_excludes1_note_keeps_apart_is_left_to_a_person(notes: list[str]) -> None:
    documents = [document(text, f"N{place}") for place, text in enumerate(notes)]
    (code,) = Life().code(encounter(documents=documents)).codes
    assert (code.code, code.route) == ("D50.9", Route.REVIEW)
    assert [each.why_not[:22] for each in code.alternatives if each.code == "E61.1"] == [
        "Excludes1 note of E61."
    ]


def test_what_the_ehr_states_gives_way_too_and_its_charges_follow() -> None:
    stated = icd("E61.1", "Iron deficiency", "d1")
    coded = Life(trusting()).code(encounter(stated, note=f"{AP}1. Iron deficiency anemia."))
    (code,) = coded.codes
    assert (code.code, code.route, code.diagnosis_ids) == ("D50.9", Route.REVIEW, ("d1",))


def test_two_codes_that_the_ehr_states_are_not_the_coders_to_drop() -> None:
    listed = (icd("D50.9", "Iron deficiency anemia", "d1"), icd("E61.1", "Iron deficiency", "d2"))
    assert codes(Life(trusting()).code(encounter(*listed))) == ["D50.9", "E61.1"]
