"""Notes coded a second beside medspaCy with the same dictionary; the coder's start and its memory.

Our own notes (`tests/coder/notes`), each process one core, in turns within one run. medspaCy is set up as
fast as it goes: a blank pipeline, spaCy's rule of full stops for sentences, its target matcher over every
term of our vocabulary, its ConText and its section detection with their own rules. It stops there; the coder
also finds problems and details, applies the guidelines, checks the day of service and weighs each code. A
second row has medspaCy's own sentences (PyRuSH).

`python -m bench.coder_speed [FILE]` with BENCH_PYTHON naming the interpreter that has medspaCy; FILE: other
notes than our own, as `claimstream code` reads them.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from services.coder.native import SWITCH
from services.coder.terminology import tabular
from services.coder.terminology.compile import all_terms
from tests.coder.notes.load import notes

TURNS = 3
OURS = "claimstream coder"
INTERPRETED = "claimstream coder, not compiled"
FAST = "medspaCy 1.3.1, plain sentences"
RUSH = "medspaCy 1.3.1, PyRuSH"


@dataclass(frozen=True, slots=True)
class CoderSpeed:
    """Notes a second of each contender, and what the coder needs before its first note."""

    notes: int
    terms: int
    rates: dict[str, float]
    pages: dict[str, float]
    """The same of the notes of about a page and more (`bench.contenders.rates`)."""
    first_rate: float
    """Our rate while every note is read for the first time: what is remembered of words and codes is cold."""
    load: float
    """Processes that wanted to run during the measurement, by the system's own average."""
    start_seconds: float
    open_seconds: float
    resident_mb: float

    def times(self, name: str) -> tuple[float, float]:
        """How many times as fast as a contender the coder is: on all notes, on the long ones."""
        return self.rates[OURS] / self.rates[name], self.pages[OURS] / self.pages[name]


def measure(other: Path | None = None) -> CoderSpeed:
    """Code all notes in turns; the median of each contender's turns."""
    with TemporaryDirectory() as scratch:
        corpus, dictionary = Path(scratch) / "notes.ndjson", Path(scratch) / "terms.json"
        given = other.read_text(encoding="utf-8").splitlines() if other is not None else None
        rows = [json.loads(line) for line in given] if given else [note.request() for note in notes()]
        corpus.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        nodes = tabular.read(tabular.source_file())
        terms = {term.text.lower(): term.code for term in all_terms(nodes)}
        dictionary.write_text(json.dumps(terms), encoding="utf-8")
        turns = [_turn(corpus, dictionary) for _ in range(TURNS)]
    ours = [turn[OURS] for turn in turns]
    return CoderSpeed(
        len(rows),
        len(terms),
        _medians(turns, "rate"),
        _medians(turns, "pages"),
        median(each["first"] for each in ours),
        os.getloadavg()[1],
        median(each["start"] for each in ours),
        median(each["open"] for each in ours),
        max(each["resident"] for each in ours),
    )


def _medians(turns: list[dict[str, dict[str, Any]]], kind: str) -> dict[str, float]:
    return {name: median(turn[name][kind] for turn in turns) for name in turns[0]}


def _turn(corpus: Path, dictionary: Path) -> dict[str, dict[str, Any]]:
    """Each contender once."""
    other = os.environ.get("BENCH_PYTHON", "")
    found = {
        name: _run(sys.executable, "bench.contenders.coder_notes", str(corpus), native=native)
        for name, native in ((OURS, "1"), (INTERPRETED, "0"))
    }
    for name, sentences in ((FAST, "sentencizer"), (RUSH, "medspacy_pyrush")) if other else ():
        module = "bench.contenders.medspacy_notes"
        found[name] = _run(other, module, str(corpus), str(dictionary), sentences)
    for name, result in found.items():
        print(f"{name}: {result['rate']:,.1f} notes a second, {result['pages']:,.1f} long ones", flush=True)
    return found


def _run(python: str, module: str, *arguments: str, native: str = "1") -> dict[str, Any]:
    command, environment = [python, "-m", module, *arguments], {**os.environ, SWITCH: native}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


if __name__ == "__main__":
    print(measure(Path(sys.argv[1]) if sys.argv[1:] else None))
