"""Diagnosis codes: in force, complete, compatible; and the Medicare Code Editor."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from services.codesets.icd10cm import Conflict
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
    seen: set[str] = set()
    for code in case.diagnosis_codes:
        if code in seen:
            judge.fail(f"code:{code}", code=code)
        seen.add(code)
    judge.ok(len(seen))


def _unready(case: Case) -> tuple[int, list[str]]:
    """How many diagnoses there are, and those that are not billable as they stand."""
    codes = dict.fromkeys(case.diagnosis_codes)
    billable, day = case.tables.billable, case.day
    return len(codes), [code for code in codes if not billable(code, day)]


@check("diagnosis_valid")
def diagnosis_valid(case: Case, judge: Judge) -> None:
    """Every diagnosis is a code in force on the day."""
    count, unready = case.once("unready", _unready)
    judge.ok(count - len(unready))
    for code in unready:
        status = case.tables.icd10cm(case.day).status(code)
        if status.standing is Standing.HEADER:
            judge.ok()
        elif status.standing is Standing.NOT_COVERED:
            judge.not_checked(f"code:{code}", f"ICD-10-CM is not loaded for {case.day}")
        else:
            judge.fail(
                f"code:{code}", code=code, day=case.day, why=_why(status.standing, status.since, status.until)
            )


def _why(standing: Standing, since: object, until: object) -> str:
    if standing is Standing.NOT_YET:
        return f"it begins on {since}"
    if standing is Standing.EXPIRED:
        return f"it ended on {until}"
    return "there is no such code"


@check("diagnosis_billable")
def diagnosis_billable(case: Case, judge: Judge) -> None:
    """Every diagnosis is coded to the highest level (Guidelines I.B.2)."""
    count, unready = case.once("unready", _unready)
    judge.ok(count - len(unready))
    for code in unready:
        icd = case.tables.icd10cm(case.day)
        if icd.status(code).standing is not Standing.HEADER:
            judge.ok()
            continue
        below = icd.expand(code)
        shown = ", ".join(below[:5]) + (f" and {len(below) - 5} more" if len(below) > 5 else "")  # noqa: PLR2004
        judge.fail(f"code:{code}", code=code, below=shown)


@check("excludes1")
def excludes1(case: Case, judge: Judge) -> None:
    """No two diagnoses that an Excludes1 note keeps apart."""
    look_up, day, passed = case.tables.excludes1, case.day, 0
    for one, other in combinations(sorted(set(case.diagnosis_codes)), 2):
        conflict = look_up(one, other, day)
        if conflict is None:
            passed += 1
        else:
            _judge_conflict(judge, f"code:{one}+{other}", conflict)
    judge.ok(passed)


def _judge_conflict(judge: Judge, target: str, conflict: Conflict) -> None:
    note = conflict.note
    if conflict.certain:
        judge.fail(target, code=conflict.code, excluded=conflict.excluded, note=note.text, owner=note.owner)
    else:
        judge.not_checked(target, f"Excludes1 at {note.owner} depends on the record: {note.text}")


def _mce_edits(case: Case) -> tuple[list[tuple[str, frozenset[str]]], set[str]]:
    """The edits that each diagnosis triggers, in claim order; and all of them together."""
    age, sex, day = case.age or 0, case.patient.sex, case.day
    look_up, alone = case.tables.mce_edits, len(case.diagnoses) == 1
    found: list[tuple[str, frozenset[str]]] = []
    triggered: set[str] = set()
    for place, code in enumerate(case.diagnosis_codes):
        edits = look_up(code, day, (place == 0, alone), age, sex)
        found.append((code, edits))
        if edits:
            triggered |= edits
    return found, triggered


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit of the Medicare Code Editor, with the statements that say: so it is, and it is right.

    `stated_by`: by form, the modifier of a professional line or the condition code of an institutional claim.
    """

    name: str
    stated_by: Mapping[str, str]

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "Edit":
        """From a rule's options."""
        return cls(options["edit"], options.get("stated_by", {}))

    def stated(self, case: Case) -> str:
        """The statements, where every form of the encounter carries its own; else nothing."""
        modifiers = {modifier for line in case.professional for modifier in line.modifiers}
        made = {"professional": modifiers, "institutional": set(case.facts.condition_codes)}
        needed = {each.value: self.stated_by.get(each, "") for each in case.claim_types}
        if all(needed[form] in made[form] for form in needed):
            return " and ".join(f"{_STATEMENTS[form]} {code}" for form, code in needed.items())
        return ""


_STATEMENTS: Final = {"professional": "modifier", "institutional": "condition code"}


@check("mce", Edit.of)
def mce(case: Case, judge: Judge) -> None:
    """One edit of the Medicare Code Editor (the rule's `edit`) over every diagnosis."""
    edit: Edit = judge.options
    if case.age is None:
        judge.not_checked("claim", "the birth date is missing")
        return
    found, triggered = case.once("mce", _mce_edits)
    if edit.name not in triggered:
        judge.ok(len(found))
        return
    stated = edit.stated(case)
    for code, edits in found:
        words = {"code": code, "age": case.age, "sex": case.patient.sex.value}
        if edit.name not in edits:
            judge.ok()
        elif stated:
            judge.bypass(f"code:{code}", stated, **words)
        else:
            judge.fail(f"code:{code}", **words)


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
    found = categories(case.diagnosis_codes, case.first)
    if found is None:
        judge.not_checked("claim", f"no mapping of risk categories covers {case.first}")
    elif found:
        shown = "; ".join(f"HCC {name} ({', '.join(codes)})" for name, codes in found.items())
        judge.note("claim", found=shown, year=payment_year(case.first))
    else:
        judge.ok()
