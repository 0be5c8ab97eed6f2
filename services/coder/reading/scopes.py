"""How far a trigger's word reaches in its sentence."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from services.coder.reading.cues import words as cue_words
from services.coder.reading.kinds import Flag
from services.coder.reading.model import Trigger
from services.coder.reading.tokens import places_of, tokens_of
from services.coder.reading.triggers import (
    ENDS,
    MODIFIERS,
    Rule,
    keys_of,
    match_end,
    match_modifier,
    word_set,
)

_NEGATED: Final = int(Flag.NEGATED)
_DASHES: Final = frozenset("-\u2013\u2014")
_HYPOTHETICAL: Final = int(Flag.HYPOTHETICAL)
_POSSIBLE: Final = int(Flag.POSSIBLE)
_Found = tuple[Rule, int, int]
"""A trigger's rule, and where its words begin and end."""
_INSERTED: Final = 4  # words and a comma
_JOINS: Final = word_set("joins")
_ALTERNATIVES: Final = word_set("alternatives")
_FINITE: Final = word_set("finite")
_FOUND: Final = word_set("found")
_SEVERITY: Final = word_set("severity")
_ASPECTS: Final = word_set("aspects")
_CONCESSIVE: Final = word_set("concessive")
_STOPS: Final = word_set("stops")
_OF_THE_NAME: Final = word_set("of_the_name")
_LISTING: Final = _JOINS | {"all", "both"}
"""What the last thing of a list has: «A, B and C are absent», «A, B, C all excluded»."""
_CHRONIC: Final = cue_words("chronic")
_CAUSES: Final = frozenset(("from", "due", "because", "secondary", "caused", "related"))
_BEFORE_CAUSES: Final = frozenset(
    (
        *("is", "are", "was", "were", "be", "been", "coming", "comes", "come", "stemming", "stems"),
        *("all", "just", "largely", "mainly", "more", "mostly", "partly", "really", "simply"),
    )
)
_AFTER_CAUSES: Final = frozenset(("to", "of", "by"))
_OWN: Final = frozenset(("his", "her", "their", "known", "this", "that", "these", "those"))
_WITHOUT: Final = frozenset(("without", "o"))  # «w/o»
_MARKS: Final = _DASHES | {":"}
_RESULTS: Final = frozenset(("negative", "neg", "ve", "nonreactive", "detected"))
_NAMED: Final = frozenset(("-", "covid"))  # a number behind these is of the name: «COVID-19»
_QUERY: Final = "possible.queried"
_EITHER: Final = frozenset(("or", "/"))
_NEAR: Final = 5  # words before a mark of question, among which an «or» makes it one of both
_ALTERNATIVE: Final = 8  # words that it then reaches back: «PE or aortic dissection?»
_SERIES: Final = 3  # things, of
_SERIES_BEHIND: Final = 2  # things behind a problem's name and a dash: «chest pain - PE, dissection unlikely»
_SERIES_WORDS: Final = 2  # words each, that are a list without an «and»: «ACS, PE, dissection unlikely»


class Scope:
    """A trigger and the characters it speaks of. `forward` says that the mentions come after the trigger."""

    def __init__(self, trigger: Trigger, start: int, end: int, *, forward: bool) -> None:
        self.trigger: Final = trigger
        self.start: Final = start
        self.end: Final = end
        self.forward: Final = forward

    def covers(self, start: int, end: int) -> bool:
        """Whether a mention lies in the scope: it begins there or inside the phrase (forward), or
        ends there (backward).
        """
        if self.forward:  # "no recurrence of seizures": the phrase may hold the mention's first words
            return self.trigger.start < start < self.end
        return self.start < end <= self.end


class _Sentence:
    """A sentence as words, with what was found at them."""

    def __init__(
        self, words: list[str], starts: list[int], ends: list[tuple[int, int]], triggers: list[_Found]
    ) -> None:
        self.words = words
        self.starts = starts
        self.ends = ends
        self.commas = [at for at, word in enumerate(words) if word == ","]
        self.triggers = triggers

    def stop(self, index: int) -> int:
        """Where a word ends in the text."""
        return self.starts[index] + len(self.words[index])


def scopes_of(folded: str, start: int, end: int) -> tuple[Scope, ...]:
    """The scopes of the triggers of one sentence of the folded text, in order of their triggers."""
    words = tokens_of(folded[start:end])
    keys = keys_of(words)
    triggers, skipped = _triggers(keys)
    if not triggers:
        return ()
    sentence = _Sentence(words, places_of(words, folded, start), _ends(keys, skipped), triggers)
    found: list[Scope] = []
    for index, (rule, begin, stop) in enumerate(triggers):
        first, last = _cause(words, stop) if rule.causes else (begin, stop)
        reach = _forward(sentence, rule, last) if rule.forward else _backward(sentence, index)
        if reach is not None and last > 0:
            trigger = Trigger(rule.said, sentence.starts[first], sentence.stop(last - 1), rule.id)
            found.append(Scope(trigger, reach[0], reach[1], forward=rule.forward))
    return tuple(found)


