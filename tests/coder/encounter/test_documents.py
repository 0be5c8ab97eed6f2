"""Several documents of one encounter: the one that says what was found in the end stands over the others."""

from datetime import timedelta

import pytest

from services.coder.charges.chart import Page
from services.coder.encounter.documents import filed
from services.contracts.coding import CodedEncounter, Route
from services.contracts.encounter import Document, VisitClass
from tests.coder.encounter.build import WHEN, Life, codes, document, encounter, icd

AP = "ASSESSMENT AND PLAN:\n"
DISCHARGE = "DISCHARGE DIAGNOSES:\n"


def stay(first: str, last: str) -> CodedEncounter:
    """A stay with an admission note and a discharge summary, which the EHR lists in the order of time."""
    notes = (document(f"H&P\n{AP}{first}", "N1"), document(f"{DISCHARGE}{last}", "N2"))
    return Life().code(encounter(documents=notes, visit_class=VisitClass.INPATIENT))


def visit(*texts: str) -> CodedEncounter:
    notes = [document(f"{AP}{text}", f"N{place}") for place, text in enumerate(texts)]
    return Life().code(encounter(documents=notes))


def test_what_was_possible_at_first_and_ruled_out_in_the_end_is_not_coded() -> None:
    coded = stay("1. Possible pulmonary embolism.", "1. Chest pain, PE ruled out.")
    assert codes(coded) == ["R07.9"]


def test_what_was_certain_at_first_and_ruled_out_in_the_end_is_not_coded() -> None:
    coded = stay("1. Pulmonary embolism.\n2. Hypertension.", "1. Chest pain, no pulmonary embolism.")
    assert codes(coded) == ["R07.9", "I10"]


def test_what_was_only_possible_at_first_is_not_coded_though_the_end_is_silent_on_it() -> None:
    assert codes(stay("1. Probable endocarditis.", "1. Cellulitis of left leg.")) == ["L03.116"]


def test_what_is_possible_in_the_end_is_coded_of_a_stay() -> None:
    assert codes(stay("1. Hypertension.", "1. Probable pulmonary embolism.\n2. Hypertension.")) == [
        "I26.99",
        "I10",
    ]


def test_a_possible_diagnosis_stands_where_there_is_no_final_document() -> None:
    notes = [document(f"{AP}1. Probable pulmonary embolism."), document(f"{AP}1. Hypertension.", "N2")]
    coded = Life().code(encounter(documents=notes, visit_class=VisitClass.INPATIENT))
    assert set(codes(coded)) == {"I26.99", "I10"}


def test_the_organism_found_in_the_end_is_coded() -> None:
    coded = stay("1. Sepsis, organism pending.", "1. Sepsis due to MRSA.\n2. Septic shock.")
    assert codes(coded) == ["A41.02", "R65.21"]
    assert coded.codes[0].role == "principal"


def test_a_question_that_the_chart_has_answered_is_not_asked() -> None:
    coded = stay("1. Heart failure.", "1. Acute on chronic systolic heart failure.")
    assert codes(coded) == ["I50.23"]
    assert coded.queries == ()
    assert coded.route is Route.AUTO


def test_the_stage_of_the_final_document_is_coded() -> None:
    coded = stay("1. CKD stage 3.", "1. CKD stage 4.")
    assert codes(coded) == ["N18.4"]
    assert "N18.30" in [each.code for each in coded.codes[0].alternatives]


def test_what_an_earlier_document_says_more_closely_is_kept() -> None:
    assert codes(stay("1. Acute systolic heart failure.", "1. Heart failure.")) == ["I50.21"]


@pytest.mark.parametrize(
    ("texts", "given"),
    [
        (["1. Osteoarthritis of right knee.", "1. Osteoarthritis of left knee."], ["M17.11", "M17.12"]),
        (["1. Right hip pain.", "1. Left knee pain."], ["M25.551", "M25.562"]),
        (["1. Type 2 diabetes.", "1. Type 2 diabetes with CKD stage 3a."], ["E11.22", "N18.31"]),
    ],
)
def test_each_document_adds_what_it_says(texts: list[str], given: list[str]) -> None:
    assert codes(visit(*texts)) == given


def test_the_same_code_of_two_documents_has_the_evidence_of_both() -> None:
    (code,) = visit("1. Hypertension.", "1. Hypertension.").codes
    assert [quote.document_id for quote in code.evidence] == ["N0", "N1"]


def test_a_question_of_two_documents_is_one_with_both_quotations() -> None:
    (query,) = visit("1. Pressure ulcer of sacrum.", "1. Sacral pressure ulcer.").queries
    assert [quote.document_id for quote in query.evidence] == ["N0", "N1"]


def test_what_the_ehr_states_is_held_against_the_final_document() -> None:
    notes = (document(f"{AP}1. Possible pulmonary embolism."), document(f"{DISCHARGE}1. Chest pain.", "N2"))
    stated = icd("I26.99", "Other pulmonary embolism")
    coded = Life().code(encounter(stated, documents=notes, visit_class=VisitClass.INPATIENT))
    assert {each.code: each.route for each in coded.codes}["I26.99"] is Route.REVIEW


def kinds(*documents: Document) -> list[tuple[str, str]]:
    return [(each.page.document.document_id, each.kind) for each in filed([Page(d) for d in documents])]


def test_documents_stand_by_kind_then_the_latest_first() -> None:
    assert kinds(
        document("x", "report", title="Chest X-ray"),
        document("x", "admission", loinc="34117-2"),
        document("x", "early", loinc="11506-3", date=WHEN),
        document("x", "operation", title="Operative note"),
        document("x", "late", loinc="11488-4", date=WHEN + timedelta(hours=2)),
        document("x", "undated"),
        document("x", "summary", loinc="18842-5"),
        document("Progress note\nFINAL DIAGNOSES:\n1. Asthma.\n", "listing", title="Progress note"),
    ) == [
        ("summary", "final"),
        ("listing", "final"),
        ("late", "course"),
        ("early", "course"),
        ("undated", "course"),
        ("operation", "operation"),
        ("admission", "admission"),
        ("report", "report"),
    ]
