"""The gate: which codes go out by themselves and which a person sees first.

A customer asks for a promise: how often the codes routed `auto` are right. The threshold, the least
confidence that kept the promise in cross-validation, stands in `data/confidence.yaml`
(docs/coder-reliability.md).
"""

from os import environ
from typing import Final

from services.coder.engine.tables import table
from services.coder.errors import GateError

VARIABLE: Final = "CLAIMSTREAM_GATE"
"""The environment variable with the promise."""
PROMISE: Final = 0.95
"""The promise of those who ask for none."""
_PEOPLE: Final = 1.0
"""Nothing but a person keeps this promise."""
_NEVER: Final = 1.01


def promised(stated: str | None = None) -> float:
    """The promise as an option or `CLAIMSTREAM_GATE` states it; the option goes first.

    Raises:
        GateError: nobody measured that promise; the message says which there are.
    """
    text = environ.get(VARIABLE, "") if stated is None else stated
    if not text.strip():
        return PROMISE
    try:
        promise = float(text)
        threshold(promise)
    except ValueError:
        raise _unmeasured(text) from None
    return promise


def threshold(promise: float) -> float:
    """The least confidence of a code routed `auto`; above 1 where a person is to see every code.

    Raises:
        GateError: nobody measured that promise.
    """
    if promise == _PEOPLE:
        return _NEVER
    measured = _measured()
    if promise not in measured:
        raise _unmeasured(f"{promise:g}")
    return measured[promise]


def _measured() -> dict[float, float]:
    """The threshold of each promise that was kept."""
    kept: dict[float, float] = table("confidence")["gates"]
    return kept


def _unmeasured(text: str) -> GateError:
    known = " and ".join(f"{promise:g}" for promise in sorted(_measured()))
    return GateError(
        f"gate {text}: no such promise was measured; there are {known}, and {_PEOPLE:g} sends every code to a"
        " person"
    )
