"""What every contract shares: strict frozen models, money, and the note that documents a field."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


@dataclass(frozen=True, slots=True)
class Doc:
    """What a field means, with its X12 837 (005010) element and its FHIR R4 path where it has one."""

    text: str
    x12: str = ""
    fhir: str = ""


@dataclass(frozen=True, slots=True)
class DecimalType:
    """Avro `decimal` of a field: total digits and digits after the point."""

    precision: int
    scale: int


NO_DOLLARS: Final = Decimal("0.00")
Money = Annotated[Decimal, Field(max_digits=14, decimal_places=2), DecimalType(14, 2)]
"""US dollars, exact to the cent; never a float."""

Charged = Annotated[Money, Field(ge=0)]
"""Dollars that cannot be negative: a charge, a total."""

Quantity = Annotated[Decimal, Field(max_digits=15, decimal_places=3), DecimalType(15, 3)]
"""Service units, minutes, days or a drug quantity (X12 SV104 and CTP04 allow three decimals)."""

Measure = Annotated[Decimal, Field(max_digits=18, decimal_places=6), DecimalType(18, 6)]
"""A laboratory value or a vital sign."""

Probability = Annotated[float, Field(ge=0.0, le=1.0)]
"""A calibrated probability."""


def _in_key_order(entries: dict[str, str]) -> dict[str, str]:
    return dict(sorted(entries.items()))


StrMap = Annotated[dict[str, str], AfterValidator(_in_key_order)]
"""Names to values, kept in the order of the names, so that the bytes do not depend on insertion."""


class Contract(BaseModel):
    """Base of every event and of every part of one: immutable, no unknown fields, no float money."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_enum_values=False, ser_json_bytes="base64")

    @classmethod
    def trusted(cls, **values: Any) -> Self:  # noqa: ANN401 (the fields' own)
        """An instance of values that a reader of ours has made as the contract says; nothing is checked.

        For hot paths: validation costs several times as much. Every field without a default must be given; a
        test holds the instances against validated ones.
        """
        made = cls.__new__(cls)
        content = _template(cls) | values
        object.__setattr__(made, "__dict__", content)
        object.__setattr__(made, "__pydantic_fields_set__", {*values})
        object.__setattr__(made, "__pydantic_extra__", None)
        object.__setattr__(made, "__pydantic_private__", None)
        return made


@cache
def _template(model: type[BaseModel]) -> dict[str, Any]:
    """A model's fields in their order, with their defaults."""
    return {
        name: None if field.is_required() else field.get_default(call_default_factory=True)
        for name, field in model.model_fields.items()
    }


class Coding(Contract):
    """A code in a named system, as FHIR's Coding: `system` is the system's URI."""

    system: str
    code: str
    display: str = ""


class Outcome(StrEnum):
    """The four values of a verdict; `not_checked` is never read as `pass`."""

    PASS = "pass"  # noqa: S105 (a verdict, not a password)
    FAIL = "fail"
    BYPASSED = "bypassed"
    NOT_CHECKED = "not_checked"


class Severity(StrEnum):
    """What a failed rule does to the claim."""

    REJECT = "reject"
    HOLD = "hold"
    WARN = "warn"
    REPAIR = "repair"
    INFO = "info"


class Finding(Contract):
    """The verdict of one rule on one target."""

    finding_id: Annotated[str, Doc("Rule and target: the same finding has the same id in every replay")]
    rule: Annotated[str, Doc("Id of the rule")]
    outcome: Outcome
    severity: Severity
    target: Annotated[str, Doc("What was judged: `claim`, `line:<id>`, `code:<code>`, `coverage:<id>`")]
    message: Annotated[str, Doc("What was found, with the value found")]
    fix: Annotated[str, Doc("What a person should do")] = ""
    reference: Annotated[str, Doc("Official source of the rule")] = ""
    carc: Annotated[str, Doc("Claim adjustment reason code number a payer would answer with")] = ""
    rarc: Annotated[str, Doc("Remittance advice remark code number a payer would answer with")] = ""
    bypassed_by: Annotated[str, Doc("What allowed it: a modifier, an override")] = ""
    shadow: Annotated[bool, Doc("Counted only: a shadow rule never holds")] = False
