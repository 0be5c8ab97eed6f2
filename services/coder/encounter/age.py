"""Ages, as people and code sets count them: in completed years (ICD-10-CM Official Guidelines, MCE)."""

from datetime import date


def age_on(born: date, on: date) -> int:
    """Completed years from the day of birth to the day `on`; who was born on 29 February has had a birthday
    on 1 March of other years.
    """
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
