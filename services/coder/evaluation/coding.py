"""How well notes are coded: micro measures, evidence, the gate's precision and coverage, speed.

External causes (V00-Y99) are reported apart: they are voluntary without a payer's or state's mandate
(guideline I.C.20).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from services.coder.batch import Coder
from services.coder.engine.model import CodedNote
from services.coder.evaluation.reliability import at

_CATEGORY: Final = 3
_FULL: Final = 99
_GATES: Final = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99)


@dataclass(slots=True)
class Tally:
    """Right, wrong and missed codes."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, gold: set[str], found: set[str]) -> None:
        """Count one note."""
        self.right += len(gold & found)
        self.wrong += len(found - gold)
        self.missed += len(gold - found)

    def measures(self) -> dict[str, float]:
        """Precision, recall and F1; 0 where nothing was counted."""
        precision = self.right / (self.right + self.wrong) if self.right + self.wrong else 0.0
        recall = self.right / (self.right + self.missed) if self.right + self.missed else 0.0
        both = precision + recall
        f1 = 2 * precision * recall / both if both else 0.0
        return {"precision": precision, "recall": recall, "f1": f1}


@dataclass(slots=True)
class Score:
    """The counts over a file."""

    notes: int = 0
    exact: int = 0
    first: int = 0
    evidence: int = 0
    valid_evidence: int = 0
    not_billable: int = 0
    forbidden: int = 0
    """Notes with a code of their `forbidden` list."""
    full: Tally = field(default_factory=Tally)
    category: Tally = field(default_factory=Tally)
    without_causes: Tally = field(default_factory=Tally)
    judged: list[tuple[float, bool]] = field(default_factory=list)


def score(coder: Coder, rows: Sequence[dict[str, Any]], label: str = "icd10cm") -> Score:
    """Code every row and compare with its `label` codes.

    A row may name `optional` codes, which count neither way, and `forbidden` ones.
    """
    total = Score()
    tasks = [coder.task(row) for row in rows]
    for row, task, coded in zip(rows, tasks, coder.codes(tasks), strict=True):
        valid = coder.codesets.icd10cm(task.encounter.on).billable
        total.not_billable += sum(not valid(code.code) for code in coded.codes)
        total.forbidden += any(code.code in row.get("forbidden", ()) for code in coded.codes)
        optional = frozenset(row.get("optional", ()))
        _count(total, [str(code) for code in row[label]], coded, task.text, optional)
    return total


def _count(total: Score, gold: list[str], coded: CodedNote, note: str, optional: frozenset[str]) -> None:
    """Count one note; `optional` codes count neither way."""
    wanted = set(gold) - optional
    found = {code.code for code in coded.codes} - optional
    total.notes += 1
    total.exact += wanted == found
    total.first += bool(gold) and bool(coded.codes) and gold[0] == coded.codes[0].code
    for tally, length in ((total.full, _FULL), (total.category, _CATEGORY)):
        tally.add({code[:length] for code in wanted}, {code[:length] for code in found})
    total.without_causes.add(
        {c for c in wanted if c[0] not in "VWXY"}, {c for c in found if c[0] not in "VWXY"}
    )
    for code in coded.codes:
        if code.code not in optional:
            total.judged.append((code.confidence, code.code in wanted))
        for quote in code.evidence:
            total.evidence += 1
            total.valid_evidence += note[quote.start : quote.end] == quote.text


def report(total: Score, first: float, again: float, gate: float) -> dict[str, Any]:
    """The measures by name. Processor seconds: of coding the notes first, when their words are looked up for
    the first time, and `again`, as a process codes that has been running for a while.
    """
    return {
        "notes": total.notes,
        "full": total.full.measures(),
        "category": total.category.measures(),
        "full_without_external_causes": total.without_causes.measures(),
        "exact_notes": total.exact / total.notes if total.notes else 0.0,
        "evidence_valid": total.valid_evidence / total.evidence if total.evidence else 1.0,
        "not_billable": total.not_billable,
        "notes_with_a_forbidden_code": total.forbidden,
        "gate": _at(total.judged, gate),
        "gate_curve": [_at(total.judged, each) for each in _GATES],
        "notes_per_second": total.notes / again if again else 0.0,
        "notes_per_second_first_read": total.notes / first if first else 0.0,
    }


def _at(judged: Sequence[tuple[float, bool]], gate: float) -> dict[str, float]:
    """Precision of the codes at or above a gate, and which share of all codes that is."""
    precision, coverage = at(judged, gate)
    return {"gate": gate, "precision": precision, "coverage": coverage}
