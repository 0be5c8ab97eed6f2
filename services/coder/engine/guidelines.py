"""Guideline logic over the candidates of one note: combination codes, what gives way, one code once."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from services.coder.engine import elsewhere, rules
from services.coder.engine.laterality import SIDES, Sides
from services.coder.engine.model import Candidate
from services.coder.engine.specificity import lift
from services.coder.engine.specify import COMPANION, specify
from services.coder.reading import Flag, Note
from services.coder.reading.places import occurrences
from services.coder.terminology.index import Terminology
from services.coder.terminology.words import folder

_MOST_SPANS: Final = 32  # a code said more often is no better proven
_CATEGORY: Final = 3
_REACH: Final = 40  # characters before a name
_PARTING: Final = re.compile(r"[.;:,\n]|\b(?:in|with|on|for|due|to|from|of|use|user|meds?|smoker)\b")
"""What parts a word from a name behind it."""
_BEHIND: Final = re.compile(r"[ ,;:(-]{0,3}(?:(?:is|remains|which|has|been|now|more|and|this|stable) ){0,3}")
_ENDS: Final = re.compile(
    r"\s*(?:$|[.,;:)(\n-]|and\b|since\b|for\b|x ?\d|stable|issue|problem|in nature|>|\d)"
)
_DIABETES: Final = ("E08", "E09", "E10", "E11", "E13")
_BARRED: Final = Flag.NEGATED | Flag.FAMILY | Flag.OTHER_PERSON | Flag.HYPOTHETICAL | Flag.POSSIBLE


def apply(
    note: Note, candidates: list[Candidate], vocabulary: Terminology, sides: Sides | None = None
) -> list[Candidate]:
    """The candidates that go on the claim."""
    kept = _combined(note, _once(candidates), vocabulary, sides or Sides(note), frozenset())
    kept = _once(_specific_only(_once(kept), vocabulary))
    return _give_way(kept)


def across(
    note: Note, candidates: list[Candidate], vocabulary: Terminology, settled: Iterable[list[str]]
) -> list[Candidate]:
    """The candidates of several notes and of the EHR that go on the claim; `note` is what all of them say.

    `settled`: the codes of each note. A combination that one note alone sets off had its say when that note
    was coded, with the words around it.
    """
    combines = rules.combines()
    passed = frozenset(place for codes in settled for place in combines.places(codes))
    kept = _combined(note, _once(candidates), vocabulary, Sides(note), passed)
    return _give_way(_once(_specific_only(_once(kept), vocabulary)))


def _combined(
    note: Note, kept: list[Candidate], vocabulary: Terminology, sides: Sides, passed: frozenset[int]
) -> list[Candidate]:
    """The candidates, put together where a rule says so; the rules at the places `passed` are not tried."""
    combines, codes = rules.combines(), [c.code for c in kept]
    places = combines.places(codes)
    while places:
        tried = places.pop(0)
        if tried in passed:
            continue
        kept = _combine(tried, kept, note, vocabulary, sides)
        if [c.code for c in kept] != codes:  # a code that one rule adds may set off a later one
            codes = [c.code for c in kept]
            places = [place for place in combines.places(codes) if place > tried]
    return kept


def _once(candidates: list[Candidate]) -> list[Candidate]:
    """One candidate for each code; the later one's evidence goes to the first."""
    seen: dict[str, Candidate] = {}
    for candidate in candidates:
        first = seen.setdefault(candidate.code, candidate)
        if first is not candidate and len(first.spans) < _MOST_SPANS:
            first.spans.extend(span for span in candidate.spans if span not in first.spans)
    return list(seen.values())


def _combine(
    place: int, candidates: list[Candidate], note: Note, vocabulary: Terminology, sides: Sides
) -> list[Candidate]:
    rule, codes = rules.combines().rules[place], [c.code for c in candidates]
    found = [] if _barred(rule, codes) else _parts(place, candidates)
    if not found or (rule.apart and _beside(rule, found, candidates)) or not _is_borne_out(rule, note):
        return candidates
    if rule.own and not _own(rule.own, found[0], note):
        return candidates
    if rule.under and not _stated(rule, found[0], note):
        return candidates
    if rule.transfer:
        return _transfer(rule, candidates)
    added: list[Candidate] = []
    for code in rule.add:
        made = _made(rule, code.format(*(p.code[:_CATEGORY] for p in found)), found)
        added += _finer(made, found, note, vocabulary, sides)
    return _placed(
        rule, candidates, [a for a in added if a.code not in codes or a.code.startswith(rule.drop)]
    )


