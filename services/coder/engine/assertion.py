"""What the note asserts of a mention, as far as coding depends on it."""

import re
from collections.abc import Collection
from functools import cache
from typing import Final

from services.coder.engine import care, current
from services.coder.engine.model import Mention, Setting, Zone
from services.coder.engine.rules import Codes
from services.coder.engine.sections import has_conclusion
from services.coder.engine.tables import table
from services.coder.reading import Flag, Note
from services.coder.terminology.words import folder

_DENIALS: Final = frozenset(("without", "no", "not"))
_NEAR: Final = 70  # characters
_ARTICLE: Final = 8  # characters of «for» and an article
_SHORT_STATEMENT: Final = 80  # characters of a sentence that only names a doubt and what it rests on
_RESOLVED: Final = ("resolved", "gone", "recovered")
_OPERATED: Final = re.compile(
    r"(?:s/p|status post|\bpod\b|post-?op\w*|after)\b[^.;\n]*\bfor\s+(?:an? |the )?$"
)
_CAME: Final = re.compile(
    r"\b(?:here|in|seen|visit|comes?|came|presents?|presenting|returns?|referred|evaluated|today)"
    r"(?: (?:today|now|back))? for\s+(?:an? |the |his |her )?$"
)
"""What the patient came for, whatever was operated on before: «s/p cholecystectomy, here for flank pain»."""
_LONG_AGO: Final = re.compile(
    r"\b(?:stent(?:s|ed|ing)?|pci|angioplasty|cabg|bypass|cesarean|c-?section|ablat\w+|operat\w+|surgery|\w+ectomy|hospitali[sz]ed|admitted)\b"
    r"[^.;\n]*\b(?:(?:in )?(?:19|20)\d\d|\d+ (?:years|yrs) ago)\b[^.;\n]*\bfor\s+(?:an? |the |his |her )?$"
)
_REMOVED: Final = re.compile(
    r"\b(?:\w+ectomy|\w+plasty|removed|taken out|out|repair|resection)\b[^.;\n]*"
    r"\bfor\s+(?:an? |the |his |her )?$"
)
_THEN: Final = re.compile(r"[ ,(]*(?:in )?(?:(?:19|20)\d\d\b|at (?:age )?\d\d\b)")
"""An operation of the past, told with its year or age behind what it was for."""
_TIMES: Final = re.compile(
    r" (?:infections? |only |just )?(?:once|twice|(?:\d+|three|four|a few|several|many|multiple) times)\b"
    r"(?! (?:an?|per|each|every|daily|weekly)\b)"
)
_HAD: Final = re.compile(r"\b(?:had|gotten|caught) (?:an? )?(?:[a-z]+ )?$")
_NO_MORE: Final = ("used to have ", "used to get ", "formerly ", "outgrew ", "outgrown ")
_DENIED_BEHIND: Final = "negated.after"
_TESTED: Final = re.compile(
    r",\s+(?:[a-z0-9./-]+,? ){0,6}?"
    r"(?:c\.? ?diff|strep|flu|influenza|covid|rsv|fobt|guaiac|hcg|ana|mono|hiv|h\.? ?pylori"
    r"|[a-z0-9]+ (?:ab|abs|antibod\w+|toxin|serolog\w+))(?: (?:was|were|and|test|tests|swab|x ?\d|-))* $"
)
_INFECTIONS: Final = ("A", "B", "U", "J0", "J1", "J20", "J21", "K29", "K27")
"""What such tests look for themselves."""
_RECURRENCE: Final = re.compile(r"\b(?:recurren|relaps|return of|regrowth)")
_APART: Final = re.compile(r"[,;(]| - |\b(?:with|w/|has|having|given)(?!\w)")
_NEGATED: Final = int(Flag.NEGATED)
_POSSIBLE: Final = int(Flag.POSSIBLE)
_HISTORICAL: Final = int(Flag.HISTORICAL)
_FAMILY: Final = int(Flag.FAMILY)
_NOT_CODED: Final = int(Flag.NEGATED | Flag.FAMILY | Flag.OTHER_PERSON | Flag.HYPOTHETICAL)
_VISITS: Final = Codes(("Z00", "Z01.8", "Z12", "Z13", "Z02", "Z71.6"))
"""Examinations and screenings that are no part of a stay (I.C.21.c.5, I.C.21.c.13), and the advice to stop
smoking, which belongs to its treatment (I.C.21.c.10).
"""
_QUERIED: Final = ("possible.queried", "section.differential_diagnosis")
_RELATIVES: Final = Codes(("Z80", "Z81", "Z82", "Z83", "Z84"))
"""Codes of a disease in the family."""
_NO_RELATIVE: Final = re.compile(
    r"\b(?:no|denie[sd]|deny|without|negative)(?: for)?"
    r"(?: (?:a|any|known|significant|strong|other|reported|personal or)){0,3} $"
)
"""What denies a disease in the family right before its name, whose own words make it the family's."""
_WORDS: Final = (
    (int(Flag.NEGATED), "negated"),
    (int(Flag.FAMILY | Flag.OTHER_PERSON), "family"),
    (int(Flag.HYPOTHETICAL), "hypothetical"),
)


