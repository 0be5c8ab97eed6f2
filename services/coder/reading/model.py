"""What reading a note gives: plain immutable values with character offsets into the original text.

Offsets are indices of Python characters (code points), half-open: `text[span.start:span.end]` is the quoted
text.
"""

from typing import Final, NamedTuple

from services.coder.reading.kinds import Division, Flag, PartKind, ProblemForm, SectionKind


class Span:
    """A half-open range of characters of the note."""

    def __init__(self, start: int, end: int) -> None:
        self.start: Final = start
        self.end: Final = end


class Section:
    """A part of a note under one heading. The sections of a note tile it: each ends where the next begins.

    `start` is the section's first character (marks before the heading included), `heading` the heading's
    words (empty for text under no heading); `inferred` says that the kind was read from the sentences, not
    from a heading.
    """

    def __init__(
        self,
        kind: SectionKind,
        division: Division,
        *,
        start: int,
        heading: Span,
        body: Span,
        inferred: bool = False,
    ) -> None:
        self.kind: Final = kind
        self.division: Final = division
        self.start: Final = start
        self.heading: Final = heading
        self.body: Final = body
        self.inferred: Final = inferred

    @property
    def end(self) -> int:
        """Where the section ends: the next one's start."""
        return self.body.end


class Sentence:
    """A sentence or list item, without surrounding space and without its bullet.

    `section` is the index of its section; `item` says that it stood behind a bullet or number;
    `lead` is where the sentence begins that introduces the list it is in ("Denies:"), or -1.
    """

    def __init__(self, start: int, end: int, section: int, lead: int, *, item: bool) -> None:
        self.start: Final = start
        self.end: Final = end
        self.section: Final = section
        self.lead: Final = lead
        self.item: Final = item


class Part:
    """A labelled piece of a problem's text ("Medical Treatment: ..."), without its label."""

    def __init__(self, kind: PartKind, span: Span) -> None:
        self.kind: Final = kind
        self.span: Final = span


class Problem:
    """A problem of the assessment: its title apart from what is said about it.

    `title` is the name of the problem as written, without number, bullet and trailing punctuation;
    `body` is everything from the title's end to the next problem; `section` the index of the section of the
    title.
    """

    def __init__(
        self, title: Span, body: Span, parts: tuple[Part, ...], form: ProblemForm, section: int
    ) -> None:
        self.title: Final = title
        self.body: Final = body
        self.parts: Final = parts
        self.form: Final = form
        self.section: Final = section

    def until(self, end: int) -> "Problem":
        """The same with a body up to `end`."""
        return Problem(self.title, Span(self.body.start, end), self.parts, self.form, self.section)


class Trigger(NamedTuple):
    """The words that gave an assertion: its flag, their span, and the rule of `triggers.yaml` (or
    `section.<kind>`).
    """

    flag: Flag
    start: int
    end: int
    rule: str


class Assertion(NamedTuple):
    """What the note says about a mention. `flags` is the union of the triggers' flags."""

    flags: Flag
    triggers: tuple[Trigger, ...]

    @property
    def negated(self) -> bool:
        """Said to be absent."""
        return bool(self.flags & Flag.NEGATED)

    @property
    def possible(self) -> bool:
        """Said with doubt, in the sense of the Official Guidelines, section IV.H (probable, suspected, rule
        out, ...).
        """
        return bool(self.flags & Flag.POSSIBLE)

    @property
    def historical(self) -> bool:
        """Said to belong to the past; a chronic disease so marked may be current: see `Note.currency`."""
        return bool(self.flags & Flag.HISTORICAL)

    @property
    def hypothetical(self) -> bool:
        """Said of what might happen or is being screened for."""
        return bool(self.flags & Flag.HYPOTHETICAL)

    @property
    def experiencer(self) -> str:
        """Whose it is: "patient", "family" (relatives and spouse) or "other"."""
        if self.flags & Flag.FAMILY:
            return "family"
        return "other" if self.flags & Flag.OTHER_PERSON else "patient"

    @property
    def affirmed(self) -> bool:
        """The patient's own, present and certain; it may be historical."""
        return not self.flags & ~Flag.HISTORICAL
