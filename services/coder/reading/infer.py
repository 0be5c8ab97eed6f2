"""Notes without headings: the parts that sentences belong to, and the problems that words state."""

import re
from collections.abc import Sequence
from typing import Final

from services.coder.reading.cues import inference, phrases, sorting, words
from services.coder.reading.headings import headings
from services.coder.reading.kinds import Division, ProblemForm, SectionKind
from services.coder.reading.model import Problem, Section, Sentence, Span
from services.coder.reading.sections import CONCLUDING
from services.coder.reading.sentences import Sentences
from services.coder.reading.titles import PREFIX

_K: Final = SectionKind
_CLOSE: Final = re.compile(
    r"[.;:!?\n(),]"
    r"|\s(?:and (?:will|is|was|has|the|he|she|we|i|started|plan)|who|which|that|with plan)\b"
    r"|\s(?:will|but|for which|since)\b"
    r"|\s(?:because|after|given|today|we|i|so|on exam|now|for the (?:last|past)|x\s?\d|for \d)\b"
    r"|\s(?:he|she|patient|pt|is|was|are)\b"
)
_BODY_LABEL: Final = re.compile(r"[A-Za-z][A-Za-z/ ,]{1,40}(?=:)")
_LONGEST_LABEL: Final = 43  # characters, with its colon
_VERBS: Final = words("verbs")
_ACTIONS: Final = words("actions")
_BEGINNINGS: Final = _ACTIONS - _VERBS - words("statement_starts")
"""Words that begin something to do even in running text."""
_NOT_NAMES: Final = words("not_names") - {"the", "his", "her", "this"}
_CUES: Final = phrases("problem_cues")
_LED: Final = re.compile(
    r"(?:(?:final|working|clinical) )?(?:dx(?:'?d)?|diagnos(?:is|ed)|impression|imp)"
    r"(?: (?:with|as|is|was|of|today|now))*[ \t]*[:=-]?[ \t]+(?=[a-z])"
    r"(?!(?:in|on|at|by|since|years?|age|made|unclear|pending|discussed|reviewed|and)\b)"
)
"""What leads to the diagnosis at the beginning of a sentence: «Dx gastritis», «Impression herpes zoster»."""
_RESULTS: Final = Division.OBJECTIVE_RESULTS
_LISTED: Final = re.compile(
    r"(?:\d{1,2}[.)]|[-*#\u00b7]+)?\s{0,3}([a-z][a-z0-9 ,/()'-]{1,60}?)(?:\s?:\s.*| [-\u2013] .*)$"
)
_NUMBER: Final = re.compile(r"[ \t]*(?:#[ \t]*)?\(?\d{1,2}[.):]?[ \t]+")
_ITEM_NAME: Final = re.compile(r" [-\u2013\u2014] |: ")
_LONGEST_LIST: Final = 4000  # characters
_SHORTEST_LIST: Final = 2  # lines
_MOST_WORDS: Final = 14
_BRIEF: Final = 6  # sentences; a note so short that tells only what is done names its diagnosis first
_WORD: Final = re.compile(r"[A-Za-z][\w'/-]*")
_LONGEST_NAME: Final = 40  # words; the longest titles of ICD-10-CM have about as many
_STATED: Final = frozenset({Division.ASSESSMENT_AND_PLAN})


def infer_sections(folded: str, sections: Sequence[Section], sentences: Sentences) -> list[Section]:
    """The sections with unlabelled text divided by what its sentences are about, where no heading states an
    assessment.
    """
    if any(section.kind in CONCLUDING for section in sections):
        return list(sections)
    found: list[Section] = []
    for index, section in enumerate(sections):
        results = section.division is _RESULTS and section.kind is not _K.TECHNIQUE
        own = sentences.of(index) if results or section.kind is _K.UNLABELLED else ()
        if results:
            found.extend(_behind_results(folded, section, own))
        else:
            found.extend(_divided(folded, section, own) if own else [section])
    return found