def _is_borne_out(rule: rules.Combine, note: Note) -> bool:
    """Whether the note as a whole says what the rule asks it to say, and nothing that speaks against it."""
    return (
        (not rule.words or any(_said(words, note) for words in rule.words))
        and (not rule.told or _is_told(rule.told, note))
        and (not rule.denied or _is_denied(rule.denied, note))
        and not _is_told_of(rule.unsaid, note)
    )


def _barred(rule: rules.Combine, codes: list[str]) -> bool:
    """Whether a code is there with which the rule does not apply."""
    if rule.none and not rule.apart:
        for code in codes:
            if code.startswith(rule.none):
                return True
    return False


def _beside(rule: rules.Combine, found: list[Candidate], candidates: list[Candidate]) -> bool:
    """Whether a code with which the rule does not apply may be of the first part's own side: an ulcer of the
    left ankle bars no code for that of the right foot.
    """
    side = found[0].mention.line & SIDES if found else frozenset[str]()
    return any(
        not side or side & (c.mention.line & SIDES or SIDES)
        for c in candidates
        if c.code.startswith(rule.none)
    )


def _is_told_of(beginnings: tuple[str, ...], note: Note) -> bool:
    """Whether the note has words that begin so, of the patient and not denied."""
    return any(
        not note.context_at(at, at + len(word)).flags & (_BARRED & ~Flag.POSSIBLE)
        for word in beginnings
        for at in occurrences(note.folded, word)
    )


def _is_denied(beginnings: tuple[str, ...], note: Note) -> bool:
    """Whether the note denies what one of some words names."""
    return any(
        note.context_at(at, at + len(word)).flags & Flag.NEGATED
        for word in beginnings
        for at in occurrences(note.folded, word)
    )


def _parts(place: int, candidates: list[Candidate]) -> list[Candidate]:
    """The candidates that the rule at a place puts together, one for each of its conditions; none where it
    does not apply.
    """
    combines = rules.combines()
    rule = combines.rules[place]
    problems = dict.fromkeys(c.mention.problem for c in candidates) if rule.same else (None,)
    for problem in problems:
        near = [c for c in candidates if problem is None or c.mention.problem == problem]
        found: list[Candidate] = []
        for group in range(len(rule.all)):
            found += [c for c in near if combines.serves(c.code, place, group)][:1]
        if len(found) == len(rule.all):
            said = all(rule.line <= part.mention.line for part in found)
            stated = not rule.lines or any(words <= found[0].mention.line for words in rule.lines)
            return found if said and stated else []
    return []


def _stated(rule: rules.Combine, part: Candidate, note: Note) -> bool:
    """Whether the part's line, or what follows under its problem, says what the rule asks for."""
    wanted = frozenset[str]().union(*rule.under)
    said = part.mention.line | elsewhere.said_under(note, part.mention, wanted)
    return any(words <= said for words in rule.under)


def _own(word: str, part: Candidate, note: Note) -> bool:
    """Whether a word is said of a part: right before its name, in it, or right behind it."""
    mention, folded = part.mention, note.folded
    at = folded.rfind(word, max(mention.start - _REACH, 0), mention.end)
    if at >= 0:
        return at >= mention.start or _PARTING.search(folded, at, mention.start) is None
    behind = _BEHIND.match(folded, mention.end)
    return (
        behind is not None
        and folded.startswith(word, behind.end())
        and _ENDS.match(folded, behind.end() + len(word)) is not None
    )


def _said(words: frozenset[str], note: Note) -> bool:
    """Whether the note says all of these folded words of the patient; the raw text is searched first, which
    is cheap.
    """
    if not all(word[:5] in note.folded for word in words):
        return False
    found = (word for word in folder().words(note.folded) if word.stem in words)
    return words <= {w.stem for w in found if not note.context_at(w.start, w.end).flags & _BARRED}


def _is_told(phrases: tuple[str, ...], note: Note) -> bool:
    """Whether the note affirms one of some phrases of the patient, in the histories too."""
    return any(
        not note.context_at(at, at + len(phrase)).flags & _BARRED
        for phrase in phrases
        for at in occurrences(note.folded, phrase)
        if not note.folded[max(at - 1, 0) : at].isalnum()
        and not note.folded[at + len(phrase) : at + len(phrase) + 1].isalnum()
    )


