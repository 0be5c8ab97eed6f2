"""Whether a piece of an assessment names a problem, and where the name ends."""

import re
from typing import Final

from services.coder.reading.cues import phrases, words
from services.coder.reading.kinds import ProblemForm, SectionKind
from services.coder.reading.model import Span
from services.coder.reading.pieces import MARKED, Piece
from services.coder.reading.places import nearest

_VERBS: Final = words("verbs")
_ACTIONS: Final = words("actions")
_ADJECTIVES: Final = words("adjectives")
_PERSONS: Final = words("persons")
_STATEMENT_STARTS: Final = words("statement_starts")
_STATES: Final = phrases("states")
_ENDS: Final = phrases("title_ends")
_LONGEST_TITLE: Final = 160  # characters
_LONGEST_MARKED: Final = 250  # characters; the classification's own longest names come close
_LONGEST_LINE: Final = 14  # words; a longer line without a mark is a statement, not a name
_LONGEST_ITEM: Final = 25  # words of a bullet of an assessment that stands apart from the plan
_LONGEST_NUMBERED: Final = 10  # characters of the word before a Roman number
_LONGEST_LABEL: Final = 8  # words of a name before a colon or dash
_LONGEST_SUBJECT: Final = 5  # words of the subject of a sentence that says how a problem stands
_LONGEST_NAMED: Final = 14  # words of a name before the end of its sentence
_CUT: Final = re.compile(
    r"\s?:(?:\s|$)|\s[-\u2013\u2014]{1,2}\s|\n|\s[-=]?>\s(?!(?:OS|OD|[LR]|[Ll]eft|[Rr]ight|[LR]T)\b)"
    r"|(?:(?<!\b[A-Z])\.|(?<=\b[A-Z])\.(?![ \t][a-z])|[;!?])(?:\s|$)"
)
"""Where a name ends; not at the full stop of «E. coli»."""
_CUTS: Final = tuple(".:\n-;?!=>\u2013\u2014")
"""What it ends at."""
_PRONOUN: Final = "i"
_NUMBERED: Final = re.compile(
    r"(?:types?|class|stage|grade|category|division|fort|lefort|factor|bipolar|degree|group|zone)[ \t]$"
)
_NUMERAL: Final = re.compile(r"[ \t]?(?:$|[,;:.)\](\[/-]|(?:of|in|to|with|without|(?:and|or)[ \t]i+v?)\b)")
"""What stands before and after an «I» that is a number."""
_ORDER: Final = re.compile(
    r"\w+ (?:the|an?|your|his|her|all|this|current|home|to|from|dose|course)\b"
    r"|.*\d[ -]?(?:mg|mcg|m?l|units?|days?|weeks?|tabs?|%)"
)
"""«Complete the course» is something to do, «Complete heart block» a diagnosis."""
_WORD: Final = re.compile(r"[A-Za-z][\w'/-]*")
_OUTER: Final = ' \t\r\n.,;:*_#-\u2013\u2014"'
_SEPARATORS: Final = frozenset(":-\u2013\u2014")
_SENTENCES: Final = _SEPARATORS | {".", ";"}
PREFIX: Final = re.compile(
    r"(?:problem|diagnosis|dx|principal|primary|secondary|other|additional)(?: diagnos[ie]s)?"
    r"\s?(?:#?\s?\d{1,2})?\s?:\s+"
)
"""What stands before the name of a diagnosis and is no part of it: «Secondary: gout»."""
_LEADING: Final = re.compile(
    r"\b(?:with|w/|by|has|had|have|having|including|includes?"
    r"|following(?: (?:problems|issues|diagnoses))?)\s*:?\s*$"
)
"""The end of a line that is no name of a problem but leads to a list of them."""
_PATIENT: Final = re.compile(r"\d{1,3}(?:[mf]|[ -]?(?:male|female|y/?o|yrs?|years?|months?|mo|weeks?|wk)\b)")
"""How a line begins that introduces the patient: «70M, routine visit», then numbers."""
_AGED: Final = re.compile(r"\d[ -]?[Yy]\.[Oo]\.$")
"""A full stop that ends no name: «28 y.o. G2P1»."""
_AGE: Final = 6  # characters before the last of «8 y.o.»
_MISSED: Final = ("no period", "no mens")
"""What begins as «No changes» does and is a complaint: «No periods since March»."""
_FOLLOWED: Final = re.compile(r"(?:follow[ -]?up|f/u) (?:of|on|for) ")
"""How the number of a list leads to its problem: «2. Follow up on lung nodule»."""
_NOT_NAMES: Final = ("no ", "mr.", "mrs.", "ms.")
_THOUGHT: Final = re.compile(
    r", (?:(?:i|we|most|now|still|strongly) )?(?:suspect|think|believe|favou?r|doubt|seems?|suggests?)\b"
)
_PLAN: Final = SectionKind.PLAN
_PLANS: Final = frozenset(
    {SectionKind.PLAN, SectionKind.MEDICAL_DECISION_MAKING, SectionKind.HOSPITAL_COURSE}
)
_JUDGED: Final = frozenset({SectionKind.ASSESSMENT, SectionKind.ASSESSMENT_PLAN, SectionKind.IMPRESSION})
_ASSESSED: Final = frozenset({SectionKind.ASSESSMENT, SectionKind.IMPRESSION, SectionKind.DIAGNOSES})
_NAMING: Final = frozenset({SectionKind.IMPRESSION, SectionKind.DIAGNOSES, SectionKind.DISCHARGE_DIAGNOSIS})
_FORMS: Final = {"number": ProblemForm.NUMBERED, "hash": ProblemForm.HASH, "bullet": ProblemForm.BULLET}