def _behind_results(folded: str, section: Section, sentences: Sequence[Sentence]) -> list[Section]:
    """Results apart from the lines under them that say what is made of these: «A1c 8.1», then «Diabetes not
    at goal, increase metformin».
    """
    first = folded.find("\n", section.body.start, section.body.end)
    for sentence in sentences:
        if first < 0 or sentence.start <= first or _kind(folded, sentence) is not _K.ASSESSMENT_PLAN:
            continue
        cut = folded.rfind("\n", 0, sentence.start) + 1
        if cut <= section.body.start:
            return [section]
        body = Span(section.body.start, cut)
        above = Section(
            section.kind, section.division, start=section.start, heading=section.heading, body=body
        )
        return [above, _inferred(_K.ASSESSMENT_PLAN, cut, section.end)]
    return [section]


def _divided(folded: str, section: Section, sentences: Sequence[Sentence]) -> list[Section]:
    """One unlabelled section as neighbouring sections of the kinds of its sentences; itself, if nothing can
    be told.
    """
    if _is_list(folded[section.start : section.end]):
        return [_inferred(_K.ASSESSMENT_PLAN, section.start, section.end)]
    kinds = [_kind(folded, sentence) for sentence in sentences]
    if not any(kinds):
        return [section]
    found: list[Section] = []
    told = {kind for kind in kinds if kind is not None}
    brief = told == {_K.ASSESSMENT_PLAN} and len(kinds) <= _BRIEF
    brief = brief and not any(_LED.match(folded, sentence.start, sentence.end) for sentence in sentences)
    current = kinds[0] or (_K.ASSESSMENT_PLAN if brief else _K.HPI)
    start = section.start
    for sentence, kind in zip(sentences, kinds, strict=True):
        if kind is None or kind is current:
            continue
        if sentence.start > start:
            found.append(_inferred(current, start, sentence.start))
            start = sentence.start
        current = kind
    found.append(_inferred(current, start, section.end))
    return found


def _is_list(folded: str) -> bool:
    """Whether a text is a list of problems: lines that are names before a dash or colon, or bare names."""
    lines = [line for line in (raw.strip() for raw in folded[:_LONGEST_LIST].split("\n")) if line]
    names: list[str] = []
    for line in lines:
        named = _LISTED.match(line)
        if named is None:
            return False
        names.append(named[1])
    if len(names) < _SHORTEST_LIST:
        return False
    findings = headings().body_systems
    return not any(
        name in findings or name in headings().kinds or inference()[_K.VITALS].match(line + " ")
        for name, line in zip(names, lines, strict=True)
    )


def _inferred(kind: SectionKind, start: int, end: int) -> Section:
    return Section(
        kind,
        headings().divisions[kind],
        start=start,
        heading=Span(start, start),
        body=Span(start, end),
        inferred=True,
    )


def _kind(folded: str, sentence: Sentence) -> SectionKind | None:
    """The part that a sentence belongs to by its cues, or None if it goes with the sentence before."""
    label = None
    if folded.find(":", sentence.start, min(sentence.start + _LONGEST_LABEL, sentence.end)) >= 0:
        label = _BODY_LABEL.match(folded, sentence.start, sentence.end)
    if label is not None and label.group().strip() in headings().body_systems:
        denied = folded.startswith((" denies", " reports", " endorses", " no complaint"), label.end() + 1)
        return _K.REVIEW_OF_SYSTEMS if denied else _K.PHYSICAL_EXAM
    if _is_action(folded, sentence) or _LED.match(folded, sentence.start, sentence.end):
        return _K.ASSESSMENT_PLAN
    return sorting().kind(folded, sentence.start, sentence.end)


def _is_action(folded: str, sentence: Sentence) -> bool:
    """Whether a sentence begins with something to do, and is not about a person."""
    first = _WORD.match(folded, sentence.start, sentence.end)
    return first is not None and first.group() in _BEGINNINGS