def _made(rule: rules.Combine, code: str, parts: list[Candidate]) -> Candidate:
    new = Candidate(code, parts[0].mention, [*parts[0].rules, f"combine.{rule.id}"])
    new.spans = list(dict.fromkeys(span for part in parts for span in part.spans))
    new.rejected = [(part.code, f"replaced by the combination code ({rule.reference})") for part in parts]
    new.guessed = max(part.guessed for part in parts)
    return new


def _finer(
    made: Candidate, parts: list[Candidate], note: Note, vocabulary: Terminology, sides: Sides
) -> list[Candidate]:
    """An added category as the codes below it that the note chooses: the site and depth of a foot ulcer."""
    if not vocabulary.steps(made.code):
        return [made]
    line = frozenset[str]().union(*(part.mention.line for part in parts))
    mention = replace(made.mention, code=made.code, line=line, whole=False)
    out = specify(note, mention, vocabulary, sides)
    return [replace(made, code=each.code, guessed=each.guessed, spans=[*made.spans]) for each in out]


def _transfer(rule: rules.Combine, candidates: list[Candidate]) -> list[Candidate]:
    """Give codes other beginnings, with the same subdivisions."""
    for candidate in candidates:
        moved = next((way for way in rule.transfer if candidate.code.startswith(way[0])), None)
        if moved is not None:
            source, target = moved
            candidate.rejected.append((candidate.code, f"{rule.id} ({rule.reference})"))
            candidate.code = target + candidate.code[len(source) :]
            candidate.rules.append(f"combine.{rule.id}")
    return candidates


def _placed(rule: rules.Combine, candidates: list[Candidate], added: list[Candidate]) -> list[Candidate]:
    out: list[Candidate] = []
    anchor = rule.before or rule.drop
    done = not added
    for candidate in candidates:
        if not done and not rule.after and candidate.code.startswith(anchor):
            out.extend(added)
            done = True
        if not candidate.code.startswith(rule.drop) or not rule.drop:
            out.append(candidate)
    return out if done else out + added


def _specific_only(candidates: list[Candidate], vocabulary: Terminology) -> list[Candidate]:
    """Of one category, the code that says nothing more gives way to one that does (I.B.2)."""
    out: list[Candidate] = []
    for candidate in candidates:
        base = lift(candidate.code, vocabulary)
        vague = "." in candidate.code and candidate.code[0] not in "STZ" and base != candidate.code
        vague = vague and COMPANION not in candidate.rules and not _stands_apart(candidate.code, vocabulary)
        better = [c for c in candidates if c.code.startswith(base) and c.code != candidate.code]
        if vague and better:
            better[0].rejected.append(
                (candidate.code, "a more specific code of the category is documented (I.B.2)")
            )
        else:
            out.append(candidate)
    return out


def _stands_apart(code: str, vocabulary: Terminology) -> bool:
    """Whether a code is of something else than its neighbours: as many complications of diabetes are coded as
    there are (I.C.4.a).
    """
    entry = vocabulary.entry(code) if code.startswith(_DIABETES) else None
    return entry is not None and "other specified" in entry.title.lower()


def gives_way(code: str, line: frozenset[str], to: str) -> str:
    """The rule by which a code, said in a line of these words, gives way to another; empty if none does."""
    for rule in rules.yields().possible([code, to]):
        loses = code.startswith(rule.drop) and rule.spares.isdisjoint(line)
        if loses and to.startswith(rule.to) and not to.startswith(rule.drop):
            return f"{rule.id} ({rule.reference})"
    return ""


def _give_way(candidates: list[Candidate]) -> list[Candidate]:
    kept = candidates
    if len(kept) == 1:
        return kept
    for rule in rules.yields().possible([c.code for c in kept]):
        winners = [c for c in kept if c.code.startswith(rule.to) and not c.code.startswith(rule.drop)]
        if winners:
            losers = [c for c in kept if c.code.startswith(rule.drop) and c not in winners]
            losers = [c for c in losers if rule.spares.isdisjoint(c.mention.line)]
            winners[0].rejected += [(c.code, f"{rule.id} ({rule.reference})") for c in losers]
            kept = [c for c in kept if c not in losers]
    return kept
