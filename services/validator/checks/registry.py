"""The registry of check functions: a name that a rule's `check` may carry, and the function behind it."""

from collections.abc import Callable
from typing import Final

from services.validator.case import Case
from services.validator.judge import Judge

Check = Callable[[Case, Judge], None]

REGISTRY: Final[dict[str, Check]] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Register a check function under the name that rules use."""

    def register(function: Check) -> Check:
        REGISTRY[name] = function
        return function

    return register
