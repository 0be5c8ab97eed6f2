"""Poisoning by drugs (Official Guidelines I.C.19.e.5.b): which drug an overdose was of, and with what intent;
accidental unless another intent is stated.
"""

import re
from functools import cache
from typing import Final

from services.coder.engine.drug_classes import code_of, drugs, first_named
from services.coder.engine.model import Candidate
from services.coder.engine.rules import Codes
from services.coder.engine.tables import table

_ATTEMPT: Final = "T14.91"
_OF_UNNAMED: Final = Codes(("T50.90", "T50.99", _ATTEMPT))
"""Codes in whose place that of the drug stands, where it is named."""
_DRUG_CATEGORIES: Final = Codes(f"T{number}" for number in range(36, 66))
_SWALLOWED: Final = re.compile(
    r"\b(?:took|swallowed|ingested|taking|swallowing|ingesting)"
    r" (?:about |around |approximately |roughly |over )?"
    r"(?:\d+|an? (?:\w+ )?(?:bottle|handful)|an entire|all|multiple|several|many|too many|handfuls)\b"
)
"""What an attempt by drugs is told as, without being called an overdose."""
_JOINED: Final = re.compile(r"\s*(?:,|,? and\b|&|\+|plus\b)\s*([a-z][a-z-]+)")
"""One more drug behind that named last."""
Named = tuple[str, int, int]
"""T code, beginning and end of a drug's name."""
_INTENT: Final = 5
"""Place of the intent in a code without its dot: 1 accident, 2 self-harm, 3 assault, 4 undetermined."""


def concerns(candidate: Candidate, text: str) -> bool:
    """Whether a code puts the harm down to a drug itself, or is of an attempt by an overdose."""
    if _DRUG_CATEGORIES.has(candidate.code):
        return True
    if not candidate.code.startswith(_ATTEMPT):
        return False
    return _overdosed().search(text) is not None or _SWALLOWED.search(text) is not None


def told(candidate: Candidate, text: str, start: int) -> list[Candidate]:
    """The candidate with what its sentence, which begins at `start`, says of the drug and of the intent; one
    for each drug of several.
    """
    named = first_named(text)
    if _OF_UNNAMED.has(candidate.code):
        candidate = _with_drug(candidate, text, start, named)
    else:
        candidate = _with_intent(candidate, text)
    return [candidate, *_others(candidate, text, start, named)] if named is not None else [candidate]


def _with_drug(candidate: Candidate, text: str, start: int, named: Named | None) -> Candidate:
    """The drug of an overdose, in place of «unspecified drugs»."""
    if named is not None:
        base, begin, end = named
        candidate.rejected.append((candidate.code, "the drug is named"))
        candidate.code = code_of(base, intent_of(text) or "1")
        candidate.rules.append("add.poisoning-drug")
        candidate.spans.append((start + begin, start + end))
    return candidate


def _others(candidate: Candidate, text: str, start: int, named: Named) -> list[Candidate]:
    """The other drugs of an overdose, listed behind the one named first: «OD (fentanyl, cocaine)»."""
    out: dict[str, Candidate] = {}
    joined = _JOINED.match(text, named[2])
    while joined is not None:
        base = drugs().get(joined[1])
        code = code_of(base, intent_of(text) or "1") if base else candidate.code
        if code != candidate.code:
            span = (start + joined.start(1), start + joined.end())
            out.setdefault(code, Candidate(code, candidate.mention, ["add.poisoning-drug"], [span]))
        joined = _JOINED.match(text, joined.end())
    return list(out.values())


def _with_intent(candidate: Candidate, text: str) -> Candidate:
    """A poisoning with the intent that the sentence states, where the term itself states none."""
    bare, intent = candidate.code.replace(".", ""), intent_of(text)
    if intent and bare[_INTENT : _INTENT + 1] == "1" and bare.endswith("A"):
        changed = f"{bare[:_INTENT]}{intent}{bare[_INTENT + 1 :]}"
        candidate.code = f"{changed[:3]}.{changed[3:]}"
        candidate.rules.append("add.poisoning-intent")
    return candidate


def intent_of(text: str) -> str:
    """The character of the intent that the text states; empty where it states none."""
    for character, name in (("2", "intentional"), ("4", "undetermined"), ("3", "assault"), ("5", "as_taken")):
        words = "|".join(re.escape(word) for word in table("additions")[name])
        if re.search(rf"(?<!not )(?<!no )(?<!denies )\b(?:{words})\b", text):
            return character
    return ""


@cache
def _overdosed() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, table("additions")["overdose"])))