def _cause(words: Sequence[str], start: int) -> tuple[int, int]:
    """Where it is said what something comes from, and where that begins; twice 0 where it is not, or where it
    is something known («from his arthritis»).
    """
    for at in range(start + 1, len(words) - 2):
        if words[at] in _CAUSES and words[at - 1] in _BEFORE_CAUSES:
            cause = at + 1 + (words[at + 1] in _AFTER_CAUSES)
            return (0, 0) if words[cause] in _OWN else (at, cause)
    return 0, 0


def _triggers(keys: list[str]) -> tuple[list[_Found], set[int]]:
    """The triggers among a sentence's words, and the words inside phrases, where no scope ends."""
    found: list[_Found] = []
    inside: set[int] = set()
    reached = 0
    for at in MODIFIERS.candidates(keys):
        match = match_modifier(keys, at) if at >= reached else None
        if match is not None:
            found.extend((rule, at, match.end) for rule in match.rules)
            inside.update(range(at + 1, match.end))
            reached = max(match.end, at + 1)
    return found, inside


def _ends(keys: list[str], inside: set[int]) -> list[tuple[int, int]]:
    """Where scopes end, and whose."""
    found = [(at, match_end(keys, at)) for at in ENDS.candidates(keys) if at not in inside]
    return [(at, flags) for at, flags in found if flags]


def _forward(sentence: _Sentence, rule: Rule, last: int) -> tuple[int, int] | None:
    """The characters from the trigger's end to the first end of its scope."""
    count = len(sentence.words)
    limit = min(count, last + rule.scope) if rule.scope else count
    for at, flags in sentence.ends[bisect_left(sentence.ends, (last, 0)) :]:
        if flags & rule.flag:
            limit = min(limit, at)
            break
    commas = sentence.commas[bisect_left(sentence.commas, last) : bisect_left(sentence.commas, limit)]
    if rule.clause and commas:
        limit = commas[0]
    if rule.stops:
        limit = next((at for at in range(last + 1, limit) if sentence.words[at] in _STOPS), limit)
    if rule.flag == _NEGATED:
        limit = _new_clause(sentence.words, commas, last, limit)
    elif rule.flag == _POSSIBLE:
        limit = next((at for at in commas if at < limit and _is_certain(sentence.words, at + 1)), limit)
    return (sentence.starts[last], sentence.stop(limit - 1)) if limit > last else None


def _backward(sentence: _Sentence, index: int) -> tuple[int, int] | None:
    """The characters from the last end of its scope to the trigger's start."""
    rule, first, _ = sentence.triggers[index]
    both = rule.id == _QUERY and not _EITHER.isdisjoint(sentence.words[max(first - _NEAR, 0) : first])
    reach = _ALTERNATIVE if both else rule.scope
    floor = max(0, first - reach) if reach else 0
    for at, flags in reversed(sentence.ends[: bisect_left(sentence.ends, (first - 1, 0))]):
        if flags & rule.flag:
            floor = max(floor, at + 1)
            break
    for other, _, stop in reversed(sentence.triggers[:index]):
        if other.flag == rule.flag and stop <= first and other.forward == rule.forward:
            floor = max(floor, stop)
            break
    named = _another(sentence, floor, first) if rule.flag == _NEGATED else floor
    series = _SERIES if named == floor else _SERIES_BEHIND
    floor = max(named, _comma(sentence.words, named, first, series if rule.lists else 0))
    if rule.flag == _HYPOTHETICAL:
        floor = max(floor, _dash(sentence, floor, first))
    if rule.stops:
        floor = max((at + 1 for at in range(floor, first) if sentence.words[at] in _STOPS), default=floor)
    return (sentence.starts[floor], sentence.stop(first - 1)) if floor < first else None


def _new_clause(words: Sequence[str], commas: Sequence[int], last: int, limit: int) -> int:
    """Where a comma begins a statement ("no fever, pneumonia was found") and not one more thing of a list."""
    inside = [at for at in commas if at < limit]
    if inside and _is_aspect(words, last, inside[0], limit):
        return inside[0]
    for at, stop in zip(inside, [*inside[1:], limit], strict=False):
        if _is_statement(words[at + 1 : stop]):
            return at
    if inside and (_is_finding(words[inside[-1] + 1 : limit]) or _is_conceded(words, last)):
        return inside[-1]
    return limit


