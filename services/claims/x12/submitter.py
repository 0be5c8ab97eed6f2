"""Who sends the claims: what a trading partner agreement fixes (ISA, GS, loop 1000).

Without a file the billing provider of a batch's first claim sends it, to the payer itself. A file says:

    submitter_id: RIVERBEND        # ISA06, GS02, loop 1000A
    name: Riverbend Community Health
    qualifier: ZZ                  # ISA05
    contact: Billing office
    phone: "6175550100"
    receiver_id: CLEARING1         # a clearinghouse; absent: each payer's id
    receiver_name: Example Clearinghouse
    receiver_qualifier: ZZ
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

import yaml

from services.claims.errors import BadTerms
from services.claims.x12.parties import organisation
from services.claims.x12.text import clean, digits
from services.contracts.encounter import Provider


@dataclass(frozen=True, slots=True)
class Submitter:
    """One trading partner's side of the envelope."""

    submitter_id: str
    name: str
    qualifier: str = "ZZ"
    contact: str = ""
    phone: str = ""
    receiver_id: str = ""
    receiver_name: str = ""
    receiver_qualifier: str = "ZZ"

    @classmethod
    def of(cls, billing: Provider) -> Self:
        """The billing provider as its own submitter, known by its tax id (else its NPI)."""
        return cls(
            submitter_id=billing.tax_id or billing.npi,
            name=billing.family,
            contact="BILLING",
            phone=billing.phone,
        )

    @classmethod
    def read(cls, file: Path) -> Self:
        """The agreement in a YAML file; raises `BadTerms`."""
        try:
            content = yaml.safe_load(file.read_text())
        except (OSError, ValueError, yaml.YAMLError) as error:
            raise BadTerms(f"{file.name}: cannot be read ({type(error).__name__})") from None
        if not isinstance(content, dict):
            raise BadTerms(f"{file.name}: not a table of keys")
        known = {each.name for each in fields(cls)}
        unknown = sorted(str(key) for key in content.keys() - known)
        if unknown:
            raise BadTerms(f"{file.name}: unknown key {unknown[0]!r}; known: {', '.join(sorted(known))}")
        missing = {"submitter_id", "name"} - content.keys()
        if missing:
            raise BadTerms(f"{file.name}: {min(missing)!r} is missing")
        return cls(**{key: str(value) for key, value in content.items()})

    def loop(self) -> list[str]:
        """Loop 1000A; raises `BadTerms` where nobody can be called."""
        phone = digits(self.phone)
        if not phone:
            raise BadTerms("phone: an 837 names a submitter who can be called; state one")
        contact = clean(self.contact or "BILLING", 60)
        return [organisation("41", self.name, "46", self.submitter_id), f"PER*IC*{contact}*TE*{phone}"]
