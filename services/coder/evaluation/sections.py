"""How well a note is divided: overlap of words per division with a labelled division of it.

A labelled division need not be a verbatim part of its note (spaces may differ, words may be moved), so both
sides are taken as bags of words: precision is the share of the words we put into a division that the label
has there too.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from services.coder.evaluation.counts import Counts
from services.coder.reading import Division, Note, read

EMPTY: Final = "#####EMPTY#####"  # how the labels say that a note has no such division
_WORD: Final = re.compile(r"\w+")


def division_text(note: Note, division: Division) -> str:
    """The text of a note's sections of one division, headings included, in order."""
    return "\n".join(note.text[s.start : s.end] for s in note.sections if s.division is division)


def score(rows: Iterable[Mapping[str, Any]]) -> dict[str, Counts]:
    """Counts of words per division over rows {"note", "divisions": {name: text}}, as `rows.sections`."""
    totals = dict.fromkeys((str(division) for division in Division), Counts())
    for row in rows:
        note = read(row["note"])
        for division in Division:
            label = row["divisions"].get(division, "")
            gold = _bag("" if EMPTY in label else label)
            ours = _bag(division_text(note, division))
            both = sum((gold & ours).values())
            before = totals[division]
            totals[division] = Counts(
                before.true_positive + both,
                before.false_positive + sum(ours.values()) - both,
                before.false_negative + sum(gold.values()) - both,
            )
    return totals


def _bag(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.lower()))
