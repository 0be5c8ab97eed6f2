"""The values that pass through the engine, from a mention in the text to a code on the claim.

None is changed once it is made, but for `Candidate`. The constructors are written out where many are made:
those that a dataclass makes itself are never compiled, and a frozen one's takes twenty times as long.
"""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from typing import Final

DIABETES: Final = ("E08", "E09", "E10", "E11", "E13")
"""Categories of combination codes: diabetes with each of its complications (I.C.4.a)."""


class Setting(StrEnum):
    """Where the patient was seen, as far as the Official Guidelines tell settings apart (sections II-III
    against IV).
    """

    OUTPATIENT = "outpatient"
    INPATIENT = "inpatient"
    EMERGENCY = "emergency"


class Zone(IntEnum):
    """How strongly a place in the note says «this was addressed in the encounter», the strongest first."""

    PROBLEM = 0
    """Title of a problem of the assessment, or a final diagnosis."""
    ASSESSMENT = 1
    """A sentence of the assessment."""
    BODY = 2
    """What is said under a problem."""
    REASON = 3
    """Chief complaint, reason for visit."""
    NARRATIVE = 4
    """History of the present illness, hospital course, plan."""
    HISTORY = 5
    """Past history, problem list, copied forward."""


@dataclass(frozen=True, slots=True)
class Encounter:
    """What is known of the visit beside the note. `age` in years; `sex` "female", "male" or "" when not
    known.
    """

    on: date
    age: int | None = None
    sex: str = ""
    setting: Setting = Setting.OUTPATIENT


@dataclass(slots=True, init=False)
class Mention:
    """A term of the vocabulary found in the text. `stems` are its words, `line` all words of the line it
    stands in.
    """

    start: int
    end: int
    stems: frozenset[str]
    code: str
    rank: int
    line: frozenset[str]
    zone: Zone
    whole: bool
    """The term is the whole line: nothing else was said there."""
    problem: int
    """Index of the problem that it belongs to, or -1."""

    parts: tuple[tuple[int, int], ...]
    """The runs of neighbouring words that it consists of; empty: it is one run."""

    heads: bool
    """It is what the line begins with, up to a mark: «Viral URI, the trigger of ...»."""

    def __init__(  # noqa: PLR0917 (each is one field)
        self,
        start: int,
        end: int,
        stems: frozenset[str],
        code: str,
        rank: int,
        line: frozenset[str],
        zone: Zone,
        whole: bool,
        problem: int = -1,
        parts: tuple[tuple[int, int], ...] = (),
        heads: bool = False,
    ) -> None:
        self.start = start
        self.end = end
        self.stems = stems
        self.code = code
        self.rank = rank
        self.line = line
        self.zone = zone
        self.whole = whole
        self.problem = problem
        self.parts = parts
        self.heads = heads

    def __hash__(self) -> int:
        return hash(
            (self.start, self.end, self.code)
        )  # what a dataclass makes is interpreted, and of all fields

    def having(
        self,
        *,
        start: int | None = None,
        stems: frozenset[str] | None = None,
        code: str | None = None,
        rank: int | None = None,
        line: frozenset[str] | None = None,
        zone: Zone | None = None,
        whole: bool | None = None,
        problem: int | None = None,
        heads: bool | None = None,
    ) -> "Mention":
        """The mention with other values: what `dataclasses.replace` does, compiled."""
        return Mention(
            self.start if start is None else start,
            self.end,
            self.stems if stems is None else stems,
            self.code if code is None else code,
            self.rank if rank is None else rank,
            self.line if line is None else line,
            self.zone if zone is None else zone,
            self.whole if whole is None else whole,
            self.problem if problem is None else problem,
            self.parts,
            self.heads if heads is None else heads,
        )

    @staticmethod
    def stated(start: int, end: int, code: str, rank: int) -> "Mention":
        """What a rule that reads the text itself found in it, rather than a term of the vocabulary."""
        return Mention(start, end, frozenset(), code, rank, frozenset(), Zone.PROBLEM, whole=True)


