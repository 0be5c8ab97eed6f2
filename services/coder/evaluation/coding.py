"""How well notes are coded: micro measures, evidence, the gate's precision and coverage, speed.

External causes (V00-Y99) are reported apart: they are voluntary without a payer's or state's mandate
(guideline I.C.20).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from services.coder.batch import Coder
from services.coder.engine.billable import Valid
from services.coder.engine.model import CodedNote
from services.coder.evaluation.counts import Counts, share
from services.coder.evaluation.reliability import THRESHOLDS, at

_CATEGORY: Final = 3
_FULL: Final = 99
_CAUSES: Final = tuple("VWXY")


class Speed(NamedTuple):
    """Processor seconds of coding the notes: when their words are looked up for the first time, and as a
    process codes that has been running for a while.
    """

    first_read: float
    warm: float


@dataclass(slots=True)
class Score:
    """The counts over a file."""

    notes: int = 0
    exact: int = 0
    sequenced: int = 0
    """Notes with labels."""
    first_listed: int = 0
    """Of these, those whose first code is the first label."""
    evidence: int = 0
    valid_evidence: int = 0
    not_billable: int = 0
    forbidden: int = 0
    """Notes with a code of their `forbidden` list."""
    full: list[Counts] = field(default_factory=list)
    category: list[Counts] = field(default_factory=list)
    full_without_causes: list[Counts] = field(default_factory=list)
    category_without_causes: list[Counts] = field(default_factory=list)
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
        _count(total, row[label], coded, optional)
        _judge(total, set(row[label]), coded, optional, valid)
        _quote(total, coded, task.text)
    return total


def is_right(code: str, gold: set[str], valid: Valid) -> bool:
    """Whether the labels hold the code, or a header above it: a header is not reported (guideline I.B.2)."""
    return code in gold or any(code.startswith(label) and not valid(label) for label in gold)


def _count(total: Score, gold: Sequence[str], coded: CodedNote, optional: frozenset[str]) -> None:
    """Count the codes of one note."""
    wanted = set(gold) - optional
    found = {code.code for code in coded.codes} - optional
    total.notes += 1
    total.exact += wanted == found
    if gold:
        total.sequenced += 1
        total.first_listed += bool(coded.codes) and coded.codes[0].code == gold[0]
    total.full.append(_counts(wanted, found, _FULL))
    total.category.append(_counts(wanted, found, _CATEGORY))
    wanted, found = _without_causes(wanted), _without_causes(found)
    total.full_without_causes.append(_counts(wanted, found, _FULL))
    total.category_without_causes.append(_counts(wanted, found, _CATEGORY))


def _counts(wanted: set[str], found: set[str], length: int) -> Counts:
    return Counts.of({code[:length] for code in wanted}, {code[:length] for code in found})


def _without_causes(codes: set[str]) -> set[str]:
    return {code for code in codes if not code.startswith(_CAUSES)}


def _judge(total: Score, gold: set[str], coded: CodedNote, optional: frozenset[str], valid: Valid) -> None:
    """Keep of each code its probability, which is none where a person is to be asked however probable it is,
    and whether it is right.
    """
    total.judged.extend(
        (0.0 if code.asked else code.confidence, is_right(code.code, gold, valid))
        for code in coded.codes
        if code.code not in optional
    )


def _quote(total: Score, coded: CodedNote, note: str) -> None:
    """Count the quotations, and those that stand in the note."""
    for code in coded.codes:
        for quote in code.evidence:
            total.evidence += 1
            total.valid_evidence += note[quote.start : quote.end] == quote.text


def report(total: Score, speed: Speed, promise: float, threshold: float) -> dict[str, Any]:
    """The measures by name; one that has no cases is not a number."""
    return {
        "notes": total.notes,
        "full": Counts.sum(total.full).measures(),
        "category": Counts.sum(total.category).measures(),
        "full_without_external_causes": Counts.sum(total.full_without_causes).measures(),
        "category_without_external_causes": Counts.sum(total.category_without_causes).measures(),
        "exact_notes": share(total.exact, total.notes),
        "first_listed": share(total.first_listed, total.sequenced),
        "evidence_valid": share(total.valid_evidence, total.evidence),
        "not_billable": total.not_billable,
        "notes_with_a_forbidden_code": total.forbidden,
        "gate": {"promise": promise, **_at(total.judged, threshold)},
        "thresholds": [_at(total.judged, each) for each in THRESHOLDS],
        "notes_per_second": share(total.notes, speed.warm),
        "notes_per_second_first_read": share(total.notes, speed.first_read),
    }


def _at(judged: Sequence[tuple[float, bool]], threshold: float) -> dict[str, float]:
    """Precision of the codes at or above a threshold, and which share of all codes that is."""
    precision, coverage = at(judged, threshold)
    return {"threshold": threshold, "precision": precision, "coverage": coverage}
