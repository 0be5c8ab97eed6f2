"""The problems of the assessment and plan: their titles apart from what is said about them."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from services.coder.reading.cues import part_labels, pattern, words
from services.coder.reading.headings import normalise
from services.coder.reading.kinds import PartKind, ProblemForm, SectionKind
from services.coder.reading.lines import Line
from services.coder.reading.model import Part, Problem, Section, Span
from services.coder.reading.pieces import Piece, regions_of

_LONGEST_TITLE: Final = 160  # characters
_LONGEST_LINE: Final = 14  # words; a longer line without a mark is a statement, not a name
_LABEL: Final = re.compile(r"[^\W\d][^:\n]{0,48}?(?=\s?:(?:\s|$))")
_CUT: Final = re.compile(r"\s?:(?:\s|$)|\s[-\u2013\u2014]{1,2}\s|[.;!?](?:\s|$)|\n|\s[-=]?>\s")
_WORD: Final = re.compile(r"[A-Za-z][\w'/-]*")
_MARKED: Final = {"number": ProblemForm.NUMBERED, "hash": ProblemForm.HASH, "bullet": ProblemForm.BULLET, "": ProblemForm.LINE}
_PLANS: Final = frozenset({SectionKind.PLAN, SectionKind.MEDICAL_DECISION_MAKING, SectionKind.HOSPITAL_COURSE})
_OUTER: Final = " \t\r\n.,;:*_#-\u2013\u2014\""


class _Event(NamedTuple):
    """A title or the label of a part: where it begins, its span, and where the text after it begins."""

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
    marked = any(piece.marker in {"number", "hash"} for piece in region)
    open_title: Piece | None = None
    for position, piece in enumerate(region):
        label = _LABEL.match(folded, piece.start, piece.end)
        part = part_labels().get(normalise(label.group())) if label else part_labels().get(normalise(folded[piece.start : piece.end]))
        if part is not None and (piece.marker != "hash" or label):
            after = label.end() + 1 if label else piece.end
            yield _Event(piece.begin, Span(piece.start, after), after, None, part, piece.section)
            if part is PartKind.OTHER and not piece.marker:
                open_title = None
            continue
        if _is_detail(piece, open_title, marked=marked):
            continue
        following = region[position + 1] if position + 1 < len(region) else None
        span = _title(text, folded, piece, following, sections[piece.section].kind)
        if span is None:
            continue
        open_title = piece
        form = _MARKED[piece.marker]
        if form is ProblemForm.LINE and label and label.end() <= span.end + 1 and text[piece.start : piece.end].strip() != text[span.start : span.end]:
            form = ProblemForm.LABEL if span.end < piece.end - 1 else form
        yield _Event(piece.begin, span, min(span.end, piece.end), form, PartKind.OTHER, piece.section)


def _is_detail(piece: Piece, title: Piece | None, *, marked: bool) -> bool:
    """Whether a bullet says something about the problem above it rather than naming another."""
    if piece.marker == "hash" or (piece.marker == "number" and (title is None or title.marker in {"number", "bullet"}) and (title is None or piece.indent <= title.indent)):
        return False
    if piece.marker == "number":
        return title is not None and (title.marker == "hash" or piece.indent > title.indent)
    if not piece.marker:
        return title is not None and title.marker in {"number", "hash"}
    if piece.marker == "bullet":
        if title is None:
            return False
        return marked or title.marker != "bullet" or piece.indent > title.indent
    return False


def _title(
    text: str, folded: str, piece: Piece, following: Piece | None, kind: SectionKind
) -> Span | None:
    """The name of the problem that a piece begins with, or None if it is a statement or something to do."""
    first = _WORD.match(folded, piece.start)
    if first is not None and first.group() in words("actions") and not _names_problem(folded, piece):
        return None
    cut = _CUT.search(text, piece.start, piece.end)
    stop = cut.start() if cut else piece.end
    ending = pattern("title_ends").search(folded, piece.start, stop)
    if ending is not None and piece.marker in {"number", "hash"}:
        stop = ending.start()
    span = _trim(text, piece.start, stop)
    if span.end <= span.start or span.end - span.start > _LONGEST_TITLE:
        return None
    tokens = _WORD.findall(folded[span.start : span.end])
    if not tokens or (words("verbs") & set(tokens) and piece.marker not in {"number", "hash"}):
        return None
    if piece.marker in {"number", "hash"}:
        return None if kind is SectionKind.PLAN and words("verbs") & set(tokens[:3]) else span
    return span if _stands_alone(text, folded, piece, span, following, tokens, kind) else None


def _stands_alone(
    text: str, folded: str, piece: Piece, span: Span, following: Piece | None, tokens: Sequence[str], kind: SectionKind
) -> bool:
    """Whether an unnumbered name is one: short, and alone on its line or before its details."""
    if len(tokens) > _LONGEST_LINE:
        return False
    rest = text[span.end : piece.end].strip(_OUTER)
    separated = text[span.end : piece.end].lstrip()[:1] in {":", "-", "\u2013", "\u2014"}
    if rest:
        return separated and len(tokens) <= 8
    if kind in _PLANS:
        return piece.marker == "" and following is not None and following.marker == "bullet"
    return len(tokens) <= _LONGEST_LINE and not folded[span.start : span.end].startswith(("no ", "mr.", "mrs.", "ms."))


def _names_problem(folded: str, piece: Piece) -> bool:
    """Whether a line that begins like an action names a problem after all ("Follow-up of ...", "No ...": they do not)."""
    cut = _CUT.search(folded, piece.start, piece.end)
    return bool(cut and cut.group().strip() == ":" and piece.marker in {"number", "hash"})


def _trim(text: str, start: int, end: int) -> Span:
    """A span without outer space, marks and closing punctuation."""
    while start < end and text[start] in _OUTER:
        start += 1
    while end > start and text[end - 1] in _OUTER:
        end -= 1
    return Span(start, end)
