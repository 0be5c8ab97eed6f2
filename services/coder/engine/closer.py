"""What the text under a problem names more closely than the problem's own name: «Anemia», and below it
«iron studies show iron deficiency anemia» (I.B.2: the highest specificity that is documented; I.B.4, I.B.5: a
diagnosis in place of the symptom that it explains).
"""

import re
from collections import Counter
from functools import cache
from itertools import pairwise
from typing import Final

from services.coder.engine import assertion, organs, placed, rules, specificity, underneath, zones
from services.coder.engine.finding import in_lines, reportable
from services.coder.engine.model import DIABETES, Encounter, Mention, Setting, Zone
from services.coder.engine.tables import table
from services.coder.reading import Note
from services.coder.terminology.index import Terminology

_REACH: Final = 500  # characters under the name of a problem that are read
_LEAST: Final = 15  # characters that a diagnosis and what is said of it take
_APART: Final = frozenset("ZVWXY")
_CATEGORY: Final = 3
_SUBCATEGORY: Final = 5
_CHAPTER: Final = 2  # characters that neighbouring categories share
_SHORT: Final = 3  # characters
_KIND: Final = (
    r"(?: (?:now|also|an?|the|her|his|their|known|new|acute|chronic|mild|moderate|severe|to|early|advanced"
    r"|end-stage|primary|symptomatic|tricompartmental|right|left|bilateral))*\s+$"
)
_SAID: Final = re.compile(
    r"\b(?:has|have|had|is|are|was|be|due to|secondary to|caused by|from|diagnosed with|represents?"
    rf"|shows?|showed|shown|reveal(?:s|ed)|confirm(?:s|ed|ing)|demonstrat(?:es|ed|ing)|diagnosis of){_KIND}"
)
"""What stands before a diagnosis that the author makes, or that a test has shown."""
_MADE: Final = re.compile(
    r"\b(?:this is|confirm(?:s|ed)|(?:came back|returned) (?:as|positive for)|(?:meets|met) criteria for"
    rf"|diagnostic of|diagnosed with|proven|biopsy (?:shows|showed)){_KIND}"
)
"""What makes a diagnosis of what the problem is called by."""
_MAKING: Final = (
    "this is",
    "confirm",
    "came back",
    "returned",
    "criteria for",
    "diagnos",
    "proven",
    "biopsy",
)
_AFTERCARE: Final = ("Z48.0", "Z48.89", "Z09")
"""What injuries have no codes of, but their own with a seventh character (I.C.21.c.7)."""
_INJURIES: Final = ("S", "T2", "T3")
_UNNAMED: Final = (
    *("L98.9", "D49", "N63", "R22", "R91", "R59", "E83.52", "E87.1", "D75.839", "D72.829"),
    *("S09.9", "S19.9", "S29.9", "S39.9", "S49.9", "S59.9", "S69.9", "S79.9", "S89.9", "S99.9"),
)
"""A lesion, a mass, an injury, what a blood count or a panel shows: anything that it turns out to be."""
_BESIDE: Final = re.compile(r"\. ")
"""What stands before a diagnosis that begins a sentence."""
_SIDE: Final = 16  # characters: « of the left »
_BEFORE: Final = 60  # characters


def named(note: Note, chosen: list[Mention], encounter: Encounter, vocabulary: Terminology) -> list[Mention]:
    """The mentions, those of vague names as what the text under them makes of them; with what the text states
    under names that say nothing.
    """
    if encounter.setting is not Setting.INPATIENT:
        chosen = _stated(note, chosen, encounter, vocabulary)
    return [_closest(note, mention, chosen, encounter, vocabulary) for mention in chosen]


