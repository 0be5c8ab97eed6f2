"""Drugs as causes: adverse effects and underdosing (Official Guidelines I.C.19.e.5.a, c).

An adverse effect: the manifestation first, then the drug with fifth or sixth character 5.
"""

import re
from functools import cache
from typing import Final

from services.coder.engine import blamed, poisoning
from services.coder.engine.drug_classes import code_of, drugs, first_named, may_name_drug
from services.coder.engine.literals import Guarded
from services.coder.engine.model import Candidate, Zone
from services.coder.engine.rules import Codes
from services.coder.engine.tables import table
from services.coder.reading import Note
from services.coder.terminology.words import TOKEN

_REACH: Final = 5  # words between «due to» and the drug
_HYPOGLYCEMIA: Final = ("E10.64", "E11.64", "E13.64")
_DIABETES: Final = "E11"
_AGAINST_DIABETES: Final = "T38.3X"
_FROM: Final = re.compile(
    r"(?:diabetes|dm)(?: mellitus)?,?\s+"
    r"(?:from|due to|d/t|2/2|secondary to|caused by|induced by|because of|triggered by|after starting)\b"
)
_INDUCED: Final = re.compile(r"(?:induced|related|associated|caused) (?:diabetes|dm)")
_TYPED: Final = re.compile(r"\btype\b|\b(?:t2|dm ?2(?!/)|dm ?ii|iddm|niddm)")
_RAISING: Final = ("T38.0", "T43.5", "T45.1", "T50.2", "T37.5", "T44.5")
"""What raises the sugar of those who have a diabetes: steroids, antipsychotics, what suppresses the immune
system or growths, thiazides, antivirals, adrenergic drugs.
"""
_HIGH: Final = "hyperglyc"
_SUGAR: Final = "sugar"
_OF_DRUG: Final = "E09"
_TYPE_1: Final = "E10"
_TYPE_2: Final = re.compile(r"\btype (?:2|ii)\b|\bt2|\bdm ?(?:2|ii)\b")
_ANAPHYLAXIS: Final = "T78.2"
_USED: Final = "T40"  # what is taken for pleasure has codes of its own for what it does
_APART: Final = re.compile(
    r"[;.,]|:\s| [-\u2013\u2014] | (?:while|despite|although|though|when|off|without"
    r"|lack|want|shortage|loss|deficit|low|poor|too little|not enough|insufficient|inadequate) "
    r"| and (?:now )?(?:is|was|are|he|she|takes?|taking|has|had|on|uses?|using|started|began|gets?) "
    r"| (?:treated|managed|covered|received|given|responded|cleared|improved|resolved|requiring|required) "
    r"| with (?<! use with )(?<!therapy with )(?<!treatment with )(?<!reaction with )(?<!taper with )"
    r"(?<!course with )(?<!suppression with )(?<!coagulation with )(?<!diuresis with )(?<!dosing with )"
    r"(?<!combination with )(?<!toxicity with )(?<!overdose with )"
)
"""What parts a cause from what is done about it: «PE provoked by cancer - heparin», «due to flu: Tamiflu»,
«sepsis due to a UTI with ceftriaxone»; and what is lacking, which is none: «anemia from lack of iron».
"""
_DENIED: Final = re.compile(
    r"\b(?:not|isn't|wasn't|unlikely|nor) (?:felt |thought |likely )?(?:to be )?$"
    r"|\b(?:apart|aside|away|different|separate|switch\w*|chang\w*|relief|benefit|protect\w*|weaned|wean) $"
)
_HOW: Final = re.compile(r"(?:how|the (?:dose|way|cost|price|timing|amount|strength))\b")
"""What stands behind «because of» where no drug is blamed, but its dose, or how it is taken."""
_ADJOINING: Final = re.compile(r"[a-z]+(?:[ -][a-z]+)?[ -]$")
_OF_A_DRUG: Final = re.compile(
    r"\b(?:drug|medication|medicine|med|opioid|narcotic)s?[ -](?:induced|related)\b|\bside effect"
)
_BRACKETS: Final = re.compile(r"\s*\((?:due to |from )?([a-z][a-z -]+?)\)")
_COSTLY: Final = re.compile(r"\bafford|\bpay\b|\bcosts?\b|\binsurance\b|\bmoney\b|\bexpens|\bprice\b")
UNPAID: Final = Guarded(
    r"\b(?:could ?n['o]t|could not|can ?not|can't|unable to) (?:afford|pay for)\b"
    r"|\b(?:from|due to|because of|2/2|over) (?:the )?cost\b|\btoo expensive\b"
)
"""What a note says of a drug that cost too much, wherever it says that it was not taken."""
_NO_REASON: Final = "Z91.14"
HARDSHIP: Final = "Z91.120"
"""Underdosing because the drug costs too much."""
_UNDERDOSED: Final = 5  # words behind «ran out of», of which one is the drug
_OUT: Final = frozenset(("ran out of", "running out of", "out of his", "out of her"))
_LAPSED: Final = re.compile(
    r"\b(?:ago|since|last|past|off|without|missed|yesterday)\b"
    r"|\b(?:x|for) ?(?:\d+|an?|two|three|several)\b|\d ?(?:d|days?|wks?|weeks?|mos?|months?)\b"
)
"""What says that doses were missed, where a bottle that ran out is only refilled."""
_NOT_CAUSED: Final = ("Z", "E10", "E11", "T3", "T4", "T5", "F1", "C", "O")


