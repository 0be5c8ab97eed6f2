"""Where the sections of a note begin: headings alone on a line, before a colon or dash, in capitals, or within a line."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from services.coder.reading.headings import LONGEST, PREFIX, headings, kind_of, normalise
from services.coder.reading.kinds import Division, SectionKind
from services.coder.reading.lines import Line
from services.coder.reading.model import Section, Span

_K: Final = SectionKind
_DASHES: Final = (" - ", " \u2013 ", " \u2014 ")
_CAPITALS: Final = re.compile(r"[A-Z][A-Z/&]+(?: (?:[A-Z/&]+|&))*(?=[ \t])")
_LETTER: Final = re.compile(r"(?:[SOA]|P(?![ \t*]{0,3}:[ \t]{0,3}\d{2,3}\b))(?=[ \t*]{0,3}[:\n])")
_BEFORE_LETTER: Final = re.compile(r"(?:^|[.;\n\r])[ \t*#]{0,9}$")
_GOES_ON: Final = frozenset({"of", "is", "was", "significant", "notable", "includes", "including", "positive", "for", "are", "remarkable"})
_WORD_START: Final = re.compile(r"(?:^|(?<=[\s(]))[A-Za-z]")
_CONCLUSIONS: Final = frozenset(
    {_K.ASSESSMENT, _K.PLAN, _K.ASSESSMENT_PLAN, _K.IMPRESSION, _K.MEDICAL_DECISION_MAKING, _K.HOSPITAL_COURSE}
)
_LATER_ASSESSMENT: Final = frozenset({_K.ASSESSMENT, _K.ASSESSMENT_PLAN, _K.DIAGNOSES, _K.DISCHARGE_DIAGNOSIS})
_MEASURED: Final = frozenset({_K.RESULTS, _K.LABORATORY, _K.IMAGING, _K.PATHOLOGY, _K.FINDINGS})
_LISTED: Final = frozenset({_K.PHYSICAL_EXAM, _K.OBJECTIVE, _K.REVIEW_OF_SYSTEMS, _K.RESULTS, _K.IMAGING})
_MOST_HEADINGS: Final = 5000  # per note; more than any note has, so that garbage stays cheap


class Opening(NamedTuple):
    """A heading found: where its line's marks begin, its words, where the body begins, and how it stood."""

    start: int
    heading: Span
    body: int
    kind: SectionKind
    alone: bool


def sections_of(text: str, folded: str, lines: Sequence[Line]) -> list[Section]:
    """The sections of a note, tiling it from 0 to its length; at least one, if only unlabelled."""
    openings = list(_openings(text, folded, lines, _letters(text)))
    found: list[Section] = []
    if not openings or openings[0].start > 0:
        end = openings[0].start if openings else len(text)
        found.append(_section(_K.UNLABELLED, 0, Span(0, 0), Span(0, end), Division.SUBJECTIVE))
    later_assessment = _later_assessment(openings)
    division = Division.SUBJECTIVE
    for index, opening in enumerate(openings):
        end = openings[index + 1].start if index + 1 < len(openings) else len(text)
        previous = found[-1].kind if found else _K.UNLABELLED
        if opening.kind is not _K.OTHER:
            division = headings().divisions[opening.kind]
            if opening.kind is _K.IMPRESSION and previous in _MEASURED and index < later_assessment and not opening.alone:
                division = Division.OBJECTIVE_RESULTS
        found.append(_section(opening.kind, opening.start, opening.heading, Span(opening.body, end), division))
    return found


def _section(kind: SectionKind, start: int, heading: Span, body: Span, division: Division) -> Section:
    return Section(kind, division, start, heading, Span(min(body.start, body.end), body.end))


def _later_assessment(openings: Sequence[Opening]) -> int:
    """Index of the last opening of an assessment, or -1: an impression before it is a reading of a test."""
    return max((i for i, opening in enumerate(openings) if opening.kind in _LATER_ASSESSMENT), default=-1)


def _openings(text: str, folded: str, lines: Sequence[Line], letters: dict[int, Opening]) -> Iterator[Opening]:
    """The headings of a note, in order, with what may be one decided by what is open already."""
    current = _K.UNLABELLED
    parent = _K.UNLABELLED
    within = headings().within
    count = 0
    pending = sorted(letters)
    for line in lines:
        found = list(_of_line(text, folded, line, current, parent)) if line.words not in letters else []
        while pending and pending[0] < line.end:
            found.append(letters[pending.pop(0)])
        for opening in sorted(found):
            current = opening.kind
            if current in within:
                parent = current
            elif current not in within.get(parent, {}).values():
                parent = _K.UNLABELLED
            yield opening
            count += 1
        if count > _MOST_HEADINGS:
            return


def _of_line(text: str, folded: str, line: Line, current: SectionKind, parent: SectionKind) -> Iterator[Opening]:
    """The headings of one line: at its start, then after each sentence of it."""
    colon = text.find(":", line.words, line.end)
    if colon < 0 and folded[line.words : line.words + PREFIX] not in headings().prefixes:
        return
    first = _leading(text, folded, line, colon, current, parent)
    if first is not None:
        yield first
        current = first.kind
        colon = text.find(":", first.body, line.end)
    elif colon >= 0:
        colon = text.find(":", colon + 1, line.end) if colon - line.words <= LONGEST else colon
    while colon >= 0:
        inline = _inline(text, folded, line, colon, current)
        if inline is not None:
            yield inline
            current = inline.kind
        colon = text.find(":", colon + 1, line.end)


