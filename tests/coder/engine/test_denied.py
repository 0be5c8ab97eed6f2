"""What is denied, doubted, another's or past, as clinicians say it in many ways, is not coded (IV.H)."""

from datetime import date
from pathlib import Path

import pytest

from services.coder.batch import Coder
from services.coder.engine.model import Encounter, Setting

_DAY = date(2026, 10, 15)
_NOTE = "48 yo seen for follow-up of hypertension. {said} Blood pressure is well controlled on lisinopril."
_STAY = (
    "DISCHARGE SUMMARY\nFinal diagnosis: Gout\nHospital course: He was admitted with a swollen toe. {said}"
    " He improved and went home."
)
_DISEASES = (("pulmonary embolism", "pneumonia", ("I26", "J18")), ("meningitis", "sepsis", ("G03", "A41")))
_AFFIRMED = (
    "She has {X}.",
    "This is {X}.",
    "{X} confirmed on CT.",
    "Found to have {X}.",
    "{X} proven by culture.",
)


def _statements() -> list[str]:
    text = Path(__file__).with_name("denied.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line]


def _codes(coder: Coder, note: str, said: str, encounter: Encounter) -> set[str]:
    text = note.format(said=said[0].upper() + said[1:])
    return {code.code[:3] for code in coder.code(text, encounter).codes}


@pytest.mark.parametrize(
    ("note", "setting"), [(_NOTE, Setting.OUTPATIENT), (_STAY, Setting.INPATIENT)], ids=["visit", "stay"]
)
def test_what_is_not_asserted_of_the_patient_today_is_not_coded(
    coder: Coder, note: str, setting: Setting
) -> None:
    encounter = Encounter(_DAY, 48, "male", setting)
    wrong = [
        said
        for statement in _statements()
        for one, other, codes in _DISEASES
        if _codes(coder, note, said := statement.format(X=one, Y=other), encounter) & set(codes)
    ]
    assert wrong == []


@pytest.mark.parametrize("statement", _AFFIRMED)
def test_what_is_asserted_is_coded(coder: Coder, statement: str) -> None:
    encounter = Encounter(_DAY, 48, "male")
    for one, _, codes in _DISEASES:
        assert codes[0] in _codes(coder, _NOTE, statement.format(X=one), encounter)
