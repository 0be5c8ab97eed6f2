"""How the children of a code differ from it: the words that a note must say to reach each of them.

For every code with children: `(child, words that must be said, words that must not be said, kind)`. A word
after "without" or "not" is one that must not be said. Words of the parent's title are taken for granted.
"""

import csv
import re
from functools import cache
from importlib.resources import files

from services.coder.terminology.tabular import Node
from services.coder.terminology.words import folder, tables

PLAIN, OTHER, UNSPECIFIED = 0, 1, 2

Step = tuple[str, tuple[tuple[str, ...], ...], tuple[str, ...], int]
"""Child code, alternative sets of words (any one of them suffices), words that exclude it, kind."""

_NEGATION = re.compile(
    r"\b(?:without|not|no)\b[ -]?"
    r"(foreign body|damage to nail"
    r"|[^,;]*?(?= of (?:right|left|bilateral|unspecified) | without |(?<!associated) with |[,;]|$))"
)
"""What is denied, to the end of the phrase: «without foreign body of left hand» still speaks of the hand.

«Non-» is part of a name: «non-pressure chronic ulcer of right calf» denies nothing of the calf."""
_DAMAGED = re.compile(r"\b(rupture|disruption|extension|fracture) of [^,;]*")
"""What is denied of a part of the body, whose name alone says no damage: «drums intact»."""
_PAREN = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_UNSPECIFIED = re.compile(r"\bunspecified\b|\bNOS\b|not otherwise specified", re.IGNORECASE)
_OTHER = re.compile(r"^other\b|\bother specified\b|, other\b|\bother\b", re.IGNORECASE)
_OTHER_NOUN = re.compile(r"\bother (?:specified )?(\w+)", re.IGNORECASE)
_SIDES = frozenset(("right", "left", "bilateral"))
_ANATOMY = frozenset(tables()["anatomy"])
_SITES: dict[str, list[str]] = tables()["sites"]
_EMPTY = frozenset(
    (
        "unspecified",
        "other",
        "specified",
        "type",
        "use",
        "form",
        "initial",
        "uncomplicated",
        "displaced",
        "wall",
    )
)


def table(nodes: dict[str, Node]) -> dict[str, tuple[Step, ...]]:
    """The steps from each code that has children."""
    return {node.code: _steps(node, nodes) for node in nodes.values() if node.children}


def _steps(node: Node, nodes: dict[str, Node]) -> tuple[Step, ...]:
    """The steps to the children, without the words that all of them share (they tell nothing apart)."""
    titles = [set(split(nodes[child].title)[0]) for child in node.children]
    shared = set.intersection(*titles) if len(titles) > 1 else set()
    if any(
        _SIDES & title for title in titles
    ):  # the organ that has the sides need not be said again with the side
        shared |= {word for word in _ANATOMY if 2 * sum(word in title for title in titles) >= len(titles)}
    own = set(split(node.title)[0])
    split_up = {word for word in own if any(word in title for title in titles) and word not in shared}
    taken = (own - split_up) | shared | _EMPTY
    open_ = len(_UNSPECIFIED.findall(node.title))
    steps = [_step(nodes[child], taken, own | shared | _EMPTY, open_) for child in node.children]
    return tuple(
        _sited(step, {w for other in steps if other is not step for w in other[1][0]}) for step in steps
    )


def _step(child: Node, taken: set[str], familiar: set[str], open_: int) -> Step:
    """`open_`: how often the parent's title says «unspecified»; a child that leaves more open says more."""
    said, unsaid = split(child.title)
    kind = OTHER if _OTHER.search(child.title) else PLAIN
    if len(_UNSPECIFIED.findall(child.title)) > open_:
        kind = UNSPECIFIED
    if kind == OTHER:  # «of other bones» is not reached by saying bone
        others = {stem for noun in _OTHER_NOUN.findall(child.title) for stem in folder().stems(noun)}
        said = tuple(w for w in said if w not in others)
    fresh = tuple(w for w in said if w not in familiar)
    ways = [fresh if not fresh else tuple(w for w in said if w not in taken)]
    for term in child.terms:
        extra = tuple(w for w in split(term)[0] if w not in familiar)
        if extra and extra not in ways:
            ways.append(extra)
    ways += [way for way in further().get(child.code, ()) if way not in ways]
    return child.code, tuple(ways), unsaid, kind


@cache
def further() -> dict[str, tuple[tuple[str, ...], ...]]:
    """What clinicians say to reach a code that its titles do not: `data/ways.csv` (code, words separated by
    `|`, reason), as stems.
    """
    text = files("services.coder").joinpath("data/ways.csv").read_text(encoding="utf-8")
    fold = folder()
    out: dict[str, tuple[tuple[str, ...], ...]] = {}
    for code, words, _ in list(csv.reader(text.splitlines()))[1:]:
        said = (tuple(dict.fromkeys(fold.stems(each))) for each in words.split("|"))
        out[code] = tuple(way for way in said if way)
    return out


def _sited(step: Step, elsewhere: set[str]) -> Step:
    """The step with the ways through its sites, but for those that lead to a sibling."""
    child, ways, unsaid, kind = step
    more = [
        way for way in _sites(ways[0]) if way not in ways and elsewhere.isdisjoint(set(way) - set(ways[0]))
    ]
    return child, (*ways, *dict.fromkeys(more)), unsaid, kind


def _sites(way: tuple[str, ...]) -> list[tuple[str, ...]]:
    """«Ankle and foot» is reached by either, and by what lies within it: a toe, the heel."""
    sites = [word for word in way if word in _SITES]
    if not sites:
        return []
    rest = tuple(word for word in way if word not in _SITES)
    return [(*rest, each) for site in sites for each in (site, *_SITES[site])]


def split(title: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words that `title` asserts and those that it denies."""
    plain = _PAREN.sub(" ", title.lower())
    denied = " ".join(_DAMAGED.sub(r"\1", phrase) for phrase in _NEGATION.findall(plain))
    asserted = _NEGATION.sub(" ", plain)
    fold = folder()
    said = tuple(dict.fromkeys(fold.stems(asserted)))
    return said, tuple(dict.fromkeys(w for w in fold.stems(denied) if w not in said and w not in _EMPTY))
