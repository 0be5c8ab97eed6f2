"""Where the names of problems end, and what looks like one and is none."""

import re
from functools import cache
from typing import Final

from services.coder.engine import elsewhere, laterality, match, sense
from services.coder.engine.drug_classes import drugs
from services.coder.engine.literals import Guarded
from services.coder.engine.sense import anatomy
from services.coder.engine.tables import table
from services.coder.reading import Note, cues
from services.coder.terminology.index import Terminology
from services.coder.terminology.words import Word, folder

_ENDS: Final = (".", ",", ":", ";", "(", " - ", " \u2013 ", " \u2014 ")
"""What the name that a sentence begins with stops at."""
_SHORTENED: Final = frozenset(
    form
    for word in ("vit", "inc", "ac", "chr", "rt", "lt", "mod", "sev", "staph", "strep", "hemorrh")
    for form in (word, word.capitalize())
)
"""Words that a point does not end a sentence behind: «staph. aureus»."""
_SIDES: Final = ("R", "L")
_CONTINUED: Final = re.compile(
    r"\s*[.:][ \t]+(?:(?:complicated by|c/b|due to|secondary to|2/2|d/t|caused by|from|s/p|status post"
    r"|mild|moderate|severe|stage|class|acute|chronic|paroxysmal|persistent|permanent|recurrent|uncomplicated"
    r")\b[^.\n]{0,90}|(?:left|right|bilateral)(?:[ -]sided?| \w+)?)(?=[.\n]|$)"
    r"|\s*[-\u2013:][ \t]*(?:r|l|rt|lt|right|left|b/l|bilat|bilateral|both)(?=[ \t]*(?:[,;.\n]|$))"
    r"[^.\n]{0,60}"
)
"""The fragment after a problem's name that says which kind, which side, or from what."""
_CONTINUES: Final = frozenset(".:-\u2013")
"""What it begins with, space apart."""
_LONGEST_NAME: Final = 8  # words
_MEASURES: Final = frozenset(("cm", "mm"))
_VALUES: Final = frozenset(("ef", "lvef", "fev1", "a1c", "egfr"))
"""What a value stands behind that says how a problem is: «HFrEF EF 35 - GDMT», «DM2 A1c 9.1 - insulin»."""
_FROM_DRUG: Final = Guarded(
    r"\s(?:caused by|due to|from|on|secondary to|2/2|d/t|because of|related to|induced by|attributed to)"
    r" (?:(?:the|his|her|oral|chronic|long-term) )?([a-z][a-z0-9-]+)"
)
_CAUSE: Final = Guarded(
    r"\s(?:due to|secondary to|2/2|d/t|caused by|related to)(?= [^ ]+(?: [^ ]+){0,4}$)"
    r"(?![^\n]* (?:is|are|was|has)\b)"
)
"""Another problem that it comes from, in few words: «thrombocytopenia 2/2 cirrhosis»."""
_AS_ANOTHER: Final = Guarded(
    r"\s(?:on the same basis"
    r"|(?:from|due to|because of|secondary to|related to) (?:the )?(?:same|above|this|that))\b"
)
_SHOWN: Final = Guarded(
    r"\s(?:(?:seen|found|noted|confirmed|proven|diagnosed) )?(?:on|by|per|via) "
    r"(?:(?:the|his|her|today's|repeat) )?"
    r"(?:wet prep|koh|cxr|x-?rays?|xr|ct|cta|mri|mra|us|ultrasound|echo|tte|tee|duplex|doppler|labs?|ua"
    r"|urinalysis|exam|biopsy|bx|cultures?|cx|pcr|swab|rapid|egd|colonoscopy|ekg|ecg|imaging|smear|path\w*"
    r"|films?|tele\w*|monitor|spirometry|dexa|sleep study)\b"
)
_LEADING: Final = frozenset(("by", "d/t", "from", "of", "on", "per", "to", "via", "2/2"))
"""Words of which each of these ways to go on has one."""
_FULL_STOP: Final = re.compile(r"[.\n]")
_DONE: Final = re.compile(
    r"\s*\((?:procedure|regime/therapy|observable entity|assessment scale)\)"
)  # SNOMED CT tags


_OF_SIDE: Final = laterality.SIDES | {"eye"}
_BEFORE_NAMES: Final = frozenset(
    (
        "stable",
        "new",
        "benign",
        "known",
        "chronic",
        "recurrent",
        "longstanding",
        "mild",
        "moderate",
        "severe",
        "small",
        "large",
        "simple",
        "improved",
        "persistent",
    )
)
"""Words with a comma before a name: «Stable, benign right thyroid nodule»."""
_WITH: Final = frozenset(("with", "without"))
_MOST_WITH: Final = 3  # words behind it


def name_end(folded: str, start: int, end: int) -> int:
    """Where the name would end that the sentence `folded[start:end]` begins with."""
    stop = _first_end(folded, start, end)
    while folded[start:stop] in _BEFORE_NAMES and folded[stop : stop + 2] == ", ":
        start = stop + 2
        stop = _first_end(folded, start, end)
    return stop


def _first_end(folded: str, start: int, end: int) -> int:
    stop = end
    for mark in _ENDS:
        at = folded.find(mark, start, min(end, stop + len(mark) - 1))
        if at >= 0:
            stop = at
    return stop


