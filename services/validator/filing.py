"""Timely filing: the payer's last day, and the days left as of the event's own time.

Sources: 42 CFR 424.44 and Medicare Claims Processing Manual ch. 1 §70 (one calendar year from the date of
service; a service of 29 February by 28 February; institutional claims count from the statement's last day);
42 CFR 447.45(d) (Medicaid: at most 12 months, a state may allow less). A commercial limit is the contract's.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from services.contracts.encounter import ClaimType


@dataclass(frozen=True, slots=True)
class FilingLimit:
    """How long after the service a payer takes a claim: whole years or days."""

    years: int = 0
    days: int = 0
    reference: str = ""

    def last_day(self, service: date) -> date:
        """The last day on which a claim for that day of service is in time."""
        return _years_later(service, self.years) + timedelta(days=self.days)


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February: the manual says 28 February of the following year
        return day.replace(year=day.year + years, day=28)


def counted_from(claim_type: ClaimType, first: date, last: date) -> date:
    """The day from which a claim's limit runs: first day for professional, last day for institutional."""
    return first if claim_type is ClaimType.PROFESSIONAL else last
