"""Structured diagnoses against the notes: borne out, said otherwise, denied, never named."""

import pytest

from services.coder.encounter.agreement import ABSENT, DENIED, NAMED, OTHERWISE, UNREAD, VAGUER, together
from services.coder.encounter.work import work_items
from services.contracts.coding import AssignedCode, CodedEncounter, Route
from services.contracts.encounter import VisitClass
from tests.coder.encounter.build import Life, charge, codes, encounter, icd, trusting

ASTHMA = icd("J45.20", "Mild intermittent asthma, uncomplicated")
AP = "ASSESSMENT AND PLAN:\n"


def one(coded: CodedEncounter, code: str) -> AssignedCode:
    (found,) = [each for each in coded.codes if each.code == code]
    return found


@pytest.mark.parametrize(
    ("note", "confidence", "rule"),
    [
        ("", UNREAD, "ehr.unread"),
        ("HPI\nKnown asthma, quiet.\n\nASSESSMENT\n1. Acute sinusitis.\n", NAMED, "ehr.named"),
        ("HPI\nHe has no asthma.\n\nASSESSMENT\n1. Acute sinusitis.\n", DENIED, "ehr.contradicted"),
        ("ASSESSMENT\n1. Possible asthma.\n", DENIED, "ehr.contradicted"),
        ("HPI\nMother has asthma.\n\nASSESSMENT\n1. Acute sinusitis.\n", DENIED, "ehr.contradicted"),
        ("ASSESSMENT\n1. Acute sinusitis.\n", ABSENT, "ehr.absent"),
        ("ASSESSMENT\n1. Asthma.\n", VAGUER, "ehr.vaguer"),
    ],
)
def test_a_stated_diagnosis_that_no_note_gives_waits(note: str, confidence: float, rule: str) -> None:
    code = one(Life().code(encounter(ASTHMA, note=note)), "J45.20")
    assert (code.confidence, code.route, code.rules[-1]) == (confidence, Route.REVIEW, rule)
    for quote in code.evidence:
        assert note[quote.start : quote.end] == quote.text


def test_one_that_a_note_gives_goes_out_with_the_notes_evidence_and_probability() -> None:
    note = "ASSESSMENT\n1. Mild intermittent asthma.\n"
    alone = one(Life().code(encounter(note=note)), "J45.20")
    both = one(Life().code(encounter(ASTHMA, note=note)), "J45.20")
    assert both.route is Route.AUTO
    assert both.confidence == together(alone.confidence) > alone.confidence
    assert both.evidence == alone.evidence
    assert both.source == "ehr"


@pytest.mark.parametrize(
    ("stated", "display", "said", "given"),
    [
        (
            "M17.12",
            "Unilateral primary osteoarthritis, left knee",
            "Osteoarthritis of the right knee",
            "M17.11",
        ),
        (
            "H25.11",
            "Age-related nuclear cataract, right eye",
            "Age-related nuclear cataract, left eye",
            "H25.12",
        ),
        ("C50.911", "Malignant neoplasm of right female breast", "Breast cancer left", "C50.912"),
        ("S62.101A", "Fracture of carpal bone, right wrist", "Closed fracture of left wrist", "S62.102A"),
        ("N18.6", "End stage renal disease", "CKD stage 4", "N18.4"),
        ("F33.2", "Major depressive disorder, recurrent severe", "MDD, recurrent, mild", "F33.0"),
        ("E11.22", "Type 2 diabetes with chronic kidney disease", "Type 2 diabetes", "E11.9"),
        ("E10.9", "Type 1 diabetes without complications", "Type 2 diabetes", "E11.9"),
    ],
)
def test_another_side_stage_severity_or_kind_is_for_a_coder(
    stated: str, display: str, said: str, given: str
) -> None:
    note = f"{AP}1. {said}."
    coded = Life().code(encounter(icd(stated, display), note=note))
    assert codes(coded) == [stated]
    (code,) = coded.codes
    assert code.route is coded.route is Route.REVIEW
    assert code.confidence in (OTHERWISE, VAGUER)
    assert [each.code for each in code.alternatives] == [given]
    assert code.evidence
    (item,) = work_items(coded, ())
    assert item.reasons[0].fix.endswith(given)


