"""What strangers' notes taught: each rule on a note of two lines, and where it must not apply."""

from datetime import date

import pytest

from services.coder.batch import Coder
from services.coder.engine.model import Encounter

_DAY = date(2026, 10, 15)
_DIAGNOSED = "ASSESSMENT\n\n"


@pytest.mark.parametrize(
    ("note", "codes"),
    [
        (
            "1. Chronic lithium nephropathy with CKD stage 3b\n2. Type 2 diabetes",
            {"N14.19", "N18.32", "T43.595A", "E11.9"},
        ),
        ("1. Thrombocytopenia due to hypersplenism", {"D69.59", "D73.1"}),
        ("1. Sepsis due to pneumonia", {"A41.9", "J18.9"}),
        ("1. Laceration of left palm, glass fragments removed", {"S61.422A"}),
        ("1. Puncture wound right foot with retained shoe rubber", {"S91.341A"}),
        ("1. Laceration of right knee. Explored, no glass or gravel found", {"S81.011A"}),
        ("1. PEG dependent\n2. PEG care", {"Z43.1"}),
        ("1. Choledocholithiasis with biliary obstruction", {"K80.51"}),
        ("1. Choledocholithiasis without biliary obstruction", {"K80.50"}),
        ("1. Coagulopathy from the cirrhosis\n2. Cirrhosis", {"D68.4", "K74.60"}),
        ("1. Low platelets (hypersplenism): watch", {"D69.59", "D73.1"}),
        ("1. PH group 3 from the COPD\n2. COPD", {"I27.23", "J44.9"}),
        ("1. Neutropenia after docetaxel, afebrile", {"D70.1", "T45.1X5A"}),
        ("1. Delirium on top of mild dementia", {"F05", "F03.A0"}),
        ("1. PTSD, chronic\n2. Insomnia related to PTSD", {"F43.12", "F51.05"}),
        ("1. Immunosuppressed by her medicines", {"D84.821"}),
        ("1. Pathological L2 fracture from bone metastasis", {"M84.58XA", "C79.51"}),
        ("1. AOM right, ruptured eardrum", {"H66.011"}),
        ("1. Submucosal and intramural fibroids, uterus 14 week size", {"D25.0", "D25.1"}),
        ("1. Pelvic adhesions from three cesareans", {"N99.4"}),
        ("1. Venous stasis ulcer L ankle. No varicose veins.", {"I87.2", "L97.329"}),
        (
            (
                "1. Diabetic foot ulcer R plantar midfoot, fat layer\n"
                "2. Venous stasis ulcer L ankle, breakdown of skin only, from venous insufficiency"
            ),
            {"E11.621", "L97.412", "I87.2", "L97.321"},
        ),
        ("1. Pneumonia. Tetanus due", {"J18.9"}),
        ("1. Giant cell arteritis and polymyalgia rheumatica, quiet", {"M31.5"}),
        ("Breast cancer, ER+/PR-/HER2-", {"C50.919", "Z17.411"}),
        ("DCIS of left breast, ER positive", {"D05.12", "Z17.0"}),
        ("Chronic sinusitis, maxillary and ethmoid", {"J32.8"}),
        ("Allergic rhinitis due to dog and cat", {"J30.81"}),
        ("Type 1 diabetes with nephropathy", {"E10.21"}),
        ("Tobacco use, cigarettes", {"F17.210"}),
        ("Immunosuppression due to tacrolimus", {"D84.821"}),
        ("Right heel spur with plantar fasciitis", {"M72.21", "M77.31"}),
        ("Allergic rhinitis due to dust mites and cats", {"J30.81", "J30.89"}),
        ("Plantar fasciitis, left foot, with heel spur", {"M72.22", "M77.32"}),
        ("1. Barrett's esophagus\n2. GERD", {"K21.9", "K22.70"}),
        (
            "1. High-risk medication monitoring. Continue methotrexate and adalimumab.",
            {"Z51.81", "Z79.620", "Z79.631"},
        ),
        ("Breast cancer, hormone receptor-positive, HER-2/neu negative", {"C50.919", "Z17.411"}),
        ("HER2-positive, HR-negative breast cancer", {"C50.919", "Z17.420"}),
        ("Neutropenia from chemotherapy, afebrile.", {"D70.1", "T45.1X5A"}),
        ("Neutropenia from chemotherapy with fever", {"D70.1", "R50.81", "T45.1X5A"}),
        ("1. ADHD combined type. Poor appetite caused by Concerta", {"F90.2", "R63.0", "T43.635A"}),
        ("Supratherapeutic INR on warfarin, no bleeding", {"R79.1", "T45.515A", "Z79.01"}),
        ("1. GERD. AIH, viral hepatitis, hemochromatosis all excluded.", {"K21.9"}),
        ("1. LDL cholesterol high, with normal triglycerides", {"E78.00"}),
        ("1. URI. Aches like the flu.", {"J06.9"}),
        ("1. Asthma\n2. Tetanus current\n3. COVID test pending\n4. Stress test normal", {"J45.909"}),
        ("1. Asthma\n2. Skin warm and dry\n3. Bowel sounds heard\n4. Uterus small", {"J45.909"}),
        ("1. Asthma\n2. In addition, strong cough, phlegm", {"J45.909"}),
        ("1. Gout. Used to have reflux. Lives with a roommate who has scabies.", {"M10.9"}),
        ("1. Gout\n2. Hysterectomy for fibroids 2009", {"M10.9", "Z90.710"}),
        ("1. Gout\n2. Uses a cane", {"M10.9", "Z99.89"}),
        ("1. Gout\n2. Scar flat\n3. Hernia orifices intact", {"M10.9"}),
        ("1. Osteoporosis, s/p L1 compression fracture 2021, healed", {"M81.0", "Z87.310"}),
        ("1. Hepatitis C\n2. EtOH: 2 beers a week\n3. Former IV drug use", {"B19.20", "F19.11"}),
        ("1. UTI, E coli", {"N39.0", "B96.20"}),
        ("1. Varicose veins of left leg with aching, GSV reflux", {"I83.812"}),
        ("1. Left axillary abscess", {"L02.412"}),
        ("1. Hypertension, non-smoker\n2. Weight loss, non-diabetic", {"I10", "R63.4"}),
        ("1. Non-obstructing right renal stone\n2. Psychogenic non-epileptic seizures", {"N20.0", "F44.5"}),
        ("1. Hypertension. UA not impressive, will not treat this as a UTI.", {"I10"}),
        ("1. Laceration left hand, repaired. Sutures out 10 d.", {"S61.412A"}),
        ("1. Asthma\n2. Medication compliance: good\n3. Growth: 50th percentile\n4. Stable.", {"J45.909"}),
        ("1. Atrophic vaginitis, explains the spotting", {"N95.2"}),
        ("1. Nothing explains her dizziness so far", {"R42"}),
        ("1. Oxaliplatin neuropathy", {"G62.0", "T45.1X5A"}),
        ("1. Amiodarone hypothyroidism", {"E03.2", "T46.2X5A"}),
        ("1. Hypothyroidism, on amiodarone", {"E03.9"}),
        ("1. Erectile dysfunction since brachytherapy", {"N52.36"}),
        ("1. Left homonymous hemianopia from old stroke", {"I69.398", "H53.462"}),
        (
            "1. Right spastic hemiparesis due to old MCA infarct\n2. Aphasia from the same",
            {"I69.351", "I69.320"},
        ),
        ("1. Alcohol dependence with withdrawal. No seizures, no DTs.", {"F10.230"}),
        ("1. CKD stage 4. Went to the dialysis class.\n2. Dialysis options reviewed", {"N18.4"}),
        ("1. HCC surveillance in cirrhosis", {"K74.60"}),
        ("1. HTN, ran out of lisinopril, refilled", {"I10"}),
        ("1. HTN, ran out of lisinopril 2 weeks ago, refilled", {"I10", "T46.4X6A", "Z91.148"}),
        ("1. Asthma\n2. Vaccines: RSV given at pharmacy, flu up to date", {"J45.909"}),
        ("1. Bleeding duodenal ulcer with acute blood loss anemia", {"K26.4", "D62"}),
        ("1. Hypertension\n2. Abd pain due to constipation", {"I10", "K59.00"}),
        ("1. PID. Bacterial vaginosis on wet prep.", {"N73.9", "N76.0", "B96.89"}),
        ("1. Gout. Continue amlodipine for hypertension.", {"M10.9", "I10"}),
        ("1. Gout. Heparin for DVT prophylaxis.", {"M10.9"}),
        ("1. PAD, s/p angioplasty of the left leg in 2022", {"I73.9", "Z98.62"}),
        ("1. Thrombocytopenia, HIT ab neg.\n2. Diarrhea, C diff neg", {"D69.6", "R19.7"}),
        ("1. C diff toxin negative\n2. Gout", {"M10.9"}),
        ("1. Lumbar stenosis with claudication", {"M48.062"}),
    ],
)
def test_an_assessment_gives_its_codes_and_no_others(coder: Coder, note: str, codes: set[str]) -> None:
    assert _codes(coder, f"{_DIAGNOSED}{note}\n") == codes


