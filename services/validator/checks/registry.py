"""The registry of check functions: a name that a rule's `check` may carry, and the function behind it.

Most checks judge the whole claim. One that looks at a line by itself is registered by `line_check` and is
given line after line: what passed once is remembered, and a line just like it is not judged again
(`known_lines.py`).

A check may prepare the rule's options (`with` in the rule) once, when the rule is loaded: it then finds the
result as `judge.options`, and options that cannot be prepared are an error of the rule file.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.contracts.coding import ServiceLine
from services.validator.case import Case
from services.validator.judge import Judge

Check = Callable[[Case, Judge], None]
LineCheck = Callable[[ServiceLine, Case, Judge], None]
Prepare = Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Registered:
    """A check function, of claims or of lines, with what it makes of a rule's options."""

    check: Check | LineCheck
    prepare: Prepare
    of_line: bool = False


REGISTRY: Final[dict[str, Registered]] = {}


def check(name: str, prepare: Prepare = dict) -> Callable[[Check], Check]:
    """Register a check of whole claims under the name that rules use."""

    def register(function: Check) -> Check:
        REGISTRY[name] = Registered(function, prepare)
        return function

    return register


def line_check(name: str, prepare: Prepare = dict) -> Callable[[LineCheck], LineCheck]:
    """Register a check of single lines: it may read `known_lines.FACTS` of the line, and no other line."""

    def register(function: LineCheck) -> LineCheck:
        REGISTRY[name] = Registered(function, prepare, of_line=True)
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
