"""The validator as it is installed: the package's rules, the user's folder, the loaded code sets."""

import os
from pathlib import Path
from typing import Final

from services.codesets.catalog import load as load_codesets
from services.validator.installed_tables import InstalledTables
from services.validator.rule_folder import RuleFolder
from services.validator.tables import Tables
from services.validator.validate import Validator

RULES_VARIABLE: Final = "CLAIMSTREAM_RULES"
"""Environment variable with the user's folder of rules and payers."""


def installed(folder: Path | None = None) -> Validator:
    """The validator over the installed tables.

    Args:
        folder: the user's rules; by default what the environment names.

    Raises:
        BadRule: a rule file is not as it should be.
    """
    named = os.environ.get(RULES_VARIABLE)
    chosen = folder or (Path(named) if named else None)
    codesets = load_codesets()
    return Validator(RuleFolder(chosen), Tables(codesets, InstalledTables(codesets)))
