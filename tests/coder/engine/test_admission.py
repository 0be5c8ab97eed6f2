"""Present on admission: inpatients only, exempt codes empty, what began in the stay is N."""

from datetime import date

from services.coder.batch import Coder, encounter_of
from services.coder.engine.model import Encounter, Setting
from tests.coder.notes.load import notes

STAY = Encounter(date(2026, 10, 1), setting=Setting.INPATIENT)
NOTE = (
    "HOSPITAL COURSE\n\nThe hypokalemia developed on hospital day 3 and was replaced.\n\n"
    "DISCHARGE DIAGNOSES\n\n1. Pneumonia.\n2. Hypokalemia.\n3. Status post left total knee replacement.\n"
)


def _indicators(coder: Coder, encounter: Encounter) -> dict[str, str]:
    return {code.code: code.present_on_admission for code in coder.code(NOTE, encounter).codes}


def test_each_code_of_a_stay_has_its_indicator(coder: Coder) -> None:
    assert _indicators(coder, STAY) == {"J18.9": "Y", "E87.6": "N", "Z96.652": ""}


def test_outpatients_have_none(coder: Coder) -> None:
    assert set(_indicators(coder, Encounter(date(2026, 10, 1))).values()) == {""}


def test_our_own_notes(coder: Coder) -> None:
    right = total = 0
    for note in notes():
        if note.encounter_class != "inpatient":
            continue
        found = coder.code(note.text, encounter_of(note.request())).codes
        given = {code.code: code.present_on_admission for code in found}
        judged = [entry for entry in note.codes if entry.poa and entry.code in given]
        right += sum(given[entry.code] == entry.poa for entry in judged)
        total += len(judged)
    assert right / total >= 0.88
