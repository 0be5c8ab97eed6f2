"""The problems of the assessment and plan: their titles apart from what is said about them."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from services.coder.reading.cues import part_labels
from services.coder.reading.headings import normalise
from services.coder.reading.kinds import PartKind, ProblemForm, SectionKind
from services.coder.reading.lines import Line
from services.coder.reading.model import Part, Problem, Section, Span
from services.coder.reading.pieces import Piece, regions_of
from services.coder.reading.titles import MARKED, is_detail, title_of

_ASSESSED: Final = frozenset({SectionKind.ASSESSMENT, SectionKind.IMPRESSION, SectionKind.DIAGNOSES})
_LONGEST_LABEL: Final = 50  # characters


class _Event(NamedTuple):
    """A title (`form` set) or a part's label: its mark's place, its span, where the text after it begins."""

    at: int
    span: Span
    after: int
    form: ProblemForm | None
    part: PartKind
    section: int


def problems_of(text: str, folded: str, lines: Sequence[Line], sections: Sequence[Section]) -> list[Problem]:
    """Every problem stated in the assessments, plans and lists of diagnoses of a note, in order."""
    found: list[Problem] = []
    for region in regions_of(text, lines, sections):
        events = list(_events(text, folded, region, sections))
        found.extend(_assemble(events, region[-1].end))
    return found


def _assemble(events: Sequence[_Event], end: int) -> Iterator[Problem]:
    """Problems with their bodies and parts, from the titles and labels of a region."""
    titles = [index for index, event in enumerate(events) if event.form is not None]
    for position, index in enumerate(titles):
        title = events[index]
        stop = titles[position + 1] if position + 1 < len(titles) else len(events)
        body_end = events[stop].at if stop < len(events) else end
        labels = events[index + 1 : stop]
        parts = tuple(
            Part(label.part, Span(label.after, labels[i + 1].at if i + 1 < len(labels) else body_end))
            for i, label in enumerate(labels)
        )
        if title.form is not None:
            yield Problem(title.span, Span(title.after, body_end), parts, title.form, title.section)


def _events(text: str, folded: str, region: Sequence[Piece], sections: Sequence[Section]) -> Iterator[_Event]:
    """The titles and part labels of a region, in order."""
    marked = any(piece.marker in MARKED for piece in region)
    assessed = False
    opened: Piece | None = None
    for position, piece in enumerate(region):
        label = _part_label(folded, piece)
        if label is not None:
            yield label
            if label.part is PartKind.OTHER and not piece.marker:
                opened = None
            continue
        if is_detail(piece, opened, marked=marked):
            continue
        following = region[position + 1] if position + 1 < len(region) else None
        kind = sections[piece.section].kind
        if assessed and kind is SectionKind.PLAN and piece.marker == "number":
            continue  # what to do about each of the problems that the assessment numbered
        title = title_of(text, folded, piece, following, kind)
        if title is not None:
            assessed = assessed or kind in _ASSESSED
            opened = piece
            yield _Event(piece.begin, title.span, title.span.end, title.form, PartKind.OTHER, piece.section)


def _part_label(folded: str, piece: Piece) -> _Event | None:
    """The label of a part that a piece begins with ("Medical Treatment: ..."), or is ("Treatment")."""
    colon = folded.find(":", piece.start, min(piece.end, piece.start + _LONGEST_LABEL))
    if colon >= 0 and not folded[colon + 1 : colon + 2].isspace() and colon + 1 < piece.end:
        colon = -1  # a time or a ratio
    if colon < 0 and (piece.marker == "hash" or piece.end - piece.start > _LONGEST_LABEL):
        return None
    stop = colon if colon >= 0 else piece.end
    part = part_labels().get(normalise(folded[piece.start : stop]))
    if part is None:
        return None
    after = stop + 1 if colon >= 0 else piece.end
    return _Event(piece.begin, Span(piece.start, after), after, None, part, piece.section)