@pytest.mark.parametrize(
    ("note", "codes"),
    [
        (
            (
                "FINAL DIAGNOSIS\nA) L nasal ala, shave: nodular basal cell carcinoma.\n"
                "B) R forearm, shave: squamous cell carcinoma in situ."
            ),
            {"C44.311", "D04.61"},
        ),
        (
            (
                "SPECIMENS\nA. Ascending colon polyp, cold snare\nB. Rectum, polyp\n\n"
                "FINAL DIAGNOSIS\nA. Tubular adenoma.\nB. Hyperplastic polyp."
            ),
            {"D12.2", "K62.1"},
        ),
        (
            (
                "Colonoscopy results letter\nA. Cecum polyp, 6 mm -> tubular adenoma\n"
                "B. Sigmoid x3, 2-3 mm -> hyperplastic polyps\nC. Rectum, 3 mm -> hyperplastic polyp"
            ),
            {"D12.0", "K63.5", "K62.1"},
        ),
        (
            "Bone density\nIndication: screening for osteoporosis\n\nImpression: osteopenia of left hip",
            {"Z13.820", "M85.852"},
        ),
        (
            "COLONOSCOPY\nIndication: rectal bleeding\nFindings: 6 mm sigmoid polyp. Internal hemorrhoids.",
            {"K63.5", "K64.8"},
        ),
        (
            "Findings: two intramural fibroids, a subserosal one.\n\nASSESSMENT\nFibroid uterus",
            {"D25.1", "D25.2"},
        ),
        (
            (
                "Duplex of the left leg, 12 days after knee arthroscopy.\nTECHNIQUE: Doppler.\n\n"
                "IMPRESSION:\nAcute DVT of the left popliteal vein."
            ),
            {"I82.432"},
        ),
        (
            (
                "The preoperative diagnosis was acute appendicitis. "
                "The postoperative diagnosis was the same. The procedure performed was an appendectomy."
            ),
            {"K35.80"},
        ),
        (
            "TURBT: 3 cm tumor of the right lateral wall.\n\nASSESSMENT\nUrothelial carcinoma of bladder",
            {"C67.2"},
        ),
        ("31w3d pregnant. GDM on glyburide.\n\nASSESSMENT\n1. GDM", {"O24.415", "Z3A.31"}),
        (
            "OB visit, G3P2 at 31w2d. "
            + "Baby is moving. " * 25
            + "\n\nASSESSMENT\n1. GDM, diet controlled. "
            "Glucose test at 6 weeks postpartum.",
            {"O24.410", "Z3A.31"},
        ),
        ("Lispro by pump.\n\nASSESSMENT\nType 1 diabetes", {"E10.9", "Z96.41"}),
        ("Used to be on an insulin pump.\n\nASSESSMENT\nType 1 diabetes", {"E10.9"}),
        ("Smokes half a pack per day.\n\nASSESSMENT\n1. Tobacco use", {"F17.210"}),
        ("Her mother is on dialysis because of diabetes.\n\nASSESSMENT: hypertension", {"I10"}),
        ("RSV bronchiolitis, swab RSV positive, crackles both sides. Nobody smokes.", {"J21.0"}),
        ("Shingles at T10, warned re PHN.", {"B02.9"}),
        ("Stent to the LAD in 2016 for stable angina. Coronary disease is quiet.", {"I25.10", "Z95.5"}),
        (
            "Six weeks now from ORIF of her closed right trimalleolar ankle fracture, callus bridging.",
            {"S82.851D"},
        ),
        ("My impression is that she has chronic migraine without aura.", {"G43.709"}),
        ("ortho: shoulder stiff. x-ray no OA. adhesive capsulitis right. injection done.", {"M75.01"}),
        ("Sleep study: AHI 22, nadir 81. Moderate obstructive sleep apnea.", {"G47.33"}),
        (
            "Sigmoid colon cancer with liver metastases, here for cycle 9 pembrolizumab.",
            {"Z51.12", "C18.7", "C78.7"},
        ),
        ("Stable. Breast is fine. I would just call it left knee pain for now, ice.", {"M25.562"}),
        ("Bipolar I disorder in full remission for years (last episode was depressive).", {"F31.76"}),
        ("S) Tired, pale.\n\nO) Hgb 9.1\n\nA) Iron deficiency anemia\nP) Iron", {"D50.9"}),
        (
            "Dx\nMajor depressive disorder, recurrent, severe, w/o psychotic features\nChronic PTSD",
            {"F33.2", "F43.12"},
        ),
        ("IMPRESSION AND PLAN\n1. Hypertension\nClass 2 obesity, adds to the risk.", {"I10", "E66.812"}),
        (
            "PMH: osteoporosis\n\nHPI: slipped on a rug.\n\nASSESSMENT\nFracture of right femoral neck",
            {"M80.051A"},
        ),
        (
            "PMH: osteoporosis\n\nHPI: fell off a ladder.\n\nASSESSMENT\nFracture of right femoral neck",
            {"S72.001A"},
        ),
        ("HPI: T1DM since age 9.\n\nASSESSMENT\nDiabetic polyneuropathy", {"E10.42"}),
        ("HPI: diabetic; mother has type 1 diabetes.\n\nASSESSMENT\nDiabetic polyneuropathy", {"E11.42"}),
        ("HPI: type 2 diabetes, not type 1 diabetes.\n\nASSESSMENT\nDiabetic polyneuropathy", {"E11.42"}),
        (
            "FOLFOX #5 given thru port w/o event for sigmoid cancer with liver mets, no nausea.",
            {"C18.7", "C78.7", "Z51.11"},
        ),
        ("PMH: alcoholic cirrhosis\n\nASSESSMENT\n1. Ascites", {"K70.31"}),
        (
            "HPI: slipped. Her mother had osteoporosis.\n\nASSESSMENT\nFracture of right femoral neck",
            {"S72.001A"},
        ),
        (
            "INR 5.4. Indication: permanent a-fib\nWarfarin 5 mg daily.\n\nASSESSMENT: supratherapeutic INR",
            {"I48.21", "R79.1", "T45.515A", "Z79.01"},
        ),
    ],
)
def test_a_note_gives_its_codes_and_no_others(coder: Coder, note: str, codes: set[str]) -> None:
    assert _codes(coder, note) == codes


