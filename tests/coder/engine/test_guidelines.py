"""Guideline rules: complete as data, and each convention seen at work in a note."""

from datetime import date

import pytest

from services.coder.batch import Coder
from services.coder.engine import rules
from services.coder.engine.model import Encounter, Setting
from services.coder.terminology import tabular

DAY = Encounter(date(2026, 10, 1))


def test_every_rule_has_its_own_id_and_a_reference() -> None:
    for index in (rules.combines(), rules.yields(), rules.orders()):
        entries = index.rules
        assert len({entry.id for entry in entries}) == len(entries)
        assert all(entry.reference for entry in entries)


def test_rules_name_codes_that_exist() -> None:
    known = tabular.read(tabular.source_file())

    def exists(prefix: str) -> bool:
        return any(code.startswith(prefix) for code in known) or any(
            prefix.startswith(code) for code in known if "." in code
        )

    wanted = {p for rule in rules.yields().rules for p in (*rule.drop, *rule.to)}
    wanted |= {
        p for rule in rules.combines().rules for group in (*rule.all, rule.drop, rule.none) for p in group
    }
    assert sorted(p for p in wanted if not exists(p)) == []


@pytest.mark.parametrize(
    ("problems", "expected"),
    [
        ("Hypertension|Chronic systolic heart failure", ["I11.0", "I50.22"]),
        ("PD with wearing-off", ["G20.A2"]),
        ("Orthostatic hypotension from tamsulosin", ["I95.2", "T44.6X5A"]),
        ("DFU R hallux|T1DM with polyneuropathy", ["E10.621", "E10.42", "L97.519"]),
        ("PD with dyskinesia and wearing off", ["G20.B2"]),
        ("Diabetic ulcer L plantar forefoot, fat layer exposed", ["E11.621", "L97.522"]),
        ("Diabetic ulcer left plantar midfoot, limited to skin", ["E11.621", "L97.421"]),
        ("T2DM, now hyperglycemic from the prednisone", ["E11.65", "T38.0X5A"]),
        ("T2DM with steroid-induced hyperglycemia", ["E11.65", "T38.0X5A"]),
        ("Acute ischemic infarct in the left middle cerebral artery territory", ["I63.512"]),
        ("Hypertension|CKD stage 4", ["I12.9", "N18.4"]),
        ("Hypertension|End stage renal disease", ["I12.0", "N18.6"]),
        ("Hypertension|Heart failure|CKD stage 3a", ["I13.0", "I50.9", "N18.31"]),
        ("Type 2 diabetes|Chronic kidney disease stage 3b", ["E11.22", "N18.32"]),
        ("Type 2 diabetes|Hypertension|CKD stage 3a", ["E11.22", "I12.9", "N18.31"]),
        ("Type 2 diabetes|Peripheral neuropathy", ["E11.42"]),
        ("Coronary artery disease|Angina", ["I25.119"]),
        ("COPD|Pneumonia", ["J44.0", "J18.9"]),
        ("Cholelithiasis|Acute cholecystitis", ["K80.00"]),
        ("Alzheimer's disease|Dementia", ["G30.9", "F02.80"]),
        ("Alcohol abuse|Alcohol dependence", ["F10.20"]),
        ("BPH|Nocturia", ["N40.1", "R35.1"]),
        ("Left hemiparesis from old stroke", ["I69.354"]),
        ("Chronic low back pain", ["M54.50", "G89.29"]),
        ("Hypokalemia due to furosemide", ["E87.6", "T50.1X5A"]),
        ("Accidental digoxin overdose", ["T46.0X1A"]),
        ("Obesity, BMI 36.2", ["E66.9", "Z68.36"]),
    ],
)
def test_a_convention_at_work(coder: Coder, problems: str, expected: list[str]) -> None:
    listed = "".join(f"{number}. {problem}.\n" for number, problem in enumerate(problems.split("|"), start=1))
    found = coder.code(f"ASSESSMENT\n\n{listed}", DAY)
    assert [code.code for code in found.codes] == expected


def test_an_alternative_says_why_it_was_not_chosen(coder: Coder) -> None:
    found = coder.code("ASSESSMENT\n\n1. Hypertension.\n2. Heart failure.\n", DAY)
    first = found.codes[0]
    assert first.code == "I11.0"
    assert ("I10", "replaced by the combination code (I.C.9.a.1)") in first.alternatives


def test_every_transfer_is_of_codes_that_its_rule_asks_for() -> None:
    for rule in rules.combines().rules:
        asked = tuple(prefix for group in rule.all for prefix in group)
        for source, _ in rule.transfer:
            assert source.startswith(asked) or any(prefix.startswith(source) for prefix in asked), rule.id


def test_a_drug_that_a_disease_was_treated_with_is_not_its_cause(coder: Coder) -> None:
    stay = Encounter(date(2026, 10, 15), 60, "", Setting.INPATIENT)
    note = "HOSPITAL COURSE: Treated for sepsis due to Klebsiella UTI with ceftriaxone."
    found = {code.code for code in coder.code(note, stay).codes}
    assert found == {"A41.59", "N39.0", "B96.1"}
    note = "HOSPITAL COURSE: C. difficile colitis due to treatment with clindamycin."
    found = {code.code for code in coder.code(note, stay).codes}
    assert "T36.8X5A" in found
