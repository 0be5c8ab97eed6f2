"""The course of a pregnancy as the note tells it: weeks, trimester, parity, whether the child is born.

Official Guidelines I.C.15.a.3 (trimester), I.C.15.b (supervision, delivery), I.C.21.c.11 (Z34, Z3A).
"""

import re
from collections import Counter
from typing import Final, NamedTuple

from services.coder.engine import sections
from services.coder.engine.sieve import Sieved
from services.coder.reading import Note, SectionKind

_COUNT: Final = r"(\d(?<!\w\d)\d?)"
"""A number of one or two digits; a digit first, so that a search skips to those."""
_COMPACT: Final = re.compile(
    rf"{_COUNT}(?:\s?w(?:k|ks|eeks?)?\s?\d\s?d?\b|w\b|(?<=\d\d)(?:\s?\+\s?\d\b| \d/7\b))"
)
_WEEKS: Final = re.compile(rf"{_COUNT}(?:\s*\d/7)?\s*-?\s*(?:weeks?|wks?)\b")
_NOT_BEFORE: Final = re.compile(
    r"(?:\bin|every|\bq|\bx|\bfor|next|after|over|past|last|within|about|until|return|rtc|f/u|follow.up"
    r"|previous|prior|born at|delivered at"
    r"|(?:uterus|uterine|fibroids?|fibroid uterus|myoma\w*|leiomyoma\w*|mass|enlarged|bulky)"
    r"(?: (?:of|is|was|to|size|about|approximately|enlarged))*)\s*$"
)
_ANOTHER: Final = re.compile(r"(?:previous|prior|last|born at|(?<!\n)(?<![.:] )(?<!^)delivered at)\s*$")
_NOT_AFTER: Final = re.compile(
    r"\s*(?:-? ?sized?\b|ago|post|pp\b|old\b|later|earlier|supply|course|follow|f/u"
    r"|of (?:nausea|vomit|bleed|therapy|treatment|rest|pt\b))"
)
_SAID: Final = re.compile(r"\b(first|1st|second|2nd|third|3rd) trimester")
_GRAVIDA: Final = re.compile(r"\bg\s?(\d{1,2})(?=\s?,?\s?(?:p\s?\d|t\d|\(|\b))|\bgravida (\d{1,2}|[iv]+)\b")
_PARA: Final = re.compile(r"\bg\s?\d{1,2}\s?,?\s?p\s?(\d)|\bpara (\d)")
_FIRST: Final = re.compile(r"\b(?:primigravid\w*|primip\w*|nullip\w*|first pregnancy|first baby)\b")
_LATER: Final = re.compile(
    r"\b(?:multigravid\w*|multip\w*|(?:second|third|fourth) (?:pregnancy|baby)|grand multip\w*)\b"
)
_BIRTH: Final = Sieved(
    r"\b(?:delivery (?:note|summary|record)|live ?born\b|live birth\b|apgars?\b|during delivery\b"
    r"|placenta (?:was |is )?(?:delivered|deliv|spont|intact)|perineal lac\w+"
    r"|(?:nsvd|svd|vavd|(?:vaginal|cesarean|operative|forceps|vacuum\w*) (?:delivery|birth)"
    r"|(?:c-?section|cesarean)(?: section)?)"
    r" (?:at|of (?:an? |viable|live|healthy|male|female)|today|performed|for"
    r"|(?:viable|live|healthy) (?:male|female|infant|boy|girl|newborn|baby))\b"
    r"|delivered (?:a |an |viable|via|by|vaginally|today)|(?<=, )delivered\b"
    r"|(?:viable|liveborn) (?:male|female|infant|boy|girl|newborn)"
    r"|s/p (?:repeat |primary |emergent |stat )?(?:[rp]?ltcs|cesarean|c-?section|c/s|nsvd|svd|vbac)\b)"
)
_AFTER_BIRTH: Final = Sieved(
    r"\b(?:post-? ?partum|puerper\w+|ppd ?#? ?\d|pp(?= (?:day|visit|check|depression)))\b"
)
_PLANNED: Final = re.compile(
    r"post-? ?partum (?:contracep|birth control|btl|tubal|iud|plan|nexplanon|rhogam|glucose)"
    r"|(?:history|hx|h/o|prior|previous) (?:of )?post-? ?partum|prior post"
)
_EARLIER_BEFORE: Final = re.compile(
    r"\b(?:(?:prior|previous|last|first|past) pregnanc\w+|(?:ob|obstetric)\w* (?:history|hx))\b[^.;\n]*$"
    r"|\b(?:prior|previous|earlier|history of|hx of|h/o|(?:first|last|second|third|older|oldest|other) "
    r"(?:baby|child|pregnancy|birth|son|daughter|one)(?: (?:was|by|via|a|an|born))*)\s+(?:\w+\s+){0,2}$"
)
_EARLIER_AFTER: Final = re.compile(
    r"[^.;\n]{0,40}?(?:\bin (?:19|20)\d\d|[,(] ?(?:19|20)\d\d|\b(?:years?|yrs?) ago)\b"
)
"""What tells the birth of another child."""
_SINCE_BIRTH: Final = re.compile(
    rf"{_COUNT}\s*-?\s*(?:days?|weeks?|wks?|months?|mos?)\s*"
    r"(?:post-? ?partum|pp\b|(?:after|since|s/p|status post|out from|from) (?:delivery|(?:the |giving )?birth"
    r"|(?:an? |her |the )?(?:\w+ )?(?:vaginal|cesarean|c-?section|c/s|n?svd|vavd|vbac|[rp]?ltcs)))"
)
_UNTIL: Final = r"\b(?:at|by|until|till|through|within|in)\s+(?:\d+\s?(?:-|to)\s?)?$"
_AHEAD: Final = re.compile(_UNTIL)
_SET: Final = re.compile(
    r"\b(?:o?gtt|test\w*|glucose|a1c|iud|nexplanon|tubal|plan\w*|repeat|recheck|contracep\w+|screen\w*)\b"
    rf"[^.;\n]{{0,25}}{_UNTIL}"
)
"""What is set for some weeks after the birth."""
_AHEAD_OF: Final = re.compile(
    r"\b(?:expectant\w*|until|till|plan\w*|if|schedul\w+|anticipat\w*|aim\w*|deliver\w* (?:at|by)"
    r"|\d+ weeks?)\b[^.;\n]*$"
)
"""What stands before a birth that is still to come."""
_COURSE: Final = "course of the pregnancy"
_TRIMESTERS: Final = {"1st": "first", "2nd": "second", "3rd": "third"}
_FIRST_ENDS: Final = 14
_SECOND_ENDS: Final = 28
_FULL_TERM: Final = 37
_TERM: Final = 42
_KNOWN_FROM: Final = 4  # weeks
_EXTREME: Final = 23  # weeks
_PRETERM: Final = 28  # weeks
_WITHOUT_TRIMESTER: Final = ("O09.51", "O09.52", "O09.81")
_ORAL: Final = frozenset(("metformin", "glyburide", "oral"))
_DIET: Final = frozenset(("diet", "a1", "a1gdm", "dietary"))
_DRUG: Final = r"\b(insulin|metformin|glyburide)\b"
_GIVEN: Final = re.compile(_DRUG)
_TO_COME: Final = re.compile(
    rf"\b(?:may|might|could|would|if)\b[^.;\n]{{0,40}}?{_DRUG}"
    rf"|{_DRUG}[^.;\n]{{0,20}}? (?:if|may|might|later)\b"
)
"""What tells of a drug that is not taken yet: «we may need insulin later», «insulin if values rise»."""


