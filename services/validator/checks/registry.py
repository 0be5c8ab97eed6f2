"""The registry of check functions: a name that a rule's `check` may carry, and the function behind it.

A check may prepare the rule's options (`with` in the rule) once, when the rule is loaded: it then finds the
result as `judge.options`, and options that cannot be prepared are an error of the rule file.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.validator.case import Case
from services.validator.judge import Judge

Check = Callable[[Case, Judge], None]
Prepare = Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Registered:
    """A check function, with what it makes of a rule's options."""

    check: Check
    prepare: Prepare


REGISTRY: Final[dict[str, Registered]] = {}


def check(name: str, prepare: Prepare = dict) -> Callable[[Check], Check]:
    """Register a check function under the name that rules use."""

    def register(function: Check) -> Check:
        REGISTRY[name] = Registered(function, prepare)
        return function

    return register


def option(name: str) -> Prepare:
    """The one option of that name, as it stands."""
    return lambda options: options[name]


def option_set(name: str) -> Prepare:
    """The one option of that name, a list, as a set."""
    return lambda options: frozenset(options[name])


def option_tuple(name: str) -> Prepare:
    """The one option of that name, a list, as a tuple."""
    return lambda options: tuple(options[name])
