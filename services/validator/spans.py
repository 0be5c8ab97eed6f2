"""Sets of codes, written as codes and ranges: `99213`, `99202-99215`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_REMEMBERED: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class CodeSpan:
    """A code, or a range of codes of the same length."""

    first: str
    last: str

    @classmethod
    def read(cls, text: str) -> "CodeSpan":
        """From its written form."""
        first, _, last = text.partition("-")
        return cls(first, last or first)

    def __contains__(self, code: str) -> bool:
        """Whether a code lies in the range."""
        return len(code) == len(self.first) and self.first <= code <= self.last


class CodeGroup:
    """Several spans; remembers its answers, for the same codes come again and again."""

    __slots__ = ("_answers", "spans")

    def __init__(self, texts: Iterable[str]) -> None:
        """From written forms."""
        self.spans = tuple(CodeSpan.read(str(text)) for text in texts)
        self._answers: dict[str, bool] = {}

    def __contains__(self, code: str) -> bool:
        """Whether a code lies in any of the spans."""
        answer = self._answers.get(code)
        if answer is None:
            answer = any(code in span for span in self.spans)
            if len(self._answers) < _REMEMBERED:
                self._answers[code] = answer
        return answer
