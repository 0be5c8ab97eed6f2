"""What the coder looks up for an encounter: the vocabulary, code sets by date, the charge master, visit
types, findings.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from services.coder.engine.tables import table
from services.coder.gate import promised, threshold
from services.coder.site import NO_SITE, SiteRules, site_rules
from services.coder.terminology.index import Terminology, terminology
from services.coder.terminology.words import folder
from services.codesets import CodeSets
from services.codesets import load as load_codesets
from services.codesets.charge_master import ChargeMaster
from services.codesets.charge_master import load as load_charge_master
from services.contracts.coding import Route
from services.contracts.resources import site_folder

_REMEMBERED: Final = 8192  # texts


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything that the coder looks up. `threshold`: least confidence of a code that needs no person."""

    vocabulary: Terminology
    codesets: CodeSets
    charge_master: ChargeMaster
    threshold: float
    site: SiteRules = NO_SITE

    def route(self, confidence: float, *, valid: bool = True) -> Route:
        """Where a code of that confidence goes; one that is not valid goes to a person."""
        return Route.AUTO if valid and confidence >= self.threshold else Route.REVIEW


def installed() -> Tables:
    """The tables of this installation and site.

    Raises:
        ChargeMasterError: the site's charge master has errors.
        SwitchError: the site's switches have.
        GateError: `CLAIMSTREAM_GATE` states a promise that nobody measured.
    """
    site = site_folder()
    file = site / "charge-master.csv"
    master = load_charge_master(file) if file.is_file() else ChargeMaster()
    least = threshold(promised())
    return Tables(terminology(), load_codesets(), master, least, site_rules(site))


def data(name: str) -> Any:  # noqa: ANN401 (each table has its own shape)
    """One YAML table of the package's `data` folder."""
    return table(name)


@lru_cache(maxsize=_REMEMBERED)
def stems(text: str) -> frozenset[str]:
    """The folded words of a text of the EHR; the names of its diagnoses and visits come again and again."""
    return frozenset(folder().stems(text))
