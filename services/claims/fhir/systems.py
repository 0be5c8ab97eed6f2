"""The URIs of code systems and identifiers on a FHIR claim."""

from typing import Final

CONTROL_NUMBER: Final = "urn:claimstream:patient-control-number"
CLAIM_ID: Final = "urn:claimstream:claim"
LINE_NUMBER: Final = "urn:claimstream:line"
PAYER_CLAIM: Final = "urn:claimstream:payer-claim"
CHARGE: Final = "urn:claimstream:charge"
NPI: Final = "http://hl7.org/fhir/sid/us-npi"
EIN: Final = "urn:oid:2.16.840.1.113883.4.4"
NDC: Final = "http://hl7.org/fhir/sid/ndc"
ICD10CM: Final = "http://hl7.org/fhir/sid/icd-10-cm"
ICD10PCS: Final = "http://www.cms.gov/Medicare/Coding/ICD10"
CPT: Final = "http://www.ama-assn.org/go/cpt"
HCPCS: Final = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
PLACE: Final = "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"
REVENUE: Final = "https://www.nubc.org/CodeSystem/RevenueCodes"
TYPE_OF_BILL: Final = "https://www.nubc.org/CodeSystem/TypeOfBill"
VALUE_CODES: Final = "https://www.nubc.org/CodeSystem/ValueCodes"
OCCURRENCES: Final = "https://www.nubc.org/CodeSystem/OccurrenceCodes"
OCCURRENCE_SPANS: Final = "https://www.nubc.org/CodeSystem/OccurrenceSpanCodes"
CONDITIONS: Final = "https://www.nubc.org/CodeSystem/ConditionCodes"
ADMISSION_TYPE: Final = "https://www.nubc.org/CodeSystem/PriorityTypeOfAdmitOrVisit"
POINT_OF_ORIGIN: Final = "https://www.nubc.org/CodeSystem/PointOfOrigin"
DISCHARGE_STATUS: Final = "https://www.nubc.org/CodeSystem/PatDischargeStatus"
PRESENT_ON_ADMISSION: Final = "https://www.nubc.org/CodeSystem/PresentOnAdmission"
MS_DRG: Final = "https://www.cms.gov/Medicare/Medicare-Fee-for-Service-Payment/AcuteInpatientPPS/MS-DRG-Classifications-and-Software"
TAXONOMY: Final = "http://nucc.org/provider-taxonomy"
REPORT_TYPE: Final = "https://codesystem.x12.org/005010/755"
DATE_QUALIFIER: Final = "https://codesystem.x12.org/005010/374"
REFERENCE_QUALIFIER: Final = "https://codesystem.x12.org/005010/128"
CARE_TEAM: Final = "http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBClaimCareTeamRole"
INFORMATION: Final = "http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBSupportingInfoType"
CARIN_DIAGNOSIS: Final = "http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBClaimDiagnosisType"
_TERMINOLOGY: Final = "http://terminology.hl7.org/CodeSystem/"
CLAIM_TYPE: Final = _TERMINOLOGY + "claim-type"
PRIORITY: Final = _TERMINOLOGY + "processpriority"
DIAGNOSIS_TYPE: Final = _TERMINOLOGY + "ex-diagnosistype"
RELATED: Final = _TERMINOLOGY + "ex-relatedclaimrelationship"
CLAIM_INFORMATION: Final = _TERMINOLOGY + "claiminformationcategory"
RELATIONSHIP: Final = _TERMINOLOGY + "subscriber-relationship"
COVERAGE_CLASS: Final = _TERMINOLOGY + "coverage-class"
IDENTIFIER_TYPE: Final = _TERMINOLOGY + "v2-0203"
ACT_CODE: Final = _TERMINOLOGY + "v3-ActCode"


def procedure_system(code: str) -> str:
    """HCPCS level II begins with a letter, a CPT number with a digit."""
    return HCPCS if code[:1].isalpha() else CPT


def concept(system: str, code: str, text: str = "") -> dict[str, object]:
    """A CodeableConcept of one coding."""
    made: dict[str, object] = {"coding": [{"system": system, "code": code}]}
    return made | ({"text": text} if text else {})
