"""What a customer may switch of the coding, with the guidelines' defaults: `data/switches.yaml`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, Final, TypeVar

from services.coder.engine.billable import Valid
from services.coder.engine.external_causes import external_causes
from services.coder.engine.model import CodedNote
from services.coder.engine.tables import table
from services.coder.errors import SwitchError
from services.coder.reading import read
from services.coder.terminology.index import Terminology

_OFF: Final = "off"
_SPOKEN: Final = {"True": "on", "False": "off"}  # YAML reads a bare on and off as truth values
_OVER: Final = frozenset(
    (
        "visit.overcoded",
        "drug.over",
        "drug.undocumented",
        "prolonged.over",
        "time.short",
        "infusion.over",
        "infusion.untimed",
    )
)
_UNDER: Final = frozenset(
    (
        "visit.undercoded",
        "drug.under",
        "drug.uncharged",
        "visit.uncharged",
        "prolonged.under",
        "prolonged.uncharged",
        "infusion.under",
    )
)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Switches:
    """Values by name; what is not set has its default."""

    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def value(self, name: str) -> str:
        """The value of a switch."""
        return self.values.get(name) or str(table("switches")[name]["default"])

    def kept(self, codes: Sequence[_T], name: Callable[[_T], str]) -> list[_T]:
        """The codes that the customer wants; the first one always stays."""
        return [c for i, c in enumerate(codes) if i == 0 or self.wants(name(c))]

    def wants(self, code: str) -> bool:
        """Whether the customer wants a code that the coder itself adds."""
        return not code.startswith(_left_out(tuple(n for n in coded() if self.value(n) == _OFF)))

    def reviews(self, rule: str, *, held: bool) -> bool:
        """Whether a line with a failed finding of `rule` waits for a coder; `held` is what the rule itself
        says.
        """
        if rule in _OVER:
            return self.value("overcoding_review") != _OFF
        if rule in _UNDER:
            return self.value("undercoding_review") != _OFF
        return held


DEFAULTS: Final = Switches()
"""Every switch at the guidelines' default."""


@cache
def coded() -> tuple[str, ...]:
    """The switches that stand for codes."""
    return tuple(name for name, entry in table("switches").items() if "codes" in entry)


@cache
def _left_out(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(prefix for name in names for prefix in table("switches")[name]["codes"])


def switches_of(named: Mapping[str, Any]) -> Switches:
    """Switches by name, as a site states them.

    Raises:
        SwitchError: a name or a value is not known; the message says which there are.
    """
    return Switches(MappingProxyType({name: _checked(name, value) for name, value in named.items()}))


def parsed(pairs: Iterable[str]) -> Switches:
    """Switches of the form NAME=VALUE; raises `SwitchError`."""
    split = [pair.partition("=") for pair in pairs]
    return switches_of({name.strip(): value.strip() for name, _, value in split})


def _checked(name: str, value: object) -> str:
    known = table("switches")
    if name not in known:
        raise SwitchError(f"switch {name}: not known; there are {', '.join(known)}")
    said = _SPOKEN.get(str(value), str(value))
    if said not in known[name]["values"]:
        raise SwitchError(f"switch {name}: must be {' or '.join(known[name]['values'])}, not {said}")
    return said


def switched(
    text: str, note: CodedNote, switches: Switches, vocabulary: Terminology, valid: Valid | None
) -> CodedNote:
    """What was coded of a note, as the customer wants it."""
    if not switches.values:
        return note
    codes = switches.kept(note.codes, lambda code: code.code)
    causes = switches.value("external_causes")
    if causes != _OFF and codes:
        only_first = causes != "on"
        codes += external_causes(read(text), codes, vocabulary, valid, only_first=only_first)
    return CodedNote(tuple(codes), note.queries)
