"""From the code of a term to the most specific billable code that the documentation supports.

A term's code is first lifted to the point where the note may choose (a default such as «unspecified» is only
one of several children), then led down by what the note says: laterality, acuity, type, stage, site. What the
note does not say is left unspecified, never guessed.
"""

from collections.abc import Collection
from typing import Final

from services.coder.engine import episode
from services.coder.terminology.index import Terminology
from services.coder.terminology.refine import OTHER, UNSPECIFIED, Step
from services.coder.terminology.words import folder

_CATEGORY: Final = 3
_BASE: Final = 6  # characters before the seventh, without the dot
_PADDING: Final = frozenset(("eye", "stage", "dry", "choroidal", "neovascularization"))
_SIDES: Final = frozenset(("right", "left", "bilateral"))
_LEAST: Final = frozenset(("unspecified", "stable"))
"""Words of the character that claims least: «stable» is a retinal vein occlusion without complication."""


def default_child(code: str, vocabulary: Terminology) -> str | None:
    """The child that applies when nothing more is said: without complication, unspecified, else other, else
    the only one. Each code's is remembered.
    """
    if code not in vocabulary.defaults:
        vocabulary.defaults[code] = _default_child(code, vocabulary)
    return vocabulary.defaults[code]


def _default_child(code: str, vocabulary: Terminology) -> str | None:
    steps = vocabulary.steps(code)
    if not steps:
        return None
    plain = [s for s in steps if s[3] != OTHER and any(not way for way in s[1])]
    for group in (
        [s for s in plain if s[3] == UNSPECIFIED],
        plain,
        [s for s in steps if s[3] == UNSPECIFIED],
        [s for s in steps if s[3] == OTHER],
        list(steps),
    ):
        if group:
            return group[-1][0] if group[0][3] == UNSPECIFIED or group is plain else group[0][0]
    return None


def lift(code: str, vocabulary: Terminology) -> str:
    """The highest code of which `code` is only the default."""
    known = vocabulary.lifted.get(code)
    if known is None:
        known = vocabulary.lifted[code] = _lift(code, vocabulary)
    return known


def _lift(code: str, vocabulary: Terminology) -> str:
    entry = vocabulary.entry(code)
    while (
        entry is not None
        and len(entry.code) > _CATEGORY
        and default_child(entry.parent, vocabulary) == entry.code
    ):
        entry = vocabulary.entry(entry.parent)
    return entry.code if entry is not None else code


def is_one_of_several(code: str, vocabulary: Terminology) -> bool:
    """Whether what the category of a code is called names several things, each a code below it and none the
    default: «calculus of kidney and ureter», «fibrillation and flutter».
    """
    entry = vocabulary.entry(code)
    steps = vocabulary.steps(entry.parent) if entry is not None else ()
    plain = [s for s in steps if s[3] != OTHER and any(not way for way in s[1])]
    return len(plain) > 1 and all(s[3] != UNSPECIFIED for s in plain)


def without_side(code: str, said: frozenset[str], vocabulary: Terminology) -> str:
    """The highest code that `code` is the default of, its side apart, where the words `said` choose below it:
    «unspecified deep veins of right lower extremity» leaves open which vein of the leg.
    """
    entry = vocabulary.entry(code)
    parent = vocabulary.entry(entry.parent) if entry is not None else None
    if parent is None or len(parent.code) <= _CATEGORY:
        return code
    ways = next((ways for child, ways, _, _ in vocabulary.steps(parent.code) if child == code), ((),))
    only_a_side = bool(ways[0]) and _SIDES.issuperset(ways[0])
    default = default_child(parent.parent, vocabulary) == parent.code
    if not only_a_side or not default:
        return code
    freed = lift(parent.code, vocabulary)
    return code if descend(freed, said, vocabulary)[0].startswith(parent.code) else freed


def descend(code: str, said: frozenset[str], vocabulary: Terminology) -> tuple[str, int]:
    """The leaf reached from `code` by the words `said`, and how many steps had to take the default."""
    guessed = 0
    while steps := vocabulary.steps(code):
        chosen = _choose(steps, said)
        if chosen is None:
            guessed += 1
            chosen = default_child(code, vocabulary)
            if chosen is None:
                break
        code = chosen
    return code, guessed


def heard(code: str, vocabulary: Terminology) -> frozenset[str]:
    """The words that make a difference on the way down from `code`; each code's are remembered."""
    known = vocabulary.heard.get(code)
    if known is None:
        words: set[str] = set()
        for child, ways, unsaid, _ in vocabulary.steps(code):
            words.update(*ways, unsaid, heard(child, vocabulary))
        known = vocabulary.heard[code] = frozenset(words)
    return known


def decisive(code: str, said: frozenset[str], sayable: frozenset[str], vocabulary: Terminology) -> set[str]:
    """Those of the `sayable` words without any of which nothing sayable leads elsewhere from `code` than the
    words `said` do: they complete a way, or bar one that is complete.
    """
    out: set[str] = set()
    while steps := vocabulary.steps(code):
        for _, ways, unsaid, _ in steps:
            for way in ways:
                missing = [word for word in way if word not in said]
                if missing and sayable.issuperset(missing):
                    out.update(missing)
                elif way and not missing:
                    out.update(sayable.intersection(unsaid))
        chosen = _choose(steps, said) or default_child(code, vocabulary)
        if chosen is None:
            break
        code = chosen
    return out - said


def _choose(steps: tuple[Step, ...], said: frozenset[str]) -> str | None:
    """The child whose distinguishing words are all said, the one with the most of them; the unspecified one,
    where the same words would tell another: «bursitis» tells no infective one. None if none has any.
    """
    best: tuple[int, int, str] | None = None
    by: tuple[str, ...] = ()  # the words that told the best
    for child, ways, unsaid, kind in steps:
        told: tuple[str, ...] = ()
        for way in ways:
            if len(way) > len(told) and all(word in said for word in way):
                told = way
        if not told or not said.isdisjoint(unsaid):
            continue
        better = best is None or (len(told), -kind) > best[:2]
        if best is not None and told == by and UNSPECIFIED in {kind, -best[1]}:
            better = best[1] != -UNSPECIFIED
        if better:
            best, by = (len(told), -kind, child), told
    return best[2] if best else None


def complete(code: str, character: str) -> str:
    """`code` with its seventh character, padded with X (guideline I.A.5)."""
    bare = code.replace(".", "")
    padded = bare.ljust(_BASE, "X") + character
    return f"{padded[:_CATEGORY]}.{padded[_CATEGORY:]}"


def seventh(meanings: dict[str, str], said: Collection[str], line: Collection[str] = ()) -> str:
    """The seventh character: the episode of care (of the words of the `line`) where it tells episodes apart,
    else what the note says, else what claims least.
    """
    if "A" in meanings:
        return episode.character(meanings, line, said)
    best, most, fallback = "", 0, ""
    for character, meaning in meanings.items():
        stems = set(folder().stems(meaning)) - _PADDING
        if stems & _LEAST:
            fallback = character
        elif stems and stems <= set(said) and len(stems) > most:
            best, most = character, len(stems)
    return best or fallback or ("0" if "0" in meanings else next(iter(meanings)))


def base_of(code: str, vocabulary: Terminology) -> str:
    """The tabular code under a code that carries its seventh character."""
    if vocabulary.entry(code) is not None:
        return code
    bare = code[:-1].rstrip("X").rstrip(".")
    return bare if vocabulary.entry(bare) is not None else code
