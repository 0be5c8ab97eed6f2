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
        ("Left kidney", "A simple cyst, Bosniak I.", {"N28.1"}),
        ("Right heel cord", "Full thickness rupture, fresh, 3 days.", {"S86.011A"}),
        ("Gallbladder", "Stones. See surgery.", {"K80.20"}),
        ("Left shoulder", "Frozen.", {"M75.02"}),
        ("Left foot", "Stress fracture ruled out.", set()),
        ("Back", "Better.", set()),
        ("Kidney", "No stones.", set()),
        ("Trouble seeing", "I think this is a cataract.", set()),
        ("Cough", "I believe it's asthma.", {"R05.9"}),
        ("Lupus worry", "No evidence for it.", set()),
        ("Dry eyes, both: dry eye syndrome", "Tears.", {"H04.123"}),
        ("Infertility", "Blocked tubes.", {"N97.1"}),
        ("Thyroid", "Lithium made her hypothyroid.", {"E03.2", "T43.595A"}),
        ("Arm swelling", "Lymphedema following her mastectomy.", {"I97.2"}),
        ("Celiac artery stenosis", "Watched.", {"I77.1"}),
        ("Syncope", "From atrial fibrillation with pauses.", {"I48.91"}),
        ("Left shoulder pain", "Exam and MRI match a full thickness rotator cuff tear.", {"M75.122"}),
        ("Fatigue", "Could match the flu. Rest.", {"R53.83"}),
        ("Ear pain", "Both ears, acute suppurative otitis media, drums intact.", {"H66.003"}),
        ("Shoulder and hip stiffness", "Polymyalgia rheumatica, textbook response.", {"M35.3"}),
        ("Fatigue", "This is sleep apnea. On top of this she has hypothyroidism.", {"G47.30", "E03.9"}),
        ("Fatigue", "This is sleep apnea. On top of this she worries about cancer.", {"G47.30"}),
    ],
)
def test_a_problem_is_coded_by_what_its_text_states(
    coder: Coder, name: str, under: str, codes: set[str]
) -> None:
    assert _codes(coder, f"1. {name}. {under}\n2. Gout. No flare.") - {"M10.9"} == codes


def test_lines_under_a_name_alone_are_of_its_side(coder: Coder) -> None:
    assert _codes(coder, "Numb right hand\nCarpal tunnel, proven on the study. Splint.") == {"G56.01"}


_HISTORY = (
    "HPI: 61-year-old woman with high blood pressure, high cholesterol and an underactive thyroid. Her mother"
    " has diabetes. She never had asthma.\n\n"
)


@pytest.mark.parametrize(
    ("problem", "codes"),
    [
        ("Blood pressure. At goal, same dose.", {"I10"}),
        ("Cholesterol - at target.", {"E78.00"}),
        ("Thyroid. TSH fine.", {"E03.9"}),
        ("Sugars. Fine.", set()),
        ("Breathing. No complaints.", set()),
    ],
)
def test_an_organ_or_a_measure_means_the_known_condition(coder: Coder, problem: str, codes: set[str]) -> None:
    note = f"{_HISTORY}ASSESSMENT AND PLAN\n\n1. {problem}\n2. Gout. No flare.\n"
    assert {code.code for code in coder.code(note, _ENCOUNTER).codes} - {"M10.9"} == codes


@pytest.mark.parametrize(
    ("name", "under", "codes"),
    [
        ("Hearing loss", "Sensorineural, both ears.", {"H90.3"}),
        ("Hernia", "Left inguinal, reducible.", {"K40.90"}),
        ("Right ear infection", "Acute suppurative, drum is intact.", {"H66.001"}),
        ("Migraine with aura", "Not intractable, infrequent.", {"G43.109"}),
        ("Asthma.", "Moderate persistent, flaring from the pollen. Not status.", {"J45.41"}),
        ("Glaucoma, both eyes.", "Open angle, primary, mild stage (no field loss).", {"H40.1131"}),
        ("Rheumatoid arthritis.", "Seropositive disease of wrists, hands and feet.", {"M05.79"}),
        ("Herniated disc L4-5.", "With L5 radiculopathy.", {"M51.16"}),
        ("Herniated disc L4-5.", "No radiculopathy. Exercises.", {"M51.26"}),
    ],
)
def test_a_fragment_goes_on_with_the_name(coder: Coder, name: str, under: str, codes: set[str]) -> None:
    assert _codes(coder, f"1. {name}\n{under}") == codes


def test_problems_counted_in_dictation(coder: Coder) -> None:
    told = (
        "For her first problem, heart murmur. I told her aortic stenosis is one thing we would look for. For"
        " her second problem, hypertension. She is not controlled. Third problem, depression. Same dose."
    )
    assert _codes(coder, told) == {"R01.1", "I10", "F32.A"}


def test_a_name_below_a_name_is_no_text_of_it(coder: Coder) -> None:
    assert _codes(coder, "Hypertension\nGAD\nInsomnia") == {"I10", "F41.1", "G47.00"}


def test_the_complication_of_a_diabetes_explains_a_symptom_beside_it(coder: Coder) -> None:
    told = "1. Type 2 diabetes. Same doses.\n2. Numb feet. Diabetic polyneuropathy by exam."
    assert _codes(coder, told) == {"E11.42"}


@pytest.mark.parametrize(
    ("told", "codes"),
    [
        ("Hypertension. Stable, benign right thyroid nodule. Gout.", {"I10", "E04.1", "M10.9"}),
        ("Lung nodule. Centrilobular emphysema with moderate obstruction.", {"R91.1", "J43.2"}),
    ],
)
def test_names_in_an_impression_of_sentences(coder: Coder, told: str, codes: set[str]) -> None:
    found = coder.code(f"HPI: Seen again.\n\nIMPRESSION\n\n{told}\n", _ENCOUNTER).codes
    assert {code.code for code in found} == codes


def test_a_first_sentence_names_another_condition_of_the_category(coder: Coder) -> None:
    told = "Postmenopausal bleeding, lining thick. Biopsy sent.\nAtrophic vaginitis: inserts."
    assert _codes(coder, told) == {"N95.0", "N95.2"}
