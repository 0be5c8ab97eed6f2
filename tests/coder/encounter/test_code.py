"""Notes beside the EHR's diagnoses, kinds of visit, charges and pointers."""

from datetime import date
from decimal import Decimal

import pytest

from services.contracts.coding import CodedEncounter, CodeRole, Route
from services.contracts.encounter import ClaimType, VisitClass
from tests.coder.encounter.build import CPT, SNOMED, Life, charge, codes, diagnosis, encounter

NOTE = (
    "ASSESSMENT AND PLAN\n\n"
    "1. Essential hypertension. Continue lisinopril.\n2. Vitamin D deficiency. Start vitamin D.\n"
)


def test_the_note_adds_what_the_ehr_left_out_with_exact_evidence() -> None:
    coded = Life().code(encounter(diagnosis("Essential hypertension (disorder)"), note=NOTE))
    assert codes(coded) == ["I10", "E55.9"]
    added = coded.codes[1]
    quote = added.evidence[0]
    assert NOTE[quote.start : quote.end] == quote.text == "Vitamin D deficiency"
    assert quote.document_id == "N1"
    assert added.role is CodeRole.SECONDARY


def test_no_note_text_travels_on() -> None:
    coded = Life().code(encounter(note=NOTE))
    assert "Continue lisinopril" not in coded.model_dump_json()


@pytest.mark.parametrize(
    ("kind", "born", "code"),
    [
        ("General examination of patient (procedure)", date(1970, 5, 1), "Z00.00"),
        ("Well child visit (procedure)", date(2020, 5, 1), "Z00.129"),
        ("Well child visit (procedure)", date(2026, 2, 27), "Z00.110"),
        ("Prenatal visit (regime/therapy)", date(1996, 5, 1), "Z34.90"),
        ("Postnatal visit (regime/therapy)", date(1996, 5, 1), "Z39.2"),
        ("Follow-up encounter (procedure)", date(1996, 5, 1), "Z09"),
    ],
)
def test_a_kind_of_visit_says_its_code(kind: str, born: date, code: str) -> None:
    coded = Life().code(encounter(kind=kind, born=born))
    assert codes(coded) == [code]
    assert coded.codes[0].role is CodeRole.FIRST_LISTED
    assert coded.route is Route.AUTO


def test_an_examination_with_findings_comes_first_and_says_so() -> None:
    coded = Life().code(
        encounter(diagnosis("Prediabetes (finding)"), kind="General examination of patient (procedure)")
    )
    assert codes(coded) == ["Z00.01", "R73.03"]


def test_an_inpatient_has_a_principal_diagnosis() -> None:
    coded = Life().code(encounter(diagnosis("Pneumonia (disorder)"), visit_class=VisitClass.INPATIENT))
    assert coded.codes[0].role is CodeRole.PRINCIPAL


def test_a_charge_is_mapped_and_points_to_what_it_was_done_for() -> None:
    coded = Life().code(
        encounter(
            diagnosis("Essential hypertension (disorder)", "d1"),
            diagnosis("Prediabetes (finding)", "d2"),
            charges=[
                charge(ident="c1"),
                charge("83036", CPT, ident="c2", diagnosis_ids=("d2",), amount=Decimal("31.50")),
            ],
        )
    )
    first, second = coded.lines
    assert (first.code, first.pointers, first.amount) == ("99213", ("I10", "R73.03"), Decimal("125.00"))
    assert (second.code, second.pointers) == ("83036", ("R73.03",))
    assert first.claim_type is ClaimType.PROFESSIONAL
    assert first.line_id != second.line_id


def test_an_unmapped_charge_keeps_its_dollars_and_has_no_code() -> None:
    coded = Life().code(encounter(diagnosis("Prediabetes (finding)"), charges=[charge("999")]))
    (line,) = coded.lines
    assert line.code == ""
    assert line.amount == Decimal("125.00")
    assert line.source_coding is not None
    assert line.source_coding.system == SNOMED
    assert "999" in line.reason


def test_a_professional_line_points_to_four_at_most() -> None:
    names = ("Asthma", "Gout", "Essential hypertension", "Hypothyroidism", "Migraine", "Osteoporosis")
    listed = [diagnosis(f"{name} (disorder)", f"d{i}") for i, name in enumerate(names)]
    coded = Life().code(encounter(*listed, charges=[charge()]))
    assert len(coded.codes) == 6
    assert coded.lines[0].pointers == tuple(codes(coded)[:4])


def test_a_missing_amount_is_price_times_units() -> None:
    coded = Life().code(
        encounter(diagnosis("Prediabetes (finding)"), charges=[charge(amount=None, units=Decimal(2))])
    )
    assert coded.lines[0].amount == Decimal("250.00")


def test_what_is_made_unchecked_is_what_checking_makes_of_it() -> None:
    coded = Life().code(encounter(diagnosis("Prediabetes (finding)"), note=NOTE, charges=[charge()]))
    assert any(code.evidence for code in coded.codes)
    assert CodedEncounter.model_validate_json(coded.model_dump_json()) == coded