class Course(NamedTuple):
    """`weeks` completed, if stated; `trimester` in a word or ""; `gravida` 1, 2 (two or more) or 0 (not
    stated); `stage`: pregnancy, childbirth, puerperium.
    """

    weeks: int | None
    trimester: str
    gravida: int
    stage: str

    def words(self) -> frozenset[str]:
        """The words by which the titles of chapter 15 tell the stages apart."""
        if self.stage == "pregnancy":
            return frozenset(("pregnancy", self.trimester, "trimester") if self.trimester else ("pregnancy",))
        return frozenset((self.stage, "complicating"))

    def digit(self) -> int:
        """The trimester as a digit of chapter 15 and Z34; 0: not stated."""
        return ("", "first", "second", "third").index(self.trimester)


def course(note: Note) -> Course:
    """What the note tells of the pregnancy; it is read once, for all its codes."""
    told: Course | None = note.remembered.get(_COURSE)
    if told is None:
        told = note.remembered[_COURSE] = _course(note)
    return told


def _course(note: Note) -> Course:
    born = _is_since_birth(note)
    count = None if born else weeks(note)
    said = _SAID.search(note.folded) if "trimester" in note.folded else None
    stated = _TRIMESTERS.get(said.group(1), said.group(1)) if said else ""
    stage = "puerperium" if born else _stage(note, count)
    return Course(count, trimester(count) if count else stated, _gravida(note.folded), stage)


def _is_since_birth(note: Note) -> bool:
    """Whether the note counts from the birth; what its plan sets for a week after it may still be to come:
    «glucose test at 6 weeks postpartum».
    """
    for counted in _SINCE_BIRTH.finditer(note.folded):
        start = counted.start()
        far = start > sections.HEAD and _AHEAD.search(note.folded, start - 16, start)
        ahead = far or _SET.search(note.folded, max(start - 60, 0), start)
        if not ahead or weeks(note) is None:
            return True
    return False


