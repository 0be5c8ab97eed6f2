"""The EHR's own diagnoses: ICD-10-CM codes taken over and checked by date, other systems read by their text.

A diagnosis of the visit (`encounter-diagnosis`) is coded; an item of the problem list is not, unless the note
says that it was addressed (Official Guidelines IV.J). Refuted, resolved and provisional ones are left out
(IV.H).
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from services.coder.encounter.tables import Tables, data, stems
from services.coder.engine import match, sense, specificity
from services.coder.engine.billable import nearest
from services.coder.engine.laterality import Sides
from services.coder.engine.model import Mention, Zone
from services.coder.engine.specificity import base_of
from services.coder.engine.specify import specify
from services.coder.reading import read
from services.coder.terminology.words import Word, lower
from services.codesets import Standing
from services.codesets.codes import compact, dotted
from services.contracts.coding import AssignedCode, Route
from services.contracts.encounter import Diagnosis

ICD10CM: Final = "http://hl7.org/fhir/sid/icd-10-cm"
_TAG = re.compile(
    r"\s*\((?:disorder|finding|situation|morphologic abnormality|event|person|qualifier value)\)\s*$"
)
_LEFT_OUT = frozenset(("refuted", "entered-in-error", "provisional", "differential", "unconfirmed"))
_STATED = 0.99
WHOLE: Final = 0.97
"""Rank of a text that is wholly a term of the classification: its code is as good as one that is stated."""
_PART = 0.75
_GAP = 3
"""Words of the EHR's text that may stand between those of a term."""
_SOURCE_TRUST = 5
"""Ranks of `sources.PRIORITY` below this are the classification's or a coder's own words."""


def code_diagnoses(
    diagnoses: Iterable[Diagnosis], notes: str, on: date, tables: Tables
) -> list[AssignedCode]:
    """Codes for the visit's diagnoses, in the EHR's order of rank, then as listed."""
    visit = [d for d in diagnoses if d.category != "problem-list-item" and d.verification not in _LEFT_OUT]
    ranked = sorted(enumerate(visit), key=lambda pair: (pair[1].rank or len(visit) + 1, pair[0]))
    out: list[AssignedCode] = []
    for _, diagnosis in ranked:
        out.extend(_code(diagnosis, notes, on, tables))
    return out


def _code(diagnosis: Diagnosis, notes: str, on: date, tables: Tables) -> list[AssignedCode]:
    for coding in diagnosis.codings:
        if coding.system == ICD10CM:
            return _taken_over(diagnosis, coding.code, coding.display, on, tables)
    text = next((c.display for c in diagnosis.codings if c.display), "") or diagnosis.text
    return _by_text(diagnosis, _TAG.sub("", text), notes, on, tables)


def _taken_over(
    diagnosis: Diagnosis, code: str, display: str, on: date, tables: Tables
) -> list[AssignedCode]:
    """The EHR's own code; one that is not billable on the day goes to a person with what is wrong with it."""
    icd = tables.codesets.icd10cm(on)
    standing = icd.standing(code)
    valid = standing is Standing.VALID
    reason = "Stated by the EHR" if valid else f"Stated by the EHR, but {standing.value} on {on.isoformat()}"
    return [
        AssignedCode(
            code=dotted(compact(code)),
            title=icd.title(code) or display,
            confidence=_STATED if valid else 0.0,
            route=Route.AUTO if valid else Route.REVIEW,
            source="ehr",
            rules=("ehr.icd10cm",),
            reason=reason,
            diagnosis_ids=(diagnosis.diagnosis_id,),
            present_on_admission=diagnosis.present_on_admission,
        )
    ]


def _by_text(diagnosis: Diagnosis, text: str, notes: str, on: date, tables: Tables) -> list[AssignedCode]:
    """Codes of a diagnosis in another system, by its words; the notes may say more of it (side, type)."""
    finding = data("findings").get(" ".join(sorted(stems(text))))
    if finding is not None:
        known = _assigned(diagnosis, finding["code"], WHOLE, "ehr.finding", finding["why"], on, tables)
        return [known] if finding["code"] else []
    words = match.words_of(lower(text), 0, len(text))
    found = match.find(words, tables.vocabulary, sense.Sense(text, frozenset(), _GAP))
    if not found:
        return []
    note = read(text + "\n" + notes)
    sides = Sides(note)
    out: list[AssignedCode] = []
    for one in found:
        candidate = specify(note, _mention(one, words), tables.vocabulary, sides)[0]
        confidence = WHOLE if one.whole and one.rank < _SOURCE_TRUST else _PART
        rule, reason = f"ehr.text.{one.rank}", f"The EHR states «{text}»"
        out.append(_assigned(diagnosis, candidate.code, confidence, rule, reason, on, tables))
    return out


def _mention(found: match.Found, words: list[Word]) -> Mention:
    """A term of the EHR's text as a mention in the name of a problem."""
    return Mention(
        words[found.positions[0]].start,
        words[found.positions[-1]].end,
        frozenset(words[p].stem for p in found.positions),
        found.code,
        found.rank,
        frozenset(w.stem for w in words),
        Zone.PROBLEM,
        found.whole,
    )


def _assigned(  # noqa: PLR0917 (each is one field of the code)
    diagnosis: Diagnosis, code: str, confidence: float, rule: str, reason: str, on: date, tables: Tables
) -> AssignedCode:
    icd = tables.codesets.icd10cm(on)
    code = completed(code, tables)
    if not icd.billable(code):
        code = nearest(code, icd.billable, tables.vocabulary) or code
    valid = icd.billable(code)
    return AssignedCode(
        code=code,
        title=icd.title(code) or "",
        confidence=confidence if valid else 0.0,
        route=tables.route(confidence, valid=valid),
        source="ehr",
        rules=(rule,),
        reason=reason,
        diagnosis_ids=(diagnosis.diagnosis_id,),
        present_on_admission=diagnosis.present_on_admission,
    )


def completed(code: str, tables: Tables) -> str:
    """The billable default of a code that stands for a category."""
    vocabulary = tables.vocabulary
    base = base_of(code, vocabulary)
    if base != code:
        return code
    leaf, _ = specificity.descend(base, frozenset(), vocabulary)
    entry = vocabulary.entry(leaf)
    if entry is not None and entry.seventh:
        return specificity.complete(leaf, specificity.seventh(entry.seventh, ()))
    return leaf
