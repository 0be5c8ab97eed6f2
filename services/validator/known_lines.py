"""Lines that were met before: the same service comes again and again, for the same payer on the same day.

A line check reads nothing of its line but `FACTS` (a test holds them to it) and, of the case, only what is
the same for a whole plan of the engine. So a line that passed every one of them is remembered by its facts,
and a line with the same facts is not judged again. A line about which anything was found is judged each time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from services.validator.rules import Rule

FACTS: Final = (
    "claim_type",
    "code",
    "drug_quantity",
    "drug_unit",
    "modifiers",
    "ndc",
    "revenue_code",
    "service_date",
    "units",
)
"""What line checks may read of a line."""

facts_of: Final = itemgetter(*FACTS)
"""The facts of a line, from its `__dict__`."""


@dataclass(slots=True)
class KnownLine:
    """What all lines with the same facts have in common.

    `own`: the rules that look at the line by itself. `brings`: rules about the whole case that its code or
    its modifiers bring in, by id. `passed`: how many verdicts `own` gives, once it is known that all pass.
    """

    own: tuple[Rule, ...]
    brings: Mapping[str, Rule]
    passed: int | None = None