@pytest.mark.parametrize(
    ("stated", "said", "given"),
    [
        (["E11.9"], "DM2 with polyneuropathy and CKD 3a", ["E11.42", "E11.22", "N18.31"]),
        (["I50.9"], "Acute systolic heart failure", ["I50.21"]),
        (["J18.9", "R05.9"], "Pneumonia due to MRSA", ["J15.212"]),
        (["M17.9"], "Osteoarthritis of the right knee", ["M17.11"]),
    ],
)
def test_an_unspecified_code_gives_way_to_what_the_note_says(
    stated: list[str], said: str, given: list[str]
) -> None:
    listed = [icd(code, "as stated", f"d{place}") for place, code in enumerate(stated)]
    note = f"{AP}1. {said}."
    coded = Life().code(encounter(*listed, note=note, visit_class=VisitClass.INPATIENT))
    assert codes(coded) == given
    assert stated[0] in [each.code for each in coded.codes[0].alternatives]
    assert coded.codes[0].diagnosis_ids == tuple(f"d{place}" for place in range(len(stated)))


def test_what_a_charge_was_done_for_follows_the_code_that_takes_the_place() -> None:
    stated = icd("M17.9", "Osteoarthritis of knee", "d7")
    line = charge(diagnosis_ids=("d7",))
    coded = Life().code(encounter(stated, note=f"{AP}1. Osteoarthritis of right knee.", charges=[line]))
    assert coded.lines[0].pointers == ("M17.11",)


def test_another_complication_stands_beside_the_stated_one() -> None:
    stated = icd("E11.22", "Type 2 diabetes with chronic kidney disease")
    coded = Life().code(encounter(stated, note=f"{AP}1. Type 2 diabetes with polyneuropathy."))
    assert codes(coded) == ["E11.22", "E11.42"]
    assert coded.codes[0].route is Route.REVIEW
    assert [each.code for each in coded.codes[0].alternatives] == ["E11.42"]


def test_what_is_past_is_no_diagnosis_of_today() -> None:
    note = "HPI\nHistory of pulmonary embolism in 2015.\n\nASSESSMENT\n1. Acute sinusitis.\n"
    code = one(Life().code(encounter(icd("I26.99", "Pulmonary embolism"), note=note)), "I26.99")
    assert code.confidence == DENIED
    assert code.evidence[0].assertion == "historical"


def test_a_status_that_no_note_gives_waits_too() -> None:
    stated = icd("Z23", "Encounter for immunization")
    coded = Life().code(encounter(stated, note="ASSESSMENT\n1. Acute sinusitis.\n"))
    assert one(coded, "Z23").route is Route.REVIEW


def test_a_site_says_whether_its_word_is_enough_where_there_is_no_note() -> None:
    assert Life().code(encounter(ASTHMA)).route is Route.REVIEW
    assert Life(trusting()).code(encounter(ASTHMA)).route is Route.AUTO


def test_what_the_note_only_passes_by_does_not_take_the_place() -> None:
    note = f"{AP}1. Acute sinusitis.\n\nPLAN\nAlso has acute systolic heart failure per outside records.\n"
    coded = Life().code(encounter(icd("I50.9", "Heart failure, unspecified"), note=note))
    assert one(coded, "I50.9").route is Route.REVIEW


@pytest.mark.parametrize("note", ["", f"{AP}1. Essential hypertension."])
def test_what_is_stated_twice_is_one_code_of_both_diagnoses(note: str) -> None:
    twice = [icd("I10", "Essential (primary) hypertension", ident) for ident in ("d1", "d2")]
    (code,) = Life().code(encounter(*twice, note=note)).codes
    assert code.diagnosis_ids == ("d1", "d2")
