"""Only codes in force and complete on the day leave the engine (45 CFR 162.1002; guideline I.B.2)."""

from collections.abc import Callable

from services.coder.engine.model import Candidate
from services.coder.engine.specificity import complete, default_child, seventh
from services.coder.engine.specify import base_of
from services.coder.terminology.index import Terminology

Valid = Callable[[str], bool]


def only_valid(candidates: list[Candidate], valid: Valid, vocabulary: Terminology) -> list[Candidate]:
    """The candidates whose code, or whose category's default, may be reported on the day; the others are
    left out.
    """
    out: list[Candidate] = []
    for candidate in candidates:
        if not valid(candidate.code):
            instead = nearest(candidate.code, valid, vocabulary)
            if not instead:
                continue
            candidate.rejected.append((candidate.code, "not billable on the date of service"))
            candidate.code = instead
            candidate.guessed += 1
            candidate.rules.append("date.replaced")
        out.append(candidate)
    return out


def nearest(code: str, valid: Valid, vocabulary: Terminology) -> str:
    """The nearest billable code: the default below it, else the default of the entry above, one level at a
    time.
    """
    entry = vocabulary.entry(base_of(code, vocabulary))
    while entry is not None:
        leaf = entry.code
        while (child := default_child(leaf, vocabulary)) is not None:
            leaf = child
        below = vocabulary.entry(leaf)
        if below is not None and below.seventh:
            leaf = complete(leaf, seventh(below.seventh, ()))
        for code_now in (leaf, entry.code):  # before its subdivision, the category itself was reported
            if valid(code_now):
                return code_now
        entry = vocabulary.entry(entry.parent)
    return ""
