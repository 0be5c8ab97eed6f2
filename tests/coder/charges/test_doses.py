"""Doses in notes to billing units, and what they say of the charges."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.coder.charges.doses import BillingUnit, Dose, billing_units, doses
from services.coder.charges.drug_lines import units_of
from services.coder.charges.findings import plain
from services.contracts.base import Outcome
from services.contracts.coding import CodedEncounter, Evidence, Route, ServiceKind
from services.contracts.encounter import Procedure, VisitClass
from tests.coder.charges.build import chart, failed, found, services
from tests.coder.encounter.build import CPT, Life, charge, encounter

HCPCS = "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
PLAN = "ASSESSMENT AND PLAN\n1. Acute pyelonephritis. {}\n"


@pytest.mark.parametrize(
    ("sentence", "drug", "amount", "code", "units"),
    [
        ("Ceftriaxone 1 g IM given.", "ceftriaxone", "1000", "J0696", "4"),
        ("One gram of ceftriaxone given intravenously.", "ceftriaxone", "1000", "J0696", "4"),
        ("Toradol 60 mg IM administered in clinic.", "ketorolac", "60", "J1885", "4"),
        (
            "The knee was injected with 1 mL of Kenalog-40 (40 mg/mL).",
            "triamcinolone acetonide",
            "40",
            "J3301",
            "4",
        ),
        (
            "Injected 40 mg of triamcinolone (Kenalog) and 4 mL of lidocaine.",
            "triamcinolone acetonide",
            "40",
            "J3301",
            "4",
        ),
        ("B12 1000 mcg IM given today.", "cyanocobalamin", "1", "J3420", "1"),
        ("Bicillin L-A 1.2 million units IM given.", "penicillin g benzathine", "1200000", "J0561", "12"),
        ("Received ondansetron 4 mg IV x2.", "ondansetron", "4", "J2405", "8"),
        ("Benadryl 75 mg IV push given.", "diphenhydramine", "75", "J1200", "2"),
        ("Heparin 5,000 units subcutaneously given.", "heparin", "5000", "J1644", "5"),
    ],
)
def test_a_dose_makes_units(sentence: str, drug: str, amount: str, code: str, units: str) -> None:
    note = chart(PLAN.format(sentence))
    (dose,) = doses(note)
    assert (dose.drug, dose.amount) == (drug, Decimal(amount))
    text = note.pages[0].document.text
    assert text[dose.evidence.start : dose.evidence.end] == dose.evidence.text
    row = next(row for row in billing_units() if row.code == code)
    assert units_of(row, [dose]) == Decimal(units)


@pytest.mark.parametrize(
    "sentence",
    [
        "Declined ceftriaxone 1 g IM.",
        "Takes enoxaparin 40 mg subcutaneously daily.",
        "Discharged home on ketorolac 10 mg by mouth.",
        "Plan to give denosumab 60 mg subcutaneously.",
        "Ketorolac 10 mg tablets given.",
    ],
)
def test_what_was_not_given_here_is_no_dose(sentence: str) -> None:
    assert doses(chart(PLAN.format(sentence))) == []


def test_a_dose_told_twice_is_one() -> None:
    note = "ED COURSE\nCeftriaxone 1 g IV given.\n\n" + PLAN.format("Ceftriaxone 1 g IV given in the ED.")
    assert len(doses(chart(note))) == 1


def test_the_table_is_one_row_a_code_with_a_base_unit() -> None:
    rows = billing_units()
    assert len(rows) >= 100
    assert len({row.code for row in rows}) == len(rows)
    assert all(row.amount > 0 and row.begins <= row.ends for row in rows)
    assert plain(Decimal("1000.000")) == "1000"


def billed(sentence: str, *charges: tuple[str, str], modifiers: tuple[str, ...] = ()) -> CodedEncounter:
    listed = [
        charge(
            code,
            CPT if code[0].isdigit() else HCPCS,
            ident=f"c{i}",
            units=Decimal(units),
            modifiers=modifiers,
        )
        for i, (code, units) in enumerate(charges)
    ]
    return Life().code(
        encounter(note=PLAN.format(sentence), charges=listed, visit_class=VisitClass.EMERGENCY)
    )


GIVEN = "Ceftriaxone 1 g IM given."


@pytest.mark.parametrize(
    ("sentence", "charges", "rules"),
    [
        (GIVEN, [("J0696", "4"), ("96372", "1")], []),
        (GIVEN, [("J0696", "8"), ("96372", "1")], ["drug.over"]),
        (GIVEN, [("J0696", "2"), ("96372", "1")], ["drug.under"]),
        (GIVEN, [("96372", "1")], ["drug.uncharged"]),
        ("Toradol 30 mg IM given.", [("96372", "1")], ["drug.uncharged"]),
        (GIVEN, [("J0696", "4")], ["administration.uncharged"]),
        ("Oral fluids.", [("J0696", "4")], ["drug.undocumented"]),
        ("Oral fluids.", [("96372", "1")], ["administration.undocumented"]),
        (GIVEN + " 20 mg wasted.", [("J0696", "4"), ("96372", "1")], ["drug.waste"]),
    ],
)
def test_charges_are_compared_with_doses(
    sentence: str, charges: list[tuple[str, str]], rules: list[str]
) -> None:
    event = billed(sentence, *charges)
    assert failed(event) == rules
    waits = {"drug.over", "drug.undocumented"}
    assert any(line.route is Route.REVIEW for line in event.lines) is bool(waits.intersection(rules))
    assert [line.units for line in event.lines] == [Decimal(units) for _, units in charges]


def test_a_discarded_rest_needs_its_own_line() -> None:
    assert failed(billed(GIVEN, ("J0696", "4"), ("96372", "1"), modifiers=("JW",)))[-1:] == ["drug.waste"]


def test_a_drug_without_a_dose_is_not_determined() -> None:
    event = billed("Ceftriaxone IM given.", ("J0696", "4"), ("96372", "1"))
    assert [each.outcome for each in found(event, "drug.over")] == [Outcome.NOT_CHECKED]
    assert services(event, ServiceKind.DRUG) == []


def test_a_procedure_that_names_drug_and_dose_documents_it() -> None:
    done = Procedure(procedure_id="p1", text="Intramuscular injection of ceftriaxone 1 g")
    event = encounter(charges=[charge("J0696", HCPCS, units=Decimal(4))])
    coded = Life().code(event.model_copy(update={"procedures": (done,)}))
    (drug,) = services(coded, ServiceKind.DRUG)
    assert (drug.code, drug.units) == ("J0696", Decimal(4))
    assert drug.elements[0].evidence[0].document_id == "Procedure/p1"


@given(
    row=st.sampled_from([row for row in billing_units() if row.unit in ("mg", "units")]),
    amounts=st.lists(st.integers(1, 5000), min_size=1, max_size=3),
)
@settings(max_examples=40, deadline=None)
def test_units_cover_the_dose_and_no_more_than_one_is_left_over(row: BillingUnit, amounts: list[int]) -> None:
    quote = Evidence(document_id="N1", start=0, end=0, text="")
    given_doses = [
        Dose(row.drug, Decimal(amount), row.unit, 1, "muscle", given=True, evidence=quote)
        for amount in amounts
    ]
    units = units_of(row, given_doses)
    assert units is not None
    over = units * row.amount - sum(amounts)
    assert 0 <= over < row.amount * (len(amounts) if row.whole else 1)
