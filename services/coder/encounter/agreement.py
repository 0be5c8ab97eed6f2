"""Whether the notes agree with a diagnosis that the EHR states.

A clinician signed it, so it stands where there is no note to hold it against; where there is one, it goes
out by itself only if the note speaks of it as the patient's, present and certain (Official Guidelines
I.A.19: the provider's statement, and IV.H, IV.J: documented, certain, addressed). A note that denies it or
never names it sends it to a coder. The confidences are ranks for the queue, not measured: no labelled
encounters with structured diagnoses exist here to calibrate them on.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from services.coder.charges.chart import Chart, Page
from services.coder.encounter.tables import Tables, stems
from services.coder.engine import assertion
from services.coder.engine.finding import in_lines
from services.coder.engine.model import Mention, Setting
from services.coder.engine.spans import words_in
from services.coder.engine.tables import table
from services.coder.engine.zones import Lines
from services.coder.reading import Flag
from services.contracts.coding import AssignedCode, Evidence, Route
from services.contracts.encounter import Diagnosis

DENIED: Final = 0.3
ABSENT: Final = 0.7
_CATEGORY: Final = 3
_UNSPOKEN: Final = ("Z", "V", "W", "X", "Y", "U09")
"""Reasons for a visit, statuses and causes: notes show them in other words or not at all."""
_NOT_SO: Final = Flag.NEGATED | Flag.POSSIBLE | Flag.FAMILY | Flag.OTHER_PERSON | Flag.HYPOTHETICAL


class _Word(NamedTuple):
    """What a note says of a diagnosis at one place: affirmed or the assertion's word, and where."""

    word: str
    evidence: Evidence


def agreed(  # noqa: PLR0917 (each is a source of its own)
    codes: Sequence[AssignedCode],
    noted: Sequence[AssignedCode],
    diagnoses: Sequence[Diagnosis],
    chart: Chart,
    setting: Setting,
    tables: Tables,
) -> list[AssignedCode]:
    """The codes, those that the EHR states weighed against the notes; `noted` are the codes of the notes."""
    if not chart.pages:
        return list(codes)
    texts = {d.diagnosis_id: [d.text, *(c.display for c in d.codings)] for d in diagnoses}
    search = _Search(chart, setting, tables)
    return [_weighed(code, noted, texts, search) for code in codes]


def _weighed(
    code: AssignedCode, noted: Sequence[AssignedCode], texts: dict[str, list[str]], search: "_Search"
) -> AssignedCode:
    if code.source != "ehr" or code.evidence or not code.confidence or code.code.startswith(_UNSPOKEN):
        return code
    same = next((each for each in noted if each.code[:_CATEGORY] == code.code[:_CATEGORY]), None)
    if same is not None:
        return code.model_copy(update={"evidence": same.evidence})
    said = search.said(code.code, [t for i in code.diagnosis_ids for t in texts.get(i, ()) if t])
    if said is None:
        return _reviewed(code, ABSENT, "no note speaks of it", "ehr.absent", ())
    if said.word == "affirmed":
        return code.model_copy(update={"evidence": (said.evidence,)})
    return _reviewed(code, DENIED, f"the note says it as {said.word}", "ehr.contradicted", (said.evidence,))


def _reviewed(
    code: AssignedCode, confidence: float, why: str, rule: str, evidence: tuple[Evidence, ...]
) -> AssignedCode:
    update = {
        "confidence": min(confidence, code.confidence),
        "route": Route.REVIEW,
        "rules": (*code.rules, rule),
        "reason": f"{code.reason}; {why}",
        "evidence": evidence,
    }
    return code.model_copy(update=update)


class _Search:
    """Looks for diagnoses in the notes; the vocabulary's mentions are collected when first needed."""

    def __init__(self, chart: Chart, setting: Setting, tables: Tables) -> None:
        self._chart = chart
        self._setting = setting
        self._tables = tables
        self._mentions: list[tuple[Page, Mention]] | None = None

    def said(self, code: str, texts: Sequence[str]) -> _Word | None:
        """What the notes say of a diagnosis: an affirmation if there is one, else the first denial, else
        None.
        """
        found = [*self._by_words(code, texts)]
        if not any(each.word == "affirmed" for each in found):
            found.extend(self._by_terms(code))
        return min(found, key=lambda each: each.word != "affirmed", default=None)

    def _by_words(self, code: str, texts: Sequence[str]) -> Iterator[_Word]:
        """Sentences that hold all words of the EHR's text."""
        wanted = [words for words in map(stems, texts) if words]
        for page in self._chart.pages if wanted else ():
            note = page.note
            for sentence in note.sentences:
                words, found = words_in(note, sentence.start, sentence.end)
                full = next((each for each in wanted if each <= found), None)
                if full is None:
                    continue
                places = [word for word in words if word.stem in full]
                start, end = places[0].start, places[-1].end
                flags = note.context_at(start, end).flags
                told = _word(flags, code)
                yield _Word(told, page.evidence(start, end, told))

    def _by_terms(self, code: str) -> Iterator[_Word]:
        """Terms of the code's category."""
        if self._mentions is None:
            self._mentions = [
                (page, mention)
                for page in self._chart.pages
                for pieces in (Lines(page.note),)
                for mention in in_lines(
                    page.note, [*pieces.of_problems(), *pieces.others()], self._tables.vocabulary
                )
            ]
        for page, mention in self._mentions:
            if mention.code[:_CATEGORY] == code[:_CATEGORY]:
                sure, word, _ = assertion.verdict(page.note, mention, self._setting)
                told = "affirmed" if sure else word
                yield _Word(told, page.evidence(mention.start, mention.end, told))


def _word(flags: Flag, code: str) -> str:
    """The assertion in a word. What passes is no diagnosis of today where the note tells of it as past."""
    if not flags & _NOT_SO:
        past = flags & Flag.HISTORICAL and code.startswith(tuple(table("additions")["acute_only"]))
        return "historical" if past else "affirmed"
    named = ((Flag.NEGATED, "negated"), (Flag.POSSIBLE, "possible"), (Flag.HYPOTHETICAL, "hypothetical"))
    return next((word for flag, word in named if flags & flag), "family")