def _stated(
    note: Note, chosen: list[Mention], encounter: Encounter, vocabulary: Terminology
) -> list[Mention]:
    """The mentions with the diagnoses that the text under nameless problems states, and with these in place
    of the symptoms that other problems are called by (I.B.4, I.B.5).
    """
    titled = _titled(note, chosen)
    for index in range(len(note.problems)):
        names = titled.get(index, [])
        if underneath.is_visit(note, index) and all(_is_reason(m) for m in names):
            named = {m.code[:_CATEGORY] for m in chosen}
            found = underneath.of_visit(note, index, encounter, vocabulary)
            chosen = chosen + [m for m in found if m.code[:_CATEGORY] not in named]
            continue
        if not all(_is_symptom(mention) for mention in names):
            continue
        told = underneath.stated(note, index, names, encounter, vocabulary)
        if not told and not names:
            told = organs.joined(note, index, encounter, vocabulary)
        sure = [mention for mention in told if _is_sure(mention, nameless=not names)]
        reach = _CATEGORY if names else _SUBCATEGORY
        others = {_kind(m, reach) for m in chosen if m.problem != index}
        new = [m for m in sure or told[: not names] if _kind(m, reach) not in others]
        if new:  # what is a problem of its own need not be what the symptom comes from
            beside = [m for m in chosen if m.problem == index and m not in names]
            same = {m.code for m in new} if placed.is_place(note, index) else set[str]()
            weaker = [m for m in beside if m.zone is not Zone.PROBLEM and m.code in same]
            known = {_kind(m, reach) for m in beside if m not in weaker}
            explained = [m for m in names if any(_explains(note, one, m) for one in new)]
            chosen = [m for m in chosen if m not in explained and m not in weaker]
            chosen += [mention for mention in new if _kind(mention, reach) not in known]
    return placed.placed(note, chosen, vocabulary)


def _is_reason(mention: Mention) -> bool:
    """Whether a name is of what the visit is for, and no care of a wound."""
    return mention.code[0] == "Z" and not mention.code.startswith(_AFTERCARE)


def _explains(note: Note, one: Mention, symptom: Mention) -> bool:
    """Whether a diagnosis may be what a symptom comes from, and is no other one that is named after it."""
    beside = _BESIDE.fullmatch(note.folded, max(one.start - 2, 0), one.start) is not None
    return not beside or _gives_way(symptom.code, one.code)


def _kind(mention: Mention, reach: int) -> str:
    """What tells a diagnosis from others: in a diabetes the complication, which is no other name of it."""
    return mention.code[: _SUBCATEGORY if mention.code.startswith(DIABETES) else reach]


def _is_sure(mention: Mention, *, nameless: bool) -> bool:
    """Whether a mention is of a diagnosis; under a name that says nothing, also of a finding that is coded
    beside its cause.
    """
    return not assertion.findings().has(mention.code) or (nameless and underneath.is_own(mention))


def _titled(note: Note, chosen: list[Mention]) -> dict[int, list[Mention]]:
    """The mentions that stand in the names of problems, by problem."""
    out: dict[int, list[Mention]] = {}
    for mention in chosen:
        if mention.problem >= 0 and mention.zone is Zone.PROBLEM:
            title = note.problems[mention.problem].title
            if title.start <= mention.start < title.end:
                out.setdefault(mention.problem, []).append(mention)
    return out


def _closest(
    note: Note, mention: Mention, chosen: list[Mention], encounter: Encounter, vocabulary: Terminology
) -> Mention:
    """The mention, or what the text under its problem says that it is."""
    if mention.problem < 0 or mention.zone is not Zone.PROBLEM:
        return mention
    problem = note.problems[mention.problem]
    titled = problem.title.start <= mention.start < problem.title.end
    apart = mention.code[0] in _APART and not mention.code.startswith(_AFTERCARE)
    if not titled or apart or problem.body.end - problem.body.start < _LEAST:
        return mention
    lines = _lines(note, mention)
    if not lines or not _is_vague(mention, vocabulary):
        return mention
    named = Counter(other.code[:_CATEGORY] for other in chosen)
    named[mention.code[:_CATEGORY]] -= 1
    found = [
        one
        for one in in_lines(note, lines, vocabulary)
        if not named[one.code[:_CATEGORY]]
        and _is_closer(note, one, mention, vocabulary)
        and assertion.verdict(note, one, encounter.setting)[:2] == (True, "affirmed")
    ]
    if not found:
        return mention
    best = max(found, key=lambda one: (len(one.stems), -one.start))
    beside = (mention.line - mention.stems) | best.line
    if mention.code.startswith(_AFTERCARE):
        beside |= {"aftercare"}
    return best.having(zone=Zone.PROBLEM, line=beside, whole=False, heads=mention.heads)


