"""The classification's own words as the only problem of a note: do they give their own code, or a finer one?

`python -m services.coder.evaluation.phrases > docs/coder-phrases.md` codes every title and inclusion term of
the tabular list, and every title with each of its seventh characters in words, on a day of FY2026 and one of
FY2027, and lists what gives another code, by reason. About two minutes.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from services.coder.batch import Coder, opened
from services.coder.engine.model import Encounter
from services.coder.engine.specificity import complete
from services.coder.evaluation import reasons
from services.coder.terminology import tabular
from services.coder.terminology.tabular import Node

DAYS: Final = {"FY2026": date(2026, 4, 1), "FY2027": date(2026, 10, 1)}
NOTE: Final = "ASSESSMENT\n\n1. {}\n"


class Phrase(NamedTuple):
    """What the classification calls a code; `kind`: title, inclusion term, seventh character."""

    code: str
    text: str
    kind: str


class Miss(NamedTuple):
    """A phrase that gave other codes (or none), and why."""

    phrase: Phrase
    given: tuple[str, ...]
    reason: str


@dataclass
class Result:
    """How many phrases of each kind were coded on a day, and which missed their code."""

    on: date
    counts: Counter[str] = field(default_factory=Counter)
    outside: int = 0
    """Phrases of codes that are not in force on the day; not counted."""
    misses: list[Miss] = field(default_factory=list)

    def share(self, kind: str = "") -> float:
        """Share of the phrases (of one kind) that gave their own code or a finer one."""
        total = self.counts[kind] if kind else self.counts.total()
        missed = sum(not kind or miss.phrase.kind == kind for miss in self.misses)
        return 1 - missed / total if total else 1.0


def phrases(nodes: dict[str, Node]) -> Iterator[Phrase]:
    """Every phrase of the tabular list, in its order."""
    for node in nodes.values():
        yield Phrase(node.code, node.title, "title")
        yield from (Phrase(node.code, text, "inclusion term") for text in node.terms)
        for character, meaning in node.seventh.items() if not node.children else ():
            yield Phrase(complete(node.code, character), f"{node.title}, {meaning}", "seventh character")


def measure(coder: Coder, every: Iterable[Phrase], nodes: dict[str, Node], on: date) -> Result:
    """Code each phrase of a code that is in force on the day."""
    result = Result(on)
    icd = coder.codesets.icd10cm(on)
    why = reasons.Reasons(coder, nodes)
    for phrase in every:
        if not icd.expand(phrase.code):
            result.outside += 1
            continue
        result.counts[phrase.kind] += 1
        found = coder.code(NOTE.format(phrase.text), Encounter(on)).codes
        given = tuple(code.code for code in found)
        if not any(code.startswith(phrase.code) for code in given):
            result.misses.append(Miss(phrase, given, why.of(phrase.code, phrase.text, given)))
    return result


def page(results: Sequence[Result]) -> str:
    """The measurements and the exceptions as a page."""
    lines = [HEAD, "| day of service | phrases | share | not in force, not counted |", "|---|---|---:|---:|"]
    for result in results:
        for kind, count in result.counts.items():
            lines.append(f"| {result.on} | {count:,} of {kind} | {result.share(kind):.2%} | |")
        total = result.counts.total()
        lines.append(f"| {result.on} | **{total:,}** | **{result.share():.2%}** | {result.outside:,} |")
    lines += ["", "## Exceptions", ""]
    grouped: dict[str, list[Miss]] = defaultdict(list)
    for miss in dict.fromkeys(miss for result in results for miss in result.misses):
        grouped[miss.reason].append(miss)
    for reason in sorted(grouped, key=lambda r: (-len(grouped[r]), r)):
        lines += [f"### {reason}: {len(grouped[reason])}", "", "| code | phrase | given |", "|---|---|---|"]
        lines += [
            f"| {phrase.code} | {phrase.text.replace('|', '/')} | {', '.join(given) or 'none'} |"
            for phrase, given, _ in grouped[reason]
        ]
        lines.append("")
    return "\n".join(lines)


HEAD: Final = """# Phrases

Every title and inclusion term of ICD-10-CM, and every title with its seventh character in words, taken as the
only problem of an outpatient note (`ASSESSMENT`, a numbered line). It must give its own code or one below it.
Made by `python -m services.coder.evaluation.phrases > docs/coder-phrases.md`.

The titles are those of April 2026, the newest that a package has: on a day of FY2027 a code that is divided
further must give one of its parts; the 190 codes new in FY2027 have no titles yet.
"""


def main() -> None:
    """Measure the whole list on each day; print the page."""
    coder = opened()
    nodes = tabular.read(tabular.source_file())
    every = list(phrases(nodes))
    results = [measure(coder, every, nodes, on) for on in DAYS.values()]
    sys.stdout.write(page(results))


if __name__ == "__main__":
    main()
