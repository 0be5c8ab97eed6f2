"""Fit the coefficients of the confidence: logistic regression over the features of each code, checked by
cross-validation.

`python -m services.coder.evaluation.calibrate FILE... [--held FILE...] [--first-runs FILE]` reads labelled
notes (rows of `claimstream eval coding`, where `optional` codes count neither way), writes
`data/confidence.yaml`, and shows in `docs/coder-reliability.md` and `.svg` how often codes of each
probability were right on notes that the fit had not seen. Folds are of whole notes.

On notes that the coder's rules were tuned on, any promise is easily kept. The gates come from what they were
not tuned on: the notes of `--held`, and the first runs, which are what the coder of the day made of notes
before anybody opened them (`--record FILE` writes them down: `note,right,features`). Needs numpy.
"""

import argparse
import csv
import hashlib
import sys
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import yaml

from services.coder.batch import opened
from services.coder.engine import coder as engine
from services.coder.engine.confidence import features
from services.coder.evaluation import reliability, rows
from services.coder.evaluation.coding import is_right

_LABEL = "icd10cm"
_FOLDS = 5
_RIDGE = 2.0
_STEPS = 60
_LEAST = 5  # codes that a feature must hold for to get a coefficient


Sample = tuple[str, list[str], bool]
"""The note of a code, its features, and whether it was right."""


def samples(labelled: Iterable[dict[str, Any]]) -> list[Sample]:
    """Every code of every note; raises `NoteError` as `rows.coding`."""
    coder = opened()
    out: list[Sample] = []
    for each in labelled:
        row = rows.coding(each, _LABEL, coder)
        gold, optional = set(row[_LABEL]), set(row.get("optional", ()))
        task = coder.task(row)
        valid = coder.codesets.icd10cm(task.encounter.on).billable
        kept = engine.candidates(task, coder.vocabulary)
        out.extend(
            (str(row["id"]), features(c, len(kept), coder.vocabulary), is_right(c.code, gold, valid))
            for c in kept
            if c.code not in optional
        )
    return out


def judge(data: list[Sample]) -> list[tuple[float, bool]]:
    """Probability and correctness of every code, in order, by coefficients fitted without its note's fold."""
    weights = [
        fit([(names, right) for note, names, right in data if _fold(note) != fold]) for fold in range(_FOLDS)
    ]
    return [(predict(weights[_fold(note)], names), right) for note, names, right in data]


def _fold(note: str) -> int:
    return hashlib.sha256(note.encode()).digest()[1] % _FOLDS


def fit(data: list[tuple[list[str], bool]]) -> dict[str, float]:
    """Ridge logistic regression by Newton steps."""
    counts: dict[str, int] = {}
    for names, _ in data:
        for name in names:
            counts[name] = counts.get(name, 0) + 1
    names = ["bias", *sorted(name for name, count in counts.items() if count >= _LEAST)]
    place = {name: index for index, name in enumerate(names)}
    x = np.zeros((len(data), len(names)))
    x[:, 0] = 1
    for row, (held, _) in enumerate(data):
        for name in held:
            if name in place:
                x[row, place[name]] = 1
    y = np.array([float(right) for _, right in data])
    w = np.zeros(len(names))
    ridge = np.full(len(names), _RIDGE)
    ridge[0] = 0.01
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-x @ w))
        gradient = x.T @ (p - y) + ridge * w
        hessian = (x * (p * (1 - p))[:, None]).T @ x + np.diag(ridge)
        w -= np.linalg.solve(hessian, gradient)
    return {name: round(float(value), 3) for name, value in zip(names, w, strict=True)}


def predict(weights: dict[str, float], names: list[str]) -> float:
    """Probability of one code."""
    total = weights["bias"] + sum(weights.get(name, 0.0) for name in names)
    return float(1 / (1 + np.exp(-total)))


def main(arguments: list[str]) -> None:
    """Record a first run; or fit, and write the coefficients, the gates and the cross-validated curves."""
    parser = argparse.ArgumentParser(prog="python -m services.coder.evaluation.calibrate")
    parser.add_argument("tuned", nargs="*", type=Path, help="labelled notes that the rules were tuned on")
    parser.add_argument("--held", nargs="*", type=Path, default=[], help="labelled notes that nobody opened")
    parser.add_argument(
        "--first-runs", type=Path, help="what the coder made of notes before they were opened"
    )
    parser.add_argument("--record", nargs="*", type=Path, help="write first runs of these notes to stdout")
    given = parser.parse_args(arguments)
    if given.record:
        _record(samples(_rows(given.record)))
        return
    tuned, first = samples(_rows(given.tuned)), _recorded(given.first_runs)
    data = [*tuned, *samples(_rows(given.held)), *first]
    judged = judge(data)
    unseen = judged[len(tuned) :]
    reliability.write(judged, len({note for note, _, _ in data}), unseen)
    _write(reliability.gates(unseen or judged), fit([(names, right) for _, names, right in data]))


def _record(found: list[Sample]) -> None:
    """First runs as lines: note, 1 or 0, features apart by blanks."""
    csv.writer(sys.stdout, lineterminator="\n").writerows(
        (note, int(right), " ".join(names)) for note, names, right in found
    )


def _recorded(path: Path | None) -> list[Sample]:
    if path is None:
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return [(note, names.split(), right == "1") for note, right, names in csv.reader(lines)]


def _write(gates: dict[float, float], weights: dict[str, float]) -> None:
    target = Path(str(files("services.coder").joinpath("data/confidence.yaml")))
    head = (
        "# Written by services.coder.evaluation.calibrate. gates: what is promised -> the least confidence\n"
        "# that kept it in cross-validation on notes that the coder was not tuned on; weights: its\n"
        "# coefficients.\n"
    )
    content = yaml.safe_dump({"gates": gates, "weights": weights}, sort_keys=True)
    target.write_text(head + content, encoding="utf-8")


def _rows(paths: list[str]) -> list[dict[str, Any]]:
    return [orjson.loads(line) for path in paths for line in Path(path).read_bytes().splitlines()]


if __name__ == "__main__":
    main(sys.argv[1:])
