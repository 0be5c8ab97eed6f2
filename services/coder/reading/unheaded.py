"""Where the assessment begins of a note without a heading for it: at the paragraphs at its end that are
called by a problem each and say what is done («Trauma. Chronic PTSD. Prazosin up.»), and at «For her first
problem, ...». What begins there is read as under a heading.
"""

import re
from collections.abc import Iterator
from typing import Final

from services.coder.reading.cues import words
from services.coder.reading.headings import headings, kind_of
from services.coder.reading.kinds import SectionKind
from services.coder.reading.model import Section, Span
from services.coder.reading.sections import CONCLUDING

_K: Final = SectionKind
_LABEL: Final = re.compile(
    r"[-*#\u2022 \t]*(?P<name>[A-Z][A-Za-z/'\u2019, -]{1,44}?)"
    r"(?:[.:][ \t]+|[ \t]+[-\u2013\u2014][ \t]+|[.:]?[ \t]*\n)(?=\S)"
)
"""The name that a paragraph is called by, with text behind it."""
_HEAD: Final = 200  # characters at the beginning of a note
_MOST_WORDS: Final = 5
_LEAST: Final = 2  # paragraphs
_WORD: Final = re.compile(r"[a-z][\w'/-]*")
_BEGUN: Final = re.compile(r"[.;:\n-][ \t\n]+([a-z][\w/-]*)")
_DOSED: Final = re.compile(r"\d ?(?:mg|mcg|units?|mL|g)\b")
_COUNTED: Final = re.compile(
    r"(?:^|(?<=\n)|(?<=[.!?] ))(?:(?:for|as for|as to|regarding) )?"
    r"(?:his|her|the|their|my) (?:first|main) (?:problem|issue|concern)\b"
)
_COUNTS: Final = ("first problem", "first issue", "first concern", "main problem")
_SPOKEN: Final = re.compile(
    r"(?:(?:so|thus|in short|in summary|all in all|altogether|overall|on balance|then|well),? )?"
    r"(?:(?:my|our) (?:own )?"
    r"(?:view|impression|assessment|opinion|sense|thinking|conclusion|thoughts?|diagnosis)\b"
    r"|what (?:i|we) (?:think|make of)\b|(?:i|we) (?:think|believe)\b"
    r"|(?:i|we) (?:have )?(?:told|explained|said)\b[^.\n]{0,40}?\b(?:this is|it is|that|what)\b"
    r"|what (?:he|she|they|the patient) (?:has|had|have|is)\b"
    r"|an? (?:[a-z'-]+ ){1,4}?[a-z'-]+, (?:then|i think|i believe|in my view|as i see it)\b)"
    r"|(?:so|in short|in summary|to sum up|all in all|taken together|putting (?:it|this) together),? "
)
"""How a paragraph begins in which its writer says what to make of it all: «My view.», «I think he has»."""
_FOUND: Final = re.compile(
    r"(?:(?:on|in|to|his|her|the|todays|focused|brief) )*(?:physical |neurological |general )*"
    r"(?:exam\b|examination\b|examined\b|vitals?\b|bp\b|labs?\b|results?\b|imaging\b)"
)
"""How a paragraph begins that tells findings."""
_BLANK: Final = re.compile(r"\n[ \t\r]*\n\s*")
_PARTING: Final = re.compile(r"\n\s*")
_ACTIONS: Final = words("actions")
_NOT_NAMES: Final = words("verbs") | words("persons")
_DEEDS: Final = _ACTIONS - words("verbs") - words("statement_starts")


def concluded(text: str, folded: str, sections: list[Section]) -> list[Section]:
    """The sections, the last cut where an assessment begins in it that no heading tells."""
    concluding = [section for section in sections if section.kind in CONCLUDING]
    last = sections[-1]
    start = last.body.start
    if concluding:
        blank = _BLANK.search(text, start, last.body.end)
        if blank is None or len(concluding) > 1 or not _leads(text, concluding[0]):
            return sections
        start = blank.end()
    elif last.kind is not _K.UNLABELLED:
        return sections
    at = _begin(text, folded, start, last.body.end)
    if at < 0 or at == 0:
        return sections
    parted = [] if at == start else [_section(_K.UNLABELLED, start, at)]
    return [*sections[:-1], *_above(last, start), *parted, _section(_K.ASSESSMENT_PLAN, at, last.body.end)]


