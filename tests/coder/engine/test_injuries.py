"""Injuries, bones and nerves as clinicians dictate them: what a vague name turns out to be, which side, which
episode, what an old stroke has left.
"""

from datetime import date

import pytest

from services.coder.batch import Coder
from services.coder.engine.model import Encounter


def codes_of(coder: Coder, note: str) -> set[str]:
    """The codes of a clinic note."""
    return {code.code for code in coder.code(note, Encounter(date(2026, 10, 15))).codes}


@pytest.mark.parametrize(
    ("note", "codes"),
    [
        ("ASSESSMENT\n1. Right shoulder injury: complete rotator cuff tear on MRI. Refer.", {"M75.121"}),
        (
            "ASSESSMENT\n1. Hand injury, right. X-ray: boxer's fracture of the fifth metacarpal. Splint.",
            {"S62.336A"},
        ),
        ("ASSESSMENT\n1. Left wrist injury. X-rays negative. No fracture. Ice and a brace.", {"S69.92XA"}),
        ("ASSESSMENT\n1. Left wrist injury\nPossible scaphoid fracture; repeat films.", {"S69.92XA"}),
        ("1. Rotator cuff tear, left, after fall off ladder", {"S46.012A"}),
        ("1. Right rotator cuff tear, complete, bothering her since last fall", {"M75.121"}),
        ("1. Left groin strain", {"S76.212A"}),
    ],
)
def test_an_injury_is_what_the_text_says(coder: Coder, note: str, codes: set[str]) -> None:
    assert codes_of(coder, note) == codes


@pytest.mark.parametrize(
    ("note", "codes"),
    [
        ("1. Concussion\nNo LOC. Rest.", {"S06.0X0A"}),
        ("HPI: Hit her head, did not pass out.\nAssessment: Concussion", {"S06.0X0A"}),
        ("HPI: Knocked out for about a minute.\nAssessment: Concussion", {"S06.0X1A"}),
        ("HPI: Fell off a ladder, passed out.\nAssessment: Traumatic subdural hematoma", {"S06.5X9A"}),
        ("HPI: Fell. Unknown if she lost consciousness.\nAssessment: Concussion", {"S06.0XAA"}),
    ],
)
def test_the_history_tells_whether_consciousness_was_lost(coder: Coder, note: str, codes: set[str]) -> None:
    assert codes_of(coder, note) == codes


@pytest.mark.parametrize(
    ("note", "codes"),
    [
        ("1. Right knee meniscus tear, medial, from twisting it 2 weeks ago", {"S83.241A"}),
        ("1. Right knee meniscus tear, medial, 6 weeks ago", {"S83.241D"}),
        (
            "1. Right ACL tear\nReconstruction is scheduled for Monday. Aspirin four weeks after surgery.",
            {"S83.511A"},
        ),
    ],
)
def test_the_time_of_the_mishap_is_none_of_the_treatment(coder: Coder, note: str, codes: set[str]) -> None:
    assert codes_of(coder, note) == codes


@pytest.mark.parametrize(
    ("note", "codes"),
    [
        ("1. Stroke 2 years ago, residual right arm weakness", {"I69.331"}),
        ("1. Stroke in 2020 with residual left leg weakness", {"I69.344"}),
        ("1. Old stroke, right arm and leg weakness", {"I69.351"}),
        ("1. Stroke 2 years ago\nStill weak in the left hand. Left-handed.", {"I69.332"}),
        ("1. Weakness of left hand after stroke in 2019", {"I69.334"}),
        ("1. History of stroke with residual right sided weakness", {"I69.351"}),
        ("1. Residual weakness from stroke", {"I69.398"}),
        ("1. New right arm weakness, history of stroke. Send to ED.", {"R53.1"}),
    ],
)
def test_weakness_of_one_limb_after_a_stroke_is_monoplegia(coder: Coder, note: str, codes: set[str]) -> None:
    assert codes_of(coder, note) == codes