class Title:
    """The name of a problem, and how it was written."""

    def __init__(self, span: Span, form: ProblemForm) -> None:
        self.span = span
        self.form = form


def title_of(
    text: str, folded: str, piece: Piece, following: Piece | None, kind: SectionKind
) -> Title | None:
    """The name of the problem that a piece begins with, or None if it is a statement or something to do."""
    colon = folded.find(":", piece.start, piece.end)
    prefix = PREFIX.match(folded, piece.start, piece.end) if colon >= 0 else None
    if prefix is not None:
        piece = piece.part(piece.begin, prefix.end(), piece.end)
    span = _name(text, folded, piece)
    fits = span.end - span.start <= (_LONGEST_MARKED if piece.marker in MARKED else _LONGEST_TITLE)
    tokens = _tokens(folded, span) if fits and not _is_order(folded, piece) else []
    if not tokens:
        return None
    stated = not _VERBS.isdisjoint(tokens)
    if piece.marker in MARKED:
        return None if kind is _PLAN and stated else Title(span, _FORMS[piece.marker])
    bullet = piece.marker == "bullet" and kind in _ASSESSED
    if (stated or len(tokens) > _LONGEST_LINE) and (kind in _NAMING or (stated and bullet)):
        return _before_comma(text, folded, piece, span)
    if stated and piece.marker == "" and kind in _JUDGED:
        return _subject(folded, piece, span) or _doubted(text, folded, piece, span)
    if stated or len(tokens) > (_LONGEST_ITEM if bullet else _LONGEST_LINE):
        return None
    return _unmarked(text, folded, piece, span, following if kind in _PLANS else piece)


def introduces(folded: str, piece: Piece, following: Piece) -> bool:
    """Whether a line leads to a list that names the problems: «5 mo former preemie with», then bullets."""
    if piece.marker or not following.marker or following.section != piece.section:
        return False
    if following.marker == "number" and _PATIENT.match(folded, piece.start, piece.end):
        return True
    return _LEADING.search(folded, piece.start, piece.end) is not None


def _subject(folded: str, piece: Piece, span: Span) -> Title | None:
    """The problem that a paragraph begins with and says the state of: «Hypertension is well controlled»."""
    said = _STATES.search(folded, span.start, span.end)
    if said is None:
        return None
    name = [word.group() for word in _WORD.finditer(folded, piece.start, said.start())]
    if not 0 < len(name) <= _LONGEST_SUBJECT or not _VERBS.isdisjoint(name):
        return None
    end = span.start + len(folded[span.start : said.start()].rstrip())
    return Title(Span(span.start, end), ProblemForm.LABEL)


def _doubted(text: str, folded: str, piece: Piece, span: Span) -> Title | None:
    """A name with what is thought behind it: «Cough, suspect viral», «Chest pain, I think from the wall»."""
    thought = _THOUGHT.search(folded, span.start, span.end)
    return _before_comma(text, folded, piece, span) if thought is not None else None


def _before_comma(text: str, folded: str, piece: Piece, span: Span) -> Title | None:
    """A statement that begins with a name up to a comma: «Abscess of the thigh, incised and drained»."""
    comma = text.find(",", span.start, span.end)
    if comma < 0:
        return None
    tokens = [w.group() for w in _WORD.finditer(folded, span.start, comma)]
    named = 0 < len(tokens) <= _LONGEST_NAMED and _VERBS.isdisjoint(tokens)
    plain = named and tokens[0] not in _STATEMENT_STARTS and not folded.startswith(_NOT_NAMES, span.start)
    return Title(span, _FORMS.get(piece.marker, ProblemForm.LABEL)) if plain else None


