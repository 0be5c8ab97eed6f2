"""The closed vocabularies of reading: what a section is, which division it belongs to, what an assertion
says.

Section kinds follow the headings that clinicians write (and the LOINC document sections behind them);
divisions are the four parts of a SOAP note with the objective part split in two.
"""

from enum import IntFlag, StrEnum
from typing import Final


class Division(StrEnum):
    """The four parts of an encounter note: what was told, what was examined, what was measured, what was
    concluded.
    """

    SUBJECTIVE = "subjective"
    OBJECTIVE_EXAM = "objective_exam"
    OBJECTIVE_RESULTS = "objective_results"
    ASSESSMENT_AND_PLAN = "assessment_and_plan"


class SectionKind(StrEnum):
    """What a section of a note is about. `UNLABELLED` is text under no heading that we know."""

    UNLABELLED = "unlabelled"
    OTHER = "other"
    ADMINISTRATIVE = "administrative"
    CHIEF_COMPLAINT = "chief_complaint"
    REASON_FOR_VISIT = "reason_for_visit"
    SUBJECTIVE = "subjective"
    HPI = "hpi"
    INTERVAL_HISTORY = "interval_history"
    PAST_HISTORY = "past_history"
    PAST_MEDICAL_HISTORY = "past_medical_history"
    PAST_SURGICAL_HISTORY = "past_surgical_history"
    OBSTETRIC_HISTORY = "obstetric_history"
    FAMILY_HISTORY = "family_history"
    SOCIAL_HISTORY = "social_history"
    PROBLEM_LIST = "problem_list"
    MEDICATIONS = "medications"
    DISCHARGE_MEDICATIONS = "discharge_medications"
    ALLERGIES = "allergies"
    IMMUNIZATIONS = "immunizations"
    REVIEW_OF_SYSTEMS = "review_of_systems"
    OBJECTIVE = "objective"
    VITALS = "vitals"
    PHYSICAL_EXAM = "physical_exam"
    MENTAL_STATUS = "mental_status"
    RESULTS = "results"
    LABORATORY = "laboratory"
    IMAGING = "imaging"
    PATHOLOGY = "pathology"
    TECHNIQUE = "technique"
    COMPARISON = "comparison"
    FINDINGS = "findings"
    IMPRESSION = "impression"
    INDICATION = "indication"
    CLINICAL_HISTORY = "clinical_history"
    ASSESSMENT = "assessment"
    PLAN = "plan"
    ASSESSMENT_PLAN = "assessment_plan"
    MEDICAL_DECISION_MAKING = "medical_decision_making"
    DIAGNOSES = "diagnoses"
    ADMISSION_DIAGNOSIS = "admission_diagnosis"
    DISCHARGE_DIAGNOSIS = "discharge_diagnosis"
    PREOPERATIVE_DIAGNOSIS = "preoperative_diagnosis"
    POSTOPERATIVE_DIAGNOSIS = "postoperative_diagnosis"
    DIFFERENTIAL_DIAGNOSIS = "differential_diagnosis"
    PROCEDURES = "procedures"
    PROCEDURE_DESCRIPTION = "procedure_description"
    ANESTHESIA = "anesthesia"
    COMPLICATIONS = "complications"
    HOSPITAL_COURSE = "hospital_course"
    EMERGENCY_COURSE = "emergency_course"
    CONDITION = "condition"
    DISPOSITION = "disposition"
    INSTRUCTIONS = "instructions"
    FOLLOW_UP = "follow_up"
    PRIOR_NOTE = "prior_note"
    TIME = "time"
    SIGNATURE = "signature"


CONCLUSIONS: Final = frozenset(
    {
        SectionKind.ASSESSMENT,
        SectionKind.PLAN,
        SectionKind.ASSESSMENT_PLAN,
        SectionKind.IMPRESSION,
        SectionKind.MEDICAL_DECISION_MAKING,
        SectionKind.HOSPITAL_COURSE,
    }
)
"""Sections of what was concluded: in them a label is more often that of a problem's part than a heading."""


LISTS: Final = frozenset(
    {
        SectionKind.DIAGNOSES,
        SectionKind.ADMISSION_DIAGNOSIS,
        SectionKind.DISCHARGE_DIAGNOSIS,
        SectionKind.PREOPERATIVE_DIAGNOSIS,
        SectionKind.POSTOPERATIVE_DIAGNOSIS,
    }
)
"""Sections that list diagnoses, one a line or apart by semicolons."""


class Flag(IntFlag):
    """What the text says about a mention beyond its being named. No flag: affirmed, current, the patient's
    own.
    """

    NONE = 0
    NEGATED = 1
    POSSIBLE = 2
    HISTORICAL = 4
    FAMILY = 8
    OTHER_PERSON = 16
    HYPOTHETICAL = 32


NOT_AFFIRMED: Final = Flag.NEGATED | Flag.POSSIBLE | Flag.HYPOTHETICAL | Flag.FAMILY | Flag.OTHER_PERSON
"""What says that a note does not affirm something of the patient, now or in the past."""


class Currency(StrEnum):
    """Whether a condition was dealt with in this encounter (monitored, evaluated, assessed or treated) or
    carried along.
    """

    TREATED_TODAY = "treated_today"
    HISTORY = "history"
    UNKNOWN = "unknown"


class ProblemForm(StrEnum):
    """How a problem was written: which evidence there is that it is a problem of the assessment."""

    NUMBERED = "numbered"
    HASH = "hash"
    BULLET = "bullet"
    LINE = "line"
    LABEL = "label"
    CUE = "cue"


class PartKind(StrEnum):
    """What a part of a problem's text does."""

    REASONING = "reasoning"
    STATUS = "status"
    TESTING = "testing"
    TREATMENT = "treatment"
    REFERRAL = "referral"
    EDUCATION = "education"
    FOLLOW_UP = "follow_up"
    PLAN = "plan"
    OTHER = "other"
