import zlib
from collections.abc import Iterator
from datetime import date
from typing import Final, Literal

import pytest
from msdrg import MceDiagnosisInput, MceEditor, MceInput

from services.codesets.catalog import CodeSets
from services.codesets.mce import Sex

YEARS = (date(2024, 10, 1), date(2025, 4, 1), date(2025, 10, 1), date(2026, 4, 1), date(2026, 10, 1))
SEXES: Final[tuple[Sex, Sex]] = ("male", "female")
NUMBERS: Final[tuple[Literal[0], Literal[1]]] = (0, 1)
PLAIN_PRINCIPAL = "J189"  # no flags of its own


@pytest.fixture(scope="module")
def editor() -> Iterator[MceEditor]:
    with MceEditor() as editor:
        yield editor


def judged(
    editor: MceEditor, code: str, on: date, *, principal: bool, age: int, sex: Literal[0, 1]
) -> tuple[str, ...]:
    """What the package says about one diagnosis."""
    diagnosis: MceDiagnosisInput = {"code": code}
    claim: MceInput = {
        "discharge_date": int(on.strftime("%Y%m%d")),
        "icd_version": 10,
        "age": age,
        "sex": sex,
        "discharge_status": 1,
        "pdx": diagnosis if principal else {"code": PLAIN_PRINCIPAL},
        "sdx": [] if principal else [diagnosis],
        "procedures": [],
    }
    edits = {edit["name"] for edit in editor.edit(claim)["edits"]}
    return tuple(sorted(edits - {"DUPLICATE_OF_PDX"}))


@pytest.mark.parametrize("on", [YEARS[0], YEARS[2], YEARS[4]])
@pytest.mark.parametrize("principal", [True, False], ids=["principal", "secondary"])
def test_the_editor_agrees_with_msdrg_on_every_code_of_fy2025_to_fy2027(
    sets: CodeSets, editor: MceEditor, on: date, principal: bool
) -> None:
    """Every code once, at an age and sex that its own digits pick, so that all ages and sexes occur."""
    disagreements = []
    for code in sets.icd10cm(on).codes():
        bare = code.replace(".", "")
        draw = zlib.crc32(bare.encode())
        age, sex = (0, 5, 30, 70)[draw % 4], NUMBERS[draw // 4 % 2]
        mine = sets.mce.edits(code, on, principal=principal, age=age, sex=SEXES[sex], alone=True)
        theirs = judged(editor, bare, on, principal=principal, age=age, sex=sex)
        if mine != theirs:
            disagreements.append((code, age, sex, mine, theirs))

    assert disagreements == []


@pytest.mark.soak
@pytest.mark.parametrize("on", [*YEARS, date(2024, 9, 30), date(2020, 1, 1)])
@pytest.mark.parametrize("age", [0, 1, 8, 9, 14, 15, 17, 18, 64, 65, 124])
def test_the_editor_agrees_with_msdrg_at_every_age_limit(
    sets: CodeSets, editor: MceEditor, on: date, age: int
) -> None:
    for code in sets.icd10cm(on).codes():
        for sex in NUMBERS:
            for principal in (True, False):
                mine = sets.mce.edits(code, on, principal=principal, age=age, sex=SEXES[sex], alone=True)
                bare = code.replace(".", "")
                assert mine == judged(editor, bare, on, principal=principal, age=age, sex=sex), code


def test_the_editor_agrees_with_msdrg_on_flagged_codes_at_every_age_limit(
    sets: CodeSets, editor: MceEditor
) -> None:
    """One code for each set of flags, at every limit of an age category, both sexes, before and after
    2024-10-01.
    """
    for on in (date(2019, 9, 30), date(2024, 9, 30), date(2026, 10, 1)):
        chosen = {sets.mce.flags(code, on).flags: code for code in sets.icd10cm(on).codes()}  # type: ignore[union-attr]
        for code in chosen.values():
            for age in (0, 1, 8, 9, 11, 12, 14, 15, 17, 18, 55, 56, 64, 65, 124):
                for sex in NUMBERS:
                    for principal in (True, False):
                        mine = sets.mce.edits(
                            code, on, principal=principal, age=age, sex=SEXES[sex], alone=True
                        )
                        bare = code.replace(".", "")
                        theirs = judged(editor, bare, on, principal=principal, age=age, sex=sex)
                        assert mine == theirs, (code, on, age, sex, principal)


def test_flags_have_names(sets: CodeSets) -> None:
    on = date(2026, 1, 5)

    def flag(code: str, name: str) -> object:
        held = sets.mce_flags(code, on)
        assert held is not None
        return getattr(held, name)

    assert flag("V00.01XA", "external_cause")
    assert flag("Z99.89", "unacceptable_principal")
    assert flag("F02.80", "manifestation")
    assert flag("Z51.89", "requires_secondary")
    assert flag("Y65.51", "wrong_procedure")
    assert flag("I10", "questionable_admission")
    assert flag("O80", "age_categories") == ("maternity",)
    assert flag("E11.9", "age_categories") == ()
    assert flag("C50.011", "sex") is None
    assert not flag("E11.9", "unspecified")
    assert flag("G81.00", "unspecified")


def test_the_sex_conflict_ended_on_2024_09_30(sets: CodeSets) -> None:
    held = sets.mce_flags("O80", date(2024, 9, 30))
    assert held is not None
    assert held.sex == "female"
    assert sets.mce.edits("O80", date(2024, 9, 30), principal=True, age=30, sex="male") == ("SEX_CONFLICT",)
    assert sets.mce.edits("O80", date(2024, 10, 1), principal=True, age=30, sex="male") == ()
    assert sets.mce.edits("O80", date(2024, 9, 30), principal=True, age=30, sex="unknown") == (
        "SEX_CONFLICT",
    )


def test_a_code_that_requires_a_secondary_diagnosis_may_not_stand_alone(sets: CodeSets) -> None:
    on = date(2026, 1, 5)

    assert sets.mce.edits("Z51.89", on, principal=True, age=40, alone=True) == ("REQUIRES_SDX",)
    assert sets.mce.edits("Z51.89", on, principal=True, age=40) == ()


def test_a_code_that_is_not_in_force_is_invalid(sets: CodeSets) -> None:
    assert sets.mce_flags("I42.00", date(2026, 9, 30)) is None
    assert sets.mce.edits("I42.00", date(2026, 9, 30), principal=True, age=40) == ("INVALID_CODE",)