def _is_aspect(words: Sequence[str], last: int, comma: int, limit: int) -> bool:
    """Whether what is denied first says how a disease is not, so that another stands behind the comma:
    «COPD without exacerbation, OSA»; not «no exacerbations, cough or fever».
    """
    before = words[last - 2] if last > 1 else ""
    of_a_name = words[last - 1] in _WITHOUT or (words[last - 1] == "no" and before[:1].isalpha())
    if not of_a_name or before in _FINITE or last >= comma:
        return False
    return words[comma - 1] in _ASPECTS and _ALTERNATIVES.isdisjoint(words[comma:limit])


def _is_certain(words: Sequence[str], start: int) -> bool:
    """Whether behind the comma of a list that began with a doubt something stands that has its own degree, or
    that people are known to have: «possible pneumonia, small effusion», «likely viral URI, hypertension».
    """
    if start >= len(words):
        return False
    initial = words[start + 1 : start + 2] == ["."]  # «C. difficile», where a bare «c» says «with»
    return (words[start] in _SEVERITY and not initial) or words[start] in _CHRONIC


def _is_finding(segment: Sequence[str]) -> bool:
    """Whether the last words of a list without "or" name what is there: "no mass, small fibroid"."""
    if not segment or segment[0] in _JOINS or not _ALTERNATIVES.isdisjoint(segment):
        return False
    initial = segment[1:2] == ["."]  # «C. difficile», where a bare «c» says «with»
    return (segment[0] in _SEVERITY and not initial) or any(
        (word[0].isdigit() and before not in _NAMED) or word == "since"
        for before, word in pairwise(("", *segment))
    )


def _is_conceded(words: Sequence[str], last: int) -> bool:
    """Whether the denial is only conceded: "although he denies drinking, labs support hepatitis"."""
    return not _CONCESSIVE.isdisjoint(words[:last])


def _is_statement(segment: Sequence[str]) -> bool:
    """Whether the words after a comma have a verb of their own and end no list ("no A, or B was seen")."""
    if not segment or segment[0] in _ALTERNATIVES or _FINITE.isdisjoint(segment):
        return False
    return segment[0] not in _JOINS or _FOUND.isdisjoint(segment)


def _dash(sentence: _Sentence, floor: int, first: int) -> int:
    """Where what is done about a problem begins: after the last dash between spaces («Dementia - delirium
    precautions»).
    """
    for at in range(first - 1, floor, -1):
        if sentence.words[at] not in _DASHES or at + 1 >= len(sentence.words):
            continue
        if sentence.stop(at - 1) < sentence.starts[at] and sentence.stop(at) < sentence.starts[at + 1]:
            return at + 1
    return floor


def _another(sentence: _Sentence, floor: int, first: int) -> int:
    """Where behind a name and a dash another is denied: «Dyspnea - PE unlikely»; a test, a verb and a degree
    between them are about the name itself: «PE - CTA negative», «Sepsis - now felt unlikely».
    """
    last = first - 1 if sentence.words[first - 1] in _MARKS else first
    at = _dash(sentence, floor, last)
    between = sentence.words[at:last]
    if at == floor or at >= last or not _OF_THE_NAME.isdisjoint(between):
        return floor
    return at


def _comma(words: Sequence[str], floor: int, first: int, series: int) -> int:
    """Where the thing named last begins: after the last comma, unless a list "A, B and C" ends here, or a
    `series` of so many; 0 where lists are not meant.
    """
    at = first - 2
    while at > floor:
        if words[at] == ",":
            opening = _inserted(words, floor, at)
            if opening is None:
                ended = not _LISTING.isdisjoint(words[at + 1 : first + 1])
                return floor if series and (ended or _is_series(words, floor, first, series)) else at + 1
            at = opening
        at -= 1
    return floor


def _is_series(words: Sequence[str], floor: int, first: int, least: int) -> bool:
    """Whether nothing but short names stands between commas: «PE, dissection, pericarditis unlikely»; what
    people are known to have is none of them («hypertension, diabetes, PE unlikely»), and a result is of the
    last only («cough, fever, strep negative»).
    """
    if not _RESULTS.isdisjoint(words[first : first + 3]):
        return False
    last = first - 1 if words[first - 1] in _MARKS else first  # «PE, ACS, dissection - ruled out»
    count, length = 1, 0
    for word in words[floor:last]:
        if word == ",":
            count, length = count + 1, 0
        elif length == _SERIES_WORDS or not word[0].isalpha() or word in _FINITE or word in _CHRONIC:
            return False
        else:
            length += 1
    return count >= least and length > 0


def _inserted(words: Sequence[str], floor: int, closing: int) -> int | None:
    """The comma that opens what the comma at `closing` ends, where a few words are put in after an "and"."""
    for at in range(closing - 1, max(floor, closing - _INSERTED), -1):
        if words[at] == ",":
            return at if words[at - 1] in _JOINS else None
    return None
