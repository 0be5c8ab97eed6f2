"""What the text under a problem names more closely than the problem's own name: «Anemia», and below it
«iron studies show iron deficiency anemia» (I.B.2: the highest specificity that is documented; I.B.4, I.B.5: a
diagnosis in place of the symptom that it explains).
"""

import re
from dataclasses import replace
from typing import Final

from services.coder.engine import assertion, rules, specificity, zones
from services.coder.engine.finding import in_lines, reportable
from services.coder.engine.model import Encounter, Mention, Zone
from services.coder.engine.specify import base_of
from services.coder.reading import Note
from services.coder.terminology.index import Terminology

_REACH: Final = 500  # characters under the name of a problem that are read
_LEAST: Final = 15  # characters that a diagnosis and what is said of it take
_APART: Final = frozenset("ZVWXY")
_CATEGORY: Final = 3
_SHORT: Final = 3  # characters
_SAID: Final = re.compile(
    r"\b(?:has|have|had|is|are|was|be|due to|secondary to|caused by|from|diagnosed with|represents?"
    r"|shows?|showed|shown|reveal(?:s|ed)|confirm(?:s|ed|ing)|demonstrat(?:es|ed|ing)|diagnosis of)"
    r"(?: (?:now|also|an?|the|her|his|their|known|new|mild|moderate|severe|to|early|advanced|end-stage"
    r"|primary|symptomatic|tricompartmental|right|left|bilateral))*\s+$"
)
"""What stands before a diagnosis that the author makes, or that a test has shown."""
_BEFORE: Final = 60  # characters


def named(note: Note, chosen: list[Mention], encounter: Encounter, vocabulary: Terminology) -> list[Mention]:
    """The mentions, those of vague names as what the text under them makes of them."""
    return [_closest(note, mention, chosen, encounter, vocabulary) for mention in chosen]


def _closest(
    note: Note, mention: Mention, chosen: list[Mention], encounter: Encounter, vocabulary: Terminology
) -> Mention:
    """The mention, or what the text under its problem says that it is."""
    if mention.problem < 0 or mention.zone is not Zone.PROBLEM:
        return mention
    problem = note.problems[mention.problem]
    titled = problem.title.start <= mention.start < problem.title.end
    if not titled or mention.code[0] in _APART or problem.body.end - problem.body.start < _LEAST:
        return mention
    lines = _lines(note, mention)
    if not lines or not _is_vague(mention, vocabulary):
        return mention
    others = {other.code[:_CATEGORY] for other in chosen if other is not mention}
    found = [
        one
        for one in in_lines(note, lines, vocabulary)
        if one.code[:_CATEGORY] not in others
        and _is_closer(note, one, mention, vocabulary)
        and assertion.verdict(note, one, encounter.setting)[:2] == (True, "affirmed")
    ]
    if not found:
        return mention
    best = max(found, key=lambda one: (len(one.stems), -one.start))
    beside = (mention.line - mention.stems) | best.line
    return replace(best, zone=Zone.PROBLEM, line=beside, whole=False, heads=mention.heads)


def _is_vague(mention: Mention, vocabulary: Terminology) -> bool:
    """Whether a name is of a symptom, or of a disease whose kind it leaves open."""
    if mention.code.startswith(assertion.findings()):
        return True
    reached, _ = specificity.descend(_root(mention, vocabulary), mention.line, vocabulary)
    entry = vocabulary.entry(reached)
    return entry is not None and "nspecified" in entry.title


def _root(mention: Mention, vocabulary: Terminology) -> str:
    """The highest code of which that of a mention is only the default."""
    return specificity.lift(base_of(mention.code, vocabulary), vocabulary)


def _lines(note: Note, mention: Mention) -> list[zones.Line]:
    """The sentences right under the problem of a mention that may name it again; all of them under a symptom,
    which is explained in other words.
    """
    problem = note.problems[mention.problem]
    start, stop = problem.body.start, min(problem.body.end, problem.body.start + _REACH)
    probes = [] if mention.code.startswith(assertion.findings()) else _probes(note, mention, start, stop)
    if probes is None:
        return []
    kind = note.sections[problem.section].kind
    return [
        zones.Line(sentence.start, sentence.end, Zone.BODY, mention.problem, kind)
        for sentence in note.sentences_of(problem.section)
        if start <= sentence.start < stop and _has(note.folded, probes, sentence.start, sentence.end)
    ]


def _probes(note: Note, mention: Mention, start: int, stop: int) -> list[str] | None:
    """The words of a mention that the text has; None if it has none."""
    words, under = (
        {*note.folded[mention.start : mention.end].split(), *mention.stems},
        note.folded[start:stop],
    )
    return [word for word in words if word[_SHORT:] and word in under] or None


def _has(folded: str, probes: list[str], start: int, stop: int) -> bool:
    return not probes or any(folded.find(word, start, stop) >= 0 for word in probes)


def _is_closer(note: Note, one: Mention, mention: Mention, vocabulary: Terminology) -> bool:
    """Whether a diagnosis is the kind of another, or explains it."""
    symptom = mention.code.startswith(assertion.findings())
    if one.code == mention.code or one.code[0] in _APART or one.parts or not reportable(one):
        return False
    if one.code.startswith(assertion.findings()):
        return False
    if mention.stems < one.stems:
        return True
    if not symptom:
        kin = one.code[:_CATEGORY] == mention.code[:_CATEGORY] and not one.stems.isdisjoint(mention.stems)
        return kin and _root(one, vocabulary) != _root(mention, vocabulary)
    return _gives_way(mention.code, one.code) and _is_said(note, one)


def _gives_way(code: str, to: str) -> bool:
    """Whether a symptom is integral to a diagnosis."""
    return any(
        code.startswith(rule.drop) and to.startswith(rule.to) for rule in rules.yields().possible([code, to])
    )


def _is_said(note: Note, one: Mention) -> bool:
    """Whether the words before a diagnosis make it of the patient."""
    return _SAID.search(note.folded, max(one.start - _BEFORE, 0), one.start) is not None
