"""The other ways in which a clinician writes what a title of the tabular list says.

Each variant is one that a coder reads as the same diagnosis by a convention of the classification; the
reason stands with it.
"""

import re
from collections.abc import Iterator
from functools import cache

from services.coder.terminology.words import tables

_BRACKET = re.compile(r"\s*\[([^\]]*)\]")
_PAREN = re.compile(r"\s*\(([^)]*)\)")
_UNSPECIFIED = re.compile(
    r",? ?\bunspecified (?:whether [a-z ]+|organism|site|type|cause|severity|location|trimester|"
    r"chronicity|duration|origin|degree|as to [a-z ,]+|etiology|laterality|complications?)\b"
    r"|, unspecified (?:eye|ear)\b|, unspecified$|\bunspecified ",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r",? (?:and )?without (?![a-z ]+ of (?:right|left|unspecified)|foreign body of)[a-z0-9 ,()-]+$|"
    r", not intractable\b|, not specified as [a-z ]+|, not elsewhere classified|, NEC$",
    re.IGNORECASE,
)
_OTHER = re.compile(r"^other (?:specified )?", re.IGNORECASE)

# pattern -> replacement, and why the two mean the same to a coder
_REWRITES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^Displaced ", re.IGNORECASE), ""),  # guideline I.C.19.c: not stated = displaced
    (re.compile(r"^Unspecified displaced ", re.IGNORECASE), ""),
    (re.compile(r"^(?:Personal|Long term \(current\)) ", re.IGNORECASE), ""),
    (re.compile(r"^Long term \(current\) use of", re.IGNORECASE), "long term use of"),
    (re.compile(r"^Encounter for ", re.IGNORECASE), ""),
    (re.compile(r"^Essential \(primary\) ", re.IGNORECASE), ""),
    (re.compile(r"\bof other specified\b", re.IGNORECASE), "of"),
    (re.compile(r"^Presence of ", re.IGNORECASE), ""),
    (re.compile(r" NOS$"), ""),  # "NOS" is the classification's own word for: nothing more was said
    (re.compile(r"^Acquired absence of ", re.IGNORECASE), "absence of "),
    (re.compile(r"^Acquired absence of (?:other )?", re.IGNORECASE), "amputation of "),
    (re.compile(r"^Acquired absence of (?:other )?", re.IGNORECASE), "amputation status "),
    (re.compile(r"^Acquired absence of (?:other )?", re.IGNORECASE), "status post amputation of "),
    (re.compile(r"^Disorders? of (.+)$", re.IGNORECASE), r"\1 disorder"),
    (re.compile(r"^Strain of muscle, fascia and tendon of ", re.IGNORECASE), "strain of "),
    (
        re.compile(r"^Strain of (?:other )?muscles?, fascia and tendons? (?:at|of) ", re.IGNORECASE),
        "strain of ",
    ),
    (re.compile(r"^Sprain of ligaments of ", re.IGNORECASE), "sprain of "),
    (re.compile(r"^Sprain of unspecified (?:ligament|site|part) of ", re.IGNORECASE), "sprain of "),
    (re.compile(r"^Contusion of (.+) without damage to nail", re.IGNORECASE), r"contusion of \1"),
    (re.compile(r"^(.+) without (?:damage to nail|foreign body)(.*)$", re.IGNORECASE), r"\1\2"),
    (re.compile(r"^Unspecified open wound of ", re.IGNORECASE), "open wound of "),
    (re.compile(r"^Unspecified superficial injury of ", re.IGNORECASE), "superficial injury of "),
    (
        re.compile(
            r"^Unspecified (acquired deformity|dislocation|fracture|injury|subluxation|sprain|strain|"
            r"mononeuropathy) ",
            re.IGNORECASE,
        ),
        r"\1 ",
    ),
    (re.compile(r"^Derangement of ", re.IGNORECASE), "internal derangement of "),
    (re.compile(r"^Malignant neoplasm of (?:unspecified (?:part|site) of )?", re.IGNORECASE), "cancer of "),
    (re.compile(r"^Secondary malignant neoplasm of (?:unspecified )?", re.IGNORECASE), "metastasis to "),
    (
        re.compile(r"^Secondary malignant neoplasm of (?:unspecified )?", re.IGNORECASE),
        "metastatic cancer to ",
    ),
    (
        re.compile(r"^Benign neoplasm of (?:unspecified (?:part|site) of )?", re.IGNORECASE),
        "benign tumor of ",
    ),
    (re.compile(r"\bof skin of (?:other (?:and unspecified )?parts? of )?", re.IGNORECASE), "of "),
    (re.compile(r"^Pain in ", re.IGNORECASE), "pain "),
    (re.compile(r"^(?:Other )?Congenital malformations? of ", re.IGNORECASE), "congenital anomaly of "),
)


@cache
def _rewrites() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The rewordings above and those of `data/words.yaml`."""
    listed = ((re.compile(row[0], re.IGNORECASE), row[1]) for row in tables()["rewrites"])
    return (*_REWRITES, *listed)


def of(phrase: str) -> Iterator[tuple[str, int]]:
    """Variants of `phrase` with how far each is from it: 1 for a rewording, 2 where words were left out."""
    seen = {phrase}
    frontier = [(phrase, 0)]
    for _ in range(3):
        reached: list[tuple[str, int]] = []
        for text, distance in frontier:
            for variant, step in _once(text):
                if variant not in seen and variant:
                    seen.add(variant)
                    reached.append((variant, max(distance, step)))
        yield from reached
        frontier = reached


def _once(text: str) -> Iterator[tuple[str, int]]:
    inside = _BRACKET.search(text)
    if inside:
        yield _tidy(_BRACKET.sub("", text)), 1
        yield _tidy(_BRACKET.sub(lambda m: " " + m.group(1), text, count=1)), 1
        if inside.start() > 0:
            yield _tidy(inside.group(1) + text[inside.end() :]), 1
    if _PAREN.search(text):  # parentheses hold nonessential modifiers (convention I.A.7)
        yield _tidy(_PAREN.sub("", text)), 1
    for pattern, replacement in _rewrites():
        if pattern.search(text):
            yield _tidy(pattern.sub(replacement, text)), 1
    for pattern in (_UNSPECIFIED, _NEGATED, _OTHER):
        if pattern.search(text):
            yield _tidy(pattern.sub(" " if pattern is _UNSPECIFIED else "", text)), 2


def _tidy(text: str) -> str:
    return re.sub(r"\s{2,}", " ", text).replace(" ,", ",").strip(" ,;")
