"""What names say: «secondary to» leads to a cause, no secondary disease; symptoms have the Index's codes."""

from datetime import date

import pytest

from services.coder.batch import Coder
from services.coder.engine.model import Encounter


def codes_of(coder: Coder, problem: str) -> list[str]:
    """The codes of a note with that problem."""
    note = f"ASSESSMENT AND PLAN\n\n1. {problem}.\n"
    return [code.code for code in coder.code(note, Encounter(date(2026, 10, 15))).codes]


@pytest.mark.parametrize(
    ("problem", "codes"),
    [
        ("CKD stage 3b secondary to hypertension", ["I12.9", "N18.32"]),
        ("Hypercalcemia secondary to hyperparathyroidism", ["E21.3"]),
        ("Right knee pain secondary to osteoarthritis", ["M17.11"]),
        ("Secondary hypertension", ["I15.9"]),
        ("Hypertension secondary to renal artery stenosis", ["I15.0", "I70.1"]),
        ("Hypertension secondary to hyperaldosteronism", ["I15.2", "E26.09"]),
        ("Knee osteoarthritis secondary to old injury, right", ["M17.31"]),
        ("Left hip osteoarthritis secondary to avascular necrosis", ["M16.7", "M87.052"]),
        ("Osteoporosis secondary to hyperthyroidism", ["M81.8", "E05.90"]),
        ("Anemia secondary to iron deficiency", ["D50.9"]),
        ("Anemia due to CKD", ["N18.9", "D63.1"]),
        ("Neuropathy due to B12 deficiency", ["E53.8", "G63"]),
        ("Pulmonary hypertension due to COPD", ["I27.23", "J44.9"]),
        ("Cystic fibrosis related diabetes", ["E84.8", "E08.9"]),
        ("Parkinsonism secondary to haloperidol", ["G21.11", "T43.4X5A"]),
        ("Psychosis secondary to methamphetamine", ["F15.959"]),
        ("Insomnia due to chronic pain", ["G47.01", "G89.29"]),
        ("Insomnia due to menopause", ["N95.1"]),
        ("Constipation due to opioids", ["K59.03", "T40.2X5A"]),
        ("Right hip pain, history of right total hip arthroplasty", ["M25.551", "Z96.641"]),
        ("Coronary artery disease with an old stent", ["I25.10", "Z95.5"]),
        ("CAD, stented in 2019", ["I25.10", "Z95.5"]),
        ("CAD s/p bypass", ["I25.10", "Z95.1"]),
        ("Aortic stenosis s/p TAVR", ["Z95.2"]),
        ("Pain due to hip prosthesis", ["T84.84XA"]),
        ("Hearing loss due to noise exposure", ["H83.3X9"]),
    ],
)
def test_a_cause_is_read_as_one(coder: Coder, problem: str, codes: list[str]) -> None:
    assert codes_of(coder, problem) == codes


@pytest.mark.parametrize(
    ("problem", "drugs"),
    [
        ("Hair loss due to iron deficiency", 0),
        ("Constipation due to iron", 1),
        ("Acanthosis from insulin resistance", 0),
    ],
)
def test_what_is_lacking_is_no_drug_that_did_harm(coder: Coder, problem: str, drugs: int) -> None:
    assert len([code for code in codes_of(coder, problem) if code[0] == "T"]) == drugs


@pytest.mark.parametrize(
    ("problem", "codes"),
    [
        ("Groin pain, right", ["R10.31"]),
        ("Bilateral leg pain", ["M79.604", "M79.605"]),
        ("Ankle swelling, left", ["M25.472"]),
        ("Bilateral ankle swelling due to heart failure", ["I50.9"]),
        ("Brain lesion", ["G93.9"]),
        ("Skin lesion, concerning for basal cell carcinoma", ["L98.9"]),
        ("Skin lesion, actinic keratosis", ["L57.0"]),
        ("Grief", ["F43.21"]),
        ("Heart block", ["I45.9"]),
        ("Prior cesarean section", ["Z98.891"]),
        ("Pregnancy at 30 weeks.\n2. Prior cesarean section", ["O34.219", "Z3A.30"]),
    ],
)
def test_what_is_found_has_the_code_of_the_index(coder: Coder, problem: str, codes: list[str]) -> None:
    assert codes_of(coder, problem) == codes


@pytest.mark.parametrize(
    ("problem", "codes"),
    [
        ("Heart failure, right leg swelling", ["I50.9"]),
        ("CHF with bilateral edema", ["I50.9"]),
        ("Right heart failure", ["I50.810"]),
        ("Osteoarthritis, right knee", ["M17.11"]),
        ("Homonymous bilateral field defects", ["H53.461", "H53.462"]),
    ],
)
def test_a_side_is_that_of_the_part_beside_it(coder: Coder, problem: str, codes: list[str]) -> None:
    assert codes_of(coder, problem) == codes