@dataclass(slots=True, init=False)
class Candidate:
    """A code on its way to the claim: the mention it came from and every rule that touched it, in order."""

    code: str
    mention: Mention
    rules: list[str]
    spans: list[tuple[int, int]]
    rejected: list[tuple[str, str]]
    """Alternatives that were considered: code and why not."""
    guessed: int
    """How many details had to be left unspecified or taken from elsewhere in the note."""
    confidence: float
    asked: bool
    """A person sees it, however probable it is."""
    strongest: Mention
    """Of all mentions of the code the one that says most strongly that it was addressed."""

    def __init__(  # noqa: PLR0917 (each is one field)
        self,
        code: str,
        mention: Mention,
        rules: list[str] | None = None,
        spans: list[tuple[int, int]] | None = None,
        rejected: list[tuple[str, str]] | None = None,
        guessed: int = 0,
        confidence: float = 0.0,
        asked: bool = False,
        strongest: Mention | None = None,
    ) -> None:
        self.code = code
        self.mention = mention
        self.strongest = strongest or mention
        self.rules = [] if rules is None else rules
        self.spans = [] if spans is None else spans
        self.rejected = [] if rejected is None else rejected
        self.guessed = guessed
        self.confidence = confidence
        self.asked = asked


@dataclass(slots=True, init=False, unsafe_hash=True)
class Quote:
    """Evidence: `text[start:end]` of the note, and the section it stands in."""

    start: int
    end: int
    text: str
    section: str

    def __init__(self, start: int, end: int, text: str, section: str) -> None:
        self.start = start
        self.end = end
        self.text = text
        self.section = section


@dataclass(slots=True, init=False, unsafe_hash=True)
class Code:
    """One code of the result, ready for a claim."""

    code: str
    title: str
    role: str
    confidence: float
    asked: bool
    """A person sees it, however probable it is: an open question decides it, or another code excludes it."""
    rules: tuple[str, ...]
    reason: str
    evidence: tuple[Quote, ...]
    assertion: str
    alternatives: tuple[tuple[str, str], ...]
    system: str
    stems: frozenset[str]
    """The folded words of the term that it came from."""

    line: frozenset[str]
    """The folded words of the line in which the term stands."""

    strong: bool
    """From the assessment or the final diagnoses, not from the narrative."""

    present_on_admission: str

    def __init__(  # noqa: PLR0917 (each is one field)
        self,
        code: str,
        title: str,
        role: str,
        confidence: float,
        asked: bool,
        rules: tuple[str, ...],
        reason: str,
        evidence: tuple[Quote, ...],
        assertion: str = "affirmed",
        alternatives: tuple[tuple[str, str], ...] = (),
        system: str = "ICD-10-CM",
        stems: frozenset[str] = frozenset(),
        strong: bool = True,
        present_on_admission: str = "",
        line: frozenset[str] = frozenset(),
    ) -> None:
        self.code = code
        self.title = title
        self.role = role
        self.confidence = confidence
        self.asked = asked
        self.rules = rules
        self.reason = reason
        self.evidence = evidence
        self.assertion = assertion
        self.alternatives = alternatives
        self.system = system
        self.stems = stems
        self.strong = strong
        self.present_on_admission = present_on_admission
        self.line = line


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question to the provider: what is missing, why it matters, among which codes the answer decides.

    `about`: the code of the note that leaves it open.
    """

    topic: str
    question: str
    why: str
    about: str
    codes: tuple[str, ...] = ()
    evidence: tuple[Quote, ...] = ()
    holds: bool = False
    """The claim waits for the answer."""


@dataclass(slots=True, init=False, unsafe_hash=True)
class CodedNote:
    """What the engine made of one note: codes in claim order and queries."""

    codes: tuple[Code, ...]
    queries: tuple[Inquiry, ...]

    def __init__(self, codes: tuple[Code, ...], queries: tuple[Inquiry, ...]) -> None:
        self.codes = codes
        self.queries = queries