def _is_vague(mention: Mention, vocabulary: Terminology) -> bool:
    """Whether a name is of a symptom, or of a disease whose kind it leaves open."""
    if _is_sign(mention):
        return True
    reached, _ = specificity.descend(_root(mention, vocabulary), mention.line, vocabulary)
    entry = vocabulary.entry(reached)
    return entry is not None and "nspecified" in entry.title


def _is_sign(mention: Mention) -> bool:
    """Whether a name is of a symptom, of a lesion of any kind, or of the care of a wound."""
    return _signs().has(mention.code)


@cache
def _signs() -> rules.Codes:
    return rules.Codes((*assertion.findings().beginnings, *_UNNAMED, *_AFTERCARE))


def _is_symptom(mention: Mention) -> bool:
    """Whether a name is of what a diagnosis explains: pain of the back or the neck, too."""
    if mention.code.startswith(_AFTERCARE):
        return False
    return _is_sign(mention) or mention.code.startswith(tuple(table("additions")["explained_symptoms"]))


def _root(mention: Mention, vocabulary: Terminology) -> str:
    """The highest code of which that of a mention is only the default."""
    return specificity.lift(specificity.base_of(mention.code, vocabulary), vocabulary)


def _lines(note: Note, mention: Mention) -> list[zones.Line]:
    """The sentences right under the problem of a mention that may name it again; all of them under a symptom,
    which is explained in other words.
    """
    problem = note.problems[mention.problem]
    start, stop = problem.body.start, min(problem.body.end, problem.body.start + _REACH)
    probes = [] if _is_sign(mention) else _probes(note, mention, start, stop)
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
    words = {*note.folded[mention.start : mention.end].split(), *mention.stems, *_MAKING}
    under = note.folded[start:stop]
    return [word for word in words if word[_SHORT:] and word in under] or None


def _has(folded: str, probes: list[str], start: int, stop: int) -> bool:
    return not probes or any(folded.find(word, start, stop) >= 0 for word in probes)


def _is_closer(note: Note, one: Mention, mention: Mention, vocabulary: Terminology) -> bool:
    """Whether a diagnosis is the kind of another, or explains it."""
    if one.code == mention.code or one.code[0] in _APART or _is_scattered(one) or not reportable(one):
        return False
    if mention.code.startswith(_AFTERCARE):
        return one.code.startswith(_INJURIES)
    if assertion.findings().has(one.code):
        return False
    return mention.stems < one.stems or _is_kin(note, one, mention, vocabulary)


def _is_kin(note: Note, one: Mention, mention: Mention, vocabulary: Terminology) -> bool:
    """Whether a diagnosis in other words is what the name is of: the cause of the symptom, a kind of the same
    category, or one of its neighbours, if the author says so.
    """
    if _is_sign(mention):
        explains = _gives_way(mention.code, one.code) and _is_said(_SAID, note, one)
        return explains or _is_said(_MADE, note, one)
    if one.code[:_CATEGORY] == mention.code[:_CATEGORY] and not one.stems.isdisjoint(mention.stems):
        return _root(one, vocabulary) != _root(mention, vocabulary)
    return one.code[:_CHAPTER] == mention.code[:_CHAPTER] and _is_said(_MADE, note, one)


def _is_scattered(one: Mention) -> bool:
    """Whether more than a side stands between the words of a term: «DVT of the left popliteal vein»."""
    return any(later[0] - earlier[1] > _SIDE for earlier, later in pairwise(one.parts))


def _gives_way(code: str, to: str) -> bool:
    """Whether a symptom is integral to a diagnosis."""
    return any(
        code.startswith(rule.drop) and to.startswith(rule.to) for rule in rules.yields().possible([code, to])
    )


def _is_said(cue: re.Pattern[str], note: Note, one: Mention) -> bool:
    """Whether the words before a diagnosis make it of the patient."""
    return cue.search(note.folded, max(one.start - _BEFORE, 0), one.start) is not None
