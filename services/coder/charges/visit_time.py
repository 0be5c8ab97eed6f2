"""Total time on the day of the visit and time of critical care, as stated ("I spent 42 minutes ...").

Only a statement of time spent counts. Time of separately reported services (counselling on tobacco,
critical care, advance care planning, psychotherapy) does not (AMA E/M guidelines, time).
"""

import re
from typing import Final

from services.coder.charges.chart import Chart
from services.contracts.coding import Element

_STATED: Final = re.compile(
    r"(?:\bspent\b|\btotal (?:encounter |visit |face[- ]to[- ]face )?time\b|\btime spent\b|\btotal of\b)"
    r"[^.\n]{0,60}?"
    r"\b(?P<after>\d{1,3})\s*(?:-\s*)?min(?:ute)?s?\b"
    r"|\b(?P<before>\d{1,3})\s*(?:-\s*)?min(?:ute)?s?\b[^.\n]{0,40}?"
    r"\b(?:(?:was|were) spent|spent|of total time|total time|in total)\b"
)
_APART: Final = re.compile(
    r"tobacco|smoking|critical care|advance care|psychotherapy|prolonged|procedure|non[- ]face|staff time"
    r"|nurse"
)
_CRITICAL: Final = re.compile(
    r"\bcritical care\b[^.\n]{0,60}?\b(?P<after>\d{1,3})\s*(?:-\s*)?min(?:ute)?s?\b"
    r"|\b(?P<before>\d{1,3})\s*(?:-\s*)?min(?:ute)?s?\b[^.\n]{0,40}?\bcritical care\b"
)
_NEVER: Final = re.compile(r"(?!)")
_MINUTES: Final = "min"
"""What every statement of a time has."""
_LONGEST: Final = 480  # minutes


def minutes_of(element: Element) -> int:
    """The minutes of a time element."""
    return int(element.value)


def total_time(chart: Chart) -> Element | None:
    """The longest total time that a note states, in minutes, or None."""
    return _longest(chart, _STATED, _APART, "total time")


def critical_time(chart: Chart) -> Element | None:
    """The longest time of critical care that a note states, in minutes, or None."""
    return _longest(chart, _CRITICAL, _NEVER, "critical care")


def _longest(chart: Chart, stated: re.Pattern[str], apart: re.Pattern[str], what: str) -> Element | None:
    best: Element | None = None
    for page in chart.pages:
        for match in stated.finditer(page.note.folded) if _MINUTES in page.note.folded else ():
            minutes = int(match.group("after") or match.group("before"))
            begin, end = page.sentence(match.start())
            if not 0 < minutes <= _LONGEST or apart.search(page.note.folded, begin, max(end, match.end())):
                continue
            if best is None or minutes > minutes_of(best):
                best = Element(
                    name="time",
                    value=str(minutes),
                    reason=f"{minutes} minutes of {what} are stated",
                    evidence=(page.evidence(match.start(), match.end()),),
                )
    return best
