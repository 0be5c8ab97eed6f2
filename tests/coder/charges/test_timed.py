"""Services that are counted in minutes: prolonged visits, critical care, infusions."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from services.coder.charges.infusion_time import further_hours, runs
from services.coder.charges.prolonged import beside
from services.contracts.administration import Administration
from services.contracts.base import Coding, Outcome
from services.contracts.coding import CodedEncounter, Route, ServiceKind
from services.contracts.encounter import ClaimType, Coverage, VisitClass
from tests.coder.charges.build import chart, failed, found, line, services
from tests.coder.encounter.build import CPT, WHEN, Life, charge, encounter

VISIT = "ASSESSMENT AND PLAN\n1. Type 2 diabetes mellitus with severe exacerbation of neuropathy. {}\n"
INFUSION = "TREATMENT\nPatient tolerated treatment well. {}\n\nASSESSMENT\n1. Iron deficiency anemia.\n"
HCPCS = "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"


def coded(note: str, payer: str, *charged: tuple[str, str]) -> CodedEncounter:
    listed = [
        charge(
            code,
            CPT if code.isdigit() else HCPCS,
            f"c{i}",
            units=Decimal(units),
            claim_type=ClaimType.PROFESSIONAL,
        )
        for i, (code, units) in enumerate(charged)
    ]
    event = encounter(note=note, charges=listed, visit_class=VisitClass.AMBULATORY)
    cover = (Coverage(coverage_id="c", payer_id="P", payer_kind=payer),)
    return Life().code(event.model_copy(update={"coverages": cover}))


def timed(event: CodedEncounter) -> list[str]:
    return [rule for rule in failed(event) if rule.startswith(("prolonged", "time", "infusion"))]


@pytest.mark.parametrize(
    ("minutes", "payer", "charged", "rules"),
    [
        (70, "commercial", [("99215", "1"), ("99417", "2")], []),
        (69, "commercial", [("99215", "1"), ("99417", "2")], ["prolonged.over"]),
        (70, "commercial", [("99215", "1"), ("99417", "1")], ["prolonged.under"]),
        (55, "commercial", [("99215", "1")], ["prolonged.uncharged"]),
        (54, "commercial", [("99215", "1")], []),
        (69, "medicare", [("99215", "1"), ("G2212", "1")], []),
        (68, "medicare", [("99215", "1"), ("G2212", "1")], ["prolonged.over"]),
        (90, "medicare", [("99215", "1"), ("99417", "1")], ["prolonged.payer", "prolonged.uncharged"]),
        (90, "commercial", [("99214", "1"), ("99417", "1")], ["prolonged.over"]),
    ],
)
def test_prolonged_visits_by_payer(
    minutes: int, payer: str, charged: list[tuple[str, str]], rules: list[str]
) -> None:
    note = VISIT.format(f"I spent {minutes} minutes on the day of the visit.")
    event = coded(note, payer, *charged)
    assert timed(event) == rules
    assert [(ln.code, str(ln.units)) for ln in event.lines] == charged  # never changed


def test_prolonged_time_that_is_not_stated_waits_for_a_coder() -> None:
    event = coded(VISIT.format("Adjusted insulin."), "commercial", ("99215", "1"), ("99417", "1"))
    (verdict,) = found(event, "prolonged.over")
    assert "no total time is stated" in verdict.message
    assert line(event, "99417").route is Route.REVIEW


@pytest.mark.parametrize(
    ("said", "payer", "charged", "rules"),
    [
        ("Critical care time: 45 minutes.", "commercial", [("99291", "1")], []),
        ("Critical care time: 25 minutes.", "commercial", [("99291", "1")], ["time.short"]),
        ("Intubated.", "commercial", [("99291", "1")], ["time.short"]),
        ("I provided 80 minutes of critical care.", "commercial", [("99291", "1"), ("99292", "1")], []),
        (
            "I provided 80 minutes of critical care.",
            "medicare",
            [("99291", "1"), ("99292", "1")],
            ["prolonged.over"],
        ),
        ("I provided 104 minutes of critical care.", "medicare", [("99291", "1"), ("99292", "1")], []),
    ],
)
def test_critical_care(said: str, payer: str, charged: list[tuple[str, str]], rules: list[str]) -> None:
    assert timed(coded(VISIT.format(said), payer, *charged)) == rules


def test_each_kind_of_payer_has_one_number_for_a_visit() -> None:
    for payer in ("medicare", "commercial"):
        visits = [code for rule in beside() if rule.taken_by(payer) for code in rule.after]
        assert len(visits) == len(set(visits))


@pytest.mark.parametrize(
    ("sentence", "what", "minutes"),
    [
        ("Rituximab 700 mg IV infusion, started 0910, stopped 1245.", "drug", 215),
        ("Iron sucrose infused from 9:10 am to 10:45 am.", "drug", 95),
        ("IV hydration. Start time: 1400\nStop time: 1535", "fluid", 95),
        ("1 L normal saline infused over 2 hours.", "fluid", 120),
        ("Zoledronic acid 5 mg IV over 20 min given.", "drug", 20),
        ("Vancomycin hung at 23:30, completed at 01:00.", "drug", 90),
    ],
)
def test_times_of_an_infusion(sentence: str, what: str, minutes: int) -> None:
    note = chart(INFUSION.format(sentence))
    (run,) = runs(note)
    assert (run.what, run.minutes) == (what, minutes)
    text = note.pages[0].document.text
    assert text[run.evidence.start : run.evidence.end] == run.evidence.text


@pytest.mark.parametrize(
    "sentence",
    [
        "Seen from 0900 to 0940.",
        "Will infuse iron over 2 hours if the level falls.",
        "Back pain for 3 hours.",
    ],
)
def test_other_times_are_no_infusion(sentence: str) -> None:
    assert runs(chart(f"ASSESSMENT\n1. Iron deficiency anemia. {sentence}\n")) == []


@pytest.mark.parametrize(("minutes", "hours"), [(16, 0), (90, 0), (91, 1), (150, 1), (151, 2), (211, 3)])
def test_a_further_hour_is_more_than_half_of_one(minutes: int, hours: int) -> None:
    assert further_hours(minutes) == hours


@pytest.mark.parametrize(
    ("sentence", "charged", "rules"),
    [
        ("Iron sucrose infused from 0900 to 1045.", [("96365", "1"), ("96366", "1")], []),
        ("Iron sucrose infused from 0900 to 1020.", [("96365", "1"), ("96366", "1")], ["infusion.over"]),
        ("Iron sucrose infused from 0900 to 1045.", [("96365", "1")], ["infusion.under"]),
        ("Iron sucrose given intravenously.", [("96365", "1")], ["infusion.untimed"]),
        ("Iron sucrose infused from 0900 to 0910.", [("96365", "1")], ["infusion.untimed"]),
        ("Normal saline 500 ml infused from 0900 to 0930.", [("96360", "1")], ["infusion.untimed"]),
        ("Normal saline 1 L infused from 0900 to 0945.", [("96360", "1")], []),
    ],
)
def test_hours_of_infusions_against_the_charges(
    sentence: str, charged: list[tuple[str, str]], rules: list[str]
) -> None:
    assert timed(coded(INFUSION.format(sentence), "commercial", *charged)) == rules


def test_two_kinds_of_drug_infusion_are_not_told_apart() -> None:
    note = INFUSION.format("Rituximab infused from 0900 to 1145.")
    event = coded(note, "commercial", ("96413", "1"), ("96365", "1"))
    assert {f.outcome for f in found(event, "infusion.over")} == {Outcome.NOT_CHECKED}


def given(ident: str, start: datetime, minutes: int, **more: Any) -> Administration:
    end = start + timedelta(minutes=minutes) if minutes else None
    return Administration(administration_id=ident, start=start, end=end, **more)


def test_what_was_charted_as_given_documents_dose_and_time() -> None:
    ceftriaxone = {
        "text": "Ceftriaxone 1000 MG Injection",
        "quantity": Decimal(1),
        "unit": "g",
        "route": (Coding(system="http://snomed.info/sct", code="47625008", display="Intravenous route"),),
    }
    event = encounter(
        note=INFUSION.format("Seen in the infusion room."),
        charges=[
            charge("J0696", HCPCS, "c1", units=Decimal(8), claim_type=ClaimType.PROFESSIONAL),
            charge("96365", CPT, "c2", units=Decimal(1), claim_type=ClaimType.PROFESSIONAL),
        ],
    ).model_copy(
        update={
            "administrations": (given("a1", WHEN, 35, **ceftriaxone), given("a2", WHEN, 0, **ceftriaxone))
        }
    )
    coded = Life().code(event)
    assert timed(coded) == []
    (drug,) = services(coded, ServiceKind.DRUG)
    assert (drug.code, drug.units) == ("J0696", Decimal(8))
    (dose,) = drug.elements
    assert dose.evidence[0].document_id == "MedicationAdministration/a1"