def _leads(text: str, section: Section) -> bool:
    """Whether a diagnosis stands at the head of a note: what a clinic follows, not what a visit concludes."""
    inline = text.find("\n", section.heading.end, section.body.start) < 0
    return section.kind is _K.DIAGNOSES and section.start <= _HEAD and inline


def _above(last: Section, end: int) -> list[Section]:
    """What is left of the section that is cut."""
    if end == last.start:
        return []
    body = Span(last.body.start, max(end, last.body.start))
    return [Section(last.kind, last.division, start=last.start, heading=last.heading, body=body)]


def _section(kind: SectionKind, start: int, end: int) -> Section:
    division = headings().divisions[kind]
    return Section(kind, division, start=start, heading=Span(start, start), body=Span(start, end))


def _begin(text: str, folded: str, start: int, stop: int) -> int:
    """Where an assessment begins between two places; -1: nowhere."""
    if any(folded.find(said, start, stop) >= 0 for said in _COUNTS):
        counted = _COUNTED.search(folded, start, stop)
        if counted is not None:
            return counted.start()
    runs = [run for run in _runs(text, folded, start, stop) if len(run) >= _LEAST]
    if not runs:
        return _spoken(text, folded, start, stop)
    treated = [block for block in runs[-1] if _is_treated(text, folded, block)]
    done = any(_says_deed(folded, block) for block in treated)
    if done and len(treated) >= _LEAST:
        return runs[-1][0].start
    return _spoken(text, folded, start, stop)


def _spoken(text: str, folded: str, start: int, stop: int) -> int:
    """Where the first paragraph begins that says what to make of what the paragraphs above it tell; behind
    it none tells findings. -1: nowhere.
    """
    found, place = -1, start
    for blank in _BLANK.finditer(text, start, stop):
        place = blank.end()
        if _FOUND.match(folded, place, stop):
            found = -1
        elif found < 0 and _SPOKEN.match(folded, place, stop):
            found = place
    return found


def _runs(text: str, folded: str, start: int, stop: int) -> list[list[Span]]:
    """The runs of neighbouring paragraphs that are each called by a name."""
    runs: list[list[Span]] = [[]]
    for block in _blocks(text, start, stop):
        if _is_called(text, folded, block):
            runs[-1].append(block)
        elif runs[-1]:
            runs.append([])
    return runs


def _blocks(text: str, start: int, stop: int) -> Iterator[Span]:
    """The paragraphs between two places, in them each line that begins with a name."""
    for part in _PARTING.finditer(text, start, stop):
        blank = part.group().count("\n") > 1
        if not blank and _LABEL.match(text, part.end(), _line_end(text, part.end(), stop)) is None:
            continue
        if text[start : part.start()].strip():
            yield Span(start, part.start())
        start = part.end()
    if text[start:stop].strip():
        yield Span(start, stop)


def _line_end(text: str, start: int, stop: int) -> int:
    end = text.find("\n", start, stop)
    return stop if end < 0 else end


def _is_called(text: str, folded: str, block: Span) -> bool:
    """Whether a paragraph begins with what may be the name of a problem, apart from the text behind it; an
    organ is one only where something is done: «Affect full» is none.
    """
    label = _LABEL.match(text, block.start, block.end)
    if label is None:
        return False
    name = folded[label.start("name") : label.end("name")]
    tokens: list[str] = _WORD.findall(name)
    if not 0 < len(tokens) <= _MOST_WORDS or tokens[0] in _ACTIONS or kind_of(name) is not None:
        return False
    found = tokens[0] in headings().body_systems and not _is_treated(text, folded, block)
    return not found and _NOT_NAMES.isdisjoint(tokens)


def _is_treated(text: str, folded: str, block: Span) -> bool:
    """Whether a paragraph says what is done or given."""
    return _DOSED.search(text, block.start, block.end) is not None or _says_deed(folded, block)


def _says_deed(folded: str, block: Span) -> bool:
    return any(first[1] in _DEEDS for first in _BEGUN.finditer(folded, block.start, block.end))
