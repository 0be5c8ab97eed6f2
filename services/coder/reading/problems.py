"""The problems of the assessment and plan: their titles apart from what is said about them."""

from collections.abc import Sequence
from typing import Final

from services.coder.reading.cues import part_labels
from services.coder.reading.headings import normalise
from services.coder.reading.kinds import PartKind, ProblemForm, SectionKind
from services.coder.reading.lines import Line
from services.coder.reading.model import Part, Problem, Section, Span
from services.coder.reading.pieces import MARKED, Piece, regions_of
from services.coder.reading.titles import introduces, is_detail, title_of

_ASSESSED: Final = frozenset({SectionKind.ASSESSMENT, SectionKind.IMPRESSION, SectionKind.DIAGNOSES})
_LONGEST_LABEL: Final = 50  # characters
_OTHER: Final = PartKind.OTHER
_PLAN: Final = SectionKind.PLAN


class _Event:
    """A title (`form` set) or a part's label: its mark's place, its span, where the text after it begins."""

    def __init__(
        self, at: int, span: Span, after: int, *, form: ProblemForm | None, part: PartKind, section: int
    ) -> None:
        self.at = at
        self.span = span
        self.after = after
        self.form = form
        self.part = part
        self.section = section


def problems_of(text: str, folded: str, lines: list[Line], sections: Sequence[Section]) -> list[Problem]:
    """Every problem stated in the assessments, plans and lists of diagnoses of a note, in order."""
    found: list[Problem] = []
    for region in regions_of(text, lines, sections):
        found.extend(_assembled(_events(text, folded, region, sections), region[-1].end))
    return found


def _assembled(events: list[_Event], end: int) -> list[Problem]:
    """Problems with their bodies and parts, from the titles and labels of a region."""
    found: list[Problem] = []
    parts: list[Part] = []  # of the problem that is read, the last first
    stop = end  # where the text read last begins
    body_end = end
    for event in reversed(events):
        if event.form is None:
            parts.append(Part(event.part, Span(event.after, stop)))
        else:
            parts.reverse()
            body = Span(event.after, body_end)
            found.append(Problem(event.span, body, tuple(parts), event.form, event.section))
            body_end = event.at
            parts = []
        stop = event.at
    found.reverse()
    return found


def _events(text: str, folded: str, region: list[Piece], sections: Sequence[Section]) -> list[_Event]:
    """The titles and part labels of a region, in order."""
    found: list[_Event] = []
    marked = any(piece.marker in MARKED for piece in region)
    assessed = False
    opened: Piece | None = None
    for position, piece in enumerate(region):
        label = _part_label(folded, piece)
        if label is not None:
            found.append(label)
            if label.part is _OTHER and not piece.marker:
                opened = None
            continue
        if is_detail(piece, opened, marked=marked):
            continue
        following = region[position + 1] if position + 1 < len(region) else None
        if following is not None and introduces(folded, piece, following):
            opened = None
            continue
        kind = sections[piece.section].kind
        if assessed and kind is _PLAN and piece.marker == "number":
            continue  # what to do about each of the problems that the assessment numbered
        title = title_of(text, folded, piece, following, kind)
        if title is not None:
            assessed = assessed or kind in _ASSESSED
            opened = piece
            found.append(
                _Event(
                    piece.begin,
                    title.span,
                    title.span.end,
                    form=title.form,
                    part=_OTHER,
                    section=piece.section,
                )
            )
    return found


def _part_label(folded: str, piece: Piece) -> _Event | None:
    """The label of a part that a piece begins with ("Medical Treatment: ..."), or is ("Treatment")."""
    colon = folded.find(":", piece.start, min(piece.end, piece.start + _LONGEST_LABEL))
    if colon >= 0 and not folded[colon + 1 : colon + 2].isspace() and colon + 1 < piece.end:
        colon = -1  # a time or a ratio
    if colon < 0 and (piece.marker == "hash" or piece.end - piece.start > _LONGEST_LABEL):
        return None
    stop = colon if colon >= 0 else piece.end
    known = part_labels()
    label = folded[piece.start : stop]
    part = known.get(label) or known.get(normalise(label))
    if part is None:
        return None
    after = stop + 1 if colon >= 0 else piece.end
    span = Span(piece.start, after)
    return _Event(piece.begin, span, after, form=None, part=part, section=piece.section)
