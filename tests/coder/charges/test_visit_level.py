"""Levels of visits: elements from the note, two of three, time, and what is said against the charge."""

from datetime import UTC, date, datetime

import pytest

from services.coder.charges.visit_rules import families, family_of
from services.contracts.base import Outcome
from services.contracts.coding import CodedEncounter, Route, ServiceKind
from services.contracts.encounter import ClaimType, Document, VisitClass
from services.contracts.work import DecisionAction, WorkKind
from tests.coder.charges.build import failed, found, line, services
from tests.coder.encounter.build import CPT, Life, charge, decision, encounter

TWO_STABLE = (
    "RESULTS\nHemoglobin A1c 7.1 %, drawn today.\n\nASSESSMENT AND PLAN\n"
    "1. Type 2 diabetes mellitus without complications, at goal. Continue metformin.\n"
    "2. Essential hypertension, controlled. Continue lisinopril.\n"
)
COLD = "ASSESSMENT AND PLAN\n1. Viral URI. Acetaminophen as needed, rest. Rapid strep negative.\n"
ADMITTED = (
    "ED COURSE\nCBC, CMP, lactate and blood cultures obtained. "
    "Chest x-ray independently interpreted by me.\n\n"
    "ASSESSMENT AND PLAN\n1. Sepsis due to pneumonia. IV antibiotics, admit to medicine.\n"
)


def coded(note: str, code: str, **more: object) -> CodedEncounter:
    visit_class = more.get("visit_class", VisitClass.AMBULATORY)
    assert isinstance(visit_class, VisitClass)
    kind = ClaimType.PROFESSIONAL
    return Life().code(
        encounter(note=note, charges=[charge(code, CPT, claim_type=kind)], visit_class=visit_class)
    )


@pytest.mark.parametrize(
    ("note", "code", "supported", "rules"),
    [
        (TWO_STABLE, "99214", "99214", []),
        (TWO_STABLE, "99215", "99214", ["visit.overcoded"]),
        (TWO_STABLE, "99213", "99214", ["visit.undercoded"]),
        (TWO_STABLE, "99204", "99204", []),
        (COLD, "99213", "99213", []),
        (COLD, "99214", "99213", ["visit.overcoded"]),
        (TWO_STABLE + "I spent 42 minutes on the day of the visit.\n", "99215", "99215", []),
        (
            COLD + "I spent 12 minutes counseling on smoking cessation.\n",
            "99214",
            "99213",
            ["visit.overcoded"],
        ),
    ],
)
def test_an_office_visit_is_compared_with_its_note(
    note: str, code: str, supported: str, rules: list[str]
) -> None:
    event = coded(note, code)
    (visit,) = services(event, ServiceKind.VISIT)
    assert visit.code == supported
    assert visit.line_id == event.lines[0].line_id
    assert failed(event) == rules
    assert event.lines[0].code == code  # never changed
    for element in visit.elements:
        for quote in element.evidence:
            assert note[quote.start : quote.end] == quote.text


def test_an_emergency_visit_with_admission_is_high() -> None:
    event = coded(ADMITTED, "99285", visit_class=VisitClass.EMERGENCY)
    (visit,) = services(event, ServiceKind.VISIT)
    assert visit.code == "99285"
    levels = {element.name: element.value for element in visit.elements}
    assert levels == {"problems": "high", "data": "high", "risk": "high"}


@pytest.mark.parametrize("note", ["", "ASSESSMENT AND PLAN\n1. Acute bronchitis.\n", "Seen."])
def test_without_a_basis_nothing_is_said_against_the_charge(note: str) -> None:
    event = coded(note, "99215")
    (verdict,) = found(event, "visit.overcoded")
    assert verdict.outcome is Outcome.NOT_CHECKED
    assert event.lines[0].route is Route.AUTO


def test_risk_that_nobody_wrote_down_is_not_held_against_a_level_that_it_could_reach() -> None:
    note = "RESULTS\nThroat culture sent.\n\nASSESSMENT\n1. Acute pharyngitis.\n"
    assert found(coded(note, "99213"), "visit.overcoded")[0].outcome is Outcome.NOT_CHECKED
    assert found(coded(note, "99214"), "visit.overcoded")[0].outcome is Outcome.FAIL