def apply(note: Note, candidates: list[Candidate]) -> list[Candidate]:
    """The candidates with the drugs that caused them, each after its manifestation."""
    out: list[Candidate] = []
    for candidate in candidates:
        out.extend(_with_drug(note, candidate))
    return out


def _with_drug(note: Note, candidate: Candidate) -> list[Candidate]:
    sentence = note.sentence_at(candidate.mention.start)
    if sentence is None:
        return [candidate]
    start, end = sentence.start, sentence.end
    text = note.folded[start:end]
    if poisoning.concerns(candidate, text):
        return poisoning.told(candidate, text, start)
    mention = candidate.mention
    if candidate.code.startswith(_OF_DRUG) and _TYPE_2.search(note.folded, mention.start, mention.end):
        candidate.code = f"{_DIABETES}{candidate.code[3:]}"
        candidate.rules.append("add.diabetes-of-stated-type (I.C.4.a)")
    if candidate.code.startswith(_DIABETES):
        return [candidate, *_from_drug(note, candidate, text, start)]
    if candidate.code.startswith(_TYPE_1) and not candidate.code.startswith(_HYPOGLYCEMIA):
        return [candidate, *_raised(candidate, text, start)]
    if candidate.code.startswith(_NOT_CAUSED) and not candidate.code.startswith(_HYPOGLYCEMIA):
        return [candidate]
    return [candidate, *_effect(note, candidate, text, start)]


def _from_drug(note: Note, candidate: Candidate, text: str, start: int) -> list[Candidate]:
    """The drug that a diabetes of no stated type is said to come from; its code is then of E09 (I.C.4.a.6):
    «diabetes from the prednisone», not «diabetes, on prednisone for gout».
    """
    if candidate.code.startswith(_HYPOGLYCEMIA):
        return _effect(note, candidate, text, start)
    if _TYPED.search(text):
        return _raised(candidate, text, start)
    if not (_FROM.search(text) or _INDUCED.search(text)):
        return []
    found = cause(text, candidate.mention.start - start)
    if found is None or found[0] == _AGAINST_DIABETES:
        return []
    base, at, length = found
    candidate.rejected.append((candidate.code, "the drug is named as the cause"))
    candidate.code = f"E09{candidate.code[3:]}"
    candidate.rules.append("add.drug-induced-diabetes (I.C.4.a.6)")
    span = (start + at, start + at + length)
    return [effect_of(base, candidate, span)]


