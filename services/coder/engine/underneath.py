"""What the text under a problem states, where its name is vague, lay, a symptom, an organ or a number:
«Racing on standing», and below it «She meets the definition of POTS» (I.B.2, I.B.4, IV.D: the diagnosis that
is stated is coded in place of what it explains).

A sentence states a diagnosis if it begins with it («CKD stage 4 from type 2 diabetes, slowly losing
ground»), or if words lead to it that say who has it or what this is. What leads, and what must not stand
between, is data: `data/underneath.yaml`.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Final

from services.coder.engine import assertion, below, laterality, zones
from services.coder.engine.finding import in_lines, reportable
from services.coder.engine.model import Encounter, Mention, Zone
from services.coder.engine.names import nameless
from services.coder.engine.spans import words_in
from services.coder.engine.tables import table
from services.coder.reading import Note, Problem, cues
from services.coder.reading.headings import kind_of
from services.coder.reading.kinds import PartKind
from services.coder.terminology.index import Terminology

_REACH: Final = 450  # characters under the name of a problem in which a diagnosis is stated
_LEAST: Final = 6  # characters of the shortest statement
_OPENING: Final = 45  # characters before the diagnosis that a fragment begins with
_JOINED: Final = 45  # characters between two diagnoses of one statement
_APART: Final = frozenset("ZVWXY")
_SAID_IN: Final = frozenset((PartKind.REASONING, PartKind.STATUS, PartKind.OTHER))
_WORD: Final = re.compile(r"[a-z][\w'/-]*")
_BUT: Final = r"(?:but|although|though|unless|rather than|instead of|as opposed to)\s"
_CLAUSE: Final = re.compile(rf"[;.?!,\s](?:(?<=[;.?!])\s|(?<=,)\s{_BUT}|(?<=\s){_BUT})")
"""What ends a clause; of which characters it begins with is told first, for that is fast to search for."""
_CATEGORY: Final = 3
_SIDE: Final = 16  # characters: « of the left »
_MOST_WORDS: Final = 6  # before the diagnosis that a fragment begins with


def stated(
    note: Note, index: int, names: list[Mention], encounter: Encounter, vocabulary: Terminology
) -> list[Mention]:
    """The diagnoses that the text under a problem states, those of the first statement that has any and of
    such as add to it; with the places that the name of the problem tells. `names`: the symptoms that it is
    called by.
    """
    if _is_of_none(note, note.problems[index], vocabulary):
        return []
    own = any(is_own(mention) for mention in names)
    kind = note.sections[note.problems[index].section].kind
    lead = _leads(having=not names)
    start, stop = below.text_of(note, index)
    stop = min(stop, start + _REACH)
    out: list[Mention] = []
    for begin, end in _clauses(note, note.problems[index], start, stop):
        led = (_further() if out else lead).search(note.folded, begin, end)
        if led is None and (out or own or not _may_name(note, begin, end)):
            continue
        if out and led is not None:
            begin = led.end()  # noqa: PLW2901 (what stands before it is not what it adds)
        line = zones.Line(begin, end, Zone.BODY, index, kind)
        found = _in_clause(note, lead, line, encounter, vocabulary)
        if found and not (names and all(assertion.findings().has(m.code) for m in found)):
            out += [mention.having(zone=Zone.PROBLEM, whole=False) for mention in found]
    return out


def of_visit(note: Note, index: int, encounter: Encounter, vocabulary: Terminology) -> list[Mention]:
    """The diagnoses that the text under the name of a visit, or of an examination, states, each as it comes:
    «Skin check», and below it «Three actinic keratoses on the scalp frozen» (IV.G: all that is found there).
    """
    kind = note.sections[note.problems[index].section].kind
    lead = _leads(having=True)
    start, stop = below.text_of(note, index)
    out: list[Mention] = []
    for begin, end in _clauses(note, note.problems[index], start, min(stop, start + _REACH)):
        if lead.search(note.folded, begin, end) is not None or _may_name(note, begin, end):
            line = zones.Line(begin, end, Zone.BODY, index, kind)
            out += [
                mention.having(zone=Zone.PROBLEM, whole=False)
                for mention in _in_clause(note, lead, line, encounter, vocabulary)
                if not assertion.findings().has(mention.code)
            ]
    return out


def is_visit(note: Note, index: int) -> bool:
    """Whether a problem is called by the visit or the examination: «Follow-up», «Skin check»."""
    title = note.problems[index].title
    last = _WORD.findall(note.folded, title.start, title.end)[-1:]
    return bool(last) and last[0] in _words("visits")


def first_clause(note: Note, index: int) -> tuple[int, int] | None:
    """What the text under a problem begins with, behind what leads to it, unless it says what is done."""
    start, stop = below.text_of(note, index)
    for begin, end in _clauses(note, note.problems[index], start, min(stop, start + _REACH)):
        led = _leads(having=True).match(note.folded, begin, end)
        if led is not None:
            return led.end(), end
        return (begin, end) if _may_name(note, begin, end) else None
    return None


def is_own(mention: Mention) -> bool:
    """Whether a mention is of a finding that is coded beside its cause."""
    return mention.code.startswith(tuple(table("underneath")["own"]))


def _is_of_none(note: Note, problem: Problem, vocabulary: Terminology) -> bool:
    """Whether the name of a problem is of no condition at all: a label of the plan, a heading."""
    written = note.folded[problem.title.start : problem.title.end]
    return written in _words("unnamed") or written in nameless(vocabulary) or kind_of(written) is not None


def _clauses(note: Note, problem: Problem, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """The clauses of the sentences of a text that say what it is: not those of what is done about it."""
    barred = [part.span for part in problem.parts if part.kind not in _SAID_IN]
    for sentence in note.sentences_of(problem.section):
        if sentence.end <= start or sentence.start >= stop:
            continue
        if any(span.start <= sentence.end - 1 < span.end for span in barred):
            continue
        begin = _behind_label(note, max(sentence.start, start), sentence.end)
        while sentence.end - begin >= _LEAST:
            clause = _CLAUSE.search(note.folded, begin, sentence.end)
            yield begin, clause.start() if clause else sentence.end
            begin = clause.end() if clause else sentence.end


def _in_clause(
    note: Note, lead: re.Pattern[str], line: zones.Line, encounter: Encounter, vocabulary: Terminology
) -> list[Mention]:
    """The diagnoses of one statement: the first, and those joined to it."""
    out: list[Mention] = []
    named = _gathered(note, line, vocabulary)
    for mention in sorted(named, key=lambda mention: mention.start):
        if not _counts(note, mention, encounter):
            continue
        last = out[-1].end if out else -1
        if _is_joined(note, last, mention.start) if out else _is_led(note, mention, lead, line):
            out.append(mention)
    return out


def _gathered(note: Note, line: zones.Line, vocabulary: Terminology) -> list[Mention]:
    """The mentions of a line; of one whose words are scattered, what its first words name by themselves: «a
    tear of the medial meniscus from the soccer injury».
    """
    out: list[Mention] = []
    for mention in in_lines(note, [line], vocabulary):
        if not _is_scattered(mention):
            out.append(mention)
            continue
        begin, end = mention.parts[0]
        first = zones.Line(begin, end, line.zone, line.problem, line.section)
        out += [one.having(line=one.line | mention.line) for one in in_lines(note, [first], vocabulary)]
    return out


def _is_joined(note: Note, start: int, end: int) -> bool:
    """Whether nothing bars what is said up to one place from going on at the other."""
    return end - start <= _JOINED and _words("barriers").isdisjoint(_WORD.findall(note.folded, start, end))


def _behind_label(note: Note, start: int, stop: int) -> int:
    """Where a sentence begins behind the label of its part: «Medical Reasoning: ...»."""
    colon = note.folded.find(":", start, min(stop, start + _OPENING))
    if colon >= 0 and note.folded[start:colon].strip(" -\u00b7*") in cues.part_labels():
        start = colon + 1
    while start < stop and not note.folded[start].isalnum():
        start += 1
    return start


def _counts(note: Note, mention: Mention, encounter: Encounter) -> bool:
    """Whether a mention is of a condition that the text affirms."""
    if mention.code[0] in _APART or _is_scattered(mention) or not reportable(mention):
        return False
    behind = _WORD.search(note.folded, mention.end, mention.end + 20)
    if behind is not None and behind.start() == mention.end + 1 and behind.group() in _words("followed"):
        return False
    return assertion.verdict(note, mention, encounter.setting)[:2] == (True, "affirmed")


def _is_scattered(mention: Mention) -> bool:
    """Whether more than a few words stand between those of a term."""
    return any(later[0] - earlier[1] > _SIDE for earlier, later in pairwise(mention.parts))


def _is_led(note: Note, mention: Mention, lead: re.Pattern[str], line: zones.Line) -> bool:
    """Whether a mention is what a fragment begins with, or what is led to in the same clause."""
    begin = line.start
    if _may_name(note, begin, line.end) and mention.start - begin <= _OPENING:
        before = _WORD.findall(note.folded, begin, mention.start)
        listed = note.folded.find(",", begin, mention.start) >= 0
        if listed:  # only the place may be told first: «Both ears, acute suppurative otitis media»
            listed = not words_in(note, begin, mention.start)[1] <= laterality.places()
        if len(before) <= _MOST_WORDS and not listed and _plainly(before):
            return True
    led = [one.end() for one in lead.finditer(note.folded, begin, mention.start)]
    return bool(led) and _is_joined(note, led[-1], mention.start)


def _may_name(note: Note, begin: int, end: int) -> bool:
    """Whether a clause does not begin with something done."""
    first = _WORD.search(note.folded, begin, end)
    if first is None:
        return False
    word = first.group()
    return word not in _words("deeds") and (
        word not in cues.words("actions") or word in cues.words("adjectives") or word in _words("openers")
    )


def _plainly(words: list[str]) -> bool:
    barred = _words("barriers") | _words("apart") | cues.words("verbs")
    return barred.isdisjoint(words)


@cache
def _leads(*, having: bool) -> re.Pattern[str]:
    leads = table("underneath")["leads"] + (table("underneath")["having"] if having else [])
    return re.compile(r"\b(?:" + "|".join(leads) + ")")


@cache
def _further() -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(table("underneath")["further"]) + ")")


@cache
def _words(key: str) -> frozenset[str]:
    return frozenset(table("underneath")[key])