def _unmarked(text: str, folded: str, piece: Piece, span: Span, following: Piece | None) -> Title | None:
    """A title without number or #: alone on its line, or apart from a statement by a colon or dash.

    `following` is the next piece where names stand only before bullets (in a plan), else the piece itself.
    """
    rest = text[span.end : piece.end].lstrip()
    if rest.strip(_OUTER):
        name = folded[span.start : span.end].split()
        ends = _SEPARATORS if following is not piece or not _PERSONS.isdisjoint(name) else _SENTENCES
        short = rest[0] in _SEPARATORS and piece.marker != "bullet"
        most = _LONGEST_LABEL if short else _LONGEST_NAMED
        named = rest[0] in ends and len(name) <= most
        return Title(span, _FORMS.get(piece.marker, ProblemForm.LABEL)) if named else None
    in_plan = following is not piece
    heads_bullets = piece.marker == "" and following is not None and following.marker == "bullet"
    if (in_plan and not heads_bullets) or folded.startswith(_NOT_NAMES, span.start):
        return None
    return Title(span, _FORMS.get(piece.marker, ProblemForm.LINE))


def is_detail(piece: Piece, title: Piece | None, *, marked: bool) -> bool:
    """Whether a piece says something about the problem above it rather than naming another.

    `marked` says that the problems of this region are numbered or marked by #.
    """
    if title is None or piece.marker == "hash":
        return False
    deeper = piece.section == title.section and piece.indent > title.indent
    if piece.marker == "number":
        return title.marker == "hash" or deeper
    if piece.marker == "bullet":
        return marked or title.marker != "bullet" or deeper
    return title.marker in MARKED


def _name(text: str, folded: str, piece: Piece) -> Span:
    """The words of a piece before the first mark or statement, without outer space and marks."""
    cut = _cut(text, piece.start, piece.end)
    start, end = piece.start, cut.start() if cut else piece.end
    if piece.marker in MARKED:
        end = _before_statement(folded, start, end)
    while start < end and text[start] in _OUTER:
        start += 1
    while end > start and text[end - 1] in _OUTER:
        end -= 1
    return Span(start, end)


def _cut(text: str, start: int, end: int) -> re.Match[str] | None:
    """The first mark that a name may end at, with the space before it."""
    at = nearest(text, start, end, _CUTS)
    while at < end:
        spaced = _CUT.match(text, at - 1, end) if at > start and text[at - 1].isspace() else None
        cut = spaced or _CUT.match(text, at, end)
        if cut is not None and not (text[at] == "." and _AGED.search(text, max(start, at - _AGE), at + 1)):
            return cut
        at = nearest(text, at + 1, end, _CUTS)
    return None


def _before_statement(folded: str, start: int, end: int) -> int:
    """Where the words of a statement begin; `end` where none do."""
    found = _ENDS.search(folded, start, end)
    while found is not None and _numeral(folded, found, end):
        found = _ENDS.search(folded, found.end(), end)
    return end if found is None else found.start()


def _tokens(folded: str, span: Span) -> list[str]:
    """The words of a name, less the Roman number I."""
    found: list[str] = _WORD.findall(folded, span.start, span.end)
    if _PRONOUN not in found:
        return found
    each = _WORD.finditer(folded, span.start, span.end)
    return [word.group() for word in each if not _numeral(folded, word, span.end)]


def _numeral(folded: str, word: re.Match[str], end: int) -> bool:
    """Whether a word is the Roman number I rather than the pronoun: «bipolar I disorder», «CIN I»."""
    if word.group() != _PRONOUN:
        return False
    before = folded[max(word.start() - _LONGEST_NUMBERED, 0) : word.start()]
    return bool(_NUMBERED.search(before) or _NUMERAL.match(folded, word.end(), end))


def _is_order(folded: str, piece: Piece) -> bool:
    """Whether a piece begins with a word for an action, and says what to do."""
    first = _WORD.match(folded, piece.start)
    if first is None or first.group() not in _ACTIONS or folded.startswith(_MISSED, piece.start):
        return False
    if piece.marker not in MARKED:
        return True
    if _FOLLOWED.match(folded, piece.start, piece.end) is not None:
        return False
    if first.group() in _ADJECTIVES:
        return _ORDER.match(folded, piece.start, piece.end) is not None
    return not _is_label(folded, piece)


def _is_label(folded: str, piece: Piece) -> bool:
    """Whether a marked piece begins with a label ("# Work stress: ..." names a problem)."""
    cut = _cut(folded, piece.start, piece.end)
    return cut is not None and cut.group().strip() == ":"
