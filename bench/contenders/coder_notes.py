"""Our coder over a file of notes: rate by CPU time, once with every note new and then for some seconds; time
from the interpreter's start to the first note.
"""

import json
import sys
from pathlib import Path
from time import perf_counter, process_time, time

import psutil

from bench.contenders.rates import rates


def main(corpus: str) -> None:
    """Print one line of JSON."""
    rows = [json.loads(line) for line in Path(corpus).read_text(encoding="utf-8").splitlines()]
    began = perf_counter()
    from services.coder.batch import opened  # noqa: PLC0415 (its import is part of the start)

    coder = opened()
    open_seconds = perf_counter() - began
    coder.answer(rows[0])
    process = psutil.Process()
    start_seconds = time() - process.create_time()
    started = process_time()
    for row in rows:
        coder.answer(row)
    first = len(rows) / (process_time() - started)
    found = rates(rows, coder.answer)
    resident = process.memory_info().rss / 2**20
    times = {"start": start_seconds, "open": open_seconds}
    print(json.dumps({**found, "first": first, **times, "resident": resident}))


if __name__ == "__main__":
    main(*sys.argv[1:])