def _raised(candidate: Candidate, text: str, start: int) -> list[Candidate]:
    """The drug that raised the sugar of a diabetes of a stated type (I.C.19.e.5.a): «T2DM, hyperglycemic from
    the prednisone». The diabetes is none of the drug's.
    """
    high = text.find(_HIGH)
    if high < 0 or not may_name_drug(text):
        return []
    sugar = text.find(_SUGAR)
    found = cause(text, min(high, sugar) if sugar >= 0 else high) or _adjoining(text, high)
    if found is None or not found[0].startswith(_RAISING):
        return []
    base, at, length = found
    span = (start + at, start + at + length)
    return [effect_of(base, candidate, span)]


def effect_of(base: str, candidate: Candidate, span: tuple[int, int]) -> Candidate:
    """The drug of a T code, written in `span`, that taken as it should be did what a candidate says
    (I.C.19.e.5.a).
    """
    return Candidate(code_of(base, "5"), candidate.mention, ["add.adverse-effect"], [span])


def _effect(note: Note, candidate: Candidate, text: str, start: int) -> list[Candidate]:
    """The drug that caused a condition, or of which too little was taken."""
    found = _before(candidate, text, start) or _behind(candidate, text, start)
    if found is None and may_name_drug(text):
        less = _underdosed(note, candidate, text, candidate.mention.end - start, start)
        if less:
            return less
        place = candidate.mention.start - start
        found = cause(text, place) or _following(candidate, text, place)
    if found is None:
        told = blamed.named(note, candidate) if _may_be_caused(candidate) else None
        return [effect_of(told[0], candidate, (told[1], told[2]))] if told is not None else []
    base, at, length = found
    effect = effect_of(base, candidate, (start + at, start + at + length))
    if candidate.code.startswith(_ANAPHYLAXIS):
        candidate.code = "T88.6XXA"
        candidate.rules.append("add.anaphylaxis-due-to-drug")
    return [effect]


@cache
def _caused() -> Codes:
    """What is named by its drug: «ACE inhibitor cough»."""
    return Codes(table("additions")["named_by_drug"])


@cache
def _adjoined() -> Codes:
    """What is named by the drug right before it only: «amiodarone hypothyroidism»."""
    return Codes(table("additions")["named_by_adjoining_drug"])


def _may_be_caused(candidate: Candidate) -> bool:
    """Whether a drug may be the cause of what a name is of: what drugs do at other times, and symptoms."""
    return candidate.code[0] == "R" or _caused().has(candidate.code) or _adjoined().has(candidate.code)


def _before(candidate: Candidate, text: str, start: int) -> tuple[str, int, int] | None:
    """T code, place and length of the drug that is part of the condition's name («lithium nephropathy»), or
    stands before it: «ACE inhibitor angioedema», «NSAID gastritis». In the name of a problem other marks may
    part them.
    """
    adjoined = _adjoined().has(candidate.code)
    if not adjoined and not _caused().has(candidate.code):
        return None
    for name in TOKEN.finditer(text, candidate.mention.start - start, candidate.mention.end - start):
        if not drugs().get(name.group(), _USED).startswith(_USED):
            return drugs()[name.group()], name.start(), name.end() - name.start()
    before = text[: candidate.mention.start - start]
    if adjoined or candidate.mention.zone is not Zone.PROBLEM:
        adjoining = _ADJOINING.search(before)
        before = adjoining.group() if adjoining else ""
    words = TOKEN.findall(before)[-2:]
    for name in (" ".join(words), *words[-1:]):
        if name in drugs():
            return drugs()[name], text.rfind(words[-1], 0, candidate.mention.start - start), len(words[-1])
    return None


def _adjoining(text: str, end: int) -> tuple[str, int, int] | None:
    """T code, place and length of the drug right before a place: «steroid hyperglycemia»."""
    found = _ADJOINING.search(text, 0, end)
    name = found.group().rstrip(" -") if found else ""
    for drug in (name, name.rsplit(maxsplit=1)[-1] if name else ""):
        if drug in drugs():
            return drugs()[drug], text.rfind(drug, 0, end), len(drug)
    return None