def test_facility_levels_are_the_hospitals_own() -> None:
    event = Life().code(
        encounter(
            note=COLD,
            charges=[charge("99285", CPT, claim_type=ClaimType.INSTITUTIONAL)],
            visit_class=VisitClass.EMERGENCY,
        )
    )
    assert found(event, "visit.overcoded") == []


def test_the_longer_discharge_needs_its_time() -> None:
    stay = "HOSPITAL COURSE\nTreated for pneumonia.\n\nDISCHARGE DIAGNOSES\n1. Pneumonia.\n"
    assert failed(coded(stay, "99239")) == ["visit.overcoded"]
    assert failed(coded(stay + "Total time 35 minutes.\n", "99239")) == []
    assert failed(coded(stay + "Total time 35 minutes.\n", "99238")) == ["visit.undercoded"]


def test_a_known_patient_is_not_new() -> None:
    assert failed(coded("HPI\nEstablished patient.\n" + TWO_STABLE, "99204")) == ["visit.patient"]


def test_rules_before_their_day_judge_nothing() -> None:
    when = datetime(2020, 6, 1, 15, tzinfo=UTC)
    event = Life().code(encounter(note=TWO_STABLE, charges=[charge("99215", CPT)], when=when))
    assert event.findings == ()
    assert family_of("99306", date(2023, 6, 1)) != family_of("99306", date(2024, 6, 1))


def test_a_note_without_a_charged_visit_is_told() -> None:
    assert failed(coded(TWO_STABLE, "83036")) == ["visit.uncharged"]
    assert failed(coded(TWO_STABLE, "20610"))[:1] != ["visit.uncharged"]


def test_a_line_that_waits_is_work_and_goes_on_when_accepted() -> None:
    life = Life()
    event = encounter(note=COLD, charges=[charge("99215", CPT)])
    (item,) = life.items(event)
    assert item.kind is WorkKind.CODING_REVIEW
    assert [reason.rule for reason in item.reasons if reason.target.startswith("line:")] == [
        "visit.overcoded"
    ]
    target = next(reason.target for reason in item.reasons if reason.target.startswith("line:"))
    after = life.code(decision(DecisionAction.ACCEPT, target))
    assert line(after, "99215").route is Route.AUTO
    again = life.code(encounter(note=COLD, charges=[charge("99215", CPT)], version=2))
    assert line(again, "99215").route is Route.AUTO


def test_codes_rise_with_levels_and_minutes() -> None:
    for family in families():
        assert list(family.codes) == sorted(family.codes), family.ident
        assert list(family.minutes) == sorted(family.minutes), family.ident
        for minutes, level in zip(family.minutes, range(len(family.codes)), strict=False):
            assert family.by_time(minutes) >= level
            assert family.codes[max(family.by_time(minutes - 1), 0)] <= family.codes[level]


def test_each_day_of_a_stay_is_judged_by_its_own_note() -> None:
    first, second = date(2026, 3, 2), date(2026, 3, 3)
    worse = TWO_STABLE.replace("controlled", "worsening")
    notes = [
        Document(document_id=f"N{day.day}", text=text, date=datetime(2026, 3, day.day, 15, tzinfo=UTC))
        for day, text in ((first, worse), (second, COLD))
    ]
    charges = [
        charge("99232", CPT, ident=f"c{day.day}", claim_type=ClaimType.PROFESSIONAL, service_date=day)
        for day in (first, second, date(2026, 3, 4))
    ]
    event = encounter(charges=charges, visit_class=VisitClass.INPATIENT)
    coded = Life().code(event.model_copy(update={"documents": tuple(notes)}))
    assert [each.code for each in services(coded, ServiceKind.VISIT)] == ["99232", "99231", ""]
    assert [each.outcome for each in found(coded, "visit.overcoded")] == [
        Outcome.PASS,
        Outcome.FAIL,
        Outcome.NOT_CHECKED,
    ]
