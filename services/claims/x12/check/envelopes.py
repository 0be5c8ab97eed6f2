"""Envelopes: trailers that name their headers, counts that count, levels that hang together."""

from collections.abc import Iterator

from services.claims.x12.split import MAX_CLAIMS

Found = Iterator[tuple[str, str]]
"""Element and message."""


class Envelopes:
    """Follow the control segments of a file."""

    def __init__(self) -> None:
        """Before the first ISA."""
        self.interchange = self.group = self.transaction = ""
        self._groups = self._sets = self._segments = 0
        self._seen_interchanges: set[str] = set()
        self._seen_groups: set[str] = set()
        self._seen_sets: set[str] = set()
        self._levels: dict[str, str] = {}
        self._open: dict[str, tuple[str, str]] = {}
        self.claims = 0

    def take(self, elements: list[str]) -> Found:
        """What is wrong with this segment as a part of its envelope."""
        self._segments += 1
        handler = getattr(self, f"_{elements[0].lower()}", None)
        if handler is not None:
            yield from handler([*elements, *[""] * 20])

    def _isa(self, e: list[str]) -> Found:
        self.interchange, self._groups = e[13], 0
        self._seen_groups = set()
        if self.interchange in self._seen_interchanges:
            yield "ISA13", "the interchange control number occurs twice"
        self._seen_interchanges.add(self.interchange)
        if not (len(self.interchange) == 9 and self.interchange.isdigit()):  # noqa: PLR2004 (ISA13's width)
            yield "ISA13", "an interchange control number has nine digits"

    def _gs(self, e: list[str]) -> Found:
        self.group, self._sets, self._groups = e[6], 0, self._groups + 1
        self._seen_sets = set()
        if self.group in self._seen_groups:
            yield "GS06", "the group control number occurs twice in the interchange"
        self._seen_groups.add(self.group)

    def _st(self, e: list[str]) -> Found:
        self.transaction, self._segments, self._sets = e[2], 1, self._sets + 1
        self._levels, self.claims = {}, 0
        if self.transaction in self._seen_sets:
            yield "ST02", "the transaction set control number occurs twice in the group"
        self._seen_sets.add(self.transaction)

    def _clm(self, _e: list[str]) -> Found:
        self.claims += 1
        if self.claims == MAX_CLAIMS + 1:
            yield "CLM", f"more than {MAX_CLAIMS} claims in one transaction set"

    def _hl(self, e: list[str]) -> Found:
        if e[1] != str(len(self._levels) + 1):
            yield "HL01", f"level {e[1]} stands where {len(self._levels) + 1} is due"
        if e[2] and e[2] not in self._levels:
            yield "HL02", f"hangs below level {e[2]}, which there is not"
        parent = {"22": "20", "23": "22"}.get(e[3], "")
        if parent and self._levels.get(e[2]) != parent:
            yield "HL02", f"a level {e[3]} hangs below a level {parent}"
        self._levels[e[1]] = e[3]

    def _se(self, e: list[str]) -> Found:
        if e[1] != str(self._segments):
            yield "SE01", f"states {e[1] or 'no'} segments; there are {self._segments}"
        if e[2] != self.transaction:
            yield "SE02", "is not the number of the ST"

    def _ge(self, e: list[str]) -> Found:
        if e[1] != str(self._sets):
            yield "GE01", f"states {e[1] or 'no'} transaction sets; there are {self._sets}"
        if e[2] != self.group:
            yield "GE02", "is not the number of the GS"

    def _iea(self, e: list[str]) -> Found:
        if e[1] != str(self._groups):
            yield "IEA01", f"states {e[1] or 'no'} groups; there are {self._groups}"
        if e[2] != self.interchange:
            yield "IEA02", "is not the number of the ISA"
