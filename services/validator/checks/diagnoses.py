"""Diagnosis codes: in force, complete, compatible; and the Medicare Code Editor."""

from functools import partial

from services.codesets.mce import Sex
from services.codesets.validity import Standing
from services.validator.case import Case
from services.validator.checks.registry import check, option
from services.validator.judge import Judge
from services.validator.risk import categories, payment_year


@check("diagnosis_present")
def diagnosis_present(case: Case, judge: Judge) -> None:
    """A claim has at least one diagnosis."""
    if case.diagnoses:
        judge.ok()
    else:
        judge.fail("claim")


@check("diagnosis_count", option("limits"))
def diagnosis_count(case: Case, judge: Judge) -> None:
    """No more diagnoses than the form holds."""
    limits = judge.options
    for claim_type in case.claim_types:
        limit = limits[claim_type]
        if len(case.diagnoses) > limit:
            judge.fail("claim", count=len(case.diagnoses), limit=limit, form=claim_type.value)
        else:
            judge.ok()


@check("diagnosis_repeated")
def diagnosis_repeated(case: Case, judge: Judge) -> None:
    """No diagnosis stands twice (Guidelines I.B.8: each unique code once)."""
    passed = 0
    seen: set[str] = set()
    for code in case.diagnoses:
        if code.code in seen:
            judge.fail(f"code:{code.code}", code=code.code)
        else:
            passed += 1
        seen.add(code.code)
    judge.ok(passed)


@check("diagnosis_valid")
def diagnosis_valid(case: Case, judge: Judge) -> None:
    """Every diagnosis is a code in force on the day."""
    passed = 0
    for code in dict.fromkeys(each.code for each in case.diagnoses):
        if case.tables.billable(code, case.day):
            passed += 1
            continue
        status = case.tables.icd10cm(case.day).status(code)
        if status.standing is Standing.HEADER:
            passed += 1
        elif status.standing is Standing.NOT_COVERED:
            judge.not_checked(f"code:{code}", f"ICD-10-CM is not loaded for {case.day}")
        else:
            judge.fail(
                f"code:{code}", code=code, day=case.day, why=_why(status.standing, status.since, status.until)
            )
    judge.ok(passed)


def _why(standing: Standing, since: object, until: object) -> str:
    if standing is Standing.NOT_YET:
        return f"it begins on {since}"
    if standing is Standing.EXPIRED:
        return f"it ended on {until}"
    return "there is no such code"


@check("diagnosis_billable")
def diagnosis_billable(case: Case, judge: Judge) -> None:
    """Every diagnosis is coded to the highest level (Guidelines I.B.2)."""
    passed = 0
    icd = case.tables.icd10cm(case.day)
    for code in dict.fromkeys(each.code for each in case.diagnoses):
        if case.tables.billable(code, case.day) or icd.status(code).standing is not Standing.HEADER:
            passed += 1
        else:
            below = icd.expand(code)
            shown = ", ".join(below[:5]) + (f" and {len(below) - 5} more" if len(below) > 5 else "")  # noqa: PLR2004
            judge.fail(f"code:{code}", code=code, below=shown)
    judge.ok(passed)


@check("excludes1")
def excludes1(case: Case, judge: Judge) -> None:
    """No two diagnoses that an Excludes1 note keeps apart."""
    passed = 0
    icd = case.tables.icd10cm(case.day)
    codes = sorted({each.code for each in case.diagnoses})
    for place, one in enumerate(codes):
        for other in codes[place + 1 :]:
            conflict = icd.excludes1_conflict(one, other)
            if conflict is None:
                passed += 1
            elif conflict.certain:
                judge.fail(
                    f"code:{one}+{other}",
                    code=conflict.code,
                    excluded=conflict.excluded,
                    note=conflict.note.text,
                    owner=conflict.note.owner,
                )
            else:
                judge.not_checked(
                    f"code:{one}+{other}",
                    f"Excludes1 at {conflict.note.owner} depends on the record: {conflict.note.text}",
                )
    judge.ok(passed)


def _mce_edits(case: Case, age: int) -> list[tuple[str, frozenset[str]]]:
    """The edits that each diagnosis triggers, in claim order."""
    sex: Sex = case.patient.sex.value
    alone = len(case.diagnoses) == 1
    return [
        (code.code, case.tables.mce_edits(code.code, case.day, (place == 0, alone), age, sex))
        for place, code in enumerate(case.diagnoses)
    ]


@check("mce", option("edit"))
def mce(case: Case, judge: Judge) -> None:
    """One edit of the Medicare Code Editor, named by the rule's option `edit`, over every diagnosis."""
    edit = judge.options
    age = case.age()
    if age is None:
        judge.not_checked("claim", "the birth date is missing")
        return
    for code, edits in case.once("mce", partial(_mce_edits, age=age)):
        if edit in edits:
            judge.fail(f"code:{code}", code=code, age=age, sex=case.patient.sex.value)
        else:
            judge.ok()


@check("procedure_valid")
def procedure_valid(case: Case, judge: Judge) -> None:
    """Every ICD-10-PCS procedure is in force on the day of discharge."""
    if not case.procedures:
        return
    pcs = case.tables.codesets.icd10pcs(case.day)
    for code in case.procedures:
        if pcs.valid(code.code):
            judge.ok()
        else:
            judge.fail(f"code:{code.code}", code=code.code, day=case.day)


@check("hcc")
def hcc(case: Case, judge: Judge) -> None:
    """The risk categories that the diagnoses stand for, for information."""
    found = categories((code.code for code in case.diagnoses), case.first)
    if found is None:
        judge.not_checked("claim", f"no mapping of risk categories covers {case.first}")
    elif found:
        shown = "; ".join(f"HCC {name} ({', '.join(codes)})" for name, codes in found.items())
        judge.note("claim", found=shown, year=payment_year(case.first))
    else:
        judge.ok()