def stated_problems(
    text: str, folded: str, sections: Sequence[Section], sentences: Sentences
) -> list[Problem]:
    """The problems that running text states ("assessed with ...", "here for ..."), and names that stand
    alone on a line, in order.
    """
    found: list[Problem] = []
    concluded = any(section.kind in CONCLUDING and not section.inferred for section in sections)
    for index, section in enumerate(sections):
        unlabelled = section.kind is _K.UNLABELLED
        loose = (section.inferred or unlabelled) and not concluded
        if not (loose or section.division in _STATED):
            continue
        listed = unlabelled or (section.inferred and section.division in _STATED)
        for sentence in sentences.of(index):
            numbered = _numbered_name(text, folded, sentence) if listed and sentence.item else None
            if numbered is not None:
                found.append(
                    Problem(numbered, Span(numbered.end, sentence.end), (), ProblemForm.NUMBERED, index)
                )
                continue
            by_cue = _by_cue(text, folded, sentence)
            if by_cue and loose and _LED.match(folded, sentence.start, sentence.end):
                found = [problem for problem in found if problem.form is not ProblemForm.LINE]
            found.extend(by_cue)
            bare = listed and not by_cue
            name = _name(text, folded, sentence.start, sentence.end) if bare else None
            if name is not None:
                found.append(Problem(name, Span(name.end, sentence.end), (), ProblemForm.LINE, index))
    return found


def _by_cue(text: str, folded: str, sentence: Sentence) -> list[Problem]:
    found: list[Problem] = []
    at = sentence.start
    cue = _LED.match(folded, at, sentence.end) or _CUES.search(folded, at, sentence.end)
    while cue is not None:
        begin = cue.end()
        while begin < sentence.end and text[begin] in " \t\n:,-":
            begin += 1
        close = _CLOSE.search(folded, begin, sentence.end)
        stop = close.start() if close else sentence.end
        stop = _at_most(folded, begin, stop)
        first = _WORD.match(folded, begin, stop)
        if first is not None and first.group() in _NOT_NAMES:
            stop = begin
        if begin < stop and not text[begin:stop].isspace():
            end = begin + len(text[begin:stop].rstrip(" .,;:"))
            if end > begin:
                found.append(
                    Problem(Span(begin, end), Span(end, sentence.end), (), ProblemForm.CUE, sentence.section)
                )
        at = max(cue.end(), at + 1)
        cue = _CUES.search(folded, at, sentence.end)
    return found


def _at_most(folded: str, start: int, stop: int) -> int:
    """`stop`, or earlier where a name would have more words than names have."""
    for count, word in enumerate(_WORD.finditer(folded, start, stop), start=1):
        if count > _MOST_WORDS:
            return word.start()
    return stop


def _numbered_name(text: str, folded: str, sentence: Sentence) -> Span | None:
    """The name that a numbered item of a note without headings begins with, up to a dash or colon."""
    line = folded.rfind("\n", 0, sentence.start) + 1
    mark = _NUMBER.match(folded, line)
    if mark is None or mark.end() != sentence.start:
        return None
    cut = _ITEM_NAME.search(folded, sentence.start, sentence.end)
    return _name(text, folded, sentence.start, cut.start()) if cut else None


def _name(text: str, folded: str, start: int, end: int) -> Span | None:
    """A sentence of an unlabelled note, if it is a name rather than a statement: no verb in it, not something
    to do.
    """
    if not _VERBS.isdisjoint(folded[start:end].split()):
        return None  # as most sentences have one, which is seen at once
    tokens = _WORD.findall(folded[start:end])
    if not tokens or len(tokens) > _LONGEST_NAME or tokens[0] in _ACTIONS:
        return None
    if not _VERBS.isdisjoint(tokens):
        return None
    prefix = PREFIX.match(folded, start, end)
    begin = prefix.end() if prefix else start
    stop = begin + len(text[begin:end].rstrip(" .,;:"))
    return Span(begin, stop) if stop > begin else None
