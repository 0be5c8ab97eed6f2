"""Whether a stage is well: a pure function of samples taken about once a second."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

PATIENCE_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Sample:
    """The loop at one moment; `at` in seconds of a monotonic clock."""

    at: float
    done: int
    """Records committed since the start."""
    behind: int
    """Offsets that wait, over all owned partitions."""
    partitions: int
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Well or not, and why in plain words."""

    well: bool
    reasons: tuple[str, ...] = ()


def judge(
    samples: Sequence[Sample], now: float, started: float, patience: float = PATIENCE_SECONDS
) -> Verdict:
    """Red when the loop does not turn, or when records wait and none is committed for `patience` seconds.

    Up to one offset a partition may wait for ever: it is the end marker of the last transaction (rule 8).
    Paused is well, and said.
    """
    if not samples:
        silent = now - started
        if silent < patience:
            return Verdict(well=True, reasons=("starting",))
        return Verdict(well=False, reasons=(f"not started after {silent:.0f} s",))
    last = samples[-1]
    silent = now - last.at
    if silent >= patience:
        return Verdict(well=False, reasons=(f"the loop has not turned for {silent:.0f} s",))
    if last.paused:
        return Verdict(well=True, reasons=("paused",))
    stuck = _stuck_since(samples)
    if stuck is not None and now - stuck >= patience:
        reason = f"no record committed for {now - stuck:.0f} s while {last.behind} offsets wait"
        return Verdict(well=False, reasons=(reason,))
    return Verdict(well=True)


def _stuck_since(samples: Sequence[Sample]) -> float | None:
    """The start of the unbroken time, up to now, in which records waited and none was done."""
    since = None
    done = samples[-1].done
    for sample in reversed(samples):
        if sample.done != done or sample.paused or sample.behind <= sample.partitions:
            break
        since = sample.at
    return since
