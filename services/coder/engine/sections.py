"""How strongly each section of a note says that a condition was addressed.

Official Guidelines IV.J (outpatient: code what was addressed or affects management) and III (inpatient: other
diagnoses): the assessment and the final diagnoses are read first; the narrative only where they are missing.
"""

import re
from typing import Final

from services.coder.engine.model import Zone
from services.coder.reading import Note, Section, SectionKind

HEAD: Final = 400  # characters in which a note says what kind of visit it is
_LISTED: Final = frozenset(
    (SectionKind.DIAGNOSES, SectionKind.DISCHARGE_DIAGNOSIS, SectionKind.POSTOPERATIVE_DIAGNOSIS)
)
FINAL: Final = _LISTED | {SectionKind.COMPLICATIONS}
"""Sections that list the final diagnoses, and what went wrong beside them (I.B.16)."""
CONCLUSION: Final = frozenset(
    (
        SectionKind.ASSESSMENT,
        SectionKind.ASSESSMENT_PLAN,
        SectionKind.IMPRESSION,
        SectionKind.MEDICAL_DECISION_MAKING,
    )
)
"""Sections that conclude: the assessment, under its several names."""
_CONCLUDING: Final = _LISTED | CONCLUSION
_EARLIER: Final = frozenset((SectionKind.ADMISSION_DIAGNOSIS, SectionKind.PREOPERATIVE_DIAGNOSIS))
_REASON: Final = frozenset(
    (SectionKind.CHIEF_COMPLAINT, SectionKind.REASON_FOR_VISIT, SectionKind.INDICATION)
)
_NARRATIVE: Final = frozenset(
    (
        SectionKind.UNLABELLED,
        SectionKind.OTHER,
        SectionKind.HPI,
        SectionKind.SUBJECTIVE,
        SectionKind.INTERVAL_HISTORY,
        SectionKind.PLAN,
        SectionKind.HOSPITAL_COURSE,
        SectionKind.EMERGENCY_COURSE,
        SectionKind.CLINICAL_HISTORY,
    )
)
_HISTORY: Final = frozenset(
    (SectionKind.PAST_HISTORY, SectionKind.PAST_MEDICAL_HISTORY, SectionKind.PROBLEM_LIST)
)
_ZONES: Final = {
    kind: zone
    for kinds, zone in (
        (FINAL, Zone.PROBLEM),
        (CONCLUSION, Zone.ASSESSMENT),
        (_REASON, Zone.REASON),
        (_NARRATIVE | _EARLIER, Zone.NARRATIVE),
        (_HISTORY, Zone.HISTORY),
    )
    for kind in kinds
}
_UNREAD: Final = frozenset(
    (SectionKind.FAMILY_HISTORY, SectionKind.REVIEW_OF_SYSTEMS, SectionKind.PRIOR_NOTE)
)
_SAME: Final = re.compile(r"[\s:]*(?:the )?same\b")


def has_conclusion(note: Note) -> bool:
    """Whether the note has an assessment or final diagnoses under a heading of their own."""
    return any(s.kind in _CONCLUDING and not s.inferred for s in note.sections)


def concludes(note: Note, section: int) -> bool:
    """Whether a section says what was found: the assessment and the plan; without them any that is no mere
    list of findings.
    """
    kind, inferred = note.sections[section].kind, note.sections[section].inferred
    if has_conclusion(note):
        return kind in _CONCLUDING or kind is SectionKind.PLAN
    return inferred or kind in _NARRATIVE


def superseded(note: Note, kinds: set[SectionKind]) -> frozenset[SectionKind]:
    """Diagnoses of the beginning, where the note also has those of the end (II: after study)."""
    out: set[SectionKind] = set()
    if SectionKind.POSTOPERATIVE_DIAGNOSIS in kinds:
        after = next(s for s in note.sections if s.kind is SectionKind.POSTOPERATIVE_DIAGNOSIS)
        if not _SAME.match(note.folded, after.body.start):
            out.add(SectionKind.PREOPERATIVE_DIAGNOSIS)
    if SectionKind.DISCHARGE_DIAGNOSIS in kinds or SectionKind.DIAGNOSES in kinds:
        out.add(SectionKind.ADMISSION_DIAGNOSIS)
    return frozenset(out)


def zones_of(note: Note) -> list[Zone | None]:
    """How strongly each section speaks; in a report without an impression its findings are what it says
    (IV.K).
    """
    found = [_zone(section) for section in note.sections]
    for index, section in enumerate(note.sections):
        if section.kind is SectionKind.FINDINGS and not has_conclusion(note):
            found[index] = Zone.NARRATIVE
    return found


def _zone(section: Section) -> Zone | None:
    zone = _ZONES.get(section.kind)
    if zone is None and section.inferred and section.kind not in _UNREAD:
        return Zone.NARRATIVE
    return zone
