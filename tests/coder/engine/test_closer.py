"""What the text under a problem's name says that it is."""

from datetime import date

import pytest

from services.coder.batch import Coder
from services.coder.engine.model import Encounter

_ENCOUNTER = Encounter(date(2026, 10, 15), 60, "female")


@pytest.mark.parametrize(
    ("name", "under", "codes"),
    [
        ("Anemia", "Iron studies show iron deficiency anemia.", {"D50.9"}),
        ("Heart failure", "This is acute on chronic systolic heart failure.", {"I50.23"}),
        ("Hearing loss", "Audiogram shows bilateral sensorineural hearing loss.", {"H90.3"}),
        ("Knee pain", "She has primary osteoarthritis of the right knee.", {"M17.11"}),
        ("Headache", "Symptoms similar to a tension headache.", {"R51.9"}),
        ("Anemia", "No evidence of iron deficiency anemia.", {"D64.9"}),
        ("Anemia", "Her sister had iron deficiency anemia.", {"D64.9"}),
        ("Left leg pain", "Duplex confirms an acute DVT of the left popliteal vein.", {"I82.432"}),
        ("Skin lesion", "Biopsy came back as basal cell carcinoma of the left cheek.", {"C44.319"}),
        ("Depression", "He meets criteria for moderate major depressive disorder, recurrent.", {"F33.1"}),
        ("Wound check", "Laceration of the right forearm repaired 10 days ago.", {"S51.811D"}),
        ("Sore throat", "If she is positive for strep, amoxicillin.", {"J02.9"}),
        ("Hypercalcemia", "PTH is high as well, so this is primary hyperparathyroidism.", {"E21.0"}),
        ("Hypercalcemia", "This may be primary hyperparathyroidism.", {"E83.52"}),
        ("Hyponatremia", "This is SIADH.", {"E22.2"}),
        ("Elevated platelets", "This is reactive thrombocytosis. I do not think of ET.", {"D75.838"}),
        ("GAD", "Insomnia.", {"F41.1"}),
        ("Diabetes", "A1c is 9.8, uncontrolled with hyperglycemia.", {"E11.65"}),
        ("Diabetes", "A1c is 6.8, without hyperglycemia.", {"E11.9"}),
        ("Sore throat", "Rapid strep is positive.", {"J02.0"}),
        ("Sore throat", "Rapid strep is negative.", {"J02.9"}),
        ("Follow up on lung nodule", "Stable at 5 mm.", {"R91.1"}),
        ("Cellulitis", "Back in a week.", {"L03.90"}),
        ("Cellulitis", "Left lower leg.", {"L03.116"}),
    ],
)
def test_a_vague_name_is_what_the_text_says(coder: Coder, name: str, under: str, codes: set[str]) -> None:
    note = f"ASSESSMENT AND PLAN\n\n1. {name}.\n- Medical Reasoning: {under}\n"
    assert {code.code for code in coder.code(note, _ENCOUNTER).codes} == codes


def test_parity_and_weeks_make_a_pregnancy(coder: Coder) -> None:
    note = "ASSESSMENT\n28 y.o. G2P1001 at 34w1d with chronic hypertension on labetalol and anemia.\n"
    found = {code.code for code in coder.code(note, Encounter(date(2026, 10, 15), 28, "female")).codes}
    assert found == {"O10.913", "O99.013", "Z3A.34"}
