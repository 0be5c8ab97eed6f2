"""Diagnoses that a sentence of an assessment in prose is about: «She has portal hypertension», «For the
constipation, polyethylene glycol», «The tinnitus comes along with it». They are named as plainly as the name
of a problem is, and weigh as much; what a sentence says in passing does not.
"""

import re
from typing import Final

from services.coder.engine import assertion, current, treated
from services.coder.engine.literals import Guarded
from services.coder.engine.model import Candidate, Mention, Zone
from services.coder.engine.sections import has_conclusion
from services.coder.reading import Note, ProblemForm, SectionKind

_ARTICLE: Final = r"(?:(?:an?|the|his|her|their|this|your|known|underlying) ){0,2}"
_KIND: Final = r"(?:[\w/-]+ ){0,2}"
_HAS: Final = Guarded(
    r"(?:(?:and|so|that|think|believe|that is|clear|plain|he|she|they|who|patient) )?"
    r"\b(?:he|she|they|patient) (?:also |still |clearly |now |therefore |certainly |does )?(?:has|have)"
    rf" (?:now |also |clearly |both )?{_ARTICLE}{_KIND}$"
)
_IS: Final = Guarded(
    r"(?:(?:\b(?:this|that|it|he|she|they|what (?:he|she|they) (?:has|have|feels?)[^.;,]{0,40})"
    r"|\b(?:diagnosis|cause|picture|impression))"
    r" (?:is|are|was) (?:plainly |clearly |also |then |simply |just |only |really |all )?"
    rf"|\bdiagnosis of ){_ARTICLE}{_KIND}$"
)
_APPOSED: Final = Guarded(rf"\b(?:is|are|was|were|has|have)\b[^.;:,]{{0,80}}, (?:an?|the) {_KIND}$")
"""What names what a sentence has described: «The right ear is infected, an acute otitis media»."""
_LED: Final = re.compile(
    rf"(?:and )?(?:as (?:to|for)|for|regarding|concerning|with regard to|about) {_ARTICLE}{_KIND}$"
)
_SUBJECT: Final = re.compile(rf"(?:the|his|her|their) {_KIND}$")
_ALSO: Final = re.compile(rf"also (?:has |have |had )?{_ARTICLE}$")
_SHORT: Final = 20  # characters behind a name in a sentence that does no more than name it: «Rosacea flare.»
_GOES_ON: Final = re.compile(
    r"[^.;:]{0,50}?\b(?:is|are|was|were|has|have|had|comes?|came|remains?|stays?|looks?|needs?|responds?)\b"
)
_OVER: Final = re.compile(
    r"[^.;:]{0,50}?\b(?:was|were|had|came|gone|clear(?:s|ed|ing)?|heal(?:s|ed|ing)?|not|never|no|ago|surgery"
    r"|screen\w*|risk|clinic|if|may|might|could)\b"
)
"""What says that a condition is none of today, or is not what the sentence is about."""
_PAST: Final = ("Z85", "Z86", "Z87")
"""Histories: only what a note without headings begins a sentence with."""
_AMONG: Final = re.compile(r"(?:(?:the|his|her|their) )?(?:[\w/-]+,? (?:and )?){0,8}")
_LISTED: Final = re.compile(
    r"(?:,? (?:and )?[\w/-]+){0,8}? (?:are|remain|were)(?: (?:all|both|each))?"
    r"(?: (?:currently|very|quite|doing))?"
    r" (?:stable|well|controlled|at goal|unchanged|under (?:good )?control)\b"
)
"""One of several conditions of which a sentence says how they are: «Hypertension and gout are stable»."""


def apply(note: Note, candidates: list[Candidate]) -> None:
    """Let the candidates of prose that their sentence is about weigh as the name of a problem does."""
    met: dict[Mention, Mention] = {}
    for candidate in candidates:
        mention = candidate.mention
        known = met.get(mention)
        if known is None:
            about = _may_be(note, mention) and _is_about(note, mention)
            known = met[mention] = _raised(note, mention) if about else mention
        candidate.mention = known
        if candidate.mention.zone < candidate.strongest.zone:
            candidate.strongest = candidate.mention


def _raised(note: Note, mention: Mention) -> Mention:
    """A mention with the weight of a problem's name. A disease of today is suggested as such, however general
    its code: a symptom may be told as what has gone, what belongs to a pregnancy depends on more than its
    name.
    """
    disease = mention.code[0] not in "ORZ" and not assertion.findings().has(mention.code)
    today = disease and mention.zone is Zone.ASSESSMENT and _OVER.match(note.folded, mention.end) is None
    return mention.having(zone=Zone.PROBLEM, heads=mention.heads or today)


def _may_be(note: Note, mention: Mention) -> bool:
    """Whether a mention is a condition of prose, under no problem that a list names."""
    if mention.parts or (mention.code[0] == "Z" and not mention.code.startswith(_PAST)):
        return False
    if mention.zone is Zone.NARRATIVE:
        past = mention.code[0] == "Z" and not has_conclusion(note)
        if not (past or _is_bare(note, mention.start) or current.takes(note, mention)):
            return False
    elif mention.zone is not Zone.ASSESSMENT:
        return False
    return mention.problem < 0 or note.problems[mention.problem].form is ProblemForm.CUE


def _is_bare(note: Note, place: int) -> bool:
    """Whether a place stands in a note without headings, whose sentences are all that it says."""
    section = note.section_at(place)
    return (section.inferred or section.kind is SectionKind.UNLABELLED) and not has_conclusion(note)


def _is_about(note: Note, mention: Mention) -> bool:
    """Whether the sentence of a mention predicates it of the patient, or has it as what it speaks of."""
    sentence = note.sentence_at(mention.start)
    if sentence is None:
        return False
    folded, start = note.folded, sentence.start
    if _LED.fullmatch(folded, start, mention.start) or _ALSO.fullmatch(folded, start, mention.start):
        return True
    listed = _LISTED.match(folded, mention.end, sentence.end) is not None
    given = current.takes(note, mention) or (
        mention.zone is Zone.ASSESSMENT and treated.given_for(note, mention)
    )
    if given or (listed and _AMONG.fullmatch(folded, start, mention.start)):
        return True
    if mention.code[0] == "Z":
        return mention.start == start and not has_conclusion(note)
    if mention.start == start or _SUBJECT.fullmatch(folded, start, mention.start):
        short = mention.start == start and sentence.end - mention.end <= _SHORT
        return short or _GOES_ON.match(folded, mention.end, sentence.end) is not None
    return any(said.search(folded, start, mention.start) is not None for said in (_HAS, _IS, _APPOSED))