def _leading(
    text: str, folded: str, line: Line, colon: int, current: SectionKind, parent: SectionKind
) -> Opening | None:
    """The heading that a line begins with, if it begins with one that may open a section here."""
    if folded[line.words : line.words + PREFIX] not in headings().prefixes:
        return _unknown(text, folded, line, colon, current)
    for end, alone, sure in _label_ends(text, line, colon):
        label = folded[line.words : end]
        kind = headings().within[parent].get(normalise(label)) if parent in headings().within else None
        kind = kind or kind_of(label)
        if kind is None or not (sure or text[line.words].isupper() or line.marker == "hash"):
            continue
        if not _may_open(kind, normalise(label), line, alone, current):
            return None
        return _opening(text, line.start, line.words, end, line.end, kind, alone)
    bare = _bare(text, folded, line, current)
    if bare is not None:
        return bare
    return _unknown(text, folded, line, colon, current)


def _label_ends(text: str, line: Line, colon: int) -> Iterator[tuple[int, bool, bool]]:
    """Where a label at the line's start may end: (end, alone on the line, marked by a colon)."""
    if 0 <= colon - line.words <= LONGEST:
        yield colon, not text[colon + 1 : line.end].strip(" *_"), True
    elif line.end - line.words <= LONGEST:
        yield line.end, True, False
    reach = min(line.end, line.words + LONGEST)
    for mark in _DASHES:
        dash = text.find(mark, line.words, reach)
        if dash > 0:
            yield dash, False, False


def _opening(text: str, start: int, label: int, end: int, line_end: int, kind: SectionKind, alone: bool) -> Opening:
    """An opening whose heading is the words between `label` and `end`, marks and colon stepped over for the body."""
    body = end
    while body < line_end and text[body] in ":*_ \t-\u2013\u2014=":
        body += 1
    stop = end
    while stop > label and text[stop - 1] in " \t*_:#=-":
        stop -= 1
    return Opening(start, Span(label, stop), body, kind, alone)


def _may_open(kind: SectionKind, label: str, line: Line, alone: bool, current: SectionKind) -> bool:
    """Whether a label of the vocabulary is a heading here, and not the label of a piece of what is open."""
    division = headings().divisions[kind]
    if current in _CONCLUSIONS:
        outside = division is not Division.ASSESSMENT_AND_PLAN
        if outside and (label in headings().weak or line.marker in {"bullet", "number"}):
            return False
        if current is _K.ASSESSMENT_PLAN and kind in {_K.ASSESSMENT, _K.PLAN} and not alone:
            return False  # "Assessment: ... Plan: ..." under each problem
        return alone or line.marker not in {"bullet", "number"}
    if line.marker == "bullet" and current in _LISTED:
        return division is not headings().divisions[current] and label not in headings().weak
    return True


def _bare(text: str, folded: str, line: Line, current: SectionKind) -> Opening | None:
    """A heading in capitals before running text, without a colon ("HPI 54 yo F with ...")."""
    if not text[line.words : line.words + 2].isupper():
        return None
    run = _CAPITALS.match(text, line.words, line.end)
    if run is None or text[line.words : line.end].isupper():
        return None
    end = run.end()
    while end > line.words:
        label = folded[line.words : end]
        if label in headings().bare:
            kind = kind_of(label)
            follows = folded[end : end + 16].split()[:1]
            if kind is None or follows and follows[0] in _GOES_ON or not _may_open(kind, label, line, False, current):
                return None
            return _opening(text, line.start, line.words, end, line.end, kind, False)
        end = text.rfind(" ", line.words, end)
    return None


def _unknown(text: str, folded: str, line: Line, colon: int, current: SectionKind) -> Opening | None:
    """A heading outside the vocabulary: capitals and a colon alone on a line, where no problems are listed."""
    if colon != line.end - 1 or colon - line.words > LONGEST or current in _CONCLUSIONS or line.marker:
        return None
    label = folded[line.words : colon]
    if not text[line.words : colon].isupper() or len(label) < 4 or label in headings().body_systems:
        return None
    return _opening(text, line.start, line.words, colon, line.end, _K.OTHER, True)


def _inline(text: str, folded: str, line: Line, colon: int, current: SectionKind) -> Opening | None:
    """A heading before a colon within a line: after the end of a sentence, or in capitals."""
    floor = max(line.words, colon - LONGEST)
    window = text[floor:colon]
    for match in _WORD_START.finditer(window):
        begin = floor + match.start()
        if not text[begin].isupper() or folded[begin : begin + PREFIX] not in headings().prefixes:
            continue
        kind = kind_of(folded[begin:colon])
        if kind is None:
            continue
        before = text[max(line.words, begin - 3) : begin]
        label = text[begin:colon]
        clear = before.rstrip()[-1:] in {".", ";", "!", "?", ")", ":", "|"} or before.endswith("  ") or label.isupper()
        if not clear or len(normalise(label.lower())) < 2:
            continue
        if current in _CONCLUSIONS and normalise(folded[begin:colon]) in headings().weak:
            return None
        return _opening(text, begin, begin, colon, line.end, kind, False)
    return None


def _letters(text: str) -> dict[int, Opening]:
    """The headings of one letter (S: O: A: P:) by offset, if the note uses at least two of them, S or A among them."""
    found = [
        match.start()
        for match in _LETTER.finditer(text)
        if _BEFORE_LETTER.search(text, max(0, match.start() - 12), match.start())
    ]
    used = {text[at].lower() for at in found}
    if len(used) < len("SO") or not used & {"s", "a"} or len(found) > _MOST_HEADINGS:
        return {}
    kinds = headings().letters
    return {at: _opening(text, at, at, at + 1, len(text), kinds[text[at].lower()], False) for at in found}
