"""Why one of the classification's own phrases gives another code than its own."""

import re
from collections import defaultdict
from functools import cached_property
from typing import Final

from services.coder.batch import Coder
from services.coder.reading import read
from services.coder.terminology.sources import PRIORITY
from services.coder.terminology.tabular import Node
from services.coder.terminology.words import folder

_INSTRUCTION: Final = re.compile(
    r"^(?:this|these|the following|an amputation|place of occurrence should|screening is|usually implies|"
    r"delivery requiring)\b|classifiable (?:to|under)|^conditions (?:in|listed)|\bcode[sd]? (?:to|is|are)\b",
    re.IGNORECASE,
)
_MARKS: Final = re.compile(r"[a-zA-Z0-9][+-](?:[ )a-z]|$)|:|\s-\s|<")
_CURATED: Final = PRIORITY.index("curated")

INSTRUCTION: Final = "A note of the classification about the code, not a name that a note would hold"
SAME_WORDS: Final = "The classification gives the same words to another code too; the other is the likelier"
CONVENTION: Final = "Without its category's context a coder gives the index's code, as the curated term does"
MARKS: Final = "Told apart from its neighbours only by marks (+, -, colon, dash), which are not read"
STATEMENT: Final = "Read as a statement or an instruction of a plan, not as the name of a problem"
CUT: Final = "Read only up to a word or mark at which the name of a problem ends: «which», «are», «whom», «.»"
RULE: Final = "A rule gives another code: what is past, what an outpatient has, words of other parts"
SERIES: Final = "Words that differ from a neighbour's only in what is not read: order, «or», «with»"


class Reasons:
    """Tells the reasons apart by what the vocabulary and the reader make of a phrase."""

    def __init__(self, coder: Coder, nodes: dict[str, Node]) -> None:
        self._vocabulary = coder.vocabulary
        self._nodes = nodes

    @cached_property
    def _owners(self) -> dict[tuple[str, ...], set[str]]:
        """Every code that the classification gives to a set of words."""
        owners: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for node in self._nodes.values():
            for text in (node.title, *node.terms, *node.includes):
                owners[_words(text)].add(node.code)
        return owners

    def of(self, code: str, text: str, given: tuple[str, ...]) -> str:
        """The reason of a phrase of `code` that gave `given`."""
        if _INSTRUCTION.search(text):
            return INSTRUCTION
        if _MARKS.search(text):
            return MARKS
        exact = self._vocabulary.exact(list(folder().stems(text)))
        if exact is not None and exact[1] == _CURATED:
            return CONVENTION
        others = {each for each in self._owners[_words(text)] if not code.startswith(each)}
        if any(each.startswith(other) for each in given for other in others):
            return SAME_WORDS
        return self._by_reading(code, text, exact)

    @staticmethod
    def _by_reading(code: str, text: str, exact: tuple[str, int] | None) -> str:
        note = read(f"ASSESSMENT\n\n1. {text}\n")
        if not note.problems:
            return STATEMENT
        title = note.problems[0].title
        if note.text[title.start : title.end] != text.rstrip("."):
            return CUT
        return RULE if exact is not None and exact[0].startswith(code) else SERIES


def _words(text: str) -> tuple[str, ...]:
    return tuple(sorted(set(folder().stems(text))))
