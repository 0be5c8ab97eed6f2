"""What a sentence of the note calls for without a problem being made of it (`data/facts.yaml`)."""

from datetime import date

import pytest

from services.coder.batch import Coder
from services.coder.engine.model import Encounter, Setting

_DAY = date(2026, 10, 15)


def _codes(coder: Coder, note: str, setting: Setting = Setting.OUTPATIENT) -> set[str]:
    return {c.code for c in coder.code(note, Encounter(_DAY, 44, "female", setting)).codes}


@pytest.mark.parametrize(
    "said",
    [
        "Flu shot was given in the left arm today.",
        "Tdap and Shingrix administered.",
    ],
)
def test_a_vaccine_given_today_is_coded(coder: Coder, said: str) -> None:
    assert "Z23" in _codes(coder, f"ASSESSMENT AND PLAN\nAsthma, mild intermittent.\n- Preventive: {said}\n")


@pytest.mark.parametrize(
    "said",
    [
        "Flu shot due next month.",
        "Flu shot was given last year at the pharmacy.",
        "Tdap declined today.",
        "Her mother got the flu shot today.",
    ],
)
def test_a_vaccine_of_another_day_or_person_is_not(coder: Coder, said: str) -> None:
    assert "Z23" not in _codes(coder, f"ASSESSMENT AND PLAN\nAsthma, mild intermittent.\n- Note: {said}\n")


def test_aftercare_takes_the_place_of_what_was_operated_on(coder: Coder) -> None:
    found = _codes(coder, "Post-op visit, 2 weeks after lap chole for acute cholecystitis. Doing well.")
    assert "Z48.815" in found
    assert not {code for code in found if code.startswith(("K80", "K81"))}


def test_surveillance_makes_a_treated_cancer_history_unless_it_is_still_treated(coder: Coder) -> None:
    told = "Colon cancer, resected 2022, here for a surveillance visit, no evidence of disease."
    assert {"Z08", "Z85.038"} <= _codes(coder, told)
    assert "Z08" not in _codes(coder, told + " Breast cancer on letrozole.")
