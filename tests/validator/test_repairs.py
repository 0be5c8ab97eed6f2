"""Repairs: their examples, that they are listed, and that they never change what is in good form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.validation import Disposition
from services.validator.handler import ValidatorHandler
from services.validator.repairs import DO, repair_rules, repaired, wrong_examples
from services.validator.validate import Validator
from tests.validator.build import Bench, decision, inpatient, office


def test_every_example_comes_out_as_it_says() -> None:
    assert list(wrong_examples()) == []


@pytest.mark.parametrize("case", [office(), inpatient()])
def test_what_is_in_good_form_stays_as_it_is(case: object) -> None:
    mended, made = repaired(case)  # type: ignore[arg-type]

    assert mended is case
    assert made == ()


@given(st.sampled_from(sorted(DO)), st.text(max_size=15))
def test_a_repair_of_a_repair_does_nothing(name: str, text: str) -> None:
    once = DO[name](text)

    assert DO[name](once) == once


def test_every_repair_names_its_source() -> None:
    assert all(rule.reference and rule.examples for rule in repair_rules())


def test_repairs_are_judged_and_listed(validator: Validator) -> None:
    coded = office(
        codes__0__code="e119",
        lines__0__pointers=["e119"],
        lines__0__modifiers=["gt "],
        visit__place_of_service="2",
        providers__0__npi="0001245319599",
        providers__0__tax_id="12-3456789",
        coverages__0__member_id="1EG4-TE5-MK73",
    )

    event = validator.judge(coded).event

    assert event.coded.codes[0].code == "E11.9"
    assert event.coded.lines[0].pointers == ("E11.9",)
    assert event.coded.encounter.coverages[0].member_id == "1EG4TE5MK73"
    assert {(repair.rule, repair.after) for repair in event.repairs} == {
        ("repair.diagnosis_form", "E11.9"),
        ("repair.pointer_form", "E11.9"),
        ("repair.modifier_form", "GT"),
        ("repair.place_padding", "02"),
        ("repair.npi_padding", "1245319599"),
        ("repair.tax_id", "123456789"),
        ("repair.member_id", "1EG4TE5MK73"),
    }
    assert [one.rule for one in event.findings if one.rule == "diagnosis.valid"] == []


def test_repairs_stay_listed_when_a_person_has_decided(validator: Validator) -> None:
    bench = Bench(ValidatorHandler(validator))
    bench.give(office(codes__0__code="e119", lines__0__pointers=["E11.9"], lines__0__units="1.5"))

    event = bench.judged(decision(target="line.units"))

    assert event.disposition is Disposition.CLEAN
    assert [repair.rule for repair in event.repairs] == ["repair.diagnosis_form"]
