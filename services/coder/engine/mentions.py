"""Mentions that may be coded: terms of the vocabulary in the parts of the note that say what was addressed.

The strongest parts are read first; weaker ones only where these give nothing, or to confirm what was said
with doubt.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from services.coder.engine import assertion, match, spelling, zones
from services.coder.engine.model import Encounter, Mention, Zone
from services.coder.reading import Note, SectionKind
from services.coder.terminology.index import Terminology
from services.coder.terminology.words import Word

_ONLY_WHOLE: Final = (
    "Z51.0",
    "Z51.1",
    "Z23",
    "Z71",
    "Z13",
    "Z11",
    "Z30",
    "Z32",
    "Z02",
    "Z48",
    "T14",
    "Z03",
    "Z04",
)
"""Reasons for an encounter: codes that only a line about nothing else gives, not a word in passing."""

_ALONE: Final = ("Z51.0", "Z51.1", "O80", "O82")
"""Codes that stand for a whole encounter or a whole delivery: only a line that says nothing else gives them.
"""

_FEW: Final = 3
_SLACK_PROBLEM, _SLACK = 3, 1
"""Words that may stand between the words of a term: in the name of a problem, and in a sentence."""

_TRUSTED: Final = 2
"""Rank of the last source whose lone words are looked for outside of problem lines: the classification's
titles.
"""

_REPORTS: Final = frozenset((SectionKind.TECHNIQUE, SectionKind.FINDINGS, SectionKind.COMPARISON))
"""Sections that only a report of a diagnostic test has."""

_SYMPTOMS: Final = (
    *(
        "R05",
        "R06",
        "R07",
        "R10",
        "R11",
        "R19.7",
        "R20",
        "R21",
        "R22",
        "R23",
        "R25",
        "R26",
        "R30",
        "R35",
        "R39",
        "R42",
    ),
    *(
        "R44",
        "R45.1",
        "R50",
        "R51",
        "R52",
        "R53",
        "R58",
        "R60",
        "R61",
        "R63",
        "R68",
        "R69",
        "M25.5",
        "M79.6",
        "T14",
    ),
)
_EXAMINATIONS: Final = ("Z00", "Z01", "Z02", "Z08", "Z34", "Z39", "Z12")
_LONE: Final = ("R52", "T14", "C80.1", "R22.9", "L98.9", "D49.9", "R69", "R68.89", "R58")
"""Codes of words that say nothing where the line names something else: pain, injury, lesion."""

_INSTRUMENTS: Final = frozenset(
    (
        "screening",
        "questionnaire",
        "inventory",
        "identification",
        "scale",
        "procedure",
        "regime",
        "phq",
        "score",
    )
)
"""Words of a line that says what was asked or done, not what the patient has."""

_PREVENTABLE: Final = ("A", "B", "J10", "J11", "J13", "J18", "U07")
"""What is vaccinated against."""

_HEAD: Final = 400
"""Characters at the beginning of a note in which its kind of visit is stated."""

_REASON_LENGTH: Final = 90
"""Characters of a line that only states a reason."""

_VISIT: Final = re.compile(
    r"exam|physical|wellness|screen|check|visit|pre-?op|clearance|prenatal|postpartum|pap |mammo|colonosc|"
    r"surveill|annual"
)
_LADDER: Final = (Zone.ASSESSMENT, Zone.BODY, Zone.REASON, Zone.NARRATIVE)


def accepted(note: Note, encounter: Encounter, vocabulary: Terminology) -> list[Mention]:
    """The mentions that the guidelines allow to be coded, in the order of the text."""
    lines = zones.problem_lines(note)
    rungs: Iterable[Iterable[zones.Line]] = _rungs(note, lines)
    chosen: list[Mention] = []
    doubted: list[Mention] = []
    for rung in rungs:
        for mention in in_lines(note, rung, vocabulary):
            coded, word, _ = assertion.verdict(note, mention, encounter.setting)
            if coded and _reportable(mention):
                chosen.append(mention)
            elif word == "possible" and mention.zone is Zone.PROBLEM:
                doubted.append(mention)
        if chosen:
            break
    if doubted or _unexplained(note, lines, chosen):
        others = zones.other_lines(note)
        sure = _confirmed(note, doubted, [*lines, *others], encounter, vocabulary)
        chosen += sure
        answered = {mention.problem for mention in chosen}
        doubtful = any(mention.problem not in answered for mention in doubted)
        if doubtful or _unexplained(note, lines, chosen):
            chosen += _complaints(note, others, encounter, vocabulary)
    return sorted(_explained(_reasons(note, chosen, encounter, vocabulary)), key=lambda m: m.start)


def _unexplained(note: Note, lines: list[zones.Line], chosen: list[Mention]) -> bool:
    """Whether a diagnostic report ends with a finding that gives no code: its indication is then coded
    (IV.K).
    """
    kinds = {section.kind for section in note.sections}
    if not kinds & _REPORTS:
        return False
    answered = {mention.problem for mention in chosen}
    return any(line.problem not in answered for line in lines)


def _complaints(
    note: Note, lines: list[zones.Line], encounter: Encounter, vocabulary: Terminology
) -> list[Mention]:
    """The symptoms that brought the patient: what is coded in place of a diagnosis that is not certain
    (IV.D, IV.H).
    """
    reasons = [line for line in lines if line.zone is Zone.REASON]
    return [
        mention
        for mention in in_lines(note, reasons, vocabulary)
        if mention.code.startswith(_SYMPTOMS) and assertion.verdict(note, mention, encounter.setting)[0]
    ]


def _rungs(note: Note, lines: list[zones.Line]) -> Iterator[list[zones.Line]]:
    """Lines by strength; the weaker ones are only looked for when they are asked for."""
    if not zones.has_conclusion(note):
        yield sorted([*lines, *(line for line in zones.other_lines(note) if line.zone <= Zone.NARRATIVE)])
        return
    yield lines
    others = zones.other_lines(note)
    for zone in _LADDER:
        yield [line for line in others if line.zone is zone]


def _explained(chosen: list[Mention]) -> list[Mention]:
    """Without the symptoms of the narrative where a diagnosis explains them (I.B.4, I.B.5)."""
    definite = any(not m.code.startswith(_SYMPTOMS) and m.code[0] != "Z" for m in chosen)
    if not definite:
        return chosen
    first = min(chosen, key=lambda m: m.start)
    return [m for m in chosen if m is first or m.zone < Zone.REASON or not m.code.startswith(_SYMPTOMS)]


def _reasons(
    note: Note, chosen: list[Mention], encounter: Encounter, vocabulary: Terminology
) -> list[Mention]:
    """With the reason for an examination or screening that a line at the head of the note states
    (I.C.21.c.13).
    """
    if any(m.zone >= Zone.REASON for m in chosen):
        return chosen
    known = {m.code[:3] for m in chosen}
    for sentence in note.sentences:
        if sentence.start > _HEAD:
            break
        long = sentence.end - sentence.start > _REASON_LENGTH
        if long or not _VISIT.search(note.folded, sentence.start, sentence.end):
            continue
        found = match.whole(match.words_of(note.folded, sentence.start, sentence.end), vocabulary)
        if found is None or not found.code.startswith(_EXAMINATIONS) or found.code[:3] in known:
            continue
        kind = note.sections[sentence.section].kind
        line = zones.Line(sentence.start, sentence.end, Zone.REASON, -1, kind)
        stated = in_lines(note, [line], vocabulary)
        return [m for m in stated if assertion.verdict(note, m, encounter.setting)[0]] + chosen
    return chosen


def in_lines(note: Note, lines: Iterable[zones.Line], vocabulary: Terminology) -> list[Mention]:
    """Every term of the vocabulary in the lines."""
    return [mention for line in lines for mention in _in_line(note, line, vocabulary)]


def _confirmed(
    note: Note, doubted: list[Mention], lines: list[zones.Line], encounter: Encounter, vocabulary: Terminology
) -> list[Mention]:
    """Those said with doubt in one place and plainly in another."""
    plain = {
        mention.code
        for mention in in_lines(note, lines, vocabulary)
        if assertion.verdict(note, mention, encounter.setting)[0]
    }
    return [mention for mention in doubted if mention.code in plain]


def _in_line(note: Note, line: zones.Line, vocabulary: Terminology) -> list[Mention]:
    words = match.words_of(note.folded, line.start, line.end)
    if line.zone is Zone.PROBLEM:
        words = spelling.mended(words, vocabulary)
    found = match.find(words, vocabulary)
    if not found:
        return []
    denied = match.denied(words, note.folded)
    slack = _SLACK_PROBLEM if line.zone is Zone.PROBLEM else _SLACK
    found = [f for f in found if match.meant(f, words, note.text, denied, slack)]
    taken = {position for one in found for position in one.positions}
    free = frozenset(w.stem for i, w in enumerate(words) if i not in taken and i not in denied)
    if len(found) > 1:
        found = [f for f in found if not f.code.startswith(_LONE)] or found
    out: list[Mention] = []
    for one in found:
        stems = frozenset(words[p].stem for p in one.positions)
        start, end = words[one.positions[0]].start, words[one.positions[-1]].end
        out.append(
            Mention(
                start,
                end,
                stems,
                one.code,
                one.rank,
                stems | free,
                line.zone,
                one.whole,
                line.problem,
                _runs(one, words),
            )
        )
    return out


def _runs(found: match.Found, words: list[Word]) -> tuple[tuple[int, int], ...]:
    """The runs of neighbouring words of a term that other words interrupt; empty for one without gaps."""
    positions = found.positions
    if positions[-1] - positions[0] + 1 == len(positions):
        return ()
    runs: list[tuple[int, int]] = []
    for position in positions:
        word = words[position]
        if runs and words[position - 1].end == runs[-1][1]:
            runs[-1] = (runs[-1][0], word.end)
        else:
            runs.append((word.start, word.end))
    return tuple(runs)


def _reportable(mention: Mention) -> bool:
    """External causes are not reported unless a payer asks (I.C.20): only where one is named as a diagnosis.

    A lesser source's lone word needs a problem line, a reason for an encounter a line of its own.
    """
    if mention.code[0] in "VWXY":
        return mention.whole and mention.zone is Zone.PROBLEM
    if not mention.whole and _INSTRUMENTS & mention.line and mention.code[0] != "Z":
        return False
    if not mention.whole and "vaccination" in mention.line and mention.code.startswith(_PREVENTABLE):
        return False
    if mention.code.startswith(_ALONE) and not mention.whole:
        return False
    if mention.code.startswith(_ONLY_WHOLE) and not mention.whole:
        return len(mention.line - mention.stems) <= _FEW
    return mention.zone is Zone.PROBLEM or mention.rank <= _TRUSTED or len(mention.stems) > 1