_REMITTING: Final = Codes(("F1", "F31", "F32", "F33"))


def flags_at(note: Note, mention: Mention, *, stay: bool = False) -> tuple[int, str]:
    """The flags of a mention without those whose words are part of it, as a number (in which they are
    combined faster), and the rule that set the last of them. `stay`: what resolved was there in the stay that
    is coded (III: it was treated or watched).

    A term such as «migraine without aura» holds a negation that is part of its own meaning; in «ankle pain
    with possible stress fracture» the doubt stands between the words of «ankle stress fracture».
    """
    flags, rule = 0, ""
    for start, end in mention.parts or ((mention.start, mention.end),):
        for trigger in note.context_at(start, end).triggers:
            written = note.folded[trigger.start : trigger.end]
            if stay and any(word in written for word in _RESOLVED):
                continue
            if trigger.rule == _DENIED_BEHIND and _of_test(note, mention, trigger.start):
                continue
            if mention.start <= trigger.start and trigger.end <= mention.end:
                between = mention.parts and trigger.flag is Flag.HISTORICAL  # «MI s/p stent of RCA»
                if between or _own(mention, folder().stems(written)):
                    continue
            flags |= int(trigger.flag)
            rule = trigger.rule
    return flags, rule


def _of_test(note: Note, mention: Mention, at: int) -> bool:
    """Whether a denial behind a mention is the result of a test for something else: «thrombocytopenia, HIT ab
    neg».
    """
    if mention.end >= at or mention.code.startswith(_INFECTIONS):
        return False
    return _TESTED.match(note.folded[:at], mention.end) is not None


def _own(mention: Mention, words: Collection[str]) -> bool:
    """Whether a trigger inside a mention is part of its name: all of its words are, or its denial is, as in
    «cholelithiasis without sonographic evidence of cholecystitis».
    """
    return mention.stems.issuperset(words) or not mention.stems.isdisjoint(_DENIALS.intersection(words))


def verdict(note: Note, mention: Mention, setting: Setting) -> tuple[bool, str, str]:
    """(may be coded, assertion in a word, rule).

    Uncertain diagnoses: not coded for outpatients (IV.H); coded for inpatients as if they existed when stated
    at the end of the stay (II.H, III.C).
    """
    visit = setting is Setting.INPATIENT and _VISITS.has(mention.code)
    if visit or (mention.whole and mention.code.startswith("Z")):
        return not visit, "affirmed", "setting.outpatient" if visit else ""
    flags, rule = flags_at(note, mention, stay=_stays(note, setting, mention))
    if flags & _NOT_CODED:
        if flags == _NEGATED and setting is Setting.OUTPATIENT and _not_again(note, mention):
            return True, "historical", rule
        if _RELATIVES.has(mention.code) and flags & _FAMILY:
            denied = _NO_RELATIVE.search(note.folded, max(mention.start - _NEAR, 0), mention.start)
            return denied is None, "negated" if denied else _word(flags), rule
        return False, _word(flags), rule
    if flags & _POSSIBLE and not (setting is not Setting.INPATIENT and _beside_a_doubt(note, mention)):
        stated = mention.zone is Zone.PROBLEM or not has_conclusion(note)
        # a mark of question, or a list of what it may be, is no statement of the end of a stay
        certain = stated and not rule.startswith(_QUERIED)
        return setting is Setting.INPATIENT and certain, "possible", rule
    return _in_time(note, mention, flags, rule, stay=setting is Setting.INPATIENT)


def _in_time(note: Note, mention: Mention, flags: int, rule: str, *, stay: bool) -> tuple[bool, str, str]:
    """The verdict on what is asserted of the patient: whether it is of today."""
    if _operated(note, mention, stay=stay):
        return False, "historical", "historical.operated"
    if _counted(note, mention):
        return False, "historical", "historical.counted"
    if flags & _HISTORICAL:
        if current.treated(note, mention):
            return True, "affirmed", rule
        coded = mention.code[0] in "ZC" or _is_current(note, mention) or _remitted(note, mention)
        return coded, "historical", rule
    return True, "affirmed", rule