def _behind(candidate: Candidate, text: str, start: int) -> tuple[str, int, int] | None:
    """T code, place and length of the drug in brackets behind a condition that is said to come from one:
    «drug-induced angioedema (ramipril)».
    """
    if not _caused().has(candidate.code) or not _OF_A_DRUG.search(text):
        return None
    found = _BRACKETS.match(text, candidate.mention.end - start)
    if found is None or found[1] not in drugs():
        return None
    return drugs()[found[1]], found.start(1), len(found[1])


def _underdosed(note: Note, candidate: Candidate, text: str, after: int, start: int) -> list[Candidate]:
    """A drug of which less than prescribed was taken, with why, after the condition that follows from it."""
    for phrase, reason in _less_taken():
        at = text.find(phrase, max(after - 1, 0))
        if at < 0 or ("refill" in text and phrase.strip() in _OUT and not _LAPSED.search(text)):
            continue
        stop = _APART.search(text, at)
        end = stop.start() if stop else len(text)
        named = first_named(text, at + len(phrase), end, _UNDERDOSED)
        if named is not None:
            base, _, end = named
            spans = [(start + at, start + end)]
            why = _reason(note, text, reason)
            return [
                Candidate(code_of(base, "6"), candidate.mention, ["add.underdosing"], spans),
                Candidate(why, candidate.mention, ["add.underdosing-reason"], [*spans]),
            ]
    return []


def _reason(note: Note, text: str, reason: str) -> str:
    """Why less was taken: that it costs too much is said in many ways, and anywhere in the note where the
    sentence gives no reason.
    """
    if _COSTLY.search(text):
        return HARDSHIP
    return HARDSHIP if reason.startswith(_NO_REASON) and UNPAID.search(note.folded) else reason


@cache
def _less_taken() -> list[tuple[str, str]]:
    """What says that less than prescribed was taken, with a blank behind it, and why that was."""
    return [(f"{phrase} ", reason) for phrase, reason in table("additions")["underdosing"].items()]


@cache
def _led_from(kind: str = "causes") -> list[str]:
    """What stands before a cause, with a blank behind it."""
    return [f"{phrase} " for phrase in table("additions")[kind]]


def _following(candidate: Candidate, text: str, after: int) -> tuple[str, int, int] | None:
    """The drug after which came what it is known to do: «neutropenia after docetaxel»."""
    by = next((by for code, by in _known_after().items() if candidate.code.startswith(code)), ())
    found = cause(text, after, "after_drug") if by else None
    return found if found is not None and found[0].startswith(by) else None


@cache
def _known_after() -> dict[str, tuple[str, ...]]:
    return {code: tuple(drugs) for code, drugs in table("additions")["known_after"].items()}


def _is_none(text: str, drug: re.Match[str], pair: str) -> bool:
    """Whether a drug's name is none with the word before it, or behind it: «iron deficiency»."""
    none = table("additions")["no_drugs"]
    following = TOKEN.match(text, drug.end() + 1)
    return pair in none or (following is not None and f"{drug.group()} {following.group()}" in none)


def cause(text: str, after: int, kind: str = "causes") -> tuple[str, int, int] | None:
    """T code, place and length of the drug that the sentence names as the cause."""
    for phrase in _led_from(kind):
        at = text.find(phrase, max(after - 1, 0))
        if at >= 0 and not _DENIED.search(text, 0, at) and not _HOW.match(text, at + len(phrase)):
            stop = _APART.search(text, at)
            end = stop.start() if stop else len(text)
            before = ""
            for count, match in enumerate(TOKEN.finditer(text, at + len(phrase), end)):
                if count > _REACH:
                    break
                pair = f"{before} {match.group()}"
                if match.group() in drugs() and not _is_none(text, match, pair):
                    return drugs()[match.group()], match.start(), match.end() - match.start()
                if pair in drugs():  # «ACE inhibitor», «pain pills»
                    return drugs()[pair], match.end() - len(pair), len(pair)
                before = match.group()
    for word in table("additions")["induced"]:
        at = text.find(word)
        led = text[:at].rstrip(" -").rsplit(maxsplit=1)[-1:] if at > 0 else []
        if led and led[0] in drugs():
            place = text.rfind(led[0], 0, at)
            return drugs()[led[0]], place, len(led[0])
    return None
