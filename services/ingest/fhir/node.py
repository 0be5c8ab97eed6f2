"""Reading JSON that may be anything: a cursor that knows its path, and the log of what is wrong.

A reader asks for what it needs in the type that it needs; what is there in another type is noted with its
path, and the reader goes on as if it were absent. So one pass finds every error.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from services.contracts.dead_letter import LocatedError
from services.ingest.fhir.primitives import BadValue, Moment, decimal, moment

Json = dict[str, Any]

_ARRAY_FIX: Final = "send a JSON array, as FHIR R4 has it"
_OBJECT_FIX: Final = "send a JSON object, as FHIR R4 has it"


class Log:
    """The errors of one encounter, in the order in which they were met, each once."""

    __slots__ = ("_errors",)

    def __init__(self) -> None:
        self._errors: dict[LocatedError, None] = {}

    def add(self, path: str, message: str, fix: str = "") -> None:
        """Note an error; `message` must not quote patient data."""
        self._errors[LocatedError(path=path, message=message, fix=fix)] = None

    def extend(self, errors: Iterable[LocatedError]) -> None:
        """Note errors that were found elsewhere."""
        self._errors.update(dict.fromkeys(errors))

    @property
    def errors(self) -> tuple[LocatedError, ...]:
        """Every error, by its path."""
        return tuple(sorted(self._errors, key=lambda error: (error.path, error.message)))

    def __bool__(self) -> bool:
        """Whether anything is wrong."""
        return bool(self._errors)


class Node:
    """A JSON object inside a resource."""

    __slots__ = ("_step", "_up", "data", "log")

    def __init__(self, data: Json, log: Log, up: "Node | str", step: str = "") -> None:
        self.data = data
        self.log = log
        self._up = up
        self._step = step

    @property
    def path(self) -> str:
        """Where it stands, as `Bundle.entry[0].resource(Encounter/e1).period`."""
        return self._up if isinstance(self._up, str) else f"{self._up.path}.{self._step}"

    def __contains__(self, name: str) -> bool:
        """Whether it has the element."""
        return self.data.get(name) is not None

    def fault(self, name: str, message: str, fix: str = "") -> None:
        """Note an error of the element `name`, or of the object itself where it is empty."""
        self.log.add(f"{self.path}.{name}" if name else self.path, message, fix)

    def node(self, name: str) -> "Node | None":
        """The object of that name."""
        value = self.data.get(name)
        if value is None:
            return None
        if isinstance(value, dict):
            return Node(value, self.log, self, name)
        self.fault(name, "not a JSON object", _OBJECT_FIX)
        return None

    def nodes(self, name: str) -> list["Node"]:
        """The objects of an array."""
        value = self.data.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault(name, "not a JSON array", _ARRAY_FIX)
            return []
        found = []
        for index, item in enumerate(value):
            if isinstance(item, dict):
                found.append(Node(item, self.log, self, f"{name}[{index}]"))
            elif item is not None:
                self.fault(f"{name}[{index}]", "not a JSON object", _OBJECT_FIX)
        return found

    def first(self, name: str) -> "Node | None":
        """The first object of an array."""
        found = self.nodes(name)
        return found[0] if found else None

    def text(self, name: str) -> str:
        """A string, stripped; empty where it is absent."""
        value = self.data.get(name)
        if isinstance(value, str):
            return value.strip()
        if value is not None:
            self.fault(name, "not a string", "send a JSON string")
        return ""

    def texts(self, name: str) -> list[str]:
        """The strings of an array."""
        value = self.data.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault(name, "not a JSON array", _ARRAY_FIX)
            return []
        if any(item is not None and not isinstance(item, str) for item in value):
            self.fault(name, "not an array of strings", "send JSON strings")
        return [item.strip() for item in value if isinstance(item, str)]

    def positive(self, name: str) -> int | None:
        """A FHIR positiveInt."""
        value = self.data.get(name)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31:
            return value
        self.fault(name, "not a positive whole number", "send a JSON number from 1")
        return None

    def decimal(self, name: str, places: int) -> Decimal | None:
        """A number, exact."""
        value = self.data.get(name)
        if value is None:
            return None
        try:
            return decimal(value, places)
        except BadValue as bad:
            self.fault(name, bad.message, bad.fix)
            return None

    def moment(self, name: str) -> Moment | None:
        """A date or a dateTime, however coarse."""
        text = self.text(name)
        if not text:
            return None
        try:
            return moment(text)
        except BadValue as bad:
            self.fault(name, bad.message, bad.fix)
            return None

    def exact(self, name: str) -> Moment | None:
        """A dateTime that names at least its day."""
        found = self.moment(name)
        if found is not None and not found.has_day:
            self.fault(name, "only a month or a year", "send the day, as YYYY-MM-DD")
            return None
        return found

    def day(self, name: str) -> date | None:
        """The day of a dateTime."""
        found = self.exact(name)
        return None if found is None else found.day

    def period(self, name: str) -> tuple[Moment | None, Moment | None]:
        """Start and end of a Period; an end before its start is an error."""
        node = self.node(name)
        if node is None:
            return None, None
        start, end = node.exact("start"), node.exact("end")
        if start is not None and end is not None and end.last < start.first:
            node.fault(
                "end", "before the start of the period", "send a period that ends on or after its start"
            )
        return start, end