@pytest.mark.parametrize(
    ("note", "codes"),
    [
        ("1. Type 1 diabetes.\n2. Moderate nonproliferative retinopathy, both eyes.", ["E10.3393"]),
        ("1. Type 2 diabetes.\n2. Proliferative retinopathy, left eye.", ["E11.3592"]),
        ("1. Left wrist pain.\n2. Abrasion of the left palm.", ["M25.532", "S60.512A"]),
        ("1. Iron deficiency anemia.\nFerritin is low on a tablet every other day.", ["D50.9"]),
        ("1. Crohn's disease.\nHe received his flu vaccine in the fall.", ["K50.90"]),
        ("1. History of breast cancer, no evidence of recurrence.", ["Z08", "Z85.3"]),
        ("1. Cough.\nAsthma is the other possibility.", ["R05.9"]),
        ("1. Cough.\nThe question is whether she has asthma.", ["R05.9"]),
        ("1. Cough.\nWe discussed albuterol in case this is asthma.", ["R05.9"]),
        ("1. Cough.\nAsthma crossed my mind, and would be unusual at her age.", ["R05.9"]),
    ],
)
def test_problems_are_read_with_what_stands_about_them(coder: Coder, note: str, codes: list[str]) -> None:
    coded = coder.code(f"ASSESSMENT AND PLAN\n\n{note}\n", Encounter(date(2026, 10, 15), 60))
    assert [code.code for code in coded.codes] == codes


@pytest.mark.parametrize(
    ("films", "code"),
    [("Nondisplaced fracture", "S92.354A"), ("Fracture", "S92.351A"), ("Displaced fracture", "S92.351A")],
)
def test_the_films_tell_that_a_fracture_is_not_displaced(coder: Coder, films: str, code: str) -> None:
    note = f"RESULTS\n{films} through the tuberosity of the fifth metatarsal, right foot.\n\n"
    note += "IMPRESSION\nRight fifth metatarsal base fracture.\n"
    assert [each.code for each in coder.code(note, Encounter(date(2026, 10, 15), 30)).codes] == [code]


@pytest.mark.parametrize(
    ("prose", "codes"),
    [
        (
            "She is here for hypothyroidism. She has iron deficiency from heavy periods and is on iron.",
            ["E03.9", "N92.0", "E61.1"],
        ),
        (
            "He had pneumonia last week and has finished his antibiotics. His COPD is at baseline.",
            ["J44.9"],
        ),
        (
            "She is status post left total knee on June 3 and doing very well. The incision is healed.",
            ["Z47.1", "Z96.652"],
        ),
        (
            "He is seen for his COPD. I gave him a flu shot and offered Chantix, which he will think about.",
            ["J44.9", "Z23"],
        ),
        (
            "His hypothyroidism is undertreated because of how he takes the levothyroxine.",
            ["E03.9"],
        ),
        ("Cancer of the liver has been looked for and there is none. His cirrhosis is stable.", ["K74.60"]),
        ("He has neurogenic orthostatic hypotension.", ["G90.3"]),
        ("I explained to him and his father that this is Osgood-Schlatter on the left.", ["M92.522"]),
        ("She has coronary disease with stable angina.", ["I25.118"]),
        ("He has a nondisplaced fracture through the waist of his left scaphoid.", ["S62.025A"]),
        ("She had a miscarriage in June. She is here for her migraines.", ["G43.909"]),
        (
            "She has a herniated disc at L4-5 with radiculopathy on the left and weakness of the big toe.",
            ["M51.16"],
        ),
        (
            "The biopsy of the calcifications on the right shows ductal carcinoma in situ, right breast.",
            ["D05.11"],
        ),
        ("He has pain in the left heel with his first steps. He has plantar fasciitis.", ["M72.22"]),
    ],
)
def test_running_prose_says_what_a_list_would(coder: Coder, prose: str, codes: list[str]) -> None:
    coded = coder.code(prose, Encounter(date(2026, 10, 15), 60))
    assert [code.code for code in coded.codes] == codes


@pytest.mark.parametrize(
    ("problem", "codes"),
    [
        ("Breast mass, left. She has no known family history of ovarian cancer", ["N63.20"]),
        ("Chronic ITP with low platelets", ["D69.3"]),
        ("Tics", ["F95.9"]),
        ("Ringworm", ["B35.9"]),
        ("Ringworm of the left leg", ["B35.4"]),
        ("ASCUS, HPV positive", ["R87.610", "R87.810"]),
        ("Infertility due to her endometriosis", ["N97.8", "N80.9"]),
        ("HIV, with prior PCP, on Biktarvy", ["B20"]),
        ("Bacteremia from an infected PICC line", ["T80.211A", "R78.81"]),
        ("Suicide attempt, swallowed a handful of Tylenol", ["T39.1X2A"]),
        ("Abdominal pain, left lower quadrant abdominal pain since Monday", ["R10.32"]),
        ("Bladder cancer 2018, TURBT; cysto normal today", ["Z85.51"]),
    ],
)
def test_a_finer_name_stands_for_the_vaguer(coder: Coder, problem: str, codes: list[str]) -> None:
    assert sorted(codes_of(coder, problem)) == sorted(codes)