@pytest.mark.parametrize(
    ("note", "codes"),
    [
        ("ASSESSMENT\nMedication refill: hypothyroidism, HTN", {"E03.9", "I10"}),
        ("ASSESSMENT\nDysmenorrhea. Left ovarian cyst 4 cm, simple.", {"N94.6", "N83.292"}),
        ("ASSESSMENT\nNuclear cataracts both eyes, visually significant OD.", {"H25.13"}),
        ("ASSESSMENT\nRight eye: POAG, moderate stage. Left eye: severe stage.", {"H40.1112", "H40.1123"}),
        ("ASSESSMENT AND PLAN\n1. Obesity, BMI 34.\n- Class 1. Diet.", {"E66.811", "Z68.34"}),
        ("ASSESSMENT\nStage 3a chronic kidney disease (CMS/HCC)", {"N18.31"}),
        ("ASSESSMENT\nMajor depression, recurrent, moderate (HCC)", {"F33.1"}),
        ("ASSESSMENT\nAcute non-recurrent frontal sinusitis", {"J01.10"}),
        (
            "ASSESSMENT\nChronic migraine without aura without status migrainosus, not intractable",
            {"G43.709"},
        ),
        ("ASSESSMENT\nOverweight (BMI 25.0-29.9)", {"E66.3"}),
        ("ASSESSMENT\nBenzodiazepine use disorder, severe", {"F13.20"}),
        ("ASSESSMENT\nInsomnia due to anxiety. Hearing aids.", {"F51.05", "F41.9"}),
        ("34F, 3 days of sore throat. Exam: exudate. A: strep pharyngitis P: amoxicillin", {"J02.0"}),
        ("70M routine visit. 1 HTN at goal 2 GERD stable 3 Hypothyroidism", {"I10", "K21.9", "E03.9"}),
        ("Toe swelling since yesterday after beer. Dx acute gout flare. Colchicine.", {"M10.9"}),
        ("A/P: CHF, EF preserved. HTN. GERD on omeprazole, doing well.", {"I50.30", "I11.0", "K21.9"}),
        (
            "Lab results\nGlucose 212\nA1c 8.1\n\nCalled patient. Diabetes not at goal, diet reviewed.",
            {"E11.9"},
        ),
        (
            "Postop diagnosis: gallstones\nComorbidities: HTN, OSA\nComplications: intraop hypotension",
            {"K80.20", "I10", "G47.33", "I95.81"},
        ),
        (
            "2 weeks s/p TAH for fibroids. Path: leiomyoma.\nA: doing well. P: back to work",
            {"Z48.816", "Z90.710"},
        ),
    ],
)
def test_a_running_note_names_its_problems(coder: Coder, note: str, codes: set[str]) -> None:
    assert _codes(coder, note, age=60) == codes


