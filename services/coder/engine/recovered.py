"""A visit about nothing but what has healed: follow-up after completed treatment, and what it is a history of
(I.C.21.c.8).
"""

import re
from functools import cache
from typing import Final

from services.coder.engine import assertion
from services.coder.engine.additions import remembered
from services.coder.engine.model import Mention, Zone
from services.coder.engine.rules import Codes
from services.coder.engine.tables import table
from services.coder.reading import Note

_RULE: Final = "negated.resolved"
_FOLLOW_UP: Final = "Z09"
_NO_DISEASE: Final = Codes(("C", "D0", "D3", "D4", "O", "P", "Q", "R", "Z"))
"""Symptoms and reasons leave nothing to follow; growths and pregnancies have a follow-up of their own."""
_INFECTIONS: Final = ("A", "B", "H10", "H60", "H65", "H66", "K52", "L0", "U07.1")
_NOT_OVER: Final = Codes(("S", "T", "O", "R", "L97", "E", "I21", "I63"))
"""What goes on after its acute phase, or has codes of its own for that."""
_OVER: Final = re.compile(
    r"[ \t.:,()-]*\n?[ \t.:,()*-]*(?:(?:follow[ -]?up|f/u|recheck)\W+)?"
    r"(?:(?:it|this|that|he|she|patient|infection|symptoms|the|his|her|has|have|is|are|was|now|all|appears?|to|be"
    r"|clinically|radiographically|fully|completely|entirely|\w+(?:itis|onia|osis|avirus|id))\b[ ,]*){0,8}"
    r"(?:resolved|gone|cleared(?: up)?|recovered|healed)\b"
    r"(?= ?(?:[.;,\n]|$|-|(?:with|after|on|without|and|since|now|completely|fully|clinically|entirely)\b))"
)
"""What begins the text under a name, right behind it or on the next line."""
_SUBJECT: Final = re.compile(r"(?:(?:the|his|her|their|this) )?(?:(?:acute|recent|bacterial|viral) )?")
_TODAY: Final = re.compile(
    r"\b(?:today|in (?:the )?(?:clinic|office)|while here"
    r"|during (?:the|this) visit|still|persist\w*|recur\w*|returned|came back)\b"
)
"""What was there today all the same, or is there again."""


def apply(note: Note, chosen: list[Mention], refuted: list[Mention]) -> list[Mention]:
    """The mentions without what is over by the text under its name; where nothing else is left, the follow-up
    after it.
    """
    over = healed(note, chosen) if chosen else []
    if over:
        categories = {mention.code[:3] for mention in over}
        chosen = [mention for mention in chosen if mention.code[:3] not in categories]
    ended = {mention.code[:3] for mention in refuted if _is_over(note, mention)}
    if ended:  # what the visit was for is told where it says why the patient came, too
        chosen = [m for m in chosen if m.zone is Zone.PROBLEM or m.code[:3] not in ended]
    return chosen or as_past(over) or told(note, refuted)


def healed(note: Note, chosen: list[Mention]) -> list[Mention]:
    """The acute diseases whose name stands over a text that begins with their being over: «Pneumonia
    follow-up», then «Has fully resolved».
    """
    return [
        mention
        for mention in chosen
        if mention.zone is Zone.PROBLEM
        and mention.problem >= 0
        and _ends().has(mention.code)
        and not _NOT_OVER.has(mention.code)
        and _said_over(note, mention.problem)
    ]


def _said_over(note: Note, problem: int) -> bool:
    said = _OVER.match(note.folded, note.problems[problem].title.end)
    if said is None:
        return False
    stop = note.folded.find("\n", said.end())
    return _TODAY.search(note.folded, said.end(), stop if stop >= 0 else len(note.folded)) is None


@cache
def _ends() -> Codes:
    return Codes((*table("additions")["acute_only"], *_INFECTIONS))


def told(note: Note, refuted: list[Mention]) -> list[Mention]:
    """The follow-up, and the history of each disease that the name of a problem says has resolved."""
    return as_past([mention for mention in refuted if _is_over(note, mention)])


def as_past(over: list[Mention]) -> list[Mention]:
    """The follow-up after what is over, and its history."""
    past = [mention.having(code=remembered().first(mention.code) or "") for mention in over]
    return [each.having(code=_FOLLOW_UP) for each in over[:1]] + [each for each in past if each.code]


def _is_over(note: Note, mention: Mention) -> bool:
    if _NO_DISEASE.has(mention.code) or not (mention.zone is Zone.PROBLEM or _is_subject(note, mention)):
        return False
    return assertion.flags_at(note, mention)[1] == _RULE


def _is_subject(note: Note, mention: Mention) -> bool:
    """Whether a sentence of an assessment in prose begins with a mention: «The pneumonia has resolved»."""
    sentence = note.sentence_at(mention.start) if mention.zone is Zone.ASSESSMENT else None
    return sentence is not None and _SUBJECT.fullmatch(note.folded, sentence.start, mention.start) is not None
