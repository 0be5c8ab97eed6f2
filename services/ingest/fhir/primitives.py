"""FHIR R4 primitive values from JSON (hl7.org/fhir/R4/datatypes.html): each as it is, or `BadValue`."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final, NamedTuple

_DATE_TIME: Final = re.compile(
    r"(?P<year>\d{4})(-(?P<month>\d\d)(-(?P<day>\d\d)"
    r"(?P<time>T\d\d:\d\d(:\d\d(\.\d+)?)?(?P<zone>Z|[+-]\d\d:\d\d)?)?)?)?"
)
_ID: Final = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_END_OF_DAY: Final = timedelta(hours=23, minutes=59, seconds=59)
_SENT: Final = """
    Account AllergyIntolerance Appointment Basic Binary Bundle CarePlan CareTeam ChargeItem Claim
    ClaimResponse Communication Composition Condition Consent Contract Coverage Device DiagnosticReport
    DocumentReference Encounter EpisodeOfCare ExplanationOfBenefit FamilyMemberHistory Flag Goal Group
    HealthcareService ImagingStudy Immunization InsurancePlan Invoice List Location Media Medication
    MedicationAdministration MedicationDispense MedicationRequest MedicationStatement MessageHeader
    NutritionOrder Observation OperationOutcome Organization Parameters Patient Practitioner
    PractitionerRole Procedure Provenance Questionnaire QuestionnaireResponse RelatedPerson Schedule
    ServiceRequest Slot Specimen SupplyDelivery SupplyRequest Task VisionPrescription
"""
_KINDS: Final = frozenset(_SENT.split())
MAX_DIGITS: Final = 12
YEARS: Final = range(1800, 2201)


class BadValue(ValueError):
    """A value that is not what FHIR says it must be; says what and how to mend it, never the value."""

    def __init__(self, message: str, fix: str) -> None:
        self.message = message
        self.fix = fix
        super().__init__(message)


class Moment(NamedTuple):
    """A FHIR dateTime, which may be as coarse as a year.

    `first` and `last` bound it in UTC; `day` and `last_day` are the days by the clock of its own zone,
    `clock` its HHMM there: empty where the zone is UTC, which is no place's.
    """

    first: datetime
    last: datetime
    day: date
    last_day: date
    has_day: bool
    has_time: bool
    clock: str = ""


@lru_cache(maxsize=1024)
def moment(text: str) -> Moment:
    """A FHIR date, dateTime or instant; a time needs its zone.

    Kept for a while: what belongs to one visit mostly bears the same times.
    """
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        raise BadValue("not a FHIR dateTime", "write YYYY-MM-DD or YYYY-MM-DDThh:mm:ss+zz:zz")
    if int(match["year"]) not in YEARS:
        raise BadValue("a year out of range", f"send a year from {YEARS[0]} to {YEARS[-1]}")
    if match["time"]:
        return _instant(text, zoned=match["zone"] is not None)
    try:
        day, last_day = _days(int(match["year"]), match["month"], match["day"])
    except ValueError:
        raise BadValue("no such day in the calendar", "send a day that exists, as YYYY-MM-DD") from None
    first, last = _midnight(day), _midnight(last_day) + _END_OF_DAY
    return Moment(first, last, day, last_day, match["day"] is not None, has_time=False)


def _instant(text: str, *, zoned: bool) -> Moment:
    if not zoned:
        raise BadValue("a time without its zone", "add the offset from UTC, as in T09:30:00-05:00")
    try:
        local = datetime.fromisoformat(text)
        at = local.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadValue("no such time in the calendar", "send a time that exists, with its zone") from None
    clock = f"{local:%H%M}" if local.utcoffset() else ""
    return Moment(at, at, local.date(), local.date(), has_day=True, has_time=True, clock=clock)


def _days(year: int, month: str | None, day: str | None) -> tuple[date, date]:
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if day is None:
        return date(year, int(month), 1), date(year, int(month), monthrange(year, int(month))[1])
    exact = date(year, int(month), int(day))
    return exact, exact


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def decimal(value: Any, places: int) -> Decimal:  # noqa: ANN401 (whatever JSON holds)
    """A FHIR decimal with at most `places` decimals that are not zero, exactly as it was written.

    A JSON float's shortest decimal form is what was written, up to 15 digits.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadValue("not a number", "send a JSON number, without quotes")
    try:
        number = Decimal(str(value))
        rounded = number.quantize(Decimal(1).scaleb(-places))
    except InvalidOperation:
        raise BadValue(
            "a number out of range", f"send at most {MAX_DIGITS} digits before the point"
        ) from None
    if rounded.adjusted() >= MAX_DIGITS:
        raise BadValue("a number out of range", f"send at most {MAX_DIGITS} digits before the point")
    if abs(rounded - number) > Decimal("0.000001"):
        raise BadValue(
            f"more than {places} decimals", f"round it to {places} decimals where it is known what it means"
        )
    return rounded


def shown_kind(text: object) -> str:
    """A resource type as it may stand in an error message: a known one, or `?`, whatever else was sent."""
    return text if isinstance(text, str) and text in _KINDS else "?"


def is_id(text: str) -> bool:
    """Whether the text has the form of a resource id: then it may stand in an error message."""
    return _ID.fullmatch(text) is not None