def test_what_a_treatment_is_for_is_coded_with_it(coder: Coder) -> None:
    note = "Metastatic lung cancer to the liver, here for chemo cycle 2 today."
    coded = coder.code(note, Encounter(date(2026, 10, 15), 66))
    assert [code.code for code in coded.codes] == ["Z51.11", "C34.90", "C78.7"]


@pytest.mark.parametrize(
    ("prose", "codes"),
    [
        ("His gout is quiet. Her lumbar pain has been there for months.", ["M10.9", "M54.50"]),
        ("Her eczema is flaring on both arms. The asthma is mild intermittent.", ["L30.9", "J45.20"]),
        ("The rapid strep is positive. Continue lamotrigine for the bipolar disorder.", ["J02.0", "F31.9"]),
        ("She has strep throat. Keep taking sertraline for her anxiety.", ["J02.0", "F41.9"]),
        ("She has strep throat. Use alprazolam for her anxiety only if she flies.", ["J02.0"]),
        ("His gout is quiet. His eczema was gone when he came back.", ["M10.9"]),
    ],
)
def test_what_a_sentence_is_about_is_suggested_however_general(
    coder: Coder, prose: str, codes: list[str]
) -> None:
    coded = coder.code(f"Assessment and plan:\n{prose}", Encounter(date(2026, 10, 15), 60))
    assert [code.code for code in coded.codes] == codes


@pytest.mark.parametrize(
    ("problem", "codes"),
    [
        ("Left wrist fracture, nasal fracture", ["S02.2XXA", "S62.102A"]),
        ("Right Colles fracture, head injury", ["S09.90XA", "S52.531A"]),
        ("Schatzki ring s/p dilation", ["K22.2"]),
        ("Left breast mass at 2 o'clock", ["N63.21"]),
        ("Right breast mass, 4 o'clock", ["N63.14"]),
        ("Invasive ductal carcinoma of the left breast, 2 o'clock", ["C50.412"]),
        ("Right breast mass, 12 o'clock", ["N63.10"]),
    ],
)
def test_names_beside_others_and_places_in_other_words(coder: Coder, problem: str, codes: list[str]) -> None:
    assert sorted(codes_of(coder, problem)) == sorted(codes)


def test_items_of_a_line_may_begin_with_a_size(coder: Coder) -> None:
    note = "CTA chest. Imp: 1. No PE. 2. Emphysema. 3. 4.4 cm ascending aortic aneurysm. 4. 7 mm LUL nodule."
    coded = coder.code(note, Encounter(date(2026, 10, 15), 64))
    assert sorted(code.code for code in coded.codes) == ["I71.21", "J43.9", "R91.1"]


@pytest.mark.parametrize(
    ("problem", "codes"),
    [
        ("Symptomatic anemia due to blood loss", ["D50.0"]),
        ("Delirium superimposed on dementia", ["F03.90", "F05"]),
        ("R heel DTI", ["L89.616"]),
        ("Wheezing, bronchospasm", ["J98.01"]),
        ("Moderate persistent asthma with bronchospasm", ["J45.40"]),
        ("Sacral DTPI", ["L89.156"]),
        ("Moderate R ICA stenosis", ["I65.21"]),
        ("PPM generator change for ERI", ["Z45.010"]),
        ("11 mo ex 28 wk preemie w/ BPD", ["P07.31", "P27.1"]),
        ("70F with pneumonia and AKI", ["J18.9", "N17.9"]),
    ],
)
def test_names_of_hospital_shorthand(coder: Coder, problem: str, codes: list[str]) -> None:
    assert sorted(codes_of(coder, problem)) == sorted(codes)


@pytest.mark.parametrize(
    ("problem", "codes"),
    [
        ("Gross hematuria, radiation cystitis likely vs anticoagulant related", ["R31.0"]),
        ("Epistaxis, possibly from Eliquis", ["R04.0"]),
        ("Cough, likely due to lisinopril", ["R05.9"]),
        ("Cough due to lisinopril", ["R05.8", "T46.4X5A"]),
    ],
)
def test_a_drug_that_is_only_thought_to_be_the_cause_is_none_of_a_visit(
    coder: Coder, problem: str, codes: list[str]
) -> None:
    assert sorted(codes_of(coder, problem)) == sorted(codes)
