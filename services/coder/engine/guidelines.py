"""Guideline logic over the candidates of one note: combination codes, what gives way, one code once."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from services.coder.engine import conditions, rules
from services.coder.engine.laterality import Sides
from services.coder.engine.model import DIABETES, Candidate, Mention
from services.coder.engine.specificity import is_one_of_several, lift
from services.coder.engine.specify import COMPANION, specify
from services.coder.reading import Note
from services.coder.terminology.index import Terminology

_MOST_SPANS: Final = 32  # a code said more often is no better proven
_CATEGORY: Final = 3
_PAIR: Final = ("right", "left")
_RIGHT, _LEFT = "1", "2"  # the last characters of codes of one side
_ARTHRITIS: Final = ("M16.1", "M16.3", "M16.5", "M16.7", "M17.1", "M17.3", "M18.1", "M18.3", "M18.5")
"""Of one side; the subcategory before each is the same of both."""
_SIDE_FROM: Final = 5  # characters of a code before which no character tells a side


def apply(
    note: Note, candidates: list[Candidate], vocabulary: Terminology, sides: Sides | None = None
) -> list[Candidate]:
    """The candidates that go on the claim."""
    kept = _combined(note, _once(candidates), vocabulary, sides or Sides(note), frozenset())
    pared = _as_both(note, _pared(kept, vocabulary), vocabulary)
    return _give_way(_both_sides(pared, vocabulary))


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
    return _give_way(_pared(kept, vocabulary))


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
        if first is candidate:
            continue
        if len(first.spans) < _MOST_SPANS:
            first.spans.extend(span for span in candidate.spans if span not in first.spans)
        if _strength(candidate.strongest) < _strength(first.strongest):
            first.strongest = candidate.strongest
    return list(seen.values())


def _strength(mention: Mention) -> tuple[int, bool]:
    """What sorts first where a mention says more strongly that it was addressed."""
    return int(mention.zone), not mention.whole


def _combine(
    place: int, candidates: list[Candidate], note: Note, vocabulary: Terminology, sides: Sides
) -> list[Candidate]:
    rule, codes = rules.combines().rules[place], [c.code for c in candidates]
    found = conditions.parts(place, candidates, note)
    if not found:
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
    mention = made.mention.having(code=made.code, line=line, whole=False)
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
        if vague and better and not is_one_of_several(candidate.code, vocabulary):
            better[0].rejected.append(
                (candidate.code, "a more specific code of the category is documented (I.B.2)")
            )
        else:
            out.append(candidate)
    return out


def _pared(candidates: list[Candidate], vocabulary: Terminology) -> list[Candidate]:
    """The candidates, each code once, without the vaguer beside the more specific."""
    return _once(_specific_only(_once(candidates), vocabulary))


def _as_both(note: Note, candidates: list[Candidate], vocabulary: Terminology) -> list[Candidate]:
    """The candidates with the code of both sides in place of the codes of each that one sentence calls for
    (I.B.13): «right and left hip osteoarthritis».
    """
    out, known = candidates, {candidate.code: candidate for candidate in candidates}
    for right in candidates:
        left = known.get(right.code[:-1] + _LEFT) if right.code[-1] == _RIGHT else None
        both = _code_of_both(right.code, left.code, vocabulary) if left is not None else ""
        if left is None or not both or right not in out or left not in out:
            continue
        sentence = note.sentence_at(right.mention.start)
        if sentence is not None and sentence == note.sentence_at(left.mention.start):
            right.rejected += [
                (code, "both sides have one code (I.B.13)") for code in (right.code, left.code)
            ]
            right.code = both
            right.spans.extend(span for span in left.spans if span not in right.spans)
            out = [c for c in out if c is not left]
    return _once(out) if out is not candidates else candidates


def _code_of_both(right: str, left: str, vocabulary: Terminology) -> str:
    """The code of both sides of what two codes say of each; empty if they say no such thing."""
    if "." not in right:
        return ""
    titles = [entry.title.lower() for code in (right, left) if (entry := vocabulary.entry(code)) is not None]
    if len(titles) != len(_PAIR) or titles[0].replace("right", "left") != titles[1] or titles[0] == titles[1]:
        return ""
    above = right[:-2] + str(int(right[-2]) - 1) if right.startswith(_ARTHRITIS) else ""
    for code in (above, f"{right[:-1]}3", f"{right[:-1]}0"):
        entry = vocabulary.entry(code)
        if entry is not None and "bilateral" in entry.title.lower():
            return code
    return ""


def _both_sides(candidates: list[Candidate], vocabulary: Terminology) -> list[Candidate]:
    """The candidates without the codes of one side beside the code of both, where a line of the same problem
    says both (I.B.13). Of another problem the side may be told apart on purpose.
    """
    said = [c for c in candidates if "bilateral" in c.mention.line] if len(candidates) > 1 else []
    if not said:
        return candidates
    out: list[Candidate] = []
    for candidate in candidates:
        problem = candidate.mention.problem  # -1: no problem at all
        both = [
            c
            for c in said
            if c.mention.problem == problem >= 0 and _is_both_of(c.code, candidate.code, vocabulary)
        ]
        if both:
            both[0].rejected.append((candidate.code, "the code of both sides is documented (I.B.13)"))
        else:
            out.append(candidate)
    return out


def _is_both_of(code: str, one: str, vocabulary: Terminology) -> bool:
    """Whether a code is of both sides, and another of one side of the same, told apart by one character."""
    if code[:_SIDE_FROM] != one[:_SIDE_FROM] or len(code) != len(one) or code == one:
        return False
    if sum(a != b for a, b in zip(code, one, strict=True)) != 1:
        return False
    both, single = vocabulary.entry(code), vocabulary.entry(one)
    if both is None or single is None:
        return False
    words = single.title.lower()
    one_sided = "bilateral" not in words and ("right" in words or "left" in words)
    return one_sided and "bilateral" in both.title.lower()


def _stands_apart(code: str, vocabulary: Terminology) -> bool:
    """Whether a code is of something else than its neighbours: as many complications of diabetes are coded as
    there are (I.C.4.a).
    """
    entry = vocabulary.entry(code) if code.startswith(DIABETES) else None
    return entry is not None and "other specified" in entry.title.lower()


def gives_way(code: str, line: frozenset[str], to: str) -> str:
    """The rule by which a code, said in a line of these words, gives way to another; empty if none does."""
    for rule in rules.yields().possible([code, to]):
        loses = code.startswith(rule.drop) and rule.spares.isdisjoint(line)
        if loses and to.startswith(rule.to) and not to.startswith(rule.drop):
            return f"{rule.id} ({rule.reference})"
    return ""


def _is_among(candidate: Candidate, others: list[Candidate]) -> bool:
    """Whether it is one of them, itself: to compare all that is known of two takes longer."""
    return any(candidate is other for other in others)


def _give_way(candidates: list[Candidate]) -> list[Candidate]:
    kept = candidates
    if len(kept) == 1:
        return kept
    for rule in rules.yields().possible([c.code for c in kept]):
        winners = [c for c in kept if c.code.startswith(rule.to) and not c.code.startswith(rule.drop)]
        if winners:
            losers = [c for c in kept if c.code.startswith(rule.drop) and not _is_among(c, winners)]
            losers = [c for c in losers if rule.spares.isdisjoint(c.mention.line)]
            winners[0].rejected += [(c.code, f"{rule.id} ({rule.reference})") for c in losers]
            kept = [c for c in kept if not _is_among(c, losers)]
    return kept
