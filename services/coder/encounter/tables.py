"""What the coder looks up for an encounter: the vocabulary, code sets by date, the charge master, visit
types, findings.
"""

import os
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from services.coder.engine.confidence import threshold
from services.coder.engine.tables import table
from services.coder.site import NO_SITE, SiteRules, site_rules
from services.coder.terminology.index import Terminology, terminology
from services.coder.terminology.words import folder
from services.codesets import CodeSets
from services.codesets import load as load_codesets
from services.codesets.charge_master import ChargeMaster
from services.codesets.charge_master import load as load_charge_master
from services.contracts.resources import site_folder

_REMEMBERED: Final = 8192  # texts


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything that the coder looks up. `gate`: least confidence of a code that needs no person."""

    vocabulary: Terminology
    codesets: CodeSets
    charge_master: ChargeMaster
    gate: float = 0.95
    site: SiteRules = NO_SITE


def installed() -> Tables:
    """The tables of this installation and site.

    Raises:
        ChargeMasterError: the site's charge master has errors.
        SwitchError: the site's switches have.
    """
    site = site_folder()
    file = site / "charge-master.csv"
    master = load_charge_master(file) if file.is_file() else ChargeMaster()
    gate = threshold(float(os.environ.get("CLAIMSTREAM_GATE", "0.95")))
    return Tables(terminology(), load_codesets(), master, gate, site_rules(site))


def data(name: str) -> Any:  # noqa: ANN401 (each table has its own shape)
    """One YAML table of the package's `data` folder."""
    return table(name)


@lru_cache(maxsize=_REMEMBERED)
def stems(text: str) -> frozenset[str]:
    """The folded words of a text of the EHR; the names of its diagnoses and visits come again and again."""
    return frozenset(folder().stems(text))
