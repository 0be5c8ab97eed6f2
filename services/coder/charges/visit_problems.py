"""How many problems were addressed and how complex they are: the first element of medical decision making.

A problem counts that is coded and that the note supports. The kind comes from its code
(`data/em_problems.yaml`), the words of the note beside it say whether a chronic illness is at its goal.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from services.coder.charges.chart import UNSAID, Chart, Lexicon, Page
from services.coder.charges.visit_rules import LEVELS
from services.coder.encounter.tables import data
from services.coder.reading import PartKind
from services.contracts.coding import AssignedCode, Element, Evidence


class Addressed(NamedTuple):
    """A problem that was addressed: its code, kind and where the note says so."""

    code: str
    kind: str
    evidence: tuple[Evidence, ...]


def problems(codes: Sequence[AssignedCode], chart: Chart) -> Element | None:
    """The element, or None where the note supports no problem."""
    found = list(_addressed(codes, chart))
    if not found:
        return None
    counts = Counter(one.kind for one in found)
    level = _level(counts)
    names = data("em_problems")["names"]
    said = ", ".join(f"{count} x {names[kind]}" for kind, count in sorted(counts.items()))
    return Element(
        name="problems",
        value=LEVELS[level],
        reason=f"{said}: {', '.join(one.code for one in found)}",
        evidence=tuple(quote for one in found for quote in one.evidence),
    )


def _addressed(codes: Sequence[AssignedCode], chart: Chart) -> Iterator[Addressed]:
    for code in codes:
        kind = kind_of(code.code)
        quoted = [quote for quote in code.evidence if chart.page(quote.document_id) is not None]
        if kind == "none" or not quoted:
            continue
        first = quoted[0]
        if kind in ("chronic", "worse"):
            page = chart.page(first.document_id)
            told, where = _course(page, first.start, first.end) if page else ("", None)
            kind = told or kind
            yield Addressed(code.code, kind, (first, *([where] if where else [])))
        else:
            yield Addressed(code.code, kind, (first,))


@cache
def _kinds() -> dict[str, str]:
    return {prefix: kind for kind, listed in data("em_problems")["kinds"].items() for prefix in listed}


def kind_of(code: str) -> str:
    """The kind of a diagnosis by the longest prefix of its code that is listed; "acute" where none is."""
    kinds = _kinds()
    return next((kinds[code[:n]] for n in range(len(code), 0, -1) if code[:n] in kinds), "acute")


@cache
def _courses() -> Lexicon:
    table = data("em_problems")
    return Lexicon({kind: table[kind] for kind in ("severe", "worse")})


def _course(page: Page, start: int, end: int) -> tuple[str, Evidence | None]:
    """What the sentences about a chronic illness say of its course, the worst of it, and where."""
    note = page.note
    problem = note.problem_at(start)
    begin, stop = page.sentence(start)
    if problem is not None:
        begin, stop = min(begin, problem.title.start), max(stop, problem.body.end)
    found = [
        hit
        for hit in _courses().find(page.words, begin, stop)
        if not note.context_at(hit.start, hit.end).flags & UNSAID and not _taught(page, hit.start)
    ]
    worst = min(found, key=lambda hit: (hit.concept != "severe", hit.start), default=None)
    if worst is None:
        return "", None
    inside = start <= worst.start and worst.end <= end
    return worst.concept, None if inside else page.evidence(worst.start, worst.end)


def _taught(page: Page, offset: int) -> bool:
    """Whether a place only says what the patient was told in general."""
    part = page.note.part_at(offset)
    return part is not None and part.kind is PartKind.EDUCATION


def _level(counts: Counter[str]) -> int:
    rules = data("em_levels")["problems"]
    for level in reversed(range(len(LEVELS))):
        if any(counts[rule["kind"]] >= rule["at_least"] for rule in rules[LEVELS[level]]):
            return level
    return 0
