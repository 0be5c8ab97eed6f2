"""Whether a combination rule applies: its codes are there, and the note says what the rule asks it to say."""

import re
from functools import cache
from itertools import chain
from typing import Final

from services.coder.engine import elsewhere, rules
from services.coder.engine.laterality import SIDES
from services.coder.engine.model import Candidate
from services.coder.reading import NOT_AFFIRMED, Flag, Note
from services.coder.reading.places import occurrences
from services.coder.reading.tokens import letter_runs
from services.coder.terminology.words import folder

_SENTENCE: Final = "sentence"
_REACH: Final = 40  # characters before a name
_PARTING: Final = re.compile(r"[.;:,\n]|\b(?:in|with|on|for|due|to|from|of|use|user|meds?|smoker)\b")
"""What parts a word from a name behind it."""
_BEHIND: Final = re.compile(r"[ ,;:(-]{0,3}(?:(?:is|remains|which|has|been|now|more|and|this|stable) ){0,3}")
_ENDS: Final = re.compile(
    r"\s*(?:$|[.,;:)(\n-]|and\b|since\b|for\b|x ?\d|stable|issue|problem|in nature|>|\d)"
)


def parts(place: int, candidates: list[Candidate], note: Note) -> list[Candidate]:
    """The candidates that the rule at a place puts together, one for each of its conditions; none where it
    does not apply.
    """
    rule, codes = rules.combines().rules[place], [c.code for c in candidates]
    found = [] if _barred(rule, codes) else _parts(place, candidates, note)
    if not found or (rule.apart and _beside(rule, found, candidates)) or not _is_borne_out(rule, note):
        return []
    if rule.told and rule.add and found[0].mention.start == found[0].mention.end:
        return []  # the EHR states it: what the notes tell more closely is held against it there
    if rule.own and not _own(rule.own, found[0], note):
        return []
    return [] if rule.under and not _stated(rule, found[0], note) else found


def _is_borne_out(rule: rules.Combine, note: Note) -> bool:
    """Whether the note as a whole says what the rule asks it to say, and nothing that speaks against it."""
    return (
        (not rule.words or any(_said(words, note) for words in rule.words))
        and (not rule.told or _is_told(rule.told, note))
        and (not rule.denied or _is_denied(rule.denied, note))
        and not _is_told_of(rule.unsaid, note)
    )


def _barred(rule: rules.Combine, codes: list[str]) -> bool:
    """Whether a code is there with which the rule does not apply."""
    if rule.none and not rule.apart:
        for code in codes:
            if code.startswith(rule.none):
                return True
    return False


def _beside(rule: rules.Combine, found: list[Candidate], candidates: list[Candidate]) -> bool:
    """Whether a code with which the rule does not apply may be of the first part's own side: an ulcer of the
    left ankle bars no code for that of the right foot.
    """
    side = found[0].mention.line & SIDES if found else frozenset[str]()
    return any(
        not side or side & (c.mention.line & SIDES or SIDES)
        for c in candidates
        if c.code.startswith(rule.none)
    )


def _is_told_of(beginnings: tuple[str, ...], note: Note) -> bool:
    """Whether the note has words that begin so, of the patient and not denied."""
    return any(
        not note.context_at(at, at + len(word)).flags & (NOT_AFFIRMED & ~Flag.POSSIBLE)
        for word in beginnings
        for at in occurrences(note.folded, word)
    )


def _is_denied(beginnings: tuple[str, ...], note: Note) -> bool:
    """Whether the note denies what one of some words names."""
    return any(
        note.context_at(at, at + len(word)).flags & Flag.NEGATED
        for word in beginnings
        for at in occurrences(note.folded, word)
    )


def _parts(place: int, candidates: list[Candidate], note: Note) -> list[Candidate]:
    """The first candidate for each of a rule's conditions; none where one has none, or their lines do not say
    what the rule asks.
    """
    combines = rules.combines()
    rule = combines.rules[place]
    for near in _together(note, candidates, rule.same) if rule.same else [candidates]:
        found: list[Candidate] = []
        for group in range(len(rule.all)):
            found += [c for c in near if combines.serves(c.code, place, group)][:1]
        if len(found) == len(rule.all):
            said = all(rule.line <= part.mention.line for part in found)
            stated = not rule.lines or any(words <= found[0].mention.line for words in rule.lines)
            return found if said and stated else []
    return []


def _together(note: Note, candidates: list[Candidate], same: str) -> list[list[Candidate]]:
    """The candidates, once for each place that one of them stands in, with those that stand there."""
    apart = same == _SENTENCE
    standing = [_places(note, c) if apart else [c.mention.problem] for c in candidates]
    return [
        [c for c, places in zip(candidates, standing, strict=True) if where in places]
        for where in dict.fromkeys(chain.from_iterable(standing))
    ]


def _places(note: Note, candidate: Candidate) -> list[int]:
    """The problem that a candidate stands under; of one that stands under none, its sentences, below zero."""
    if candidate.mention.problem >= 0:
        return [candidate.mention.problem]
    told = [note.sentence_at(start) for start, _ in candidate.spans]
    return [~sentence.start for sentence in told if sentence is not None]


def _stated(rule: rules.Combine, part: Candidate, note: Note) -> bool:
    """Whether the part's line, or what follows under its problem, says what the rule asks for."""
    wanted = frozenset[str]().union(*rule.under)
    said = part.mention.line | elsewhere.said_under(note, part.mention, wanted)
    return any(words <= said for words in rule.under)


def _own(word: str, part: Candidate, note: Note) -> bool:
    """Whether a word is said of a part: right before its name, in it, or right behind it."""
    mention, folded = part.mention, note.folded
    at = folded.rfind(word, max(mention.start - _REACH, 0), mention.end)
    if at >= 0:
        return at >= mention.start or _PARTING.search(folded, at, mention.start) is None
    behind = _BEHIND.match(folded, mention.end)
    return (
        behind is not None
        and folded.startswith(word, behind.end())
        and _ENDS.match(folded, behind.end() + len(word)) is not None
    )


def _said(words: frozenset[str], note: Note) -> bool:
    """Whether the note says all of these folded words of the patient; the raw text is searched first, which
    is cheap.
    """
    if not all(word[:5] in note.folded for word in words):
        return False
    found = (word for word in folder().words(note.folded) if word.stem in words)
    return words <= {w.stem for w in found if not note.context_at(w.start, w.end).flags & NOT_AFFIRMED}


def _is_told(phrases: tuple[str, ...], note: Note) -> bool:
    """Whether the note affirms one of some phrases of the patient, in the histories too."""
    return any(
        not note.context_at(at, at + len(phrase)).flags & NOT_AFFIRMED
        for phrase in phrases
        if _runs(phrase) <= note.words()
        for at in occurrences(note.folded, phrase)
        if not note.folded[max(at - 1, 0) : at].isalnum()
        and not note.folded[at + len(phrase) : at + len(phrase) + 1].isalnum()
    )


@cache
def _runs(phrase: str) -> frozenset[bytes]:
    """A phrase's runs of letters: to see that a note lacks one is cheaper than to look for the phrase."""
    return frozenset(letter_runs(phrase))
