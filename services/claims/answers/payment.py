"""A claim's payment and its lines: as they are read, and what they come to."""

from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Final

from services.claims.x12.values import day_of, number_of
from services.contracts.base import NO_DOLLARS
from services.contracts.claim_event import LineOutcome
from services.contracts.claim_parts import Adjustment

_ONE: Final = Decimal(1)
_REVENUE: Final = "NU"
"""The qualifier of a revenue code that stands for a procedure."""
_THOUSANDTH: Final = Decimal("0.001")
_MOST_UNITS: Final = 10**11
_CACHED: Final = 4_096


@dataclass(slots=True)
class Service:
    """A line as it is being read."""

    segment: int
    e: list[str]
    charged: Decimal
    paid: Decimal
    control: str = ""
    day: str = ""
    allowed: Decimal | None = None
    adjustments: list[Adjustment] = field(default_factory=list)
    adjusted: Decimal = NO_DOLLARS
    remarks: list[str] = field(default_factory=list)

    def outcome(self, separator: str) -> LineOutcome:
        """What the payer decided; `separator` is that of the file's components."""
        code, modifiers, revenue = procedure(self.e[1], separator)
        return LineOutcome.trusted(
            control_number=self.control,
            code=code,
            billed_code=_component(self.e[6], separator),
            modifiers=modifiers,
            revenue_code=self.e[4] or revenue,
            units=units(self.e[5]) or _ONE,
            charged=self.charged,
            paid=self.paid,
            allowed=self.allowed,
            service_date=day_of(self.day),
            adjustments=tuple(self.adjustments),
            remarks=tuple(self.remarks),
        )


@dataclass(slots=True)
class Payment:
    """A claim as it is being read."""

    segment: int
    e: list[str]
    charged: Decimal = NO_DOLLARS
    paid: Decimal = NO_DOLLARS
    patient: Decimal = NO_DOLLARS
    adjustments: list[Adjustment] = field(default_factory=list)
    adjusted: Decimal = NO_DOLLARS
    remarks: list[str] = field(default_factory=list)
    lines: list[Service] = field(default_factory=list)
    forwarded_to: str = ""
    sound: bool = True


@lru_cache(_CACHED)
def procedure(text: str, separator: str) -> tuple[str, tuple[str, ...], str]:
    """Code, modifiers and revenue code of an SVC01."""
    kind, code, *modifiers = [*text.split(separator), ""] if separator in text else (text, "")
    named = tuple([each for each in modifiers[:4] if each])
    return ("", named, code) if kind == _REVENUE else (code, named, "")


def _component(text: str, separator: str) -> str:
    """The second component; empty where there is none."""
    return text.split(separator)[1] if separator in text else ""


@lru_cache(_CACHED)
def adjustment(group: str, reason: str, amount: Decimal, quantity: str) -> Adjustment:
    """An adjustment; the same few stand in a remittance again and again."""
    return Adjustment(group=group, reason=reason, amount=amount, quantity=units(quantity))


@lru_cache(_CACHED)
def units(text: str) -> Decimal | None:
    """A quantity to three decimals, as the contract keeps it."""
    value = number_of(text)
    return value.quantize(_THOUSANDTH) if value is not None and abs(value) < _MOST_UNITS else None
