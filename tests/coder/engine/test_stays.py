"""Stays, operations and emergencies: lists in every form, courses, labels, births (guidelines II, III)."""

from pathlib import Path

import pytest
import yaml

from services.coder.batch import Coder, encounter_of

STAYS = yaml.safe_load((Path(__file__).parent / "stays.yaml").read_text(encoding="utf-8"))


def test_every_stay_gives_its_codes_and_no_others(coder: Coder) -> None:
    wrong = []
    for stay in STAYS:
        coded = coder.code(stay["note"], encounter_of({**stay, "date": "2026-10-15"}))
        found = {code.code for code in coded.codes} - set(stay["may"])
        if found != set(stay["codes"]):
            wrong.append((stay["id"], sorted(found ^ set(stay["codes"]))))
    assert not wrong


def test_an_uncertain_final_diagnosis_is_proposed_and_says_so(coder: Coder) -> None:
    text = "DISCHARGE DIAGNOSES\n\n1. Acute on chronic systolic heart failure.\n2. Probable pneumonia.\n"
    inpatient = coder.code(text, encounter_of({"class": "inpatient"})).codes
    assert [(code.code, code.assertion) for code in inpatient] == [
        ("I50.23", "affirmed"),
        ("J18.9", "possible"),
    ]
    outpatient = coder.code(text, encounter_of({"class": "outpatient"})).codes
    assert [code.code for code in outpatient] == ["I50.23"]


def test_a_sentence_of_the_assessment_may_begin_with_the_diagnosis(coder: Coder) -> None:
    text = (
        "IMPRESSION / PLAN\nAcute ischemic stroke, left MCA, cardioembolic from AF while anticoagulation was "
        "interrupted. Neuro ICU, SBP under 160.\nPersistent AF. Rate fine.\nEssential hypertension. Rest."
    )
    found = {code.code for code in coder.code(text, encounter_of({"class": "inpatient"})).codes}
    assert found - {"Z79.01"} == {"I63.412", "I48.19", "I10"}


def test_what_a_stroke_has_taken_may_stand_in_the_examination(coder: Coder) -> None:
    text = (
        "Exam: left face droop, left homonymous hemianopia, dysphagia to thin liquids. No aphasia.\n"
        "ASSESSMENT\n1. Acute right MCA stroke"
    )
    found = {code.code for code in coder.code(text, encounter_of({"class": "inpatient"})).codes}
    assert found == {"I63.511", "R29.810", "H53.462", "R13.10"}


@pytest.mark.parametrize(
    ("problem", "codes"),
    [
        ("AMS - likely hepatic encephalopathy, lactulose", ["K76.82"]),
        ("Fever - suspected UTI", ["N39.0"]),
        ("Transaminitis: probably alcoholic hepatitis, trend", ["K70.10"]),
        ("Dyspnea - PE unlikely", ["R06.00"]),
    ],
)
def test_what_a_symptom_likely_comes_from_is_coded_of_a_stay(
    coder: Coder, problem: str, codes: list[str]
) -> None:
    text = f"ASSESSMENT AND PLAN\n\n1. {problem}\n"
    inpatient = coder.code(text, encounter_of({"class": "inpatient"})).codes
    assert [code.code for code in inpatient] == codes
    emergency = coder.code(text, encounter_of({"class": "emergency"})).codes
    assert all(code.code[0] == "R" for code in emergency)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("POD 2\nA/P: s/p R hemicolectomy for cecal adenocarcinoma, path pending", {"C18.0"}),
        ("POD 3\nA/P: s/p mastectomy in 2011 for breast cancer", {"Z85.3", "Z90.10"}),
        (
            "A/P:\n# Acute hypoxic respiratory failure\n# Chronic hypercapnic respiratory failure",
            {"J96.21", "J96.22"},
        ),
        ("ICU DAY 3\nCV: septic shock resolved, off pressors\nRenal: ATN", {"A41.9", "R65.21", "N17.0"}),
    ],
)
def test_what_the_days_of_a_stay_say(coder: Coder, text: str, codes: set[str]) -> None:
    found = {code.code for code in coder.code(text, encounter_of({"class": "inpatient"})).codes}
    assert found == codes


def test_principal_and_secondary_head_the_diagnoses_of_a_discharge(coder: Coder) -> None:
    told = "Principal: Sepsis due to pneumonia.\nSecondary: AKI, HTN."
    stay = {"note": f"DISCHARGE SUMMARY\n{told}\n\nHospital course: better.\n", "class": "inpatient"}
    coded = coder.code(stay["note"], encounter_of({**stay, "date": "2026-10-15", "age": 80}))
    assert {code.code for code in coded.codes} == {"A41.9", "J18.9", "N17.9", "I10"}
