"""Our coder over a file of notes: rate by CPU time, once with every note new and then for some seconds; time
from the interpreter's start to the first note.
"""

import json
import sys
from os import sysconf
from pathlib import Path
from time import CLOCK_BOOTTIME, clock_gettime, perf_counter, process_time

import psutil

from bench.contenders.rates import Row, rates


def main(corpus: str) -> None:
    """Print one line of JSON."""
    rows = [json.loads(line) for line in Path(corpus).read_text(encoding="utf-8").splitlines()]
    began = perf_counter()
    from services.coder.batch import opened  # noqa: PLC0415 (its import is part of the start)

    coder = opened()
    open_seconds = perf_counter() - began
    coder.answer(rows[0])
    start_seconds = _age()

    def read(rows: list[Row]) -> None:
        for _ in coder.answers([(row["id"], coder.task(row)) for row in rows]):
            pass

    started = process_time()
    read(rows)
    first = len(rows) / (process_time() - started)
    found = rates(rows, read)
    resident = psutil.Process().memory_info().rss / 2**20
    times = {"start": start_seconds, "open": open_seconds}
    print(json.dumps({**found, "first": first, **times, "resident": resident}))


def _age() -> float:
    """Seconds since this process was started.

    By the clock that the kernel notes its start with: psutil adds the second in which the machine was booted,
    which may be half a second off.
    """
    started = int(Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()[19])
    return clock_gettime(CLOCK_BOOTTIME) - started / sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main(*sys.argv[1:])