def weeks(note: Note) -> int | None:
    """Completed weeks that the note states, if a pregnancy can have that many."""
    for pattern in (_COMPACT, _WEEKS):
        for match in pattern.finditer(note.folded):
            value = int(match[1])
            before = note.folded[max(match.start() - 16, 0) : match.start()]
            dated = match[0].endswith("d")  # «30w4d» is no time until something
            apart = (_ANOTHER if dated else _NOT_BEFORE).search(before)
            apart = apart or _NOT_AFTER.match(note.folded, match.end())
            if _KNOWN_FROM <= value <= _TERM and not apart:
                return value
    return None


def trimester(count: int) -> str:
    """First before 14 weeks, second before 28, then third."""
    return "first" if count < _FIRST_ENDS else "second" if count < _SECOND_ENDS else "third"


def z3a(count: int) -> str:
    """The Z3A code of completed weeks."""
    if count < 8:  # noqa: PLR2004 (Z3A.01: less than 8 weeks)
        return "Z3A.01"
    return "Z3A.49" if count > _TERM else f"Z3A.{count:02d}"


def weeks_at_birth(code: str, note: Note) -> str:
    """P07.2 and P07.3 by the completed weeks at which a preterm infant was born, if the note states them."""
    if code != "P07.30":
        return code
    for pattern in (_COMPACT, _WEEKS):
        for match in pattern.finditer(note.folded):
            stated = preterm(int(match[1]))
            if stated:
                return stated
    return code


def preterm(count: int) -> str:
    """The code of a birth at so many completed weeks; empty for a term birth."""
    if _EXTREME <= count < _PRETERM:
        return f"P07.2{count - _EXTREME + 2}"
    return f"P07.3{count - _PRETERM + 1}" if _PRETERM <= count < _FULL_TERM else ""


def staged(code: str, told: Course) -> str:
    """Z34 and O09.5 by parity, gestational diabetes and false labor by the stage (I.C.15.b.1, I.C.15.i)."""
    if code.startswith("Z34"):
        kind = code[4] if code[4] != "9" else ("9", "0", "8")[told.gravida]
        return f"Z34.{kind}{told.digit()}"
    if code in _WITHOUT_TRIMESTER:
        code += str(told.digit() or 9)
    if code.startswith("O09.52") and told.gravida == 1:
        return f"O09.51{code[6:]}"
    if code == "O47.9" and told.weeks:
        return f"O47.0{told.digit()}" if told.weeks < _FULL_TERM else "O47.1"
    if code.startswith("O24.41") and told.stage != "pregnancy":
        return f"O24.4{'2' if told.stage == 'childbirth' else '3'}{code[6:]}"
    return code


def control(said: frozenset[str], folded: str) -> frozenset[str]:
    """`said` with the control of a gestational diabetes as the titles of O24.4 name it: one kind of control,
    insulin before drugs by mouth before diet (I.C.15.i). `folded`: the note; it tells what is only to come.
    """
    told = Counter(found[1] for found in _GIVEN.finditer(folded))
    told.subtract(found[1] or found[2] for found in _TO_COME.finditer(folded))
    said -= {drug for drug, times in told.items() if times <= 0}
    if "insulin" in said:
        return (said - {"diet", "oral"}) | {"insulin", "controlled"}
    if said & _ORAL:
        return (said - {"diet"}) | {"controlled", "oral", "hypoglycemic", "drug"}
    return said | {"diet", "controlled"} if said & _DIET else said


def _gravida(folded: str) -> int:
    found = _GRAVIDA.search(folded)
    para = _PARA.search(folded)
    if para is not None and (para.group(1) or para.group(2)) != "0":
        return 2
    if found is not None:
        return 1 if (found.group(1) or found.group(2)) in {"1", "i"} else 2
    if _FIRST.search(folded):
        return 1
    return 2 if _LATER.search(folded) else 0


def _stage(note: Note, count: int | None) -> str:
    folded, words = note.folded, note.words()
    said = _AFTER_BIRTH.all_in(folded, words)
    if any(
        not _another(folded, match) and not _is_planned(note, match) for match in _BIRTH.all_in(folded, words)
    ):
        return "childbirth" if count or not said else "puerperium"
    after = [m for m in said if not _PLANNED.search(folded, max(m.start() - 15, 0), m.end() + 16)]
    return "puerperium" if after and not count else "pregnancy"


def _is_planned(note: Note, birth: re.Match[str]) -> bool:
    """Whether a birth stands in the plan alone, as what is to come: «cesarean for presentation then»."""
    ahead = _AHEAD_OF.search(note.folded, max(birth.start() - 60, 0), birth.start())
    return note.section_at(birth.start()).kind is SectionKind.PLAN and ahead is not None


def _another(folded: str, birth: re.Match[str]) -> bool:
    """Whether a birth is told of an earlier child."""
    before = folded[max(birth.start() - 40, 0) : birth.start()]
    return bool(_EARLIER_BEFORE.search(before) or _EARLIER_AFTER.match(folded, birth.end()))
