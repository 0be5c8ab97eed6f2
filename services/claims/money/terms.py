"""Contracts with payers, as data: on what basis each pays.

contracts:
  - payer_id: "14112"
    basis: fee_schedule          # relative values x locality indices x conversion factor
    mac: "14212"
    locality: "01"
    percent: 100                 # of the schedule; absent: 100
  - payer_id: PWHP1
    basis: fees                  # dollars by code; codes that are not listed: not known
    fees: {"99213": "98.00"}
    from: 2026-01-01             # first and last day of service, both optional
    to: 2026-12-31
  - payer_id: OTHER
    basis: percent_of_charge
    percent: 62.5
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.claims.errors import BadTerms


class Basis(StrEnum):
    """How a contract sets a payment."""

    FEE_SCHEDULE = "fee_schedule"
    FEES = "fees"
    PERCENT_OF_CHARGE = "percent_of_charge"


class Terms(BaseModel):
    """One contract."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    payer_id: str
    basis: Basis
    percent: Decimal = Decimal(100)
    fees: dict[str, Decimal] = {}
    mac: str = ""
    locality: str = ""
    conversion_factor: Decimal | None = None
    first: Annotated[date, Field(alias="from")] = date(1900, 1, 1)
    last: Annotated[date, Field(alias="to")] = date(9999, 12, 31)
    tolerance: Decimal = Decimal("0.05")


class Contracts(BaseModel):
    """Every contract of a site."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    contracts: tuple[Terms, ...] = ()

    def with_payer(self, payer_id: str, on: date) -> Terms | None:
        """The contract in force with a payer on a day of service."""
        found = (
            each for each in self.contracts if each.payer_id == payer_id and each.first <= on <= each.last
        )
        return next(found, None)


def read_contracts(file: Path) -> Contracts:
    """The contracts in a YAML file; raises `BadTerms` with every place that is wrong."""
    try:
        return Contracts.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadTerms(f"{file.name}: cannot be read ({type(error).__name__})") from None
    except ValidationError as error:
        wrong = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise BadTerms(f"{file.name}: " + "; ".join(wrong)) from None
