"""Fit the coefficients of the confidence: logistic regression over the features of each code, checked by
cross-validation.

`python -m services.coder.evaluation.calibrate FILE... [--held FILE...]` reads labelled notes (rows of
`claimstream eval coding`, where `optional` codes count neither way), writes `data/confidence.yaml`, and shows
in `docs/coder-reliability.md` and `.svg` how often codes of each probability were right on notes that the fit
had not seen. Folds are of whole notes. The gates come from the notes of `--held`, on which the rules of the
coder were not tuned either: on notes that they were tuned on, any promise is easily kept. Needs numpy.
"""

import hashlib
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import yaml

from services.coder.batch import encounter_of, note_of, opened
from services.coder.engine import coder as engine
from services.coder.engine.billable import Valid
from services.coder.engine.confidence import features
from services.coder.evaluation import reliability

_FOLDS = 5
_RIDGE = 2.0
_STEPS = 60
_LEAST = 5  # codes that a feature must hold for to get a coefficient


def samples(rows: list[dict[str, Any]]) -> list[tuple[int, list[str], bool]]:
    """Fold, features and correctness of every code of every note."""
    coder = opened()
    out: list[tuple[int, list[str], bool]] = []
    for row in rows:
        fold = hashlib.sha256(str(row["id"]).encode()).digest()[1] % _FOLDS
        gold, optional = set(row["icd10cm"]), set(row.get("optional", ()))
        encounter = encounter_of(row)
        valid = coder.codesets.icd10cm(encounter.on).billable
        kept = engine.candidates(note_of(row), encounter, coder.vocabulary, valid)
        out.extend(
            (fold, features(c, len(kept), coder.vocabulary), _right(c.code, gold, valid))
            for c in kept
            if c.code not in optional
        )
    return out


def _right(code: str, gold: set[str], valid: Valid) -> bool:
    """Whether the labels hold the code, or a header above it: a header is not reported (guideline I.B.2)."""
    return code in gold or any(code.startswith(label) and not valid(label) for label in gold)


def judge(data: list[tuple[int, list[str], bool]]) -> list[tuple[float, bool]]:
    """Probability and correctness of every code, in order, by coefficients fitted without its fold."""
    weights = [fit([(names, right) for f, names, right in data if f != fold]) for fold in range(_FOLDS)]
    return [(predict(weights[fold], names), right) for fold, names, right in data]


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


def main(paths: list[str]) -> None:
    """Fit on the files, write the coefficients, the gates and the cross-validated curves."""
    at = paths.index("--held") if "--held" in paths else len(paths)
    tuned, held = _rows(paths[:at]), _rows(paths[at + 1 :])
    first = samples(tuned)
    data = first + samples(held)
    judged = judge(data)
    unseen = judged[len(first) :]
    reliability.write(judged, len(tuned) + len(held), unseen)
    target = Path(str(files("services.coder").joinpath("data/confidence.yaml")))
    head = (
        "# Written by services.coder.evaluation.calibrate. gates: what is promised -> the least confidence\n"
        "# that kept it in cross-validation; weights: coefficients of the confidence.\n"
    )
    content = {
        "gates": reliability.gates(unseen or judged),
        "weights": fit([(names, right) for _, names, right in data]),
    }
    target.write_text(head + yaml.safe_dump(content, sort_keys=True), encoding="utf-8")


def _rows(paths: list[str]) -> list[dict[str, Any]]:
    return [orjson.loads(line) for path in paths for line in Path(path).read_bytes().splitlines()]


if __name__ == "__main__":
    main(sys.argv[1:])
