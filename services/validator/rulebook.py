"""The form of a rule: one entry of data, with its source, its dates, its message and its examples."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.contracts.base import Outcome, Severity

Queue = Literal["registration", "coding", "cdi", "billing", "authorisation"]
Each = Literal["claim", "line", "diagnosis"]
Table = Literal[
    "icd10cm",
    "icd10pcs",
    "mce",
    "hcpcs",
    "cpt",
    "ptp",
    "mue",
    "aoc",
    "rvu",
    "pos",
    "lcd",
    "modifiers",
    "msdrg",
    "hcc",
]


class Form(BaseModel):
    """Base of the rule file's parts: unknown fields are errors, so that a misspelt one cannot be ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Scope(Form):
    """Where a rule can apply; an empty field means anywhere. Codes are codes or ranges: `99202-99215`."""

    payers: Annotated[tuple[str, ...], Field(description="Payer ids")] = ()
    payer_kinds: Annotated[tuple[str, ...], Field(description="medicare, medicaid, commercial, other")] = ()
    claim_types: tuple[Literal["professional", "institutional"], ...] = ()
    visit_classes: tuple[
        Literal["ambulatory", "emergency", "inpatient", "observation", "home", "virtual"], ...
    ] = ()
    codes: Annotated[tuple[str, ...], Field(description="CPT or HCPCS numbers, or ranges, of a line")] = ()
    modifiers: Annotated[tuple[str, ...], Field(description="Any of these on a line")] = ()
    diagnoses: Annotated[tuple[str, ...], Field(description="ICD-10-CM codes or beginnings of codes")] = ()
    places: Annotated[tuple[str, ...], Field(description="Place of service codes")] = ()


class Effective(Form):
    """Days of service on which the rule is in force, both included."""

    first: Annotated[date, Field(alias="from")] = date(1900, 1, 1)
    last: Annotated[date, Field(alias="to")] = date(9999, 12, 31)

    def __contains__(self, day: date) -> bool:
        """Whether the rule is in force on that day."""
        return self.first <= day <= self.last


class Example(Form):
    """A case and the verdict it must get: the rule's own test.

    `base` names a case of `edits/cases.yaml`; `set` changes it by path (`lines.0.units: 3`); `tables` gives
    rows of the imported tables; `history` gives lines billed before for the same patient.
    """

    outcome: Outcome
    base: str = "office"
    set: dict[str, Any] = {}
    tables: dict[str, Any] = {}
    history: tuple[dict[str, Any], ...] = ()
    billed_before: Annotated[
        tuple[str, ...], Field(description="Lines of an earlier version that was billed")
    ] = ()
    contract: Annotated[Effective | None, Field(description="Days of the contract with the payer")] = None
    override: Annotated[bool, Field(description="A person overrides the finding")] = False


class RuleSpec(Form):
    """One edit: `check` names a function of `checks/`, or `require` is a CEL expression that must hold."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)+$")]
    title: str
    reference: Annotated[str, Field(min_length=3, description="Official source: regulation, manual, guide")]
    effective: Effective = Effective()
    severity: Severity = Severity.HOLD
    scope: Scope = Scope()
    needs: Annotated[tuple[Table, ...], Field(description="Tables without which it is not checked")] = ()
    queue: Queue = "billing"
    check: str = ""
    options: Annotated[dict[str, Any], Field(alias="with")] = {}
    history_days: Annotated[
        int, Field(ge=0, description="Days of the patient's earlier lines that it needs")
    ] = 0
    each: Annotated[Each, Field(description="What an expression judges")] = "claim"
    when: Annotated[str, Field(description="CEL: where it applies; empty: always")] = ""
    require: Annotated[str, Field(description="CEL: what must hold")] = ""
    allow: Annotated[str, Field(description="CEL: what lets a failure pass (bypassed)")] = ""
    allowed_by: Annotated[str, Field(description="What `allow` stands for, in words")] = ""
    message: Annotated[str, Field(description="What was found; {names} are filled in")]
    fix: Annotated[str, Field(min_length=3, description="What a person should do")]
    carc: Annotated[str, Field(description="Claim adjustment reason code number")] = ""
    rarc: Annotated[str, Field(description="Remittance advice remark code number")] = ""
    shadow: Annotated[bool, Field(description="Counted, never holding")] = False
    overridable: Annotated[bool, Field(description="Whether a person may let it pass")] = True
    examples: tuple[Example, ...] = ()


class RuleFile(Form):
    """A file of rules that hold for everybody."""

    about: str = ""
    rules: tuple[RuleSpec, ...]
