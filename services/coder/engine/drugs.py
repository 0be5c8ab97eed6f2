"""Drugs as causes: adverse effects, poisoning, underdosing (Official Guidelines I.C.19.e).

An adverse effect: the manifestation first, then the drug with fifth or sixth character 5. Poisoning: the
drug first, accidental
unless another intent is stated. Drug classes and their codes: `data/drugs.csv`.
"""

import csv
from functools import cache
from importlib.resources import files

from services.coder.engine.model import Candidate
from services.coder.engine.tables import table
from services.coder.reading import Note
from services.coder.terminology.words import TOKEN

_REACH = 5  # words between «due to» and the drug
_POISONING = ("T50.90", "T50.99")
_ANAPHYLAXIS = ("T78.2", "T78.40")
_NOT_CAUSED = ("Z", "E10", "E11", "T3", "T4", "T5", "F1", "C", "O")


@cache
def drugs() -> dict[str, str]:
    """T code without its intent character, by lower-case drug name."""
    text = files("services.coder").joinpath("data/drugs.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(text.splitlines()))[1:]
    return {name: code for names, code, _ in rows for name in names.split("|")}


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
    if candidate.code.startswith(_POISONING):
        return _poisoning(candidate, text, start)
    if candidate.code.startswith(_NOT_CAUSED):
        return [candidate]
    found = _cause(text, candidate.mention.end - start)
    if found is None:
        return [candidate]
    base, at, length = found
    effect = Candidate(
        f"{base}5A", candidate.mention, ["add.adverse-effect"], [(start + at, start + at + length)]
    )
    if candidate.code.startswith(_ANAPHYLAXIS[0]):
        candidate.code = "T88.6XXA"
        candidate.rules.append("add.anaphylaxis-due-to-drug")
    return [candidate, effect]


def _poisoning(candidate: Candidate, text: str, start: int) -> list[Candidate]:
    """The drug of an overdose, in place of «unspecified drugs»."""
    for match in TOKEN.finditer(text):
        base = drugs().get(match.group())
        if base:
            intent = "2" if any(word in text for word in table("additions")["intentional"]) else "1"
            candidate.rejected.append((candidate.code, "the drug is named"))
            candidate.code = f"{base}{intent}A"
            candidate.rules.append("add.poisoning-drug")
            candidate.spans.append((start + match.start(), start + match.end()))
            break
    return [candidate]


def _cause(text: str, after: int) -> tuple[str, int, int] | None:
    """T code, place and length of the drug that the sentence names as the cause."""
    data = table("additions")
    for phrase in data["causes"][:-1]:
        at = text.find(phrase + " ", max(after - 1, 0))
        if at >= 0:
            for count, match in enumerate(TOKEN.finditer(text, at + len(phrase))):
                if count > _REACH:
                    break
                if match.group() in drugs():
                    return drugs()[match.group()], match.start(), match.end() - match.start()
    for word in data["induced"]:
        at = text.find(word)
        before = text[:at].rstrip(" -").rsplit(maxsplit=1)[-1:] if at > 0 else []
        if before and before[0] in drugs():
            place = text.rfind(before[0], 0, at)
            return drugs()[before[0]], place, len(before[0])
    return None
