"""What the text under a vague, lay or nameless problem states."""

from datetime import date

import pytest

from services.coder.batch import Coder
from services.coder.engine.model import Encounter

_ENCOUNTER = Encounter(date(2026, 10, 15), 60, "female")


def _codes(coder: Coder, assessment: str) -> set[str]:
    return {code.code for code in coder.code(f"ASSESSMENT AND PLAN\n\n{assessment}\n", _ENCOUNTER).codes}


@pytest.mark.parametrize(
    ("name", "under", "codes"),
    [
        ("Racing on standing", "She meets the definition of POTS, with a 56 beat rise.", {"G90.A"}),
        ("Burning with urination", "Classic for an uncomplicated acute cystitis.", {"N30.00"}),
        ("Kidneys", "CKD stage 4 from type 2 diabetes, slowly losing ground.", {"E11.22", "N18.4"}),
        ("Leaking", "Overactive bladder with urge incontinence. Timed voiding.", {"N32.81", "N39.41"}),
        ("Fluid in the belly", "This is ascites from portal hypertension.", {"R18.8", "K76.6"}),
        ("Wine", "Meets 3 criteria; alcohol use disorder, mild. Motivated.", {"F10.10"}),
        ("Bump on right arm", "Soft. This is a lipoma.", {"D17.21"}),
        ("Back pain", "Herniated disc L5-S1 with right S1 radiculopathy.", {"M51.17"}),
        ("Breathing", "No asthma. I do not think this is COPD.", set()),
        ("Breathing", "No risk of asthma.", set()),
        ("Shots", "Flu and COVID utd.", set()),
        ("Labs", "CBC, CMP and lipids drawn.", set()),
        ("Cough", "Discussed asthma.", {"R05.9"}),
        ("Syncope", "From atrial fibrillation with pauses.", {"I48.91"}),
    ],
)
def test_a_problem_is_coded_by_what_its_text_states(
    coder: Coder, name: str, under: str, codes: set[str]
) -> None:
    assert _codes(coder, f"1. {name}. {under}\n2. Gout. No flare.") - {"M10.9"} == codes


def test_lines_under_a_name_alone_are_of_its_side(coder: Coder) -> None:
    assert _codes(coder, "Numb right hand\nCarpal tunnel, proven on the study. Splint.") == {"G56.01"}