@pytest.mark.parametrize(
    ("said", "problem", "code"),
    [
        ("day of life 9 infant", "Feeding difficulty", "P92.9"),
        ("6-day-old infant", "Difficulty feeding at the breast", "P92.5"),
        ("2-day-old infant", "Hypoglycemia - mom with A2GDM, glucose 30s", "P70.0"),
        ("2-day-old infant", "Hypoglycemia due to maternal type 1 diabetes", "P70.1"),
        ("2-day-old infant", "Jaundice. Bilirubin 14, prematurity related", "P59.0"),
        ("2-day-old infant", "Jaundice: not preterm, phototherapy", "P59.9"),
        ("8-month-old infant", "Feeding difficulty", "R63.30"),
    ],
)
def test_the_first_28_days_have_their_own_codes(coder: Coder, said: str, problem: str, code: str) -> None:
    assert _codes(coder, f"HPI: {said}\n\n{_DIAGNOSED}{problem}", age=0) == {code}


def test_weeks_and_days_are_of_the_pregnancy_behind_a_follow_up(coder: Coder) -> None:
    assert "Z3A.30" in _codes(coder, "OB f/u 30w4d G3P2. Hypothyroidism on levothyroxine.", age=30)


def test_weeks_since_a_birth_are_no_weeks_of_a_pregnancy(coder: Coder) -> None:
    assert _codes(coder, "Postpartum check 6 wk after SVD. Perineum healed.", age=30) == {"Z39.2"}


def test_what_is_to_be_followed_up_is_no_return_for_it(coder: Coder) -> None:
    told = "Fell on the ice today. " + "He is otherwise well and takes nothing. " * 7
    assert _codes(coder, f"{told}Left distal radius fracture, splinted. F/u fracture clinic.") == {"S52.502A"}


def test_what_a_mothers_note_says_of_her_baby_is_not_hers(coder: Coder) -> None:
    assert _codes(coder, "Baby has a little thrush. Toenail onychomycosis.", age=30) == {"B35.1"}


def _codes(coder: Coder, note: str, age: int | None = None) -> set[str]:
    return {found.code for found in coder.code(note, Encounter(_DAY, age, "")).codes}