def title_end(note: Note, start: int, end: int) -> int:
    """The end of a problem's name: past an initial such as that of «E. coli», where it looked like the end
    of a sentence; past the fragment that goes on about it: «Asthma. Moderate persistent.»; and past a place
    that only says of what the name is: «Skin, left arm: melanoma in situ».
    """
    text = note.text
    if end < len(text) and text[end] == "." and _is_initial(text, end):
        stop = _FULL_STOP.search(text, end + 1)
        return stop.start() if stop else len(text)
    more = _CONTINUED.match(note.folded, end) if _next(note.folded, end) in _CONTINUES else None
    if more is None and text[end : end + 1] == ":" and _is_place(note.folded, start, end):
        sentence = note.sentence_at(end)
        return max(sentence.end, end) if sentence is not None else end
    return more.end() if more else end


def _is_initial(text: str, end: int) -> bool:
    """Whether the word that ends there is an initial or a shortened first word."""
    start = end
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    word = text[start:end]
    if word in _SIDES and start > 1 and text[start - 2].isalpha():
        return False  # «Knee OA R. Shoulder pain L.»
    return word in _SHORTENED or (len(word) == 1 and "A" <= word <= "Z")


def is_done(folded: str, end: int) -> bool:
    """Whether a tag behind a name says that it is of something done, and of no problem."""
    return _next(folded, end) == "(" and _DONE.match(folded, end) is not None


def _next(text: str, at: int) -> str:
    """The first character from a place on that is no space; "" at the end of the text."""
    while at < len(text):
        if not text[at].isspace():
            return text[at]
        at += 1
    return ""


def _is_place(folded: str, start: int, end: int) -> bool:
    """Whether a label names a part of the body, how a specimen was taken there, and nothing else."""
    words = {word.stem for word in match.words_of(folded, start, end)}
    return not words.isdisjoint(anatomy() | {"skin"}) and words <= laterality.places() | _taken()


@cache
def _taken() -> frozenset[str]:
    """Words of a pathologist's label beside the place: «Skin, left nasal ala, shave»."""
    return frozenset(table("additions")["specimen"].split())


def _before_cause(written: str, start: int, end: int) -> int:
    """Where a name ends that goes on with the drug it comes from: «poor appetite caused by Concerta», with
    another problem: «tinnitus on the same basis», or with the test that showed it: «vaginosis on wet prep».
    """
    if _LEADING.isdisjoint(written.split()):
        return end
    other = _AS_ANOTHER.search(written) or _SHOWN.search(written)
    if other is not None:
        return start + other.start()
    for found in _FROM_DRUG.all_in(written):
        if found[1] in drugs():
            return start + found.start()
    cause = _CAUSE.search(written)
    return start + cause.start() if cause is not None else end


def is_name(note: Note, start: int, end: int, vocabulary: Terminology, *, alone: bool) -> bool:
    """Whether what a statement begins with is the name of a problem: a term by itself, or, unless it must
    stand `alone`, with its side, its level and how it is.
    """
    written = note.folded[start:end]
    words = match.words_of(note.folded, start, _before_cause(written, start, end))
    if match.whole(words, vocabulary) is not None or _is_valued(words, vocabulary):
        return True
    sideless = [word for word in words if word.stem not in _OF_SIDE]
    if 0 < len(sideless) < len(words) and match.whole(sideless, vocabulary) is not None:
        return True
    if not 1 < len(words) <= _LONGEST_NAME:
        return False
    if alone:
        bare = [word for word in sideless if word.stem not in _levels()]
        return 0 < len(bare) < len(words) and match.whole(bare, vocabulary) is not None
    if not cues.words("verbs").isdisjoint(written.split()):
        return False
    found = match.find(words, vocabulary, sense.Sense(note.text, frozenset(), 1))
    named = {place for one in found for place in one.positions}
    beside = _beside()
    measured = {i - 1 for i, word in enumerate(words) if word.stem in _MEASURES}
    told = _before_with(note, start, end, words) if found else len(words)
    return bool(found) and all(
        i in named or w.stem in beside or (i in measured and w.stem.isdigit())
        for i, w in enumerate(words[:told])
    )


def _is_valued(words: list[Word], vocabulary: Terminology) -> bool:
    """Whether words are a term and the value that says how it is."""
    at = next((i for i, word in enumerate(words) if word.stem in _VALUES), 0)
    if at == 0 or not all(word.stem.isdigit() for word in words[at + 1 :]):
        return False
    return match.whole(words[:at], vocabulary) is not None


def _before_with(note: Note, start: int, end: int, words: list[Word]) -> int:
    """How many of the words stand before «with» and the few words of what comes with it: «centrilobular
    emphysema with moderate obstruction»; all where there is no such.
    """
    for word in _WITH:
        at = note.folded.find(f" {word} ", start, end)
        if at >= 0:
            told = sum(one.start < at for one in words)
            return told if told > 0 and len(words) - told <= _MOST_WITH else len(words)
    return len(words)


@cache
def _levels() -> frozenset[str]:
    """Words for how something is today."""
    return frozenset(table("additions")["beside_names"].split())


@cache
def _beside() -> frozenset[str]:
    """Words that may stand beside a term in the name of a problem: sides, levels, how it is today."""
    return elsewhere.details() | laterality.SIDES | _levels()


@cache
def nameless(vocabulary: Terminology) -> frozenset[str]:
    """What begins most bullets under a problem: labels of parts («Medical Treatment:») that name nothing."""
    return frozenset(
        each for each in cues.part_labels() if vocabulary.exact(list(folder().stems(each))) is None
    )
