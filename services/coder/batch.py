"""Notes by the line: what `claimstream code` reads and writes, and `claimstream eval coding` measures.

In: `{"id", "note", "date"?, "age"?, "sex"?, "class"?}`. Out: `{"id", "codes": [...], "queries": [...]}`,
codes in claim order; docs/coder.md says what each field is. A note without a date is coded as of
`DEFAULT_DATE`: no clock is read, so that the same line gives the same answer.
"""

import gc
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from services.coder.engine.coder import Task, code_notes
from services.coder.engine.model import Code, CodedNote, Encounter, Inquiry, Quote, Setting
from services.coder.errors import NoteError
from services.coder.gate import PROMISE, threshold
from services.coder.switches import DEFAULTS, Switches, switched
from services.coder.terminology.index import Terminology, terminology
from services.codesets import CodeSets
from services.codesets import load as load_codesets

DEFAULT_DATE: Final = date(2026, 10, 1)
"""Date of service of a note that states none: the first day of FY2027, the newest code set there is."""

FIELDS: Final = frozenset(("id", "note", "date", "age", "sex", "class"))
"""What is read of an input line."""

_TOGETHER: Final = 32
"""Notes that go through the stages together: with more, the notes themselves push each other out of the
caches.
"""

_SETTINGS: Final = {
    "": Setting.OUTPATIENT,
    "ambulatory": Setting.OUTPATIENT,
    "outpatient": Setting.OUTPATIENT,
    "virtual": Setting.OUTPATIENT,
    "home": Setting.OUTPATIENT,
    "observation": Setting.OUTPATIENT,
    "emergency": Setting.EMERGENCY,
    "inpatient": Setting.INPATIENT,
}
_OLDEST = 130
_YOUNG: Final = 50_000
"""Objects that are new before the collector looks for cycles among them: what is told of a note has none, and
to walk it behind every few notes takes a twentieth of the time.
"""
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Coder:
    """Codes lines; opened once. `threshold`: least confidence of a code that is routed `auto`."""

    vocabulary: Terminology
    codesets: CodeSets
    threshold: float
    switches: Switches = DEFAULTS

    def answer(self, row: dict[str, Any]) -> dict[str, Any]:
        """The output line of an input line. Raises `NoteError`, as `task`."""
        (answer,) = self.answers([(row.get("id"), self.task(row))])
        return answer

    def answers(self, asked: Sequence[tuple[Any, Task]]) -> Iterator[dict[str, Any]]:
        """The output lines of several notes with their ids, in order, for less time than one by one."""
        for (name, _), coded in zip(asked, self.codes([task for _, task in asked]), strict=True):
            yield {
                "id": name,
                "codes": [_code(code, self.threshold) for code in coded.codes],
                "queries": [_query(query) for query in coded.queries],
            }

    def task(self, row: dict[str, Any]) -> Task:
        """What an input line asks for.

        Raises:
            NoteError: a field is missing or not as it must be, or no code set covers the date; the message
                names the field, never its content.
        """
        encounter = encounter_of(row)
        covered = self.codesets.masters["icd10cm"].covers
        if not covered.first <= encounter.on <= covered.last:
            raise NoteError(
                f"field date: no ICD-10-CM of that day; there is {covered.first} to {covered.last}"
            )
        return self._task(note_of(row), encounter)

    def code(self, note: str, encounter: Encounter) -> CodedNote:
        """Codes of a note, every one of them billable on the date and wanted by the customer."""
        return next(self.codes([self._task(note, encounter)]))

    def _task(self, note: str, encounter: Encounter) -> Task:
        icd = self.codesets.icd10cm(encounter.on)
        return Task(note, encounter, icd.billable, icd.kept_apart)

    def codes(self, tasks: Sequence[Task]) -> Iterator[CodedNote]:
        """Codes of several notes, as of each alone."""
        for begin in range(0, len(tasks), _TOGETHER):
            part = tasks[begin : begin + _TOGETHER]
            for task, coded in zip(part, code_notes(part, self.vocabulary), strict=True):
                yield switched(task.text, coded, self.switches, self.vocabulary, task.valid)


def opened(promise: float = PROMISE, switches: Switches | None = None) -> Coder:
    """The coder over the installed vocabulary and code sets. `promise`: how often codes routed `auto` are
    right; raises `GateError` where nobody measured it. From then on the process collects garbage less often.
    """
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])
    return Coder(terminology(), load_codesets(), threshold(promise), switches or DEFAULTS)


def note_of(row: dict[str, Any]) -> str:
    """The note of an input line."""
    note = row.get("note")
    if not isinstance(note, str):
        raise NoteError("field note: must be a string")
    return note


def encounter_of(row: dict[str, Any]) -> Encounter:
    """What an input line says of the visit."""
    return Encounter(
        _date(row.get("date")), _age(row.get("age")), _sex(row.get("sex")), _setting(row.get("class"))
    )


def _date(value: object) -> date:
    if value is None:
        return DEFAULT_DATE
    try:
        return (
            date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else _wrong_date()
        )
    except ValueError:
        return _wrong_date()


def _wrong_date() -> date:
    raise NoteError("field date: must be a day as YYYY-MM-DD")


def _age(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _OLDEST:
        raise NoteError(f"field age: must be a number of years from 0 to {_OLDEST}")
    return int(value)


def _sex(value: object) -> str:
    if value is None:
        return ""
    words = {"f": "female", "female": "female", "m": "male", "male": "male", "unknown": "", "other": ""}
    if not isinstance(value, str) or value.lower() not in words:
        raise NoteError("field sex: must be female, male or unknown")
    return words[value.lower()]


def _setting(value: object) -> Setting:
    if value is None:
        return Setting.OUTPATIENT
    if not isinstance(value, str) or value.lower() not in _SETTINGS:
        raise NoteError(f"field class: must be one of {', '.join(name for name in _SETTINGS if name)}")
    return _SETTINGS[value.lower()]


def _code(code: Code, threshold: float) -> dict[str, Any]:
    out = {
        "system": code.system,
        "code": code.code,
        "title": code.title,
        "role": code.role,
        "confidence": code.confidence,
        "route": "auto" if code.confidence >= threshold and not code.asked else "review",
        "rule": code.rules[-1] if code.rules else "",
        "evidence": [_quote(quote) for quote in code.evidence],
        "assertion": code.assertion,
        "rules": list(code.rules),
        "reason": code.reason,
        "alternatives": [{"code": other, "why_not": why} for other, why in code.alternatives],
    }
    if code.present_on_admission:
        out["present_on_admission"] = code.present_on_admission
    return out


def _query(query: Inquiry) -> dict[str, Any]:
    return {
        "topic": query.topic,
        "question": query.question,
        "why": query.why,
        "codes": list(query.codes),
        "evidence": [_quote(quote) for quote in query.evidence],
    }


def _quote(quote: Quote) -> dict[str, Any]:
    return {"start": quote.start, "end": quote.end, "text": quote.text, "section": quote.section}
