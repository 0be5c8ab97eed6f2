"""Conventions of ICD-10-CM that concern the order of codes."""

from services.validator.case import Case
from services.validator.checks.registry import check, option_tuple
from services.validator.judge import Judge


@check("code_first")
def code_first(case: Case, judge: Judge) -> None:
    """A code with a "code first" note stands after the code of the claim that the note names."""
    for place, code in enumerate(case.diagnosis_codes):
        notes = case.tables.code_first(code, case.day)
        if not notes:
            continue
        later = next(
            (
                other
                for other in case.diagnosis_codes[place + 1 :]
                if any(note.names(other) is not None and note.names(code) is None for note in notes)
            ),
            None,
        )
        if later is None:
            judge.ok()
        else:
            judge.fail(f"code:{code}", code=code, first=later, note=notes[0].text)


@check("first_listed_only", lambda options: (tuple(options["codes"]), tuple(options["except"])))
def first_listed_only(case: Case, judge: Judge) -> None:
    """Codes that only stand first (beginnings in `codes`, less those in `except`) do not stand later."""
    beginnings, exceptions = judge.options
    for code in case.diagnosis_codes[1:]:
        if not code.startswith(beginnings) or code.startswith(exceptions):
            continue
        if case.diagnosis_codes[0].startswith(beginnings):
            judge.ok()  # several such codes on one encounter: one of them is first
        else:
            judge.fail(f"code:{code}", code=code, first=case.diagnosis_codes[0])
    if case.diagnoses:
        judge.ok()


@check("present_on_admission", option_tuple("exempt"))
def present_on_admission(case: Case, judge: Judge) -> None:
    """Every diagnosis of an admission says whether it was present; the rule's `exempt` ones need not."""
    exempt = judge.options
    for code in case.diagnoses:
        if code.present_on_admission in ("Y", "N", "U", "W") or code.code.startswith(exempt):
            judge.ok()
        else:
            judge.fail(f"code:{code.code}", code=code.code, poa=code.present_on_admission or "nothing")