@pytest.mark.parametrize(
    ("note", "codes"),
    [
        ("1. Plantar fasciitis right foot, Achilles tendonitis left.", {"M72.21", "M76.62"}),
        ("1. Wet macular degeneration OD, active; dry AMD OS, intermediate.", {"H35.3211", "H35.3122"}),
        ("1. Right and left hip osteoarthritis", {"M16.0"}),
        ("1. CTS right wrist and left wrist", {"G56.03"}),
        ("1. ACL tear right knee, left knee OA", {"S83.511A", "M17.12"}),
        ("1. Cataract right eye, pseudophakia left", {"H26.9", "Z96.1"}),
        ("Biopsy came back BCC of the left nose.", {"C44.311"}),
    ],
)
def test_each_condition_has_its_own_side(coder: Coder, note: str, codes: set[str]) -> None:
    assert codes_of(coder, note) == codes


def test_a_fracture_put_down_to_a_cancer_is_one_of_neoplastic_disease(coder: Coder) -> None:
    note = "1. Pathologic fracture left femur due to metastatic prostate cancer"
    assert codes_of(coder, note) == {"M84.552A", "C79.51", "C61"}


@pytest.mark.parametrize(
    ("note", "codes"),
    [
        (
            "Here for the right knee, worse for years. X-ray today. This is just end stage arthritis.",
            {"M17.11"},
        ),
        ("He is here for his left shoulder. This is bursitis. Injected.", {"M75.52"}),
        ("Here for his left shoulder and right knee. It is arthritis.", {"M19.90"}),
        ("ASSESSMENT\n1. Right foot injury. X-ray negative. Contusion, ice.", {"S90.31XA"}),
        (
            "Right ankle swelled up after he rolled it. X-ray shows no fracture. This is a sprain.",
            {"S93.401A"},
        ),
        ("A/P: Right shoulder injury - MRI with full thickness tear of supraspinatus. Refer.", {"M75.121"}),
    ],
)
def test_running_text_tells_the_part_of_the_body_before(coder: Coder, note: str, codes: set[str]) -> None:
    assert codes_of(coder, note) == codes


@pytest.mark.parametrize(
    ("note", "codes"),
    [
        ("1. Delayed union of right tibia shaft fracture", {"S82.201G"}),
        ("1. Salter-Harris II fracture of left distal tibia", {"S89.122A"}),
        ("1. Skin tear to left forearm", {"S51.812A"}),
        ("1. Insect bite left leg", {"S80.862A"}),
        ("1. Scald burn to chest, partial thickness", {"T21.21XA"}),
        ("Known osteoporosis. She fell from standing height and broke her left hip.", {"M80.052A"}),
        ("Fell at home, Colles fracture of the left wrist. Splinted.", {"S52.532A"}),
    ],
)
def test_injuries_in_everyday_words(coder: Coder, note: str, codes: set[str]) -> None:
    assert codes_of(coder, note) == codes


@pytest.mark.parametrize(
    ("note", "codes"),
    [
        ("1. Wound infection after appendectomy, superficial. Packing changes.", {"T81.41XA"}),
        ("1. C-section incision came open a little at the corner", {"O90.0"}),
        ("1. Seroma after hernia repair, drained", {"L76.34"}),
        ("1. Inguinal hernia repair scheduled", {"K40.90"}),
        ("1. Tubes in both ears. Recurrent ear infections none since.", {"Z96.22"}),
        ("1. TIA last month, no residual", {"Z86.73"}),
        ("1. Meniere disease right ear with tinnitus and hearing loss", {"H81.01"}),
        ("1. Neck arthritis with pinched nerve", {"M47.22"}),
        ("1. Acute low back pain with muscle spasm", {"M54.50", "M62.830"}),
        ("1. Vascular dementia with behavioral disturbance, agitation at night", {"F01.511"}),
    ],
)
def test_what_is_over_and_what_belongs_to_a_disease(coder: Coder, note: str, codes: set[str]) -> None:
    assert codes_of(coder, note) == codes