def _counted(note: Note, mention: Mention) -> bool:
    """Whether an infection is told by how often there was one: «has had strep once», «had mono twice»."""
    if not _acute().has(mention.code) or _TIMES.match(note.folded, mention.end) is None:
        return False
    before = note.folded[max(mention.start - _NEAR, 0) : mention.start]
    return mention.code[0] != "R" and _HAD.search(before) is not None


def plain(note: Note, mention: Mention) -> bool:
    """Whether the story of a stay tells it as a fact, or as in remission, which has codes of its own."""
    flags = flags_at(note, mention, stay=True)[0]
    return flags == 0 or (flags == _HISTORICAL and _remitted(note, mention))


def _remitted(note: Note, mention: Mention) -> bool:
    """Whether a disorder is in remission, for which it has codes of its own (I.C.5.b.1): it is no history."""
    if not _REMITTING.has(mention.code):
        return False
    sentence = note.sentence_at(mention.start)
    return sentence is not None and note.folded.find("remission", sentence.start, sentence.end) >= 0


def _is_current(note: Note, mention: Mention) -> bool:
    """Whether what is said to belong to the past is coded all the same: as the name of a problem."""
    if mention.zone is not Zone.PROBLEM or note.folded.endswith(_NO_MORE, 0, mention.start):
        return False
    if not _acute().has(mention.code) or _recorded().has(mention.code):
        return True
    return "history" not in mention.line and care.later(note, mention)


def _not_again(note: Note, mention: Mention) -> bool:
    """Whether only the return of a cancer is denied: «no evidence of recurrent bladder cancer» says that
    there was one.
    """
    if not _cancers().has(mention.code):
        return False
    triggers = note.context_at(mention.start, mention.end).triggers
    return any(
        t.start < mention.start and _RECURRENCE.search(note.folded, t.start, mention.end) for t in triggers
    )


@cache
def _cancers() -> Codes:
    return Codes(table("additions")["cancer_history"])


def _beside_a_doubt(note: Note, mention: Mention) -> bool:
    """Whether a symptom or finding is only listed with what is doubted: «suspected PE, chest pain». It is
    coded in place of what is not certain (IV.H).
    """
    if mention.zone > Zone.ASSESSMENT or not findings().has(mention.code):
        return False
    sentence = note.sentence_at(mention.start)
    if mention.zone is not Zone.PROBLEM and (
        sentence is None or sentence.end - sentence.start > _SHORT_STATEMENT
    ):
        return False
    doubts = [t for t in note.context_at(mention.start, mention.end).triggers if t.flag is Flag.POSSIBLE]
    return all(
        _APART.search(note.folded, t.end, mention.start) for t in doubts if t.end <= mention.start
    ) and (all(_APART.search(note.folded, mention.end, t.start) for t in doubts if t.start >= mention.end))


@cache
def findings() -> Codes:
    """The codes of symptoms and findings."""
    return Codes(("R", *table("additions")["symptoms"]))


def _stays(note: Note, setting: Setting, mention: Mention) -> bool:
    """Whether what has resolved is coded: in a stay, and as the diagnosis of an emergency visit."""
    if setting is Setting.INPATIENT:
        return mention.zone <= Zone.BODY or (mention.zone <= Zone.NARRATIVE and not has_conclusion(note))
    return setting is Setting.EMERGENCY and mention.zone is Zone.PROBLEM


def historical(note: Note, mention: Mention) -> bool:
    """Whether the note says that it belongs to the past, or that it has not come back."""
    return bool(flags_at(note, mention)[0] & _HISTORICAL) or _not_again(note, mention)


@cache
def _acute() -> Codes:
    return Codes(table("additions")["acute_only"])


@cache
def _episodes() -> Codes:
    return Codes((*table("additions")["acute_only"], *table("additions")["episodes"]))


@cache
def _recorded() -> Codes:
    return Codes(table("additions")["personal_history"])


def _operated(note: Note, mention: Mention, *, stay: bool) -> bool:
    """«Status post appendectomy for acute appendicitis»: what an operation has removed is no longer there;
    «a stent in 2016 for stable angina»: nor what was treated years ago.
    """
    before = note.folded[max(mention.start - _NEAR, 0) : mention.start]
    if before.find("for ", -_ARTICLE) < 0 or _CAME.search(before):
        return False
    told = (mention.zone is not Zone.PROBLEM or not stay) and _acute().has(mention.code)
    if told and _OPERATED.search(before):
        return True
    if not _episodes().has(mention.code):
        return False
    if _LONG_AGO.search(before):
        return True
    return _REMOVED.search(before) is not None and _THEN.match(note.folded, mention.end) is not None


def _word(flags: int) -> str:
    for flag, word in _WORDS:
        if flags & flag:
            return word
    return "affirmed"
