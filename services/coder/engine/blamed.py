"""Drugs that are blamed for a condition: by the text right under the name of a problem («Diarrhea», then
«From the nintedanib, a known effect of it»), or behind it in its sentence (Official Guidelines I.C.19.e.5.a).
"""

import re
from collections.abc import Iterator
from typing import Final

from services.coder.engine.drug_classes import first_named, may_name_drug
from services.coder.engine.model import Candidate, Zone
from services.coder.engine.tables import table
from services.coder.reading import NOT_AFFIRMED, Note, Sentence

_NEAR: Final = 250  # characters under a name, in which its cause is told
_REACH: Final = 4  # words from «from» to the drug
_LEADING: Final = re.compile(
    r"(?:(?:this|it|that|these|they|which)(?:'s| is| are| was| were)? )?"
    r"(?:(?:clearly|all|comes?|came|began|started|a|an|the|known|common|expected|typical) )*"
)
"""What may stand before «from», «due to» and their like where the name itself is meant."""
_BLAMED: Final = re.compile(
    r" (?:is|was|are|were) (?:clearly )?"
    r"(?:the (?:cause|reason|culprit)|to blame|responsible|causing|behind)\b"
    r"| (?:caused|causes|brought on|triggered|set off|did|does|brought) (?:this|it|that|these)\b"
)
_CULPRIT: Final = re.compile(
    r"\b(?:(?:the|a|its|sole|only|likeliest) (?:cause|culprit|reason|offender)(?: of (?:it|this|that))?"
    r"(?: here)? (?:is|was|being)|blame(?: it| this)? on|put (?:it|this|that) down to) (?:the |his |her )?"
)
_CLAUSE: Final = re.compile(r"(?:[^.;]*[,;(\u2013\u2014])?\s*(?:(?:and|for|as|since) )*(?:the |his |her )?")
_BLAMING: Final = re.compile(r"\b(?:i|we) (?:would )?blame (?:the |his |her )?")


def named(note: Note, candidate: Candidate) -> tuple[str, int, int] | None:
    """T code, beginning and end of the drug that the note blames for a candidate, without a word that leads
    from the one to the other.
    """
    return _under(note, candidate) or _beside(note, candidate)


def _under(note: Note, candidate: Candidate) -> tuple[str, int, int] | None:
    """T code, beginning and end of the drug that the text under the name of a candidate's problem blames."""
    mention = candidate.mention
    if mention.zone is not Zone.PROBLEM or mention.problem < 0:
        return None
    title, body = note.problems[mention.problem].title, note.problems[mention.problem].body
    end = min(body.end, body.start + _NEAR)
    if not title.start <= mention.start < title.end or not may_name_drug(note.folded[body.start : end]):
        return None
    for sentence in _first(note, mention.problem, end):
        found = _led(note.folded, sentence) or _accused(note.folded, sentence)
        if found is not None and not note.context_at(found[1], found[2]).flags & NOT_AFFIRMED:
            return found
    return None


def _beside(note: Note, candidate: Candidate) -> tuple[str, int, int] | None:
    """The same of the drug that the sentence of a condition blames behind it: «she has become hypothyroid,
    and lithium is the cause», «the cough is new; the culprit is lisinopril».
    """
    folded, after = note.folded, candidate.mention.end
    sentence = note.sentence_at(candidate.mention.start)
    if sentence is None or not may_name_drug(folded[after : sentence.end]):
        return None
    culprit = _CULPRIT.search(folded, after, sentence.end)
    if culprit is not None:
        found = first_named(folded, culprit.end(), sentence.end, 1)
    else:
        found = _accused_behind(folded, after, sentence.end)
    if found is None or note.context_at(found[1], found[2]).flags & NOT_AFFIRMED:
        return None
    return found


def _accused_behind(folded: str, after: int, end: int) -> tuple[str, int, int] | None:
    """The drug that begins the clause, behind a condition, which calls it the cause."""
    blamed = _BLAMED.search(folded, after, end)
    if blamed is None:
        return None
    clause = _CLAUSE.match(folded, after, blamed.start())
    return _right_before(folded, clause.end() if clause is not None else after, blamed)


def _first(note: Note, problem: int, end: int) -> Iterator[Sentence]:
    """The sentences right under the name of a problem."""
    body = note.problems[problem].body
    for sentence in note.sentences_of(note.problems[problem].section):
        if body.start <= sentence.start < end:
            yield sentence


def _led(folded: str, sentence: Sentence) -> tuple[str, int, int] | None:
    """The drug behind a «from» that the sentence begins with: «From the HCTZ», «This is due to HCTZ»."""
    opening = _LEADING.match(folded, sentence.start, sentence.end)
    at = opening.end() if opening is not None else sentence.start
    for phrase in table("additions")["causes"]:
        if folded.startswith(f"{phrase} ", at):
            return first_named(folded, at + len(phrase), sentence.end, _REACH)
    return None


def _accused(folded: str, sentence: Sentence) -> tuple[str, int, int] | None:
    """The drug that a sentence calls the cause: «The amlodipine is to blame», «I blame the HCTZ»."""
    blamed = _BLAMED.search(folded, sentence.start, sentence.end)
    if blamed is not None:
        return _right_before(folded, sentence.start, blamed)
    blaming = _BLAMING.search(folded, sentence.start, sentence.end)
    return first_named(folded, blaming.end(), sentence.end, 1) if blaming is not None else None


def _right_before(folded: str, start: int, blamed: re.Match[str]) -> tuple[str, int, int] | None:
    """The first drug behind a place, if what blames it stands right behind it."""
    found = first_named(folded, start, blamed.start())
    return found if found is not None and found[2] == blamed.start() else None
