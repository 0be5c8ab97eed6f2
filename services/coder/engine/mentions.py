"""Mentions that may be coded: terms of the vocabulary in the parts of the note that say what was addressed.

The strongest parts are read first; weaker ones only where these give nothing, or to confirm what was said
with doubt.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from services.coder.engine import (
    assertion,
    between,
    closer,
    current,
    deficits,
    explained,
    misread,
    pathology,
    reasons,
    recovered,
    sections,
    shown,
    stay,
    studies,
    topics,
    treated,
    zones,
)
from services.coder.engine.finding import in_lines, reportable
from services.coder.engine.model import Encounter, Mention, Setting, Zone
from services.coder.engine.names import is_name, nameless
from services.coder.engine.rules import Codes
from services.coder.engine.tables import table
from services.coder.reading import Note, ProblemForm, SectionKind
from services.coder.terminology.index import Terminology

_SEEN: Final = frozenset((SectionKind.IMAGING, SectionKind.PATHOLOGY))
_REPORTS: Final = frozenset((SectionKind.TECHNIQUE, SectionKind.FINDINGS, SectionKind.COMPARISON))
"""Sections that only a report of a diagnostic test has."""

_REFILL: Final = {"Z76"}
"""Categories behind whose names stands what they are for: «Medication refill: hypothyroidism, HTN»."""
_RENEWED: Final = {"Z76.0"}
"""Codes that say nothing of what the patient has: what the weaker parts name says what is renewed."""
_MOST: Final = 40  # mentions of one code that are told apart
_PRESUMED: Final = re.compile(
    r"[\s:,(-]*(?:this is |is |felt |thought |most |very )*"
    r"(?:likely|probable|probably|presumed|presumptive|presumably|suspected|suspect)"
    r"(?: (?:to be|due to|2/2|secondary to|from|related to|represents?|an?|acute|new|underlying))*\s*"
)
_LADDER: Final = (Zone.ASSESSMENT, Zone.BODY, Zone.REASON, Zone.NARRATIVE)


@cache
def _symptoms() -> Codes:
    return Codes(table("additions")["symptoms"])


@cache
def _mere_reasons() -> Codes:
    """Codes that what stands behind a name gives no diagnosis with."""
    return Codes((*table("additions")["symptoms"], *stay.REASONS))


class Stated:
    """What the strongest parts of a note state: the mentions that may be coded, those that are doubted and
    those that are denied, the categories that each problem names.
    """

    def __init__(self, pieces: zones.Lines, lines: list[zones.Line]) -> None:
        self.pieces: Final = pieces
        self.lines: Final = lines
        self.chosen: list[Mention] = []
        self.doubted: Final[list[Mention]] = []
        self.refuted: Final[list[Mention]] = []
        self.named: Final[dict[int, set[str]]] = {}


def stated(note: Note, encounter: Encounter, vocabulary: Terminology) -> Stated:
    """What the problems say; where they give nothing, what the next weaker parts say."""
    pieces = zones.Lines(note)
    found = Stated(pieces, _problems(note, pieces, vocabulary))
    for rung in _rungs(note, pieces, found.lines):
        for mention in in_lines(note, rung, vocabulary):
            _judge(note, current.restored(note, mention, vocabulary), found, encounter)
        if any(mention.code not in _RENEWED for mention in found.chosen):
            break
    if not sections.has_conclusion(note):
        found.chosen += shown.told(note, pieces, found.chosen, encounter, vocabulary)
        found.chosen += shown.named(note, pieces, found.chosen, encounter, vocabulary)
    return found


def beside(note: Note, found: Stated, encounter: Encounter, vocabulary: Terminology) -> list[Mention]:
    """The mentions stated, with what a note that concludes says of them, and beside them."""
    chosen, pieces = found.chosen, found.pieces
    if not ((chosen or note.problems) and sections.has_conclusion(note)):
        return chosen + pathology.told(note, chosen, encounter, vocabulary)
    fallback = not any(mention.zone is Zone.PROBLEM for mention in chosen)
    chosen += _behind_names(note, pieces, found.named, encounter, vocabulary)
    if encounter.setting is Setting.INPATIENT:
        chosen += stay.told(note, pieces.of_course(), chosen, found.refuted, vocabulary)
        chosen += between.leading(note, pieces, chosen, encounter, vocabulary)
    else:
        chosen += between.names(note, pieces, chosen, encounter, vocabulary)
    chosen += deficits.told(note, pieces, chosen, encounter, vocabulary)
    chosen += treated.found(note, pieces, chosen, encounter, vocabulary)
    named = [
        mention
        for mention in closer.named(note, chosen, encounter, vocabulary)
        if not misread.is_misread(note, mention)
    ]
    named = studies.placed(note, pieces, named, encounter, vocabulary)
    named += topics.known(note, pieces, named, encounter, vocabulary)
    named += pathology.told(note, named, encounter, vocabulary)
    stands = [m for m in named if m.zone is Zone.PROBLEM]
    if fallback and stands:
        # the complaint stood in for problems whose names say nothing (IV.D)
        answered = {m.problem for m in stands} | {-1}
        findings = assertion.findings()
        named = [m for m in named if m.problem not in answered or m in stands or not findings.has(m.code)]
    return named


def accepted(
    note: Note, found: Stated, chosen: list[Mention], encounter: Encounter, vocabulary: Terminology
) -> list[Mention]:
    """The mentions that the guidelines allow to be coded, in the order of the text."""
    if found.refuted and encounter.setting is Setting.INPATIENT:
        chosen = stay.standing(note, chosen, found.refuted)
    if found.doubted or _unexplained(note, found.lines, chosen):
        chosen += _in_place(note, found, chosen, encounter, vocabulary)
    chosen += reasons.indications(note, found.pieces, chosen, encounter, vocabulary)
    chosen += reasons.operations(note, found.pieces, chosen, encounter, vocabulary)
    if encounter.setting is Setting.OUTPATIENT:
        chosen = recovered.apply(note, chosen, found.refuted)
    chosen = misread.own(note, chosen, encounter)
    chosen = explained.without_results(note, chosen)
    chosen = _explained(reasons.with_visit(note, chosen, encounter, vocabulary))
    return explained.without_symptoms(note, _bounded(sorted(chosen, key=lambda m: m.start)))


def _bounded(mentions: list[Mention]) -> list[Mention]:
    """The mentions, of one code no more than tell something new: what follows reads far around each."""
    if len(mentions) <= _MOST:
        return mentions
    met: Counter[str] = Counter()
    out: list[Mention] = []
    for mention in mentions:
        met[mention.code] += 1
        if met[mention.code] <= _MOST:
            out.append(mention)
    return out


def _in_place(
    note: Note, found: Stated, chosen: list[Mention], encounter: Encounter, vocabulary: Terminology
) -> list[Mention]:
    """What is coded of names that are doubted: those that are said plainly elsewhere, else the complaint."""
    others = found.pieces.others()
    sure = _confirmed(note, found.doubted, [*found.lines, *others], encounter, vocabulary)
    answered = {mention.problem for mention in (*chosen, *sure) if mention.code[0] != "Z"}
    doubtful = any(mention.problem not in answered for mention in found.doubted)
    if doubtful or _unexplained(note, found.lines, [*chosen, *sure]):
        sure += reasons.complaints(note, others, encounter, vocabulary)
    return sure


def _problems(note: Note, pieces: zones.Lines, vocabulary: Terminology) -> list[zones.Line]:
    """The lines that name problems, and those under a problem that name another."""
    labels = nameless(vocabulary)
    return pieces.of_problems() + [
        name.line
        for name in pieces.listed_names()
        if note.folded[name.line.start : name.end] not in labels
        and is_name(note, name.line.start, name.end, vocabulary, alone=name.item)
    ]


def _judge(note: Note, mention: Mention, found: Stated, encounter: Encounter) -> None:
    """Put a mention where it belongs among what is stated, if anywhere."""
    found.named.setdefault(mention.problem, set()).add(mention.code[:3])
    reported = reportable(mention) and not misread.is_misread(note, mention)
    if not reported and mention.zone is not Zone.PROBLEM:
        return
    coded, word, _ = assertion.verdict(note, mention, encounter.setting)
    if coded and reported:
        found.chosen.append(mention)
    elif word == "possible" and mention.zone is Zone.PROBLEM:
        found.doubted.append(mention)
    elif word == "negated":
        found.refuted.append(mention)


def _behind_names(
    note: Note,
    pieces: zones.Lines,
    named: Mapping[int, set[str]],
    encounter: Encounter,
    vocabulary: Terminology,
) -> list[Mention]:
    """The diagnoses right behind names: any behind a label that names none («ID - sepsis»); behind a name,
    what says it more closely («Anemia - acute blood loss anemia»).
    """
    others = _mere_reasons()
    lines = pieces.behind_names()
    behind = in_lines(note, lines, vocabulary)
    told = [
        mention
        for mention in behind
        if (named.get(mention.problem, _REFILL) <= _REFILL or mention.code[:3] in named[mention.problem])
        and not others.has(mention.code)
        and reportable(mention)
        and assertion.verdict(note, mention, encounter.setting)[0]
    ]
    if encounter.setting is not Setting.INPATIENT:
        return told
    begins = {line.problem: line.start for line in lines}
    return told + _presumed(note, [m for m in behind if m not in told], begins, named)


def _presumed(
    note: Note, behind: list[Mention], begins: Mapping[int, int], named: Mapping[int, set[str]]
) -> list[Mention]:
    """Of a stay, what a symptom is taken to come from right behind its name (II.H, III.C): «AMS - likely
    hepatic encephalopathy», as in one breath: «abdominal pain, probable cholecystitis».
    """
    findings = assertion.findings()
    presumed: list[Mention] = []
    for mention in behind:
        symptomatic = all(findings.has(category) for category in named.get(mention.problem, ()))
        if not symptomatic or findings.has(mention.code) or mention.code[0] == "Z" or not reportable(mention):
            continue
        if _PRESUMED.fullmatch(note.folded, begins[mention.problem], mention.start) is None:
            continue
        stated = mention.having(zone=Zone.PROBLEM)
        if assertion.verdict(note, stated, Setting.INPATIENT)[0]:
            presumed.append(stated)
    return presumed


def _unexplained(note: Note, lines: list[zones.Line], chosen: list[Mention]) -> bool:
    """Whether a diagnostic report ends with a finding that gives no code: its indication is then coded
    (IV.K).
    """
    kinds = {section.kind for section in note.sections}
    if not kinds & _REPORTS:
        return False
    answered = {mention.problem for mention in chosen}
    return any(line.problem not in answered for line in lines)


def _rungs(note: Note, pieces: zones.Lines, lines: list[zones.Line]) -> Iterator[list[zones.Line]]:
    """Lines by strength; the weaker ones are only looked for when they are asked for."""
    if not sections.has_conclusion(note):
        yield _sorted([*lines, *(line for line in pieces.others() if line.zone <= Zone.NARRATIVE)])
        yield pieces.reported()
        return
    if any(problem.form is not ProblemForm.CUE for problem in note.problems):
        yield lines
    else:  # an assessment in running text: its sentences name further problems
        yield _sorted([*lines, *(line for line in pieces.others() if line.zone is Zone.ASSESSMENT)])
    for zone in _LADDER:
        yield [line for line in pieces.others() if line.zone is zone]
    yield [line for line in pieces.reported() if line.section in _SEEN]  # «A/P: splint»; the film shows why


def _sorted(lines: list[zones.Line]) -> list[zones.Line]:
    return sorted(lines, key=zones.Line.place)


def _explained(chosen: list[Mention]) -> list[Mention]:
    """Without the symptoms of the narrative where a diagnosis explains them (I.B.4, I.B.5)."""
    symptoms = _symptoms()
    definite = any(m.code[0] != "Z" and not symptoms.has(m.code) for m in chosen)
    if not definite:
        return chosen
    first = min(chosen, key=lambda m: m.start)
    return [m for m in chosen if m.zone < Zone.REASON or m is first or not symptoms.has(m.code)]


def _confirmed(
    note: Note, doubted: list[Mention], lines: list[zones.Line], encounter: Encounter, vocabulary: Terminology
) -> list[Mention]:
    """Those said with doubt in one place and plainly in another."""
    if not doubted:
        return []
    codes = {mention.code for mention in doubted}
    probes = {max(note.folded[m.start : m.end].split(), key=len) for m in doubted}
    named = [line for line in lines if any(note.folded.find(p, line.start, line.end) >= 0 for p in probes)]
    plain = {
        mention.code
        for mention in in_lines(note, named, vocabulary)
        if mention.code in codes and assertion.verdict(note, mention, encounter.setting)[0]
    }
    return [mention for mention in doubted if mention.code in plain]
